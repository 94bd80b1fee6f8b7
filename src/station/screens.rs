//! What the officer sees: functions from the workflow's state to widgets, giving back actions. Nothing here changes the
//! station; what is only on the screen (a dialog that is open, ink on the pad) is in [`Local`].
//!
//! One meaning for each key, on every screen: Enter goes on, Esc goes back, F1 help, F2 capture, F3 again, F4 confirm,
//! F5 outbox, F6 a finger that cannot be captured, F7 keep with a reason, F8 exception photo, F9 devices, F10 cards,
//! F11 type in, F12 lock, Ctrl+D the citizen's screen, Ctrl+G one's own finger, Ctrl+N new dossier, Ctrl+K search, Ctrl+L the other language, Ctrl+M speaking, Ctrl+J morning test, Ctrl+T the
//! station's self-test, Ctrl+E a supervisor's exception, Ctrl+B blank cards that came.
//!
//! | module | holds |
//! | --- | --- |
//! | [`desk`] | what a screen is given and what it gives back |
//! | [`frame`] | the frame of every page: bar, rail, keys that work everywhere |
//! | [`text`], [`words`] | every text in both languages; what is said with numbers and times |
//! | [`show`] | values as people read them: dates, sizes, states |
//! | [`pictures`] | pictures as textures, live and kept |
//! | [`sign_in`], [`passphrase`] | sign-in, lock, the forgotten passphrase |
//! | [`worklist`], [`outbox`], [`devices`], [`cards`], [`order`] | the lists, and one card order |
//! | [`procedure`], [`search`], [`form`], [`portrait`], [`fingers`], [`signature`], [`review`], [`slip`] | the steps |
//! | [`bench`], [`morning`] | the technician's bench, the morning test |
//! | [`citizen`] | the second screen, for whoever is being enrolled |
//! | [`hands`] | the hands beside the finger step |
//! | [`exception`] | the dialogs for fingers and portraits that cannot be taken |
//! | [`help`], [`halted`] | the keys, and the station that has stopped |

mod amend;
mod approval;
mod audit;
mod bench;
mod cards;
mod citizen;
mod desk;
mod devices;
mod exception;
mod fingers;
mod form;
mod frame;
mod halted;
mod hands;
mod help;
mod irises;
mod morning;
mod order;
mod outbox;
mod own_card;
mod own_finger;
mod passphrase;
mod pictures;
mod portrait;
mod portrait_checks;
mod procedure;
mod review;
mod search;
mod show;
mod sign_in;
mod signature;
mod slip;
mod text;
mod waiver;
mod words;
mod worklist;

pub use citizen::citizen_ui;
pub use desk::Local;
pub use pictures::Pictures;

use desk::Desk;
use egui::Ui;
use tram_enrollment::Step;
use tram_workflow::state::Session;
use tram_workflow::{Action, Screen, State};

/// Shows the station over the whole of `ui`; returns what the officer did.
pub fn station_ui(ui: &mut Ui, state: &State, local: &mut Local, pictures: &mut Pictures) -> Vec<Action> {
    pictures.begin(ui.ctx());
    let mut desk = Desk::new(state, local, pictures);
    desk.arrive(ui);
    page_ui(ui, &mut desk);
    help::help_ui(ui, &mut desk);
    desk.notices_ui(ui);
    let actions = desk.actions;
    pictures.end();
    actions
}

fn page_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    if desk.state.halted.is_some() {
        return halted::halted_ui(ui, desk);
    }
    match desk.state.session {
        Session::Out { .. } => sign_in::sign_in_ui(ui, desk),
        Session::Locked { .. } => sign_in::lock_ui(ui, desk),
        Session::In(_) => match desk.state.screen {
            Screen::Worklist => worklist::worklist_ui(ui, desk),
            Screen::Outbox => outbox::outbox_ui(ui, desk),
            Screen::Audit => audit::audit_ui(ui, desk),
            Screen::Devices => devices::devices_ui(ui, desk),
            Screen::Cards if desk.state.card.is_some() => order::order_ui(ui, desk),
            Screen::Cards => cards::cards_ui(ui, desk),
            Screen::Bench => bench::bench_ui(ui, desk),
            Screen::Morning => morning::morning_ui(ui, desk),
            Screen::Dossier => step_ui(ui, desk),
        },
    }
}

fn step_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = &desk.state.dossier else { return worklist::worklist_ui(ui, desk) };
    match dossier.enrollment.step {
        Step::Procedure => procedure::procedure_ui(ui, desk),
        Step::Applicant if dossier.form.is_open => form::form_ui(ui, desk),
        Step::Applicant => search::search_ui(ui, desk),
        Step::Portrait => portrait::portrait_ui(ui, desk),
        Step::Fingers => fingers::fingers_ui(ui, desk),
        Step::Irises => irises::irises_ui(ui, desk),
        Step::Signature => signature::signature_ui(ui, desk),
        Step::Review => review::review_ui(ui, desk),
        Step::Slip => slip::slip_ui(ui, desk),
    }
}
