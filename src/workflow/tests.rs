//! The workflow driven like a person would, without any worker: every effect is answered by hand.

#[path = "amend_tests.rs"]
mod amend;
#[path = "people_tests.rs"]
mod people;

use crate::dossier::{Citizen, Found, Picture, Sealing, Slip};
use crate::lists::{DeviceLog, DeviceRow, DeviceState, Reach};
use crate::officer::{Identify, Plan, ScriptedOfficer};
use crate::state::{Officer, Refusal, Screen, Session, Station};
use crate::{Action, Effect, Secret, State, apply, sentence};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use time::macros::datetime;
use tram_biometric::{Encoding, EyeLabel, FingerPosition, Language, Origin, Quality, RgbImage, SampleId};
use tram_capture::{DeviceError, DeviceKind, Guidance, PortraitView};
use tram_enrollment::{
    CaptureStep, DossierNumber, Enrollment, EnrollmentId, Event, ExceptionKind, Field, Findings, FingerCut,
    IrisCut, Missing, OfficerId, ReferenceData, Role, SampleRef, Source, Step, Waiver, WaiverGround,
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
    DeviceRow {
        kind,
        origin: origin(),
        port: "here".into(),
        in_use: true,
        state,
        reach,
        printer: None,
        log: DeviceLog::default(),
    }
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

fn irises(eyes: &[EyeLabel], failing: &[&str]) -> Event {
    let failing: Vec<String> = failing.iter().map(|name| (*name).to_owned()).collect();
    let cut = |eye: &EyeLabel| IrisCut {
        eye: *eye,
        sample: sample(50 + *eye as u128, 80),
        failing: failing.clone(),
    };
    Event::IrisesTaken { irises: eyes.iter().map(cut).collect() }
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
            findings: Findings { to_confirm: vec!["both_ears".into()], ..Findings::default() },
        }),
        Effect::Shutter => captured(Event::ExceptionPhotoTaken { photo: sample(3, 0) }),
        Effect::StartFingers { step, absent, .. } => captured(fingers(step, &absent, 70)),
        Effect::StartIrises { eyes, .. } => captured(irises(&eyes, &[])),
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
fn prints_are_checked_after_every_capture_and_what_is_found_is_the_sentence() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Fingers)]);
    let dossier = state.dossier.as_ref().expect("open");
    let (id, step) = (dossier.enrollment.id, dossier.finger_step().expect("a step"));
    let event = fingers(step, &[], 70);
    let Event::FingersTaken { fingers: cuts, .. } = &event else { unreachable!() };
    let picture = || Picture::Gray(Arc::new(tram_biometric::GrayImage::from_fn(9, 9, 500, |_, _| 200)));
    let pictures = cuts.iter().map(|cut| (cut.sample.id, picture())).collect();
    let effects = apply(&mut state, Action::Captured { id, event, samples: Vec::new(), pictures });
    let checked = effects.iter().find_map(|effect| match effect {
        Effect::CheckFingers { prints, .. } => Some(prints),
        _ => None,
    });
    let positions: Vec<FingerPosition> =
        checked.expect("checked").iter().map(|print| print.position).collect();
    assert_eq!(positions, step.position.fingers());
    let findings = vec![tram_capture::Finding::OneHandTwice];
    apply(&mut state, Action::FingersChecked { id, findings });
    let (tone, said) = sentence::headline(&state).expect("a sentence");
    assert_eq!(tone, sentence::Tone::Bad);
    assert!(said.contains("hai lần"), "{said}");
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
fn a_portrait_waits_for_the_officer_who_looks_at_what_no_measure_can_tell() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Portrait)]);
    let findings = Findings { to_confirm: vec!["bare_head".into()], ..Findings::default() };
    let taken =
        Event::PortraitTaken { full: sample(1, 90), card: sample(2, 90), failing: Vec::new(), findings };
    apply(&mut state, captured(taken));
    let missing = |state: &State| {
        let dossier = state.dossier.as_ref().expect("open");
        dossier.missing(&state.reference).contains(&Missing::PortraitConfirmation)
    };
    assert!(missing(&state));
    let waived = vec![Waiver {
        key: "bare_head".into(),
        ground: WaiverGround::Religious,
        note: "khăn của người Chăm".into(),
    }];
    apply(&mut state, Action::ConfirmPortrait(waived.clone()));
    assert!(!missing(&state));
    let portrait = state.dossier.as_ref().and_then(|dossier| dossier.enrollment.portrait()).expect("taken");
    assert_eq!(portrait.confirmed, Some(waived));
    assert!(apply(&mut state, Action::ConfirmPortrait(Vec::new())).is_empty(), "once is enough");
}

