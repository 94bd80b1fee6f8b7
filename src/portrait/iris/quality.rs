//! Measures of one iris picture after ISO/IEC 29794-6:2015. The formulas are the standard's as they are publicly described,
//! not checked against its text; sharpness is our own. This is no claim of conformance.

use super::locate::level;
use super::{Circle, Iris};
use serde::Deserialize;
use std::f32::consts::TAU;
use tram_biometric::GrayImage;

/// The measures. Percentages unless another unit is named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IrisQuality {
    /// Radius of the iris in pixels; 80 and more are wanted.
    pub radius: f32,
    /// Radius of the pupil in radii of the iris; 20 to 70.
    pub pupil_share: f32,
    /// Share of the iris that neither lids, lashes nor reflections cover; 70 and more.
    pub usable_area: f32,
    /// How the iris stands out from the white; above 5.
    pub sclera_contrast: f32,
    /// How the pupil stands out from the iris; above 30.
    pub pupil_contrast: f32,
    /// How near the two centres lie; 90 and more.
    pub concentricity: f32,
    /// Room between the iris and the picture's edges, of what the standard asks for; 80 and more.
    pub margin: f32,
    /// Bits in the levels of the iris; 6 and more.
    pub grey_utilisation: f32,
    /// Ours: mean step between neighbouring places along circles in the iris, in levels. Blur takes it away.
    pub sharpness: f32,
}

/// The measures by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The fields of [`IrisQuality`] say it.
pub enum IrisMeasureKind {
    Radius,
    PupilShare,
    UsableArea,
    ScleraContrast,
    PupilContrast,
    Concentricity,
    Margin,
    GreyUtilisation,
    Sharpness,
}

impl IrisMeasureKind {
    /// Every measure, in order.
    pub const ALL: [Self; 9] = [
        Self::Radius,
        Self::PupilShare,
        Self::UsableArea,
        Self::ScleraContrast,
        Self::PupilContrast,
        Self::Concentricity,
        Self::Margin,
        Self::GreyUtilisation,
        Self::Sharpness,
    ];
}

impl IrisQuality {
    /// One measure.
    pub fn value(&self, kind: IrisMeasureKind) -> f32 {
        match kind {
            IrisMeasureKind::Radius => self.radius,
            IrisMeasureKind::PupilShare => self.pupil_share,
            IrisMeasureKind::UsableArea => self.usable_area,
            IrisMeasureKind::ScleraContrast => self.sclera_contrast,
            IrisMeasureKind::PupilContrast => self.pupil_contrast,
            IrisMeasureKind::Concentricity => self.concentricity,
            IrisMeasureKind::Margin => self.margin,
            IrisMeasureKind::GreyUtilisation => self.grey_utilisation,
            IrisMeasureKind::Sharpness => self.sharpness,
        }
    }
}

/// Room that is asked for beside the iris, and above and below it, in its radii (19794-6).
const ROOM: [f32; 2] = [0.6, 0.2];

/// Measures an iris.
pub fn measure(image: &GrayImage, iris: &Iris) -> IrisQuality {
    let Iris { pupil, limbus } = iris;
    let pupil_level = median(&ring(image, *pupil, 0.3, 0.8));
    let iris_levels = between(image, iris);
    let iris_level = median(&iris_levels.iter().map(|(_, level)| *level).collect::<Vec<_>>());
    let sclera_level = median(&sides(image, *limbus, 1.1, 1.25));
    let weber = (iris_level - pupil_level).abs() / (20.0 + pupil_level);
    let sclera_contrast = if pupil_level < iris_level {
        100.0 * (sclera_level - iris_level).abs() / (sclera_level + iris_level - 2.0 * pupil_level).max(1.0)
    } else {
        0.0
    };
    let apart = pupil.centre.distance(limbus.centre);
    IrisQuality {
        radius: limbus.radius,
        pupil_share: 100.0 * pupil.radius / limbus.radius,
        usable_area: usable_area(&iris_levels, pupil_level, iris_level),
        sclera_contrast,
        pupil_contrast: 100.0 * weber / (0.75 + weber),
        concentricity: 100.0 * (1.0 - apart / limbus.radius).max(0.0),
        margin: margin(image, *limbus),
        grey_utilisation: entropy(&iris_levels),
        sharpness: sharpness(&iris_levels),
    }
}

