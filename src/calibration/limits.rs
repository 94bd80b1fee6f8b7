//! Acceptance limits, dated reference data: the file `calibration/limits.toml`.
//!
//! Each limit names its source and how far that source may be trusted. A number that nobody has read in its standard says
//! `unverified`, and no certificate may claim that standard because of it.

use crate::CalibrationError;
use crate::quantity::Quantity;
use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;
use tram_biometric::Language;

const SHIPPED: &str = include_str!("../../calibration/limits.toml");

/// A class of devices that share limits and a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceClass {
    /// A reader of single fingers.
    FingerReader,
    /// A reader of slaps.
    SlapReader,
    /// A portrait camera with its lamps and background.
    Camera,
    /// A card printer.
    CardPrinter,
    /// An iris camera.
    IrisCamera,
}

impl DeviceClass {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::FingerReader, Self::SlapReader, Self::Camera, Self::CardPrinter, Self::IrisCamera];

    /// What people call it.
    pub fn name(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::FingerReader => ("đầu đọc vân tay", "fingerprint reader"),
            Self::SlapReader => ("đầu đọc vân tay bốn ngón", "slap reader"),
            Self::Camera => ("máy ảnh chân dung", "portrait camera"),
            Self::CardPrinter => ("máy in thẻ", "card printer"),
            Self::IrisCamera => ("máy chụp mống mắt", "iris camera"),
        };
        language.pick(vi, en)
    }
}

/// How far a limit's source may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The number was read in the source named.
    Read,
    /// The source named is where the number should come from; nobody here has read it there.
    Unverified,
    /// The station's own choice.
    Own,
}

impl Basis {
    /// How it stands beside a limit.
    pub fn name(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Read => ("đã đọc trong nguồn", "read in the source"),
            Self::Unverified => ("chưa kiểm chứng", "unverified"),
            Self::Own => ("do trạm chọn", "the station's own"),
        };
        language.pick(vi, en)
    }
}

/// The limits of one quantity for one class of devices.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Which devices.
    pub class: DeviceClass,
    /// Which figure.
    pub quantity: Quantity,
    /// Smallest value that passes.
    pub at_least: Option<f64>,
    /// Largest value that passes.
    pub at_most: Option<f64>,
    /// Where the numbers are from.
    pub source: String,
    /// How far that may be trusted.
    pub basis: Basis,
    /// Whether a device cannot pass without this figure; otherwise it counts where it was measured.
    pub required: bool,
}

/// All limits in force from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    valid_from: String,
    /// For how long and how many captures a certificate holds, by class.
    validity: Vec<Validity>,
    limit: Vec<Limit>,
}

/// For how long a certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// Of which devices.
    pub class: DeviceClass,
    /// Days, the day of issue not counted.
    pub days: u16,
    /// Captures, or cards printed.
    pub uses: u32,
}

impl Limits {
    /// The limits shipped with the station.
    ///
    /// # Errors
    /// [`CalibrationError::Limits`] when the file is damaged.
    pub fn shipped() -> Result<Self, CalibrationError> {
        Self::parse(SHIPPED)
    }

    /// Limits from the text of a file.
    ///
    /// # Errors
    /// [`CalibrationError::Limits`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let limits: Self =
            toml::from_str(text).map_err(|error| CalibrationError::Limits(error.message().to_owned()))?;
        limits.check().map_err(CalibrationError::Limits)?;
        Ok(limits)
    }

    fn check(&self) -> Result<(), String> {
        if self.valid_from().is_none() {
            return Err("valid_from is no day".to_owned());
        }
        for class in DeviceClass::ALL {
            if self.validity.iter().filter(|validity| validity.class == class).count() != 1 {
                return Err(format!("{class:?} needs one validity"));
            }
        }
        for (index, limit) in self.limit.iter().enumerate() {
            let what = limit.quantity.code();
            let ends = [limit.at_least, limit.at_most];
            let is_range = ends.iter().flatten().all(|end| end.is_finite())
                && ends.iter().any(Option::is_some)
                && limit.at_least.zip(limit.at_most).is_none_or(|(least, most)| least <= most);
            if !is_range {
                return Err(format!("{what} has no range"));
            }
            let twice = |other: &Limit| other.class == limit.class && other.quantity == limit.quantity;
            if self.limit.iter().skip(index + 1).any(twice) {
                return Err(format!("{what} is limited twice"));
            }
        }
        Ok(())
    }

    /// First day on which they hold.
    pub fn valid_from(&self) -> Option<Date> {
        Date::parse(&self.valid_from, format_description!("[year]-[month]-[day]")).ok()
    }

    /// The limits of a class.
    pub fn of(&self, class: DeviceClass) -> impl Iterator<Item = &Limit> {
        self.limit.iter().filter(move |limit| limit.class == class)
    }

    /// The limit of one figure of a class.
    pub fn find(&self, class: DeviceClass, quantity: Quantity) -> Option<&Limit> {
        self.of(class).find(|limit| limit.quantity == quantity)
    }

    /// How long a certificate of a class holds.
    pub fn validity(&self, class: DeviceClass) -> Option<Validity> {
        self.validity.iter().copied().find(|validity| validity.class == class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_limits_cover_every_class_and_name_their_sources() {
        let limits = Limits::shipped().unwrap();
        for class in DeviceClass::ALL {
            assert!(limits.of(class).filter(|limit| limit.required).count() >= 6, "{class:?}");
        }
        assert!(limits.limit.iter().all(|limit| limit.source.len() > 5));
    }

    /// What nobody here has read is never called read: the documents behind these numbers were not to be had.
    #[test]
    fn numbers_from_memory_are_marked() {
        for limit in Limits::shipped().unwrap().limit {
            let unread = ["PIV-071006", "Appendix F", "ISO/IEC 39794-5"];
            if unread.iter().any(|source| limit.source.contains(source)) {
                assert_eq!(limit.basis, Basis::Unverified, "{}", limit.quantity.code());
            }
        }
    }

    #[test]
    fn a_damaged_file_is_refused_with_its_reason() {
        let whole = SHIPPED;
        for (from, to) in [
            ("valid_from = \"2026", "valid_from = \"year"),
            ("basis = \"own\"", "basis = \"believed\""),
            ("at_least = 490.0", "at_least = 590.0"),
            ("resolution_y", "resolution_x"),
            ("resolution_y", "resolution_z"),
            ("at_most = 510.0", "at_most = nan"),
        ] {
            assert!(Limits::parse(&whole.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
