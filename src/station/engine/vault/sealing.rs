//! Draft to packet to outbox, and the slip.

use super::{Vault, store_phrase};
use crate::clock::now;
use crate::engine::{Outlet, phrase, slip};
use std::path::PathBuf;
use time::Date;
use tram_biometric::{Encoding, FingerPosition};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{Enrollment, EnrollmentId, Matter};
use tram_fingerprint::{template, wsq};
use tram_packet::contents::samples_of;
use tram_packet::deed::MOST_IN_A_PACKET;
use tram_packet::{
    Contents, Envelope, Equipment, Marks, OfficerKey, PacketError, PacketId, PacketKind, Prepared, Profile,
    Signer, Times,
};
use tram_store::{Named, StoreError, Unsealed};
use tram_workflow::Action;
use tram_workflow::dossier::{Approval, Slip};
use uuid::Uuid;

/// What is sealed.
#[derive(Clone, Copy)]
struct Sealing<'a> {
    contents: &'a Contents,
    samples: &'a [Named],
    templates: &'a [(FingerPosition, Vec<u8>)],
}

/// Why a dossier was not sealed.
enum Trouble {
    Store(StoreError),
    Packet(PacketError),
    Said(Phrase),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Packet(error) => Self::Packet(error),
            error => Self::Store(error),
        }
    }
}

impl From<PacketError> for Trouble {
    fn from(error: PacketError) -> Self {
        Self::Packet(error)
    }
}

impl From<Phrase> for Trouble {
    fn from(said: Phrase) -> Self {
        Self::Said(said)
    }
}

impl Trouble {
    fn phrase(self) -> Phrase {
        match self {
            Self::Store(error) => store_phrase(&error),
            Self::Packet(error) => phrase(
                "Không niêm phong được; những gì đã lưu vẫn nguyên vẹn",
                &format!("It cannot be sealed: {error}; what is saved is whole"),
            ),
            Self::Said(said) => said,
        }
    }
}

impl Vault {
    /// Seals a dossier with the keys of station and officer; one transaction moves it to the outbox.
    pub(super) fn seal(&mut self, id: EnrollmentId, approval: Option<&Approval>) -> Result<Slip, Phrase> {
        self.try_seal(id, approval).map_err(Trouble::phrase)
    }

    fn try_seal(&mut self, id: EnrollmentId, approval: Option<&Approval>) -> Result<Slip, Trouble> {
        let supervisor = approval.map(|approval| self.approve(approval)).transpose()?;
        let enrollment = self.store.read().load(id)?.ok_or(StoreError::NotFound("dossier"))?;
        let kind = self.store.read().next_kind(id)?;
        let (contents, samples) = self.contents(&enrollment, kind)?;
        let templates = self.templates(&enrollment)?;
        let sealing = Sealing { contents: &contents, samples: &samples, templates: &templates };
        // The slip first: a packet in the outbox whose citizen gets none would be worse than a draft.
        self.put(id, sealing, supervisor.as_ref(), |vault, packet| {
            vault.slip(&enrollment, packet.packet(), packet.size())
        })
    }

