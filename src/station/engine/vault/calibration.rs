//! Calibration in the store: signing certificates, exceptions, faults, and the ledger the device threads ask.

use super::{Vault, store_phrase};
use crate::clock::now;
use crate::engine::ledger;
use crate::engine::{Outlet, paper, phrase};
use crate::known::{Hand, Known};
use std::path::PathBuf;
use std::sync::Arc;
use time::OffsetDateTime;
use tram_biometric::{Language, Origin, Sample};
use tram_calibration::finger::flat_field::FlatField;
use tram_calibration::printer::curve::RibbonCurve;
use tram_calibration::signature::{self, Verifier};
use tram_calibration::trend::trend;
use tram_calibration::{
    CalibratedDevice, CalibrationError, Certificate, CertificateId, DeviceClass, Evidence, Exception, Issue,
    Quantity, bench,
};
use tram_card::picture;
use tram_device::DeviceKind;
use tram_enrollment::Right;
use tram_enrollment::reference::Phrase;
use tram_packet::{Calibration, Digest, Profile};
use tram_store::StoreError;
use tram_store::calibration::Calibrated;
use tram_workflow::bench::{BenchHeard, Except, Fault, Shelved};
use tram_workflow::{Action, Secret, sentence};
use uuid::Uuid;

/// What a technician signs: the outcome of a procedure.
pub(in crate::engine) struct Outcome {
    pub(in crate::engine) work: bench::Work,
    pub(in crate::engine) origin: Origin,
    pub(in crate::engine) about: Vec<(String, String)>,
    /// The camera's site, or the lot of the printer's ribbon.
    pub(in crate::engine) under: String,
}

/// A device the shelf shows.
pub(in crate::engine) type Placed = (DeviceKind, DeviceClass, Origin);

impl Vault {
    /// Reads and verifies everything the ledger holds. What does not verify is as if it were not there.
    pub(super) fn read_ledger(&self) -> Result<(), StoreError> {
        let known = Known::new(self.bundle.clone(), self.station_key.public_key().clone());
        let read = self.store.read();
        let mut certificates = Vec::new();
        for signed in read.certificates()? {
            if let Some(certificate) = opened::<Certificate>(&signed, &known) {
                let uses = read.uses(&certificate.id.0.to_string())?;
                certificates.push((certificate, uses));
            }
        }
        certificates.sort_by_key(|(certificate, _)| certificate.issued);
        let exceptions = read.calibration_exceptions()?;
        let exceptions = exceptions.iter().filter_map(|signed| opened(signed, &known)).collect();
        let mut book = self.around.ledger.book();
        book.corrections.clear();
        book.ribbons.clear();
        for (certificate, _) in &certificates {
            let key = device_key(&certificate.device);
            if let Some(kept) = read.flat_field(&key)?.and_then(|bytes| FlatField::from_bytes(&bytes)) {
                book.corrections.insert(key.clone(), Arc::new(kept));
            }
            let id = certificate.id.0.to_string();
            let curve = read.ribbon(&id)?.and_then(|bytes| RibbonCurve::from_bytes(&bytes));
            if let Some(curve) = curve.filter(|_| certificate.passes()) {
                book.ribbons.insert(key, Arc::new(curve));
            }
        }
        book.certificates = certificates;
        book.exceptions = exceptions;
        book.is_demonstration = self.bundle.profile == Profile::Test;
        Ok(())
    }

    /// Signs with the technician's key and the station's, keeps it, and writes its pages.
    pub(in crate::engine) fn certify(
        &mut self,
        outcome: &Outcome,
        passphrase: &Secret,
    ) -> Result<(Box<Certificate>, [PathBuf; 2]), Phrase> {
        let technician = self.officer_id().ok_or_else(nobody)?;
        let (record, key, renewed) = self.prove(&technician, passphrase).map_err(|refusal| said(&refusal))?;
        if !record.role.may(Right::ServiceDevices) || renewed.is_some() {
            return Err(phrase(
                "Chỉ kỹ thuật viên có khóa đã được trung tâm xác nhận mới ký được",
                "Only a technician whose key the centre has confirmed can sign",
            ));
        }
        let pictures = pictures(&outcome.work);
        let firmware = outcome.about.iter().find(|(name, _)| name == "firmware");
        let device = CalibratedDevice::new(&outcome.origin, firmware.map_or("", |(_, value)| value));
        let issue = Issue {
            id: CertificateId(Uuid::now_v7()),
            issued: now(),
            station: self.membership.station.station.clone(),
            technician: technician.0.clone(),
            under: outcome.under.clone(),
            pictures: pictures.iter().map(evidence).collect(),
        };
        let work = &outcome.work;
        let certificate = Certificate::issue(issue, work.class(), device, work.verdict(), work.limits())
            .map_err(|error| unsigned(&error))?;
        let hands = (Hand(&key), Hand(self.station_key.as_ref()));
        let signed = signature::sign(&certificate, [&hands.0, &hands.1]).map_err(|error| unsigned(&error))?;
        let id = certificate.id.0.to_string();
        let about = serde_json::to_vec(&outcome.about).unwrap_or_default();
        let flat_field = work.flat_field().as_ref().map(FlatField::to_bytes);
        let ribbon = work.ribbon().map(|ribbon| ribbon.send);
        let kept = Calibrated {
            id: &id,
            device: &ledger::key(&outcome.origin),
            signed: &signed,
            about: &about,
            flat_field: flat_field.as_deref(),
            ribbon: ribbon.as_ref().map(<[u8; 256]>::as_slice),
            pictures: &pictures,
        };
        self.store
            .keep_calibration(Self::act(Some(&technician)), &kept)
            .and_then(|()| self.read_ledger())
            .map_err(|error| store_phrase(&error))?;
        let papers = self.write_papers(&certificate, &signed)?;
        Ok((Box::new(certificate), papers))
    }

