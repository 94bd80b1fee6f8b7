//! Pictures of charts from formulas: random numbers, soft edges, light, noise, defects.

use tram_biometric::{GrayImage, RgbImage};

/// `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between two numbers.
    pub(crate) fn from(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }

    /// Nearly Gaussian with deviation 1, out of a table: pictures take millions.
    pub(crate) fn normal(&mut self) -> f64 {
        static TABLE: std::sync::OnceLock<Vec<f64>> = std::sync::OnceLock::new();
        let table = TABLE.get_or_init(|| {
            let mut random = Random(0);
            (0..1 << 15).map(|_| random.sum_of_twelve()).collect()
        });
        table[(self.bits() >> 49) as usize]
    }

    fn sum_of_twelve(&mut self) -> f64 {
        let (mut bits, mut sum) = (0, 0.0);
        for index in 0..12 {
            if index % 4 == 0 {
                bits = self.bits();
            }
            sum += (bits & 0xffff) as f64 / 65536.0;
            bits >>= 16;
        }
        sum - 6.0 + 12.0 * 0.5 / 65536.0
    }
}

/// How much of an edge blurred by a Gaussian of deviation `sigma` is passed at a distance: 0 before, 1 behind it
/// (Abramowitz and Stegun, 7.1.26).
pub(crate) fn passed(distance: f64, sigma: f64) -> f64 {
    let x = distance / (sigma * std::f64::consts::SQRT_2);
    if x.abs() > 3.2 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let polynomial = ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t
        + 0.254_829_592)
        * t;
    let erf = (1.0 - polynomial * (-x * x).exp()).copysign(x);
    0.5 + 0.5 * erf
}

/// A picture before noise and rounding, levels 0 to 255 by rows, each pixel the mean of `samples`² points.
pub(crate) fn sampled(
    width: usize,
    height: usize,
    samples: usize,
    level: impl Fn(f64, f64) -> f64,
) -> Vec<f64> {
    let count = (samples * samples) as f64;
    let within = |index: usize| (index as f64 + 0.5) / samples as f64 - 0.5;
    (0..width * height)
        .map(|at| {
            let (x, y) = ((at % width) as f64, (at / width) as f64);
            let mut sum = 0.0;
            for v in 0..samples {
                for u in 0..samples {
                    sum += level(x + within(u), y + within(v));
                }
            }
            sum / count
        })
        .collect()
}

pub(crate) fn gray(
    width: usize,
    height: usize,
    ppi: u16,
    levels: Vec<f64>,
    noise: f64,
    random: &mut Random,
) -> GrayImage {
    let pixels = levels.into_iter().map(|level| rounded(level + noise * random.normal())).collect();
    GrayImage::new(width as u32, height as u32, ppi, pixels).unwrap()
}

pub(crate) fn rounded(level: f64) -> u8 {
    level.round().clamp(0.0, 255.0) as u8
}

/// Single pixels that are stuck, no two near each other.
pub(crate) fn dead(image: &GrayImage, count: usize, random: &mut Random) -> (GrayImage, usize) {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut pixels = image.pixels().to_vec();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for _ in 0..count {
        let place = (random.below(width), random.below(height));
        if places.iter().all(|other| other.0.abs_diff(place.0) > 6 || other.1.abs_diff(place.1) > 6) {
            places.push(place);
            let level = &mut pixels[place.1 * width + place.0];
            *level = if *level > 127 { 0 } else { 255 };
        }
    }
    (GrayImage::new(image.width(), image.height(), image.ppi(), pixels).unwrap(), places.len())
}

/// A colour picture whose pixel is `colour` in sRGB levels.
pub(crate) fn rgb(
    width: usize,
    height: usize,
    noise: f64,
    random: &mut Random,
    colour: impl Fn(f64, f64) -> [f64; 3],
) -> RgbImage {
    let mut pixels = Vec::with_capacity(width * height * 3);
    for at in 0..width * height {
        let here = colour((at % width) as f64, (at / width) as f64);
        pixels.extend(here.map(|level| rounded(level + noise * random.normal())));
    }
    RgbImage::new(width as u32, height as u32, pixels).unwrap()
}

/// sRGB level, 0 to 255, of linear light (IEC 61966-2-1).
pub(crate) fn encoded(light: f64) -> f64 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    255.0 * value
}

