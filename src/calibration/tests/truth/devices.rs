//! Good and bad devices through the whole procedure: what a bad one passes is a false pass, what a good one fails a false
//! alarm. A few of each by default; all with `TRAM_LONG`.

use crate::board::{BOARD_MIDDLE, charuco};
use crate::camera::face_chart;
use crate::draw::{self, Pose, Random, View, covered, dots, encoded, gray, passed};
use crate::printer::Scan;
use std::f64::consts::TAU;
use std::time::{Duration, Instant};
use tram_biometric::{GrayImage, Language, Rect, RgbImage};
use tram_calibration::camera::patches::REFERENCE;
use tram_calibration::chart::tone;
use tram_calibration::procedure::{self, CameraPictures, FingerPictures};
use tram_calibration::{CalibrationError, DeviceClass, Limits, Measurement, Verdict};

/// What is wrong with a device: a kind of fault and how many there are.
pub(crate) fn table<Fault: Copy + std::fmt::Debug, Pictures>(
    class: DeviceClass,
    faults: &[Fault],
    take: impl Fn(Option<Fault>, &mut Random) -> Pictures,
    measure: impl Fn(&Pictures) -> Result<Vec<Measurement>, CalibrationError>,
) {
    let limits = Limits::shipped().unwrap();
    let (good, bad) = if std::env::var_os("TRAM_LONG").is_some() { (200, 200) } else { (12, 3) };
    let mut random = Random(40 + class as u64);
    let (mut spent, mut measured) = (Duration::ZERO, 0);
    let mut verdict = |fault| {
        let pictures = take(fault, &mut random);
        let start = Instant::now();
        let figures = measure(&pictures);
        spent += start.elapsed();
        measured += 1;
        figures.map(|figures| Verdict::of(class, &figures, &limits))
    };
    let mut alarms = 0;
    for _ in 0..good {
        let complaints = match verdict(None) {
            Ok(verdict) => verdict.complaints(Language::English),
            Err(error) => vec![error.to_string()],
        };
        if !complaints.is_empty() {
            alarms += 1;
            println!("{class:?}: false alarm: {complaints:?}");
        }
    }
    println!("{class:?}: {alarms} false alarms of {good}");
    assert!(alarms * 100 <= good, "{alarms} of {good}");
    for fault in faults {
        // A device that cannot be measured at all is not passed either.
        let passes = (0..bad).filter(|_| verdict(Some(*fault)).is_ok_and(|verdict| verdict.passes())).count();
        println!("{class:?} {fault:?}: {passes} false passes of {bad}");
        assert_eq!(passes, 0, "{fault:?}");
    }
    println!("{class:?}: {:.0} ms a procedure", spent.as_secs_f64() * 1e3 / f64::from(measured));
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FingerFault {
    WrongResolution,
    Stretched,
    Bent,
    Blurred,
    Noisy,
    Uneven,
    Dirty,
    DeadPixels,
    Ghost,
    Clipped,
    Faint,
    Column,
}

const FINGER_FAULTS: [FingerFault; 12] = [
    FingerFault::WrongResolution,
    FingerFault::Stretched,
    FingerFault::Bent,
    FingerFault::Blurred,
    FingerFault::Noisy,
    FingerFault::Uneven,
    FingerFault::Dirty,
    FingerFault::DeadPixels,
    FingerFault::Ghost,
    FingerFault::Clipped,
    FingerFault::Faint,
    FingerFault::Column,
];

const SIZE: (usize, usize) = (260, 340);

pub(crate) struct Reader {
    ppi: (f64, f64),
    bend: f64,
    sigma_px: f64,
    noise: f64,
    light: f64,
    dark: f64,
    slope: f64,
    ghost: f64,
    gain: f64,
    dead: usize,
    dirty: bool,
    column: f64,
}

impl Reader {
    pub(crate) fn new(fault: Option<FingerFault>, random: &mut Random) -> Self {
        let mut reader = Self {
            ppi: (random.from(496.0, 504.0), random.from(496.0, 504.0)),
            bend: random.from(-0.8, 0.8),
            sigma_px: random.from(0.3, 0.5),
            noise: random.from(0.5, 2.0),
            light: random.from(205.0, 225.0),
            dark: random.from(15.0, 30.0),
            slope: random.from(-6.0, 6.0),
            ghost: random.from(0.0, 0.8),
            gain: 1.0,
            dead: random.below(5),
            dirty: false,
            column: 0.0,
        };
        match fault {
            None => {}
            Some(FingerFault::WrongResolution) => {
                reader.ppi = (random.from(512.0, 530.0), random.from(512.0, 530.0));
            }
            Some(FingerFault::Stretched) => reader.ppi.1 = random.from(465.0, 488.0),
            Some(FingerFault::Bent) => reader.bend = random.from(6.0, 12.0),
            Some(FingerFault::Blurred) => reader.sigma_px = random.from(1.5, 3.0),
            Some(FingerFault::Noisy) => reader.noise = random.from(7.0, 12.0),
            Some(FingerFault::Uneven) => reader.slope = random.from(30.0, 60.0),
            Some(FingerFault::Dirty) => reader.dirty = true,
            Some(FingerFault::DeadPixels) => reader.dead = 60,
            Some(FingerFault::Ghost) => reader.ghost = random.from(8.0, 20.0),
            Some(FingerFault::Clipped) => reader.gain = random.from(1.5, 1.8),
            Some(FingerFault::Faint) => reader.light = random.from(90.0, 140.0),
            Some(FingerFault::Column) => reader.column = random.from(25.0, 40.0),
        }
        reader
    }

    /// What the sensor makes of a reflectance at each place in millimetres from the middle.
    fn frame(&self, random: &mut Random, reflectance: impl Fn((f64, f64)) -> f64) -> GrayImage {
        let middle = (SIZE.0 as f64 / 2.0, SIZE.1 as f64 / 2.0);
        let scale = (self.ppi.0 / 25.4, self.ppi.1 / 25.4);
        let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| {
            let (u, v) = ((x - middle.0) / 170.0, (y - middle.1) / 170.0);
            let push = self.bend * (u * u + v * v) / 170.0;
            let place = ((x - middle.0) * (1.0 - push) / scale.0, (y - middle.1) * (1.0 - push) / scale.1);
            let lit = self.slope * (x / SIZE.0 as f64 - 0.5);
            let level = self.dark + (self.light + lit - self.dark) * reflectance(place);
            let is_spot = self.dirty && (x - 90.0).hypot(y - 200.0) < 24.0;
            // Readers with a weak column show it as a line of another level.
            let column = if x as usize % 64 == 40 { self.column } else { 0.0 };
            self.gain * (level - if is_spot { 40.0 } else { 0.0 } - column)
        });
        let image = gray(SIZE.0, SIZE.1, 500, levels, self.noise, random);
        // Dead pixels stay where they are.
        draw::dead(&image, self.dead, &mut Random(self.ppi.0.to_bits())).0
    }

    pub(crate) fn pictures(&self, random: &mut Random) -> FingerPictures {
        let sigma = self.sigma_px * 25.4 / 500.0;
        // An edge of the pixel itself blurs by 0.29 px.
        let soft = sigma.hypot(0.29 * 25.4 / 500.0);
        let turn = random.from(-2.0, 2.0);
        let pose = |middle_mm| Pose { scale: (1.0, 1.0), degrees: turn, middle_mm, middle_px: (0.0, 0.0) };
        let (grid, chart) = (pose((4.5, 6.0)), pose((6.0, 8.0)));
        let ridge = |place: (f64, f64)| {
            let inside = place.0.hypot(place.1) < 5.5;
            if inside { (TAU * (place.0 + 0.4 * place.1) / 0.48).cos() } else { 0.0 }
        };
        let share = self.ghost / (self.light - self.dark);
        FingerPictures {
            grid: self.frame(random, |place| dots(grid.mm(place), 1.5, (7, 9), soft)),
            tone: self.frame(random, |place| tone_chart(chart.mm(place), soft)),
            empty: (0..4).map(|_| self.frame(random, |_| 1.0)).collect(),
            dark: (0..2).map(|_| self.frame(random, |_| 0.0)).collect(),
            lifted: [(), ()].map(|()| self.frame(random, |place| 1.0 - share * (1.0 - ridge(place)))),
        }
    }
}

