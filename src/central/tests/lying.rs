//! A station that lies: whoever has its key and one officer's passphrase signs what the station's own program never would.
//! The centre enforces every rule again; what breaks one is receipted, kept, and waits for a person.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

mod common;

use common::{Central, Hands, Station, TEST, printed};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tram_central::reference::RULES;
use tram_enrollment::OfficerId;
use tram_packet::deed::Signers;
use tram_packet::*;
use uuid::Uuid;

const ALONE: &str = "a finger was not captured and no supervisor signed for it";

/// A centre whose rules ask for two people, and a station of it.
fn strict() -> (Central, Station) {
    let central = Central::demo();
    let asked = RULES
        .replace("second_person = []", "second_person = [\"finger_excepted\", \"blank_spoiled\"]")
        .replace("two_at_the_centre = []", "two_at_the_centre = [\"withdraw\"]");
    let rules = central.folder().join("rules.toml");
    std::fs::write(&rules, asked).unwrap();
    printed(central.folder(), &["reference", "publish", "--rules", rules.to_str().unwrap()]);
    let station = Station::join(&central.code);
    (central, station)
}

/// Makes an officer; their key.
fn officer(central: &Central, station: &mut Station, id: &str, role: &str) -> OfficerKey {
    let words = ["officer", "add", id, "--name", "TEST", "--title", "TEST", "--role", role];
    let passphrase = passphrase(&printed(central.folder(), &words));
    let bundle = station.centre().reference(None).unwrap().unwrap();
    station.bundle = ReferenceBundle::verify(&bundle, &station.membership.station.authority).unwrap();
    key(station, id, &passphrase)
}

fn passphrase(said: &str) -> String {
    said.lines().next().unwrap().split_once(": ").unwrap().1.to_owned()
}

fn key(station: &Station, id: &str, passphrase: &str) -> OfficerKey {
    station.bundle.officer(&OfficerId(id.into())).unwrap().sealed_key.open(passphrase).unwrap()
}

/// A new key of somebody's, which another one vouches for.
fn renewal(station: &Station, whose: &str, by: (&str, &OfficerKey)) -> (OfficerKey, SignedRekey) {
    let mut random = random::system();
    let renewed = OfficerKey::generate(&mut random).unwrap();
    let cheap = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };
    let rekey = Rekey {
        officer: OfficerId(whose.into()),
        public_key: renewed.public_key().clone(),
        sealed_key: SealedKey::seal(&renewed, "TEST", cheap, &mut random).unwrap(),
        supervisor: OfficerId(by.0.into()),
        station: station.membership.station.station.clone(),
        made_at: OffsetDateTime::now_utc(),
    };
    let signed = rekey.sign(by.1).unwrap();
    (renewed, signed)
}

/// What the centre's list says of a packet.
fn said(central: &Central, packet: PacketId) -> String {
    let list = printed(central.folder(), &["packet", "list"]);
    list.lines().find(|line| line.starts_with(&packet.to_string())).unwrap().to_owned()
}

/// An enrollment that lacks fingers, in this officer's name.
fn by(station: &Station, citizen: u64, officer: &str) -> Contents {
    let contents = station.contents(PacketKind::Enrollment, citizen, citizen, TEST);
    Contents { officer: OfficerId(officer.into()), ..contents }
}

/// Two signatures are of two people: not of one twice, not with a key that somebody else made for them at the station.
#[test]
fn one_person_is_not_two() {
    let (central, mut station) = strict();
    let hoa = key(&station, "hoa.nt", "nui xanh 2026");
    officer(&central, &mut station, "lan.pt", "supervisor");
    // She makes herself a key in another supervisor's name, and one in an officer's.
    let (as_lan, lan_renewed) = renewal(&station, "lan.pt", ("hoa.nt", &hoa));
    let (as_khanh, khanh_renewed) = renewal(&station, "khanh.lv", ("hoa.nt", &hoa));

    let twice = Hands { officer: Some(&hoa), supervisor: Some(&hoa), rekey: None };
    let twice = station.seal_by(by(&station, 1, "hoa.nt"), twice);
    let vouched = Hands { officer: Some(&as_khanh), supervisor: Some(&hoa), rekey: Some(&khanh_renewed) };
    let vouched = station.seal_by(by(&station, 2, "khanh.lv"), vouched);
    // Alone she may well: what she signed as herself, and what Lan does with a renewed key that asks for nobody.
    let mut harmless = by(&station, 3, "lan.pt");
    let finger = harmless.samples.last().unwrap().clone();
    for (position, _) in std::mem::take(&mut harmless.exceptions) {
        let SampleRole::Finger { impression, .. } = finger.role else { unreachable!("a finger is the last") };
        let role = SampleRole::Finger { position, impression, step: position };
        harmless.samples.push(PacketSample { role, ..finger.clone() });
    }
    let harmless = station
        .seal_by(harmless, Hands { officer: Some(&as_lan), supervisor: None, rekey: Some(&lan_renewed) });
    station.sync();
    assert!(said(&central, harmless).contains("registered"));
    // The centre knows that key now; it still is no second person's.
    let second = Hands { officer: Some(&hoa), supervisor: Some(&as_lan), rekey: None };
    let second = station.seal_by(by(&station, 4, "hoa.nt"), second);
    let honest = Hands { officer: None, supervisor: Some(&hoa), rekey: None };
    let honest = station.seal_by(by(&station, 5, "khanh.lv"), honest);
    station.sync();
    for packet in [twice, vouched, second] {
        let line = said(&central, packet);
        assert!(line.contains("held") && line.contains(ALONE), "{line}");
        station.receipt(packet);
    }
    assert!(said(&central, honest).contains("registered"));
}

