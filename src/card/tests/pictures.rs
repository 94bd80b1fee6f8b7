//! Cards and slips as pixels and bytes: reproducible, readable by machines, marked as specimens, never overflowing.

use image::RgbImage;
use std::sync::LazyLock;
use time::macros::date;
use tram_card::{
    Bilingual, CardData, CardError, Part, PrintJob, Side, Slip, SlipLanguage, Symbol, Template, picture, qr,
};

mod invented;

/// Loading draws the art, once for all tests.
#[expect(clippy::unwrap_used, reason = "a fixture of tests, outside a test function")]
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::identity_2024().unwrap());

/// 64-bit FNV-1a: enough to see that a byte moved.
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn read_symbols(picture: &RgbImage) -> Vec<String> {
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
        picture.width() as usize,
        picture.height() as usize,
        |x, y| picture.get_pixel(x as u32, y as u32).0[1],
    );
    prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// The longest names and places that are known to occur, and some beyond.
fn long_cards() -> Vec<CardData> {
    [
        ("H'Wen", "Ayŭn Mlŏ Niê Kĭ", "Buôn Ako Dhông, Phường Buôn Ma Thuột, Tỉnh Đắk Lắk"),
        ("Công Tằng Tôn Nữ", "Thị Huyền Trân Phương Thảo Nguyên Anh", "Số 127B/45/12, Đường Nguyễn Phước Nguyên, Tổ dân phố Thanh Khê Đông, Phường Thanh Khê, Thành phố Đà Nẵng"),
        ("Rahlan", "H’Mrơi Nay Ksor Siu Kpă", "Làng Plei Ơi, Thôn Plei Rbai B, Xã Ia Sao, Tỉnh Gia Lai"),
        ("Giàng", "Thị Mỷ", "Thôn Tả Lủng B – Khu tái định cư số 3, đường liên xã Lũng Phìn – Sủng Trái km 14+500, Xã Lũng Phìn, Tỉnh Tuyên Quang (trước là huyện Đồng Văn, tỉnh Hà Giang)"),
    ]
    .into_iter()
    .map(|(surname, given, residence)| CardData {
        surname: surname.to_owned(),
        given: given.to_owned(),
        residence: residence.to_owned(),
        birth_registration: residence.to_owned(),
        expiry: None,
        ..invented::card()
    })
    .collect()
}

#[test]
fn the_same_card_and_slip_are_the_same_bytes() {
    let job = PrintJob::new(&TEMPLATE, &invented::card()).unwrap();
    assert_eq!((job.front.dimensions(), job.back.dimensions()), ((1016, 648), (1016, 648)));
    let slip = Slip::new(&invented::slip()).unwrap();
    let digests = [
        digest(&job.front),
        digest(&job.back),
        digest(&slip.pdf().unwrap()),
        digest(&slip.preview(100).unwrap()),
    ]
    .map(|digest| format!("{digest:016x}"));
    // After a wanted change: look at the pictures of the example `preview`, then write the new digests here.
    assert_eq!(digests.join(" "), GOLDEN);
}

const GOLDEN: &str = "6563fefbef0e47be e7edca6d61f719d9 3a469f495d1ff181 b0c821c40afbc14d";

#[test]
fn machines_read_what_is_printed() {
    for card in [invented::card()].into_iter().chain(long_cards()) {
        let back = TEMPLATE.render(&card, Side::Back).unwrap();
        assert_eq!(read_symbols(&back), [qr::compose(&card).unwrap()]);
    }
    let slip = invented::slip();
    for dpi in [100, 200] {
        assert_eq!(
            read_symbols(&Slip::new(&slip).unwrap().preview(dpi).unwrap()),
            [slip.qr_payload.as_str()]
        );
    }
}

#[test]
fn a_specimen_says_so_on_both_sides_and_the_slip() {
    let red = |picture: &RgbImage| picture.pixels().filter(|p| p.0[0] > p.0[1].saturating_add(40)).count();
    let (specimen, real) = (invented::card(), CardData { specimen: false, ..invented::card() });
    for side in [Side::Front, Side::Back] {
        let marked = red(&TEMPLATE.render(&specimen, side).unwrap());
        let plain = red(&TEMPLATE.render(&real, side).unwrap());
        assert!(marked > plain + 10_000, "{side:?}: {marked} red pixels against {plain}");
    }
    let slip = |specimen| Slip::new(&tram_card::SlipData { specimen, ..invented::slip() }).unwrap();
    let colours = |slip: Slip| {
        slip.preview(50).unwrap().pixels().filter(|p| p.0[0] > p.0[1].saturating_add(20)).count()
    };
    assert!(colours(slip(true)) > 3_000);
    assert_eq!(colours(slip(false)), 0);
}

