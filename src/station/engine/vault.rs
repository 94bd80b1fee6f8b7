//! The vault thread: the one database writer, and the only place that holds an officer's key.

mod calibration;
mod cards;
mod keeping;
mod own_card;
mod own_finger;
mod people;
mod sealing;
mod views;

pub(super) use calibration::{Outcome, Placed};
pub(crate) use keeping::safekeeping;
pub(crate) use views::phrase_text;

use super::ledger::Ledger;
use super::{Outlet, Slot, Stage, fingers, matcher, phrase, pictures, printer};
use crate::clock::now;
use crate::home::Home;
use crate::outbox::StoreOutbox;
use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tram_biometric::{FingerPosition, Sample};
use tram_device::Printed;
use tram_enrollment::reference::Phrase;
use tram_enrollment::{EnrollmentId, Event, Field, OfficerId, ReferenceData};
use tram_keys::StationSigner;
use tram_packet::{AuditAction, KeyProtection, OrderId, PacketId, Profile, ReferenceBundle};
use tram_store::{Act, Room, Store, StoreError};
use tram_sync::Membership;
use tram_workflow::lists::{Link, Mirror};
use tram_workflow::state::Station;
use tram_workflow::{Action, Effect, State};
use uuid::Uuid;

/// The setting that holds the signed reference data.
pub(crate) const REFERENCE: &str = "reference";

/// Work of another thread that needs the store.
type Ask = Box<dyn FnOnce(&mut Vault, &Outlet) + Send>;

/// What the vault thread is asked.
#[allow(clippy::large_enum_variant)] // A few a second.
pub(super) enum Job {
    /// An effect of the workflow.
    Effect(Effect),
    /// The printer ended.
    CardPrinted { order: OrderId, outcome: Result<Printed, Phrase> },
    /// Something for the sync thread.
    Ask(Ask),
    /// No more.
    Close,
}

/// Has the vault do something and waits for the answer; `None` when the station is closing.
pub(super) fn ask<T: Send + 'static>(
    vault: &Sender<Job>,
    work: impl FnOnce(&mut Vault, &Outlet) -> T + Send + 'static,
) -> Option<T> {
    let (tell, answer) = bounded(1);
    let job: Ask = Box::new(move |vault, outlet| {
        // Whoever asked may have gone.
        tell.send(work(vault, outlet)).ok();
    });
    vault.send(Job::Ask(job)).ok()?;
    answer.recv().ok()
}

/// The threads the vault gives work to.
pub(super) struct Around {
    pub(super) fingers: Sender<fingers::Job>,
    pub(super) printer: Sender<printer::Job>,
    pub(super) matcher: Sender<matcher::Job>,
    /// Hears that the outbox changed.
    pub(super) mirror: Sender<()>,
    /// Which devices may be used.
    pub(super) ledger: Ledger,
    /// The card the officer at work signed in with.
    pub(super) watched_card: Slot<String>,
}

/// The store, the keys and the rules of the station.
pub(super) struct Vault {
    home: Home,
    store: Store,
    membership: Membership,
    station_key: StationSigner,
    protection: KeyProtection,
    bundle: ReferenceBundle,
    reference: Arc<ReferenceData>,
    signed_in: Option<people::SignedIn>,
    /// The key of the officer whose station locked by itself.
    resting: Option<own_finger::Resting>,
    stage: Stage,
    /// The fingers the person before the virtual devices does not show.
    hidden: Vec<FingerPosition>,
    around: Around,
    /// What the sync thread knows of packets and the store does not: what is on its way now.
    under_way: BTreeMap<PacketId, tram_sync::PacketState>,
    link: Link,
    mirror: Mirror,
    started: std::time::Instant,
    /// The latest time the centre signed for.
    trusted: OffsetDateTime,
    /// How far the machine's clock was ahead when that was last written into the audit chain.
    noted_ahead: time::Duration,
}

