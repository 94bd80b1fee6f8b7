//! The extract brought up to date from a signed set's files: who is found is who the set says, whatever way it got there.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

use std::collections::BTreeMap;
use std::path::Path;
use tram_enrollment::Field;
use tram_store::extract::{Applied, SetFile, bring_up};
use tram_store::register::{self, Birth};
use tram_store::{DatabaseKey, Record, Register, StoreError};
use zeroize::Zeroizing;

const SEVEN: &str = "population-022-07";
const NINE: &str = "population-022-09";
const FIRST: &str = "population-022-changes-000001";

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[9; 32]).unwrap()
}

fn person(number: &str, name: &str, birth: &str) -> Record {
    Record::new([
        (Field::PersonalNumber, number.into()),
        (Field::FullName, name.into()),
        (Field::BirthDate, birth.into()),
    ])
}

fn lines(people: &[Record]) -> String {
    people.iter().map(|person| serde_json::to_string(person).unwrap() + "\n").collect()
}

/// Files by name, as an edition has them.
type Edition = BTreeMap<&'static str, String>;

fn apply(path: &Path, edition: &Edition) -> Result<Applied, StoreError> {
    let set: Vec<SetFile> = edition
        .iter()
        // Any digest that differs where the content does.
        .map(|(name, content)| SetFile { name: (*name).into(), sha256: content.clone().into_bytes() })
        .collect();
    bring_up(path, &key(), &set, &mut |name| Ok(Zeroizing::new(edition[name].clone().into_bytes())))
}

fn names(path: &Path, typed: &str) -> Vec<String> {
    let found = Register::open(path, &key()).unwrap().find_by_name_and_birth(typed, None, 10).unwrap();
    let mut names: Vec<String> =
        found.iter().map(|record| record.value(Field::FullName).to_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_a_set_says_is_what_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST-register.db");
    let built_in = [
        person("022094900001", "Lê Văn Sẵn", "1994-01-01"),
        person("022194900107", "Lê Thị Cũ", "1990-01-01"),
    ];
    register::build(&path, &key(), built_in).unwrap();
    let (lan, hue) = (
        person("022194900107", "Lê Thị Lan", "1994-03-07"),
        person("022194900207", "Lê Thị Huệ", "1987-01-01"),
    );
    let dat = person("022094900309", "Lê Văn Đạt", "2001-02-28");
    let mut edition = Edition::from([(SEVEN, lines(&[lan.clone(), hue.clone()])), (NINE, lines(&[dat]))]);
    assert_eq!(apply(&path, &edition).unwrap(), Applied { files: 2, written: 3, gone: 0 });
    // Who was built in stays, unless the set knows the number better.
    assert_eq!(names(&path, "le"), ["Lê Thị Huệ", "Lê Thị Lan", "Lê Văn Sẵn", "Lê Văn Đạt"]);
    assert_eq!(names(&path, "le cu"), [] as [&str; 0]);
    assert_eq!(Register::open(&path, &key()).unwrap().count().unwrap(), 4);
    assert_eq!(apply(&path, &edition).unwrap(), Applied::default(), "nothing changed, nothing is read");

    let married = person("022194900107", "Trần Thị Lan", "1994-03-08");
    let lines_of_changes = format!(
        "-022194900207\n{}",
        lines(&[married.clone(), person("022194900409", "Lê Bé", "2026-11-01")])
    );
    edition.insert(FIRST, lines_of_changes);
    assert_eq!(apply(&path, &edition).unwrap(), Applied { files: 1, written: 2, gone: 1 });
    assert_eq!(names(&path, "le"), ["Lê Bé", "Lê Văn Sẵn", "Lê Văn Đạt"]);
    let register = Register::open(&path, &key()).unwrap();
    assert_eq!(register.find_by_number("022194900107").unwrap(), Some(married.clone()));
    let by = |day: &str| register.find_by_name_and_birth("lan", Some(&Birth::Day(day.into())), 10).unwrap();
    assert_eq!((by("1994-03-08"), by("1994-03-07")), (vec![married.clone()], vec![]));

    // Everybody anew, with one file less: whoever was in it goes, and the changes are no more.
    let anew = Edition::from([(SEVEN, lines(&[married]))]);
    assert_eq!(apply(&path, &anew).unwrap(), Applied { files: 1, written: 1, gone: 0 });
    assert_eq!(names(&path, "le"), ["Lê Văn Sẵn"]);
    assert_eq!(names(&path, "tran"), ["Trần Thị Lan"]);
}

#[test]
fn a_file_that_is_no_extract_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST-register.db");
    let hue = person("022194900207", "Lê Thị Huệ", "1987-01-01");
    apply(&path, &Edition::from([(SEVEN, lines(std::slice::from_ref(&hue)))])).unwrap();
    for wrong in ["TEST\n", "{}\n", "{\"full_name\":\"Lê\"}\n", "[]\n"] {
        let edition = Edition::from([(
            SEVEN,
            format!("{}{wrong}", lines(&[person("022194900307", "Lê Mới", "1990-01-01")])),
        )]);
        assert!(matches!(apply(&path, &edition), Err(StoreError::Unreadable(_))), "{wrong}");
        assert_eq!(names(&path, "le"), ["Lê Thị Huệ"]);
    }
    // What was read is as good as what could not be read: the whole set or none of it.
    let lost = |name: &str| if name == NINE { Err(StoreError::Full) } else { Ok(Zeroizing::new(Vec::new())) };
    let set = [SEVEN, NINE].map(|name| SetFile { name: name.into(), sha256: vec![1] });
    assert!(matches!(bring_up(&path, &key(), &set, &mut |name| lost(name)), Err(StoreError::Full)));
    assert_eq!(names(&path, "le"), ["Lê Thị Huệ"]);
}