#[test]
fn a_template_without_a_specimen_mark_is_refused() {
    let layout = include_str!("../../../assets/card/identity-2024.toml");
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="86" height="55"/>"#;
    assert!(Template::new(layout, svg, svg).is_ok());
    let unmarked =
        layout.replace(r#"{ kind = "specimen", at = [31.8, 11.2], width = 56.0, rise-deg = 9.0 },"#, "");
    for (layout, svg, expected) in [
        (unmarked.as_str(), &svg[..], "specimen mark"),
        ("name = 3", svg, "name"),
        (&layout.replace("dpi = 300.0", "dpi = 0.0"), svg, "dpi"),
        (&layout.replace("1016", "4294967295"), svg, "size-px"),
        (layout, b"<html/>", "card template"),
    ] {
        let error = Template::new(layout, svg, svg).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn odd_numbers_in_a_template_do_no_harm() {
    let layout = include_str!("../../../assets/card/identity-2024.toml");
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="86" height="55"/>"#;
    for (number, odd) in [
        "size = 3.9",
        "side = 18.0",
        "pitch = 2.54",
        "width = 77.0",
        "at = [27.4, 29.5]",
        "card-mm = [85.6, 53.98]",
    ]
    .into_iter()
    .flat_map(|number| ["nan", "inf", "-1e38", "0.0"].map(|odd| (number, odd)))
    {
        let (name, old) = number.split_once(" = ").unwrap();
        let new = if old.starts_with('[') { format!("[{odd}, {odd}]") } else { odd.to_owned() };
        let changed = layout.replace(number, &format!("{name} = {new}"));
        if let Ok(template) = Template::new(&changed, svg, svg) {
            let _ = PrintJob::new(&template, &invented::card());
        }
    }
}

#[test]
fn long_names_and_places_stay_inside() {
    for card in long_cards() {
        let blank = CardData { surname: "I".to_owned(), given: String::new(), ..card.clone() };
        let (long, short) =
            (TEMPLATE.render(&card, Side::Front).unwrap(), TEMPLATE.render(&blank, Side::Front).unwrap());
        // Where the two differ is where the name stands: never beyond its box of 54 mm.
        let right = long
            .enumerate_pixels()
            .filter(|(x, y, pixel)| short.get_pixel(*x, *y) != *pixel)
            .map(|(x, ..)| x)
            .max();
        assert!(right.unwrap() < 966, "{right:?}");
    }
    let endless = CardData { surname: "Nguyễn".repeat(40), ..invented::card() };
    assert!(matches!(TEMPLATE.render(&endless, Side::Front), Err(CardError::TextTooLong(Part::FullName))));
    let foreign = CardData { given: "王".to_owned(), ..invented::card() };
    assert!(matches!(TEMPLATE.render(&foreign, Side::Front), Err(CardError::Glyph(0x738b))));
}

#[test]
fn a_child_under_six_has_a_card_without_portrait() {
    let child = CardData {
        portrait: None,
        birth: date!(2023 - 02 - 03),
        parents: vec!["Lý Văn Tư".to_owned()],
        ..invented::card()
    };
    assert!(PrintJob::new(&TEMPLATE, &child).is_ok());
}

#[test]
fn a_crowded_slip_still_fits_and_an_impossible_one_is_refused() {
    let mut slip = invented::slip();
    slip.residence = long_cards().pop().unwrap().residence;
    slip.applicant = "Công Tằng Tôn Nữ Thị Huyền Trân Phương Thảo Nguyên Anh".to_owned();
    slip.office =
        "Công an xã Lũng Phìn, điểm thu nhận lưu động thôn Tả Lủng B – Khu tái định cư số 3".to_owned();
    slip.procedure = Bilingual::new(
        "Cấp, cấp đổi, cấp lại thẻ căn cước cho công dân Việt Nam từ đủ 14 tuổi trở lên thực hiện tại Công an cấp xã",
        "Issue, exchange and reissue of the identity card to Vietnamese citizens of 14 and over at a commune police office",
    );
    let line = slip.captured[1].clone();
    slip.captured = vec![line; 8];
    for language in [SlipLanguage::Vietnamese, SlipLanguage::WithEnglish] {
        slip.language = language;
        let page = Slip::new(&slip).unwrap().preview(150).unwrap();
        assert_eq!(read_symbols(&page), [slip.qr_payload.as_str()]);
    }
    slip.residence = "thôn ".repeat(400);
    assert!(matches!(Slip::new(&slip), Err(CardError::TextTooLong(_))));
    slip.qr_payload = "x".repeat(4_000);
    assert!(matches!(Slip::new(&slip), Err(CardError::QrTooLong)));
}

#[test]
fn pictures_become_files() {
    let symbol = Symbol::new("tram", 97).unwrap().picture(4);
    let picture = image::DynamicImage::ImageLuma8(symbol).to_rgb8();
    assert_eq!(image::load_from_memory(&picture::png(&picture).unwrap()).unwrap().to_rgb8(), picture);
    let jpeg = image::load_from_memory(&picture::jpeg(&picture, 90).unwrap()).unwrap().to_rgb8();
    assert_eq!(read_symbols(&jpeg), ["tram"]);
}
