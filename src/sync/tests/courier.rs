//! Packets that are carried, receipts that come home in a file, and every way a file can be wrong.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::{MemoryCentre, MemoryOutbox, drive_lane};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use time::OffsetDateTime;
use tram_packet::courier::{Carried, CourierList, CourierReader, Homeward, HomewardReceipt};
use tram_packet::{
    Digest, Es256Key, Keyring, Kid, OfficerIdentity, PacketError, PacketId, RecipientKey, Signer as _,
    StationIdentity, random,
};
use tram_sync::courier::{CameHome, CourierError, Sender};
use tram_sync::{Checkpoint, Lane, Outbox as _, Reason};

/// A station, its centre, and the keys of both.
struct Route {
    station: Es256Key,
    courier: RecipientKey,
    centre: MemoryCentre,
    outbox: MemoryOutbox,
}

impl Keyring for Route {
    fn station(&self, kid: Kid) -> Option<StationIdentity> {
        let key = self.station.public_key().clone();
        (key.kid() == kid).then(|| StationIdentity { id: "TEST-01".into(), key })
    }

    fn officer(&self, _: Kid) -> Option<OfficerIdentity> {
        None
    }

    fn officer_by_id(&self, _: &tram_enrollment::OfficerId) -> Option<OfficerIdentity> {
        None
    }
}

impl Route {
    fn new(packets: usize) -> Self {
        Self {
            station: Es256Key::generate().unwrap(),
            courier: RecipientKey::generate(&mut random::system()),
            centre: MemoryCentre::healthy(),
            outbox: MemoryOutbox::with(packets, 200_000),
        }
    }

    fn send_out(&mut self, seen: Option<Checkpoint>, path: &Path) -> Result<Vec<Carried>, CourierError> {
        let lane = Lane::new((), vec![self.centre.key.public_key().clone()], seen);
        let sender = Sender {
            station: "TEST-01",
            key: &self.station,
            to: self.courier.public_key(),
            at: OffsetDateTime::UNIX_EPOCH,
        };
        lane.send_out(&mut self.outbox, &sender, path, &mut random::system())
    }

    /// The centre's side: unpacks a file, and enters what is in it.
    fn take_in(&mut self, file: &[u8]) -> Result<(CourierList, BTreeMap<PacketId, Vec<u8>>), PacketError> {
        let (list, mut reader) = CourierReader::open(file, &self.courier, self)?;
        let mut packets = BTreeMap::new();
        loop {
            let mut bytes = Vec::new();
            let Some(carried) = reader.next_packet(&mut bytes)? else { break };
            packets.insert(carried.packet, bytes);
        }
        Ok((list, packets))
    }

    /// The centre's answer to a list, with the receipts of all it names.
    fn homeward(&mut self, list: &CourierList) -> Homeward {
        let (epoch, size) = (self.centre.epoch, self.centre.log().len());
        let log = self.centre.log();
        let (root, path) = (log.root(size), log.consistency(list.seen, size));
        let named: Vec<(u64, Vec<u8>)> = (0..)
            .zip(&self.centre.registered)
            .filter(|(_, (packet, ..))| list.packets.iter().any(|carried| carried.packet == *packet))
            .map(|(index, (_, _, receipt))| (index, receipt.clone()))
            .collect();
        let log = self.centre.log();
        let receipts = named
            .into_iter()
            .map(|(index, receipt)| HomewardReceipt::new(receipt, log.consistency(index + 1, size)))
            .collect();
        let made_at = OffsetDateTime::UNIX_EPOCH;
        Homeward { station: "TEST-01".into(), made_at, epoch, size, root, seen: list.seen, path, receipts }
    }

    fn lane(&self, seen: Option<Checkpoint>) -> Lane<()> {
        Lane::new((), vec![self.centre.key.public_key().clone()], seen)
    }
}