    /// The certificate as pages in both languages, and beside them the signed file for `tram calibrate verify`.
    fn write_papers(&self, certificate: &Certificate, signed: &[u8]) -> Result<[PathBuf; 2], Phrase> {
        let folder = self.home.certificates();
        let trouble = |error: &dyn std::fmt::Display| {
            phrase(
                "Đã ký và lưu, nhưng không ghi được tệp PDF",
                &format!("Signed and kept, but the PDF cannot be written: {error}"),
            )
        };
        std::fs::create_dir_all(&folder).map_err(|error| trouble(&error))?;
        let file = |end: &str| folder.join(format!("{}{end}", certificate.id.0));
        crate::home::write_whole(&file(".cose"), signed).map_err(|error| trouble(&error))?;
        for (language, end) in [(Language::Vietnamese, "-vi.pdf"), (Language::English, "-en.pdf")] {
            let pdf = paper::certificate(certificate, language).map_err(|error| trouble(&error))?;
            crate::home::write_whole(&file(end), &pdf).map_err(|error| trouble(&error))?;
        }
        Ok([file("-vi.pdf"), file("-en.pdf")])
    }

    /// Keeps a supervisor's exception for a device.
    pub(in crate::engine) fn except(&mut self, except: &Except, origin: &Origin) -> Result<(), Phrase> {
        let proven = self.prove(&except.supervisor, &except.passphrase).map_err(|refusal| said(&refusal));
        let (record, key, renewed) = proven?;
        if !record.role.may(Right::ApproveException) || renewed.is_some() {
            return Err(phrase(
                "Chỉ đội trưởng có khóa đã được trung tâm xác nhận mới cho dùng tạm được",
                "Only a supervisor whose key the centre has confirmed can allow it",
            ));
        }
        let device = self.around.ledger.book().device(origin);
        let days = (now().date(), except.last_day);
        let exception = Exception::new(device, except.reason.clone(), days, except.supervisor.0.clone())
            .map_err(|error| unsigned(&error))?;
        let hands = (Hand(&key), Hand(self.station_key.as_ref()));
        let signed = signature::sign(&exception, [&hands.0, &hands.1]).map_err(|error| unsigned(&error))?;
        self.store
            .keep_exception(Self::act(Some(&except.supervisor)), &Uuid::now_v7().to_string(), &signed)
            .and_then(|()| self.read_ledger())
            .map_err(|error| store_phrase(&error))
    }

    /// Keeps a fault in words, with a picture.
    pub(in crate::engine) fn write_fault(
        &mut self,
        origin: &Origin,
        words: &str,
        png: Option<&[u8]>,
    ) -> Result<(), Phrase> {
        let officer = self.officer_id().ok_or_else(nobody)?;
        let act = Self::act(Some(&officer));
        let kept = self.store.keep_fault(act, &ledger::key(origin), words, png);
        kept.map_err(|error| store_phrase(&error))
    }

    /// Counts a capture or a card under the device's certificate.
    pub(in crate::engine) fn count_use(&mut self, origin: &Origin) {
        let Some(certificate) = self.around.ledger.certificate_at(origin, now()) else { return };
        let counted = self.store.count_use(&certificate.id.0.to_string());
        if let Err(error) = counted.and_then(|()| self.read_ledger()) {
            log::error!("a use is not counted: {error}");
        }
    }

