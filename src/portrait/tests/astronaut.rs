//! The whole way of one portrait, NASA's: found, measured, guided, cut, written and read again.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use tram_biometric::RgbImage;
use tram_portrait::{Assessment, Engine, Guidance, MeasureKind, Point, crop, decode, encode};

const ASTRONAUT: &[u8] = include_bytes!("../../../assets/demo/astronaut.png");

fn astronaut() -> RgbImage {
    decode::picture(ASTRONAUT).unwrap()
}

fn assess(image: &RgbImage) -> Assessment {
    Engine::new().unwrap().assess(image).unwrap()
}

/// The picture seen through a map from its pixels to where they are read.
fn mapped(image: &RgbImage, width: u32, height: u32, from: impl Fn(u32, u32) -> (u32, u32)) -> RgbImage {
    let pixels = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let (x, y) = from(x, y);
            image.get(x, y).unwrap_or([200; 3])
        })
        .collect();
    RgbImage::new(width, height, pixels).unwrap()
}

#[test]
fn eyes_are_where_they_are() {
    let found = assess(&astronaut());
    let face = found.face.as_ref().unwrap();
    // Read off the picture by eye, at eight times its size.
    for (eye, place) in [(face.right_eye, (203.5, 101.0)), (face.left_eye, (246.9, 103.5))] {
        assert!(eye.pupil.distance(Point::new(place.0, place.1)) < 1.0, "{eye:?}");
        assert!((3.0..5.0).contains(&eye.iris_radius), "{eye:?}");
    }
    assert_eq!((found.faces, found.guidance()), (1, Some(Guidance::ComeCloser)));
}

#[test]
fn a_mirrored_picture_mirrors_pose_and_eyes() {
    let image = astronaut();
    let flipped = mapped(&image, 512, 512, |x, y| (511 - x, y));
    let [face, mirror] = [assess(&image), assess(&flipped)].map(|found| found.face.unwrap());
    let shift = 512.0 - mirror.left_eye.pupil.x - face.right_eye.pupil.x;
    assert!(shift.abs() < 1.0, "{shift}");
    assert!((face.pose.roll + mirror.pose.roll).abs() < 2.0);
    assert!((face.pose.yaw + mirror.pose.yaw).abs() < 4.0);
}

#[test]
fn two_people_are_seen_and_nobody_is_nobody() {
    let image = astronaut();
    let twice = mapped(&image, 1024, 512, |x, y| (x % 512, y));
    assert_eq!(assess(&twice).guidance(), Some(Guidance::SeveralFaces));
    let wall = RgbImage::new(640, 480, vec![180; 640 * 480 * 3]).unwrap();
    let empty = assess(&wall);
    assert_eq!((empty.faces, empty.guidance(), empty.measures.len()), (0, Some(Guidance::NoFace), 0));
    assert!(!empty.passes());
}

#[test]
fn a_face_at_the_edge_is_told_where_to_go() {
    let image = astronaut();
    // Three times as large, so that the size is right, with the face moved to each edge.
    let around = |shift: (i32, i32)| {
        let from = |at: u32, shift: i32| u32::try_from((at as i32 + shift).max(0)).unwrap() / 3;
        mapped(&image, 900, 1000, |x, y| (from(x, shift.0), from(y, shift.1)))
    };
    for (shift, guidance) in [
        ((230, -260), None),
        ((560, -260), Some(Guidance::MoveLeft)),
        ((-100, -260), Some(Guidance::MoveRight)),
        ((230, 60), Some(Guidance::MoveDown)),
        ((230, -560), Some(Guidance::MoveUp)),
    ] {
        let found = assess(&around(shift));
        let frame = found.measure(MeasureKind::CardFrame).unwrap();
        assert_eq!(frame.passes, guidance.is_none(), "{shift:?}: {frame:?}");
        assert_eq!(found.guidance(), guidance, "{shift:?}");
    }
}

#[test]
fn the_cut_pictures_keep_the_eyes_where_the_standard_wants_them() {
    let image = astronaut();
    let face = assess(&image).face.unwrap();
    let card = crop::card(&image, &face).unwrap();
    assert_eq!((card.width(), card.height()), (236, 354));
    let token = crop::token(&image, &face).unwrap();
    let again = assess(&token).face.unwrap();
    // ISO/IEC 19794-5, 10: eyes at 0.375 and 0.625 of the width, 0.6 of the width down.
    for (eye, x) in [(again.right_eye, 180.0), (again.left_eye, 300.0)] {
        assert!(eye.pupil.distance(Point::new(x, 288.0)) < 3.0, "{eye:?}");
    }
}

#[test]
fn a_written_picture_keeps_its_budget_and_nothing_but_pixels() {
    let image = astronaut();
    for budget in [12_000, 20_000, 60_000] {
        let bytes = encode::jpeg(&image, budget).unwrap();
        assert!(bytes.len() <= budget && bytes.len() > budget / 2, "{} for {budget}", bytes.len());
        assert!(!bytes.windows(4).any(|window| window == b"Exif"));
        let read = decode::picture(&bytes).unwrap();
        assert_eq!((read.width(), read.height()), (512, 512));
    }
    assert!(encode::jpeg(&image, 500).is_err());
}

#[test]
fn bytes_that_are_no_picture_are_refused() {
    let whole = encode::jpeg(&astronaut(), 20_000).unwrap();
    for bytes in [&b""[..], b"\xff\xd8\xff", &ASTRONAUT[..4000], &whole[..300]] {
        assert!(decode::picture(bytes).is_err());
    }
}

#[test]
fn jpeg_2000_meets_its_budget_to_two_percent() {
    let image = astronaut();
    let card = crop::card(&image, &assess(&image).face.unwrap()).unwrap();
    for (picture, budget) in [(&card, 12_000), (&card, 20_000), (&image, 20_000), (&image, 100_000)] {
        let bytes = encode::jpeg2000(picture, budget).unwrap();
        assert!(bytes.len() <= budget && bytes.len() >= budget * 98 / 100, "{} for {budget}", bytes.len());
        assert_eq!(&bytes[4..12], b"jP  \r\n\x87\n", "the signature box of a JP2 file");
    }
}
