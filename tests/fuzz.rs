//! Every parser of what comes from outside, fed with mutations of real messages for `TRAM_FUZZ_SECONDS` of a processor
//! each (two here, 600 in `packaging/test --long`): none may panic, and what was touched and is signed may not be believed.

#![allow(clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, clippy::panic)] // In a test.

mod mutation;

use mutation::{Chance, mutated};
use rustix::time::{ClockId, clock_gettime};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;
use time::macros::datetime;
use tram_enrollment::{OfficerId, Role};
use tram_packet::courier::{CourierList, CourierReader, CourierWriter, Homeward, HomewardReceipt};
use tram_packet::deed::Signers;
use tram_packet::{
    Algorithm, CardOrder, Deed, DeedKind, Digest, Es256Key, ExtractKey, Header, Keyring, Kid,
    OfficerIdentity, OfficerKey, PacketId, PublicKey, Receipt, RecipientKey, RecipientPublicKey,
    ReferenceBundle, SealedPacket, SignedDeed, SignedRekey, Signer as _, Slip, StationIdentity, StationKey,
    open, random,
};
use tram_sync::protocol::{JoinAnswer, JoinRequest, Orders, Problem, ReceiptAnswer, SignedTime};
use tram_sync::{Announce, Announced, Checkpoint, JoinCode};
use uuid::Uuid;

type Parser = Box<dyn Fn(&[u8]) -> bool + Send>;

/// A parser, what it is fed with, and whether taking a mutation would be a forgery.
struct Target {
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    parse: Parser,
    is_signed: bool,
}

fn run(target: &Target, seed: u64, seconds: u64) -> String {
    let (mut chance, mut runs) = (Chance::new(seed), 0_u64);
    while processor_time() < Duration::from_secs(seconds) {
        for _ in 0..64 {
            let bytes = mutated(&target.corpus, &mut chance);
            let Ok(taken) = catch_unwind(AssertUnwindSafe(|| (target.parse)(&bytes))) else {
                panic!("{} panicked at {}", target.name, hex(&bytes));
            };
            assert!(!(taken && target.is_signed), "{} took {}", target.name, hex(&bytes));
            runs += 1;
        }
    }
    format!("{}: {runs} mutations in {:.0?} of a processor, no panic", target.name, processor_time())
}

/// What this thread has had of a processor: the parsers share those there are.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn golden(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    std::fs::read(root.join("src/packet/golden").join(name)).expect("a golden file")
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("digits")).collect()
}

/// The TEST keys of the golden vectors.
struct Golden {
    keys: serde_json::Value,
}

impl Golden {
    fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(self.keys[name].as_str().expect("a key"))
    }

    fn station(&self) -> StationKey {
        StationKey::from_pkcs8(&self.bytes("TEST_station_pkcs8")).expect("a key")
    }

    fn centre(&self) -> Es256Key {
        Es256Key::from_pkcs8(&self.bytes("TEST_centre_pkcs8")).expect("a key")
    }

    fn recipient(&self) -> RecipientKey {
        RecipientKey::from_bytes(&self.bytes("TEST_recipient_private")).expect("a key")
    }
}

impl Keyring for Golden {
    fn station(&self, _: Kid) -> Option<StationIdentity> {
        Some(StationIdentity { id: "TEST-01".into(), key: self.station().public_key().clone() })
    }

    fn officer(&self, kid: Kid) -> Option<OfficerIdentity> {
        let signed = |name| PublicKey::new(Algorithm::Ed25519, self.bytes(name)).expect("a key");
        let own = |seed| officer_key(seed).public_key().clone();
        [
            ("khanh.lv", Role::Officer, signed("officer")),
            ("hoa.nt", Role::Supervisor, signed("supervisor")),
            ("khanh.lv", Role::Officer, own(3)),
            ("hoa.nt", Role::Supervisor, own(4)),
        ]
        .into_iter()
        .map(|(id, role, key)| OfficerIdentity { id: OfficerId(id.into()), role, key, vouched_by: None })
        .find(|officer| officer.key.kid() == kid)
    }

    fn officer_by_id(&self, id: &OfficerId) -> Option<OfficerIdentity> {
        let officers =
            [3, 4].into_iter().filter_map(|seed| self.officer(officer_key(seed).public_key().kid()));
        officers.into_iter().find(|officer| officer.id == *id)
    }
}

/// A TEST key of an officer.
fn officer_key(seed: u8) -> OfficerKey {
    OfficerKey::from_seed(&[seed; 32]).expect("a key")
}

