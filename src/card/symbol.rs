//! A QR symbol as a square of dark and light modules, and as a picture.

use crate::CardError;
use image::{GrayImage, Luma};
use qrcode::{EcLevel, QrCode};

/// Light modules that ISO/IEC 18004 asks for around a symbol.
pub(crate) const QUIET_MODULES: usize = 4;

/// A QR symbol (ISO/IEC 18004), without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    side: usize,
    dark: Vec<bool>,
}

impl Symbol {
    /// The symbol for `contents`, of at most `most_modules` a side.
    ///
    /// Level M (15 % of the symbol may be damaged) where it fits, else level L.
    ///
    /// # Errors
    /// [`CardError::QrTooLong`].
    pub fn new(contents: &str, most_modules: usize) -> Result<Self, CardError> {
        [EcLevel::M, EcLevel::L]
            .into_iter()
            .filter_map(|level| QrCode::with_error_correction_level(contents, level).ok())
            .find(|code| code.width() <= most_modules)
            .map(|code| Self {
                side: code.width(),
                dark: code.into_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect(),
            })
            .ok_or(CardError::QrTooLong)
    }

    /// Modules a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in this column and row is dark; outside the symbol all is light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.side && self.dark.get(row * self.side + column).copied().unwrap_or(false)
    }

    /// The symbol with its quiet zone, `module_px` pixels a module.
    pub fn picture(&self, module_px: u32) -> GrayImage {
        let module = module_px.max(1);
        let side = (self.side + 2 * QUIET_MODULES) as u32 * module;
        GrayImage::from_fn(side, side, |x, y| {
            let at = |px: u32| ((px / module) as usize).checked_sub(QUIET_MODULES);
            match (at(x), at(y)) {
                (Some(column), Some(row)) if self.is_dark(column, row) => Luma([0]),
                _ => Luma([255]),
            }
        })
    }
}
