//! Somebody enrolls twice: no card before a person has compared and decided, at the desk or on the command line.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::browser::Browser;
use common::{Central, FINGERS, Station, TEST, eventually, excepted, printed, ten_fingers, told};
use tram_biometric::Impression;
use tram_central::reference::RULES;
use tram_packet::*;
use tram_sync::Transport as _;

/// What the centre says of a packet.
fn state(central: &Central, packet: PacketId) -> String {
    let list = printed(central.folder(), &["packet", "list"]);
    list.lines().find(|line| line.starts_with(&packet.to_string())).unwrap().to_owned()
}

fn becomes(central: &Central, packet: PacketId, word: &str) -> String {
    eventually(word, || Some(state(central, packet)).filter(|line| line.contains(word)))
}

fn orders(station: &Station) -> Vec<PacketId> {
    let signed = station.centre().orders(0).unwrap().orders;
    signed
        .iter()
        .map(|order| {
            let key = station.bundle.centre_key(CardOrder::signed_by(&order.order.0).unwrap()).unwrap();
            CardOrder::verify(&order.order.0, key).unwrap().packet
        })
        .collect()
}

fn decide(central: &Central, case: &str, verdict: &str, passphrase: &str) -> (bool, String) {
    let decision = ["adjudicate", "decide", case, verdict, "--as", "lan.tt"];
    let reason = ["--reason", "Đã đối chiếu ảnh và vân tay (TEST)"];
    told(central.folder(), &[decision.as_slice(), &reason].concat(), passphrase)
}

/// The only case that waits: its number.
fn case(central: &Central) -> String {
    let list = printed(central.folder(), &["adjudicate", "list"]);
    assert_eq!(list.lines().count(), 1, "{list}");
    list.split_whitespace().next().unwrap().to_owned()
}

/// The same fingers under another number wait for a person; "different" orders the card, "same" refuses, and both are
/// signed and in the log.
#[test]
fn the_same_fingers_under_another_name_wait_for_a_person() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let first = station.enroll(1);
    station.sync();
    becomes(&central, first, "clear");
    let second = station.enroll_with(2, 1);
    station.sync();
    station.receipt(second);
    becomes(&central, second, "held");
    assert_eq!(orders(&station), [first]);
    assert_eq!(central.persons().len(), 1);

    let number = case(&central);
    let shown = printed(central.folder(), &["adjudicate", "show", &number]);
    assert!(shown.contains("022194900001") && shown.contains("022194900002"), "{shown}");
    assert_eq!(shown.matches("  alike").count(), FINGERS.len(), "{shown}");
    let (decided, why) = decide(&central, &number, "different", "wrong wrong");
    assert!(!decided && why.contains("passphrase is wrong"), "{why}");
    let leaves = station.centre().checkpoint().unwrap().size;
    let (decided, why) = decide(&central, &number, "different", "bien xa 2026");
    assert!(decided, "{why}");
    assert_eq!(orders(&station), [first, second]);
    assert_eq!(central.persons().len(), 2);
    assert_eq!(station.centre().checkpoint().unwrap().size, leaves + 1, "the decision is in the log");
    let shown = printed(central.folder(), &["adjudicate", "show", &number]);
    assert!(shown.contains("signature verifies") && shown.contains("verdict different"), "{shown}");
    let (again, why) = decide(&central, &number, "same", "bien xa 2026");
    assert!(!again && why.contains("decided already"), "{why}");

    // A third number: alike to both, and refused by the first decision that says so.
    let third = station.enroll_with(3, 1);
    station.sync();
    becomes(&central, third, "held");
    let list = printed(central.folder(), &["adjudicate", "list"]);
    assert_eq!(list.lines().count(), 2, "{list}");
    let number = list.split_whitespace().next().unwrap();
    assert!(decide(&central, number, "same", "bien xa 2026").0);
    becomes(&central, third, "refused");
    assert_eq!(printed(central.folder(), &["adjudicate", "list"]), "");
    assert_eq!(orders(&station), [first, second]);
    assert_eq!(central.persons().len(), 2);
    // What was refused is still kept, sealed as it came.
    station.compare(&central, third);
}

