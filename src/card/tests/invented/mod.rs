//! An invented citizen for the tests, and an invented slip.
#![allow(dead_code, reason = "each test binary uses its part")]

use time::macros::{date, datetime};
use tram_card::{Bilingual, Captured, CardData, Sex, SlipData, SlipLanguage};

pub(crate) fn card() -> CardData {
    CardData {
        personal_number: "008190012345".to_owned(),
        surname: "Lý".to_owned(),
        given: "Thị Ngọc Ánh".to_owned(),
        birth: date!(1990 - 05 - 20),
        sex: Sex::Female,
        nationality: "Việt Nam".to_owned(),
        residence: "Tổ 3, Phường Hồng Gai, Tỉnh Quảng Ninh".to_owned(),
        birth_registration: "Xã Đồng Văn, Tỉnh Tuyên Quang".to_owned(),
        issued: date!(2026 - 11 - 22),
        expiry: Some(date!(2030 - 05 - 20)),
        old_number: Some("100123456".to_owned()),
        cancelled_number: None,
        parents: Vec::new(),
        // No face: a grey ramp is enough to see that pixels arrive where they should.
        portrait: Some(image::RgbImage::from_fn(480, 640, |x, y| {
            image::Rgb([(x / 2) as u8, (y / 3) as u8, 128])
        })),
        specimen: true,
    }
}

pub(crate) fn slip() -> SlipData {
    let captured = |what: (&str, &str), outcome: (&str, &str)| Captured {
        what: Bilingual::new(what.0, what.1),
        outcome: Bilingual::new(outcome.0, outcome.1),
    };
    SlipData {
        authority: "Công an tỉnh Quảng Ninh".to_owned(),
        office: "Công an phường Hồng Gai".to_owned(),
        collect_at: "Bộ phận Một cửa, Công an phường Hồng Gai, tỉnh Quảng Ninh".to_owned(),
        phone: Some("0203 000 0000".to_owned()),
        dossier_number: "G01.863.017-261122-890028".to_owned(),
        applicant: "Lý Thị Ngọc Ánh".to_owned(),
        personal_number: Some("008190012345".to_owned()),
        birth: date!(1990 - 05 - 20),
        residence: "Tổ 3, Phường Hồng Gai, Tỉnh Quảng Ninh".to_owned(),
        procedure: Bilingual::new("Cấp đổi thẻ căn cước", "Exchange of the identity card"),
        captured: vec![
            captured(("Ảnh chân dung", "Portrait"), ("1 ảnh", "1 picture")),
            captured(
                ("Vân tay", "Fingerprints"),
                (
                    "8 ngón; thiếu ngón út trái, ngón nhẫn trái băng bó",
                    "8 fingers; left little finger missing, left ring finger bandaged",
                ),
            ),
            captured(("Chữ ký", "Signature"), ("đã ký", "signed")),
        ],
        received: datetime!(2026-11-22 09:41),
        due: date!(2026 - 12 - 01),
        fee_vnd: 25_000,
        fee_note: Some(Bilingual::new("Đã thu, chuyển khoản VietQR", "Paid by VietQR transfer")),
        officer: "Trần Văn Bình".to_owned(),
        qr_payload: format!("TRAM-TEST:G01.863.017-261122-890028:{}", "aZ09_-".repeat(25)),
        language: SlipLanguage::WithEnglish,
        specimen: true,
    }
}
