//! Finger pictures and templates from files.

use anyhow::{Context as _, bail};
use std::path::Path;
use tram_biometric::{GrayImage, RgbImage};
use tram_capture::finished;
use tram_fingerprint::records::image::ImageRecord;
use tram_fingerprint::template::{Template, extract};
use tram_fingerprint::{tiff, wsq};

/// What every algorithm here expects, pixels an inch.
const PPI: u16 = 500;

/// Reads a picture.
pub(super) fn read(path: &Path) -> anyhow::Result<GrayImage> {
    let about = || path.display().to_string();
    of(&std::fs::read(path).with_context(about)?).with_context(about)
}

/// The picture in these bytes, by what they begin with.
pub(super) fn of(bytes: &[u8]) -> anyhow::Result<GrayImage> {
    Ok(match bytes {
        [0xff, 0xa0, ..] => wsq::decode(bytes)?,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => tiff::read(bytes)?,
        [b'P', b'5', ..] => pgm(bytes).context("not a readable PGM picture of 8 bits")?,
        [b'F', b'I', b'R', 0, ..] => {
            let record = ImageRecord::from_bytes(bytes)?;
            let first = record.representations.first().context("the record holds no image")?;
            finished::image(first)?
        }
        // A JP2 file's signature box, or the markers that begin a bare code stream.
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => {
            let longest = tram_portrait::decode::LONGEST_SIDE;
            let (width, height, levels) =
                finished::jpeg2000(bytes, |width, height| width.max(height) <= longest)?;
            GrayImage::new(width, height, PPI, levels)?
        }
        _ => gray(&tram_portrait::decode::picture(bytes)?)?,
    })
}

/// A finger, from its picture or its template.
pub(super) fn finger(path: &Path) -> anyhow::Result<Template> {
    let about = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(about)?;
    if bytes.starts_with(b"TF") {
        return Template::from_bytes(&bytes).with_context(about);
    }
    if bytes.starts_with(b"FMR\0") {
        bail!(
            "{}: a minutiae record says nothing of the ridges between; give the picture or a template",
            about()
        );
    }
    Ok(extract(&of(&bytes).with_context(about)?))
}

/// The luma of ITU-R BT.601, in 256ths.
fn gray(picture: &RgbImage) -> anyhow::Result<GrayImage> {
    let luma = |pixel: &[u8]| match pixel {
        [red, green, blue] => {
            ((77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue)) >> 8) as u8
        }
        _ => 0,
    };
    let levels = picture.pixels().chunks_exact(3).map(luma).collect();
    Ok(GrayImage::new(picture.width(), picture.height(), PPI, levels)?)
}

/// Binary PGM: `P5`, width, height and 255 parted by white space and comments, one white space, the pixels.
fn pgm(bytes: &[u8]) -> Option<GrayImage> {
    let mut rest = bytes.strip_prefix(b"P5")?;
    let mut numbers = [0u32; 3];
    for number in &mut numbers {
        loop {
            rest = rest.trim_ascii_start();
            let Some(b'#') = rest.first() else { break };
            rest = rest.get(rest.iter().position(|&byte| byte == b'\n')?..)?;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *number = std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
        rest = rest.get(digits..)?;
    }
    let [width, height, 255] = numbers else { return None };
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    GrayImage::new(width, height, PPI, rest.get(1..)?.get(..pixels)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_picture_is_read() {
        let picture = GrayImage::from_fn(160, 120, PPI, |x, y| if (x + y) % 9 < 5 { 40 } else { 220 });
        let pgm = [b"P5 # a comment\n160 120\n255\n".as_slice(), picture.pixels()].concat();
        let png = tram_portrait::encode::grey_png(&picture).unwrap();
        for bytes in [pgm, png] {
            assert_eq!(of(&bytes).unwrap().pixels(), picture.pixels());
        }
        let levels = picture.pixels().iter().flat_map(|level| [*level; 3]).collect();
        let jp2 = tram_portrait::encode::jpeg2000(&RgbImage::new(160, 120, levels).unwrap(), 20_000).unwrap();
        let apart =
            of(&jp2).unwrap().pixels().iter().zip(picture.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(apart <= Some(8), "{apart:?}");
        let wsq = wsq::encode(&picture, 2.25).unwrap();
        assert_eq!(of(&wsq).unwrap().width(), 160);
        for bytes in
            [b"".as_slice(), b"P5 40 30 255", b"P5 4000000000 4000000000 255 x", b"FIR\0", b"\xff\xa0"]
        {
            assert!(of(bytes).is_err());
        }
    }
}
