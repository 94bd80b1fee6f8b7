//! Text in a box: lines are broken at spaces and the type shrinks until everything stands inside. Nothing is ever cut
//! off: a card that lost a letter of a name would be a wrong card.

use crate::font::{self, Face, Run};
use crate::{CardError, Part};

/// Type shrinks in these steps, to 45 % of its size, before the text is refused.
const STEP: f32 = 0.97;
const STEPS: usize = 27;

/// Lines that fit, and the size that makes them fit.
#[derive(Debug)]
pub(crate) struct Fitted {
    /// The em in millimetres.
    pub(crate) size_mm: f32,
    pub(crate) lines: Vec<Run>,
}

/// Sets `text` in at most `most_lines` lines no wider than `width_mm`, at `size_mm` or smaller.
///
/// # Errors
/// [`CardError::TextTooLong`] naming `what`, or [`CardError::Glyph`].
pub(crate) fn fit(
    what: Part,
    text: &str,
    face: Face,
    size_mm: f32,
    width_mm: f32,
    most_lines: usize,
) -> Result<Fitted, CardError> {
    for size in std::iter::successors(Some(size_mm), |size| Some(size * STEP)).take(STEPS) {
        let lines = wrap(text, face, width_mm / size)?;
        if lines.len() <= most_lines && lines.iter().all(|line| line.width_em * size <= width_mm) {
            return Ok(Fitted { size_mm: size, lines });
        }
    }
    Err(CardError::TextTooLong(what))
}

/// Breaks at spaces; a single word that is too wide stays whole and too wide, for [`fit`] to shrink.
pub(crate) fn wrap(text: &str, face: Face, width_em: f32) -> Result<Vec<Run>, CardError> {
    let mut lines: Vec<Run> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || font::set(face, &longer)?.width_em <= width_em {
            line = longer;
        } else {
            lines.push(font::set(face, &line)?);
            word.clone_into(&mut line);
        }
    }
    if !line.is_empty() {
        lines.push(font::set(face, &line)?);
    }
    Ok(lines)
}
