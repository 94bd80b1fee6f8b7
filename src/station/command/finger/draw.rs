//! What was found, drawn into a picture for a person to look at.

use std::path::Path;

use anyhow::Context as _;
use tram_biometric::{GrayImage, RgbImage};
use tram_fingerprint::segment::Segment;
use tram_fingerprint::template::{Minutia, MinutiaKind};

type Ink = [u8; 3];
const ENDING: Ink = [214, 40, 40];
const BIFURCATION: Ink = [20, 90, 220];
const BOX: Ink = [0, 150, 70];
/// The ring of a minutia and the length of its direction, pixels.
const RING: f32 = 4.0;
const TAIL: f32 = 12.0;

/// A picture in colour.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn of(picture: &GrayImage) -> Self {
        let pixels = picture.pixels().iter().flat_map(|&level| [level; 3]).collect();
        Self { width: picture.width(), height: picture.height(), pixels }
    }

    /// A ring at every minutia, open at the side its direction leaves; endings red, bifurcations blue.
    pub(super) fn minutiae(mut self, minutiae: &[Minutia]) -> Self {
        for minutia in minutiae {
            let ink = if minutia.kind == MinutiaKind::Ending { ENDING } else { BIFURCATION };
            let (x, y) = (f32::from(minutia.x), f32::from(minutia.y));
            let (sin, cos) = (f32::from(minutia.angle) * std::f32::consts::TAU / 256.0).sin_cos();
            for step in 0..32 {
                let (s, c) = (step as f32 / 32.0 * std::f32::consts::TAU).sin_cos();
                self.dot(x + RING * c, y + RING * s, ink);
            }
            self.line((x + RING * cos, y - RING * sin), (x + TAIL * cos, y - TAIL * sin), ink);
        }
        self
    }

    /// The rotated box of every finger, its upper edge doubled.
    pub(super) fn segments(mut self, fingers: &[Segment]) -> Self {
        for finger in fingers {
            let [a, b, c, d] = finger.quad;
            for thick in 0..4 {
                let inset = thick as f32;
                for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
                    self.line((from.0, from.1 + inset), (to.0, to.1 + inset), BOX);
                }
            }
            self.line((a.0, a.1 + 9.0), (b.0, b.1 + 9.0), BOX);
        }
        self
    }

    /// Writes the picture as PNG.
    pub(super) fn save(self, path: &Path) -> anyhow::Result<()> {
        let picture = RgbImage::new(self.width, self.height, self.pixels)?;
        let about = || path.display().to_string();
        std::fs::write(path, tram_portrait::encode::png(&picture)?).with_context(about)
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().clamp(1.0, 1e4);
        for step in 0..=steps as u32 {
            let share = step as f32 / steps;
            self.dot(from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1), ink);
        }
    }

    fn dot(&mut self, x: f32, y: f32, ink: Ink) {
        let (x, y) = (x.round(), y.round());
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return;
        }
        let at = 3 * (y as usize * self.width as usize + x as usize);
        if let Some(pixel) = self.pixels.get_mut(at..at + 3) {
            pixel.copy_from_slice(&ink);
        }
    }
}

/// Writes a grey picture as PNG.
pub(super) fn save_gray(picture: &GrayImage, path: &Path) -> anyhow::Result<()> {
    let about = || path.display().to_string();
    std::fs::write(path, tram_portrait::encode::grey_png(picture)?).with_context(about)
}
