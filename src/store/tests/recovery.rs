//! When the disk is lost, damaged or full: backups, the mirror, the reserve.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // Tests may, their helpers as well.

mod common;

use common::*;
use std::fs;
use std::path::Path;
use std::process::Command;
use time::OffsetDateTime;
use tram_packet::{PacketId, Signer as _};
use tram_store::mirror::Updated;
use tram_store::{Mirror, Reader, Store, StoreError};

fn sealed_dossiers(store: &mut Store, cast: &Cast, numbers: std::ops::RangeInclusive<u128>) -> Vec<PacketId> {
    numbers
        .map(|number| {
            open_dossier(store, id(number));
            let (full, card) = (sample(number << 8, 40_000), sample(number << 8 | 1, 9_000));
            store.append(id(number), &portrait(&full, &card), &[&full, &card], NOW).unwrap();
            cast.seal(store, id(number))
        })
        .collect()
}

fn receive_and_purge(store: &mut Store, cast: &Cast, packet: PacketId) {
    let signed = cast.receipt(store, packet, 0);
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
    store.purge(packet, act()).unwrap();
}

/// Goal R12: the database is gone; the outbox comes back from the mirror, whole.
#[test]
fn a_lost_database_gets_its_outbox_back_from_the_mirror() {
    let folder = tempfile::tempdir().unwrap();
    let medium = folder.path().join("medium");
    let cast = Cast::new();
    let mut store = store(folder.path());
    assert!(matches!(Mirror::open(&medium, "TEST-01"), Err(StoreError::Missing(_))), "not mounted");
    let mirror = Mirror::create(&medium, "TEST-01").unwrap();
    assert!(matches!(Mirror::open(&medium, "TEST-02"), Err(StoreError::Foreign)));

    let packets = sealed_dossiers(&mut store, &cast, 1..=4);
    assert_eq!(mirror.update(store.read()).unwrap(), Updated { copied: 4, removed: 0 });
    receive_and_purge(&mut store, &cast, packets[0]);
    assert_eq!(mirror.update(store.read()).unwrap(), Updated { copied: 0, removed: 1 });
    assert_eq!(mirror.update(store.read()).unwrap(), Updated::default());
    let before: Vec<_> = packets[1..].iter().map(|id| store.read().packet(*id).unwrap()).collect();
    let place = store.read().next_place().unwrap();
    drop(store);

    fs::write(medium.join("0000000009-half.packet"), &before[0].bytes()[..500]).unwrap();
    let mut new = Store::create(&folder.path().join("new.db"), &key()).unwrap();
    let (whole, damaged): (Vec<_>, Vec<_>) = mirror.packets().unwrap().partition(Result::is_ok);
    assert_eq!(damaged.len(), 1, "a torn file is told, not taken");
    for packet in whole.into_iter().map(Result::unwrap) {
        assert!(new.recover(&packet, cast.station.public_key(), act()).unwrap());
        assert!(!new.recover(&packet, cast.station.public_key(), act()).unwrap(), "once");
        assert!(new.recover(&packet, cast.centre.public_key(), act()).is_err(), "only this station's");
    }
    let after: Vec<_> =
        new.read().waiting().unwrap().iter().map(|row| new.read().packet(row.packet).unwrap()).collect();
    assert_eq!(after, before);
    assert_eq!(new.read().next_place().unwrap(), place, "the chain goes on where it was");
    receive_and_purge(&mut new, &cast, packets[1]);
    assert_eq!(new.read().waiting().unwrap().len(), 2);
}

/// litestream 752, 1337: the backup tool itself corrupted, and nobody had restored one. Here each copy is checked, and
/// this test restores it.
#[test]
fn story_27_a_backup_opens_and_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    sealed_dossiers(&mut store, &cast, 1..=3);
    open_dossier(&mut store, id(9));
    let copy = folder.path().join("copy.db");
    let reader = Reader::open(&path(folder.path()), &key()).unwrap();
    for _ in 0..2 {
        reader.backup(&copy, &key()).unwrap();
    }
    let restored = Store::open(&copy, &key()).unwrap();
    let everything = |store: &Store| {
        let read = store.read();
        let worklist = read.worklist(OffsetDateTime::UNIX_EPOCH).unwrap();
        (worklist, read.outbox(OffsetDateTime::UNIX_EPOCH).unwrap(), read.verify_audit().unwrap())
    };
    assert_eq!(everything(&restored), everything(&store));
    let bytes = fs::read(&copy).unwrap();
    assert!(!bytes.windows(15).any(|window| window == b"SQLite format 3"), "the copy is encrypted, too");
}

/// A file system of a few megabytes that is unmounted at the end.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// Syncthing 1498: a full disk damaged the index, and then old data took the place of new. With a real full disk.
#[test]
fn story_14_a_full_disk_loses_nothing_and_can_be_cleaned_up() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path(), "40m") else {
        println!("skipped: no small file system can be mounted here");
        return;
    };
    let cast = Cast::new();
    let mut store = store(folder.path());
    let packets = sealed_dossiers(&mut store, &cast, 1..=2);
    for packet in &packets {
        let signed = cast.receipt(&store, *packet, 0);
        store.store_receipt(*packet, &signed, cast.centre.public_key(), act()).unwrap();
    }
    open_dossier(&mut store, id(9));
    let mut saved = Vec::new();
    let refused = (100..).find_map(|number| {
        let (full, card) = (sample(number << 8, 300_000), sample(number << 8 | 1, 9_000));
        let refused = store.append(id(9), &portrait(&full, &card), &[&full, &card], NOW).err();
        if refused.is_none() {
            saved.push(full);
        }
        refused
    });
    assert!(matches!(refused, Some(StoreError::Full)), "{refused:?}");
    println!("{} captures saved before the disk was full", saved.len());

    store.purge(packets[0], act()).unwrap();
    drop(store);
    let store = Store::open(&path(folder.path()), &key()).unwrap();
    for sample in &saved {
        assert!(store.read().sample(sample.id).unwrap() == *sample);
    }
    store.read().check().unwrap();
}
