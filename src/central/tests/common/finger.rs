//! Fingers nobody has, drawn from a formula: parallel ridges with dislocations whose places grow from a number. A
//! dislocation of charge ±1 adds the angle around it to the phase of the ridges: exactly a ridge that begins there.

use super::memory::Chance;
use std::collections::BTreeMap;
use std::f32::consts::TAU;
use std::sync::{LazyLock, Mutex};
use tram_biometric::{FingerPosition, GrayImage};
use tram_fingerprint::wsq;

const WIDTH: u32 = 230;
const HEIGHT: u32 = 290;
/// Pixels from ridge to ridge.
const PERIOD: f32 = 9.0;

type Key = (u64, FingerPosition, i8);
static DRAWN: LazyLock<Mutex<BTreeMap<Key, Vec<u8>>>> = LazyLock::new(Mutex::default);

/// A finger of somebody, laid down turned by so many degrees, as WSQ.
pub(crate) fn print(whose: u64, position: FingerPosition, degrees: i8) -> Vec<u8> {
    let key = (whose, position, degrees);
    if let Some(bytes) = DRAWN.lock().unwrap().get(&key) {
        return bytes.clone();
    }
    let bytes = wsq::encode(&draw(whose, position, degrees), 2.25).unwrap();
    DRAWN.lock().unwrap().insert(key, bytes.clone());
    bytes
}

pub(crate) fn size() -> (u32, u32) {
    (WIDTH, HEIGHT)
}

fn draw(whose: u64, position: FingerPosition, degrees: i8) -> GrayImage {
    let mut chance = Chance(whose * 16 + u64::from(position.code()) + 1);
    let mut random = || (chance.next() >> 40) as f32 / (1_u64 << 24) as f32;
    let mut dislocations: Vec<(f32, f32)> = Vec::new();
    while dislocations.len() < 22 {
        let (x, y) = ((random() - 0.5) * 180.0, (random() - 0.5) * 240.0);
        let inside = (x / 90.0).powi(2) + (y / 120.0).powi(2) < 1.0;
        if inside && dislocations.iter().all(|other| (other.0 - x).hypot(other.1 - y) > 20.0) {
            dislocations.push((x, y));
        }
    }
    let (sin, cos) = f32::from(degrees).to_radians().sin_cos();
    GrayImage::from_fn(WIDTH, HEIGHT, 500, |x, y| {
        let (dx, dy) = (x as f32 - WIDTH as f32 / 2.0, y as f32 - HEIGHT as f32 / 2.0);
        let (x, y) = (dx * cos + dy * sin, dy * cos - dx * sin);
        if (x / 105.0).powi(2) + (y / 135.0).powi(2) > 1.0 {
            return 245;
        }
        let mut phase = TAU * (y + 12.0 * (x / 80.0).cos()) / PERIOD;
        for (place, (dx, dy)) in dislocations.iter().enumerate() {
            let charge = if place % 2 == 0 { 1.0 } else { -1.0 };
            phase += charge * (y - dy).atan2(x - dx);
        }
        (125.0 - 95.0 * phase.cos()) as u8
    })
}
