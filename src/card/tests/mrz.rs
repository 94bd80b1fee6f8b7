//! The machine-readable zone: golden lines, truncation, reading back.

use proptest::prelude::*;
use time::{Date, Month, macros::date};
use tram_card::mrz::{Mrz, check_digit};
use tram_card::{CardError, Sex};

const TODAY: Date = date!(2026 - 11 - 22);

#[expect(clippy::unwrap_used, reason = "a helper of tests, outside a test function")]
fn zone(
    number: &str,
    surname: &str,
    given: &str,
    birth: Date,
    sex: Sex,
    expiry: Option<Date>,
) -> [String; 3] {
    Mrz::new(number, (surname, given), birth, sex, expiry).unwrap().lines()
}

#[test]
fn golden_lines() {
    // Invented people; check digits computed by an independent program.
    for (number, surname, given, birth, sex, expiry, lines) in [
        (
            "022204000017",
            "Nguyễn",
            "Văn An",
            date!(2004 - 01 - 15),
            Sex::Male,
            Some(date!(2029 - 01 - 15)),
            [
                "IDVNM2040000178022204000017<<6",
                "0401157M2901156VNM<<<<<<<<<<<4",
                "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<",
            ],
        ),
        (
            "008190012345",
            "Lý",
            "Thị Ngọc Ánh",
            date!(1990 - 05 - 20),
            Sex::Female,
            Some(date!(2030 - 05 - 20)),
            [
                "IDVNM1900123457008190012345<<5",
                "9005204F3005202VNM<<<<<<<<<<<2",
                "LY<<THI<NGOC<ANH<<<<<<<<<<<<<<",
            ],
        ),
        (
            "056360000042",
            "Tôn Nữ",
            "Hoàng Phương Thảo Nguyên",
            date!(1960 - 01 - 01),
            Sex::Female,
            None,
            [
                "IDVNM3600000423056360000042<<4",
                "6001010F9912315VNM<<<<<<<<<<<6",
                "TON<NU<<HOANG<PHUONG<THAO<NGUY",
            ],
        ),
        (
            "022088765432",
            "Đặng",
            "Quốc Đạt",
            date!(1988 - 07 - 04),
            Sex::Male,
            Some(date!(2028 - 07 - 04)),
            [
                "IDVNM0887654323022088765432<<1",
                "8807043M2807041VNM<<<<<<<<<<<0",
                "DANG<<QUOC<DAT<<<<<<<<<<<<<<<<",
            ],
        ),
    ] {
        assert_eq!(zone(number, surname, given, birth, sex, expiry), lines);
    }
}

#[test]
fn names_are_truncated_so_that_a_reader_can_tell() {
    for (surname, given, line) in [
        ("H'Hen", "Niê", "HHEN<<NIE<<<<<<<<<<<<<<<<<<<<<"),
        ("Y", "Bliă", "Y<<BLIA<<<<<<<<<<<<<<<<<<<<<<<"),
        ("Siu", "", "SIU<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        // Exactly thirty, and one word more that falls away.
        ("Nilavadhanananda", "Arnpol Petch", "NILAVADHANANANDA<<ARNPOL<PETCH"),
        ("Nilavadhanananda", "Arnpol Petch Charonguang", "NILAVADHANANANDA<<ARNPOL<PETCH"),
        ("Nilavadhanananda", "Chayapa Dejthamrong", "NILAVADHANANANDA<<CHAYAPA<DEJT"),
        // The next word would start at the last place: its initial takes the place of one letter.
        ("Nilavadhanananda", "Arnpol Petc Charong", "NILAVADHANANANDA<<ARNPOL<PET<C"),
        // The surname leaves room for one letter.
        ("Nguyễn Phước Hoàng Tôn Thất Quý", "Anh", "NGUYEN<PHUOC<HOANG<TON<THAT<<A"),
    ] {
        let lines = zone("008190012345", surname, given, date!(1990 - 05 - 20), Sex::Female, None);
        assert_eq!(lines[2], line, "{surname} {given}");
    }
}

#[test]
fn check_digits_of_doc_9303() {
    // The worked examples of Doc 9303-3 section 4.9.
    assert_eq!(check_digit("520727"), 3);
    assert_eq!(check_digit("AB2134<<<"), 5);
}

#[test]
fn a_damaged_zone_is_refused_with_its_place() {
    let lines = zone("022204000017", "Nguyễn", "Văn An", date!(2004 - 01 - 15), Sex::Male, None);
    let good = lines.join("\r\n");
    assert!(Mrz::parse(&good.to_lowercase(), TODAY).is_ok());
    let damaged =
        |from: &str, to: &str| Mrz::parse(&good.replacen(from, to, 1), TODAY).unwrap_err().to_string();
    for (from, to, expected) in [
        ("IDVNM", "IDFRA", "document type"),
        ("204000017", "204000018", "document number"),
        ("040115", "040116", "date of birth"),
        ("991231", "991230", "date of expiry"),
        ("022204000017<<6", "022204000017<<7", "whole zone"),
        ("NGUYEN", "NGUYÊN", "three lines"),
    ] {
        assert!(damaged(from, to).contains(expected), "{from} → {to}: {}", damaged(from, to));
    }
    assert!(matches!(Mrz::parse("", TODAY), Err(CardError::MrzShape)));
}

proptest! {
    // A file of regressions beside the crate would look like a workspace member.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        number in "[0-9]{12}", day in 1_u8..=28, month in 1_u8..=12, year in 1930_i32..=2026,
        surname in "[A-Z]{1,8}", given in "[A-Z]{1,6}( [A-Z]{1,6})?", female: bool, expires: bool,
    ) {
        let birth = Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap();
        prop_assume!(birth <= TODAY && birth > TODAY - time::Duration::days(99 * 365));
        let sex = if female { Sex::Female } else { Sex::Male };
        let expiry = expires.then(|| Date::from_calendar_date(2030, Month::May, day).unwrap());
        let mrz = Mrz::new(&number, (&surname, &given), birth, sex, expiry).unwrap();
        prop_assert!(Mrz::parse(&mrz.lines().join("\n"), TODAY).unwrap() == mrz);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,120}", zone in "[A-Z0-9<]{90}") {
        let _ = Mrz::parse(&text, TODAY);
        let _ = Mrz::parse(&zone, TODAY);
    }
}