#[test]
fn packets_go_out_in_a_file_and_receipts_come_home_in_one() {
    let mut route = Route::new(3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST.courier");
    let carried = route.send_out(None, &path).unwrap();
    assert_eq!(carried.len(), 3);
    assert!(matches!(route.send_out(None, &path), Err(CourierError::Medium(_))), "an earlier file is kept");
    let file = std::fs::read(&path).unwrap();
    assert!(!file.windows(7).any(|window| window == b"TEST-01"), "who sent it is not readable");

    let (list, packets) = route.take_in(&file).unwrap();
    assert_eq!((list.station.as_str(), &list.packets), ("TEST-01", &carried));
    for (packet, bytes) in &packets {
        assert!(*bytes == route.outbox.packets[packet].bytes);
        route.centre.enter(*packet, Digest::of(bytes));
    }
    assert_eq!(route.outbox.receipted(), 0, "a file that left changes nothing");

    let homeward = route.homeward(&list).sign(&route.centre.key).unwrap();
    let mut lane = route.lane(None);
    let came = lane.bring_home(&mut route.outbox, "TEST-01", &homeward).unwrap();
    assert_eq!(came, CameHome { received: 3, not_waiting: 0, refused: 0 });
    assert_eq!((route.outbox.receipted(), lane.checkpoint().unwrap().size), (3, 3));
    let again = lane.bring_home(&mut route.outbox, "TEST-01", &homeward).unwrap();
    assert_eq!(again, CameHome { received: 0, not_waiting: 3, refused: 0 });
    assert!(matches!(route.send_out(None, &folder.path().join("2")), Err(CourierError::Nothing)));

    // And over the link it goes on where the file left off.
    let seen = lane.checkpoint().copied();
    route.outbox.add(9, 1_000);
    let keys = vec![route.centre.key.public_key().clone()];
    let mut lane = Lane::new(&mut route.centre, keys, seen);
    drive_lane(&mut lane, &mut route.outbox, Duration::ZERO, Duration::from_hours(1), &mut |_, _| {});
    assert_eq!((route.outbox.receipted(), route.outbox.fork), (4, None));

    // A file that comes home twice, or after the log went on, contradicts nothing; and a packet that was set aside is settled
    // by its receipt as any other.
    let seen = lane.checkpoint().copied();
    route.outbox.add(10, 1_000);
    let path = folder.path().join("TEST-2.courier");
    route.send_out(seen, &path).unwrap();
    let (list, packets) = route.take_in(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(list.seen, 4);
    for (packet, bytes) in &packets {
        route.centre.enter(*packet, Digest::of(bytes));
    }
    let homeward = route.homeward(&list).sign(&route.centre.key).unwrap();
    route.outbox.quarantine(list.packets[0].packet, &Reason::TooLarge).unwrap();
    for receipted in [1, 0] {
        let came = route.lane(seen).bring_home(&mut route.outbox, "TEST-01", &homeward).unwrap();
        assert_eq!(came, CameHome { received: receipted, not_waiting: 1 - receipted, refused: 0 });
    }
    let mut lane = route.lane(seen);
    lane.bring_home(&mut route.outbox, "TEST-01", &homeward).unwrap();
    lane.bring_home(&mut route.outbox, "TEST-01", &homeward).unwrap();
    assert_eq!((route.outbox.receipted(), route.outbox.fork), (5, None));
}

#[test]
fn a_damaged_or_foreign_file_is_refused_at_the_centre() {
    let mut route = Route::new(2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST.courier");
    route.send_out(None, &path).unwrap();
    let file = std::fs::read(&path).unwrap();
    for at in [0, 20, 100, 400, file.len() / 2, file.len() - 1] {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(route.take_in(&damaged).is_err(), "byte {at}");
        assert!(route.take_in(&file[..at]).is_err(), "cut at {at}");
    }
    let stranger = Es256Key::generate().unwrap();
    let station = std::mem::replace(&mut route.station, stranger);
    assert!(matches!(route.take_in(&file), Err(PacketError::UnknownKey { .. })));
    route.station = station;
    let courier = std::mem::replace(&mut route.courier, RecipientKey::generate(&mut random::system()));
    assert_eq!(route.take_in(&file).map(drop), Err(PacketError::Decrypt));
    route.courier = courier;
    assert!(route.take_in(&file).is_ok());
}

#[test]
fn receipts_in_a_file_are_believed_by_the_rules_of_the_link() {
    let mut route = Route::new(3);
    let folder = tempfile::tempdir().unwrap();
    route.send_out(None, &folder.path().join("TEST.courier")).unwrap();
    let list = CourierList {
        station: "TEST-01".into(),
        made_at: OffsetDateTime::UNIX_EPOCH,
        seen: 0,
        packets: route
            .outbox
            .packets
            .iter()
            .map(|(packet, held)| Carried {
                packet: *packet,
                sha256: held.sha256,
                size: held.bytes.len() as u64,
            })
            .collect(),
    };
    for Carried { packet, sha256, .. } in &list.packets {
        route.centre.enter(*packet, *sha256);
    }
    let good = route.homeward(&list);
    let sign = |homeward: &Homeward, key: &Es256Key| homeward.sign(key).unwrap();
    let signed = sign(&good, &route.centre.key);
    let lane = |route: &Route, seen| route.lane(seen);

    let forger = Es256Key::generate().unwrap();
    let forged = sign(&good, &forger);
    let mut flipped = signed.clone();
    flipped[300] ^= 1;
    for wrong in [forged, flipped, signed[..200].to_vec(), Vec::new()] {
        let refused = lane(&route, None).bring_home(&mut route.outbox, "TEST-01", &wrong);
        assert!(matches!(refused, Err(CourierError::Packet(_))), "{refused:?}");
    }
    let refused = lane(&route, None).bring_home(&mut route.outbox, "TEST-02", &signed);
    assert!(matches!(refused, Err(CourierError::OtherStation(_))));

    // What the station has seen since is more than the file knows.
    let younger = Checkpoint { epoch: 1, size: 9, root: Digest::of(b"younger") };
    let refused = lane(&route, Some(younger)).bring_home(&mut route.outbox, "TEST-01", &signed);
    assert!(matches!(refused, Err(CourierError::Stale)));
    assert!(route.outbox.fork.is_none(), "an old file is no contradiction");

    // A receipt of another log, in a file that is otherwise the centre's.
    let mut elsewhere = good.clone();
    elsewhere.receipts[1].path = vec![Digest::of(b"elsewhere")];
    let came = lane(&route, None)
        .bring_home(&mut route.outbox, "TEST-01", &sign(&elsewhere, &route.centre.key))
        .unwrap();
    assert_eq!((came.received, came.refused), (2, 1));

    // A log that does not continue the one that was seen.
    let other = Checkpoint { epoch: 1, size: 2, root: Digest::of(b"another log") };
    let signed = sign(&Homeward { seen: 2, ..good.clone() }, &route.centre.key);
    let refused = lane(&route, Some(other)).bring_home(&mut route.outbox, "TEST-01", &signed);
    assert!(matches!(refused, Err(CourierError::Fork(_))));
    assert!(route.outbox.fork.is_some());
    assert_eq!(route.outbox.receipted(), 2);
}
