//! Targets before the virtual devices: what a technician lays on the platen or holds before the camera, drawn from
//! formulas of its own, and what is wrong with the device that looks at them.

use crate::charuco::{self, BOARD};
use crate::draw::{Random, clamped, covered, dots, passed};
use std::f64::consts::{PI, TAU};
use tram_biometric::{GrayImage, RgbImage};
use tram_synthetic::{PPI, SLAP_SIZE};

/// What lies before a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing on the platen, and it is clean.
    EmptyPlaten,
    /// The dark target on the platen.
    DarkTarget,
    /// Dots 1.5 mm apart on the platen.
    FingerDots,
    /// Grey steps, slanted edges and sine strips on the platen.
    FingerTone,
    /// A platen a finger was just lifted from.
    Lifted,
    /// A grey sheet before the camera.
    GreySheet,
    /// The `ChArUco` board before the camera.
    CameraBoard,
    /// Slanted edge and 24 patches before the camera.
    CameraFace,
    /// An empty chair before the camera.
    EmptyChair,
    /// The card the virtual printer put out last, on black.
    PrintedCard,
    /// The iris target at the near end of the range.
    IrisNear,
    /// The iris target where eyes are.
    IrisWorking,
    /// The iris target at the far end of the range.
    IrisFar,
}

/// What is wrong with the virtual devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The reader's picture is 4 % too large.
    Resolution,
    /// A stain on the platen.
    Stain,
    /// The camera sees everything blue.
    BlueLight,
    /// A lamp at the left is out.
    LampOut,
    /// The printer prints 1.2 mm too far to the right.
    ShiftedPrint,
    /// The ribbon prints middle tones too dark.
    DarkRibbon,
    /// The iris camera's lamps are weak.
    WeakInfrared,
}

/// A good reader: from the darkest to the brightest step of a tone chart it answers with over 200 levels.
const LIGHT: f64 = 246.0;
const DARK: f64 = 8.0;
/// A sharp edge seen through the optics, in millimetres at the platen.
const PLATEN_BLUR: f64 = 0.026;

/// A frame of the reader; `None` for what is not on a platen.
pub(crate) fn platen(target: Target, defect: Option<Defect>, seed: u64) -> Option<GrayImage> {
    let ridge = |(u, v): (f64, f64)| if u.hypot(v) < 7.0 { (TAU * (u + 0.4 * v) / 0.48).cos() } else { 0.0 };
    let reflectance: Box<dyn Fn((f64, f64)) -> f64> = match target {
        Target::EmptyPlaten => Box::new(|_| 1.0),
        Target::DarkTarget => Box::new(|_| 0.0),
        Target::FingerDots => Box::new(|(u, v)| dots((u + 39.0, v + 36.0), 1.5, (53, 49), PLATEN_BLUR)),
        Target::FingerTone => Box::new(|(u, v)| tone_chart((u + 6.0, v + 8.0))),
        Target::Lifted => Box::new(move |place| 1.0 - 0.002 * (1.0 - ridge(place))),
        _ => return None,
    };
    let (width, height) = SLAP_SIZE;
    let per_mm = f64::from(PPI) / 25.4 * if defect == Some(Defect::Resolution) { 1.04 } else { 1.0 };
    let (middle_x, middle_y) = (f64::from(width) / 2.0 - 0.5, f64::from(height) / 2.0 - 0.5);
    let mut random = Random(seed);
    let pixel = |x: u32, y: u32| {
        let (dx, dy) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let lit = 5.0 * dx / middle_x;
        let level = DARK + (LIGHT + lit - DARK) * reflectance((dx / per_mm, dy / per_mm));
        let is_stained = defect == Some(Defect::Stain) && (dx - 500.0).hypot(dy - 400.0) < 130.0;
        clamped(level - if is_stained { 40.0 } else { 0.0 } + 0.9 * random.normal())
    };
    Some(GrayImage::from_fn(width, height, PPI, pixel))
}

