//! The population extract: who is found, by what, and how fast.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

use tram_enrollment::Field;
use tram_store::register::{self, Birth};
use tram_store::{DatabaseKey, Record, Register, StoreError};

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[9; 32]).unwrap()
}

fn person(number: &str, old: &str, name: &str, birth: &str) -> Record {
    Record::new([
        (Field::PersonalNumber, number.into()),
        (Field::OldNumber, old.into()),
        (Field::FullName, name.into()),
        (Field::BirthDate, birth.into()),
    ])
}

#[test]
fn people_are_found_by_numbers_and_by_what_is_remembered_of_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST-register.db");
    let people = [
        person("022194900001", "100200300", "Nguyễn Thị Hoàng Lan", "1994-03-07"),
        person("022194900002", "", "Nguyễn Thị Lan", "1994-12-01"),
        person("022094900003", "100200300", "Lê Nguyên Thịnh", "1994-03-07"),
        person("022187900004", "", "H'Blơi Niê", "1987-01-01"),
        person("022187900005", "", "Đặng Thị Huệ", "1987-01-01"),
    ];
    assert_eq!(register::build(&path, &key(), people.clone()).unwrap(), 5);
    let register = Register::open(&path, &key()).unwrap();
    assert_eq!(register.count().unwrap(), 5);
    assert_eq!(register.find_by_number("022 194 900002").unwrap(), Some(people[1].clone()));
    assert_eq!(register.find_by_number("022194900009").unwrap(), None);
    assert_eq!(register.find_by_old_number("100200300").unwrap().len(), 2);
    assert_eq!(register.find_by_old_number("").unwrap(), []);

    let year = |year: &str| Some(Birth::Year(year.into()));
    let day = |day: &str| Some(Birth::Day(day.into()));
    for (typed, birth, expected) in [
        ("nguyen thi lan", None, vec![1, 0]),
        ("lan nguyen", None, vec![0, 1]),
        ("NGUYỄN T", None, vec![0, 1, 2]),
        ("thi", year("1987"), vec![4]),
        ("nguyen", day("1994-03-07"), vec![0, 2]),
        ("h'bloi", None, vec![3]),
        ("hbl", None, vec![3]),
        ("dang hue", None, vec![4]),
        ("lan", year("1987"), vec![]),
        ("0y1994", None, vec![]),
        ("", None, vec![]),
        ("\" OR * (", None, vec![]),
    ] {
        let found = register.find_by_name_and_birth(typed, birth.as_ref(), 10).unwrap();
        let expected: Vec<Record> = expected.into_iter().map(|index: usize| people[index].clone()).collect();
        assert_eq!(found, expected, "{typed}");
    }
    assert_eq!(register.find_by_name_and_birth("nguyen", None, 1).unwrap().len(), 1);
}

#[test]
fn an_extract_is_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TEST-register.db");
    register::build(&path, &key(), [person("1", "", "A", "")]).unwrap();
    let open = Register::open(&path, &key()).unwrap();
    register::build(&path, &key(), [person("1", "", "A", ""), person("2", "", "B", "")]).unwrap();
    assert_eq!(open.count().unwrap(), 1, "whoever has the old one open keeps it");
    assert_eq!(Register::open(&path, &key()).unwrap().count().unwrap(), 2);
    let other = DatabaseKey::from_bytes(&[1; 32]).unwrap();
    assert!(matches!(Register::open(&path, &other), Err(StoreError::WrongKey)));
}
