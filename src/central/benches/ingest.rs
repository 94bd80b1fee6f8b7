//! What the centre takes in on this machine, beside a bare copy and sync of the same bytes from the same run, where the
//! processor's time goes, and what the search for duplicates costs.
//!
//! `cargo bench -p tram-central [-- PACKETS STATIONS]`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_imports
)]

#[path = "../tests/common/finger.rs"]
mod finger;
#[path = "../../sync/tests/common/mod.rs"]
mod memory;

use memory::{Chance, Held, MemoryOutbox, drive_lane};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tram_biometric::{Encoding, FingerPosition, Impression, Origin, Quality, Sample, SampleId};
use tram_central::demo;
use tram_central::matcher::{Finger, Matcher};
use tram_central::serve::{Addresses, Server};
use tram_enrollment::{Applicant, DossierNumber, EnrollmentId, Field, Findings, OfficerId, Source};
use tram_fingerprint::template::{self, Template};
use tram_fingerprint::wsq;
use tram_packet::*;
use tram_sync::Lane;
use tram_sync::join::join;
use uuid::Uuid;

/// Subjects to search in: ten thousand templates.
const SUBJECTS: u64 = 1000;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let (packets, stations) = (numbers.next().unwrap_or(40), numbers.next().unwrap_or(4));
    ingest(packets, stations);
    search();
}

/// Milliseconds of CPU time of this process so far, of all threads.
fn cpu_millis() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let own: f64 = stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0.0);
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let all: f64 = threads
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|stat| stat.split(' ').next()?.parse::<f64>().ok())
        .sum();
    all.max(own) / 1e6
}

fn ingest(packets: usize, stations: usize) {
    let folder = tempfile::tempdir().unwrap();
    let centre = demo::open(folder.path()).unwrap();
    let code = |centre: &tram_central::Centre, port: u16| {
        centre.station_code(&format!("https://localhost:{port}"), "TEST", "TEST").unwrap()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let addresses = Addresses { stations: ([127, 0, 0, 1], 0).into(), desk: None, osia: None };
    let server = runtime.block_on(Server::bind(centre, addresses, &["localhost".into()])).unwrap();
    let port = server.address().unwrap().port();
    let mut lanes = Vec::new();
    let codes: Vec<_> = (0..stations).map(|_| code(server.centre(), port)).collect();
    runtime.spawn(server.run());
    for code in codes {
        let key = Arc::new(StationKey::generate().unwrap());
        let membership = join(&code, &*key).unwrap();
        let centre = membership.centre(key.clone()).unwrap();
        let bundle =
            ReferenceBundle::verify(&centre.reference(None).unwrap().unwrap(), &membership.station.authority)
                .unwrap();
        let mut outbox = MemoryOutbox::default();
        for number in 0..packets {
            let (id, bytes) = packet(&membership, &key, &bundle, number as u64);
            outbox.packets.insert(id, Held::new(bytes));
        }
        lanes.push((Lane::new(centre, bundle.centre_keys.clone(), None), outbox));
    }
    let sizes: Vec<usize> =
        lanes.iter().flat_map(|(_, outbox)| outbox.packets.values().map(|held| held.bytes.len())).collect();
    let bytes: usize = sizes.iter().sum();
    println!("{} packets of {:.2} MB from {stations} stations, TLS over loopback", sizes.len(), mean(&sizes));

    let copied = copy_and_sync(folder.path(), &sizes);
    let (started, cpu) = (Instant::now(), cpu_millis());
    std::thread::scope(|scope| {
        for (lane, outbox) in &mut lanes {
            scope.spawn(|| {
                drive_lane(lane, outbox, Duration::ZERO, Duration::from_hours(1), &mut |_, _| {});
            });
        }
    });
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu_millis() - cpu);
    let count = sizes.len() as f64;
    assert!(lanes.iter().all(|(_, outbox)| outbox.receipted() == packets));
    let rate = |seconds: f64| {
        format!("{:>7.1} packets/s {:>7.1} MB/s", count / seconds, bytes as f64 / 1e6 / seconds)
    };
    println!("| what | rate |\n| --- | --- |");
    println!("| ingest to the receipt, senders on the same machine | {} |", rate(seconds));
    println!("| bare copy and sync of the same bytes, one file a packet | {} |", rate(copied));
    println!("CPU of centre and senders together: {:.1} ms a packet", cpu / count);
    profile(folder.path(), &lanes[0].1);
}

