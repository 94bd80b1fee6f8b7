//! Irises: drawn eyes with exact truth, and the one real picture where it is at hand.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use tram_biometric::GrayImage;
use tram_portrait::iris::{self, IrisQuality};
use tram_portrait::{Point, decode};

/// A drawn eye: 640 by 480, the lids a lens, the iris textured, a reflection beside the pupil's middle.
struct Eye {
    centre: (f32, f32),
    pupil: f32,
    iris: f32,
    /// How far the upper lid comes down over the iris, in its radii.
    lid: f32,
    blur: i32,
}

const EYE: Eye = Eye { centre: (320.0, 240.0), pupil: 42.0, iris: 110.0, lid: 0.15, blur: 1 };

fn draw(eye: &Eye) -> GrayImage {
    let hash = |x: i32, y: i32| (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)).unsigned_abs() % 17;
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
            105.0 + 14.0 * (dy.atan2(dx) * 23.0).sin() * (from * 0.2).cos()
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
