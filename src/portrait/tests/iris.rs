//! Irises: drawn eyes with exact truth, and the one real picture where it is at hand.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use tram_biometric::GrayImage;
use tram_portrait::iris::{self, EyeLabel, IrisCode, IrisGuidance, IrisQuality, IrisSession, IrisTurn};
use tram_portrait::{IrisRule, Point, RuleSet, decode};

/// A drawn eye: 640 by 480, the lids a lens, the iris textured, a reflection beside the pupil's middle.
struct Eye {
    centre: (f32, f32),
    pupil: f32,
    iris: f32,
    /// How far the upper lid comes down over the iris, in its radii.
    lid: f32,
    blur: i32,
    /// Whose it is: what its iris and its noise are drawn from.
    of: [u32; 2],
    /// How far the head leans, in radians.
    roll: f32,
}

const EYE: Eye =
    Eye { centre: (320.0, 240.0), pupil: 42.0, iris: 110.0, lid: 0.15, blur: 1, of: [1, 1], roll: 0.0 };

/// A number from 0 to 1 that is drawn from others.
fn chance(seed: u32, index: u32) -> f32 {
    let mixed = (seed.wrapping_mul(0x9E37_79B9) ^ index.wrapping_mul(0x85EB_CA6B)).wrapping_mul(0xC2B2_AE35);
    ((mixed ^ mixed >> 15).wrapping_mul(0x27D4_EB2F) >> 8) as f32 / (1 << 24) as f32
}

/// The level of an iris's tissue: forty waves around the eye, each with its own phase at each of eight rings.
fn tissue(seed: u32, turn: f32, share: f32) -> f32 {
    let ring = share * 7.0;
    let (inner, part) = (ring.floor(), ring.fract());
    let at = |ring: f32| -> f32 {
        let waves = (6..30_u32).map(|wave| {
            let phase = chance(seed, wave + 100 * ring as u32);
            (std::f32::consts::TAU * (turn * wave as f32 + phase)).sin()
        });
        waves.sum()
    };
    at(inner) * (1.0 - part) + at(inner + 1.0) * part
}

fn draw(eye: &Eye) -> GrayImage {
    let [tissue_of, noise_of] = eye.of;
    let hash = |x: i32, y: i32| {
        (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)).wrapping_mul(noise_of as i32).unsigned_abs()
            % 17
    };
    let sharp = |x: i32, y: i32| -> f32 {
        let (dx, dy) = (x as f32 + 0.5 - eye.centre.0, y as f32 + 0.5 - eye.centre.1);
        let (from, noise) = (dx.hypot(dy), hash(x, y) as f32 - 8.0);
        let lens = 1.0 - (dx / (eye.iris * 2.4)).powi(2);
        let skin = dy < -eye.iris * (1.0 - eye.lid) * lens || dy > eye.iris * 1.05 * lens;
        let base = if skin {
            165.0
        } else if (dx + eye.pupil * 0.3).hypot(dy + eye.pupil * 0.2) < 7.0 {
            250.0
        } else if from < eye.pupil {
            22.0
        } else if from < eye.iris {
            let turn = (dy.atan2(dx) - eye.roll) / std::f32::consts::TAU;
            105.0 + 3.5 * tissue(tissue_of, turn, (from - eye.pupil) / (eye.iris - eye.pupil))
        } else {
            185.0
        };
        base + noise
    };
    GrayImage::from_fn(640, 480, 0, |x, y| {
        let reach = eye.blur;
        let offsets = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
        let sum: f32 = offsets.map(|(dx, dy)| sharp(x as i32 + dx, y as i32 + dy)).sum();
        (sum / ((2 * reach + 1) * (2 * reach + 1)) as f32).clamp(0.0, 255.0) as u8
    })
}

fn measure(eye: &Eye) -> IrisQuality {
    let image = draw(eye);
    iris::quality::measure(&image, &iris::locate(&image).unwrap())
}