/// Reflectance of the tone chart at a place, blurred.
fn tone_chart(place: (f64, f64), sigma: f64) -> f64 {
    let mark = [(1.0, 1.0), (11.0, 1.0), (11.0, 15.0), (1.0, 15.0), (2.8, 1.0)]
        .iter()
        .map(|centre| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 0.5, sigma))
        .fold(1.0, f64::min);
    let mut value = mark;
    for (index, share) in tone::STEPS.into_iter().enumerate() {
        let (x, y) = (1.5 + 2.25 * (index % 4) as f64, 2.2 + 1.8 * (index / 4) as f64);
        value -= (1.0 - share) * covered(place, [x, y, 2.0, 1.5], sigma);
    }
    let (sin, cos) = 5.0_f64.to_radians().sin_cos();
    let (u, v) = (place.0 - 3.6, place.1 - 8.6);
    value -= covered((u * cos + v * sin, v * cos - u * sin), [-2.0, -2.0, 4.0, 4.0], sigma);
    for (index, frequency) in tone::FREQUENCIES.into_iter().enumerate() {
        let (x, y, f) = (place.0 - 7.1, 6.2 + 0.95 * index as f64, f64::from(frequency));
        let inside = covered(place, [7.1, y, 3.9, 0.8], sigma);
        if inside > 0.0 {
            let left = (-2.0 * (std::f64::consts::PI * sigma * f).powi(2)).exp();
            value -= inside * (0.5 - 0.4 * left * (TAU * f * x).sin());
        }
    }
    value
}

