//! Slaps from data, played by the emulated service: each finger comes through the driver as it was cut out, dot for dot.

use crate::world::World;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tram_biometric::FingerPosition;
use tram_sbi::{Environment, Kind, Seen, Target};
use tram_sbi_emulator::picture::Picture;
use tram_sbi_emulator::{Device, Modality, Slap, Spec};

const SERIAL: &str = "TEST-SLAP-0001";
const ENOUGH: usize = 4;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/fingerprints/composite_slaps")
}

fn picture(image: &image::GrayImage) -> Picture {
    let (width, height) = (image.width() as u16, image.height() as u16);
    Picture { width, height, pixels: image.as_raw().clone() }
}

/// The slaps, cut where their makers say that the fingers are: left, top, right, bottom.
fn slaps() -> Option<Vec<Slap>> {
    let truth = std::fs::read(folder().join("truth.json")).ok()?;
    let truth: Vec<serde_json::Value> = serde_json::from_slice(&truth).expect("JSON");
    let slap = |entry: &serde_json::Value| {
        let name = entry[0].as_str().expect("a name");
        let whole = image::open(folder().join(format!("{name}.png"))).expect("a picture").into_luma8();
        let side = |finger: &serde_json::Value, at: usize| finger[at].as_u64().expect("a place") as u32;
        let cut = |finger: &serde_json::Value| {
            let [left, top, right, bottom] = [1, 2, 3, 4].map(|at| side(finger, at));
            let finger = image::imageops::crop_imm(&whole, left, top, right - left, bottom - top);
            picture(&finger.to_image())
        };
        let fingers = entry[4].as_array().expect("fingers").iter().map(cut).collect();
        Slap { whole: picture(&whole), fingers }
    };
    Some(truth.iter().take(ENOUGH).map(slap).collect())
}

#[test]
fn slaps_from_data_come_dot_for_dot() {
    let Some(slaps) = slaps() else {
        println!("skipped: no slaps in {}", folder().display());
        return;
    };
    for (number, slap) in slaps.into_iter().enumerate() {
        let device = Device::new(SERIAL, Spec::Sbi10, Modality::SlapReader);
        let world = World::with([Device { slap: Some(slap.clone()), ..device }]);
        let driver = world.driver(Environment::Developer);
        let mut session = driver.open_device(Kind::Finger, SERIAL).expect("it opens");
        session.begin(Target::Fingers(FingerPosition::PlainRightFour), &[]).expect("begins");
        let (began, mut previews) = (Instant::now(), 0);
        let images = loop {
            match session.poll(Duration::from_secs(1)).expect("nothing is wrong") {
                Some(Seen::Captured(images)) => break images,
                Some(Seen::Preview(_)) => previews += 1,
                None => {}
            }
        };
        assert_eq!((images.len(), previews > 0), (4, true));
        for (image, finger) in images.iter().zip(&slap.fingers) {
            assert_eq!((image.image.width, image.image.height), (finger.width, finger.height));
            assert!(
                image.record[image.image.bytes.clone()] == finger.pixels,
                "slap {number}: {}",
                image.part
            );
        }
        println!("slap {number}: {previews} previews, 4 fingers checked in {:.1?}", began.elapsed());
    }
}
