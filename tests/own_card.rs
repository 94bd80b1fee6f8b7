//! An officer's own card: kept while at work, then card and PIN sign in, and a card that is pulled locks the station. The
//! card is an emulated PIV card in a virtual reader, reached through pcscd and `OpenSC`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)] // In a test.

mod common;
#[path = "../drivers/smartcard/tests/smartcard/line.rs"]
mod line;
#[path = "../src/keys/tests/piv/mod.rs"]
mod piv;

use common::{Demonstration, OFFICER};
use line::{Inserted, Service};
use piv::{ATR, PIN, PivCard};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tram_enrollment::OfficerId;
use tram_station::headless::Headless;
use tram_workflow::state::{Refusal, Session};
use tram_workflow::{Action, Secret, State};

fn said(flow: &Headless<'_>) -> Vec<String> {
    flow.state.notices.iter().map(|notice| notice.text.en.clone()).collect()
}

fn refused(state: &State) -> Option<&Refusal> {
    match &state.session {
        Session::Out { refused, busy: false } | Session::Locked { refused, busy: false, .. } => {
            refused.as_ref()
        }
        _ => None,
    }
}

#[test]
fn a_card_signs_its_officer_in_and_locks_when_it_is_pulled() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    if station.home().card_module().is_none() {
        println!("skipped: opensc-pkcs11 is not installed");
        return;
    }
    let Some(mut service) = Service::start() else { return };
    println!("pcscd is ours: {}", service.is_running());
    let card = Arc::new(Mutex::new(PivCard::new(0x22)));
    let insert = || {
        let card = Arc::clone(&card);
        Inserted::new(service.port(), ATR, move |apdu| card.lock().unwrap().answer(apdu))
    };
    let inserted = insert();
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    let pin = |pin: &str| Secret::new(pin.into());
    let passphrase = pin(OFFICER.1);
    flow.take(Action::SignIn { officer: OfficerId(OFFICER.0.into()), passphrase });
    flow.run(|_| None, |state| state.officer().is_some()).expect("signed in by passphrase");
    // The reader may not have seen the card yet.
    let kept = |state: &State| state.notices.iter().any(|notice| !notice.is_trouble);
    let began = Instant::now();
    while !kept(&flow.state) && began.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(50));
        flow.state.notices.clear();
        flow.take(Action::KeepOwnCard(pin(PIN)));
        flow.run(|_| None, |state| !state.notices.is_empty()).expect("an answer");
    }
    assert!(kept(&flow.state), "{:?}", said(&flow));
    println!("{:?}", said(&flow));

    // Who is signed in by passphrase may put the card away.
    drop(inserted);
    let began = Instant::now();
    flow.run(|_| None, |_| began.elapsed().as_secs() >= 2).expect("nothing happens");
    assert!(flow.state.officer().is_some());
    flow.take(Action::Lock);
    assert!(matches!(flow.state.session, Session::Locked { .. }));

    let inserted = insert();
    flow.run(|_| None, |state| state.card_in.is_some()).expect("its holder is named");
    assert_eq!(flow.state.card_in.as_ref().map(|officer| officer.id.0.as_str()), Some(OFFICER.0));
    let began = Instant::now();
    flow.run(|_| None, |_| began.elapsed().as_secs() >= 1).expect("nothing happens");
    flow.take(Action::SignInByCard(pin("000000")));
    flow.run(|_| None, |state| refused(state).is_some()).expect("a wrong PIN opens nothing");
    assert_eq!(refused(&flow.state), Some(&Refusal::Wrong));
    flow.take(Action::SignInByCard(pin(PIN)));
    flow.run(|_| None, |state| state.officer().is_some()).expect("card and PIN open");

    drop(inserted);
    flow.run(|_| None, |state| matches!(state.session, Session::Locked { .. })).expect("a pulled card locks");
    drop(flow);
    let chain = station.tram(&["audit", "list"]).succeeds().join("\n");
    assert!(chain.contains("own_card_kept") && chain.contains("signed_in_by_card"), "{chain}");
}
