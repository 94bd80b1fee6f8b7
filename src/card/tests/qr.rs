//! The card's QR: what is written, and everything that scanners bring.

use proptest::prelude::*;
use time::macros::date;
use tram_card::{CardError, Part, Sex, qr};

mod invented;

const OLD: &str =
    "022204000017|100123456|Nguyễn Văn An|15012004|Nam|Tổ 3, Phường Hồng Gai, Quảng Ninh|20112026";

#[test]
fn a_card_of_2021_is_read() {
    let card = qr::parse(OLD.as_bytes()).unwrap();
    assert_eq!(card.personal_number, "022204000017");
    assert_eq!(card.old_number.as_deref(), Some("100123456"));
    assert_eq!(card.full_name, "Nguyễn Văn An");
    assert_eq!(card.birth, Some(date!(2004 - 01 - 15)));
    assert_eq!(card.sex, Some(Sex::Male));
    assert_eq!(card.residence, "Tổ 3, Phường Hồng Gai, Quảng Ninh");
    assert_eq!(card.issued, Some(date!(2026 - 11 - 20)));
    assert!(card.extra.is_empty());
}

#[test]
fn extra_fields_line_ends_and_decomposed_letters_are_welcome() {
    let name = |text: &str| qr::parse(text.as_bytes()).map(|card| (card.full_name, card.extra.len()));
    assert_eq!(name(&format!("{OLD}||||")).unwrap(), ("Nguyễn Văn An".to_owned(), 4));
    assert_eq!(name(&format!("\u{feff}{OLD}|A|B\r\n")).unwrap(), ("Nguyễn Văn An".to_owned(), 2));
    assert_eq!(name(&OLD.replace("ễ", "e\u{302}\u{303}")).unwrap().0, "Nguyễn Văn An");
    // A year without day and month, a sex that is no word: the officer fills them in.
    let odd = qr::parse("022204000017||X|1950|?|Y|00002020".as_bytes()).unwrap();
    assert!(odd.birth.is_none() && odd.sex.is_none() && odd.issued.is_none() && odd.old_number.is_none());
}

#[test]
fn what_cannot_be_read_says_why() {
    let mangled: String = OLD.bytes().map(char::from).collect();
    let tcvn3 = b"022204000017||Nguy\xd4n V\xa8n An|15012004|Nam|X|20112026";
    for (bytes, expected) in [
        (&[0x4e, 0x67, 0x75, 0x79, 0xd4, 0x6e][..], "UTF-8"),
        (&tcvn3[..], "UTF-8"),
        (mangled.as_bytes(), "UTF-8"),
        (OLD.replace('ễ', "\u{fffd}").as_bytes(), "UTF-8"),
        (b"https://example.test", "not one of"),
        (b"", "not one of"),
        (OLD.replace("022204000017", "22204000017").as_bytes(), "personal identification number"),
        (&[b'|'; 5_000], "not one of"),
    ] {
        let error = qr::parse(bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_card_is_written_as_it_is_read() {
    let mut card = invented::card();
    assert_eq!(
        qr::compose(&card).unwrap(),
        "008190012345|100123456|Lý Thị Ngọc Ánh|20051990|Nữ|Tổ 3, Phường Hồng Gai, Tỉnh Quảng Ninh|22112026"
    );
    card.cancelled_number = Some("008190054321".to_owned());
    card.parents = vec!["Lý Văn Tư".to_owned(), "Vàng Thị Mỷ".to_owned()];
    let read = qr::parse(qr::compose(&card).unwrap().as_bytes()).unwrap();
    assert_eq!(read.extra, ["008190054321", "Lý Văn Tư", "Vàng Thị Mỷ"]);
    card.residence = "Tổ 3|Phường".to_owned();
    assert!(matches!(qr::compose(&card), Err(CardError::QrSeparator(Part::Residence))));
}

proptest! {
    // A file of regressions beside the crate would look like a workspace member.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[0-9]{12}(\\|\\PC{0,12}){6,9}") {
        let _ = qr::parse(&bytes);
        let _ = qr::parse(text.as_bytes());
    }
}