impl Vault {
    /// Opens the store and what the state of a fresh station is.
    pub(super) fn open(home: &Home, stage: Stage, around: Around) -> anyhow::Result<(Self, State)> {
        let membership = home.membership()?;
        let station_key = home.station_key()?;
        let protection = home.keys()?.protection;
        let mut store = Store::open(&home.database(), &home.database_key()?)?;
        let signed = store.read().setting(REFERENCE)?.context(
            "this station has no reference data yet: connect it to the centre once, with `tram join`",
        )?;
        let bundle = ReferenceBundle::verify(&signed, &membership.station.authority)?;
        let trusted =
            keeping::trusted_time(&store).map_or(bundle.issued_at, |signed| signed.max(bundle.issued_at));
        let clock_off = crate::clock::start_from(trusted);
        keeping::keep_safe(home, &mut store, &membership, &bundle, protection)?;
        let reference = Arc::new(ReferenceData::new(bundle.rules.clone())?);
        let station = Station {
            id: membership.station.station.clone(),
            name: format!("{} · {}", membership.station.office_name, membership.station.station),
            unit: membership.station.office_code.clone(),
            key_protection: protection,
            is_demonstration: membership.station.profile == Profile::Test,
        };
        let mut state = State::new(station, Arc::clone(&reference), now());
        state.clock_ahead = clock_off;
        if let Some(ahead) = clock_off {
            store.note(
                Self::act(None),
                AuditAction::ClockImplausible,
                &format!("{:+} s", ahead.whole_seconds()),
            )?;
        }
        let vault = Self {
            home: home.clone(),
            store,
            membership,
            station_key,
            protection,
            bundle,
            reference,
            signed_in: None,
            resting: None,
            stage,
            hidden: Vec::new(),
            around,
            under_way: BTreeMap::new(),
            link: Link::Unknown,
            mirror: Mirror::Unset,
            started: std::time::Instant::now(),
            trusted,
            noted_ahead: time::Duration::ZERO,
        };
        vault.read_ledger()?;
        Ok((vault, state))
    }

    pub(super) fn membership(&self) -> Membership {
        self.membership.clone()
    }

    /// The station has a new certificate and further numbers; the old one stays in force when it cannot be kept.
    pub(super) fn keep_membership(&mut self, membership: Membership) -> anyhow::Result<()> {
        let (before, place) = (&self.membership.station, &membership.station);
        if place.first_number != before.first_number {
            self.store.add_block(&place.office_code, place.first_number..=place.last_number)?;
        }
        self.home.keep_membership(&membership)?;
        self.membership = membership;
        self.store.note(Self::act(None), AuditAction::CertificateRenewed, "")?;
        Ok(())
    }

    pub(super) fn station_key(&self) -> StationSigner {
        Arc::clone(&self.station_key)
    }

    /// The way to the centre.
    pub(super) fn way(&self) -> tram_sync::Way {
        self.home.way()
    }