/// At the iris step of an adult's dossier, the iris camera there.
fn at_irises() -> State {
    let filled = Event::FieldsFilled { fields: citizen(), source: Source::Register };
    let mut state = at_dossier(vec![chosen(), filled, at_step(Step::Fingers)]);
    let kinds = [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::IrisCamera];
    apply(&mut state, Action::Devices(kinds.map(|kind| device(kind, DeviceState::Ready)).to_vec()));
    apply(&mut state, Action::Enter(Step::Irises));
    state
}

#[test]
fn irises_are_asked_for_where_the_camera_is_and_from_the_age_the_rules_name() {
    let state = at_irises();
    let dossier = state.dossier.as_ref().expect("open");
    assert!(dossier.irises.live.running && dossier.has_step(Step::Irises));
    assert_eq!(dossier.open_eyes(), EyeLabel::BOTH);
    let mut without = at_irises();
    apply(&mut without, Action::Devices(vec![device(DeviceKind::Camera, DeviceState::Ready)]));
    apply(&mut without, Action::Enter(Step::Fingers));
    assert!(without.dossier.as_ref().is_some_and(|dossier| !dossier.has_step(Step::Irises)));
    let mut child = at_irises();
    apply(&mut child, Action::Typed(Field::BirthDate, "2024-01-05".into()));
    apply(&mut child, Action::Commit(Field::BirthDate));
    apply(&mut child, Action::Reason(Some("theo giấy khai sinh".into())));
    apply(&mut child, Action::Enter(Step::Fingers));
    assert!(child.dossier.as_ref().is_some_and(|dossier| dossier.irises.wanted.is_empty()));
}

#[test]
fn an_iris_that_fails_is_kept_with_a_reason_and_an_eye_that_is_not_there_excepted() {
    let mut state = at_irises();
    apply(&mut state, captured(irises(&[EyeLabel::Right], &["UsableArea"])));
    let open = |state: &State| state.dossier.as_ref().map(crate::Dossier::open_eyes).unwrap_or_default();
    assert_eq!(open(&state), EyeLabel::BOTH);
    assert!(apply(&mut state, Action::KeepIrises("  ".into())).is_empty(), "a reason is words");
    apply(&mut state, Action::KeepIrises("Mi mắt sụp".into()));
    assert_eq!(open(&state), [EyeLabel::Left]);
    let note = "mắt giả".to_owned();
    apply(&mut state, Action::ExceptEye { eye: EyeLabel::Left, kind: ExceptionKind::Missing, note });
    assert!(open(&state).is_empty());
    let effects = apply(&mut state, Action::LiftEye(EyeLabel::Left));
    let started = effects.iter().find_map(|effect| match effect {
        Effect::StartIrises { eyes, attempts, .. } => Some((eyes.clone(), *attempts)),
        _ => None,
    });
    assert_eq!(started, Some((vec![EyeLabel::Left], 5)));
}

#[test]
fn what_the_citizen_is_to_do_is_said_once_and_only_where_sound_is_on() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Portrait)]);
    let seen = |guidance| Action::PortraitSeen(PortraitView { guidance, ..PortraitView::default() });
    let said =
        |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Say { .. })).count();
    assert_eq!(said(&apply(&mut state, seen(Some(Guidance::ComeCloser)))), 0);
    apply(&mut state, Action::Sound(true));
    assert_eq!(said(&apply(&mut state, seen(Some(Guidance::MoveBack)))), 1);
    assert_eq!(said(&apply(&mut state, seen(Some(Guidance::MoveBack)))), 0, "it was said");
    assert_eq!(said(&apply(&mut state, seen(None))), 0);
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
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StartCamera { .. })), "{effects:?}");
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

#[test]
fn a_code_that_is_read_fills_an_empty_form_and_touches_nothing_else() {
    let card = b"022194900001|012345678|TEST NGAN|12031994|Nu|TEST|15042021".to_vec();
    for (step, fills) in [(Step::Applicant, true), (Step::Procedure, false), (Step::Portrait, false)] {
        let mut state = at_dossier(vec![chosen(), at_step(step)]);
        let before = state.dossier.as_ref().map(|dossier| dossier.enrollment.clone());
        state.notices.clear();
        let effects = apply(&mut state, Action::CodeRead(card.clone()));
        let after = state.dossier.as_ref().map(|dossier| dossier.enrollment.clone());
        assert_eq!((after != before, effects.is_empty()), (fills, !fills), "{step:?}");
        assert_eq!(state.notices.is_empty(), fills, "{step:?}: a sentence says that it counted for nothing");
        // A second one does not write over the first.
        apply(&mut state, Action::CodeRead(b"022194900002||TEST BINH|12031994|Nu|TEST|15042021".to_vec()));
        assert_eq!(state.dossier.as_ref().map(|dossier| dossier.enrollment.clone()), after, "{step:?}");
    }
}
