//! JPEG 2000 to a budget of bytes, by `openjp2`.

use crate::PortraitError;
use openjp2::openjpeg::{CODEC_FORMAT, OPJ_COLOR_SPACE, opj_cparameters_t};
use openjp2::{Codec, Stream, opj_image, opj_image_comptparm};
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::File;
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use tram_biometric::RgbImage;

/// The encoder aims at a rate for the compressed data alone; headers and whole coding passes put the file beside it. So
/// many times the aim is corrected by what came out.
const ATTEMPTS: usize = 12;
/// Near enough to the budget: the share that may be left unused.
const UNUSED: f64 = 0.02;

/// The best JPEG 2000 file (JP2, irreversible 9-7 wavelet) of at most `byte_budget` bytes, within 2 % of it unless the
/// picture is already whole with less.
///
/// # Errors
/// When no file of this size can be made.
pub fn jpeg2000(image: &RgbImage, byte_budget: usize) -> Result<Vec<u8>, PortraitError> {
    let budget = byte_budget as f64;
    let target = budget * (1.0 - UNUSED / 2.0);
    // What was aimed at and stayed within the budget, and what went beyond.
    let (mut low, mut high) = (0.0, 4.0 * budget);
    let mut aim = target;
    let mut best: Option<Vec<u8>> = None;
    let mut smallest = usize::MAX;
    for _ in 0..ATTEMPTS {
        let bytes = encode(image, image.pixels().len() as f64 / aim)?;
        let length = bytes.len();
        smallest = smallest.min(length);
        if length > byte_budget {
            high = aim;
        } else {
            low = aim;
            if best.as_ref().is_none_or(|best| best.len() < length) {
                best = Some(bytes);
            }
            if length as f64 >= budget * (1.0 - UNUSED) {
                break;
            }
        }
        let corrected = aim + target - length as f64;
        aim = if low < corrected && corrected < high { corrected } else { f64::midpoint(low, high) };
    }
    best.ok_or(PortraitError::Budget { budget: byte_budget, smallest })
}

/// One file, the picture's raw size divided by `ratio` in all.
fn encode(image: &RgbImage, ratio: f64) -> Result<Vec<u8>, PortraitError> {
    let failed = |what: &str| PortraitError::Encode(what.to_owned());
    // The encoder writes to a file by its path; this file is memory, so no picture of a person touches a disk.
    let memory = memfd_create("picture", MemfdFlags::CLOEXEC)
        .map_err(|error| PortraitError::Encode(error.to_string()))?;
    let path = format!("/proc/self/fd/{}", memory.as_raw_fd());
    let mut parameters = opj_cparameters_t {
        irreversible: 1,
        tcp_mct: 1,
        cp_disto_alloc: 1,
        tcp_numlayers: 1,
        ..Default::default()
    };
    if let Some(rate) = parameters.tcp_rates.first_mut() {
        *rate = ratio.max(1.0) as f32;
    }
    let mut picture = planes(image).ok_or_else(|| failed("not enough memory for a picture"))?;
    let mut codec =
        Codec::new_encoder(CODEC_FORMAT::OPJ_CODEC_JP2).ok_or_else(|| failed("no JP2 encoder"))?;
    {
        let mut stream = Stream::new_file(&path, 1 << 16, false)
            .map_err(|error| PortraitError::Encode(error.to_string()))?;
        let written = codec.setup_encoder(&mut parameters, &mut picture) == 1
            && codec.start_compress(&mut picture, &mut stream) == 1
            && codec.encode(&mut stream) == 1
            && codec.end_compress(&mut stream) == 1
            && stream.flush().is_ok();
        if !written {
            return Err(failed("the JPEG 2000 encoder refuses this picture"));
        }
    }
    let mut bytes = Vec::new();
    File::from(memory).read_to_end(&mut bytes).map_err(|error| PortraitError::Encode(error.to_string()))?;
    Ok(bytes)
}

/// The picture as three planes.
fn planes(image: &RgbImage) -> Option<Box<opj_image>> {
    let (w, h) = (image.width(), image.height());
    let component = opj_image_comptparm { dx: 1, dy: 1, w, h, x0: 0, y0: 0, prec: 8, bpp: 8, sgnd: 0 };
    let mut picture = opj_image::create(&[component; 3], OPJ_COLOR_SPACE::OPJ_CLRSPC_SRGB)?;
    (picture.x1, picture.y1) = (w, h);
    for (channel, levels) in picture.comps_data_mut_iter()?.enumerate() {
        for (level, pixel) in levels.iter_mut().zip(image.pixels().chunks_exact(3)) {
            *level = i32::from(pixel.get(channel).copied().unwrap_or_default());
        }
    }
    Some(picture)
}