    /// The outbox for the lane.
    pub(super) fn outbox(&mut self) -> StoreOutbox<'_> {
        StoreOutbox { store: &mut self.store, bundle: &self.bundle }
    }

    pub(super) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The thread's work: lists first, then one job after the other until it is closed.
    pub(super) fn run(mut self, jobs: &Receiver<Job>, outlet: &Outlet) {
        self.tell_outbox(outlet);
        self.tell_orders(outlet);
        while let Ok(job) = jobs.recv() {
            match job {
                Job::Effect(effect) => self.carry_out(effect, outlet),
                Job::CardPrinted { order, outcome } => self.card_printed(order, outcome, outlet),
                Job::Ask(work) => work(&mut self, outlet),
                Job::Close => return,
            }
        }
    }

    fn carry_out(&mut self, effect: Effect, outlet: &Outlet) {
        match effect {
            Effect::SignIn { officer, passphrase } => {
                outlet.send(Action::SignedIn(self.sign_in(&officer, &passphrase)));
            }
            Effect::DropKey => {
                (self.signed_in, self.resting) = (None, None);
                self.around.watched_card.clear();
            }
            Effect::SignInByCard(pin) => {
                outlet.send(Action::SignedIn(self.sign_in_by_card(&pin)));
            }
            Effect::KeepOwnCard(pin) => {
                let kept = self.keep_own_card(&pin);
                if kept.is_ok() {
                    outlet.send(Action::CardIn(self.signed_in.as_ref().map(|now| now.officer.clone())));
                }
                outlet.send(Action::OwnCardKept(kept));
            }
            Effect::RestKey => {
                self.around.watched_card.clear();
                outlet.send(Action::FingerOpens(self.rest_key()));
            }
            Effect::KeepOwnFinger(image) => {
                outlet.send(Action::OwnFingerKept(self.keep_own_finger(&image)));
            }
            Effect::OpenByFinger(image) => {
                outlet.send(Action::SignedIn(self.open_by_finger(&image)));
                if self.signed_in.is_none() && self.resting.is_none() {
                    outlet.send(Action::FingerOpens(false));
                }
            }
            Effect::ResetPassphrase { officer, passphrase, supervisor, supervisor_passphrase } => {
                let outcome = self.reset(&officer, &passphrase, &supervisor, &supervisor_passphrase);
                outlet.send(Action::PassphraseReset(outcome));
            }
            Effect::NewDossier { officer } => self.new_dossier(officer, outlet),
            Effect::LoadAudit => {
                outlet.send(Action::Audit(self.audit_view().map_err(|error| store_phrase(&error))));
            }
            Effect::LoadDossier(id) => self.load_dossier(id, outlet),
            Effect::Journal { id, event, samples } => self.journal(id, &event, &samples, outlet),
            Effect::LoadWorklist => {
                self.tell_worklist(outlet);
                // Between two citizens: the pictures of the last one are free now.
                crate::memory::give_back();
            }
            Effect::DrawSignature { id, strokes } => draw_signature(id, &strokes, outlet),
            Effect::Seal { id, approval } => {
                outlet.send(Action::Sealed(self.seal(id, approval.as_ref()).map(Box::new)));
                self.outbox_changed();
                self.tell_outbox(outlet);
                self.tell_worklist(outlet);
            }
            Effect::Reopen { id, reason } => self.reopen(id, &reason, outlet),
            Effect::Withdraw { id, reason, approval } => {
                outlet.send(Action::Withdrawn(self.withdraw(id, reason, approval.as_ref())));
                self.outbox_changed();
                self.tell_outbox(outlet);
                self.tell_worklist(outlet);
            }
            Effect::RenderCard(order) => self.render_card(order, outlet),
            Effect::Print(order) => self.print_card(order, outlet),
            Effect::RecordVerdict { order, good, approval } => {
                self.record_verdict(order, good, approval.as_ref(), outlet);
            }
            Effect::ReceiveBlanks { count, note } => self.receive_blanks(count, &note, outlet),
            Effect::StartHandover(order) => self.start_handover(order, outlet),
            Effect::RecordHandover { order, score } => self.record_handover(order, score, outlet),
            other => log::error!("an effect for another thread reached the vault: {other:?}"),
        }
    }

    /// Who acts now.
    fn act(officer: Option<&OfficerId>) -> Act<'_> {
        Act { officer, at: now() }
    }

    fn officer_id(&self) -> Option<OfficerId> {
        self.signed_in.as_ref().map(|signed_in| signed_in.officer.id.clone())
    }

    /// Room is asked for before a dossier is opened, never in the middle of one.
    fn new_dossier(&mut self, officer: OfficerId, outlet: &Outlet) {
        if matches!(Room::on_disk_of(self.store.path()), Ok(Room::None)) {
            return Self::trouble(&StoreError::Full, outlet, Action::DossierFailed);
        }
        let at = now();
        let id = EnrollmentId(Uuid::now_v7());
        let opened = self.store.take_dossier_number(at.date()).and_then(|dossier| {
            let station = self.membership.station.station.clone();
            let event = Event::Opened { dossier, station, officer, at };
            self.store.append(id, &event, &[], at)
        });
        match opened {
            Ok(_) => self.load_dossier(id, outlet),
            Err(error) => Self::trouble(&error, outlet, Action::DossierFailed),
        }
    }

    fn load_dossier(&mut self, id: EnrollmentId, outlet: &Outlet) {
        let loaded = self.store.read().load(id);
        let enrollment = match loaded {
            Ok(Some(enrollment)) => enrollment,
            Ok(None) => {
                return Self::trouble(&StoreError::NotFound("dossier"), outlet, Action::DossierFailed);
            }
            Err(error) => return Self::trouble(&error, outlet, Action::DossierFailed),
        };
        self.set_stage(enrollment.applicant.value(Field::PersonalNumber), enrollment.exceptions.keys());
        let samples: Vec<Sample> = tram_packet::contents::samples_of(&enrollment)
            .into_iter()
            // Those of a purged packet are at the centre.
            .filter_map(|(sample, _)| self.store.read().sample(sample).ok())
            .collect();
        let pictures = pictures::of(&samples.iter().collect::<Vec<_>>());
        outlet.send(Action::DossierOpened { enrollment: Box::new(enrollment.clone()), pictures });
        if let Some(slip) = self.slip_again(&enrollment) {
            outlet.send(Action::Sealed(Ok(Box::new(slip))));
        }
    }

    fn journal(&mut self, id: EnrollmentId, event: &Event, samples: &[Arc<Sample>], outlet: &Outlet) {
        self.watch_stage(event);
        let samples: Vec<&Sample> = samples.iter().map(AsRef::as_ref).collect();
        match self.store.append(id, event, &samples, now()) {
            Ok(_) => {
                outlet.send(Action::Journalled(id));
                if let Some(sample) = samples.first() {
                    self.count_use(&sample.origin);
                }
            }
            Err(error) => Self::trouble(&error, outlet, Action::JournalFailed),
        }
    }

    /// Tells what went wrong with the store, in both languages.
    fn trouble(error: &StoreError, outlet: &Outlet, action: impl FnOnce(Phrase) -> Action) {
        log::error!("the store: {error}");
        outlet.send(action(store_phrase(error)));
    }

    /// The hands around virtual devices follow the dossier: whose fingers lie on the platen, and which are missing.
    fn watch_stage(&mut self, event: &Event) {
        let Some(stage) = &self.stage else { return };
        match event {
            Event::FieldsFilled { fields, .. } => {
                if let Some(number) = fields.get(&Field::PersonalNumber) {
                    stage.put_person(person_of(number));
                    self.hidden.clear();
                }
            }
            Event::FieldSet { field: Field::PersonalNumber, value, .. } => stage.put_person(person_of(value)),
            Event::FingerExcepted { position, .. } => {
                self.hidden.push(*position);
                stage.set_missing(&self.hidden);
            }
            _ => {}
        }
    }

    fn set_stage<'a>(&mut self, number: &str, missing: impl Iterator<Item = &'a FingerPosition>) {
        if let Some(stage) = &self.stage
            && !number.is_empty()
        {
            stage.put_person(person_of(number));
            self.hidden = missing.copied().collect();
            stage.set_missing(&self.hidden);
        }
    }

    /// Takes a newer edition of the signed reference data into force.
    pub(super) fn renew(&mut self, signed: &[u8], outlet: &Outlet) -> anyhow::Result<()> {
        let bundle = ReferenceBundle::verify(signed, &self.membership.station.authority)?;
        bundle.may_replace(self.bundle.edition)?;
        let reference = Arc::new(ReferenceData::new(bundle.rules.clone())?);
        self.store.set_setting(REFERENCE, signed)?;
        self.bundle = bundle;
        self.reference = Arc::clone(&reference);
        self.read_ledger()?;
        outlet.send(Action::Reference(reference));
        // A finger opens for whom the former edition named.
        self.resting = None;
        if !self.names_who_is_signed_in() {
            self.signed_in = None;
            outlet.send(Action::Lock);
        }
        Ok(())
    }

    /// Purges packets the centre signed for, after the days the rules in force name; a demonstration purges at once, and
    /// where the rules say nothing, or the centre contradicts itself, everything stays.
    pub(super) fn purge_what_may_go(&mut self) -> Result<(), StoreError> {
        let retention = match self.bundle.profile {
            Profile::Test => Some(time::Duration::ZERO),
            Profile::Service => self
                .reference
                .practice(now().date())
                .map(|practice| time::Duration::days(practice.retention_days.into())),
        };
        let Some(retention) = retention else { return Ok(()) };
        if self.store.read().distrusted()?.is_some() {
            return Ok(());
        }
        for row in self.store.read().purgeable(now() - retention)? {
            self.store.purge(row.packet, Self::act(None))?;
            self.outbox_changed();
            // A matcher with a full queue forgets with the next purge.
            self.around.matcher.try_send(matcher::Job::Forget).ok();
        }
        Ok(())
    }

    /// The mirror copies what is new; one that is at it looks again by itself.
    fn outbox_changed(&self) {
        self.around.mirror.try_send(()).ok();
    }

    /// Milliseconds since this program started, for packets: monotonic where the wall clock is not.
    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Whose invented fingers belong to a number: those of the invented citizen who has it, else of its own.
