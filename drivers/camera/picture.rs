//! JPEG and YUYV to RGB, with bounded dimensions.

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ImageDecoder, Limits};
use std::io::Cursor;
use tram_biometric::RgbImage;
use tram_device::DeviceError;

/// Longest side of a picture: no portrait camera has more than 8K.
pub(crate) const MAX_SIDE: u32 = 8192;
/// Largest encoded frame.
pub(crate) const MAX_FRAME_BYTES: usize = 16 * 1024 * 1024;
/// Most memory for one decoded picture: 8K in three bytes a pixel.
const MAX_PICTURE_BYTES: u64 = 3 * 8192 * 4320;

/// A frame as the camera sent it.
pub(crate) enum RawFrame {
    /// A whole JPEG file.
    Jpeg(Vec<u8>),
    /// Packed YUV 4:2:2 in the order Y0 U Y1 V, limited range BT.601.
    Yuyv { width: u32, height: u32, stride: usize, bytes: Vec<u8> },
}

/// A frame of so many bytes that shows nothing: grey, as raw pixels or as a JPEG file with zeros behind it, to which readers
/// of JPEG pay no heed.
pub(crate) fn nothing(is_raw: bool, length: usize) -> Vec<u8> {
    const GREY: u8 = 128;
    if is_raw {
        return vec![GREY; length];
    }
    let mut bytes = Vec::new();
    // Writing into memory does not fail; were it to, zeros stand in the picture's place.
    let _ = JpegEncoder::new(&mut bytes).encode_image(&image::RgbImage::from_pixel(
        16,
        16,
        image::Rgb([GREY; 3]),
    ));
    bytes.resize(length, 0);
    bytes
}

/// The picture of a frame.
pub(crate) fn decode(frame: &RawFrame) -> Result<RgbImage, DeviceError> {
    match frame {
        RawFrame::Jpeg(bytes) => decode_jpeg(bytes),
        RawFrame::Yuyv { width, height, stride, bytes } => decode_yuyv(*width, *height, *stride, bytes),
    }
}

/// Whether a JPEG file goes on to its end mark (ITU T.81, annex B). Decoders fill up with grey what was cut off.
fn is_whole(jpeg: &[u8]) -> bool {
    const ENTROPY_CODED: u8 = 0xda;
    let mut rest = jpeg;
    while let Some((&[0xff, marker], after)) = rest.split_first_chunk() {
        rest = match marker {
            0xd9 => return true,
            // A filling byte.
            0xff => rest.get(1..).unwrap_or_default(),
            0x01 | 0xd0..=0xd8 => after,
            _ => {
                let length = after.first_chunk().map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
                let segment = after.get(length.max(2)..).unwrap_or_default();
                // Data ends with the first mark that is neither an escaped byte nor a restart.
                let is_end =
                    |pair: &[u8]| matches!(pair, [0xff, mark] if !matches!(mark, 0 | 0xd0..=0xd7 | 0xff));
                match marker {
                    ENTROPY_CODED => {
                        let end = segment.windows(2).position(is_end);
                        end.and_then(|end| segment.get(end..)).unwrap_or_default()
                    }
                    _ => segment,
                }
            }
        };
    }
    false
}

fn decode_jpeg(bytes: &[u8]) -> Result<RgbImage, DeviceError> {
    if !is_whole(bytes) {
        return Err(garbage("a frame that is no JPEG we take: it breaks off".to_owned()));
    }
    let refuse = |error: image::ImageError| garbage(format!("a frame that is no JPEG we take: {error}"));
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_PICTURE_BYTES);
    let mut decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(refuse)?;
    decoder.set_limits(limits).map_err(refuse)?;
    if decoder.total_bytes() > MAX_PICTURE_BYTES {
        return Err(garbage(format!("a frame of {} bytes decoded", decoder.total_bytes())));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(refuse)?.into_rgb8();
    let (width, height) = picture.dimensions();
    RgbImage::new(width, height, picture.into_raw()).map_err(|e| garbage(e.to_string()))
}

