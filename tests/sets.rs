//! The population's extract and the reference data as signed sets: what one station enrolled another one finds after its
//! next update, over the network and from a stick; a set that was changed, is older or ended is refused with a sentence.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)] // Outside of test functions, but in a test.

mod common;

use common::{Demonstration, Process, Station, binary};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tram_enrollment::Field;
use tram_store::Register;

/// The publisher's side: the folder of files, and the keys, which the centre never has.
struct Publisher<'a> {
    centre: &'a Demonstration,
    own: TempDir,
}

impl<'a> Publisher<'a> {
    /// Makes keys and the repository the centre serves, and has the reference data name it.
    fn begin(centre: &'a Demonstration) -> Self {
        let publisher = Self { centre, own: tempfile::tempdir().expect("a folder") };
        let (repository, keys) = (publisher.repository(), publisher.path("keys"));
        update(&["begin", text(&repository), "--keys", text(&keys)]).succeeds();
        centre.central(&["reference", "publish"]);
        publisher
    }

    fn path(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    fn repository(&self) -> PathBuf {
        self.centre.folder().join("sets")
    }

    /// A new edition of everybody of a place, with the reference data in force.
    fn publish(&self, place: &str) {
        let set = self.path("set");
        self.centre.central(&["persons", "export", place, text(&set)]);
        self.centre.central(&["reference", "export", text(&set)]);
        self.publish_under(Command::new(binary("tram-update")));
    }

    /// The same files as a new edition, by a publisher with this clock.
    fn publish_under(&self, mut program: Command) {
        let (repository, set, keys) = (self.repository(), self.path("set"), self.path("keys"));
        program.args(["publish", text(&repository), "--from", text(&set), "--keys", text(&keys)]);
        Process::start(&mut program).succeeds();
    }

    /// A copy of the repository as it is now, as on a stick.
    fn stick(&self, name: &str) -> PathBuf {
        let stick = self.path(name);
        update(&["carry", text(&self.repository()), text(&stick)]).succeeds();
        stick
    }
}

fn update(words: &[&str]) -> Process {
    Process::start(Command::new(binary("tram-update")).args(words))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// Sends a citizen's enrollment from one station; the number it is registered under.
fn enroll(demonstration: &Demonstration, station: &Station, citizen: &str) -> String {
    let before = demonstration.persons();
    station.enroll(&["--citizen", citizen, "--no-card"]).succeeds();
    station.send_outbox().succeeds();
    let after = demonstration.persons();
    let line = after.iter().find(|line| !before.contains(line)).expect("registered");
    line.split_whitespace().next().expect("a number").to_owned()
}

/// Who is found under a number at a station, searched offline.
fn found(station: &Station, number: &str) -> Option<String> {
    let key = station.home().register_key().expect("a key");
    let register = Register::open(&station.home().register(), &key).ok()?;
    let record = register.find_by_number(number).expect("readable")?;
    let name = record.value(Field::FullName);
    let by_name = register.find_by_name_and_birth(name, None, 20).expect("readable");
    assert!(by_name.contains(&record), "who has a number is found by the name too");
    Some(name.to_owned())
}

/// A station whose register holds nobody, so that whom it finds came with a set.
fn far_station(demonstration: &Demonstration) -> Station {
    let station = demonstration.another_station();
    fs::remove_file(station.home().register()).expect("the invented citizens");
    station
}

#[test]
fn what_one_station_enrolled_another_finds_after_its_next_update() {
    let Some(demonstration) = Demonstration::start() else { return };
    let publisher = Publisher::begin(&demonstration);
    let near = demonstration.station_behind(demonstration.centre_port());
    let far = far_station(&demonstration);
    let first = enroll(&demonstration, &near, "pham");
    assert_eq!(found(&far, &first), None);
    let place = &first[..3];
    publisher.publish(place);
    let said = far.tram(&["sets", "fetch"]).succeeds();
    assert!(said.iter().any(|line| line.contains("1 people new or changed")), "{said:?}");
    assert!(found(&far, &first).is_some());
    let said = far.tram(&["sets", "fetch"]).succeeds();
    assert!(said.iter().any(|line| line.contains("0 people new or changed, 0 gone")), "{said:?}");
    // On its disk lies nobody in the clear.
    for entry in fs::read_dir(far.home().dir().join("sets/repository/targets")).expect("listed").flatten() {
        let bytes = fs::read(entry.path()).expect("read");
        assert!(!bytes.windows(first.len()).any(|window| window == first.as_bytes()), "{entry:?}");
    }

    // The window's own threads bring the next edition, and a search finds whom it has.
    let second = enroll(&demonstration, &near, "nguyen");
    publisher.publish(&second[..3]);
    let mut lines = Vec::new();
    let (mut flow, _hands) = far.flow(&mut lines);
    flow.run(|_| None, |_| found(&far, &second).is_some()).expect("brought by itself");
    drop(flow);
    assert!(found(&far, &first).is_some() || first[..3] != second[..3]);
    let noted = far.tram(&["audit", "list"]).succeeds();
    assert!(noted.iter().any(|line| line.contains("set_taken")), "{noted:?}");
}

#[test]
fn a_stick_brings_what_no_network_does_and_nothing_that_is_not_right() {
    let Some(demonstration) = Demonstration::start() else { return };
    let publisher = Publisher::begin(&demonstration);
    let near = demonstration.station_behind(demonstration.centre_port());
    let far = far_station(&demonstration);
    let first = enroll(&demonstration, &near, "pham");
    publisher.publish(&first[..3]);
    let old = publisher.stick("old");
    // The rules change: the far station hears of it by the stick.
    demonstration.publish_changed("two_at_the_centre = []", "two_at_the_centre = [\"unbar-station\"]");
    let second = enroll(&demonstration, &near, "nguyen");
    publisher.publish(&second[..3]);
    let stick = publisher.stick("stick");

    let take = |folder: &Path| far.tram(&["sets", "take", text(folder)]);
    let refused = |folder: &Path, vi: &str, en: &str| {
        // Nothing that came right before makes up for it.
        fs::remove_dir_all(far.home().dir().join("sets")).ok();
        let said = take(folder).fails();
        assert!(said.contains(vi) && said.contains(en), "{said}");
        assert_eq!(found(&far, &second), None, "nothing of it is searched");
    };
    // One bit of any file that the edition needs.
    let (metadata, targets) = (stick.join("metadata"), stick.join("targets"));
    for folder in [&metadata, &targets] {
        for entry in fs::read_dir(folder).expect("listed").flatten() {
            let sound = fs::read(entry.path()).expect("read");
            let mut changed = sound.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            fs::write(entry.path(), changed).expect("written");
            refused(&stick, "trạm không nhận", "The set is not taken");
            fs::write(entry.path(), sound).expect("written");
        }
    }
    take(&stick).succeeds();
    assert!(found(&far, &second).is_some(), "and it stands in the way of nothing");
    let said = take(&old).fails();
    assert!(said.contains("cũ hơn bản trạm đã nhận") && said.contains("older than what"), "{said}");
    assert!(found(&far, &second).is_some(), "what was taken stays");
    let noted = far.tram(&["audit", "list"]).succeeds();
    assert!(noted.iter().any(|line| line.contains("set_refused")), "{noted:?}");
    let editions = demonstration.central(&["reference", "export", text(&publisher.path("reference"))]);
    let reader = far.reader();
    let signed = reader.setting("reference").expect("readable").expect("held");
    let authority = far.home().membership().expect("joined").station.authority;
    let held = tram_packet::ReferenceBundle::verify(&signed, &authority).expect("signed").edition;
    assert!(editions[0].contains(&format!("edition {held} ")), "{editions:?}: {held}");
}

#[test]
fn a_set_whose_day_has_ended_is_refused() {
    if !Command::new("faketime").arg("--version").output().is_ok_and(|ran| ran.status.success()) {
        println!("skipped: faketime is not there");
        return;
    }
    let Some(demonstration) = Demonstration::start() else { return };
    let publisher = Publisher::begin(&demonstration);
    let near = demonstration.station_behind(demonstration.centre_port());
    let first = enroll(&demonstration, &near, "pham");
    let set = publisher.path("set");
    demonstration.central(&["persons", "export", &first[..3], text(&set)]);
    let mut long_ago = Command::new("faketime");
    long_ago.args(["-f", "-40d"]).arg(binary("tram-update"));
    publisher.publish_under(long_ago);
    let far = far_station(&demonstration);
    let said = far.tram(&["sets", "take", text(&publisher.stick("stick"))]).fails();
    assert!(said.contains("đã hết hạn ngày") && said.contains("this set ended on"), "{said}");
    assert_eq!(found(&far, &first), None);
    publisher.publish(&first[..3]);
    far.tram(&["sets", "take", text(&publisher.stick("newer"))]).succeeds();
    assert!(found(&far, &first).is_some());
}

/// Somebody of a place, by a number of our own.
fn somebody(number: usize, moved: bool) -> String {
    const FAMILIES: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vàng", "Lò", "Đặng"];
    const GIVEN: [&str; 9] = ["An", "Bình", "Chi", "Dũng", "Hạnh", "Huệ", "Lan", "Mẩy", "Páo"];
    let name = format!("{} Thị {}", FAMILIES[number % 8], GIVEN[number / 8 % 9]);
    let day = 1 + number % 28;
    let month = if moved { 12 } else { 1 + number / 28 % 11 };
    format!(
        "{{\"birth_date\":\"{}-{month:02}-{day:02}\",\"full_name\":\"{name}\",\
         \"personal_number\":\"0221{number:08}\",\"sex\":\"female\"}}\n",
        1940 + number % 80
    )
}

/// What an update costs a station: everybody once, then what changed. 2,000 people, 200,000 with `TRAM_LONG`.
#[test]
fn an_update_is_as_large_as_what_changed() {
    let Some(demonstration) = Demonstration::start() else { return };
    let publisher = Publisher::begin(&demonstration);
    let far = far_station(&demonstration);
    let count = if std::env::var_os("TRAM_LONG").is_some() { 200_000 } else { 2_000 };
    let key = tram_packet::ExtractKey::generate(&mut tram_packet::random::system());
    let (database, opened) = (far.home().database(), far.home().database_key().expect("a key"));
    tram_store::Store::open(&database, &opened)
        .expect("opens")
        .set_setting("extract/key", &key.to_bytes())
        .expect("kept");
    let set = publisher.path("set");
    fs::create_dir(&set).expect("made");
    let write = |name: &str, content: &str| {
        fs::write(set.join(name), key.seal(name, content.as_bytes()).expect("sealed")).expect("written");
    };
    for last in 0..100 {
        let people: String = (last..count).step_by(100).map(|number| somebody(number, false)).collect();
        write(&format!("population-022-{last:02}"), &people);
    }
    let mut fetched = Vec::new();
    let mut changed = 0;
    for (edition, more) in [(0, 0), (1, 1), (2, count / 400)] {
        if edition > 0 {
            let people: String = (changed..changed + more).map(|number| somebody(number, true)).collect();
            write(&format!("population-022-changes-{edition:06}"), &people);
            changed += more;
        }
        publisher.publish_under(Command::new(binary("tram-update")));
        let started = std::time::Instant::now();
        let stick = publisher.stick(&format!("stick-{edition}"));
        let said = far.tram(&["sets", "take", text(&stick)]).succeeds().concat();
        let bytes = said.split(" files with ").nth(1).and_then(|rest| rest.split(' ').next()).expect("bytes");
        fetched.push(bytes.parse::<usize>().expect("a number"));
        println!("{more} of {count} changed, {:.1} s: {said}", started.elapsed().as_secs_f32());
        assert!(said.ends_with(&format!("{count} can be searched")), "{said}");
    }
    let key = far.home().register_key().expect("a key");
    let register = Register::open(&far.home().register(), &key).expect("opens");
    let moved = register.find_by_number("022100000001").expect("readable").expect("found");
    assert!(moved.value(Field::BirthDate).contains("-12-"), "as the second edition has it");
    // The list of files is the same size for two people as for two hundred thousand.
    let list = 40_000;
    assert!(fetched[1] < list && fetched[2] < list + 200 * (count / 400), "{fetched:?}");
    assert!(fetched[0] > 100 * count, "{fetched:?}");
}
