//! The uncompressed 8-bit grey TIFF of the FVC databases.

use tram_biometric::GrayImage;

/// Reads the picture; 500 ppi, as the databases' own tags are wrong.
pub(crate) fn read(bytes: &[u8]) -> Option<GrayImage> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let directory = u32_at(4)? as usize;
    let entries = u16_at(directory)? as usize;
    let tag = |wanted: u16| {
        let at = (0..entries).map(|i| directory + 2 + 12 * i).find(|&at| u16_at(at) == Some(wanted))?;
        let value = if u16_at(at + 2)? == 3 { u32::from(u16_at(at + 8)?) } else { u32_at(at + 8)? };
        Some((u32_at(at + 4)?, value))
    };
    let (width, height) = (tag(256)?.1, tag(257)?.1);
    let (strips, first) = tag(273)?;
    // Strips lie one after the other in these files; with several, the tag points to their offsets.
    let start = if strips == 1 { first } else { u32_at(first as usize)? } as usize;
    let pixels = bytes.get(start..start + (width * height) as usize)?;
    GrayImage::new(width, height, 500, pixels.to_vec()).ok()
}