fn decode_yuyv(width: u32, height: u32, stride: usize, bytes: &[u8]) -> Result<RgbImage, DeviceError> {
    let row_bytes = width as usize * 2;
    let sides_fit = [width, height].iter().all(|side| (1..=MAX_SIDE).contains(side));
    if !sides_fit || !width.is_multiple_of(2) || stride < row_bytes {
        return Err(garbage(format!("a frame of {width} by {height} pixels in rows of {stride} bytes")));
    }
    let mut pixels = vec![0; width as usize * height as usize * 3];
    let rows = bytes.chunks(stride).filter_map(|row| row.get(..row_bytes));
    let mut filled = 0;
    for (row, shown) in rows.zip(pixels.chunks_exact_mut(width as usize * 3)) {
        for (quad, pair) in row.as_chunks::<4>().0.iter().zip(shown.as_chunks_mut::<6>().0) {
            let [y0, u, y1, v] = *quad;
            let ([r0, g0, b0], [r1, g1, b1]) = (rgb(y0, u, v), rgb(y1, u, v));
            *pair = [r0, g0, b0, r1, g1, b1];
        }
        filled += 1;
    }
    if filled < height {
        return Err(garbage(format!("a frame of {filled} rows where {height} should be")));
    }
    RgbImage::new(width, height, pixels).map_err(|e| garbage(e.to_string()))
}

/// BT.601, limited range, in 8-bit fixed point.
fn rgb(y: u8, u: u8, v: u8) -> [u8; 3] {
    let (y, u, v) = (298 * (i32::from(y) - 16), i32::from(u) - 128, i32::from(v) - 128);
    [y + 409 * v, y - 100 * u - 208 * v, y + 516 * u].map(|level| ((level + 128) >> 8).clamp(0, 255) as u8)
}

fn garbage(detail: String) -> DeviceError {
    DeviceError::Garbage { detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuyv(width: u32, height: u32, stride: usize, bytes: &[u8]) -> Result<RgbImage, DeviceError> {
        decode(&RawFrame::Yuyv { width, height, stride, bytes: bytes.to_vec() })
    }

    #[test]
    fn yuyv_has_the_colours_of_bt_601() {
        for ([y, u, v], expected) in [
            ([16, 128, 128], [0, 0, 0]),
            ([235, 128, 128], [255, 255, 255]),
            ([81, 90, 240], [255, 0, 0]),
            ([145, 54, 34], [0, 255, 1]),
            ([41, 240, 110], [0, 0, 255]),
        ] {
            let image = yuyv(2, 1, 4, &[y, u, y, v]).expect("two pixels");
            assert_eq!((image.get(0, 0), image.get(1, 0)), (Some(expected), Some(expected)));
        }
    }

    #[test]
    fn what_does_not_fill_its_size_is_refused() {
        let padded = [[128; 4].as_slice(), &[0; 2], &[128; 4], &[0; 2]].concat();
        assert!(yuyv(2, 2, 6, &padded).is_ok());
        for (width, height, stride, bytes) in [(2, 3, 6, 12), (3, 1, 6, 6), (2, 1, 3, 4), (2, 2, 4, 7)] {
            assert!(yuyv(width, height, stride, &vec![0; bytes]).is_err(), "{width}x{height}");
        }
        assert!(yuyv(0, 0, 0, &[]).is_err());
    }

    #[test]
    fn a_jpeg_that_breaks_off_is_refused_and_one_with_padding_is_not() {
        let picture = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([(x * y) as u8, x as u8, y as u8]));
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&picture).expect("encodes");
        for length in 0..jpeg.len() {
            assert!(decode(&RawFrame::Jpeg(jpeg[..length].to_vec())).is_err(), "{length} of {}", jpeg.len());
        }
        jpeg.extend([0; 40]);
        assert!(decode(&RawFrame::Jpeg(jpeg)).is_ok());
    }

    #[test]
    fn a_jpeg_with_a_huge_size_in_its_header_is_refused() {
        let mut jpeg = Vec::new();
        let picture = image::RgbImage::new(16, 16);
        image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&picture).expect("encodes");
        assert!(decode(&RawFrame::Jpeg(jpeg.clone())).is_ok());
        let size_at = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).expect("a frame header") + 5;
        jpeg[size_at..size_at + 4].copy_from_slice(&[0xff; 4]);
        assert!(matches!(decode(&RawFrame::Jpeg(jpeg)), Err(DeviceError::Garbage { .. })));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&RawFrame::Jpeg([&[0xff, 0xd8, 0xff, 0xc0], bytes.as_slice()].concat()));
            let _ = yuyv(4, 4, 8, &bytes);
        }
    }
}
