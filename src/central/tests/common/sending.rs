//! Stations that send under load, and their receipts held against the centre.

use super::memory::{Chance, MemoryOutbox};
use super::{Station, TEST, excepted, ten_fingers};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tram_packet::{PacketId, PacketKind, Receipt, SampleRole};
use tram_sync::{Lane, Outbox as _, Transport};

/// When which packet was receipted.
pub(crate) type Receipted = Mutex<Vec<(Instant, PacketId)>>;

/// A citizen with a signature only and no fingers: the matcher has no part in this.
pub(crate) fn small(station: &mut Station, citizen: u64) {
    let mut contents = station.contents(PacketKind::Enrollment, citizen, 1, TEST);
    contents.samples.retain(|sample| sample.role == SampleRole::Signature);
    contents.exceptions = ten_fingers().map(excepted).collect();
    station.seal_contents(contents);
}

/// Sends until nothing waits; pauses are cut to a few milliseconds.
pub(crate) fn send(station: &mut Station, centre: impl Transport, receipted: &Receipted) {
    let lane = Lane::new(centre, station.bundle.centre_keys.clone(), None);
    empty(&mut station.outbox, lane, receipted);
}

/// Sends what is in an outbox, as [`send`].
pub(crate) fn empty(outbox: &mut MemoryOutbox, mut lane: Lane<impl Transport>, receipted: &Receipted) {
    let (mut now, mut chance, start) = (Duration::ZERO, Chance(7), Instant::now());
    let mut waiting = outbox.waiting().unwrap().len();
    while waiting > 0 {
        assert!(start.elapsed() < Duration::from_mins(5), "{waiting} packets still wait");
        let progress = lane.step(outbox, now, chance.next()).unwrap();
        let left = outbox.waiting().unwrap().len();
        match progress.packet {
            Some((packet, _)) if left < waiting => receipted.lock().unwrap().push((Instant::now(), packet)),
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
        waiting = left;
        now = progress.wake_at.max(now + Duration::from_millis(1));
    }
}

/// What the centre at this port says of every packet is the receipt its station was given.
pub(crate) fn compare(stations: &[Station], port: u16) {
    let mut indexes = Vec::new();
    let size = stations[0].centre_at(port).checkpoint().unwrap().size;
    for station in stations {
        let mut centre = station.centre_at(port);
        for (packet, held) in &station.outbox.packets {
            let signed = held.receipt.as_ref().unwrap();
            assert_eq!(centre.receipt(*packet).unwrap().as_ref(), Some(signed));
            let key = station.bundle.centre_key(Receipt::signed_by(signed).unwrap()).unwrap();
            indexes.push(Receipt::verify(signed, key).unwrap().log_index);
        }
    }
    indexes.sort_unstable();
    assert!(indexes.iter().copied().eq(0..size), "one log without a gap");
}
