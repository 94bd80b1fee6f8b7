//! Four-bit pixels to a grey picture.

use crate::packet::garbage;
use tram_biometric::GrayImage;
use tram_device::DeviceError;

/// The makers' figure for all of these modules.
const PPI: u16 = 500;
/// Width and height of the sensors there are: the rectangular ones and the round R503.
const SIZES: [(u32, u32); 2] = [(256, 288), (192, 192)];
/// Bytes of the largest picture.
pub(crate) const MAX_PICTURE_BYTES: usize = 256 * 288 / 2;

/// The picture in these bytes, two pixels each, the high four bits first.
pub(crate) fn develop(bytes: &[u8]) -> Result<GrayImage, DeviceError> {
    let (width, height) = SIZES
        .into_iter()
        .find(|(width, height)| (width * height) as usize == bytes.len() * 2)
        .ok_or_else(|| garbage(&format!("a picture of {} bytes", bytes.len())))?;
    let pixels = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).map(|level| level * 17).collect();
    GrayImage::new(width, height, PPI, pixels).map_err(|e| garbage(&e.to_string()))
}
