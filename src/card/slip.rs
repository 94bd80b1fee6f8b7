//! The appointment slip (giấy hẹn trả kết quả, form CC02) on A4, as a PDF to print and as a picture to preview.
//!
//! The page is laid out once; both forms draw the same sheet.

use crate::sheet::Sheet;
use crate::{CardError, pdf, raster, slip_layout};
use image::RgbImage;
use resvg::tiny_skia::{Color, Pixmap};
use std::fmt;
use time::{Date, PrimitiveDateTime};

/// The same words in the two languages of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// Vietnamese, always printed.
    pub vi: String,
    /// English, printed under the Vietnamese where the slip asks for it.
    pub en: String,
}

impl Bilingual {
    /// Both wordings.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

/// The languages a slip is printed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlipLanguage {
    /// Vietnamese only.
    #[default]
    Vietnamese,
    /// Vietnamese with an English line under each.
    WithEnglish,
}

/// One line of what was captured: "Vân tay" – "8 ngón, thiếu 2".
#[derive(Clone, PartialEq, Eq)]
pub struct Captured {
    /// What: portrait, fingerprints, signature.
    pub what: Bilingual,
    /// How much of it, and what is missing.
    pub outcome: Bilingual,
}

/// What a slip says. Every wording that law or policy may change comes from the caller.
#[derive(Clone)]
pub struct SlipData {
    /// The authority above the office.
    pub authority: String,
    /// The office that received the dossier.
    pub office: String,
    /// Where to collect the result: the office's address, or the postal address asked for.
    pub collect_at: String,
    /// The office's telephone number.
    pub phone: Option<String>,
    /// The dossier number.
    pub dossier_number: String,
    /// The applicant's full name.
    pub applicant: String,
    /// The applicant's personal number, where one exists.
    pub personal_number: Option<String>,
    /// The applicant's date of birth.
    pub birth: Date,
    /// The applicant's place of residence.
    pub residence: String,
    /// The procedure.
    pub procedure: Bilingual,
    /// What was captured, in order.
    pub captured: Vec<Captured>,
    /// When the dossier was received, local time.
    pub received: PrimitiveDateTime,
    /// The day of the appointment.
    pub due: Date,
    /// The fee in đồng; 0 prints "Không thu lệ phí".
    pub fee_vnd: u64,
    /// What became of the fee: paid, and how; exempt, and why.
    pub fee_note: Option<Bilingual>,
    /// The officer's full name.
    pub officer: String,
    /// What the QR holds, already signed.
    pub qr_payload: String,
    /// Languages.
    pub language: SlipLanguage,
    /// Whether the slip is a specimen: everything virtual, synthetic or TEST is, and the page says so.
    pub specimen: bool,
}

impl fmt::Debug for SlipData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlipData").field("specimen", &self.specimen).finish_non_exhaustive()
    }
}

/// A slip that is laid out.
pub struct Slip {
    sheet: Sheet,
    title: String,
}

impl fmt::Debug for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slip { .. }")
    }
}

impl Slip {
    /// Lays the page out; long texts wrap, and where the page would overflow everything becomes a little smaller.
    ///
    /// # Errors
    /// [`CardError::QrTooLong`], [`CardError::Glyph`], or [`CardError::TextTooLong`] when even small type overflows.
    pub fn new(slip: &SlipData) -> Result<Self, CardError> {
        let title = format!("Giấy hẹn trả kết quả {}", slip.dossier_number);
        Ok(Self { sheet: slip_layout::page(slip)?, title })
    }

    /// The PDF's bytes: one page of A4, always the same for the same slip.
    ///
    /// # Errors
    /// [`CardError::Typeface`], only if the program is damaged.
    pub fn pdf(&self) -> Result<Vec<u8>, CardError> {
        pdf::write(&self.sheet, &self.title)
    }

    /// The same page as a picture; `dpi` is held between 36 and 600.
    ///
    /// # Errors
    /// [`CardError::Typeface`] if the program is damaged.
    pub fn preview(&self, dpi: u16) -> Result<RgbImage, CardError> {
        let dpi = f32::from(dpi.clamp(36, 600));
        let px = |mm: f32| (mm / 25.4 * dpi).round() as u32;
        let mut page = Pixmap::new(px(self.sheet.width_mm), px(self.sheet.height_mm))
            .ok_or(CardError::Encode("a page"))?;
        page.fill(Color::WHITE);
        raster::draw(&self.sheet, &mut page, dpi, (0.0, 0.0))?;
        Ok(raster::flatten(&page))
    }
}
