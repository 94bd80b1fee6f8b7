//! A packet is opened and its signatures are verified by implementations that are not ours, from the packet's bytes, its
//! CDDL and the keys alone: Python's `cwt` and `pyhpke`, and JavaScript's `WebCrypto` with `@hpke`, also for X-Wing. A flipped
//! bit must be refused.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)] // Outside of test functions, but in a test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use time::macros::datetime;
use tram_enrollment::OfficerId;
use tram_packet::deed::Signers;
use tram_packet::{Deed, DeedKind, OfficerKey, OrderId, Signer as _, StationKey, random};
use uuid::Uuid;

/// `packaging/test` makes the virtual environment and names it here.
const PYTHON: &str = "TRAM_INDEPENDENT_PYTHON";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn open(packet: &Path) -> Option<Output> {
    let Some(python) = std::env::var_os(PYTHON) else {
        println!("skipped: {PYTHON} is not set; packaging/test sets it");
        return None;
    };
    let golden = root().join("src/packet/golden");
    let output = Command::new(python)
        .arg(root().join("tests/independent/open_packet.py"))
        .arg(packet)
        .arg(golden.join("TEST-keys.json"))
        .arg(golden.join("enrollment.receipt"))
        .output()
        .expect("python runs");
    Some(output)
}

#[test]
fn another_implementation_opens_a_packet_and_verifies_both_signatures() {
    let Some(output) = open(&root().join("src/packet/golden/enrollment.packet")) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for who in ["station", "officer"] {
        assert!(said.contains(&format!("signature of the {who}")), "{said}");
    }
}

#[test]
fn another_implementation_refuses_a_packet_with_a_flipped_bit() {
    let mut bytes =
        std::fs::read(root().join("src/packet/golden/enrollment.packet")).expect("the golden packet");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let folder = tempfile::tempdir().expect("a folder");
    let damaged = folder.path().join("damaged.packet");
    std::fs::write(&damaged, bytes).expect("written");
    let Some(output) = open(&damaged) else { return };
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The second implementation, in another language; `recipient` names the key the packet is for.
fn open_in_javascript(packet: &Path, recipient: &str) -> Option<Output> {
    let Some(modules) = std::env::var_os("TRAM_NODE_MODULES").map(PathBuf::from) else {
        println!("skipped: TRAM_NODE_MODULES is not set; packaging/test sets it");
        return None;
    };
    let output = Command::new("node")
        .arg(modules.parent().expect("a folder").join("open_packet.mjs"))
        .arg(packet)
        .arg(root().join("src/packet/golden/TEST-keys.json"))
        .arg(recipient)
        .output()
        .expect("node runs");
    Some(output)
}

#[test]
fn a_second_implementation_opens_packets_for_p256_and_for_xwing() {
    for (packet, recipient) in [("enrollment.packet", "recipient"), ("xwing.packet", "xwing")] {
        let packet = root().join("src/packet/golden").join(packet);
        let Some(output) = open_in_javascript(&packet, recipient) else { return };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        for who in ["station", "officer"] {
            assert!(said.contains(&format!("signature of the {who} on the manifest")), "{said}");
        }
        let mut bytes = std::fs::read(&packet).expect("the golden packet");
        let place = bytes.len() - 40;
        bytes[place] ^= 1;
        let folder = tempfile::tempdir().expect("a folder");
        let damaged = folder.path().join("damaged.packet");
        std::fs::write(&damaged, bytes).expect("written");
        let refused = open_in_javascript(&damaged, recipient).expect("it ran before");
        assert!(!refused.status.success(), "{}", String::from_utf8_lossy(&refused.stdout));
    }
}

/// What is done beside dossiers: three signatures, verified by another implementation, over what the CDDL says.
#[test]
fn another_implementation_verifies_what_was_done_at_a_station() {
    let Some(python) = std::env::var_os(PYTHON) else {
        println!("skipped: {PYTHON} is not set; packaging/test sets it");
        return;
    };
    let random = &mut random::system();
    let station = StationKey::generate().expect("a key");
    let [officer, supervisor] = [(); 2].map(|()| OfficerKey::generate(random).expect("a key"));
    let deed = Deed {
        station: "TEST-01".into(),
        officer: OfficerId("khanh.lv".into()),
        kind: DeedKind::BlankSpoiled {
            order: OrderId(Uuid::from_u128(7)), reason: "Kẹt thẻ (TEST)".into()
        },
        at: datetime!(2026-11-22 08:00 UTC),
    };
    let signers =
        Signers { station: &station, officer: &officer, supervisor: Some(&supervisor), rekey: None };
    let signed = deed.sign(&signers).expect("signed");
    let keys = [station.public_key(), officer.public_key(), supervisor.public_key()];
    let keys =
        keys.map(|key| key.as_bytes().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deed");
    let check = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        let script = root().join("tests/independent/check_deed.py");
        let cddl = root().join("src/packet/packet.cddl");
        Command::new(&python).arg(script).arg(&path).arg(cddl).args(&keys).output().expect("python runs")
    };
    let output = check(&signed.0);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("signature of the supervisor") && said.contains("is a deed"), "{said}");
    let mut flipped = signed.0;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(!check(&flipped).status.success());
}

#[test]
fn the_parts_of_a_packet_are_what_the_cddl_says() {
    let Some(python) = std::env::var_os(PYTHON) else {
        println!("skipped: {PYTHON} is not set; packaging/test sets it");
        return;
    };
    let golden = root().join("src/packet/golden");
    let output = Command::new(python)
        .arg(root().join("tests/independent/check_cddl.py"))
        .args([
            golden.join("enrollment.packet"),
            golden.join("TEST-keys.json"),
            golden.join("enrollment.receipt"),
            root().join("src/packet/packet.cddl"),
        ])
        .output()
        .expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("are a manifest"), "{said}");
}
