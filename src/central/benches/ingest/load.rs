//! Packets as stations seal them: two portraits, a signature, ten fingers.

use crate::common::memory::{Held, MemoryOutbox, drive_lane};
use crate::common::{Station, TEST, finger};
use crate::served::Served;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression};
use tram_packet::{PacketKind, PacketSample, SampleRole};
use tram_sync::Lane;

/// Stations with full outboxes.
pub(crate) struct Load(Vec<Station>);

impl Load {
    /// Seals so many packets at each station.
    pub(crate) fn seal(served: &Served, packets: usize, stations: usize) -> Self {
        let station = |number| {
            let mut station = served.station(number);
            for packet in 0..packets {
                enroll(&mut station, (number * packets + packet) as u64);
            }
            station
        };
        Self((0..stations).map(station).collect())
    }

    pub(crate) fn sizes(&self) -> Vec<usize> {
        let outboxes = self.0.iter().map(|station| &station.outbox);
        outboxes.flat_map(|outbox| outbox.packets.values().map(|held| held.bytes.len())).collect()
    }

    /// The same packets as if they had not been sent.
    pub(crate) fn unsent(&self) -> Vec<MemoryOutbox> {
        let unsent = |station: &Station| {
            let mut outbox = MemoryOutbox::default();
            let packets = station.outbox.packets.iter();
            outbox.packets.extend(packets.map(|(id, held)| (*id, Held::new(held.bytes.clone()))));
            outbox
        };
        self.0.iter().map(unsent).collect()
    }

    /// Sends everything, all stations at once, until every packet has its receipt.
    pub(crate) fn send(&mut self) {
        std::thread::scope(|scope| {
            for station in &mut self.0 {
                scope.spawn(|| {
                    let mut lane = Lane::new(station.centre(), station.bundle.centre_keys.clone(), None);
                    let (from, until) = (Duration::ZERO, Duration::from_hours(1));
                    drive_lane(&mut lane, &mut station.outbox, from, until, &mut |_, _| {});
                });
            }
        });
        assert!(self.0.iter().all(|station| station.outbox.receipted() == station.outbox.packets.len()));
    }
}

/// Somebody with ten fingers of their own, which are drawn once for all rounds.
fn enroll(station: &mut Station, citizen: u64) {
    let mut contents = station.contents(PacketKind::Enrollment, citizen, 0, TEST);
    contents.exceptions.clear();
    let drawn = |role: &SampleRole| matches!(role, SampleRole::Finger { .. });
    let Some(like) = contents.samples.iter().find(|sample| drawn(&sample.role)).cloned() else { return };
    contents.samples.retain(|sample| !drawn(&sample.role));
    for position in FingerPosition::TEN {
        let role = SampleRole::Finger { position, impression: Impression::Plain, step: position };
        let mut sample = like.sample.clone();
        sample.id = tram_biometric::SampleId(uuid::Uuid::now_v7().as_u128());
        sample.bytes = finger::print(citizen + 1, position, 0);
        contents.samples.push(PacketSample { role, sample, certificate: None });
    }
    station.seal_contents(contents);
}
