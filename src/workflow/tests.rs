//! The workflow driven like a person would, without any worker: every effect is answered by hand.

use crate::dossier::{Citizen, Found, Sealing, Slip};
use crate::lists::{DeviceRow, DeviceState, Reach};
use crate::officer::{Identify, Plan, ScriptedOfficer};
use crate::state::{Officer, Refusal, Screen, Session, Station};
use crate::{Action, Effect, Secret, State, apply, sentence};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use time::macros::datetime;
use tram_biometric::{Encoding, FingerPosition, Language, Origin, Quality, RgbImage, SampleId};
use tram_capture::{DeviceError, DeviceKind};
use tram_enrollment::{
    CaptureStep, DossierNumber, Enrollment, EnrollmentId, Event, ExceptionKind, Field, FingerCut, OfficerId,
    ReferenceData, Role, SampleRef, Source, Step,
};
use tram_packet::PacketId;
use uuid::Uuid;

const NOW: time::OffsetDateTime = datetime!(2026-11-23 08:30 +7);
const ID: EnrollmentId = EnrollmentId(Uuid::from_u128(7));

fn reference() -> Arc<ReferenceData> {
    let rules = include_str!("../../assets/reference/rules.toml");
    let units = include_str!("../../assets/reference/units.csv");
    Arc::new(ReferenceData::parse(rules, units).expect("the published reference data is sound"))
}

fn origin() -> Origin {
    Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true }
}

fn device(kind: DeviceKind, state: DeviceState) -> DeviceRow {
    let reach = Reach { slaps: true, rolled: false };
    DeviceRow { kind, origin: origin(), port: "here".into(), in_use: true, state, reach, printer: None }
}

fn station() -> State {
    let mut state = State::new(Station::default(), reference(), NOW);
    let devices = [DeviceKind::Camera, DeviceKind::FingerReader].map(|kind| device(kind, DeviceState::Ready));
    apply(&mut state, Action::Devices(devices.to_vec()));
    state
}

fn signed_in(role: Role) -> State {
    let mut state = station();
    apply(
        &mut state,
        Action::SignIn { officer: OfficerId("khanh".into()), passphrase: Secret::new("x".into()) },
    );
    let officer = Officer { id: OfficerId("khanh".into()), name: "Lò Văn Khánh".into(), role };
    apply(&mut state, Action::SignedIn(Ok(officer)));
    state
}

fn opened(events: Vec<Event>) -> Action {
    let first = Event::Opened {
        dossier: DossierNumber::new("G01.822.054", NOW.date(), 890_001),
        station: "station-1".into(),
        officer: OfficerId("khanh".into()),
        at: NOW,
    };
    let enrollment = Enrollment::replay(ID, std::iter::once(first).chain(events)).expect("opened");
    Action::DossierOpened { enrollment: Box::new(enrollment), pictures: Vec::new() }
}

fn at_dossier(events: Vec<Event>) -> State {
    let mut state = signed_in(Role::Officer);
    apply(&mut state, Action::NewDossier);
    apply(&mut state, opened(events));
    state
}

fn sample(id: u128, quality: u8) -> SampleRef {
    SampleRef {
        id: SampleId(id),
        encoding: Encoding::Wsq,
        width: 10,
        height: 10,
        ppi: 500,
        quality: Quality::new(quality),
        origin: origin(),
    }
}

fn fingers(step: CaptureStep, absent: &[FingerPosition], quality: u8) -> Event {
    let present = step.position.fingers().iter().filter(|finger| !absent.contains(finger));
    let fingers = present.map(|finger| FingerCut {
        position: *finger,
        sample: sample(u128::from(finger.code()) << 8 | u128::from(quality), quality),
    });
    Event::FingersTaken {
        position: step.position,
        impression: step.impression,
        platen: sample(99, quality),
        fingers: fingers.collect(),
    }
}

fn captured(event: Event) -> Action {
    Action::Captured { id: ID, event, samples: Vec::new(), pictures: Vec::new() }
}

fn chosen() -> Event {
    Event::ProcedureChosen { code: "identity-card.exchange".into() }
}

fn at_step(step: Step) -> Event {
    Event::StepEntered { step }
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

fn journalled(effects: &[Effect]) -> Vec<&Event> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Journal { event, .. } => Some(event),
            _ => None,
        })
        .collect()
}

