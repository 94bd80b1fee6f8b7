//! Measures the store on this machine: searches in an extract of 200,000 invented people, saving captures, opening.
//!
//! `cargo bench -p tram-store --bench store`

#![allow(clippy::print_stdout)] // That is what it is for.

use std::path::Path;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tram_biometric::{Encoding, Origin, Quality, Sample, SampleId};
use tram_enrollment::{EnrollmentId, Event, Field, OfficerId, Source};
use tram_store::register::{self, Birth};
use tram_store::{DatabaseKey, Reader, Record, Register, Store, StoreError};
use uuid::Uuid;

const PEOPLE: u64 = 200_000;

fn main() -> Result<(), StoreError> {
    let folder = std::env::temp_dir().join(format!("tram-measure-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| StoreError::Disk(error.to_string()))?;
    let key = DatabaseKey::generate(&mut tram_packet::random::system());
    let measured = measure_register(&folder, &key).and_then(|()| measure_saving(&folder, &key));
    std::fs::remove_dir_all(&folder).map_err(|error| StoreError::Disk(error.to_string()))?;
    measured
}

fn measure_register(folder: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let path = folder.join("register.db");
    let start = Instant::now();
    let count = register::build(&path, key, (0..PEOPLE).map(person))?;
    println!("register of {count} people: built in {:.1?}, {} MB", start.elapsed(), megabytes(&path));
    let start = Instant::now();
    let open = Register::open(&path, key)?;
    println!("opened in {:.1?}", start.elapsed());

    let name = |record: &Record| record.value(Field::FullName).to_owned();
    let year = |record: &Record| Birth::Year(record.value(Field::BirthDate).chars().take(4).collect());
    let last = |text: String| text.split(' ').next_back().unwrap_or_default().to_owned();
    let initials =
        |text: String| text.split(' ').filter_map(|word| word.get(..1)).collect::<Vec<_>>().join(" ");
    report("by number", |i| {
        open.find_by_number(person(i).value(Field::PersonalNumber)).map(|found| found.iter().len())
    })?;
    report("by old number", |i| {
        open.find_by_old_number(person(i).value(Field::OldNumber)).map(|found| found.len())
    })?;
    report("by whole name", |i| search(&open, &name(&person(i)), None))?;
    report("by whole name and year", |i| search(&open, &name(&person(i)), Some(&year(&person(i)))))?;
    report("by given name", |i| search(&open, &last(name(&person(i))), None))?;
    report("by given name and year", |i| search(&open, &last(name(&person(i))), Some(&year(&person(i)))))?;
    report("by first letters", |i| search(&open, &initials(name(&person(i))), None))?;
    report("by first letters and year", |i| {
        search(&open, &initials(name(&person(i))), Some(&year(&person(i))))
    })?;
    report("nobody of that name", |i| search(&open, &format!("{} zu", name(&person(i))), None))
}

fn search(register: &Register, name: &str, birth: Option<&Birth>) -> Result<usize, StoreError> {
    register.find_by_name_and_birth(name, birth, 50).map(|found| found.len())
}

fn measure_saving(folder: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let path = folder.join("station.db");
    let now = OffsetDateTime::UNIX_EPOCH;
    let mut store = Store::create(&path, key)?;
    store.add_block("TEST", 1..=1000)?;
    let id = EnrollmentId(Uuid::from_u128(1));
    let opened = Event::Opened {
        dossier: store.take_dossier_number(now.date())?,
        station: "TEST".into(),
        officer: OfficerId("test".into()),
        at: now,
    };
    store.append(id, &opened, &[], now)?;
    report("save a field", |_| {
        let event = Event::FieldSet {
            field: Field::FullName,
            value: "TEST".into(),
            source: Source::Typed,
            reason: None,
        };
        store.append(id, &event, &[], now).map(|_| 1)
    })?;
    for kilobytes in [100, 1000, 3500] {
        report(&format!("save a capture of {kilobytes} kB"), |i| {
            let sample = sample(u128::from(i) << 16 | kilobytes as u128, kilobytes * 1000);
            let event = Event::Signed { signature: (&sample).into() };
            store.append(id, &event, &[&sample], now).map(|_| 1)
        })?;
    }
    drop(store);
    let start = Instant::now();
    let store = Store::open(&path, key)?;
    println!("opened, {} MB, in {:.1?}", megabytes(&path), start.elapsed());
    let start = Instant::now();
    Reader::open(&path, key)?.check()?;
    println!("checked whole in {:.1?}", start.elapsed());
    let start = Instant::now();
    store.read().worklist(now)?;
    println!("worklist in {:.1?}", start.elapsed());
    Ok(())
}

/// Runs it up to 200 times or for five seconds, and prints the times in the middle and near the end.
fn report(what: &str, mut run: impl FnMut(u64) -> Result<usize, StoreError>) -> Result<(), StoreError> {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = 0;
    let begun = Instant::now();
    for i in 0..200 {
        // Spread over the people, the same every time.
        let start = Instant::now();
        found += run(i * 7_919 % PEOPLE)?;
        times.push(start.elapsed());
        if begun.elapsed() > Duration::from_secs(5) {
            break;
        }
    }
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("{what}: p50 {:.1?}, p99 {:.1?}, {} results in {} runs", at(50), at(99), found, times.len());
    Ok(())
}

fn megabytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len()) / 1_000_000
}

fn sample(id: u128, size: usize) -> Sample {
    let origin =
        Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true };
    Sample {
        id: SampleId(id),
        encoding: Encoding::Png,
        bytes: (0..size).map(|i| ((i * i) >> 3) as u8).collect(),
        width: 1,
        height: 1,
        ppi: 0,
        quality: Quality::new(50),
        origin,
    }
}

/// Nobody: names as common as in truth (two in five are Nguyễn), everything else counted up.
fn person(number: u64) -> Record {
    const FAMILY: [&str; 10] =
        ["Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng"];
    const MIDDLE: [&str; 8] = ["Thị", "Thị", "Thị", "Văn", "Văn", "Thị Ngọc", "Đức", "Minh"];
    const GIVEN: [&str; 16] = [
        "Lan", "Hoa", "Huệ", "Hương", "Linh", "Mai", "Nga", "Thảo", "Anh", "Bình", "Cường", "Dũng", "Hùng",
        "Nam", "Sơn", "Tuấn",
    ];
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let pick = |list: &[&'static str], shift: u32| {
        list.get((mixed >> shift) as usize % list.len()).copied().unwrap_or_default()
    };
    let year = 1940 + mixed % 80;
    Record::new([
        (Field::PersonalNumber, format!("022{:03}9{number:05}", mixed % 1000)),
        (Field::OldNumber, format!("{:09}", 100_000_000 + number)),
        (Field::FullName, format!("{} {} {}", pick(&FAMILY, 3), pick(&MIDDLE, 9), pick(&GIVEN, 15))),
        (Field::BirthDate, format!("{year}-{:02}-{:02}", mixed % 12 + 1, mixed % 28 + 1)),
        (Field::Sex, "female".into()),
        (Field::Nationality, "VNM".into()),
        (Field::Ethnicity, "Kinh".into()),
        (Field::BirthPlace, "Quảng Ninh".into()),
        (Field::ResidenceUnit, "07060".into()),
        (Field::ResidenceDetail, "Thôn TEST".into()),
    ])
}
