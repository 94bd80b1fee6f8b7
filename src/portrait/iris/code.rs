//! Whether two pictures show the same iris: phases of the unrolled iris, compared bit by bit.
//!
//! After Daugman ("How iris recognition works", 2004), in small. It exists so that one eye is not kept as both, nor left as
//! right; it is no matcher to identify anybody by. Proven on drawn eyes only.

use super::Iris;
use super::locate::level;
use std::f32::consts::TAU;
use tram_biometric::GrayImage;

/// Directions and rings at which the iris is read.
const AROUND: usize = 256;
const RINGS: usize = 8;
/// Readings across each ring, which are averaged.
const ACROSS: usize = 4;
/// Length of the waves whose phase is taken, and half the length they are looked at over, in directions.
const WAVE: f32 = 16.0;
const REACH: i32 = 16;
/// Turns of the head between two pictures that are tried, in directions: 20 degrees each way.
const TURNS: i32 = 14;
/// Fewer common bits than this tell nothing.
const LEAST_BITS: usize = 800;
/// Different irises differ in half of their bits, the same in fewer than this share (Daugman's criterion, rounded).
const SAME: f32 = 0.33;

/// The phases of one iris, two bits at each place, and where they can be trusted.
#[derive(Clone, PartialEq)]
pub struct IrisCode {
    /// Sign of the real and of the imaginary part, by ring and direction; `None` beside the picture or under a lid.
    bits: Vec<Option<[bool; 2]>>,
}

impl std::fmt::Debug for IrisCode {
    /// Nothing: a code tells people apart.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IrisCode")
    }
}

impl IrisCode {
    /// The code of an iris in a picture.
    pub fn of(image: &GrayImage, iris: &Iris) -> Self {
        let bits = (0..RINGS).flat_map(|ring| phases(&read(image, iris, ring))).collect();
        Self { bits }
    }

    /// The share of common bits in which two codes differ, at the turn where it is least; `None` where too little is common.
    pub fn distance(&self, other: &Self) -> Option<f32> {
        (-TURNS..=TURNS).filter_map(|turn| self.distance_turned(other, turn)).min_by(f32::total_cmp)
    }

    /// Whether two codes are of the same iris; `None` where too little is seen to tell.
    pub fn is_same(&self, other: &Self) -> Option<bool> {
        self.distance(other).map(|distance| distance < SAME)
    }

    fn distance_turned(&self, other: &Self, turn: i32) -> Option<f32> {
        let (mut common, mut different) = (0_usize, 0_usize);
        for (ours, theirs) in self.bits.chunks_exact(AROUND).zip(other.bits.chunks_exact(AROUND)) {
            let start = turn.rem_euclid(AROUND as i32) as usize;
            for (a, b) in ours.iter().zip(theirs.iter().cycle().skip(start)) {
                let (Some(a), Some(b)) = (a, b) else { continue };
                common += 2;
                different += usize::from(a[0] != b[0]) + usize::from(a[1] != b[1]);
            }
        }
        (common >= LEAST_BITS).then(|| different as f32 / common as f32)
    }
}

/// The mean levels along one ring; `None` beside the picture.
fn read(image: &GrayImage, iris: &Iris, ring: usize) -> Vec<Option<f32>> {
    let shares = (0..ACROSS).map(|step| {
        // The innermost and outermost tenth are left out: the boundaries are not quite circles.
        0.1 + 0.8 * (ring as f32 + (step as f32 + 0.5) / ACROSS as f32) / RINGS as f32
    });
    (0..AROUND)
        .map(|direction| {
            let turn = direction as f32 / AROUND as f32;
            let levels = shares.clone().map(|share| {
                let at = iris.at(turn, share);
                level(image, at.x, at.y)
            });
            Some(levels.sum::<Option<f32>>()? / ACROSS as f32)
        })
        .collect()
}

/// Signs of a complex wave under a bell, at each place of a ring.
fn phases(ring: &[Option<f32>]) -> Vec<Option<[bool; 2]>> {
    let mut known: Vec<f32> = ring.iter().flatten().copied().collect();
    known.sort_by(f32::total_cmp);
    let middle = known.get(known.len() / 2).copied().unwrap_or_default();
    let mut apart: Vec<f32> = known.iter().map(|level| (level - middle).abs()).collect();
    apart.sort_by(f32::total_cmp);
    // Three robust standard deviations: beyond them lie lids, lashes and reflections.
    let reach = (3.0 * 1.4826 * apart.get(apart.len() / 2).copied().unwrap_or_default()).max(12.0);
    let clean: Vec<f32> = ring
        .iter()
        .map(|level| {
            level.filter(|level| (level - middle).abs() <= reach).map_or(f32::NAN, |level| level - middle)
        })
        .collect();
    let waves: Vec<(f32, f32)> = (-REACH..=REACH)
        .map(|offset| {
            let bell = (-2.0 * (offset as f32 / REACH as f32).powi(2)).exp();
            let (sin, cos) = (TAU * offset as f32 / WAVE).sin_cos();
            (bell * cos, bell * sin)
        })
        .collect();
    let even = waves.iter().map(|wave| wave.0).sum::<f32>() / waves.len() as f32;
    (0..AROUND)
        .map(|place| {
            let around = clean.iter().cycle().skip(place + AROUND - REACH as usize);
            let sums = around.zip(&waves).fold((0.0, 0.0), |sums, (level, (cos, sin))| {
                (sums.0 + level * (cos - even), sums.1 + level * sin)
            });
            (!sums.0.is_nan()).then_some([sums.0 > 0.0, sums.1 > 0.0])
        })
        .collect()
}
