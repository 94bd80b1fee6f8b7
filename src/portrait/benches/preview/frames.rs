//! Live pictures made of still ones.

use anyhow::Context as _;
use tram_biometric::RgbImage;
use tram_portrait::decode;

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
/// Frames of each face.
const FRAMES: usize = 30;

/// For each picture a face that sways by a few pixels.
pub(crate) fn frames(folder: Option<&str>, most: usize) -> anyhow::Result<Vec<Vec<RgbImage>>> {
    let mut pictures = Vec::new();
    match folder {
        None => pictures.push(include_bytes!("../../../../assets/demo/astronaut.png").to_vec()),
        Some(folder) => {
            let entries = std::fs::read_dir(folder).with_context(|| folder.to_owned())?;
            let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
            paths.retain(|path| path.extension().is_some_and(|ending| ending == "jpg" || ending == "png"));
            paths.sort();
            for path in paths.into_iter().take(most) {
                pictures.push(std::fs::read(path)?);
            }
        }
    }
    pictures
        .iter()
        .map(|bytes| {
            let picture = decode::picture(bytes)?;
            (0..FRAMES).map(|index| frame(&picture, index as f32 / FRAMES as f32)).collect()
        })
        .collect()
}

/// The picture, brought to 720 lines, in a grey frame, a share of a swaying on.
fn frame(image: &RgbImage, share: f32) -> anyhow::Result<RgbImage> {
    let scale = image.height() as f32 / HEIGHT as f32;
    let turn = share * std::f32::consts::TAU;
    let left = (WIDTH as f32 - image.width() as f32 / scale) / 2.0 + 25.0 * turn.sin();
    let top = 8.0 * (2.0 * turn).sin();
    let places = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x as f32, y as f32)));
    let pixels = places
        .flat_map(|(x, y)| {
            let (u, v) = ((x - left) * scale, ((y - top) * scale).max(0.0));
            let inside = u >= 0.0 && u < image.width() as f32;
            let pixel = if inside { image.get(u as u32, v as u32) } else { None };
            pixel.unwrap_or([128; 3])
        })
        .collect();
    Ok(RgbImage::new(WIDTH as u32, HEIGHT as u32, pixels)?)
}