/// Where millimetres of a chart fall in a picture: turned, scaled, moved.
#[derive(Clone, Copy)]
pub(crate) struct Pose {
    /// Pixels on a millimetre, across and along.
    pub(crate) scale: (f64, f64),
    pub(crate) degrees: f64,
    /// The chart's middle in millimetres.
    pub(crate) middle_mm: (f64, f64),
    /// The same place in pixels.
    pub(crate) middle_px: (f64, f64),
}

impl Pose {
    /// Turned first, then scaled along the axes of the picture.
    pub(crate) fn pixel(&self, (u, v): (f64, f64)) -> (f64, f64) {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (u, v) = (u - self.middle_mm.0, v - self.middle_mm.1);
        (
            self.middle_px.0 + self.scale.0 * (u * cos - v * sin),
            self.middle_px.1 + self.scale.1 * (u * sin + v * cos),
        )
    }

    pub(crate) fn mm(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (x, y) = ((x - self.middle_px.0) / self.scale.0, (y - self.middle_px.1) / self.scale.1);
        (self.middle_mm.0 + x * cos + y * sin, self.middle_mm.1 - x * sin + y * cos)
    }
}

/// Dark dots in columns and rows, blurred; 0 on a dot, 1 beside it. The first dot stands at (0, 0) mm.
pub(crate) fn dots((u, v): (f64, f64), pitch: f64, (columns, rows): (usize, usize), sigma: f64) -> f64 {
    let near = |at: f64, count: usize| (at / pitch).round().clamp(0.0, (count - 1) as f64) * pitch;
    let far = (u - near(u, columns)).hypot(v - near(v, rows));
    passed(far - pitch / 4.0, sigma)
}

/// How much of an upright area lies under a blurred place: 0 outside, 1 inside.
pub(crate) fn covered((u, v): (f64, f64), [x, y, width, height]: [f64; 4], sigma: f64) -> f64 {
    let across = passed(u - x, sigma) * passed(x + width - u, sigma);
    if across == 0.0 { 0.0 } else { across * passed(v - y, sigma) * passed(y + height - v, sigma) }
}

/// A perspective of a chart in millimetres, and its inverse.
#[derive(Clone, Copy)]
pub(crate) struct View {
    to_picture: [f64; 9],
    to_chart: [f64; 9],
}

impl View {
    /// Around the middle of the chart, which falls on the middle of the picture; `tilt` is the share by which the scale
    /// changes over 100 mm.
    pub(crate) fn new(
        scale: f64,
        degrees: f64,
        tilt: (f64, f64),
        chart: (f64, f64),
        picture: (f64, f64),
    ) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (g, h) = (tilt.0 / 100.0, tilt.1 / 100.0);
        let m = [
            scale * cos + picture.0 * g,
            -scale * sin + picture.0 * h,
            picture.0,
            scale * sin + picture.1 * g,
            scale * cos + picture.1 * h,
            picture.1,
            g,
            h,
            1.0,
        ];
        let shift = |m: [f64; 9]| {
            let by = |row: usize| m[row + 2] - m[row] * chart.0 - m[row + 1] * chart.1;
            [m[0], m[1], by(0), m[3], m[4], by(3), m[6], m[7], by(6)]
        };
        let m = shift(m);
        let minor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let inverse = [
            minor(4, 5, 7, 8),
            -minor(1, 2, 7, 8),
            minor(1, 2, 4, 5),
            -minor(3, 5, 6, 8),
            minor(0, 2, 6, 8),
            -minor(0, 2, 3, 5),
            minor(3, 4, 6, 7),
            -minor(0, 1, 6, 7),
            minor(0, 1, 3, 4),
        ];
        Self { to_picture: m, to_chart: inverse }
    }

    /// The place of the chart that a pixel shows.
    pub(crate) fn chart(&self, pixel: (f64, f64)) -> (f64, f64) {
        Self::apply(&self.to_chart, pixel)
    }

    /// Where a place of the chart falls.
    pub(crate) fn pixel(&self, place: (f64, f64)) -> (f64, f64) {
        Self::apply(&self.to_picture, place)
    }

    fn apply(m: &[f64; 9], (u, v): (f64, f64)) -> (f64, f64) {
        let w = m[6] * u + m[7] * v + m[8];
        ((m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w)
    }
}
