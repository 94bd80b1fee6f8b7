//! A desk of the simulated world: the production workflow, driven by the scripted officer, on the production store. Devices
//! answer at once; between what is asked for and what is answered the station may lose power.

use crate::stock::{Cast, Dossier, sample};
use crate::world::Bug;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use time::OffsetDateTime;
use time::macros::datetime;
use tram_biometric::{Origin, RgbImage, Sample};
use tram_capture::DeviceKind;
use tram_enrollment::{
    CaptureStep, EnrollmentId, Event, Field, Findings, FingerCut, OfficerId, ReferenceData, Role, SampleRef,
    Source,
};
use tram_packet::{Digest, PacketId};
use tram_store::{Named, Store};
use tram_workflow::dossier::{Citizen, Slip};
use tram_workflow::effect::Photo;
use tram_workflow::lists::{DeviceLog, DeviceRow, DeviceState, Reach};
use tram_workflow::officer::{Identify, Plan, ScriptedOfficer};
use tram_workflow::state::{Officer, Station};
use tram_workflow::{Action, Effect, Secret, State, apply};
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 +7);

/// What the station told its officer, which a power cut must not make untrue.
#[derive(Default)]
pub(crate) struct Told {
    /// Events that are kept, of each dossier.
    pub(crate) kept: BTreeMap<EnrollmentId, u64>,
    /// Packets that are in the outbox.
    pub(crate) sealed: BTreeMap<PacketId, Digest>,
}

/// What a desk works with.
pub(crate) struct Around<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) cast: &'a Cast,
    pub(crate) bug: Option<Bug>,
    /// Tells dossiers and samples of different stations and times apart.
    pub(crate) number: &'a mut u128,
}

/// An officer at work.
pub(crate) struct Desk {
    state: State,
    officer: ScriptedOfficer,
    todo: VecDeque<Effect>,
}

impl Desk {
    /// A station that has just started, with an officer who goes on with what the last one left.
    pub(crate) fn open(reference: &Arc<ReferenceData>, store: &Store) -> Self {
        let mut state = State::new(Station::default(), Arc::clone(reference), NOW);
        apply(
            &mut state,
            Action::Devices([DeviceKind::Camera, DeviceKind::FingerReader].map(device).to_vec()),
        );
        let plan = Plan {
            procedure: "identity-card.exchange".into(),
            identify: Identify::Register("TEST".into()),
            exceptions: Vec::new(),
            approval: None,
        };
        let draft = store.read().drafts().unwrap().first().copied();
        let officer = ScriptedOfficer {
            id: OfficerId("khanh".into()),
            passphrase: Secret::new("TEST".into()),
            plan,
            draft,
        };
        Self { state, officer, todo: VecDeque::new() }
    }

    /// One thing is done: something of what is to do, else what the officer does next. `cut` says that the power fails
    /// before the officer hears of it.
    pub(crate) fn work(&mut self, around: &mut Around<'_>, told: &mut Told, cut: bool) {
        if let Some(effect) = self.todo.pop_front() {
            let answer = carry_out(effect, around);
            if cut {
                return;
            }
            if let Some(answer) = answer {
                note(&answer, told);
                self.todo.extend(apply(&mut self.state, answer));
            }
            return;
        }
        let action = if ScriptedOfficer::is_done(&self.state) {
            self.officer.draft = None;
            Some(Action::Continue)
        } else {
            self.officer.next(&self.state)
        };
        if let Some(action) = action {
            self.todo.extend(apply(&mut self.state, action));
        }
    }
}

/// What the officer has heard.
fn note(answer: &Action, told: &mut Told) {
    match answer {
        Action::Journalled(id) => *told.kept.entry(*id).or_insert(1) += 1,
        Action::Sealed(Ok(slip)) => drop(told.sealed.insert(slip.packet, Digest(digest_of(&slip.pdf)))),
        _ => {}
    }
}

/// The slip's file is named after the packet's digest here: what the slip says is all the officer hears.
fn digest_of(pdf: &std::path::Path) -> [u8; 32] {
    let digits = pdf.to_string_lossy();
    std::array::from_fn(|byte| u8::from_str_radix(&digits[2 * byte..2 * byte + 2], 16).unwrap())
}

fn device(kind: DeviceKind) -> DeviceRow {
    let origin =
        Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true };
    DeviceRow {
        kind,
        origin,
        port: "here".into(),
        in_use: true,
        state: DeviceState::Ready,
        reach: Reach { slaps: true, rolled: false },
        printer: None,
        log: DeviceLog::default(),
    }
}