fn mean(sizes: &[usize]) -> f64 {
    sizes.iter().sum::<usize>() as f64 / 1e6 / sizes.len() as f64
}

/// The limit: every packet's bytes written to a file of its own and synced with its folder.
fn copy_and_sync(folder: &Path, sizes: &[usize]) -> f64 {
    let folder = folder.join("bare");
    std::fs::create_dir(&folder).unwrap();
    let bytes = vec![0x5a; sizes.iter().copied().max().unwrap_or(0)];
    let started = Instant::now();
    for (number, size) in sizes.iter().enumerate() {
        let mut file = File::create(folder.join(number.to_string())).unwrap();
        file.write_all(&bytes[..*size]).unwrap();
        file.sync_all().unwrap();
        File::open(&folder).unwrap().sync_all().unwrap();
    }
    started.elapsed().as_secs_f64()
}

/// Where the centre's time for one packet goes, each part by itself on this thread.
fn profile(folder: &Path, outbox: &MemoryOutbox) {
    let centre = tram_central::Centre::open(folder).unwrap();
    let held = outbox.packets.values().next().unwrap();
    let id = *outbox.packets.keys().next().unwrap();
    let opened = centre.opened(id).unwrap();
    let samples: Vec<&PacketSample> =
        opened.contents.samples.iter().filter(|it| matches!(it.role, SampleRole::Finger { .. })).collect();
    println!("| part of one packet | CPU ms |\n| --- | --- |");
    let row = |name: &str, millis: f64| println!("| {name} | {millis:.2} |");
    row("digest of the bytes", millis(|| Digest::of(&held.bytes)));
    row("parts and their digests", millis(|| SealedPacket::parse(held.bytes.clone()).unwrap()));
    row("reading, opening and verifying all", millis(|| centre.opened(id).unwrap()));
    let images: Vec<_> = samples.iter().map(|it| wsq::decode(&it.sample.bytes).unwrap()).collect();
    row(
        &format!("decoding {} fingers", samples.len()),
        millis(|| samples.iter().map(|it| wsq::decode(&it.sample.bytes).unwrap()).collect::<Vec<_>>()),
    );
    row("their minutiae", millis(|| images.iter().map(template::extract).collect::<Vec<_>>()));
}

/// CPU milliseconds of one call on this thread, the fastest of five.
fn millis<T>(mut work: impl FnMut() -> T) -> f64 {
    let nanos = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(0.0)
    };
    (0..5)
        .map(|_| {
            let before = nanos();
            std::hint::black_box(work());
            (nanos() - before) / 1e6
        })
        .fold(f64::INFINITY, f64::min)
}

