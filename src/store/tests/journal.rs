//! The journal of drafts: what was saved is there when the database opens again, and nothing else is.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::*;
use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use time::macros::date;
use tram_enrollment::{Event, Field, Step};
use tram_store::{DatabaseKey, Reader, Store, StoreError};

#[test]
fn a_dossier_opens_again_where_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    // The largest ids there are: they must survive JSON.
    let (full, card) = (sample(u128::MAX, 50_000), sample(u128::MAX - 1, 9_000));
    assert_eq!(store.append(id(1), &field("Lò Thị Mẩy"), &[], NOW).unwrap(), 2);
    assert_eq!(store.append(id(1), &portrait(&full, &card), &[&full, &card], NOW).unwrap(), 3);
    store.append(id(1), &Event::StepEntered { step: Step::Fingers }, &[], NOW).unwrap();
    store.append(id(1), &Event::FieldEntered { field: Field::Phone }, &[], NOW).unwrap();
    let before = store.read().load(id(1)).unwrap().unwrap();
    drop(store);

    let store = Store::open(&path(folder.path()), &key()).unwrap();
    let after = store.read().load(id(1)).unwrap().unwrap();
    assert_eq!(after, before);
    assert_eq!((after.step, after.field), (Step::Fingers, Some(Field::Phone)));
    assert_eq!(after.portrait().unwrap().card.id, card.id);
    assert!(store.read().sample(full.id).unwrap() == full);
    assert_eq!(store.read().drafts().unwrap(), [id(1)]);
    assert_eq!(store.read().load(id(2)).unwrap(), None);
}

#[test]
fn an_event_and_its_samples_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let (a, b) = (sample(1, 10), sample(2, 10));
    assert!(matches!(store.append(id(1), &field("x"), &[], NOW), Err(StoreError::Opening)));
    open_dossier(&mut store, id(1));
    for wrong in [vec![], vec![&a], vec![&a, &b, &a], vec![&a, &a]] {
        assert!(matches!(store.append(id(1), &portrait(&a, &b), &wrong, NOW), Err(StoreError::Samples)));
    }
    assert_eq!(store.append(id(1), &portrait(&a, &b), &[&b, &a], NOW).unwrap(), 2);
    assert!(store.append(id(1), &portrait(&a, &b), &[&a, &b], NOW).is_err(), "a sample is stored once");
    assert_eq!(store.read().events(id(1)).unwrap().len(), 2, "and the event with it was not");
}

#[test]
fn dossier_numbers_are_given_out_once_and_end_with_the_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::create(&path(folder.path()), &key()).unwrap();
    store.add_block("TEST.01", 8..=9).unwrap();
    store.add_block("TEST.01", 1..=1).unwrap();
    assert!(store.add_block("TEST.01", 8..=20).is_err());
    let mut take = || store.take_dossier_number(date!(2026 - 11 - 22)).map(|number| number.to_string());
    assert_eq!(take().unwrap(), "TEST.01-261122-000008");
    assert_eq!(take().unwrap(), "TEST.01-261122-000009");
    assert_eq!(take().unwrap(), "TEST.01-261122-000001");
    assert!(matches!(take(), Err(StoreError::NoNumbers)));
    assert_eq!(store.read().numbers_left().unwrap(), 0);
}

#[test]
fn what_is_no_station_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(folder.path());
    assert!(matches!(Store::open(&path, &key()), Err(StoreError::Missing(_))), "never made silently");
    let store = store(folder.path());
    assert!(matches!(Store::open(&path, &key()), Err(StoreError::InUse)));
    assert!(matches!(Store::create(&path, &key()), Err(StoreError::InUse)));
    drop(store);
    assert!(matches!(Store::create(&path, &key()), Err(StoreError::Exists(_))));
    let other = DatabaseKey::from_bytes(&[8; 32]).unwrap();
    assert!(matches!(Store::open(&path, &other), Err(StoreError::WrongKey)));
    assert!(matches!(Reader::open(&path, &other), Err(StoreError::WrongKey)));
    Store::open(&path, &key()).unwrap();
}

#[test]
fn a_reader_sees_what_was_committed_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let reader = Reader::open(&path(folder.path()), &key()).unwrap();
    open_dossier(&mut store, id(1));
    assert_eq!(reader.drafts().unwrap(), [id(1)]);
    reader.check().unwrap();
}

#[test]
fn settings_are_kept_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    for (name, value) in
        [("rekey/a", b"1".as_slice()), ("rekey/b", b"2"), ("rekey/a", b"3"), ("reference", b"4")]
    {
        store.set_setting(name, value).unwrap();
    }
    assert_eq!(store.read().setting("reference").unwrap().as_deref(), Some(b"4".as_slice()));
    assert_eq!(store.read().setting("none").unwrap(), None);
    let under = store.read().settings_under("rekey/").unwrap();
    assert_eq!(under, [("rekey/a".to_owned(), b"3".to_vec()), ("rekey/b".to_owned(), b"2".to_vec())]);
}

/// Story: vaultwarden#2851, a damaged database that nobody noticed for months.
#[test]
fn damage_is_noticed_at_opening() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    let (a, b) = (sample(1, 60_000), sample(2, 60_000));
    store.append(id(1), &portrait(&a, &b), &[&a, &b], NOW).unwrap();
    drop(store);
    let length = fs::metadata(path(folder.path())).unwrap().len();
    for at in (5_000..length).step_by(4096 * 3) {
        let copy = folder.path().join("copy.db");
        fs::copy(path(folder.path()), &copy).unwrap();
        let mut file = OpenOptions::new().write(true).open(&copy).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&[0xff; 16]).unwrap();
        let opened = Store::open(&copy, &key());
        assert!(opened.is_err(), "byte {at}");
    }
}

/// No personal data can be read from the files, nor from what is left of them after a purge.
#[test]
fn nothing_personal_is_readable_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    let marker = "MARKERMARKERMARKER";
    store.append(id(1), &field(marker), &[], NOW).unwrap();
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(marker.len()).any(|window| window == marker.as_bytes()));
    }
}
