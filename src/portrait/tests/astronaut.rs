//! The whole way of one portrait, NASA's: found, measured, guided, cut, written and read again.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use tram_biometric::RgbImage;
use tram_portrait::engine::Stage;
use tram_portrait::{
    Assessment, Engine, Guidance, MeasureKind, Point, Report, annotate, crop, decode, encode,
};

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

/// Twice as large, with the same face a quarter as large beside it.
fn with_somebody_behind() -> RgbImage {
    mapped(&astronaut(), 1280, 720, |x, y| match (x, y) {
        (1040..1180, 400..560) => (2 * (x - 1040) + 95, 2 * (y - 400) + 10),
        (0..1000, _) => (x / 2, y / 2),
        _ => (u32::MAX, 0),
    })
}

#[test]
fn somebody_far_behind_is_seen_in_a_picture_and_soon_in_a_live_one() {
    let image = with_somebody_behind();
    let mut engine = Engine::new().unwrap();
    let found = engine.assess(&image).unwrap();
    assert_eq!((found.faces, found.guidance()), (2, Some(Guidance::SeveralFaces)));
    let share = found.measure(MeasureKind::SingleFacePresent).unwrap().native;
    assert!((0.03..0.12).contains(&share), "a quarter as large, a sixteenth of the area: {share}");
    let first = engine.follow(&image).unwrap();
    let noticed = (1..90).find(|_| engine.follow(&image).unwrap().faces == 2);
    assert!(first.faces == 2 || noticed.is_some(), "eight parts, one in ten frames");
    println!("{} at once, then in frame {noticed:?}", first.faces);
    let alone = mapped(&astronaut(), 1280, 720, |x, y| if x < 1000 { (x / 2, y / 2) } else { (u32::MAX, 0) });
    assert_eq!(engine.assess(&alone).unwrap().faces, 1);
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

/// The astronaut some pixels to the right in a wider picture.
fn moved(image: &RgbImage, right: u32) -> RgbImage {
    mapped(image, 640, 512, |x, y| (x.wrapping_sub(right), y))
}

#[test]
fn a_face_is_followed_and_the_detector_looks_only_now_and_then() {
    let image = astronaut();
    let (mut engine, mut afresh) = (Engine::new().unwrap(), Engine::new().unwrap());
    let (mut looked, mut background) = (Vec::new(), Vec::new());
    for index in 0..12_u32 {
        let frame = moved(&image, 20 + 3 * index);
        let mut done = |stage| match stage {
            Stage::Detector => looked.push(index),
            Stage::Measure(MeasureKind::BackgroundUniformity) => background.push(index),
            _ => {}
        };
        let found = engine.follow_by_stages(&frame, &mut done).unwrap();
        assert!(found.measure(MeasureKind::BackgroundUniformity).is_some());
        let (followed, face) = (found.face.unwrap(), afresh.assess(&frame).unwrap().face.unwrap());
        for (a, b) in [(followed.right_eye, face.right_eye), (followed.left_eye, face.left_eye)] {
            assert!(a.pupil.distance(b.pupil) < 1.0, "frame {index}: {a:?} for {b:?}");
        }
        assert!((followed.pose.yaw - face.pose.yaw).abs() < 4.0);
    }
    // In between it looks at one part more closely.
    assert_eq!(looked, [0, 5, 10]);
    // What costs much and changes little is taken over in between.
    assert_eq!(background, [0, 1, 4, 7, 11]);
}

#[test]
fn a_lost_face_is_looked_for_and_a_second_one_is_noticed() {
    let image = astronaut();
    let mut engine = Engine::new().unwrap();
    let frame = moved(&image, 20);
    assert_eq!(engine.follow(&frame).unwrap().faces, 1);
    let wall = RgbImage::new(640, 512, vec![180; 640 * 512 * 3]).unwrap();
    assert_eq!(engine.follow(&wall).unwrap().guidance(), Some(Guidance::NoFace));
    assert_eq!(engine.follow(&frame).unwrap().faces, 1);
    // In the same place, but another picture size: nothing is carried over.
    assert_eq!(engine.follow(&image).unwrap().faces, 1);
    let twice = mapped(&image, 1024, 512, |x, y| (x % 512, y));
    let alone = mapped(&image, 1024, 512, |x, y| (x, y));
    assert_eq!(engine.follow(&alone).unwrap().faces, 1);
    let noticed = (0..10).position(|_| engine.follow(&twice).unwrap().faces == 2);
    assert!(noticed.is_some());
}

/// The picture with the pixels for which `covered` holds, in distances T from the eyes' middle, painted over.
fn painted(image: &RgbImage, colour: [u8; 3], covered: impl Fn(f32, f32) -> bool) -> RgbImage {
    let face = assess(image).face.unwrap();
    let (middle, t) = (face.eyes_middle(), face.eye_to_chin());
    let places = (0..image.height()).flat_map(|y| (0..image.width()).map(move |x| (x, y)));
    let pixels = places
        .flat_map(|(x, y)| {
            let inside = covered((x as f32 + 0.5 - middle.x) / t, (y as f32 + 0.5 - middle.y) / t);
            if inside { colour } else { image.get(x, y).unwrap() }
        })
        .collect();
    RgbImage::new(image.width(), image.height(), pixels).unwrap()
}

#[test]
fn what_covers_a_face_is_seen_by_its_own_measure() {
    let image = astronaut();
    let bare = assess(&image);
    let mask = painted(&image, [120, 170, 200], |x, y| x.abs() < 0.6 && (0.3..1.0).contains(&y));
    let lenses =
        painted(&image, [25, 25, 28], |x, y| (x.abs() - 0.27).abs() < 0.2 && (y - 0.04).abs() < 0.18);
    let rims = painted(&image, [25, 25, 28], |x, y| {
        let lens = ((x.abs() - 0.27) / 0.2).hypot((y - 0.03) / 0.17);
        (0.85..1.0).contains(&lens) || (x.abs() < 0.08 && y.abs() < 0.02)
    });
    let cap = painted(&image, [30, 50, 150], |x, y| y < -0.55 && x.hypot(y / 1.4) < 0.8);
    for (covered, kind, least) in [
        (mask.clone(), MeasureKind::MouthOcclusionPrevention, 0.8),
        (mask, MeasureKind::FaceOcclusionPrevention, 0.2),
        (lenses, MeasureKind::EyesVisible, 0.4),
        (rims, MeasureKind::NoGlasses, 0.1),
        (cap, MeasureKind::NoHeadCoverings, 0.2),
    ] {
        let native = |found: &Assessment| found.measure(kind).unwrap().native;
        let (before, after) = (native(&bare), native(&assess(&covered)));
        assert!(after > before + least, "{kind:?}: {before} bare, {after} covered");
    }
}

#[test]
fn a_report_says_every_measure_and_keeps_no_mesh() {
    let image = astronaut();
    let engine = Engine::new().unwrap();
    let found = assess(&image);
    let report = serde_json::to_value(Report::of(&image, &found, engine.rules())).unwrap();
    assert_eq!(report["measures"].as_array().unwrap().len(), found.measures.len());
    assert_eq!(report["measures"][1]["measure"], "inter_eye_distance");
    assert!(report["measures"][1]["wrong"]["vi"].as_str().is_some_and(|wrong| !wrong.is_empty()));
    assert_eq!(report["guidance"]["en"], "Please come closer");
    assert!(report.to_string().len() < 20_000 && !report.to_string().contains("mesh"));
}

#[test]
fn an_annotated_picture_is_the_picture_with_the_eyes_marked() {
    let image = astronaut();
    let face = assess(&image).face.unwrap();
    let drawn = decode::picture(&encode::png(&annotate::annotated(&image, &face)).unwrap()).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (512, 512));
    for eye in [face.right_eye, face.left_eye] {
        assert_eq!(drawn.get(eye.pupil.x as u32, eye.pupil.y as u32), Some([255, 40, 40]));
    }
    // Far from the face nothing is touched.
    assert_eq!(drawn.get(5, 500), image.get(5, 500));
    let changed = drawn.pixels().chunks(3).zip(image.pixels().chunks(3)).filter(|(a, b)| a != b).count();
    assert!((1_000..20_000).contains(&changed), "{changed}");
}
