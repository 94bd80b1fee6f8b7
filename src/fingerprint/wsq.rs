//! WSQ, the FBI's wavelet scalar quantization of fingerprint images at 500 ppi (IAFIS-IC-0110, version 3).
//!
//! | module | holds |
//! | --- | --- |
//! | `subbands` | the regions the wavelets cut a picture into |
//! | `wavelet` | the 9/7 filters, apart and together again |
//! | `quantize` | bin widths for a bit rate, numbers to bins and back |
//! | `huffman` | codes, their tables, blocks of coefficients |
//! | `segments` | the marker segments of the file |

mod huffman;
mod quantize;
mod segments;
mod subbands;
mod wavelet;

use crate::FingerprintError;
use crate::plane::Plane;
use huffman::Steps;
use segments::{Frame, Marker, Reader, Writer};
use subbands::Subbands;
use tram_biometric::GrayImage;

/// Bits a pixel for 500 ppi, about 15:1 on a full picture (the FBI's rate).
pub const DEFAULT_BITS_PER_PIXEL: f32 = 0.75;

/// Larger pictures are refused before memory is taken for them: a palm at 1000 ppi has 25 million.
const MOST_PIXELS: u64 = 32 << 20;

/// A decoded WSQ file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The picture; its ppi is that of the `NIST_COM` comment, 0 without one.
    pub image: GrayImage,
    /// The comments in file order, as text; the `NIST_COM` one included.
    pub comments: Vec<String>,
}

/// Encodes a picture at about `bits_per_pixel` (0.75 for 15:1, 2.25 for 5:1), with a `NIST_COM` comment
/// that says its ppi.
///
/// # Errors
/// [`FingerprintError::TooLarge`] when a side exceeds 65,535 pixels or the whole 32 million.
pub fn encode(image: &GrayImage, bits_per_pixel: f32) -> Result<Vec<u8>, FingerprintError> {
    let (width, height) = checked_size(image.width(), image.height())?;
    let frame = Frame::for_pixels(image.pixels(), width, height);
    let mut plane = Plane { width, height, cells: frame.scaled(image.pixels()) };
    let subbands = Subbands::of(width, height);
    wavelet::decompose(&mut plane, &subbands);
    let bins = quantize::bins(&plane, &subbands, bits_per_pixel.clamp(0.05, 8.0));
    let blocks = quantize::blocks(&plane, &subbands, &bins);

    let mut writer = Writer::new();
    writer.comment(&segments::nist_comment(image, bits_per_pixel));
    writer.transform_table(&wavelet::ANALYSIS);
    writer.quantization_table(&bins);
    writer.frame(&frame);
    let [first, second, third] = &blocks.map(|numbers| Steps::of(&numbers));
    let (low, high) = (huffman::Code::for_blocks(&[first]), huffman::Code::for_blocks(&[second, third]));
    writer.huffman_table(0, &low);
    writer.block(0, &low.compressed(first));
    writer.huffman_table(1, &high);
    writer.block(1, &high.compressed(second));
    writer.block(1, &high.compressed(third));
    Ok(writer.finish())
}

/// Decodes a WSQ image.
///
/// # Errors
/// [`FingerprintError::Wsq`] for anything damaged, [`FingerprintError::TooLarge`] before memory is taken for it.
pub fn decode(bytes: &[u8]) -> Result<GrayImage, FingerprintError> {
    read(bytes).map(|decoded| decoded.image)
}

