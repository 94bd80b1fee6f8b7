//! Drawing one side of a card from its template.

use crate::fit::fit;
use crate::font::{self, CAP_HEIGHT_EM, Face};
use crate::sheet::{Align, BLACK, Colour, Mark, Sheet, WHITE};
use crate::symbol::{QUIET_MODULES, Symbol};
use crate::template::{Element, Field, Layout, Side, Template};
use crate::{CardData, CardError, Part, data, qr, raster, specimen};
use image::RgbImage;
use resvg::tiny_skia::{Path, PathBuilder, Rect};

/// A module of a QR must be at least this many printer dots, or phones fail to read it.
const LEAST_MODULE_PX: f32 = 3.0;
/// Baseline to baseline, in ems.
const LEADING: f32 = 1.22;
const STAMP: Colour = [200, 16, 46, 96];
const BAND: Colour = [200, 16, 46, 215];
const BAND_HEIGHT_MM: f32 = 3.4;

/// See [`Template::render`].
pub(crate) fn side(template: &Template, card: &CardData, side: Side) -> Result<RgbImage, CardError> {
    let layout = &template.layout;
    let (elements, ground) = match side {
        Side::Front => (&layout.front, &template.front),
        Side::Back => (&layout.back, &template.back),
    };
    let mut pixels = ground.clone();
    let mut placing = Placing { layout, card, sheet: Sheet::new(layout.card_mm[0], layout.card_mm[1]) };
    for element in elements {
        if let Element::Portrait { at, size } = element
            && let (Some(portrait), Some(at)) = (&card.portrait, boxed(*at, *size))
        {
            raster::picture(&mut pixels, portrait, at, layout.dpi, placing.bleed_mm());
        }
        placing.place(element)?;
    }
    raster::draw(&placing.sheet, &mut pixels, layout.dpi, placing.bleed_mm())?;
    Ok(raster::flatten(&pixels))
}

struct Placing<'a> {
    layout: &'a Layout,
    card: &'a CardData,
    sheet: Sheet,
}

impl Placing<'_> {
    fn place(&mut self, element: &Element) -> Result<(), CardError> {
        match element {
            Element::Label { text, at: [x, y], face, size, align, colour } => {
                self.sheet.text((*x, *y), (*face, *size), *align, opaque(*colour), text)?;
            }
            Element::Value { field, at: [x, y], width, lines, face, size, colour, upper } => {
                let text = field.of(self.card);
                let text = if *upper { text.to_uppercase() } else { text };
                let fitted = fit(field.part(), &text, *face, *size, *width, *lines)?;
                // Shrunk type keeps its middle, not its foot, where full type would have it.
                let lift = (size - fitted.size_mm) * CAP_HEIGHT_EM / 2.0;
                self.sheet.lines(fitted, (*x, y - lift), LEADING, Align::Left, opaque(*colour));
            }
            Element::Portrait { at, size } => self.place_band(*at, *size)?,
            Element::Qr { at, side } => self.place_qr(*at, *side)?,
            Element::Mrz { at: [x, y], pitch, leading } => {
                for (index, line) in self.card.mrz()?.lines().iter().enumerate() {
                    let run = font::set(Face::OcrB, line)?;
                    let size = pitch * run.glyphs.len() as f32 / run.width_em;
                    self.sheet.run(run, size, (*x, y + index as f32 * leading), Align::Left, BLACK);
                }
            }
            Element::Specimen { at: [x, y], width, rise_deg } => {
                if self.card.specimen {
                    specimen::stamp(&mut self.sheet, (*x, *y), *width, *rise_deg, STAMP)?;
                }
            }
            Element::Chip { at: [x, y], size: [width, height], radius } => {
                if let Some(path) = rounded(*x, *y, *width, *height, *radius) {
                    self.sheet.marks.push(Mark::Fill { path, colour: WHITE });
                }
            }
        }
        Ok(())
    }

    /// A specimen's portrait is marked too, so that it cannot be cut out and used.
    fn place_band(&mut self, [x, y]: [f32; 2], [width, height]: [f32; 2]) -> Result<(), CardError> {
        let band = boxed([x, y + height - BAND_HEIGHT_MM], [width, BAND_HEIGHT_MM]);
        if let Some(band) = band.filter(|_| self.card.specimen && self.card.portrait.is_some()) {
            self.sheet.fill_box(band, BAND);
            let centre = (f32::midpoint(band.left(), band.right()), f32::midpoint(band.top(), band.bottom()));
            specimen::stamp(&mut self.sheet, centre, width * 0.92, 0.0, WHITE)?;
        }
        Ok(())
    }

    /// The symbol on white, which reaches over it by the quiet zone.
    fn place_qr(&mut self, [x, y]: [f32; 2], side: f32) -> Result<(), CardError> {
        let most_modules = side / self.mm(LEAST_MODULE_PX);
        let symbol = Symbol::new(&qr::compose(self.card)?, most_modules as usize)?;
        let quiet = QUIET_MODULES as f32 * side / symbol.side() as f32;
        let white = side + 2.0 * quiet;
        if let Some(path) = rounded(x - quiet, y - quiet, white, white, quiet / 2.0) {
            self.sheet.marks.push(Mark::Fill { path, colour: WHITE });
        }
        self.sheet.symbol(symbol, (x, y), side);
        Ok(())
    }

    /// How far the picture reaches over the card's left and upper edges.
    fn bleed_mm(&self) -> (f32, f32) {
        let ([width, height], [card_width, card_height]) = (self.layout.size_px, self.layout.card_mm);
        ((self.mm(width as f32) - card_width) / 2.0, (self.mm(height as f32) - card_height) / 2.0)
    }

    fn mm(&self, px: f32) -> f32 {
        px * 25.4 / self.layout.dpi
    }
}

impl Field {
    fn of(self, card: &CardData) -> String {
        match self {
            Self::PersonalNumber => card.personal_number.clone(),
            Self::FullName => card.full_name(),
            Self::Birth => data::slashed(card.birth),
            Self::Sex => card.sex.vietnamese().to_owned(),
            Self::Nationality => card.nationality.clone(),
            Self::Residence => card.residence.clone(),
            Self::BirthRegistration => card.birth_registration.clone(),
            Self::Issued => data::slashed(card.issued),
            Self::Expiry => card.expiry.map_or_else(|| "Không thời hạn".to_owned(), data::slashed),
        }
    }

    /// As an error names it.
    fn part(self) -> Part {
        match self {
            Self::PersonalNumber => Part::PersonalNumber,
            Self::FullName => Part::FullName,
            Self::Birth => Part::BirthDate,
            Self::Sex => Part::Sex,
            Self::Nationality => Part::Nationality,
            Self::Residence => Part::Residence,
            Self::BirthRegistration => Part::BirthRegistration,
            Self::Issued => Part::IssueDate,
            Self::Expiry => Part::ExpiryDate,
        }
    }
}

fn opaque([r, g, b]: [u8; 3]) -> Colour {
    [r, g, b, 255]
}

fn boxed([x, y]: [f32; 2], [width, height]: [f32; 2]) -> Option<Rect> {
    Rect::from_xywh(x, y, width, height)
}

/// A box with quarter-circle corners.
fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    // A cubic whose handles are this share of the radius stays within 0.03 % of the circle.
    const HANDLE: f32 = 0.552_285;
    let (right, bottom, rest) = (x + width, y + height, radius * (1.0 - HANDLE));
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - rest, y, right, y + rest, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - rest, right - rest, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + rest, bottom, x, bottom - rest, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + rest, x + rest, y, x + radius, y);
    path.close();
    path.finish()
}
