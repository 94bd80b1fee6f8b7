//! What calibration puts on paper and on cards: certificates as pages, the printers' test card.

use tram_biometric::{Language, RgbImage};
use tram_calibration::Certificate;
use tram_calibration::chart::{self, Shape};
use tram_calibration::sheet::Sheet;
use tram_card::CardError;
use tram_card::paper::Paper;

/// A4 in millimetres, and its margins.
const PAGE: (f32, f32) = (210.0, 297.0);
const LEFT: f32 = 18.0;
const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const BOTTOM: f32 = PAGE.1 - 12.0;

/// The page of a certificate in one language; long ones are set smaller until they fit.
pub(super) fn certificate(certificate: &Certificate, language: Language) -> Result<Vec<u8>, CardError> {
    let sheet = Sheet::of(certificate, language);
    let mut size = 3.4;
    loop {
        let (page, end) = lay(&sheet, certificate, size)?;
        if end <= BOTTOM || size < 1.6 {
            return page.pdf();
        }
        size *= 0.93;
    }
}

fn lay(sheet: &Sheet, certificate: &Certificate, size: f32) -> Result<(Paper, f32), CardError> {
    let mut page = Paper::new(PAGE, &format!("{} {}", sheet.title, certificate.id.0));
    if sheet.mark.is_some() {
        page.stamp()?;
    }
    let mut y = page.paragraph((LEFT, 22.0), 6.5, WIDTH, true, &sheet.title)?;
    y = page.paragraph((LEFT, y + 8.0), 4.2, WIDTH, true, &sheet.verdict)? + 2.0 * size;
    for (label, value) in &sheet.facts {
        page.paragraph((LEFT, y), size, 52.0, false, label)?;
        y = page.paragraph((LEFT + 55.0, y), size, WIDTH - 55.0, true, nonempty(value))? + 1.45 * size;
    }
    page.rule((LEFT, y), (LEFT + WIDTH, y));
    y += 1.8 * size;
    for (figure, source) in &sheet.figures {
        y = page.paragraph((LEFT, y), size, WIDTH, false, figure)?;
        y = page.paragraph((LEFT + 4.0, y + 1.15 * size), 0.78 * size, WIDTH - 4.0, false, source)?;
        y += 1.4 * size;
    }
    page.rule((LEFT, y), (LEFT + WIDTH, y));
    for note in &sheet.notes {
        y = page.paragraph((LEFT, y + 1.8 * size), size, WIDTH, false, note)?;
    }
    for picture in &certificate.pictures {
        let line = format!("{}  SHA-256 {}", picture.name, picture.sha256);
        y = page.paragraph((LEFT, y + 1.2 * size), 0.7 * size, WIDTH, false, &line)?;
    }
    Ok((page, y))
}

/// An empty value still takes its line.
fn nonempty(value: &str) -> &str {
    if value.is_empty() { "–" } else { value }
}

/// The printers' test card, as many pixels as a card's face.
pub(super) fn test_card((width, height): (u32, u32)) -> Result<RgbImage, CardError> {
    let chart = chart::printer_card();
    let mm = |(x, y): (f64, f64)| (x as f32, y as f32);
    let mut card = Paper::new((chart.width as f32, chart.height as f32), chart.title);
    for (colour, shape) in &chart.shapes {
        match shape {
            Shape::Disc(centre, diameter) => card.disc(mm(*centre), *diameter as f32, *colour),
            Shape::Polygon(corners) => {
                card.polygon(&corners.iter().copied().map(mm).collect::<Vec<_>>(), *colour);
            }
            Shape::Text(place, size, words) => {
                let right = chart.width as f32 - place.0 as f32;
                card.paragraph(mm(*place), *size as f32, right, false, words)?;
            }
        }
    }
    let picture = card.picture(width, height)?;
    super::pictures::ours(picture).map_err(|_size| CardError::Encode("the test card"))
}
