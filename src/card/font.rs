//! The typefaces, their measures and their outlines.
//!
//! Be Vietnam Pro for people, OCR-B for machines. Text is set in NFC from precomposed letters with pair kerning, which
//! is all the shaping that Vietnamese needs; names of the highlands add letters put together from a base and a mark.

use crate::{CardError, gpos};
use resvg::tiny_skia::{Path, PathBuilder, Transform};
use serde::Deserialize;
use ttf_parser::{GlyphId, OutlineBuilder};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// How tall the capitals of Be Vietnam Pro are.
pub(crate) const CAP_HEIGHT_EM: f32 = 0.7;

/// A built-in typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Face {
    Regular,
    Medium,
    SemiBold,
    Bold,
    OcrB,
}

impl Face {
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../assets/fonts/BeVietnamPro-Regular.ttf"),
            Self::Medium => include_bytes!("../../assets/fonts/BeVietnamPro-Medium.ttf"),
            Self::SemiBold => include_bytes!("../../assets/fonts/BeVietnamPro-SemiBold.ttf"),
            Self::Bold => include_bytes!("../../assets/fonts/BeVietnamPro-Bold.ttf"),
            Self::OcrB => include_bytes!("../../assets/card/OCRB.otf"),
        }
    }

    /// The typeface parsed; cheap, the tables are read where they lie.
    ///
    /// # Errors
    /// [`CardError::Typeface`] when the program's own bytes are damaged.
    pub(crate) fn parse(self) -> Result<ttf_parser::Face<'static>, CardError> {
        ttf_parser::Face::parse(self.bytes(), 0).map_err(|_damaged| CardError::Typeface)
    }
}

/// One glyph of a line: its number in the typeface, the letter it stands for and its place in ems from the line's start.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    pub(crate) letter: char,
    pub(crate) x_em: f32,
    /// Above the baseline: 0 but for marks that are set over their letter.
    pub(crate) y_em: f32,
}

/// A line of text set in one typeface, measured in ems.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) face: Face,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) width_em: f32,
}

/// Sets a line.
///
/// A letter the typeface has no whole glyph for (the ŭ of Ayŭn, the ŏ of Mlŏ) is put together from its base and marks.
///
/// # Errors
/// [`CardError::Glyph`] for a letter the typeface lacks.
pub(crate) fn set(face: Face, text: &str) -> Result<Run, CardError> {
    let font = face.parse()?;
    let em = |units: i32| units as f32 / f32::from(font.units_per_em());
    let mut glyphs: Vec<Glyph> = Vec::new();
    let (mut pen, mut base) = (0, None);
    for letter in letters(&font, text)? {
        let id = font.glyph_index(letter).ok_or(CardError::Glyph(letter.into()))?;
        if let Some((under, under_x)) = base.filter(|_| is_combining_mark(letter)) {
            let (x, y) = gpos::attachment(&font, under, id);
            glyphs.push(Glyph { id: id.0, letter, x_em: em(under_x + x), y_em: em(y) });
        } else {
            pen += base.map_or(0, |(left, _)| gpos::kerning(&font, left, id));
            glyphs.push(Glyph { id: id.0, letter, x_em: em(pen), y_em: 0.0 });
            base = Some((id, pen));
            pen += i32::from(font.glyph_hor_advance(id).unwrap_or(0));
        }
    }
    Ok(Run { face, glyphs, width_em: em(pen) })
}

/// The text in NFC, except letters without a glyph of their own, which are decomposed.
fn letters(font: &ttf_parser::Face<'_>, text: &str) -> Result<Vec<char>, CardError> {
    let mut letters = Vec::new();
    for letter in text.nfc().filter(|&letter| !is_invisible(letter)) {
        // The modifier apostrophe of Ê Đê and Bahnar names looks the same as the typographic one.
        let letter = if letter == 'ʼ' { '’' } else { letter };
        let parts: Vec<char> = std::iter::once(letter).nfd().collect();
        match parts.as_slice() {
            _ if font.glyph_index(letter).is_some() => letters.push(letter),
            [_] | [] => return Err(CardError::Glyph(letter.into())),
            // A mark over i takes the place of its dot.
            ['i', marks @ ..] => letters.extend(std::iter::once('ı').chain(marks.iter().copied())),
            parts => letters.extend(parts),
        }
    }
    Ok(letters)
}

/// Soft hyphens, joiners and byte order marks that come along when text is copied from elsewhere.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The outline of a run with its baseline's start at the origin, y down, `size` units an em.
pub(crate) fn outline(run: &Run, size: f32) -> Result<Option<Path>, CardError> {
    let font = run.face.parse()?;
    let scale = size / f32::from(font.units_per_em());
    let mut builder = PathBuilder::new();
    for glyph in &run.glyphs {
        let mut pen = Pen(PathBuilder::new());
        font.outline_glyph(GlyphId(glyph.id), &mut pen);
        let place = Transform::from_row(scale, 0.0, 0.0, -scale, glyph.x_em * size, -glyph.y_em * size);
        if let Some(path) = pen.0.finish().and_then(|path| path.transform(place)) {
            builder.push_path(&path);
        }
    }
    Ok(builder.finish())
}

struct Pen(PathBuilder);

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }
    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_whole_or_put_together() {
        let letters =
            |text| set(Face::Bold, text).map(|run| run.glyphs.iter().map(|g| g.letter).collect::<String>());
        for (text, expected) in [
            ("Nguye\u{302}\u{303}n", "Nguyễn"),
            ("Ayŭn", "Ayu\u{306}n"),
            ("Kĭ", "Kı\u{306}"),
            ("H\u{2bc}Mŏ", "H’Mo\u{306}"),
            ("An\u{200b}\u{ad}", "An"),
        ] {
            assert_eq!(letters(text).unwrap(), expected);
        }
        assert!(matches!(letters("王"), Err(CardError::Glyph(0x738b))));
    }

    #[test]
    fn a_mark_stands_over_its_letter_and_takes_no_room() {
        let (plain, marked) = (set(Face::Bold, "Ayun").unwrap(), set(Face::Bold, "Ayŭn").unwrap());
        assert!((plain.width_em - marked.width_em).abs() < 1e-6);
        let [_, _, letter, mark, _] = marked.glyphs.as_slice() else { panic!("{marked:?}") };
        assert!(mark.x_em > letter.x_em - 0.2 && mark.x_em < letter.x_em + 0.6, "{marked:?}");
    }

    #[test]
    fn pairs_are_kerned() {
        let width = |text| set(Face::Bold, text).unwrap().width_em;
        assert!(width("VA") < width("V") + width("A") - 0.01);
    }
}