fn golden_keys() -> Golden {
    Golden { keys: serde_json::from_slice(&golden("TEST-keys.json")).expect("JSON") }
}

fn courier_file(keys: &Golden) -> Vec<u8> {
    let packet = golden("enrollment.packet");
    let sealed = SealedPacket::parse(packet.clone()).expect("whole");
    let carried = tram_packet::courier::Carried {
        packet: sealed.header().packet,
        sha256: sealed.digest(),
        size: packet.len() as u64,
    };
    let list = CourierList {
        station: "TEST-01".into(),
        made_at: datetime!(2026-11-22 08:00 UTC),
        seen: 0,
        packets: vec![carried],
    };
    let (station, to) = (keys.station(), keys.recipient());
    let mut writer = CourierWriter::new(Vec::new(), &list, &station, to.public_key(), &mut random::system())
        .expect("begun");
    writer.push(&packet).expect("pushed");
    writer.finish().expect("whole")
}

fn homeward(keys: &Golden) -> Vec<u8> {
    let homeward = Homeward {
        station: "TEST-01".into(),
        made_at: datetime!(2026-11-22 08:00 UTC),
        epoch: 1,
        size: 3,
        root: Digest::of(b"TEST"),
        seen: 2,
        path: vec![Digest::of(b"TEST")],
        receipts: vec![HomewardReceipt::new(golden("enrollment.receipt"), vec![Digest::of(b"TEST")])],
    };
    homeward.sign(&keys.centre()).expect("signed")
}

fn deed(keys: &Golden) -> Vec<u8> {
    let deed = Deed {
        station: "TEST-01".into(),
        officer: OfficerId("khanh.lv".into()),
        kind: DeedKind::PacketsExported { packets: 7 },
        at: datetime!(2026-11-22 08:00 UTC),
    };
    let (station, officer, supervisor) = (keys.station(), officer_key(3), officer_key(4));
    let signers =
        Signers { station: &station, officer: &officer, supervisor: Some(&supervisor), rekey: None };
    let signed = deed.sign(&signers).expect("signed");
    assert!(signed.verify(keys).is_ok(), "believed as it is");
    signed.0
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON")
}

fn messages(keys: &Golden) -> Vec<Vec<u8>> {
    let digest = Digest::of(b"TEST");
    let packet = PacketId(Uuid::from_u128(7));
    let base64 = || tram_sync::protocol::Base64(vec![7; 40]);
    vec![
        json(&Announce { packet, sha256: digest, size: 7 }),
        json(&Announced::Held { receipt: base64() }),
        json(&Announced::Wanted { upload: "/v1/uploads/7".into() }),
        json(&Checkpoint { epoch: 1, size: 7, root: digest }),
        json(&JoinRequest::new("TEST", &keys.station()).expect("signed")),
        json(&SignedTime::sign("TEST", datetime!(2026-11-22 08:00 UTC), &keys.centre()).expect("signed")),
        json(&Problem { kind: "TEST".into(), detail: "TEST".into() }),
        json(&ReceiptAnswer { receipts: vec![base64()] }),
    ]
}

fn reads_messages(bytes: &[u8]) -> bool {
    fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> bool {
        serde_json::from_slice::<T>(bytes).is_ok()
    }
    // Each by itself: what one does not take, another may.
    [
        read::<Announce>(bytes),
        read::<Announced>(bytes),
        read::<Checkpoint>(bytes),
        read::<JoinRequest>(bytes),
        read::<JoinAnswer>(bytes),
        read::<SignedTime>(bytes),
        read::<Problem>(bytes),
        read::<ReceiptAnswer>(bytes),
        read::<Orders>(bytes),
    ]
    .contains(&true)
}