/// Reflectance of the tone chart at a place in millimetres from its corner; its paper is as bright as the platen.
fn tone_chart(place: (f64, f64)) -> f64 {
    const MARKS: [(f64, f64); 5] = [(1.0, 1.0), (11.0, 1.0), (11.0, 15.0), (1.0, 15.0), (2.8, 1.0)];
    const STEPS: [f64; 8] = [0.08, 0.20, 0.32, 0.45, 0.58, 0.70, 0.82, 0.95];
    const FREQUENCIES: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    if !(0.0..12.0).contains(&place.0) || !(0.0..16.0).contains(&place.1) {
        return 1.0;
    }
    let mark =
        |centre: &(f64, f64)| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 0.5, PLATEN_BLUR);
    let mut value = MARKS.iter().map(mark).fold(1.0, f64::min);
    for (index, share) in STEPS.into_iter().enumerate() {
        let (x, y) = (1.5 + 2.25 * (index % 4) as f64, 2.2 + 1.8 * (index / 4) as f64);
        value -= (1.0 - share) * covered(place, [x, y, 2.0, 1.5], PLATEN_BLUR);
    }
    let (sin, cos) = 5.0_f64.to_radians().sin_cos();
    let (u, v) = (place.0 - 3.6, place.1 - 8.6);
    value -= covered((u * cos + v * sin, v * cos - u * sin), [-2.0, -2.0, 4.0, 4.0], PLATEN_BLUR);
    for (index, frequency) in FREQUENCIES.into_iter().enumerate() {
        let inside = covered(place, [7.1, 6.2 + 0.95 * index as f64, 3.9, 0.8], PLATEN_BLUR);
        if inside > 0.0 {
            let left = (-2.0 * (PI * PLATEN_BLUR * frequency).powi(2)).exp();
            value -= inside * (0.5 - 0.4 * left * (TAU * frequency * (place.0 - 7.1)).sin());
        }
    }
    value
}

/// The target before an iris camera, in near infrared; `None` for what stands before none. The farther it is held, the
/// smaller it is, and towards both ends of the range it blurs.
pub(crate) fn infrared(
    target: Target,
    defect: Option<Defect>,
    (width, height): (u32, u32),
    seed: u64,
) -> Option<GrayImage> {
    const MARKS: [(f64, f64); 5] = [(3.0, 3.0), (37.0, 3.0), (37.0, 27.0), (3.0, 27.0), (8.0, 3.0)];
    let (per_mm, blur_px) = match target {
        Target::IrisNear => (14.8, 1.3),
        Target::IrisWorking => (14.0, 0.7),
        Target::IrisFar => (12.6, 1.2),
        _ => return None,
    };
    let light = if defect == Some(Defect::WeakInfrared) { 80.0 } else { 205.0 };
    let sigma = blur_px / per_mm;
    let (sin, cos) = 5.0_f64.to_radians().sin_cos();
    let mut random = Random(seed);
    let pixel = |x: u32, y: u32| {
        let place = (
            (f64::from(x) - f64::from(width) / 2.0) / per_mm + 20.0,
            (f64::from(y) - f64::from(height) / 2.0) / per_mm + 15.0,
        );
        let mark = |centre: &(f64, f64)| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 1.0, sigma);
        let (u, v) = (place.0 - 14.0, place.1 - 15.0);
        let square = covered((u * cos + v * sin, v * cos - u * sin), [-6.0, -6.0, 12.0, 12.0], sigma);
        let paper = MARKS.iter().map(mark).fold(1.0, f64::min) - square;
        let lit = 1.0 - 0.1 * (2.0 * f64::from(x) / f64::from(width) - 1.0).powi(2);
        clamped(22.0 + (light * lit - 22.0) * paper.max(0.0) + 1.2 * random.normal())
    };
    Some(GrayImage::from_fn(width, height, 0, pixel))
}

/// sRGB of the 24 patches of a colour chart, in reading order.
const PATCHES: [[u8; 3]; 24] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [133, 128, 177],
    [103, 189, 170],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [94, 60, 108],
    [157, 188, 64],
    [224, 163, 46],
    [56, 61, 150],
    [70, 148, 73],
    [175, 54, 60],
    [231, 199, 31],
    [187, 86, 149],
    [8, 133, 161],
    [243, 243, 242],
    [200, 200, 200],
    [160, 160, 160],
    [122, 122, 121],
    [85, 85, 85],
    [52, 52, 52],
];