/// A packet as a station makes it: ten fingers, portrait, signature.
fn packet(
    membership: &tram_sync::Membership,
    key: &StationKey,
    bundle: &ReferenceBundle,
    number: u64,
) -> (PacketId, Vec<u8>) {
    let now = OffsetDateTime::now_utc();
    let (officer, passphrase) = ("khanh.lv", "sen trang 2026");
    thread_local!(static KEY: std::cell::OnceCell<Arc<OfficerKey>> = const { std::cell::OnceCell::new() });
    let record = bundle.officer(&OfficerId(officer.into())).unwrap();
    let signer = KEY
        .with(|held| Arc::clone(held.get_or_init(|| Arc::new(record.sealed_key.open(passphrase).unwrap()))));
    let mut applicant = Applicant::default();
    applicant.set(Field::PersonalNumber, format!("0221949{number:05}"), Source::Typed, None);
    applicant.set(Field::FullName, "Lò Thị TEST".into(), Source::Typed, None);
    let mut chance = Chance(number);
    let mut sample = |encoding, bytes: usize| Sample {
        id: SampleId(Uuid::now_v7().as_u128()),
        encoding,
        bytes: (0..bytes).map(|_| chance.next() as u8).collect(),
        width: finger::size().0,
        height: finger::size().1,
        ppi: 500,
        quality: Quality::new(71),
        origin: Origin {
            driver: "TEST".into(),
            model: String::new(),
            serial: String::new(),
            is_virtual: true,
        },
    };
    let full = SampleRole::PortraitFull {
        failing: Vec::new(),
        override_reason: None,
        findings: Findings::default(),
        confirmed: None,
    };
    let mut samples = vec![
        PacketSample { role: full, sample: sample(Encoding::Jpeg, 600_000), certificate: None },
        PacketSample {
            role: SampleRole::PortraitCard,
            sample: sample(Encoding::Jpeg, 120_000),
            certificate: None,
        },
    ];
    for position in FingerPosition::TEN {
        let role = SampleRole::Finger { position, impression: Impression::Plain, step: position };
        // Drawing is slow: a few people suffice, since nobody asks here whose they are.
        let mut sample = sample(Encoding::Wsq, 0);
        sample.bytes = finger::print(number % 3, position, 0);
        samples.push(PacketSample { role, sample, certificate: None });
    }
    let contents = Contents {
        kind: PacketKind::Enrollment,
        enrollment: EnrollmentId(Uuid::now_v7()),
        dossier: DossierNumber::new("TEST", now.date(), number as u32),
        procedure: "identity-card.first-issue".into(),
        reference_edition: bundle.edition,
        applicant,
        exceptions: [].into(),
        eye_exceptions: [].into(),
        consent: None,
        officer: OfficerId(officer.into()),
        station: membership.station.station.clone(),
        times: Times {
            received_at: now,
            sealed_at: now,
            uptime_millis: 1,
            boot: Uuid::nil(),
            last_trusted: None,
        },
        audit: AuditChain::default(),
        marks: Marks { test: true, is_virtual: true },
        equipment: tram_packet::Equipment::default(),
        samples,
    };
    let id = PacketId(Uuid::now_v7());
    let envelope = Envelope {
        packet: id,
        sequence: number + 1,
        previous: None,
        recipient: bundle.recipient_on(now.date()).unwrap(),
        station: key,
        officer: &*signer,
        supervisor: None,
        rekey: None,
    };
    (id, seal(&contents, &envelope, &mut random::system()).unwrap().into_bytes())
}

/// One subject's ten fingers searched among ten thousand.
fn search() {
    let folder = tempfile::tempdir().unwrap();
    let mut matcher = Matcher::open(&folder.path().join("templates.sqlite")).unwrap();
    let drawn: Vec<Template> = (0..20)
        .flat_map(|whose| FingerPosition::TEN.map(|position| finger::print(whose, position, 0)))
        .map(|bytes| template::extract(&wsq::decode(&bytes).unwrap()))
        .collect();
    let mut chance = Chance(9);
    let mut fingers = |subject: u64| -> Vec<Finger> {
        let place =
            |position: FingerPosition| (subject % 20) as usize * 10 + usize::from(position.code()) - 1;
        FingerPosition::TEN
            .map(|position| Finger { position, template: scattered(&drawn[place(position)], &mut chance) })
            .into()
    };
    let started = Instant::now();
    for subject in 0..SUBJECTS {
        matcher.add(subject, &fingers(subject)).unwrap();
    }
    println!(
        "adding {SUBJECTS} subjects: {:.1} ms each, durable",
        started.elapsed().as_secs_f64() * 1e3 / SUBJECTS as f64
    );
    let stranger = fingers(SUBJECTS);
    let mut found = 0;
    let cost = millis(|| found += matcher.search(SUBJECTS, &stranger).unwrap().len());
    println!(
        "| one enrollment searched among {} fingers | {cost:.0} CPU ms, {found} found |",
        matcher.fingers()
    );
    drop(matcher);
    let started = Instant::now();
    let matcher = Matcher::open(&folder.path().join("templates.sqlite")).unwrap();
    println!(
        "opening the file of {} fingers: {:.0} ms",
        matcher.fingers(),
        started.elapsed().as_secs_f64() * 1e3
    );
}

/// The minutiae of a template at other places: as many, of another finger.
fn scattered(template: &Template, chance: &mut Chance) -> Template {
    let mut bytes = template.to_bytes();
    // "TF", version, count, then six bytes a minutia: x with the kind, y, angle, quality.
    let count = usize::from(bytes[3]);
    for minutia in bytes[4..4 + 6 * count].chunks_exact_mut(6) {
        let kind = minutia[0] & 0x80;
        let (x, y) = ((chance.next() % 220) as u16 + 5, (chance.next() % 280) as u16 + 5);
        minutia[..2].copy_from_slice(&x.to_be_bytes());
        minutia[0] |= kind;
        minutia[2..4].copy_from_slice(&y.to_be_bytes());
        minutia[4] = chance.next() as u8;
    }
    Template::from_bytes(&bytes).unwrap()
}
