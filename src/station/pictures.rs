//! Pictures as files.

use anyhow::Context as _;
use std::path::Path;
use tram_biometric::RgbImage;

/// Writes a picture as PNG.
///
/// # Errors
/// When it cannot be written.
pub fn save(picture: &RgbImage, path: &Path) -> anyhow::Result<()> {
    let whole = image::RgbImage::from_raw(picture.width(), picture.height(), picture.pixels().to_vec())
        .context("the picture has the wrong size")?;
    let bytes = tram_card::picture::png(&whole)?;
    crate::home::write_whole(path, &bytes).with_context(|| format!("{} cannot be written", path.display()))
}
