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
use tram_packet::{
    Contents, Envelope, Equipment, Marks, OfficerKey, PacketError, PacketId, PacketKind, PacketSample,
    Profile, SealedPacket, Signer, Times, seal,
};
use tram_store::{Sealing, StoreError};
use tram_workflow::Action;
use tram_workflow::dossier::{Approval, Slip};
use uuid::Uuid;

/// Why a dossier was not sealed.
enum Trouble {
    Store(StoreError),
    Packet(PacketError),
    Said(Phrase),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
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
        let contents = self.contents(&enrollment, kind)?;
        let packet = self.sealed(&contents, supervisor.as_ref())?;
        let templates = templates(&enrollment, &contents);
        let slip = self.slip(&enrollment, packet.header().packet, packet.bytes().len() as u64)?;
        let officer = self.officer_id();
        let sealing =
            Sealing { enrollment: id, kind: &contents.kind, packet: &packet, templates: &templates };
        self.store.seal(sealing, Self::act(officer.as_ref()))?;
        Ok(slip)
    }

    fn contents(&self, enrollment: &Enrollment, kind: PacketKind) -> Result<Contents, Trouble> {
        let samples = samples_of(enrollment)
            .into_iter()
            .map(|(id, role)| {
                let sample = self.store.read().sample(id)?;
                let certificate = self.certificate_of(&sample)?;
                Ok(PacketSample { role, sample, certificate })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let marks = Marks {
            test: self.bundle.profile == Profile::Test,
            is_virtual: samples.iter().any(|sample| sample.sample.origin.is_virtual),
        };
        let signed_in = self.signed_in.as_ref().ok_or_else(locked)?;
        Ok(Contents {
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
            equipment: Equipment::of(self.protection, &samples, |origin| self.calibration_of(origin)),
            samples,
        })
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
        let contents = self.contents(&named, PacketKind::Withdrawal { of, reason })?;
        let packet = self.sealed(&contents, supervisor.as_ref())?;
        let officer = self.officer_id();
        let sealing = Sealing { enrollment: id, kind: &contents.kind, packet: &packet, templates: &[] };
        Ok(self.store.seal(sealing, Self::act(officer.as_ref()))?)
    }

    fn sealed(&self, contents: &Contents, supervisor: Option<&OfficerKey>) -> Result<SealedPacket, Trouble> {
        let signed_in = self.signed_in.as_ref().ok_or_else(locked)?;
        let place = self.store.read().next_place()?;
        let today = now().date();
        let recipient = self.bundle.recipient_on(today).ok_or_else(|| {
            phrase(
                "Chưa có khóa của trung tâm cho ngày hôm nay: kết nối trung tâm để cập nhật; bản nháp vẫn nguyên vẹn",
                "No key of the centre is in force today: connect to the centre for new reference data; the draft is whole",
            )
        })?;
        let envelope = Envelope {
            packet: PacketId(Uuid::now_v7()),
            sequence: place.sequence,
            previous: place.previous,
            recipient,
            station: self.station_key.as_ref(),
            officer: &signed_in.key,
            supervisor: supervisor.map(|key| key as &dyn Signer),
            rekey: signed_in.rekey.as_ref(),
        };
        Ok(seal(contents, &envelope, &mut tram_packet::random::system())?)
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

/// What handover compares a live finger with: the best print of each finger, as a template.
fn templates(enrollment: &Enrollment, contents: &Contents) -> Vec<(FingerPosition, Vec<u8>)> {
    FingerPosition::TEN
        .into_iter()
        .filter_map(|finger| {
            let best = enrollment.best_finger(finger)?;
            let sample = &contents.samples.iter().find(|sample| sample.sample.id == best.id)?.sample;
            let picture = (sample.encoding == Encoding::Wsq).then(|| wsq::decode(&sample.bytes).ok())??;
            Some((finger, template::extract(&picture).to_bytes()))
        })
        .collect()
}

/// Which start of the machine this is, as the kernel names it; nil where it does not say.
fn boot() -> Uuid {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Uuid::parse_str(text.trim()).unwrap_or_default()
}