/// A correction, a second enrollment under one's own number, and people with other fingers are not held; other fingers
/// under one's number are.
#[test]
fn the_same_person_is_not_held_and_another_under_the_number_is() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let first = station.enroll(1);
    station.sync();
    becomes(&central, first, "clear");
    let correction = PacketKind::Correction { of: first };
    let corrected = station.contents(correction, 2, 1, TEST);
    let corrected = station.seal_contents(corrected);
    let again = station.enroll_with(2, 1);
    let neighbour = station.enroll(7);
    station.sync();
    for packet in [corrected, again, neighbour] {
        becomes(&central, packet, "clear");
    }
    let stolen = station.enroll_with(7, 8);
    station.sync();
    becomes(&central, stolen, "held");
    let shown = printed(central.folder(), &["adjudicate", "show", &case(&central)]);
    assert!(shown.contains("fingers that do not agree"), "{shown}");
    assert!(decide(&central, &case(&central), "same", "bien xa 2026").0);
    becomes(&central, stolen, "clear");
    // Nor does it help to show none.
    let mut hidden = station.contents(PacketKind::Enrollment, 7, 8, TEST);
    hidden.samples.retain(|sample| !matches!(sample.role, SampleRole::Finger { .. }));
    hidden.exceptions = ten_fingers().map(excepted).collect();
    let hidden = station.seal_contents(hidden);
    station.sync();
    becomes(&central, hidden, "held");
}

/// Fingers that cannot be read cannot be looked for: a person says that it is well.
#[test]
fn unreadable_fingers_wait_and_lost_templates_come_back() {
    let mut central = Central::demo();
    let mut station = Station::join(&central.code);
    let mut contents = station.contents(PacketKind::Enrollment, 1, 1, TEST);
    contents.samples.iter_mut().for_each(|sample| {
        if matches!(sample.role, SampleRole::Finger { .. }) {
            sample.sample.bytes = b"TEST: no WSQ".to_vec();
        }
    });
    let unreadable = station.seal_contents(contents);
    let first = station.enroll(2);
    station.sync();
    let line = becomes(&central, unreadable, "held");
    assert!(line.contains("none of its fingers can be read"), "{line}");
    printed(central.folder(), &["packet", "release", &unreadable.to_string()]);
    becomes(&central, unreadable, "clear");
    becomes(&central, first, "clear");

    central.kill();
    for file in ["templates.sqlite", "templates.sqlite-wal", "templates.sqlite-shm"] {
        std::fs::remove_file(central.folder().join(file)).ok();
    }
    central.revive();
    let second = station.enroll_with(3, 2);
    station.sync();
    becomes(&central, second, "held");
}

/// The matcher's file says nothing of anybody: no name, no number, no packet.
#[test]
fn templates_are_apart_from_people() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    station.sync();
    becomes(&central, packet, "clear");
    for file in ["templates.sqlite", "templates.sqlite-wal"] {
        let bytes = std::fs::read(central.folder().join(file)).unwrap();
        for marker in ["022194900001".as_bytes(), "Vàng A Páo".as_bytes(), packet.0.as_bytes()] {
            assert!(!bytes.windows(marker.len()).any(|window| window == marker));
        }
        assert!(!bytes.windows(36).any(|window| window == packet.to_string().as_bytes()));
    }
}

