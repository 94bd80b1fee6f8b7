//! Iris cameras: the target in near infrared at three distances.

use crate::devices::table;
use crate::draw::{self, Pose, Random, covered, gray, passed};
use tram_biometric::GrayImage;
use tram_calibration::iris::{self, IRIS_MM};
use tram_calibration::{CalibrationError, DeviceClass, Measurement, Quantity};

const SIZE: (usize, usize) = (640, 480);

/// How a camera sees the target.
#[derive(Clone, Copy)]
pub(crate) struct Eyepiece {
    per_mm: f64,
    /// Standard deviation of the blur in pixels.
    pub(crate) sigma: f64,
    degrees: f64,
    paper: f64,
    black: f64,
    /// How much darker the left border is, as a share.
    fall: f64,
    noise: f64,
}

impl Eyepiece {
    pub(crate) fn good(random: &mut Random) -> Self {
        Self {
            per_mm: random.from(13.9, 14.4),
            sigma: random.from(0.5, 0.8),
            degrees: random.from(-2.5, 2.5),
            paper: random.from(170.0, 220.0),
            black: random.from(15.0, 40.0),
            fall: random.from(-0.06, 0.06),
            noise: random.from(0.5, 2.0),
        }
    }

    fn picture(&self, random: &mut Random) -> GrayImage {
        let middle = (SIZE.0 as f64 / 2.0 + 2.3, SIZE.1 as f64 / 2.0 - 1.7);
        let pose = Pose {
            scale: (self.per_mm, self.per_mm),
            degrees: self.degrees,
            middle_mm: (20.0, 15.0),
            middle_px: middle,
        };
        let sigma = self.sigma / self.per_mm;
        let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| {
            let place = pose.mm((x, y));
            let mark = [(3.0, 3.0), (37.0, 3.0), (37.0, 27.0), (3.0, 27.0), (8.0, 3.0)]
                .iter()
                .map(|centre| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 1.0, sigma))
                .fold(1.0, f64::min);
            let (sin, cos) = 5.0_f64.to_radians().sin_cos();
            let (u, v) = (place.0 - 14.0, place.1 - 15.0);
            let square = covered((u * cos + v * sin, v * cos - u * sin), [-6.0, -6.0, 12.0, 12.0], sigma);
            let lit = self.paper * (1.0 - self.fall * (1.0 - x / SIZE.0 as f64));
            self.black + (lit - self.black) * (mark - square).max(0.0)
        });
        gray(SIZE.0, SIZE.1, 0, levels, self.noise, random)
    }
}

fn figure(figures: &[Measurement], quantity: Quantity) -> f64 {
    figures.iter().find(|figure| figure.quantity == quantity).unwrap().value
}

#[test]
fn light_scale_sharpness_and_range_are_what_they_are() {
    let mut random = Random(51);
    let (mut light, mut scale, mut sharp, mut range) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..100 {
        let near = Eyepiece::good(&mut random);
        let far = Eyepiece { per_mm: near.per_mm * random.from(0.8, 0.93), ..near };
        let (seen_near, seen_far) = (near.picture(&mut random), far.picture(&mut random));
        let figures = iris::working(&seen_near).unwrap();
        let middle = near.paper * (1.0 - near.fall / 2.0);
        light = light.max((figure(&figures, Quantity::IrisLight) / middle - 1.0).abs());
        scale = scale.max((figure(&figures, Quantity::IrisDiameter) / (near.per_mm * IRIS_MM) - 1.0).abs());
        // A Gaussian blur's response is half where exp(-2 (pi sigma f)^2) is.
        let truth = (2.0_f64.ln() / 2.0).sqrt() / (std::f64::consts::PI * near.sigma);
        sharp = sharp.max((figure(&figures, Quantity::IrisSharpness) / truth - 1.0).abs());
        let figures = iris::far(&seen_near, &seen_far).unwrap();
        let truth = 100.0 * (near.per_mm / far.per_mm - 1.0);
        range = range.max((figure(&figures, Quantity::IrisFocusRange) - truth).abs());
    }
    println!("iris: light {light:.4}, scale {scale:.4}, sharpness {sharp:.4}, range {range:.2} %");
    assert!(light < 0.02 && scale < 0.002 && sharp < 0.05 && range < 0.3);
}

#[derive(Clone, Copy, Debug)]
enum IrisFault {
    WeakLamp,
    OneLampOut,
    Sunlight,
    Blurred,
    TooFar,
    ShallowFocus,
    BlurredAtTheEnd,
}

const FAULTS: [IrisFault; 7] = [
    IrisFault::WeakLamp,
    IrisFault::OneLampOut,
    IrisFault::Sunlight,
    IrisFault::Blurred,
    IrisFault::TooFar,
    IrisFault::ShallowFocus,
    IrisFault::BlurredAtTheEnd,
];

/// Pictures where eyes are, at the near end and at the far end.
fn pictures(fault: Option<IrisFault>, random: &mut Random) -> [GrayImage; 3] {
    let mut eyes = Eyepiece::good(random);
    let (mut reach, mut end) = (random.from(0.05, 0.08), 1.3 * eyes.sigma);
    match fault {
        None => {}
        Some(IrisFault::WeakLamp) => eyes.paper = random.from(60.0, 105.0),
        Some(IrisFault::OneLampOut) => eyes.fall = random.from(0.6, 0.8),
        Some(IrisFault::Sunlight) => (eyes.black, eyes.paper) = (random.from(130.0, 150.0), 215.0),
        Some(IrisFault::Blurred) => eyes.sigma = random.from(2.0, 3.0),
        Some(IrisFault::TooFar) => eyes.per_mm = random.from(9.0, 12.5),
        Some(IrisFault::ShallowFocus) => reach = random.from(0.0, 0.02),
        Some(IrisFault::BlurredAtTheEnd) => end = random.from(2.7, 3.5),
    }
    let near = Eyepiece { per_mm: eyes.per_mm * (1.0 + reach), sigma: 1.2 * eyes.sigma, ..eyes };
    let far = Eyepiece { per_mm: eyes.per_mm * (1.0 - reach), sigma: end, ..eyes };
    [eyes, near, far].map(|seen| seen.picture(random))
}

/// All figures of a camera whose range reaches a share to both sides and ends blurred by `end` pixels.
pub(crate) fn reach(eyes: Eyepiece, share: f64, end: f64, random: &mut Random) -> Vec<Measurement> {
    let near = Eyepiece { per_mm: eyes.per_mm * (1.0 + share), sigma: 1.2 * eyes.sigma, ..eyes };
    let far = Eyepiece { per_mm: eyes.per_mm * (1.0 - share), sigma: end, ..eyes };
    measure(&[eyes, near, far].map(|seen| seen.picture(random))).unwrap()
}

fn measure([eyes, near, far]: &[GrayImage; 3]) -> Result<Vec<Measurement>, CalibrationError> {
    let mut figures = iris::working(eyes)?;
    figures.extend(iris::near(near)?);
    figures.extend(iris::far(near, far)?);
    Ok(figures)
}

#[test]
fn iris_cameras_good_and_bad() {
    table(DeviceClass::IrisCamera, &FAULTS, pictures, measure);
}
