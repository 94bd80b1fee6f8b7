//! Who is at the station: signing in, locking, and what each role sees and may do.

use super::*;

#[test]
fn an_idle_station_locks_and_keeps_the_draft() {
    let mut state = at_dossier(vec![chosen(), at_step(Step::Portrait)]);
    let later = NOW + state.idle_limit();
    let effects = apply(&mut state, Action::Tick { now: later, touched: false });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::RestKey)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StopCamera)));
    assert!(matches!(state.session, Session::Locked { .. }) && state.dossier.is_some());
    assert!(apply(&mut state, Action::Continue).is_empty(), "a locked station does nothing");

    let officer = Officer { id: OfficerId("khanh".into()), name: "Khánh".into(), role: Role::Officer };
    apply(&mut state, Action::SignIn { officer: officer.id.clone(), passphrase: Secret::default() });
    let effects = apply(&mut state, Action::SignedIn(Ok(officer)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StartCamera { .. })), "the step goes on");
}

/// The finger opens what locked by itself, and nothing that somebody locked.
#[test]
fn an_own_finger_opens_only_a_station_that_locked_by_itself() {
    let image = || Arc::new(tram_biometric::GrayImage::from_fn(8, 8, 500, |_, _| 0));
    let mut state = at_dossier(vec![chosen()]);
    assert!(apply(&mut state, Action::OwnFinger(true)).is_empty(), "not before a citizen");
    let later = NOW + state.idle_limit();
    apply(&mut state, Action::Tick { now: later, touched: false });
    assert!(apply(&mut state, Action::OwnFinger(true)).is_empty(), "nobody said that it opens");
    apply(&mut state, Action::FingerOpens(true));
    assert!(matches!(apply(&mut state, Action::OwnFinger(true))[..], [Effect::StartOwnFinger]));
    assert!(matches!(apply(&mut state, Action::OwnFingerTaken(image()))[..], [Effect::OpenByFinger(_)]));
    apply(&mut state, Action::SignedIn(Err(Refusal::Wrong)));
    apply(&mut state, Action::FingerOpens(true));
    apply(&mut state, Action::OwnFinger(true));
    let officer = Officer { id: OfficerId("khanh".into()), name: "Khánh".into(), role: Role::Officer };
    let effects = apply(&mut state, Action::SignedIn(Ok(officer)));
    assert!(matches!(effects[..], [.., Effect::StopFingers]), "the passphrase was quicker: {effects:?}");
    assert!(state.officer().is_some() && state.dossier.is_some());

    let effects = apply(&mut state, Action::Lock);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::DropKey)));
    assert!(apply(&mut state, Action::OwnFinger(true)).is_empty());

    let later = later + state.idle_limit();
    let mut state = signed_in(Role::Officer);
    apply(&mut state, Action::Tick { now: later, touched: false });
    apply(&mut state, Action::FingerOpens(true));
    let effects = apply(&mut state, Action::Lock);
    assert!(matches!(effects[..], [Effect::DropKey]), "the lid was closed");
    assert!(apply(&mut state, Action::OwnFinger(true)).is_empty());
}

