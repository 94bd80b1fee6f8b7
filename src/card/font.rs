//! The typefaces, their measures and their outlines.
//!
//! Be Vietnam Pro for people, OCR-B for machines. Text is set in NFC from precomposed letters with pair kerning, which
//! is all the shaping that Vietnamese needs.

use crate::CardError;
use resvg::tiny_skia::{Path, PathBuilder, Transform};
use serde::Deserialize;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{GlyphId, OutlineBuilder, Tag};
use unicode_normalization::UnicodeNormalization as _;

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
/// # Errors
/// [`CardError::Glyph`] for a letter the typeface lacks.
pub(crate) fn set(face: Face, text: &str) -> Result<Run, CardError> {
    let font = face.parse()?;
    let units_per_em = f32::from(font.units_per_em());
    let mut glyphs: Vec<Glyph> = Vec::new();
    let (mut x, mut left) = (0.0, None);
    for letter in text.nfc() {
        let id = font.glyph_index(letter).ok_or(CardError::Glyph(letter.into()))?;
        x += left.map_or(0.0, |left| kerning(&font, left, id)) / units_per_em;
        glyphs.push(Glyph { id: id.0, letter, x_em: x });
        x += f32::from(font.glyph_hor_advance(id).unwrap_or(0)) / units_per_em;
        left = Some(id);
    }
    Ok(Run { face, glyphs, width_em: x })
}

/// Pair kerning in font units, from the `kern` feature of GPOS.
fn kerning(font: &ttf_parser::Face<'_>, left: GlyphId, right: GlyphId) -> f32 {
    let Some(gpos) = font.tables().gpos else { return 0.0 };
    let lookups = gpos
        .features
        .into_iter()
        .filter(|feature| feature.tag == Tag::from_bytes(b"kern"))
        .flat_map(|feature| feature.lookup_indices);
    for lookup in lookups.filter_map(|index| gpos.lookups.get(index)) {
        for table in lookup.subtables.into_iter::<PositioningSubtable<'_>>() {
            let PositioningSubtable::Pair(pair) = table else { continue };
            let Some(covered) = pair.coverage().get(left) else { continue };
            let value = match pair {
                PairAdjustment::Format1 { sets, .. } => sets.get(covered).and_then(|set| set.get(right)),
                PairAdjustment::Format2 { classes, matrix, .. } => {
                    matrix.get((classes.0.get(left), classes.1.get(right)))
                }
            };
            if let Some((first, _)) = value {
                return f32::from(first.x_advance);
            }
        }
    }
    0.0
}

/// The outline of a run with its baseline's start at the origin, y down, `size` units an em.
pub(crate) fn outline(run: &Run, size: f32) -> Result<Option<Path>, CardError> {
    let font = run.face.parse()?;
    let scale = size / f32::from(font.units_per_em());
    let mut builder = PathBuilder::new();
    for glyph in &run.glyphs {
        let mut pen = Pen(PathBuilder::new());
        font.outline_glyph(GlyphId(glyph.id), &mut pen);
        let place = Transform::from_row(scale, 0.0, 0.0, -scale, glyph.x_em * size, 0.0);
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