/// Directions around a circle, and steps across the iris, at which it is looked at.
const AROUND: usize = 256;
const ACROSS: usize = 32;

/// The levels of the iris, unrolled (Daugman's rubber sheet): direction, then from pupil to limbus.
fn between(image: &GrayImage, iris: &Iris) -> Vec<(usize, f32)> {
    (0..ACROSS)
        .flat_map(|step| (0..AROUND).map(move |direction| (direction, (step as f32 + 0.5) / ACROSS as f32)))
        .filter_map(|(direction, share)| {
            let at = iris.at(direction as f32 / AROUND as f32, share);
            level(image, at.x, at.y).map(|level| (direction, level))
        })
        .collect()
}

/// What of the iris is seen: neither so bright as skin or reflections nor so dark as lashes.
fn usable_area(levels: &[(usize, f32)], pupil: f32, iris: f32) -> f32 {
    let spread = median(&levels.iter().map(|(_, level)| (level - iris).abs()).collect::<Vec<_>>());
    // Two and a half robust standard deviations.
    let reach = (2.5 * 1.4826 * spread).max(12.0);
    let (low, high) = ((iris - reach).max(f32::midpoint(pupil, iris) - reach / 2.0), iris + reach);
    let seen = levels.iter().filter(|(_, level)| (low..=high).contains(level)).count();
    100.0 * seen as f32 / (ACROSS * AROUND) as f32
}

fn margin(image: &GrayImage, limbus: Circle) -> f32 {
    let Circle { centre, radius } = limbus;
    let across = (centre.x - radius).min(image.width() as f32 - centre.x - radius);
    let down = (centre.y - radius).min(image.height() as f32 - centre.y - radius);
    let shares = [across, down].into_iter().zip(ROOM).map(|(room, asked)| room / (asked * radius).max(1.0));
    100.0 * shares.fold(1.0, f32::min).max(0.0)
}

fn entropy(levels: &[(usize, f32)]) -> f32 {
    let mut counts = [0_u32; 256];
    for (_, level) in levels {
        if let Some(count) = counts.get_mut(*level as usize) {
            *count += 1;
        }
    }
    let total = levels.len().max(1) as f32;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| *count as f32 / total);
    shares.map(|share| -share * share.log2()).sum()
}

fn sharpness(levels: &[(usize, f32)]) -> f32 {
    let pairs = levels.iter().zip(levels.iter().skip(1));
    let steps: Vec<f32> = pairs
        .filter(|((before, _), (after, _))| before + 1 == *after)
        .map(|((_, before), (_, after))| (after - before).abs())
        .collect();
    steps.iter().sum::<f32>() / steps.len().max(1) as f32
}

/// Levels on a ring of a disc, from one share of its radius to another.
fn ring(image: &GrayImage, circle: Circle, from: f32, to: f32) -> Vec<f32> {
    directed(image, circle, from, to, |_| true)
}

/// The same to the right and to the left only, within 30 degrees of the horizontal and below rather than above.
fn sides(image: &GrayImage, circle: Circle, from: f32, to: f32) -> Vec<f32> {
    directed(image, circle, from, to, |turn| turn < 0.08 || (0.42..0.5).contains(&turn))
}

fn directed(image: &GrayImage, circle: Circle, from: f32, to: f32, keep: fn(f32) -> bool) -> Vec<f32> {
    let turns = (0..AROUND).map(|direction| direction as f32 / AROUND as f32).filter(|turn| keep(*turn));
    turns
        .flat_map(|turn| (0..8).map(move |step| (turn, from + (to - from) * (step as f32 + 0.5) / 8.0)))
        .filter_map(|(turn, share)| {
            let (sin, cos) = (turn * TAU).sin_cos();
            let at = share * circle.radius;
            level(image, circle.centre.x + at * cos, circle.centre.y + at * sin)
        })
        .collect()
}

fn median(levels: &[f32]) -> f32 {
    let mut sorted = levels.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
