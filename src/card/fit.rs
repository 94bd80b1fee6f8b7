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
    let words = Words::measure(text, face)?;
    for size in std::iter::successors(Some(size_mm), |size| Some(size * STEP)).take(STEPS) {
        let broken = words.lines(width_mm / size);
        if broken.len() > most_lines {
            continue;
        }
        let lines: Vec<Run> = broken.iter().map(|line| font::set(face, line)).collect::<Result<_, _>>()?;
        if lines.iter().all(|line| line.width_em * size <= width_mm) {
            return Ok(Fitted { size_mm: size, lines });
        }
    }
    Err(CardError::TextTooLong(what))
}

/// Sets `text` at `size_mm` in as many lines as it takes; only a word wider than the column makes the type shrink.
///
/// # Errors
/// As [`fit`].
pub(crate) fn wrap(
    what: Part,
    text: &str,
    face: Face,
    size_mm: f32,
    width_mm: f32,
) -> Result<Fitted, CardError> {
    let lines = Words::measure(text, face)?.lines(width_mm / size_mm).len();
    fit(what, text, face, size_mm, width_mm, lines)
}

/// The words of a text with their widths in ems.
struct Words<'a> {
    words: Vec<(&'a str, f32)>,
    space_em: f32,
}

impl<'a> Words<'a> {
    fn measure(text: &'a str, face: Face) -> Result<Self, CardError> {
        let words = text
            .split_whitespace()
            .map(|word| Ok((word, font::set(face, word)?.width_em)))
            .collect::<Result<_, CardError>>()?;
        Ok(Self { words, space_em: font::set(face, " ")?.width_em })
    }

    /// Breaks at spaces; a single word that is too wide stays whole and too wide.
    fn lines(&self, width_em: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut reached = 0.0;
        for (word, word_em) in &self.words {
            match lines.last_mut() {
                Some(line) if reached + self.space_em + word_em <= width_em => {
                    line.push(' ');
                    line.push_str(word);
                    reached += self.space_em + word_em;
                }
                _ => {
                    lines.push((*word).to_owned());
                    reached = *word_em;
                }
            }
        }
        lines
    }
}