fn person_of(number: &str) -> u64 {
    tram_synthetic::person::seed_of(number).unwrap_or_else(|| {
        number.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
    })
}

fn draw_signature(id: EnrollmentId, strokes: &[tram_workflow::action::Stroke], outlet: &Outlet) {
    let Some(sample) = pictures::signature(strokes) else {
        outlet.send(Action::CaptureTrouble(Some(phrase(
            "Không lưu được chữ ký, mời ký lại",
            "The signature cannot be kept, please sign again",
        ))));
        return;
    };
    let event = Event::Signed { signature: (&sample).into() };
    let pictures = pictures::of(&[&sample]);
    outlet.send(Action::Captured { id, event, samples: vec![Arc::new(sample)], pictures });
}

/// What the officer reads of a store's error.
fn store_phrase(error: &StoreError) -> Phrase {
    let vi = match error {
        StoreError::Full => {
            "Đĩa đã đầy: không mất gì, nhưng chưa lưu thêm được. Giải phóng chỗ trống rồi mở lại trạm"
        }
        StoreError::Disk(_) => {
            "Ổ đĩa bị lỗi: ngừng thu nhận, xuất hàng chờ gửi ra thiết bị khác và gọi kỹ thuật viên"
        }
        StoreError::Damaged(_) => "Kho dữ liệu bị hỏng: ngừng thu nhận và gọi kỹ thuật viên",
        StoreError::NoNumbers => "Trạm đã hết số hồ sơ: kết nối trung tâm để nhận thêm",
        StoreError::Sealed => "Hồ sơ đã niêm phong: có thể đính chính hoặc rút, không sửa được",
        StoreError::AtTheCentre => {
            "Dữ liệu đã lấy chỉ còn ở trung tâm: không đính chính tại trạm được nữa, nhưng vẫn rút được"
        }
        StoreError::NotFound(_) => "Không tìm thấy mục này trong kho dữ liệu",
        _ => "Kho dữ liệu của trạm báo lỗi: gọi kỹ thuật viên, những gì đã lưu vẫn an toàn",
    };
    phrase(vi, &error.to_string())
}