    /// Seals from the database into the database, sample by sample, after what must have gone well before.
    fn put<T>(
        &mut self,
        id: EnrollmentId,
        sealing: Sealing<'_>,
        supervisor: Option<&OfficerKey>,
        before: impl FnOnce(&Self, &Prepared<'_>) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let Sealing { contents, samples, templates } = sealing;
        let (officer, place) = (self.officer_id(), self.store.read().next_place()?);
        let signed_in = self.signed_in.as_ref().ok_or_else(locked)?;
        let envelope = Envelope {
            packet: PacketId(Uuid::now_v7()),
            sequence: place.sequence,
            previous: place.previous,
            recipient: self.bundle.recipient_on(now().date()).ok_or_else(keyless)?,
            station: self.station_key.as_ref(),
            officer: &signed_in.key,
            supervisor: supervisor.map(|key| key as &dyn Signer),
            rekey: signed_in.rekey.as_ref(),
        };
        let random = &mut tram_packet::random::system();
        let prepared = Prepared::of(contents, &mut self.store.read().samples(samples), &envelope, random)?;
        let said = before(self, &prepared)?;
        let (kind, deeds) = (&contents.kind, contents.deeds.as_slice());
        let unsealed = Unsealed { enrollment: id, kind, prepared, samples, templates, deeds };
        self.store.seal(unsealed, random, Self::act(officer.as_ref()))?;
        Ok(said)
    }

    /// What a packet says, and which samples of the database it holds.
    fn contents(&self, enrollment: &Enrollment, kind: PacketKind) -> Result<(Contents, Vec<Named>), Trouble> {
        let (mut samples, mut origins) = (Vec::new(), Vec::new());
        for (id, role) in samples_of(enrollment) {
            let sample = self.store.read().sample(id)?;
            samples.push(Named { id, role, certificate: self.certificate_of(&sample)? });
            origins.push(sample.origin);
        }
        let marks = Marks {
            test: self.bundle.profile == Profile::Test,
            is_virtual: origins.iter().any(|origin| origin.is_virtual),
        };
        let signed_in = self.signed_in.as_ref().ok_or_else(locked)?;
        let contents = Contents {
            kind,
            enrollment: enrollment.id,
            dossier: enrollment.dossier.clone(),
            procedure: enrollment.procedure.clone().unwrap_or_default(),
            reference_edition: self.bundle.edition,
            applicant: enrollment.applicant.clone(),
            exceptions: enrollment.exceptions.clone(),
            eye_exceptions: enrollment.eye_exceptions.clone(),
            consent: enrollment.consent.clone(),
            officer: signed_in.officer.id.clone(),
            station: enrollment.station.clone(),
            times: Times {
                received_at: enrollment.received_at,
                sealed_at: now(),
                uptime_millis: self.uptime().as_millis() as u64,
                boot: boot(),
                last_trusted: Some(self.trusted()),
            },
            audit: self.store.read().audit_chain()?,
            marks,
            equipment: Equipment::of(self.protection, &origins, |origin| self.calibration_of(origin)),
            deeds: self.store.read().untold_deeds(MOST_IN_A_PACKET)?,
            samples: Vec::new(),
        };
        Ok((contents, samples))
    }

    /// What handover compares a live finger with: the best print of each finger, as a template.
    fn templates(&self, enrollment: &Enrollment) -> Result<Vec<(FingerPosition, Vec<u8>)>, StoreError> {
        let mut templates = Vec::new();
        for finger in FingerPosition::TEN {
            let Some(best) = enrollment.best_finger(finger) else { continue };
            let sample = self.store.read().sample(best.id)?;
            let picture = (sample.encoding == Encoding::Wsq).then(|| wsq::decode(&sample.bytes).ok());
            if let Some(picture) = picture.flatten() {
                templates.push((finger, template::extract(&picture).to_bytes()));
            }
        }
        Ok(templates)
    }

    /// Opens a sealed dossier again; the dossier is shown as it is then.
    pub(super) fn reopen(&mut self, id: EnrollmentId, reason: &str, outlet: &Outlet) {
        let officer = self.officer_id();
        match self.store.reopen(id, reason, Self::act(officer.as_ref())) {
            Ok(()) => self.load_dossier(id, outlet),
            Err(error) => Self::trouble(&error, outlet, Action::DossierFailed),
        }
        self.tell_worklist(outlet);
    }

    /// Seals a packet that voids the one that holds the dossier. It names it and says why, and nothing of the person.
    pub(super) fn withdraw(
        &mut self,
        id: EnrollmentId,
        reason: String,
        approval: Option<&Approval>,
    ) -> Result<(), Phrase> {
        self.try_withdraw(id, reason, approval).map_err(Trouble::phrase)
    }

    fn try_withdraw(
        &mut self,
        id: EnrollmentId,
        reason: String,
        approval: Option<&Approval>,
    ) -> Result<(), Trouble> {
        let dossier = self.store.read().load(id)?.ok_or(StoreError::NotFound("dossier"))?;
        let supervisor = self.second_person(Matter::PacketWithdrawn, dossier.received_at.date(), approval)?;
        let of = self.store.read().packet_in_force(id)?.ok_or(StoreError::NotFound("sealed dossier"))?;
        let named = Enrollment::nameless(&dossier);
        let (contents, samples) = self.contents(&named, PacketKind::Withdrawal { of, reason })?;
        let sealing = Sealing { contents: &contents, samples: &samples, templates: &[] };
        self.put(id, sealing, supervisor.as_ref(), |_, _| Ok(()))
    }

    fn slip(&self, enrollment: &Enrollment, packet: PacketId, bytes: u64) -> Result<Slip, Trouble> {
        let signed_in = self.signed_in.as_ref().ok_or_else(locked)?;
        let appointment = self.appointment(enrollment);
        let said = tram_packet::Slip { dossier: enrollment.dossier.clone(), appointment };
        let around = slip::Around {
            reference: &self.reference,
            office: &self.membership.station.office_name,
            officer: &signed_in.officer,
            appointment,
            qr_payload: said.sign(self.station_key.as_ref())?,
            specimen: self.bundle.profile == Profile::Test,
        };
        let pdf = self.slip_path(enrollment);
        let page = slip::make(enrollment, &around, &pdf)?;
        Ok(Slip { packet, bytes, dossier: enrollment.dossier.clone(), appointment, page, pdf })
    }

    /// The slip of a dossier that is sealed already, for who opens it again; `None` for a draft.
    pub(super) fn slip_again(&self, enrollment: &Enrollment) -> Option<Slip> {
        if self.store.read().next_kind(enrollment.id).ok()? != PacketKind::Enrollment {
            // It is open again.
            return None;
        }
        let rows = self.store.read().outbox(time::OffsetDateTime::UNIX_EPOCH).ok()?;
        let row = rows.into_iter().find(|row| row.enrollment == enrollment.id)?;
        self.slip(enrollment, row.packet, row.size)
            .map_err(|trouble| log::error!("the slip cannot be made again: {}", trouble.phrase().en))
            .ok()
    }

    /// When the citizen comes back: the time this unit promises, by the rules of the day of reception.
    fn appointment(&self, enrollment: &Enrollment) -> Date {
        let day = enrollment.received_at.date();
        let procedure = enrollment.procedure.as_deref().and_then(|code| self.reference.procedure(code, day));
        let days = procedure.map_or(0, |procedure| procedure.committed_days);
        self.reference.calendar().deadline(day, days)
    }

    fn slip_path(&self, enrollment: &Enrollment) -> PathBuf {
        // In service a slip is for the printer, not for the disk: it lies in memory until the machine is switched off.
        let folder = match (self.bundle.profile, std::env::var_os("XDG_RUNTIME_DIR")) {
            (Profile::Service, Some(memory)) => PathBuf::from(memory).join("tram-slips"),
            _ => self.home.slips(),
        };
        folder.join(format!("{}.pdf", enrollment.dossier))
    }
}

fn locked() -> Trouble {
    Trouble::Said(phrase(
        "Trạm đang khóa: mở khóa rồi niêm phong lại; bản nháp vẫn nguyên vẹn",
        "The station is locked: unlock it and seal again; the draft is whole",
    ))
}

fn keyless() -> Trouble {
    Trouble::Said(phrase(
        "Chưa có khóa của trung tâm cho ngày hôm nay: kết nối trung tâm để cập nhật; bản nháp vẫn nguyên vẹn",
        "No key of the centre is in force today: connect to the centre for new reference data; the draft is whole",
    ))
}

/// Which start of the machine this is, as the kernel names it; nil where it does not say.
fn boot() -> Uuid {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Uuid::parse_str(text.trim()).unwrap_or_default()
}
