//! Which device may be used, as every device thread asks it: certificates, exceptions, corrections, what was seen of
//! firmware. The vault writes it, after verifying what it read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Date, OffsetDateTime};
use tram_biometric::{Language, Origin};
use tram_calibration::finger::flat_field::FlatField;
use tram_calibration::printer::curve::RibbonCurve;
use tram_calibration::standing::standing;
use tram_calibration::{CalibratedDevice, Certificate, Exception, Refusal, Standing};
use tram_device::DeviceError;

/// The shared book.
#[derive(Clone, Default)]
pub(super) struct Ledger(Arc<Mutex<Book>>);

/// What is in it.
#[derive(Default)]
pub(super) struct Book {
    /// Verified, oldest first, with the uses since.
    pub(super) certificates: Vec<(Certificate, u32)>,
    /// Verified.
    pub(super) exceptions: Vec<Exception>,
    /// By the device's key.
    pub(super) corrections: BTreeMap<String, Arc<FlatField>>,
    /// The curve of the ribbon of the newest certificate that passed, by the printer's key.
    pub(super) ribbons: BTreeMap<String, Arc<RibbonCurve>>,
    /// A demonstration's virtual devices work without a certificate: there is nothing of theirs to calibrate.
    pub(super) is_demonstration: bool,
    /// What devices said of themselves when they were last opened.
    seen: BTreeMap<String, Vec<(String, String)>>,
}

/// How a device is named in the store.
pub(super) fn key(origin: &Origin) -> String {
    format!("{}/{}/{}", origin.driver, origin.model, origin.serial)
}

/// The firmware among what a device says of itself.
fn firmware(about: &[(String, String)]) -> String {
    about.iter().find(|(name, _)| name == "firmware").map(|(_, value)| value.clone()).unwrap_or_default()
}

impl Ledger {
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what an opened device said of itself.
    pub(super) fn see(&self, origin: &Origin, about: Vec<(String, String)>) {
        self.book().seen.insert(key(origin), about);
    }

    /// Where a device stands today.
    pub(super) fn standing(&self, origin: &Origin, today: Date) -> Standing {
        self.book().standing(origin, today)
    }

    /// Whether a device may be used today; the sentence is for the technician.
    pub(super) fn allow(&self, origin: &Origin, today: Date) -> Result<(), DeviceError> {
        let book = self.book();
        match book.standing(origin, today) {
            Standing::Refused(Refusal::NoCertificate) if book.is_demonstration && origin.is_virtual => Ok(()),
            standing if standing.may_be_used() => Ok(()),
            standing => Err(DeviceError::Uncalibrated { detail: standing.sentence(Language::English) }),
        }
    }

    /// The correction of a reader.
    pub(super) fn correction(&self, origin: &Origin) -> Option<Arc<FlatField>> {
        self.book().corrections.get(&key(origin)).cloned()
    }

    /// The curve of the ribbon in a printer.
    pub(super) fn ribbon(&self, origin: &Origin) -> Option<Arc<RibbonCurve>> {
        self.book().ribbons.get(&key(origin)).cloned()
    }

    /// The sites a camera passed at, each with its newest certificate there.
    pub(super) fn sites(&self, origin: &Origin) -> Vec<(String, String)> {
        let book = self.book();
        let device = book.device(origin);
        let passed = book.of(&device).map(|(certificate, _)| certificate).filter(|newest| newest.passes());
        let newest: BTreeMap<String, String> =
            passed.map(|certificate| (certificate.under.clone(), certificate.id.0.to_string())).collect();
        newest.into_iter().filter(|(site, _)| !site.is_empty()).collect()
    }

    /// The newest certificate of a device at a time.
    pub(super) fn certificate_at(&self, origin: &Origin, at: OffsetDateTime) -> Option<Certificate> {
        let book = self.book();
        let device = book.device(origin);
        let of = book.certificates.iter().rev().map(|(certificate, _)| certificate);
        of.filter(|certificate| certificate.device.is(&device))
            .find(|certificate| certificate.issued <= at)
            .cloned()
    }
}

impl Book {
    /// The device with the firmware it was last seen with, or else the one it was calibrated with.
    pub(super) fn device(&self, origin: &Origin) -> CalibratedDevice {
        let device = CalibratedDevice::new(origin, "");
        let firmware = match self.seen.get(&key(origin)) {
            Some(about) => firmware(about),
            None => self
                .of(&device)
                .next_back()
                .map(|(newest, _)| newest.device.firmware.clone())
                .unwrap_or_default(),
        };
        CalibratedDevice { firmware, ..device }
    }

    /// Certificates of a device, oldest first.
    pub(super) fn of(
        &self,
        device: &CalibratedDevice,
    ) -> impl DoubleEndedIterator<Item = &(Certificate, u32)> {
        let device = device.clone();
        self.certificates.iter().filter(move |(certificate, _)| certificate.device.is(&device))
    }

    /// What a device said of itself when it was last opened.
    pub(super) fn about(&self, origin: &Origin) -> Option<&Vec<(String, String)>> {
        self.seen.get(&key(origin))
    }

    pub(super) fn standing(&self, origin: &Origin, today: Date) -> Standing {
        let device = self.device(origin);
        let newest = self.of(&device).next_back();
        let uses = newest.map_or(0, |(_, uses)| *uses);
        let judge = |exception| standing(newest.map(|(newest, _)| newest), &device, (today, uses), exception);
        let excepted = self.exceptions.iter().map(|exception| judge(Some(exception)));
        excepted.chain([judge(None)]).find(Standing::may_be_used).unwrap_or_else(|| judge(None))
    }
}
