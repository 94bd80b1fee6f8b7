//! What the technician keeps: certificates with their pictures, supervisors' exceptions, flat fields, faults.
//!
//! Certificates and exceptions are signed statements whose bytes mean nothing here; whoever reads them verifies them.
//! Each is kept in one transaction with its audit entry.

use crate::audit;
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use rusqlite::{Transaction, params};
use tram_packet::AuditAction;

/// A certificate and everything that goes with it.
#[derive(Debug)]
pub struct Calibrated<'a> {
    /// The certificate's name, unique for ever.
    pub id: &'a str,
    /// The device's name on this station.
    pub device: &'a str,
    /// The signed certificate.
    pub signed: &'a [u8],
    /// What the device said of itself.
    pub about: &'a [u8],
    /// The correction of a fingerprint reader.
    pub flat_field: Option<&'a [u8]>,
    /// The 256 levels of the curve of a printer's ribbon.
    pub ribbon: Option<&'a [u8]>,
    /// The pictures behind the figures: the step and the bytes of a file.
    pub pictures: &'a [(String, Vec<u8>)],
}

/// A fault as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFault {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// In the technician's words.
    pub words: String,
    /// Whether there is a picture.
    pub has_picture: bool,
}

impl Store {
    /// Keeps a certificate with its pictures and its device's correction.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`]: then nothing was written.
    pub fn keep_calibration(&mut self, act: Act<'_>, kept: &Calibrated<'_>) -> Result<(), StoreError> {
        let Calibrated { id, device, signed, about, flat_field, ribbon, pictures } = kept;
        self.write(|transaction| {
            put(transaction, &format!("calibration/certificate/{id}"), signed)?;
            put(transaction, &format!("calibration/about/{id}"), about)?;
            for (step, bytes) in *pictures {
                put(transaction, &format!("calibration/picture/{id}/{step}"), bytes)?;
            }
            if let Some(flat_field) = flat_field {
                put(transaction, &format!("calibration/flat-field/{device}"), flat_field)?;
            }
            if let Some(ribbon) = ribbon {
                put(transaction, &format!("calibration/ribbon/{id}"), ribbon)?;
            }
            audit::push(transaction, act, AuditAction::Calibrated, id)
        })
    }

    /// Keeps a supervisor's signed exception.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn keep_exception(&mut self, act: Act<'_>, id: &str, signed: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            put(transaction, &format!("calibration/exception/{id}"), signed)?;
            audit::push(transaction, act, AuditAction::CalibrationExcepted, id)
        })
    }

    /// Keeps a fault of a device in words, with a picture where there is one.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn keep_fault(
        &mut self,
        act: Act<'_>,
        device: &str,
        words: &str,
        picture: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let at = crate::row::millis(act.at);
        self.write(|transaction| {
            put(transaction, &format!("calibration/fault/{device}/{at:015}/words"), words.as_bytes())?;
            if let Some(picture) = picture {
                put(transaction, &format!("calibration/fault/{device}/{at:015}/picture"), picture)?;
            }
            audit::push(transaction, act, AuditAction::DeviceFault, device)
        })
    }

    /// Counts one more use under a certificate.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn count_use(&mut self, id: &str) -> Result<(), StoreError> {
        let uses = self.read().uses(id)?.saturating_add(1);
        self.write(|transaction| put(transaction, &format!("calibration/uses/{id}"), &uses.to_be_bytes()))
    }
}

fn put(transaction: &Transaction<'_>, name: &str, value: &[u8]) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        params![name, value],
    )?;
    Ok(())
}

impl Reader {
    /// Every signed certificate.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn certificates(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.settings_under("calibration/certificate/")?.into_iter().map(|(_, bytes)| bytes).collect())
    }

    /// Every signed exception.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn calibration_exceptions(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.settings_under("calibration/exception/")?.into_iter().map(|(_, bytes)| bytes).collect())
    }

    /// What a device said of itself when a certificate was signed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn about(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.setting(&format!("calibration/about/{id}"))
    }

    /// A picture behind a certificate's figures.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn calibration_picture(&self, id: &str, step: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.setting(&format!("calibration/picture/{id}/{step}"))
    }

    /// The correction of a device's newest calibration.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn flat_field(&self, device: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.setting(&format!("calibration/flat-field/{device}"))
    }

    /// The curve of the ribbon of a certificate.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn ribbon(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.setting(&format!("calibration/ribbon/{id}"))
    }

    /// Captures or cards under a certificate so far.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn uses(&self, id: &str) -> Result<u32, StoreError> {
        let kept = self.setting(&format!("calibration/uses/{id}"))?;
        Ok(kept.and_then(|bytes| Some(u32::from_be_bytes(bytes.try_into().ok()?))).unwrap_or_default())
    }

    /// Faults of a device, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn faults(&self, device: &str) -> Result<Vec<KeptFault>, StoreError> {
        let prefix = format!("calibration/fault/{device}/");
        let mut statement = self.connection.prepare_cached(
            "SELECT name, CASE WHEN name LIKE '%/words' THEN value ELSE x'' END FROM setting
             WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name DESC",
        )?;
        let rows = statement.query_map([&prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(String, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let part = |name: &str, end: &str| name.strip_prefix(&prefix)?.strip_suffix(end)?.parse().ok();
        let pictured: Vec<i64> = rows.iter().filter_map(|(name, _)| part(name, "/picture")).collect();
        let fault = |(name, words): &(String, Vec<u8>)| {
            let at = part(name, "/words")?;
            let words = String::from_utf8_lossy(words).into_owned();
            Some(KeptFault { at, words, has_picture: pictured.contains(&at) })
        };
        Ok(rows.iter().filter_map(fault).collect())
    }

    /// When the newest entry of the audit chain was written: no right clock is before it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn newest_entry(&self) -> Result<Option<time::OffsetDateTime>, StoreError> {
        let length = self.audit_chain()?.length;
        Ok(self.audit_rows(length.saturating_sub(1), 1)?.pop().map(|(row, _)| row.at))
    }

    /// When a sample's capture was journalled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database cannot be read.
    pub fn taken_at(&self, id: tram_biometric::SampleId) -> Result<time::OffsetDateTime, StoreError> {
        let at = self
            .connection
            .prepare_cached(
                "SELECT event.at FROM sample JOIN event
                 ON event.enrollment = sample.enrollment AND event.number = sample.event WHERE sample.id = ?",
            )?
            .query_row([id.0.to_be_bytes()], |row| row.get::<_, i64>(0))
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => StoreError::NotFound("sample"),
                other => other.into(),
            })?;
        crate::row::time(at)
    }
}
