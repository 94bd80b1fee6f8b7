//! A page of plain paper or a whole card, drawn piece by piece in millimetres: calibration certificates, test cards.

use crate::fit::wrap;
use crate::font::Face;
use crate::sheet::{Align, BLACK, Colour, Mark, Sheet};
use crate::{CardError, Part, pdf, raster, specimen};
use image::RgbImage;
use resvg::tiny_skia::{Color, PathBuilder, Pixmap};

const STAMP: Colour = [200, 16, 46, 48];

/// A page under the pen.
pub struct Paper {
    sheet: Sheet,
    title: String,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper").field("title", &self.title).finish_non_exhaustive()
    }
}

impl Paper {
    /// A white page of this size.
    pub fn new((width_mm, height_mm): (f32, f32), title: &str) -> Self {
        Self { sheet: Sheet::new(width_mm, height_mm), title: title.to_owned() }
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[(f32, f32)], [r, g, b]: [u8; 3]) {
        let mut builder = PathBuilder::new();
        for (index, (x, y)) in corners.iter().enumerate() {
            if index == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
        }
        builder.close();
        if let Some(path) = builder.finish() {
            self.sheet.marks.push(Mark::Fill { path, colour: [r, g, b, 255] });
        }
    }

    /// A filled disc.
    pub fn disc(&mut self, (x, y): (f32, f32), diameter_mm: f32, [r, g, b]: [u8; 3]) {
        if let Some(path) = PathBuilder::from_circle(x, y, diameter_mm / 2.0) {
            self.sheet.marks.push(Mark::Fill { path, colour: [r, g, b, 255] });
        }
    }

    /// A thin line across.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.sheet.line(from, to, 0.2, [170, 172, 178, 255]);
    }

    /// Text in a column from its first baseline downwards; returns its last baseline.
    ///
    /// # Errors
    /// [`CardError::TextTooLong`], [`CardError::Glyph`]: nothing of the text was written.
    pub fn paragraph(
        &mut self,
        (x, first): (f32, f32),
        size_mm: f32,
        width_mm: f32,
        is_bold: bool,
        text: &str,
    ) -> Result<f32, CardError> {
        let face = if is_bold { Face::SemiBold } else { Face::Regular };
        let fitted = wrap(Part::SlipText, text, face, size_mm, width_mm)?;
        Ok(self.sheet.lines(fitted, (x, first), 1.3, Align::Left, BLACK))
    }

    /// Says across the page that it is no real document.
    ///
    /// # Errors
    /// [`CardError::Typeface`] if the program is damaged.
    pub fn stamp(&mut self) -> Result<(), CardError> {
        let (width, height) = (self.sheet.width_mm, self.sheet.height_mm);
        specimen::stamp(&mut self.sheet, (width * 0.45, height * 0.55), width, 55.0, STAMP)
    }

    /// The PDF's bytes, always the same for the same page.
    ///
    /// # Errors
    /// [`CardError::Typeface`] if the program is damaged.
    pub fn pdf(&self) -> Result<Vec<u8>, CardError> {
        pdf::write(&self.sheet, &self.title)
    }

    /// The page in pixels of this size.
    ///
    /// # Errors
    /// [`CardError::Typeface`] if the program is damaged.
    pub fn picture(&self, width: u32, height: u32) -> Result<RgbImage, CardError> {
        let mut page = Pixmap::new(width, height).ok_or(CardError::Encode("a page"))?;
        page.fill(Color::WHITE);
        let dpi = width as f32 / self.sheet.width_mm * 25.4;
        raster::draw(&self.sheet, &mut page, dpi, (0.0, 0.0))?;
        Ok(raster::flatten(&page))
    }
}