#[test]
fn an_officers_finger_is_kept_between_two_citizens_and_nothing_else_happens_meanwhile() {
    let image = Arc::new(tram_biometric::GrayImage::from_fn(8, 8, 500, |_, _| 0));
    let mut state = signed_in(Role::Officer);
    assert!(matches!(apply(&mut state, Action::OwnFinger(true))[..], [Effect::StartOwnFinger]));
    assert!(apply(&mut state, Action::NewDossier).is_empty());
    assert!(matches!(apply(&mut state, Action::OwnFingerTaken(image))[..], [Effect::KeepOwnFinger(_)]));
    let why = tram_enrollment::reference::Phrase { vi: "mờ".into(), en: "faint".into() };
    apply(&mut state, Action::OwnFingerKept(Err(why)));
    assert!(matches!(apply(&mut state, Action::OwnFinger(true))[..], [Effect::StartOwnFinger]));
    apply(&mut state, Action::OwnFingerKept(Ok(())));
    assert!(!apply(&mut state, Action::NewDossier).is_empty());
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
    assert_eq!(state.screen, Screen::Bench);
    for action in
        [Action::NewDossier, Action::Go(Screen::Worklist), Action::OpenDossier(ID), Action::Go(Screen::Cards)]
    {
        assert!(apply(&mut state, action).is_empty());
    }
    assert_eq!(state.screen, Screen::Bench);
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
fn an_inspector_reads_the_record_and_changes_nothing() {
    let mut state = signed_in(Role::Inspector);
    assert_eq!(state.screen, Screen::Audit);
    for action in [
        Action::NewDossier,
        Action::OpenDossier(ID),
        Action::Search("pham".into()),
        Action::Continue,
        Action::Print,
        Action::HandOver,
        Action::Go(Screen::Worklist),
        Action::Go(Screen::Cards),
    ] {
        let said = format!("{action:?}");
        assert!(apply(&mut state, action).is_empty(), "{said}");
        assert_eq!(state.screen, Screen::Audit, "{said}");
    }
    apply(&mut state, Action::Go(Screen::Outbox));
    assert_eq!(state.screen, Screen::Outbox);
    let effects = apply(&mut state, Action::Go(Screen::Audit));
    assert!(matches!(effects.as_slice(), [Effect::LoadAudit]), "{effects:?}");
    for role in [Role::Officer, Role::TeamLead, Role::Technician, Role::Trainer] {
        let mut state = signed_in(role);
        assert!(apply(&mut state, Action::Go(Screen::Audit)).is_empty());
        assert_ne!(state.screen, Screen::Audit, "{role:?}");
    }
}

/// The bench knows no citizen: a technician opens no dossier, an officer no procedure, and what is locked is closed.
#[test]
fn the_bench_is_the_technicians_and_knows_no_citizen() {
    use crate::bench::{BenchAction, BenchEffect, BenchHeard, Shelved, Signing, Taken};
    use tram_calibration::bench::Shown;
    use tram_calibration::{CalibratedDevice, DeviceClass, Refusal, Standing};
    let shelf = || {
        let shelved = Shelved {
            kind: DeviceKind::Camera,
            class: DeviceClass::Camera,
            device: CalibratedDevice::new(&origin(), ""),
            standing: Standing::Refused(Refusal::NoCertificate),
            certificates: Vec::new(),
            trends: Vec::new(),
            changed: Vec::new(),
            faults: Vec::new(),
        };
        Action::BenchHeard(BenchHeard::Shelf(vec![shelved]))
    };
    let open = || Action::Bench(BenchAction::Open(DeviceKind::Camera));
    let mut officer = signed_in(Role::Officer);
    apply(&mut officer, shelf());
    assert!(apply(&mut officer, open()).is_empty());
    assert!(officer.bench.procedure.is_none());

    let mut state = signed_in(Role::Technician);
    assert_eq!(state.screen, Screen::Bench);
    assert!(apply(&mut state, Action::NewDossier).is_empty());
    apply(&mut state, shelf());
    let effects = apply(&mut state, open());
    assert!(matches!(effects.first(), Some(Effect::Bench(BenchEffect::Open(DeviceKind::Camera, _)))));

    // Nothing is signed before every step was measured; a step is taken once at a time.
    let sign = || Action::Bench(BenchAction::AskToSign(true));
    apply(&mut state, sign());
    assert_eq!(state.bench.procedure.as_ref().unwrap().signing, Signing::Open);
    for (at, shown) in
        [Shown::GreySheet, Shown::CameraBoard, Shown::CameraFace, Shown::EmptyChair].into_iter().enumerate()
    {
        apply(&mut state, Action::Bench(BenchAction::Step(at)));
        assert_eq!(apply(&mut state, Action::Bench(BenchAction::Take)).len(), 1);
        assert!(apply(&mut state, Action::Bench(BenchAction::Take)).is_empty(), "it is being taken");
        apply(&mut state, Action::BenchHeard(BenchHeard::Taken(shown, Ok(Vec::new()))));
        assert_eq!(state.bench.procedure.as_ref().unwrap().taken[at], Taken::Measured(Vec::new()));
    }
    apply(&mut state, sign());
    assert_eq!(state.bench.procedure.as_ref().unwrap().signing, Signing::Asking);

    let effects = apply(&mut state, Action::Lock);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Bench(BenchEffect::Close))));
    assert!(state.bench.procedure.is_none());
}

#[test]
fn a_device_is_tried_by_everybody_and_recorded_by_the_technician_alone() {
    let ask = |record| Action::TryDevice { driver: "uareu".into(), port: "usb:1-1".into(), record };
    for (role, recorded) in [(Role::Officer, 0), (Role::Technician, 1)] {
        let mut state = signed_in(role);
        assert_eq!(apply(&mut state, ask(false)).len(), 1, "{role:?}");
        assert_eq!(apply(&mut state, ask(true)).len(), recorded, "{role:?}");
    }
}

/// A card asks for its PIN only while it is there; pulled, it locks and no finger opens.
#[test]
fn a_card_that_is_there_signs_in_and_a_pulled_one_locks() {
    let holder = || Officer { id: OfficerId("khanh".into()), name: "Khánh".into(), role: Role::Officer };
    let pin = || Secret::new("123456".into());
    let mut state = station();
    assert!(apply(&mut state, Action::SignInByCard(pin())).is_empty(), "no card is there");
    apply(&mut state, Action::CardIn(Some(holder())));
    assert!(matches!(apply(&mut state, Action::SignInByCard(pin()))[..], [Effect::SignInByCard(_)]));
    assert!(apply(&mut state, Action::SignInByCard(pin())).is_empty(), "one at a time");
    apply(&mut state, Action::SignedIn(Ok(holder())));
    assert!(matches!(apply(&mut state, Action::KeepOwnCard(pin()))[..], [Effect::KeepOwnCard(_)]));
    // The engine sends this when the card is gone.
    let effects = apply(&mut state, Action::Lock);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::DropKey)), "{effects:?}");
    assert!(matches!(state.session, Session::Locked { .. }));
    assert!(apply(&mut state, Action::KeepOwnCard(pin())).is_empty());
}
