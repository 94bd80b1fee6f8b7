//! What is done to a sealed dossier.

use super::*;
use tram_enrollment::reference::Phrase;

fn sealed_dossier() -> State {
    let (state, _) = play(&officer(Identify::Register("ngan".into()), Vec::new()));
    assert!(ScriptedOfficer::is_done(&state));
    state
}

#[test]
fn a_sealed_dossier_is_opened_again_with_a_reason_and_nothing_else_reopens_it() {
    let mut state = sealed_dossier();
    assert!(apply(&mut state, Action::Reopen("  ".into())).is_empty(), "without a reason");
    assert!(matches!(apply(&mut state, Action::Reopen("Sai tên".into()))[..], [Effect::Reopen { .. }]));
    assert!(apply(&mut state, Action::Reopen("again".into())).is_empty(), "it is being opened");
    let mut state = at_dossier(vec![chosen()]);
    assert!(apply(&mut state, Action::Reopen("a draft".into())).is_empty());
}

#[test]
fn a_withdrawal_wants_a_reason_and_where_the_rules_say_so_a_second_person() {
    let reason = || "Nhầm người".to_owned();
    let mut state = sealed_dossier();
    let alone = apply(&mut state, Action::Withdraw { reason: reason(), approval: None });
    assert!(matches!(alone[..], [Effect::Withdraw { .. }]));
    apply(&mut state, Action::Withdrawn(Ok(())));
    assert!(state.dossier.is_none() && state.screen == Screen::Worklist);

    let rules = include_str!("../../assets/reference/rules.toml")
        .replace("second_person = []", "second_person = [\"packet_withdrawn\"]");
    let units = include_str!("../../assets/reference/units.csv");
    let mut state = sealed_dossier();
    state.reference = Arc::new(ReferenceData::parse(&rules, units).expect("sound"));
    assert!(apply(&mut state, Action::Withdraw { reason: reason(), approval: None }).is_empty());
    let supervisor = OfficerId("hoa".into());
    let approval = Some(crate::dossier::Approval { supervisor, passphrase: Secret::default() });
    let two = apply(&mut state, Action::Withdraw { reason: reason(), approval });
    assert!(matches!(two[..], [Effect::Withdraw { approval: Some(_), .. }]));
    let trouble = Phrase { vi: "sai".into(), en: "wrong".into() };
    apply(&mut state, Action::Withdrawn(Err(trouble)));
    assert!(ScriptedOfficer::is_done(&state), "it is sealed as before");
}