/// A picture of the camera, `size` pixels; `None` for what stands before no camera. `card` is the printed test card.
pub(crate) fn scene(
    target: Target,
    defect: Option<Defect>,
    card: Option<&RgbImage>,
    size: (u32, u32),
    seed: u64,
) -> Option<RgbImage> {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let colour: Box<dyn Fn((f64, f64)) -> [f64; 3]> = match target {
        Target::GreySheet => Box::new(|_| [168.0; 3]),
        Target::EmptyChair => Box::new(move |(x, _)| [236.0 - 4.0 * x / width; 3]),
        Target::CameraBoard => Box::new(|(x, y)| {
            let place = (x / 3.5 + BOARD.0 / 2.0, y / 3.5 + BOARD.1 / 2.0);
            [30.0 + 190.0 * charuco::board(place, 0.1); 3]
        }),
        Target::CameraFace => Box::new(|(x, y)| face_chart((x / 2.3 + 105.0, y / 2.3 + 148.5))),
        Target::PrintedCard => {
            // A ribbon that prints middle tones too dark.
            let dark = |level: u8| (255.0 * (f64::from(level) / 255.0).powf(1.6)).round() as u8;
            let is_dark = defect == Some(Defect::DarkRibbon);
            let card = card?.clone().with_levels(|level| if is_dark { dark(level) } else { level });
            let shift = if defect == Some(Defect::ShiftedPrint) { 1.2 } else { 0.1 };
            Box::new(move |(x, y)| on_black(&card, (x / 10.0 + 42.8, y / 10.0 + 26.99), shift))
        }
        _ => return None,
    };
    let mut random = Random(seed);
    let mut pixels = Vec::with_capacity((size.0 * size.1 * 3) as usize);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let place = (f64::from(x) - width / 2.0, f64::from(y) - height / 2.0);
            let lit = if defect == Some(Defect::LampOut) { 0.72 + 0.28 * f64::from(x) / width } else { 1.0 };
            let [r, g, b] = colour(place).map(|level| level * lit);
            let r = if defect == Some(Defect::BlueLight) { r * 0.8 } else { r };
            pixels.extend([r, g, b].map(|level| clamped(level + random.normal())));
        }
    }
    RgbImage::new(size.0, size.1, pixels).ok()
}

/// The face chart at a place in millimetres from its corner.
fn face_chart(place: (f64, f64)) -> [f64; 3] {
    const MARKS: [(f64, f64); 5] = [(15.0, 15.0), (195.0, 15.0), (195.0, 282.0), (15.0, 282.0), (45.0, 15.0)];
    const BLUR: f64 = 0.2;
    let mark = |centre: &(f64, f64)| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 6.0, BLUR);
    let marks = MARKS.iter().map(mark).fold(1.0, f64::min);
    let (sin, cos) = 5.0_f64.to_radians().sin_cos();
    let (u, v) = (place.0 - 105.0, place.1 - 85.0);
    let square = covered((u * cos + v * sin, v * cos - u * sin), [-40.0, -40.0, 80.0, 80.0], BLUR);
    let (column, row) = (((place.0 - 30.0) / 25.0).floor(), ((place.1 - 160.0) / 25.0).floor());
    if (0.0..6.0).contains(&column) && (0.0..4.0).contains(&row) {
        return PATCHES
            .get(row as usize * 6 + column as usize)
            .map_or([0.0; 3], |patch| patch.map(f64::from));
    }
    [12.0 + 223.0 * marks * (1.0 - square); 3]
}

/// A card of 85.6 by 53.98 mm on a black ground at a place in millimetres, its print moved to the right.
fn on_black(card: &RgbImage, place: (f64, f64), shift: f64) -> [f64; 3] {
    let inside = covered(place, [0.0, 0.0, 85.6, 53.98], 0.06);
    let (u, v) = (place.0 - shift, place.1);
    let (x, y) = (u / 85.6 * f64::from(card.width()) - 0.5, v / 53.98 * f64::from(card.height()) - 0.5);
    let at = |dx: f64, dy: f64| {
        let (x, y) = (x.floor() + dx, y.floor() + dy);
        let inside = x >= 0.0 && y >= 0.0;
        // Beyond the print the card is white.
        inside.then(|| card.get(x as u32, y as u32)).flatten().unwrap_or([255; 3]).map(f64::from)
    };
    let (fx, fy) = (x - x.floor(), y - y.floor());
    let (a, b, c, d) = (at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0), at(1.0, 1.0));
    std::array::from_fn(|channel| {
        let pick = |colour: [f64; 3]| colour.get(channel).copied().unwrap_or_default();
        let above = pick(a) * (1.0 - fx) + pick(b) * fx;
        let below = pick(c) * (1.0 - fx) + pick(d) * fx;
        // Ink and white as a camera sees them: never quite black nor white.
        let level = 12.0 + (above * (1.0 - fy) + below * fy) * 0.93;
        8.0 + (level - 8.0) * inside
    })
}