/// Who vouches for a key makes none that may do more: a team lead no supervisor's.
#[test]
fn a_renewal_gives_nobody_more_rights() {
    let (central, mut station) = strict();
    let lead = officer(&central, &mut station, "an.vt", "team-lead");
    let (as_hoa, renewed) = renewal(&station, "hoa.nt", ("an.vt", &lead));
    let hands = Hands { officer: Some(&as_hoa), supervisor: None, rekey: Some(&renewed) };
    let risen = station.seal_by(by(&station, 1, "hoa.nt"), hands);
    let (as_khanh, renewed) = renewal(&station, "khanh.lv", ("an.vt", &lead));
    let hands = Hands { officer: Some(&as_khanh), supervisor: None, rekey: Some(&renewed) };
    let helped = station.seal_by(by(&station, 2, "khanh.lv"), hands);
    station.sync();
    assert!(said(&central, risen).contains("the right to renew this key"), "{}", said(&central, risen));
    assert!(said(&central, helped).contains(ALONE), "opened, and judged as any other");
}

/// Rules are got round neither by a day before them nor by a finger that nobody mentions.
#[test]
fn neither_a_false_day_nor_silence_gets_round_a_rule() {
    let (central, mut station) = strict();
    let mut at = |citizen, received_at| {
        let mut contents = by(&station, citizen, "khanh.lv");
        contents.times.received_at = received_at;
        station.seal_contents(contents)
    };
    let long_ago = at(1, datetime!(2001-01-01 00:00 UTC));
    let not_yet = at(2, OffsetDateTime::now_utc() + Duration::days(4000));
    let mut silent = by(&station, 3, "khanh.lv");
    silent.exceptions.clear();
    let silent = station.seal_contents(silent);
    let mut unheard_of = by(&station, 4, "khanh.lv");
    unheard_of.procedure = "TEST.unheard-of".into();
    let unheard_of = station.seal_by(unheard_of, Hands::default());
    let withdrawal = PacketKind::Withdrawal { of: silent, reason: "TEST".into() };
    let mut withdrawal = station.contents(withdrawal, 3, 3, TEST);
    withdrawal.times.received_at = datetime!(2001-01-01 00:00 UTC);
    let withdrawal = station.seal_contents(withdrawal);
    station.sync();
    let fingers = "a finger that the rules ask for was neither captured nor excepted";
    for (packet, why) in [
        (long_ago, ALONE),
        (not_yet, ALONE),
        (silent, fingers),
        (unheard_of, fingers),
        (withdrawal, "an enrollment is withdrawn and no supervisor signed for it"),
    ] {
        let line = said(&central, packet);
        assert!(line.contains("held") && line.contains(why), "{line}");
    }
}

/// A key that was replaced signs nothing new, and who is barred does nothing beside dossiers either.
#[test]
fn former_keys_and_barred_people_are_doubted() {
    let (central, mut station) = strict();
    let hoa = key(&station, "hoa.nt", "nui xanh 2026");
    let by_two = Hands { officer: None, supervisor: Some(&hoa), rekey: None };
    let before = station.seal_by(by(&station, 1, "khanh.lv"), by_two);
    printed(central.folder(), &["officer", "reset", "khanh.lv"]);
    let contents = by(&station, 2, "khanh.lv");
    let after = station.seal_by(contents, by_two);
    printed(central.folder(), &["officer", "revoke", "hoa.nt"]);
    let deed = Deed {
        station: station.membership.station.station.clone(),
        officer: OfficerId("khanh.lv".into()),
        kind: DeedKind::BlankSpoiled { order: OrderId(Uuid::nil()), reason: "TEST".into() },
        at: OffsetDateTime::now_utc(),
    };
    let signers =
        Signers { station: &*station.key, officer: &station.officer, supervisor: Some(&hoa), rekey: None };
    station.centre().tell(&deed.sign(&signers).unwrap()).unwrap();
    station.sync();
    let (replaced, barred) =
        ("an officer signed with a key after it was replaced", "an officer who signed is barred");
    let (first, second) = (said(&central, before), said(&central, after));
    assert!(first.contains(barred) && !first.contains(replaced), "{first}");
    assert!(second.contains(barred) && second.contains(replaced), "{second}");
    let list = printed(central.folder(), &["deeds"]);
    assert!(list.contains("unverified") && list.contains(barred) && list.contains(replaced), "{list}");
}