/// The desk: signed in with an own passphrase, compared side by side, decided with a form of this session only.
#[test]
fn an_adjudicator_compares_and_decides_at_the_desk() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    station.enroll(1);
    let second = station.enroll_with(2, 1);
    station.sync();
    let number = eventually("a case", || {
        let list = printed(central.folder(), &["adjudicate", "list"]);
        list.split_whitespace().next().map(str::to_owned)
    });
    let mut browser = Browser::at(central.folder(), central.desk);
    for path in ["/", &format!("/cases/{number}"), &format!("/cases/{number}/waiting/portrait")] {
        let answer = browser.get(path);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in")), "{path}");
    }
    assert_eq!(browser.post("/sign-in", "id=lan.tt&passphrase=wrong").status, 401);
    // An officer of a station is nobody here.
    assert_eq!(browser.post("/sign-in", "id=hoa.nt&passphrase=nui+xanh+2026").status, 401);
    let answer = browser.post("/sign-in", "id=lan.tt&passphrase=bien+xa+2026");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-") && cookie.ends_with("Path=/; Secure; HttpOnly; SameSite=Strict"));
    browser.cookie = Some(cookie.split(';').next().unwrap().to_owned());

    let list = browser.get("/");
    assert!(list.text().contains(&format!("href=\"/cases/{number}\"")), "{}", list.text());
    assert!(list.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let page = browser.get(&format!("/cases/{number}")).text();
    for shown in ["Vàng A Páo", "H&#39;Blơi Niê", "022194900001", "022194900002", "Một người", "One person"]
    {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert!(!page.contains("H'Blơi"), "what people typed is never markup");
    let code = FINGERS[0].code();
    for (picture, begins) in
        [(format!("waiting/{code}"), b"\x89PNG".as_slice()), (format!("candidate/{code}"), b"\x89PNG")]
    {
        let answer = browser.get(&format!("/cases/{number}/{picture}"));
        assert!(answer.status == 200 && answer.body.starts_with(begins), "{picture}: {}", answer.status);
    }
    assert_eq!(browser.get(&format!("/cases/{number}/waiting/99")).status, 404);

    let form = page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let decide = |form: &str, reason: &str| {
        browser.post(&format!("/cases/{number}"), &format!("form={form}&verdict=different&reason={reason}"))
    };
    assert_eq!(decide("another", "because+TEST").status, 403);
    let refused = decide(form, "no");
    assert!(refused.status == 409 && refused.text().contains("5 to 500 characters"));
    assert_eq!(decide(form, "because+TEST").status, 303);
    becomes(&central, second, "clear");
    assert!(browser.get(&format!("/cases/{number}")).text().contains("verdict different"));
    assert_eq!(browser.post("/sign-out", &format!("form={form}")).status, 303);
    assert_eq!(browser.get("/").status, 303, "signed out");
    // Guesses sent all at once are counted one after the other: most of them are not even tried.
    let refused = std::thread::scope(|scope| {
        let guess = || browser.post("/sign-in", "id=lan.tt&passphrase=wrong").status;
        let guesses: Vec<_> = (0..16).map(|_| scope.spawn(guess)).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).filter(|status| *status == 429).count()
    });
    assert!(refused >= 8, "{refused} of 16");
    // Stations' addresses show no desk, and the desk takes no packets.
    assert_eq!(Browser::at(central.folder(), central.port).get("/sign-in").status, 404);
    assert_eq!(Browser::at(central.folder(), central.desk).get("/v1/checkpoint").status, 404);
}

/// Where the rules ask for a second person, a packet without the supervisor's signature is kept and waits.
#[test]
fn a_missing_second_signature_is_held_and_never_lost() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let asked =
        RULES.replace("second_person = []", "second_person = [\"finger_excepted\", \"portrait_kept\"]");
    assert_ne!(asked, RULES);
    let rules = central.folder().join("rules.toml");
    std::fs::write(&rules, asked).unwrap();
    printed(central.folder(), &["reference", "publish", "--rules", rules.to_str().unwrap()]);
    let alone = station.enroll(1);
    station.sync();
    station.receipt(alone);
    let line = becomes(&central, alone, "held");
    assert!(line.contains("a finger was not captured and no supervisor signed for it"), "{line}");
    let mut contents = station.contents(PacketKind::Enrollment, 2, 2, TEST);
    let finger = contents.samples.last().unwrap().clone();
    for (position, _) in std::mem::take(&mut contents.exceptions) {
        let role = SampleRole::Finger { position, impression: Impression::Plain, step: position };
        contents.samples.push(PacketSample { role, ..finger.clone() });
    }
    let whole = station.seal_contents(contents.clone());
    contents.samples.iter_mut().for_each(|sample| {
        if let SampleRole::PortraitFull { override_reason, .. } = &mut sample.role {
            *override_reason = Some("TEST".into());
        }
    });
    let overridden = station.seal_contents(contents);
    station.sync();
    becomes(&central, whole, "clear");
    let line = becomes(&central, overridden, "held");
    assert!(line.contains("a portrait that fails a check was kept"), "{line}");
    printed(central.folder(), &["packet", "release", &alone.to_string()]);
    becomes(&central, alone, "clear");
}

/// A station gets a new certificate for its key before the old one ends; a barred one does not, and still delivers.
#[test]
fn certificates_are_renewed_and_barring_ends_that() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let held = &station.membership.station;
    let identity = (held.certificate.0.clone(), station.key.to_pkcs8().to_vec());
    let asker = Browser::showing(central.folder(), central.port, Some(identity));
    let answer = asker.post("/v1/certificate", "");
    assert_eq!(answer.status, 201, "{}", answer.text());
    let renewed: tram_sync::protocol::JoinAnswer = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(renewed.station, held.station);
    assert_ne!(renewed.certificate.0, held.certificate.0);
    assert!(renewed.first_number > held.last_number, "with further numbers");
    station.membership.station = renewed;
    station.enroll(1);
    station.sync();
    printed(central.folder(), &["station", "revoke", &station.membership.station.station]);
    assert_eq!(asker.post("/v1/certificate", "").status, 403);
    let late = station.enroll(2);
    station.sync();
    station.receipt(late);
    assert_eq!(Browser::at(central.folder(), central.port).post("/v1/certificate", "").status, 401);
}
