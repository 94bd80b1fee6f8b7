//! The mark on everything that is not a real document.

use crate::CardError;
use crate::font::{self, CAP_HEIGHT_EM, Face};
use crate::sheet::{Colour, Mark, Sheet};

/// "Mẫu" is the specimen in Vietnamese.
const WORDS: &str = "MẪU / SPECIMEN – TEST";

/// Writes the words through `centre_mm`, `width_mm` long, rising to the right by `rise_deg`.
pub(crate) fn stamp(
    sheet: &mut Sheet,
    centre_mm: (f32, f32),
    width_mm: f32,
    rise_deg: f32,
    colour: Colour,
) -> Result<(), CardError> {
    let run = font::set(Face::Bold, WORDS)?;
    let size_mm = width_mm / run.width_em;
    let (sin, cos) = (libm::sinf(rise_deg.to_radians()), libm::cosf(rise_deg.to_radians()));
    let (along, below) = (width_mm / 2.0, size_mm * CAP_HEIGHT_EM / 2.0);
    sheet.marks.push(Mark::Text {
        run,
        size_mm,
        x_mm: centre_mm.0 - along * cos + below * sin,
        y_mm: centre_mm.1 + along * sin + below * cos,
        turn_deg: -rise_deg,
        colour,
    });
    Ok(())
}