#[test]
fn fingerprint_readers_good_and_bad() {
    let take = |fault, random: &mut Random| Reader::new(fault, random).pictures(random);
    table(DeviceClass::FingerReader, &FINGER_FAULTS, take, procedure::finger);
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum CameraFault {
    Blurred,
    Cast,
    Dark,
    Bright,
    Noisy,
    SideLight,
    GreyBackground,
    ThingInBackground,
    Bent,
    TooFar,
}

const CAMERA_FAULTS: [CameraFault; 10] = [
    CameraFault::Blurred,
    CameraFault::Cast,
    CameraFault::Dark,
    CameraFault::Bright,
    CameraFault::Noisy,
    CameraFault::SideLight,
    CameraFault::GreyBackground,
    CameraFault::ThingInBackground,
    CameraFault::Bent,
    CameraFault::TooFar,
];

/// sRGB levels, 0 to 255, of a CIELAB colour under D50; clipped.
fn srgb([l, a, b]: [f64; 3]) -> [f64; 3] {
    let fy = (l + 16.0) / 116.0;
    let share =
        |f: f64| if f > 6.0 / 29.0 { f.powi(3) } else { 3.0 * (6.0_f64 / 29.0).powi(2) * (f - 4.0 / 29.0) };
    let (x, y, z) = (0.964_22 * share(fy + a / 500.0), share(fy), 0.825_21 * share(fy - b / 200.0));
    // Lindbloom's matrix from XYZ under D50 to linear sRGB.
    let linear = [
        3.133_856_1 * x - 1.616_866_7 * y - 0.490_614_6 * z,
        -0.978_768_4 * x + 1.916_141_5 * y + 0.033_454_0 * z,
        0.071_945_3 * x - 0.228_991_4 * y + 1.405_242_7 * z,
    ];
    linear.map(|light| encoded(light.clamp(0.0, 1.0)))
}

/// A camera, its light and its background.
pub(crate) struct Setup {
    sigma: f64,
    cast: [f64; 3],
    gain: f64,
    noise: f64,
    side: f64,
    bend: f64,
    wall: f64,
    thing: bool,
    far: f64,
}

pub(crate) fn camera_setup(fault: Option<CameraFault>, random: &mut Random) -> Setup {
    let mut setup = Setup {
        sigma: 0.25,
        cast: [random.from(0.98, 1.0), 1.0, 1.0],
        gain: random.from(0.96, 1.04),
        noise: random.from(0.5, 2.0),
        side: random.from(-0.08, 0.08),
        bend: random.from(-0.008, 0.008),
        wall: random.from(225.0, 250.0),
        thing: false,
        far: 1.0,
    };
    match fault {
        None => {}
        Some(CameraFault::Blurred) => setup.sigma = random.from(0.9, 1.5),
        Some(CameraFault::Cast) => setup.cast[2] = random.from(0.6, 0.78),
        Some(CameraFault::Dark) => setup.gain = random.from(0.3, 0.6),
        Some(CameraFault::Bright) => setup.gain = random.from(1.6, 2.2),
        Some(CameraFault::Noisy) => setup.noise = random.from(12.0, 20.0),
        Some(CameraFault::SideLight) => setup.side = random.from(0.3, 0.6),
        Some(CameraFault::GreyBackground) => setup.wall = random.from(120.0, 180.0),
        Some(CameraFault::ThingInBackground) => setup.thing = true,
        Some(CameraFault::Bent) => setup.bend = random.from(0.06, 0.1),
        Some(CameraFault::TooFar) => setup.far = random.from(0.4, 0.6),
    }
    setup
}

impl Setup {
    pub(crate) fn pictures(&self, random: &mut Random) -> CameraPictures {
        let shown = |light: [f64; 3], side: f64| {
            let lit: [f64; 3] = std::array::from_fn(|c| light[c] * self.cast[c] * self.gain * (1.0 + side));
            lit.map(|light| encoded(light.clamp(0.0, 1.0)))
        };
        let light = |level: f64| {
            let value = level / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let patches: [[f64; 3]; 24] =
            std::array::from_fn(|index| shown(srgb(REFERENCE[index]).map(light), 0.0));
        let turn = random.from(-2.0, 2.0);
        let (width, height) = (420, 560);
        let middle = (209.5, 279.5);
        let half = f64::hypot(209.5, 279.5);
        // The board stands upright before a camera turned for portraits.
        let board = View::new(1.62 * self.far, turn + 90.0, (0.01, -0.01), BOARD_MIDDLE, middle);
        let face = View::new(1.75, turn, (0.01, 0.01), (105.0, 148.5), middle);
        let board_picture = draw::rgb(width, height, self.noise, random, |x, y| {
            let (dx, dy) = (x - middle.0, y - middle.1);
            let out = 1.0 - self.bend * (dx * dx + dy * dy) / (half * half);
            let place = (middle.0 + dx * out, middle.1 + dy * out);
            [30.0 + 190.0 * charuco(board.chart(place), 0.3); 3]
        });
        CameraPictures {
            board: board_picture,
            face: draw::rgb(width, height, self.noise, random, |x, y| {
                face_chart(face.chart((x, y)), self.sigma, &patches, 235.0)
            }),
            sheet: draw::rgb(300, 300, self.noise, random, |x, _| {
                shown([0.4; 3], self.side * (x / 150.0 - 1.0))
            }),
            background: wall_picture(self.wall, self.thing, self.noise, random),
            face_zone: Rect { x: 50, y: 50, width: 200, height: 200 },
        }
    }
}

fn wall_picture(level: f64, thing: bool, noise: f64, random: &mut Random) -> RgbImage {
    draw::rgb(300, 300, noise, random, |x, y| {
        let shade = 1.0 - 0.02 * (x / 300.0);
        let is_thing = thing && (x - 240.0).abs() < 28.0 && (y - 60.0).abs() < 28.0;
        [level * shade * if is_thing { 0.5 } else { 1.0 }; 3]
    })
}

#[test]
fn cameras_good_and_bad() {
    let take = |fault, random: &mut Random| camera_setup(fault, random).pictures(random);
    table(DeviceClass::Camera, &CAMERA_FAULTS, take, |pictures| procedure::camera(pictures, &REFERENCE));
}

#[derive(Clone, Copy, Debug)]
enum PrinterFault {
    Shifted,
    Turned,
    Long,
    Faded,
    Cast,
}

const PRINTER_FAULTS: [PrinterFault; 5] = [
    PrinterFault::Shifted,
    PrinterFault::Turned,
    PrinterFault::Long,
    PrinterFault::Faded,
    PrinterFault::Cast,
];

#[test]
fn card_printers_good_and_bad() {
    let take = |fault, random: &mut Random| {
        let mut scan = Scan::good(random);
        match fault {
            None => {}
            Some(PrinterFault::Shifted) => scan.offset.0 = random.from(0.7, 2.0),
            Some(PrinterFault::Turned) => scan.turn = random.from(0.7, 1.5),
            Some(PrinterFault::Long) => scan.scale.1 = random.from(1.4, 3.0),
            Some(PrinterFault::Faded) => {
                let by = random.from(0.4, 0.6);
                scan.patches = scan.patches.map(|patch| patch.map(|level| 255.0 - (255.0 - level) * by));
            }
            Some(PrinterFault::Cast) => {
                let by = random.from(0.55, 0.75);
                scan.patches = scan.patches.map(|[r, g, b]| [r, g * by, b]);
            }
        }
        scan.picture(random)
    };
    table(DeviceClass::CardPrinter, &PRINTER_FAULTS, take, |scan| procedure::printer(scan, None));
}
