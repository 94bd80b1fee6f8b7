//! The pictures of the benches and their clock.

#![allow(clippy::indexing_slicing)] // Indices are taken modulo.

use std::path::{Path, PathBuf};
use tram_biometric::GrayImage;
use tram_fingerprint::tiff;

/// CPU nanoseconds of this thread, which a loaded machine does not lengthen as it does the clock.
pub(crate) fn cpu_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// A finger from a formula.
pub(crate) fn drawn(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, 500, |x, y| {
        let (dx, dy) = (x as f32 - width as f32 * 0.5, y as f32 - height as f32 * 0.6);
        let wave = (dx.hypot(1.3 * dy) * std::f32::consts::TAU / 9.0 + (dx / 40.0).sin()).sin();
        if dx.hypot(0.8 * dy) < 0.45 * width as f32 { (120.0 + 90.0 * wave) as u8 } else { 250 }
    })
}

/// The first impression of every finger below a folder of FVC databases.
pub(crate) fn tiffs(root: &Path) -> Vec<GrayImage> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("_1")) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().filter_map(|path| tiff::read(&std::fs::read(path).ok()?).ok()).collect()
}

/// Four of the fingers side by side.
pub(crate) fn slap(images: &[GrayImage]) -> GrayImage {
    GrayImage::from_fn(1600, 1500, 500, |x, y| {
        let image = &images[(x / 400) as usize % images.len()];
        image.get(x % 400, y.wrapping_sub(300)).unwrap_or(250)
    })
}