/// Decodes a WSQ image and its comments.
///
/// # Errors
/// As [`decode`].
pub fn read(bytes: &[u8]) -> Result<Decoded, FingerprintError> {
    let mut reader = Reader::new(bytes);
    let mut tables = segments::Tables::default();
    while let Some(marker) = reader.marker()? {
        if marker == Marker::Block {
            reader.block(&mut tables)?;
        } else {
            reader.table(marker, &mut tables)?;
        }
    }
    let wrong = |field| FingerprintError::Wsq { offset: bytes.len(), field };
    let frame = tables.frame.ok_or(wrong("frame header"))?;
    let bins = tables.bins.ok_or(wrong("quantization table"))?;
    let filters = tables.filters.ok_or(wrong("transform table"))?;
    let subbands = Subbands::of(frame.width, frame.height);
    if tables.count != quantize::coded(&subbands, &bins) {
        return Err(wrong("number of coefficients"));
    }
    let mut plane = quantize::restored(&tables.coefficients, &subbands, &bins);
    wavelet::reconstruct(&mut plane, &subbands, &filters);
    let ppi = segments::ppi_of(&tables.comments);
    let image = GrayImage::new(frame.width as u32, frame.height as u32, ppi, frame.levels(&plane.cells))
        .map_err(|_refused| wrong("frame header"))?;
    Ok(Decoded { image, comments: tables.comments })
}

/// The sides as numbers to compute with, when the picture is not larger than this library holds.
fn checked_size(width: u32, height: u32) -> Result<(usize, usize), FingerprintError> {
    let fits = width.max(height) <= 0xffff && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits {
        Ok((width as usize, height as usize))
    } else {
        Err(FingerprintError::TooLarge { width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ridges of nine pixels bent around a point, with a light border.
    fn print(width: u32, height: u32) -> GrayImage {
        GrayImage::from_fn(width, height, 500, |x, y| {
            let (dx, dy) = (x as f32 - width as f32 * 0.4, y as f32 - height as f32 * 0.6);
            let wave = (dx.hypot(1.3 * dy) * std::f32::consts::TAU / 9.0).sin();
            if dx.hypot(dy) < 0.45 * width as f32 { (120.0 + 90.0 * wave) as u8 } else { 250 }
        })
    }

    fn peak_signal_to_noise(a: &GrayImage, b: &GrayImage) -> f64 {
        let error = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
        let sum: f64 = a.pixels().iter().zip(b.pixels()).map(error).sum();
        10.0 * (255.0 * 255.0 * a.pixels().len() as f64 / sum.max(1e-9)).log10()
    }

    #[test]
    fn what_is_encoded_decodes_with_ppi_and_comment() {
        for (width, height, least) in [(300, 400, 30.0), (57, 33, 20.0), (8, 8, 10.0), (1, 1, 10.0)] {
            let image = print(width, height);
            let bytes = encode(&image, 2.25).expect("encodes");
            let decoded = read(&bytes).expect("decodes");
            assert_eq!((decoded.image.width(), decoded.image.height()), (width, height));
            assert_eq!((decoded.image.ppi(), decoded.comments.len()), (500, 1));
            let signal = peak_signal_to_noise(&image, &decoded.image);
            assert!(signal > least, "{width}x{height}: {signal} dB");
        }
    }

    #[test]
    fn one_level_everywhere_survives() {
        let image = GrayImage::from_fn(64, 64, 500, |_, _| 77);
        assert_eq!(
            decode(&encode(&image, 0.75).expect("encodes")).expect("decodes").pixels(),
            image.pixels()
        );
    }

    #[test]
    fn a_hostile_size_is_refused_before_memory_is_taken() {
        let mut bytes = encode(&print(64, 64), 0.75).expect("encodes");
        let frame = bytes.windows(2).position(|w| w == [0xff, 0xa2]).expect("has a frame header");
        bytes[frame + 6..frame + 10].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
        assert_eq!(decode(&bytes), Err(FingerprintError::TooLarge { width: 60_000, height: 60_000 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn damaged_files_are_refused_without_panic(at in 0usize..2000, to in any::<u8>(), cut in 0usize..4000) {
            let mut bytes = encode(&print(48, 56), 0.75).expect("encodes");
            let length = bytes.len();
            bytes[at % length] = to;
            let _ = decode(&bytes);
            bytes.truncate(cut % length);
            prop_assert!(decode(&bytes).is_err());
        }

        #[test]
        fn noise_is_refused_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(decode(&bytes).is_err());
            bytes.splice(0..0, [0xff, 0xa0]);
            let _ = decode(&bytes);
        }
    }
}