fn targets(folder: &Path) -> Vec<Target> {
    let keys = golden_keys();
    let (station, centre) = (keys.station().public_key().clone(), keys.centre().public_key().clone());
    let sealed = SealedPacket::parse(golden("enrollment.packet")).expect("whole");
    let slip = keys.keys["slip"].as_str().expect("a slip").as_bytes().to_vec();
    let authority = Es256Key::generate().expect("a key");
    let key_file = folder.join("keys.json");
    tram_keys::make(&key_file, &tram_keys::Asked::Machine, &mut random::system()).expect("made");
    let kept = std::fs::read(&key_file).expect("read");
    let code = format!("https://127.0.0.1:8443#SECRET.{}.1790000000", Digest::of(b"TEST"));
    let target = |name, corpus, parse: Parser, is_signed| Target { name, corpus, parse, is_signed };
    let (for_open, for_courier, for_deed) = (golden_keys(), golden_keys(), golden_keys());
    let (for_head, for_receipt, for_home) = (station.clone(), centre.clone(), centre.clone());
    let extracts = ExtractKey::generate(&mut random::system());
    let path = key_file.clone();
    let head = sealed.head_bytes().to_vec();
    vec![
        target(
            "packet",
            vec![golden("enrollment.packet"), golden("xwing.packet")],
            Box::new(move |bytes| {
                SealedPacket::parse(bytes.to_vec())
                    .is_ok_and(|packet| open(&packet, &for_open.recipient(), &for_open).is_ok())
            }),
            true,
        ),
        target("head", vec![head], Box::new(move |bytes| Header::verify(bytes, &for_head).is_ok()), true),
        target(
            "receipt",
            vec![golden("enrollment.receipt")],
            Box::new(move |bytes| Receipt::verify(bytes, &for_receipt).is_ok()),
            true,
        ),
        target(
            "courier's file",
            vec![courier_file(&keys)],
            Box::new(move |bytes| {
                let opened = CourierReader::open(bytes, &for_courier.recipient(), &for_courier);
                opened.is_ok_and(|(list, mut packets)| {
                    list.packets.iter().all(|_| packets.next_packet(&mut std::io::sink()).is_ok())
                        && packets.next_packet(&mut std::io::sink()).is_ok_and(|end| end.is_none())
                })
            }),
            true,
        ),
        target(
            "receipts carried home",
            vec![homeward(&keys)],
            Box::new(move |bytes| Homeward::verify(bytes, &for_home).is_ok()),
            true,
        ),
        target(
            "reference data, card orders, key renewals",
            vec![golden("enrollment.receipt"), homeward(&keys), sealed.head_bytes().to_vec()],
            Box::new(move |bytes| {
                let key = authority.public_key();
                ReferenceBundle::verify(bytes, key).is_ok()
                    || CardOrder::verify(bytes, key).is_ok()
                    || SignedRekey(bytes.to_vec()).verify(key).is_ok()
            }),
            true,
        ),
        target(
            "deed",
            vec![deed(&keys)],
            Box::new(move |bytes| SignedDeed(bytes.to_vec()).verify(&for_deed).is_ok()),
            true,
        ),
        target(
            "extract",
            vec![extracts.seal("TEST", b"TEST people").expect("sealed")],
            Box::new(move |bytes| extracts.open("TEST", bytes).is_ok()),
            true,
        ),
        target(
            "slip",
            vec![slip],
            Box::new(move |bytes| {
                std::str::from_utf8(bytes).is_ok_and(|text| Slip::verify(text, &station).is_ok())
            }),
            false,
        ),
        target("messages", messages(&keys), Box::new(reads_messages), false),
        target(
            "join code",
            vec![code.into_bytes()],
            Box::new(|bytes| std::str::from_utf8(bytes).is_ok_and(|text| text.parse::<JoinCode>().is_ok())),
            false,
        ),
        target(
            "keys of recipients",
            vec![keys.bytes("recipient"), keys.bytes("xwing")],
            Box::new(|bytes| {
                RecipientPublicKey::from_bytes(bytes).is_ok() || RecipientKey::from_bytes(bytes).is_ok()
            }),
            false,
        ),
        target("key file", vec![kept], Box::new(move |bytes| reads_key_file(&path, bytes)), false),
    ]
}

fn reads_key_file(path: &Path, bytes: &[u8]) -> bool {
    std::fs::write(path, bytes).expect("written");
    tram_keys::open(path, Some("TEST")).is_ok()
}

#[test]
fn no_parser_panics_and_none_believes_what_was_touched() {
    let seconds =
        std::env::var("TRAM_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(2);
    let folder = tempfile::tempdir().expect("a folder");
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let running: Vec<_> = (1..)
        .zip(targets(folder.path()))
        .map(|(seed, target)| {
            let seed = seed * 1_000_003 + seconds;
            std::thread::spawn(move || run(&target, seed, seconds))
        })
        .collect();
    let ended: Vec<_> = running.into_iter().map(std::thread::JoinHandle::join).collect();
    std::panic::set_hook(hook);
    for end in ended {
        match end {
            Ok(line) => println!("{line}"),
            Err(why) => panic!("{}", why.downcast_ref::<String>().map_or("a parser failed", String::as_str)),
        }
    }
}