#[test]
fn pupil_and_limbus_of_drawn_eyes_are_found() {
    for eye in [
        EYE,
        Eye { centre: (250.0, 200.0), pupil: 28.0, ..EYE },
        Eye { centre: (400.0, 260.0), pupil: 60.0, iris: 125.0, ..EYE },
        Eye { lid: 0.35, blur: 2, ..EYE },
        Eye { iris: 90.0, pupil: 35.0, blur: 3, ..EYE },
    ] {
        let found = iris::locate(&draw(&eye)).unwrap();
        let centre = Point::new(eye.centre.0, eye.centre.1);
        for (circle, radius) in [(found.pupil, eye.pupil), (found.limbus, eye.iris)] {
            assert!(circle.centre.distance(centre) < 2.5, "{circle:?} for {centre:?}");
            assert!((circle.radius - radius).abs() < 2.5, "{circle:?} for {radius}");
        }
    }
}

#[test]
fn a_picture_without_an_eye_has_no_iris() {
    assert!(iris::locate(&GrayImage::from_fn(640, 480, 0, |_, _| 128)).is_none());
    assert!(iris::locate(&GrayImage::from_fn(8, 8, 0, |x, y| (x * y) as u8)).is_none());
}

#[test]
fn what_is_worse_measures_worse() {
    let good = measure(&EYE);
    assert!((good.radius - 110.0).abs() < 2.5 && (good.pupil_share - 38.0).abs() < 3.0, "{good:?}");
    assert!(
        good.concentricity > 95.0 && good.pupil_contrast > 60.0 && good.sclera_contrast > 20.0,
        "{good:?}"
    );
    assert!(measure(&Eye { blur: 4, ..EYE }).sharpness < good.sharpness * 0.7);
    assert!(measure(&Eye { lid: 0.45, ..EYE }).usable_area < good.usable_area - 5.0);
    assert!(measure(&Eye { centre: (140.0, 240.0), ..EYE }).margin < 60.0 && good.margin > 99.0);
}

#[test]
fn the_real_eye_is_found() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/iris/eye.png");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: the real eye is not at hand");
        return;
    };
    let picture = decode::picture(&bytes).unwrap();
    let grey = picture.pixels().chunks_exact(3).map(|pixel| pixel[1]).collect();
    let image = GrayImage::new(picture.width(), picture.height(), 0, grey).unwrap();
    let found = iris::locate(&image).unwrap();
    println!("{found:?} {:?}", iris::quality::measure(&image, &found));
    // A second opinion (iris-iqm 1.1.0) says: pupil diameter 124, iris diameter 238. Both were looked at.
    assert!((found.pupil.radius - 62.0).abs() < 4.0, "{found:?}");
    assert!((found.limbus.radius - 119.0).abs() < 6.0, "{found:?}");
}

fn code(eye: &Eye) -> IrisCode {
    let image = draw(eye);
    IrisCode::of(&image, &iris::locate(&image).unwrap())
}

#[test]
fn the_same_iris_is_known_again_and_another_is_not() {
    let first = code(&EYE);
    for again in [
        Eye { of: [1, 7], ..EYE },
        Eye { of: [1, 3], pupil: 50.0, centre: (300.0, 250.0), ..EYE },
        Eye { of: [1, 5], roll: 0.2, blur: 2, ..EYE },
        Eye { of: [1, 9], lid: 0.35, ..EYE },
    ] {
        let distance = first.distance(&code(&again)).unwrap();
        assert!(distance < 0.28, "{distance} for the same iris");
    }
    for other in 2..6 {
        let distance = first.distance(&code(&Eye { of: [other, 1], ..EYE })).unwrap();
        assert!(distance > 0.38, "{distance} for another iris");
    }
}

fn rules() -> Vec<IrisRule> {
    RuleSet::newest().unwrap().iris
}

const BOTH: [EyeLabel; 2] = [EyeLabel::Right, EyeLabel::Left];
const RIGHT: Eye = EYE;
const LEFT: Eye = Eye { of: [2, 3], ..EYE };