/// What the engine does with an effect, as far as an enrollment needs it.
fn carry_out(effect: Effect, around: &mut Around<'_>) -> Option<Action> {
    Some(match effect {
        Effect::SignIn { officer, .. } => {
            Action::SignedIn(Ok(Officer { id: officer, name: "Khánh".into(), role: Role::Officer }))
        }
        Effect::NewDossier { officer } => {
            let dossier = around.store.take_dossier_number(NOW.date()).unwrap();
            let id = EnrollmentId(Uuid::from_u128(next(around)));
            let event = Event::Opened { dossier, station: "TEST-01".into(), officer, at: NOW };
            around.store.append(id, &event, &[], NOW).unwrap();
            opened(id, around)
        }
        Effect::LoadDossier(id) => opened(id, around),
        Effect::Journal { id, event, samples } => {
            let samples: Vec<&Sample> = samples.iter().map(AsRef::as_ref).collect();
            if around.bug != Some(Bug::SaysKeptTooEarly) || !next(around).is_multiple_of(3) {
                around.store.append(id, &event, &samples, NOW).unwrap();
            }
            Action::Journalled(id)
        }
        Effect::Search(query) => {
            let citizen = Citizen { fields: citizen(), source: Source::Register };
            Action::Found { query, found: Ok(vec![citizen]) }
        }
        Effect::StartCamera { id, photo: Photo::Portrait, .. } => portrait(id, around),
        Effect::StartFingers { id, step, .. } => fingers(id, step, around),
        Effect::DrawSignature { id, .. } => {
            let drawn = [picture(around, 200)];
            captured(id, Event::Signed { signature: SampleRef::from(&drawn[0]) }, drawn.to_vec())
        }
        Effect::Seal { id, .. } => seal(id, around),
        _ => return None,
    })
}

fn next(around: &mut Around<'_>) -> u128 {
    *around.number += 1;
    *around.number
}

fn picture(around: &mut Around<'_>, size: usize) -> Sample {
    sample(next(around), size)
}

fn opened(id: EnrollmentId, around: &Around<'_>) -> Action {
    let enrollment = around.store.read().load(id).unwrap().unwrap();
    Action::DossierOpened { enrollment: Box::new(enrollment), pictures: Vec::new() }
}

fn captured(id: EnrollmentId, event: Event, samples: Vec<Sample>) -> Action {
    Action::Captured { id, event, samples: samples.into_iter().map(Arc::new).collect(), pictures: Vec::new() }
}

/// Some dossiers fit into one chunk, some need several.
fn portrait(id: EnrollmentId, around: &mut Around<'_>) -> Action {
    let size = if id.0.as_u128().is_multiple_of(2) { 300 } else { 150_000 };
    let (full, card) = (picture(around, size), picture(around, 100));
    let event = Event::PortraitTaken {
        full: SampleRef::from(&full),
        card: SampleRef::from(&card),
        failing: Vec::new(),
        findings: Findings::default(),
    };
    captured(id, event, vec![full, card])
}

fn fingers(id: EnrollmentId, step: CaptureStep, around: &mut Around<'_>) -> Action {
    let platen = picture(around, 100);
    let cuts: Vec<_> =
        step.position.fingers().iter().map(|position| (*position, picture(around, 40))).collect();
    let cut =
        |(position, sample): &(_, Sample)| FingerCut { position: *position, sample: SampleRef::from(sample) };
    let event = Event::FingersTaken {
        position: step.position,
        impression: step.impression,
        platen: SampleRef::from(&platen),
        fingers: cuts.iter().map(cut).collect(),
    };
    let samples = std::iter::once(platen).chain(cuts.into_iter().map(|(_, sample)| sample));
    captured(id, event, samples.collect())
}

fn seal(id: EnrollmentId, around: &mut Around<'_>) -> Action {
    let dossier = around.store.read().load(id).unwrap().unwrap();
    let samples: Vec<Named> = tram_packet::contents::samples_of(&dossier)
        .into_iter()
        .map(|(id, role)| Named { id, role, certificate: None })
        .collect();
    let kind = around.store.read().next_kind(id).unwrap();
    let packet =
        around.cast.seal_as(around.store, Dossier { samples: &samples, ..Dossier::of(id, &kind) }).unwrap();
    Action::Sealed(Ok(Box::new(Slip {
        packet: packet.header().packet,
        bytes: packet.size(),
        dossier: dossier.dossier,
        appointment: NOW.date(),
        page: Arc::new(RgbImage::new(1, 1, vec![0; 3]).unwrap()),
        pdf: packet.digest().to_string().into(),
    })))
}

fn citizen() -> BTreeMap<Field, String> {
    [
        (Field::PersonalNumber, "022194900001"),
        (Field::FullName, "Hoàng Thị Ngân"),
        (Field::BirthDate, "1994-03-12"),
        (Field::Sex, "female"),
        (Field::Nationality, "VNM"),
        (Field::Ethnicity, "Tày"),
        (Field::BirthPlace, "Quảng Ninh"),
        (Field::ResidenceUnit, "00004"),
    ]
    .into_iter()
    .map(|(field, value)| (field, value.to_owned()))
    .collect()
}
