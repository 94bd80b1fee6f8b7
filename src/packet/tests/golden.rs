//! The format does not change by accident: a recorded packet, receipt and slip still read, and the same contents,
//! keys, random numbers and recorded signatures still give the same bytes.
//!
//! `TRAM_GOLDEN=write cargo test -p tram-packet --test golden` records them anew, after a deliberate change.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::{Cast, Seeded, contents};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use time::macros::{date, datetime};
use tram_packet::*;

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "golden", name].iter().collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hexadecimal digits");
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Gives recorded signatures, or records those a key makes.
struct Recorder<'a> {
    key: &'a dyn Signer,
    recorded: RefCell<Vec<Vec<u8>>>,
    made: RefCell<Vec<Vec<u8>>>,
}

impl Signer for Recorder<'_> {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError> {
        let mut recorded = self.recorded.borrow_mut();
        let signature = if recorded.is_empty() { self.key.sign(message)? } else { recorded.remove(0) };
        assert!(self.public_key().verifies(message, &signature), "what is signed has changed");
        self.made.borrow_mut().push(signature.clone());
        Ok(signature)
    }
}

/// The packet is the third in the log: its path is the node over the first two.
fn receipt(packet: &SealedPacket) -> Receipt {
    let (id, digest) = (packet.header().packet, packet.digest());
    let first_two = Digest::of(b"TEST node");
    Receipt {
        packet: id,
        digest,
        log_index: 2,
        root: Digest::of_parts([[1].as_slice(), first_two.as_bytes(), merkle::leaf(id, digest).as_bytes()]),
        path: vec![first_two],
        audit: packet.header().audit,
        epoch: 1,
        received_at: datetime!(2026-11-22 03:00 UTC),
    }
}

fn slip() -> Slip {
    Slip { dossier: contents().dossier, appointment: date!(2026 - 12 - 01) }
}

/// Everything under `golden/`, made from its keys and, where there are any, its recorded signatures.
fn vectors(cast: &Cast, signatures: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>, String, Vec<Vec<u8>>) {
    let station_signatures = signatures.iter().take(3).cloned().collect();
    let centre_signatures = signatures.iter().skip(3).cloned().collect();
    let station =
        Recorder { key: &cast.station, recorded: RefCell::new(station_signatures), made: RefCell::default() };
    let centre =
        Recorder { key: &cast.centre, recorded: RefCell::new(centre_signatures), made: RefCell::default() };
    let envelope = Envelope { station: &station, supervisor: Some(&cast.supervisor), ..cast.envelope() };
    let packet = seal(&contents(), &envelope, &mut Seeded(2)).unwrap();
    let slip = slip().sign(&station).unwrap();
    let receipt = receipt(&packet).sign(&centre).unwrap();
    let made = station.made.into_inner().into_iter().chain(centre.made.into_inner()).collect();
    (packet.into_bytes(), receipt, slip, made)
}

/// The same for a centre whose key is of X-Wing.
fn xwing_vector(cast: &Cast, signatures: &[Vec<u8>]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let recorded = RefCell::new(signatures.to_vec());
    let station = Recorder { key: &cast.station, recorded, made: RefCell::default() };
    let recipient = xwing();
    let envelope = Envelope { station: &station, recipient: recipient.public_key(), ..cast.envelope() };
    let packet = seal(&contents(), &envelope, &mut Seeded(4)).unwrap();
    (packet.into_bytes(), station.made.into_inner())
}

fn xwing() -> RecipientKey {
    RecipientKey::generate_xwing(&mut Seeded(3))
}

fn write() {
    let cast = Cast::new();
    let (xwing_packet, xwing_signatures) = xwing_vector(&cast, &[]);
    let (packet, receipt, slip, signatures) = vectors(&cast, &[]);
    let public = |key: &dyn Signer| hex(key.public_key().as_bytes());
    let keys = json!({
        "comment": "TEST keys, public on purpose",
        "TEST_station_pkcs8": hex(&cast.station.to_pkcs8()),
        "TEST_centre_pkcs8": hex(&cast.centre.to_pkcs8()),
        "TEST_recipient_private": hex(&cast.recipient.to_bytes()),
        "station": public(&cast.station),
        "officer": public(&cast.officer),
        "supervisor": public(&cast.supervisor),
        "centre": public(&cast.centre),
        "recipient": hex(&cast.recipient.public_key().to_bytes()),
        "TEST_xwing_private": hex(&xwing().to_bytes()),
        "xwing": hex(&xwing().public_key().to_bytes()),
        "slip": slip,
        "signatures": signatures.iter().map(|signature| hex(signature)).collect::<Vec<_>>(),
        "xwing_signatures": xwing_signatures.iter().map(|signature| hex(signature)).collect::<Vec<_>>(),
    });
    fs::write(path("xwing.packet"), xwing_packet).unwrap();
    fs::write(path("enrollment.packet"), packet).unwrap();
    fs::write(path("enrollment.receipt"), receipt).unwrap();
    fs::write(path("TEST-keys.json"), format!("{keys:#}\n")).unwrap();
}

#[test]
fn the_recorded_vectors_still_hold() {
    if std::env::var("TRAM_GOLDEN").is_ok_and(|wish| wish == "write") {
        write();
    }
    let keys: Value = serde_json::from_slice(&fs::read(path("TEST-keys.json")).unwrap()).unwrap();
    let cast = Cast {
        station: StationKey::from_pkcs8(&unhex(&keys["TEST_station_pkcs8"])).unwrap(),
        centre: Es256Key::from_pkcs8(&unhex(&keys["TEST_centre_pkcs8"])).unwrap(),
        recipient: RecipientKey::from_bytes(&unhex(&keys["TEST_recipient_private"])).unwrap(),
        ..Cast::new()
    };
    let recorded = fs::read(path("enrollment.packet")).unwrap();
    let recorded_receipt = fs::read(path("enrollment.receipt")).unwrap();
    let recorded_slip = keys["slip"].as_str().unwrap();

    let packet = SealedPacket::parse(recorded.clone()).unwrap();
    let opened = open(&packet, &cast.recipient, &cast).unwrap();
    assert_eq!(opened.contents, contents());
    assert!(opened.supervisor.is_some());
    assert_eq!(Receipt::verify(&recorded_receipt, cast.centre.public_key()), Ok(receipt(&packet)));
    assert_eq!(Slip::verify(recorded_slip, cast.station.public_key()), Ok(slip()));

    let signatures =
        |name: &str| -> Vec<Vec<u8>> { keys[name].as_array().unwrap().iter().map(unhex).collect() };
    let recorded_xwing = fs::read(path("xwing.packet")).unwrap();
    let packet = SealedPacket::parse(recorded_xwing.clone()).unwrap();
    assert_eq!(open(&packet, &xwing(), &cast).unwrap().contents, contents());
    assert!(xwing_vector(&cast, &signatures("xwing_signatures")).0 == recorded_xwing);

    let signatures = signatures("signatures");
    let (packet, receipt, slip, _) = vectors(&cast, &signatures);
    assert!(packet == recorded && receipt == recorded_receipt && slip == recorded_slip);
}