    /// The certificate a sample's device had when the sample was taken.
    pub(super) fn certificate_of(&self, sample: &Sample) -> Result<Option<Uuid>, StoreError> {
        let taken_at = self.store.read().taken_at(sample.id)?;
        let certificate = self.around.ledger.certificate_at(&sample.origin, taken_at);
        Ok(certificate.map(|certificate| certificate.id.0))
    }

    /// What is known of a device's calibration now.
    pub(super) fn calibration_of(&self, origin: &Origin) -> Calibration {
        self.around.ledger.certificate_at(origin, now()).map_or(Calibration::None, |certificate| {
            Calibration::Certified { certificate: certificate.id.0, last_day: certificate.last_day }
        })
    }

    /// The newest thing this station wrote down: no right clock is before it.
    pub(in crate::engine) fn newest_entry(&self) -> Option<OffsetDateTime> {
        self.store.read().newest_entry().ok().flatten()
    }

    /// Tells the shelf.
    pub(in crate::engine) fn tell_shelf(&mut self, placed: &[Placed], outlet: &Outlet) {
        let shelf = placed.iter().map(|placed| self.shelved(placed)).collect();
        outlet.send(Action::BenchHeard(BenchHeard::Shelf(shelf)));
    }

    fn shelved(&self, (kind, class, origin): &Placed) -> Shelved {
        let book = self.around.ledger.book();
        let device = book.device(origin);
        let certificates: Vec<Certificate> =
            book.of(&device).rev().map(|(certificate, _)| certificate.clone()).collect();
        let mut trends: Vec<_> = Quantity::ALL
            .iter()
            .filter_map(|quantity| Some((*quantity, trend(&certificates, *quantity)?)))
            .collect();
        trends.sort_by_key(|(_, trend)| (trend.leaves_on.is_none(), trend.leaves_on));
        let newest = certificates.first().map(|certificate| certificate.id.0.to_string());
        let noted = newest.and_then(|id| self.store.read().about(&id).ok()?);
        let noted: Vec<(String, String)> =
            noted.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let changed = book.about(origin).map(|now| changes(&noted, now)).unwrap_or_default();
        let faults = self.store.read().faults(&ledger::key(origin)).unwrap_or_default();
        let fault = |fault: tram_store::calibration::KeptFault| {
            let at = OffsetDateTime::from_unix_timestamp(fault.at / 1000).ok()?.to_offset(now().offset());
            Some(Fault { at, words: fault.words, has_picture: fault.has_picture })
        };
        Shelved {
            kind: *kind,
            class: *class,
            standing: book.standing(origin, now().date()),
            device,
            trends,
            changed,
            certificates,
            faults: faults.into_iter().filter_map(fault).collect(),
        }
    }
}

/// What differs between two lists of settings.
fn changes(then: &[(String, String)], now: &[(String, String)]) -> Vec<(String, String, String)> {
    let differing = then.iter().filter_map(|(name, was)| {
        let (_, is) = now.iter().find(|(other, _)| other == name)?;
        (is != was).then(|| (name.clone(), was.clone(), is.clone()))
    });
    differing.collect()
}

fn opened<S: signature::Statement>(signed: &[u8], known: &dyn Verifier) -> Option<S> {
    signature::open(signed, known).map_err(|error| log::error!("a kept statement: {error}")).ok()
}

fn device_key(device: &CalibratedDevice) -> String {
    format!("{}/{}/{}", device.driver, device.model, device.serial)
}

/// The evidence as files: the first frame or picture of each step.
fn pictures(work: &bench::Work) -> Vec<(String, Vec<u8>)> {
    let first = work.evidence().filter_map(|(shown, shots)| {
        let picture = match shots {
            bench::Shots::Frames(frames) => {
                let frame = frames.first()?;
                let pixels = frame.pixels().iter().flat_map(|level| [*level; 3]).collect();
                image::RgbImage::from_raw(frame.width(), frame.height(), pixels)?
            }
            bench::Shots::Picture(picture) => crate::engine::pictures::theirs(picture)?,
            bench::Shots::Printed => return None,
        };
        Some((shown.code().to_owned(), picture::png(&picture).ok()?))
    });
    first.collect()
}

fn evidence((name, bytes): &(String, Vec<u8>)) -> Evidence {
    let sha256 = Digest::of(bytes).to_string();
    Evidence { name: name.clone(), sha256 }
}

fn nobody() -> Phrase {
    phrase("Chưa có ai đăng nhập", "Nobody is signed in")
}

fn said(refusal: &tram_workflow::state::Refusal) -> Phrase {
    let text = |language| sentence::refusal(refusal, language);
    phrase(&text(Language::Vietnamese), &text(Language::English))
}

fn unsigned(error: &CalibrationError) -> Phrase {
    phrase(error.advice(Language::Vietnamese), error.advice(Language::English))
}
