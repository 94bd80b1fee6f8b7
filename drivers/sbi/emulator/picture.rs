//! Pictures drawn from a seed: they look like what they stand for from afar, and belong to nobody.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

/// A grey picture, one byte a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Row by row.
    pub pixels: Vec<u8>,
}

impl Picture {
    fn draw((width, height): (u16, u16), level: impl Fn(f32, f32) -> f32) -> Self {
        let at = |x: u16, y: u16| {
            // From the middle, the half height as unit.
            let unit = f32::from(height) / 2.0;
            let (x, y) = ((f32::from(x) - f32::from(width) / 2.0) / unit, f32::from(y) / unit - 1.0);
            level(x, y).clamp(0.0, 255.0) as u8
        };
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        Self { width, height, pixels }
    }

    /// Ridges that arch over a core, within an oval.
    pub fn ridges(seed: u64, size: (u16, u16)) -> Self {
        let [core_x, core_y, pitch, turn] = draws(seed);
        let ridges = 30.0 + 10.0 * pitch;
        Self::draw(size, |x, y| {
            let (dx, dy) = (x - 0.3 * core_x, y - 0.4 * core_y);
            let phase = ridges * ((dx * dx + dy * dy).sqrt() + 0.4 * turn * dx);
            let skin = 128.0 + 100.0 * phase.sin();
            if x * x / 0.5 + y * y / 0.9 < 1.0 { skin } else { 250.0 }
        })
    }

    /// A dark pupil in a spoked iris in bright white.
    pub fn eye(seed: u64, size: (u16, u16)) -> Self {
        let [x0, y0, spokes, phase] = draws(seed);
        Self::draw(size, |x, y| {
            let (dx, dy) = (x - 0.1 * x0, y - 0.1 * y0);
            let radius = (dx * dx + dy * dy).sqrt();
            match radius {
                r if r < 0.2 => 20.0,
                r if r < 0.6 => {
                    120.0 + 30.0 * ((60.0 + 20.0 * spokes) * dy.atan2(dx) + 9.0 * r + phase).sin()
                }
                _ => 210.0,
            }
        })
    }

    /// An oval with two eyes on a white background.
    pub fn face(seed: u64, size: (u16, u16)) -> Self {
        let [skin, gap, ..] = draws(seed);
        Self::draw(size, |x, y| {
            let eye = ((x.abs() - 0.2 - 0.03 * gap).powi(2) + (y + 0.15).powi(2)).sqrt();
            let head = x * x / 0.25 + y * y / 0.5;
            match (head < 1.0, eye < 0.05) {
                (true, true) => 30.0,
                (true, false) => 170.0 + 20.0 * skin,
                (false, _) => 250.0,
            }
        })
    }

    /// The picture as a JPEG file; empty should it not encode.
    pub fn jpeg(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = (u32::from(self.width), u32::from(self.height));
        let done =
            JpegEncoder::new(&mut bytes).write_image(&self.pixels, width, height, ExtendedColorType::L8);
        if done.is_ok() { bytes } else { Vec::new() }
    }

    /// The picture as a PNG file; empty should it not encode.
    pub fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = (u32::from(self.width), u32::from(self.height));
        let done =
            PngEncoder::new(&mut bytes).write_image(&self.pixels, width, height, ExtendedColorType::L8);
        if done.is_ok() { bytes } else { Vec::new() }
    }
}

/// Four numbers between -1 and 1 (splitmix64).
fn draws(seed: u64) -> [f32; 4] {
    let mut state = seed;
    [0; 4].map(|_: u8| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
}