/// Plays the workers for the scripted officer until the slip is there.
fn play(officer: &ScriptedOfficer) -> (State, Vec<Event>) {
    let mut state = station();
    let mut journal = Vec::new();
    for _ in 0..400 {
        let Some(action) = officer.next(&state) else { break };
        let mut todo = apply(&mut state, action);
        while !todo.is_empty() {
            let effect = todo.remove(0);
            if let Effect::Journal { event, .. } = &effect {
                journal.push(event.clone());
            }
            if let Some(answer) = answer(effect) {
                todo.extend(apply(&mut state, answer));
            }
        }
    }
    (state, journal)
}

fn answer(effect: Effect) -> Option<Action> {
    Some(match effect {
        Effect::SignIn { officer, .. } => {
            Action::SignedIn(Ok(Officer { id: officer, name: "Khánh".into(), role: Role::Officer }))
        }
        Effect::NewDossier { .. } => opened(Vec::new()),
        Effect::Journal { id, .. } => Action::Journalled(id),
        Effect::Search(query) => {
            Action::Found { query, found: Ok(vec![Citizen { fields: citizen(), source: Source::Register }]) }
        }
        Effect::StartCamera { photo: crate::effect::Photo::Portrait, .. } => captured(Event::PortraitTaken {
            full: sample(1, 90),
            card: sample(2, 90),
            failing: vec!["Sharpness".into()],
        }),
        Effect::Shutter => captured(Event::ExceptionPhotoTaken { photo: sample(3, 0) }),
        Effect::StartFingers { step, absent, .. } => captured(fingers(step, &absent, 70)),
        Effect::DrawSignature { .. } => captured(Event::Signed { signature: sample(4, 100) }),
        Effect::Seal { .. } => Action::Sealed(Ok(Box::new(Slip {
            packet: PacketId(Uuid::nil()),
            bytes: 1,
            dossier: DossierNumber::new("G01.822.054", NOW.date(), 890_001),
            appointment: NOW.date(),
            page: Arc::new(RgbImage::new(1, 1, vec![0; 3]).expect("fills")),
            pdf: "slip.pdf".into(),
        }))),
        _ => return None,
    })
}

fn officer(identify: Identify, exceptions: Vec<FingerPosition>) -> ScriptedOfficer {
    let exceptions =
        exceptions.into_iter().map(|finger| (finger, ExceptionKind::Missing, "mất đốt một".into())).collect();
    ScriptedOfficer {
        id: OfficerId("khanh".into()),
        passphrase: Secret::new("x".into()),
        plan: Plan { procedure: "identity-card.exchange".into(), identify, exceptions, approval: None },
        draft: None,
    }
}

#[test]
fn a_citizen_of_the_register_goes_from_sign_in_to_the_slip() {
    let (state, journal) = play(&officer(Identify::Register("022194900001".into()), Vec::new()));
    assert!(
        ScriptedOfficer::is_done(&state),
        "stopped at {:?}",
        state.dossier.map(|dossier| dossier.enrollment.step)
    );
    let slaps = journal.iter().filter(|event| matches!(event, Event::FingersTaken { .. })).count();
    assert_eq!(slaps, 3, "the reader takes slaps and does not roll");
}

#[test]
fn typed_in_with_two_fingers_missing_needs_the_photo_and_gets_there() {
    let typed = citizen().into_iter().collect();
    let missing = vec![FingerPosition::RightRing, FingerPosition::LeftThumb];
    let (state, journal) = play(&officer(Identify::Typed(typed), missing));
    assert!(ScriptedOfficer::is_done(&state));
    assert!(journal.iter().any(|event| matches!(event, Event::ExceptionPhotoTaken { .. })));
    let birth = journal.iter().find_map(|event| match event {
        Event::FieldSet { field: Field::BirthDate, value, .. } => Some(value.as_str()),
        _ => None,
    });
    assert_eq!(birth, Some("1994-03-12"));
}

