//! Two processes serve one centre whose register is on a `PostgreSQL` server that the test starts for itself. Where no
//! server is installed the test says so and ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::memory::Held;
use common::postgres::Postgres;
use common::{Process, Station, eventually, printed};
use std::sync::Arc;
use tempfile::TempDir;
use tram_packet::{PacketId, StationKey};
use tram_sync::Transport as _;

/// Four senders each send all packets, two to each process: one receipt each, one log. A process that is killed takes
/// nothing with it, and the other one goes on with what it did.
#[test]
fn two_processes_serve_one_register() {
    let Some(postgres) = Postgres::start() else {
        println!("skipped: no PostgreSQL server is installed (Debian: postgresql)");
        return;
    };
    let folder = TempDir::new().unwrap();
    let folder = folder.path().join("centre");
    let named = ["init", "--name", "TEST centre", "--profile", "test", "--postgres", &postgres.address()];
    printed(&folder, &named);
    let added = printed(&folder, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let mut one = Process::start(&folder);
    let two = Process::start(&folder);
    let address = format!("https://localhost:{}", one.port);
    let code = printed(&folder, &["station", "code", "--address", &address]);
    let key = Arc::new(StationKey::generate().unwrap());
    let membership = common::joined(&code, &*key);
    let sign_in = || Station::signed_in(key.clone(), membership.clone(), "thu.nt", &passphrase);
    let mut station = sign_in();
    let packets: Vec<PacketId> = (1..=4).map(|citizen| station.enroll(citizen)).collect();
    let receipts: Vec<Vec<Vec<u8>>> = std::thread::scope(|scope| {
        let senders: Vec<_> = [one.port, two.port, one.port, two.port]
            .into_iter()
            .map(|port| {
                let mut sender = sign_in();
                for packet in &packets {
                    let bytes = station.outbox.packets[packet].bytes.clone();
                    sender.outbox.packets.insert(*packet, Held::new(bytes));
                }
                let packets = &packets;
                scope.spawn(move || {
                    sender.sync_over(sender.centre_at(port));
                    packets.iter().map(|id| sender.outbox.packets[id].receipt.clone().unwrap()).collect()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(receipts.iter().all(|of_sender| *of_sender == receipts[0]), "one receipt for all");
    let persons = || printed(&folder, &["persons", "list"]).lines().count();
    assert_eq!(persons(), 4);
    assert_eq!(station.centre_at(two.port).checkpoint().unwrap().size, 4);

    one.kill();
    let same = station.enroll_with(9, 1);
    station.sync_over(station.centre_at(two.port));
    station.receipt(same);
    // Whichever process searched before, the other one does now.
    let list = eventually("held", || {
        let list = printed(&folder, &["packet", "list"]);
        let line = list.lines().find(|line| line.starts_with(&same.to_string())).unwrap().to_owned();
        Some(line).filter(|line| line.contains("held"))
    });
    assert!(list.contains("registered"), "{list}");
    assert_eq!(persons(), 4);
    assert_eq!(printed(&folder, &["adjudicate", "list"]).lines().count(), 1);
    assert!(printed(&folder, &["station", "list"]).contains("5 packets, 0 missing, 0 forked"));
    assert_eq!(station.centre_at(two.port).checkpoint().unwrap().size, 5);
}
