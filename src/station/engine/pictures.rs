//! Samples as pictures for the screen, and their names.

use std::sync::Arc;
use tram_biometric::{Encoding, GrayImage, Modality, RgbImage, Sample, SampleId};
use tram_workflow::dossier::Picture;
use uuid::Uuid;

/// A new sample's name: ordered by time, unique over all stations.
pub(super) fn new_id() -> SampleId {
    SampleId(Uuid::now_v7().as_u128())
}

/// A fingerprint for the screen.
pub(super) fn gray(image: GrayImage) -> Picture {
    Picture::Gray(Arc::new(image))
}

/// These samples for the screen; one that cannot be decoded is left out, its bytes are safe all the same.
pub(super) fn of(samples: &[&Sample]) -> Vec<(SampleId, Picture)> {
    samples.iter().filter_map(|sample| Some((sample.id, decode(sample)?))).collect()
}

fn decode(sample: &Sample) -> Option<Picture> {
    match sample.encoding {
        Encoding::Wsq => tram_fingerprint::wsq::decode(&sample.bytes).ok().map(gray),
        Encoding::Jpeg | Encoding::Png => {
            let picture: RgbImage = tram_portrait::decode::picture(&sample.bytes).ok()?;
            Some(Picture::Rgb(Arc::new(picture)))
        }
        Encoding::Jpeg2000 => None,
    }
}

/// A signature drawn black on white, as a PNG sample.
pub(super) fn signature(strokes: &[tram_workflow::action::Stroke]) -> Option<Sample> {
    const WIDTH: u32 = 800;
    const HEIGHT: u32 = 320;
    let mut paper = vec![255_u8; (WIDTH * HEIGHT) as usize];
    for stroke in strokes {
        for pair in stroke.windows(2) {
            let [from, to] = pair else { continue };
            draw_line(&mut paper, WIDTH, HEIGHT, *from, *to);
        }
    }
    let rgb = paper.iter().flat_map(|level| [*level; 3]).collect();
    let picture = RgbImage::new(WIDTH, HEIGHT, rgb).ok()?;
    let bytes = tram_card::picture::png(&theirs(&picture)?).ok()?;
    let origin = tram_biometric::Origin {
        driver: "screen".into(),
        model: format!("{:?}", Modality::Signature),
        serial: String::new(),
        is_virtual: false,
    };
    Some(Sample {
        id: new_id(),
        encoding: Encoding::Png,
        bytes,
        width: WIDTH,
        height: HEIGHT,
        ppi: 0,
        quality: tram_biometric::Quality::new(100),
        origin,
    })
}

/// A round pen of 5 pixels along a line; points are in units of the paper's width.
fn draw_line(paper: &mut [u8], width: u32, height: u32, from: (f32, f32), to: (f32, f32)) {
    let scale = width as f32;
    let length = (to.0 - from.0).hypot(to.1 - from.1) * scale;
    let steps = length.ceil().clamp(1.0, 4096.0) as u32;
    for step in 0..=steps {
        let t = step as f32 / steps as f32;
        let x = ((from.0 + (to.0 - from.0) * t) * scale) as i64;
        let y = ((from.1 + (to.1 - from.1) * t) * scale) as i64;
        for (dx, dy) in (-2..=2).flat_map(|dx| (-2..=2).map(move |dy| (dx, dy))) {
            let (px, py) = (x + dx, y + dy);
            let on_paper = (0..i64::from(width)).contains(&px) && (0..i64::from(height)).contains(&py);
            if dx * dx + dy * dy <= 6
                && on_paper
                && let Some(pixel) = paper.get_mut((py * i64::from(width) + px) as usize)
            {
                *pixel = 0;
            }
        }
    }
}

/// A picture of the card crate as one of ours.
pub(super) fn ours(picture: image::RgbImage) -> Result<RgbImage, tram_biometric::ImageError> {
    RgbImage::new(picture.width(), picture.height(), picture.into_raw())
}

/// One of our pictures for the card crate.
pub(super) fn theirs(picture: &RgbImage) -> Option<image::RgbImage> {
    image::RgbImage::from_raw(picture.width(), picture.height(), picture.pixels().to_vec())
}