#[test]
fn a_change_of_what_the_register_said_waits_for_its_reason() {
    let filled = Event::FieldsFilled { fields: citizen(), source: Source::Register };
    let mut state = at_dossier(vec![chosen(), filled, at_step(Step::Applicant)]);
    apply(&mut state, Action::Typed(Field::FullName, "Hoàng Thị Ngần".into()));
    assert!(
        apply(&mut state, Action::Tick { now: NOW, touched: true }).is_empty(),
        "kept only with a reason"
    );
    assert!(apply(&mut state, Action::Commit(Field::FullName)).is_empty());
    assert!(apply(&mut state, Action::Continue).is_empty(), "the reason comes first");
    let effects = apply(&mut state, Action::Reason(Some("theo giấy khai sinh".into())));
    assert!(matches!(
        journalled(&effects).as_slice(),
        [Event::FieldSet { field: Field::FullName, reason: Some(_), .. }]
    ));
}

#[test]
fn typing_is_kept_within_a_second_without_leaving_the_field() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Applicant)]);
    apply(&mut state, Action::TypeIn);
    apply(&mut state, Action::Typed(Field::FullName, "Lò A".into()));
    let effects = apply(&mut state, Action::Tick { now: NOW + Duration::from_secs(1), touched: true });
    assert_eq!(journalled(&effects).len(), 1);
    assert_eq!(state.dossier.as_ref().map(|dossier| dossier.text(Field::FullName)), Some("Lò A"));
}

#[test]
fn an_answer_to_an_older_question_is_not_shown() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Applicant)]);
    apply(&mut state, Action::Search("hoang".into()));
    apply(&mut state, Action::Search("hoang thi".into()));
    apply(&mut state, Action::Found { query: "hoang".into(), found: Ok(Vec::new()) });
    assert_eq!(state.dossier.as_ref().map(|dossier| &dossier.search.found), Some(&Found::Loading));
}

#[test]
fn a_bad_slap_is_tried_again_and_the_best_of_each_finger_counts() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Fingers)]);
    let step = state.dossier.as_ref().and_then(crate::Dossier::finger_step).expect("a sequence");
    for (quality, settled) in [(30, false), (40, false), (20, true)] {
        apply(&mut state, captured(fingers(step, &[], quality)));
        let dossier = state.dossier.as_ref().expect("open");
        assert_eq!(dossier.enrollment.step_is_settled(step), settled, "after {quality}");
    }
    let dossier = state.dossier.as_ref().expect("open");
    let best =
        dossier.enrollment.best_at(step, FingerPosition::RightIndex).map(|sample| sample.quality.score());
    assert_eq!(best, Some(40));
    assert_ne!(dossier.finger_step(), Some(step), "three tries are enough");
}

#[test]
fn an_unplugged_camera_says_so_and_starts_again_by_itself() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Portrait)]);
    assert!(state.dossier.as_ref().is_some_and(|dossier| dossier.portrait.running));
    let gone = DeviceError::Gone { detail: "test".into() };
    let advice = gone.advice(Language::Vietnamese);
    let trouble = tram_enrollment::reference::Phrase { vi: advice.into(), en: String::new() };
    apply(&mut state, Action::CaptureTrouble(Some(trouble)));
    assert_eq!(sentence::headline(&state), Some((sentence::Tone::Bad, advice.into())));
    let without = [device(DeviceKind::Camera, DeviceState::Failed(gone))];
    apply(&mut state, Action::Devices(without.to_vec()));
    let back = [device(DeviceKind::Camera, DeviceState::Ready)];
    let effects = apply(&mut state, Action::Devices(back.to_vec()));
    assert!(matches!(effects.as_slice(), [Effect::StartCamera { .. }]), "{effects:?}");
}

#[test]
fn an_idle_station_locks_forgets_the_key_and_keeps_the_draft() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Portrait)]);
    let later = NOW + state.idle_limit();
    let effects = apply(&mut state, Action::Tick { now: later, touched: false });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::DropKey)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StopCamera)));
    assert!(matches!(state.session, Session::Locked { .. }) && state.dossier.is_some());
    assert!(apply(&mut state, Action::Continue).is_empty(), "a locked station does nothing");

    let officer = Officer { id: OfficerId("khanh".into()), name: "Khánh".into(), role: Role::Officer };
    apply(&mut state, Action::SignIn { officer: officer.id.clone(), passphrase: Secret::default() });
    let effects = apply(&mut state, Action::SignedIn(Ok(officer)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StartCamera { .. })), "the step goes on");
}

