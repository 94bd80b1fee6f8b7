//! What the technician keeps is there when the database opens again, each with its entry in the audit chain.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::*;
use time::Duration;
use tram_store::calibration::Calibrated;
use tram_store::{Act, Store};

#[test]
fn certificates_corrections_exceptions_and_faults_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let pictures = [("empty".to_owned(), vec![1, 2, 3])];
    let kept = Calibrated {
        id: "TEST-1",
        device: "virtual/TEST/1",
        signed: b"signed",
        about: b"[]",
        flat_field: Some(b"even"),
        ribbon: None,
        pictures: &pictures,
    };
    store.keep_calibration(act(), &kept).unwrap();
    store.keep_exception(act(), "TEST-2", b"allowed").unwrap();
    store.keep_fault(act(), "virtual/TEST/1", "rơi", Some(b"png")).unwrap();
    let later = Act { at: NOW + Duration::HOUR, ..act() };
    store.keep_fault(later, "virtual/TEST/1", "vỡ kính", None).unwrap();
    store.count_use("TEST-1").unwrap();
    store.count_use("TEST-1").unwrap();
    drop(store);

    let store = Store::open(&path(folder.path()), &key()).unwrap();
    let read = store.read();
    assert_eq!(read.certificates().unwrap(), [b"signed".to_vec()]);
    assert_eq!(read.calibration_exceptions().unwrap(), [b"allowed".to_vec()]);
    assert_eq!(read.flat_field("virtual/TEST/1").unwrap().unwrap(), b"even");
    assert_eq!(read.flat_field("virtual/TEST/2").unwrap(), None);
    assert_eq!(read.about("TEST-1").unwrap().unwrap(), b"[]");
    assert_eq!(read.calibration_picture("TEST-1", "empty").unwrap().unwrap(), [1, 2, 3]);
    assert_eq!(read.uses("TEST-1").unwrap(), 2);
    let faults = read.faults("virtual/TEST/1").unwrap();
    let told: Vec<_> = faults.iter().map(|fault| (fault.words.as_str(), fault.has_picture)).collect();
    assert_eq!(told, [("vỡ kính", false), ("rơi", true)]);
    assert_eq!(read.newest_entry().unwrap().unwrap(), NOW + Duration::HOUR);
    read.verify_audit().unwrap();
}

#[test]
fn a_sample_knows_when_it_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    let (full, card) = (sample(1, 100), sample(2, 100));
    let at = NOW + Duration::minutes(3);
    store.append(id(1), &portrait(&full, &card), &[&full, &card], at).unwrap();
    assert_eq!(store.read().taken_at(full.id).unwrap(), at);
    assert!(store.read().taken_at(tram_biometric::SampleId(9)).is_err());
}
