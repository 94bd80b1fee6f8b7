//! Packets in a bucket instead of files, on an object store that is not ours (`moto`'s server). Where it is not at hand
//! the test says so and ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::memory::Chance;
use common::store::Store;
use common::{Process, Station, printed};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tram_packet::StationKey;
use tram_sync::{Lane, Outbox as _};

#[test]
fn packets_are_kept_in_a_bucket_and_nothing_is_receipted_without_it() {
    let Some(store) = Store::start() else {
        println!("skipped: no object store is at hand; packaging/test installs one");
        return;
    };
    let own = TempDir::new().unwrap();
    let folder = own.path().join("centre");
    printed(&folder, &["init", "--name", "TEST centre", "--profile", "test"]);
    store.keep_packets_of(&folder);
    let added = printed(&folder, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let process = Process::start(&folder);
    let code =
        printed(&folder, &["station", "code", "--address", &format!("https://localhost:{}", process.port)]);
    let key = Arc::new(StationKey::generate().unwrap());
    let membership = common::joined(&code, &*key);
    let mut station = Station::signed_in(key, membership, "thu.nt", &passphrase);
    let packets = [station.enroll(1), station.enroll(2)];
    station.sync();
    let listed = store.listed();
    for packet in packets {
        station.receipt(packet);
        assert!(listed.contains(&format!("packets/{packet}")), "{listed}");
    }
    assert!(!listed.contains("uploads/"), "{listed}");
    assert_eq!(std::fs::read_dir(folder.join("packets")).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.join("uploads")).unwrap().count(), 0);
    assert_eq!(printed(&folder, &["log", "verify"]), "2 entries, 2 packets: nothing is wrong\n");

    // The store is away: the packet waits at the station, with every byte of it.
    drop(store);
    let third = station.enroll(3);
    let mut lane = Lane::new(station.centre(), station.bundle.centre_keys.clone(), None);
    let (mut now, mut chance) = (Duration::ZERO, Chance(7));
    for _ in 0..20 {
        let progress = lane.step(&mut station.outbox, now, chance.next()).unwrap();
        now = progress.wake_at.max(now + Duration::from_millis(1));
    }
    assert_eq!(station.outbox.waiting().unwrap().len(), 1);
    assert!(station.outbox.packets[&third].receipt.is_none());
}
