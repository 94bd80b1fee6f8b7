//! What a certificate says: which device, measured when, by whom, against which limits, and until when it holds.

use crate::CalibrationError;
use crate::finding::{Finding, Verdict};
use crate::limits::{DeviceClass, Limits};
use crate::signature::{Role, Statement};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};
use tram_biometric::Origin;
use uuid::Uuid;

/// Names a certificate for ever; each sample in a packet names the one it was taken under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CertificateId(pub Uuid);

/// The device a certificate is about. Fields stand in the order of deterministic CBOR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibratedDevice {
    /// As the device names itself.
    pub model: String,
    /// The driver's name.
    pub driver: String,
    /// The serial number, or the inventory number the technician gave a device that has none.
    pub serial: String,
    /// The firmware's version, empty where the device does not tell.
    pub firmware: String,
    /// Whether no real device stands behind it.
    pub is_virtual: bool,
}

impl CalibratedDevice {
    /// The device a driver opened.
    pub fn new(origin: &Origin, firmware: impl Into<String>) -> Self {
        Self {
            model: origin.model.clone(),
            driver: origin.driver.clone(),
            serial: origin.serial.clone(),
            firmware: firmware.into(),
            is_virtual: origin.is_virtual,
        }
    }

    /// Whether this is the same device, whatever its firmware.
    pub fn is(&self, other: &Self) -> bool {
        (&self.driver, &self.model, &self.serial, self.is_virtual)
            == (&other.driver, &other.model, &other.serial, other.is_virtual)
    }
}

/// A picture the measurements were made from, by its digest; the station keeps the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which step of the procedure it shows.
    pub name: String,
    /// SHA-256 of the file in hexadecimal digits.
    pub sha256: String,
}

/// What the measurements of one device were. Fields stand in the order of deterministic CBOR (RFC 8949, 4.2.1), so that
/// a certificate has one encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Names it.
    pub id: CertificateId,
    /// What kind of device.
    pub class: DeviceClass,
    /// What it was measured with: the site of a camera, the lot of a printer's ribbon; empty for other devices.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub under: String,
    /// The device.
    pub device: CalibratedDevice,
    /// When it was signed.
    #[serde(with = "time::serde::timestamp")]
    pub issued: OffsetDateTime,
    /// The station's name.
    pub station: String,
    /// Every figure that has a limit.
    pub findings: Vec<Finding>,
    /// Last day on which it holds.
    pub last_day: Date,
    /// The pictures behind the figures.
    pub pictures: Vec<Evidence>,
    /// Who measured.
    pub technician: String,
    /// First day of the limits it was held against.
    pub limits_from: Date,
    /// How many captures or cards it holds for.
    pub uses_allowed: u32,
}

/// Who makes a certificate, when and where.
#[derive(Clone, Debug)]
pub struct Issue {
    /// A new name.
    pub id: CertificateId,
    /// Now.
    pub issued: OffsetDateTime,
    /// The station's name.
    pub station: String,
    /// Who measured.
    pub technician: String,
    /// The site of a camera, the lot of a printer's ribbon; empty for other devices.
    pub under: String,
    /// The pictures behind the figures.
    pub pictures: Vec<Evidence>,
}

impl Certificate {
    /// Writes down a verdict, good or bad: what failed is certified as failed.
    ///
    /// # Errors
    /// [`CalibrationError::TooLittle`] when required figures are missing, [`CalibrationError::Limits`] when the limits say
    /// nothing about this class.
    pub fn issue(
        issue: Issue,
        class: DeviceClass,
        device: CalibratedDevice,
        verdict: Verdict,
        limits: &Limits,
    ) -> Result<Self, CalibrationError> {
        if !verdict.missing.is_empty() {
            return Err(CalibrationError::TooLittle("required figures were not measured"));
        }
        let unknown = || CalibrationError::Limits(format!("nothing about {class:?}"));
        let validity = limits.validity(class).ok_or_else(unknown)?;
        let last_day = issue.issued.date().checked_add(Duration::days(validity.days.into()));
        Ok(Self {
            id: issue.id,
            class,
            under: issue.under,
            device,
            issued: issue.issued.replace_nanosecond(0).unwrap_or(issue.issued),
            station: issue.station,
            findings: verdict.findings,
            last_day: last_day.ok_or_else(unknown)?,
            pictures: issue.pictures,
            technician: issue.technician,
            limits_from: limits.valid_from().ok_or_else(unknown)?,
            uses_allowed: validity.uses,
        })
    }

    /// Whether every figure is within its limits. A certificate without figures certifies nothing.
    pub fn passes(&self) -> bool {
        !self.findings.is_empty() && self.findings.iter().all(Finding::passes)
    }
}

impl Statement for Certificate {
    const CONTENT_TYPE: &'static str = "application/vnd.tram.calibration-certificate+cbor";
    const SIGNERS: [Role; 2] = [Role::Technician, Role::Station];
}