#[test]
fn another_officer_does_not_see_the_draft_of_the_one_who_locked() {
    let mut state = at_dossier(vec![chosen()]);
    apply(&mut state, Action::Lock);
    let other = Officer { id: OfficerId("ban".into()), name: "Bàn".into(), role: Role::Officer };
    apply(&mut state, Action::SignIn { officer: other.id.clone(), passphrase: Secret::default() });
    apply(&mut state, Action::SignedIn(Ok(other)));
    assert!(state.dossier.is_none() && state.screen == Screen::Worklist);
}

#[test]
fn a_technician_sees_devices_and_no_citizen() {
    let mut state = signed_in(Role::Technician);
    assert_eq!(state.screen, Screen::Devices);
    for action in
        [Action::NewDossier, Action::Go(Screen::Worklist), Action::OpenDossier(ID), Action::Go(Screen::Cards)]
    {
        assert!(apply(&mut state, action).is_empty());
    }
    assert_eq!(state.screen, Screen::Devices);
}

#[test]
fn a_refused_sign_in_says_why_and_can_be_tried_again() {
    let mut state = station();
    let sign_in = || Action::SignIn { officer: OfficerId("khanh".into()), passphrase: Secret::default() };
    assert_eq!(apply(&mut state, sign_in()).len(), 1);
    assert!(apply(&mut state, sign_in()).is_empty(), "one check at a time");
    apply(&mut state, Action::SignedIn(Err(Refusal::Wrong)));
    assert_eq!(apply(&mut state, sign_in()).len(), 1);
}

#[test]
fn a_change_after_signing_makes_the_signature_void() {
    let signed = Event::Signed { signature: sample(4, 100) };
    let filled = Event::FieldsFilled { fields: citizen(), source: Source::Register };
    let mut state = at_dossier(vec![chosen(), filled, signed, at_step(Step::Applicant)]);
    apply(&mut state, Action::Typed(Field::Religion, "Không".into()));
    apply(&mut state, Action::Commit(Field::Religion));
    assert!(state.dossier.is_some_and(|dossier| dossier.enrollment.signature.is_none()));
}

#[test]
fn a_sealed_dossier_takes_no_more_events() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Review)]);
    if let Some(dossier) = &mut state.dossier {
        dossier.sealing = Sealing::Running;
    }
    for action in [Action::Consent, Action::Enter(Step::Applicant), Action::ChooseProcedure("x".into())] {
        assert!(apply(&mut state, action).is_empty());
    }
}

#[test]
fn a_store_that_fails_halts_the_station_in_words() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Review)]);
    let full =
        tram_enrollment::reference::Phrase { vi: "Đĩa đầy".into(), en: "The disk is full".into() };
    apply(&mut state, Action::JournalFailed(full.clone()));
    assert_eq!(state.halted, Some(full));
    assert!(apply(&mut state, Action::Consent).is_empty());
}

#[test]
fn a_scanned_card_fills_the_form_also_with_extra_fields_and_a_foreign_code_says_what_it_is() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Applicant)]);
    let card = "022194900001|012345678|Hoàng Thị Ngân|12031994|Nữ|TEST Khe Lèn, Quảng La|15042021|x|y||z";
    apply(&mut state, Action::Scanned(card.as_bytes().to_vec()));
    let dossier = state.dossier.as_ref().expect("open");
    let name = dossier.enrollment.applicant.field(Field::FullName).expect("filled");
    assert_eq!((name.value.as_str(), name.source), ("Hoàng Thị Ngân", Source::CardQr));
    assert_eq!(dossier.text(Field::BirthDate), "1994-03-12");

    for foreign in [b"Ho\xe0ng|1|2|3|4|5|6".to_vec(), b"https://example.org".to_vec(), Vec::new()] {
        let before = state.dossier.as_ref().map(|dossier| dossier.enrollment.clone());
        state.notices.clear();
        assert!(apply(&mut state, Action::Scanned(foreign)).is_empty());
        assert_eq!(state.notices.len(), 1, "a sentence says why");
        assert_eq!(
            state.dossier.as_ref().map(|dossier| dossier.enrollment.clone()),
            before,
            "nothing is lost"
        );
    }
}