#[test]
fn two_good_eyes_are_done_at_once_and_the_better_picture_is_kept() {
    let mut session = IrisSession::new(&BOTH, rules(), 3);
    // The left one is at the edge of its picture.
    let aside = Eye { centre: (140.0, 240.0), ..LEFT };
    let turn = session.on_pictures(vec![(EyeLabel::Right, draw(&RIGHT)), (EyeLabel::Left, draw(&aside))]);
    assert_eq!(turn, IrisTurn::Again(EyeLabel::Left, IrisGuidance::MoveToTheMiddle));
    assert_eq!(session.missing(), [EyeLabel::Left]);
    // The right one is worse now, and the earlier one stays.
    let small = Eye { iris: 70.0, pupil: 25.0, of: [1, 5], ..RIGHT };
    let turn = session.on_pictures(vec![(EyeLabel::Right, draw(&small)), (EyeLabel::Left, draw(&LEFT))]);
    assert_eq!(turn, IrisTurn::Done);
    let kept = session.finish();
    assert_eq!(kept.iter().map(|shot| shot.eye).collect::<Vec<_>>(), BOTH);
    assert!(kept.iter().all(|shot| shot.passes() && shot.found.as_ref().unwrap().quality.radius > 100.0));
    // And they go into a record and come out as they were.
    let images: Vec<_> = kept.iter().map(|shot| shot.image(None).unwrap()).collect();
    let read = iris::record::read(&iris::record::write(&images).unwrap()).unwrap();
    for (image, shot) in read.iter().zip(&kept) {
        let picture = decode::picture(&image.bytes).unwrap();
        assert!(picture.pixels().chunks(3).map(|pixel| pixel[0]).eq(shot.image.pixels().iter().copied()));
        assert_eq!((image.eye, image.width, image.height), (shot.eye, 640, 480));
        let limbus = image.limbus.unwrap();
        assert!(limbus.centre.distance(shot.found.as_ref().unwrap().iris.limbus.centre) < 1.0);
    }
}

#[test]
fn one_eye_shown_as_both_or_swapped_is_not_kept() {
    let mut session = IrisSession::new(&BOTH, rules(), 3);
    let again = Eye { of: [1, 5], ..RIGHT };
    let turn = session.on_pictures(vec![(EyeLabel::Right, draw(&RIGHT)), (EyeLabel::Left, draw(&again))]);
    assert_eq!(turn, IrisTurn::Again(EyeLabel::Right, IrisGuidance::SameEyeTwice));
    assert_eq!(session.missing(), BOTH);
    // The right eye is taken; then the camera is held upside down and calls the right eye left.
    session.on_pictures(vec![(EyeLabel::Right, draw(&RIGHT))]);
    let turn = session.on_pictures(vec![(EyeLabel::Left, draw(&again))]);
    assert_eq!(turn, IrisTurn::UsedUp(EyeLabel::Left, IrisGuidance::SameEyeTwice));
    session.grant(1);
    assert_eq!(session.on_pictures(vec![(EyeLabel::Left, draw(&LEFT))]), IrisTurn::Done);
}

#[test]
fn an_eye_that_is_missing_is_not_waited_for_and_an_unseen_one_is() {
    let mut one_eyed = IrisSession::new(&[EyeLabel::Left], rules(), 1);
    let turn = one_eyed.on_pictures(vec![(EyeLabel::Right, draw(&RIGHT)), (EyeLabel::Left, draw(&LEFT))]);
    assert_eq!((turn, one_eyed.finish().len()), (IrisTurn::Done, 1));
    let mut session = IrisSession::new(&BOTH, rules(), 2);
    let blank = GrayImage::from_fn(640, 480, 0, |_, _| 128);
    let turn = session.on_pictures(vec![(EyeLabel::Left, blank), (EyeLabel::Right, draw(&RIGHT))]);
    assert_eq!(turn, IrisTurn::Again(EyeLabel::Left, IrisGuidance::NoEye));
    assert_eq!(session.on_pictures(Vec::new()), IrisTurn::UsedUp(EyeLabel::Left, IrisGuidance::NoEye));
    assert_eq!(session.finish().len(), 1);
}
