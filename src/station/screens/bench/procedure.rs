//! A procedure: what to do, the live picture, the figures beside their limits, and the signature at the end.

use super::super::desk::{Desk, entered, id};
use super::super::frame::{Head, Press, back, page_with_evidence};
use super::super::text;
use super::texts;
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use tram_calibration::DeviceClass;
use tram_calibration::bench::Take;
use tram_capture::DeviceKind;
use tram_theme::tokens::space;
use tram_theme::{
    ActionBar, Button, Card, Dialog, Field, Icon, Measure, Shortcut, Status, Video, dialog, notice,
    text as type_,
};
use tram_workflow::bench::{BenchAction, Procedure, Signing, Taken};
use tram_workflow::{Action, Secret};

/// The open procedure.
pub(super) fn procedure_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(procedure) = &desk.state.bench.procedure else { return };
    let name = procedure.step().map_or("", |step| step.name(desk.language()));
    let title = format!("{} · {name}", desk.say(text::device(procedure.kind)));
    let measured = procedure.step().map_or("", |step| step.measured(desk.language()));
    let subtitle = format!("{}: {measured}", desk.say(texts::MEASURES));
    let head = Head { title: &title, subtitle: &subtitle, actions: actions(desk, procedure) };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| live_ui(ui, desk, procedure),
        |ui, desk| {
            ui.spacing_mut().item_spacing.y = space::M;
            outcome_ui(ui, desk, procedure);
            steps_ui(ui, desk, procedure);
            figures_ui(ui, desk, procedure);
        },
    );
    sign_ui(ui, desk, procedure);
}

fn actions(desk: &Desk<'_>, procedure: &Procedure) -> ActionBar<'static, Press> {
    let act = |action| Press::Do(Action::Bench(action));
    let busy = procedure.is_busy().then(|| desk.say(texts::MEASURING));
    let actions = ActionBar::new().left(act(BenchAction::Close), back(desk)).note(desk.say(text::KEYS_SHORT));
    if matches!(procedure.signing, Signing::Signed { .. }) {
        let close = Button::primary(desk.say(text::CLOSE)).shortcut(Shortcut::key(Key::Enter));
        return actions.right(act(BenchAction::Close), close);
    }
    let is_print = procedure.step().is_some_and(|step| matches!(step.take, Take::TestCard | Take::Proof));
    let label = desk.say(if is_print { texts::PRINT } else { texts::TAKE });
    let is_last = procedure.at + 1 >= procedure.steps().len();
    let is_taken = matches!(procedure.taken.get(procedure.at), Some(Taken::Measured(_)));
    let f2 = Shortcut::key(Key::F2);
    let take = if is_taken { Button::secondary(label) } else { Button::primary(label) };
    let actions = actions.right(act(BenchAction::Take), take.shortcut(f2).icon(Icon::Camera).blocked(busy));
    if is_last && procedure.is_measured() {
        let sign = Button::primary(desk.say(texts::SIGN)).shortcut(Shortcut::key(Key::F4)).icon(Icon::Pen);
        return actions.right(act(BenchAction::AskToSign(true)), sign.blocked(busy));
    }
    // After the last step the first one that is still open comes.
    let open = procedure.taken.iter().position(|taken| !matches!(taken, Taken::Measured(_)));
    let next = if is_last { open.unwrap_or(procedure.at) } else { procedure.at + 1 };
    let onward = if is_taken {
        Button::primary(desk.say(texts::NEXT))
    } else {
        Button::secondary(desk.say(texts::NEXT))
    };
    actions.right(act(BenchAction::Step(next)), onward.shortcut(Shortcut::key(Key::Enter)).blocked(busy))
}

fn live_ui(ui: &mut Ui, desk: &Desk<'_>, procedure: &Procedure) {
    let picture = match procedure.kind {
        DeviceKind::FingerReader | DeviceKind::IrisCamera => desk.pictures.platen(),
        _ => desk.pictures.camera(),
    };
    let picture = picture.filter(|_| procedure.trouble.is_none());
    let guidance = match (&procedure.trouble, procedure.taken.get(procedure.at)) {
        (Some(trouble), _) => (Status::Bad, trouble.text(desk.language())),
        (None, Some(Taken::Failed(why))) => (Status::Bad, why.text(desk.language())),
        (None, Some(Taken::Running)) => (Status::Info, desk.say(texts::MEASURING)),
        _ => (Status::Info, procedure.step().map_or("", |step| step.act(desk.language()))),
    };
    Video::new(desk.say(texts::LIVE), picture, desk.say(texts::WAITING))
        .guidance(guidance.0, guidance.1)
        .show(ui);
}

fn outcome_ui(ui: &mut Ui, desk: &Desk<'_>, procedure: &Procedure) {
    match &procedure.signing {
        Signing::Signed { certificate, papers } => {
            let status = if certificate.passes() { Status::Good } else { Status::Bad };
            notice(ui, status, desk.say(texts::SIGNED));
            Card::titled(desk.say(texts::PAPERS)).show(ui, |ui| {
                for paper in papers {
                    type_::caption(ui, &paper.display().to_string());
                }
            });
        }
        Signing::Refused(why) => {
            notice(ui, Status::Bad, why.text(desk.language()));
        }
        Signing::Open | Signing::Asking | Signing::Running => {}
    }
}

fn steps_ui(ui: &mut Ui, desk: &mut Desk<'_>, procedure: &Procedure) {
    let language = desk.language();
    Card::titled(desk.say(texts::STEPS)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for (index, (step, taken)) in procedure.steps().iter().zip(&procedure.taken).enumerate() {
            let (status, word) = match taken {
                Taken::Open if index == procedure.at => (Status::Info, desk.say(texts::OPEN)),
                Taken::Open => (Status::Neutral, desk.say(texts::OPEN)),
                Taken::Running => (Status::Info, desk.say(texts::MEASURING)),
                Taken::Measured(_) if taken.passes() => (Status::Good, desk.say(texts::PASSED)),
                Taken::Failed(_) | Taken::Measured(_) => (Status::Bad, desk.say(texts::FAILED)),
            };
            let name = format!("{}. {}", index + 1, step.name(language));
            if Measure::new(&name, status, word).activated(ui) {
                desk.act(Action::Bench(BenchAction::Step(index)));
            }
        }
    });
}

fn figures_ui(ui: &mut Ui, desk: &Desk<'_>, procedure: &Procedure) {
    let Some(Taken::Measured(findings)) = procedure.taken.get(procedure.at) else { return };
    Card::titled(desk.say(texts::FIGURES)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let mut sorted: Vec<_> = findings.iter().collect();
        // What is to be mended stands first.
        sorted.sort_by_key(|finding| finding.passes());
        for finding in sorted {
            let sentence = finding.sentence(desk.language());
            if finding.passes() {
                type_::caption(ui, &sentence);
            } else {
                notice(ui, Status::Bad, &sentence);
            }
        }
    });
}

/// The passphrase that opens the technician's key.
fn sign_ui(ui: &Ui, desk: &mut Desk<'_>, procedure: &Procedure) {
    if procedure.signing != Signing::Asking {
        return;
    }
    let (status, hint) =
        if procedure.passes() { (Status::Good, texts::SIGN_GOOD) } else { (Status::Bad, texts::SIGN_BAD) };
    let under = match procedure.class {
        DeviceClass::Camera => Some(texts::SITE),
        DeviceClass::CardPrinter => Some(texts::LOT),
        _ => None,
    }
    .map(|label| desk.say(label));
    let lacks = under.filter(|_| procedure.lacks_under());
    let blocked = lacks.or(desk.local.passphrase.is_empty().then(|| desk.say(text::PASSPHRASE)));
    let sign = Button::primary(desk.say(texts::SIGN_DO)).shortcut(Shortcut::key(Key::Enter)).blocked(blocked);
    let mut typed = false;
    let answer = Dialog::new(desk.say(texts::SIGN_TITLE), status)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, sign)
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(hint));
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let mut first = None;
            if let Some(label) = under {
                let mut typed = procedure.under.clone();
                let field = Field::new(label, &mut typed).id(id("bench under")).char_limit(60).show(ui);
                if typed != procedure.under {
                    desk.act(Action::Bench(BenchAction::Under(typed)));
                }
                first = lacks.map(|_| field);
            }
            let label = desk.say(text::PASSPHRASE);
            let field =
                Field::new(label, &mut desk.local.passphrase).id(id("bench passphrase")).secret().show(ui);
            if untouched {
                first.as_ref().unwrap_or(&field).request_focus();
            }
            typed = entered(ui, &field);
        });
    if answer == Some(true) || (typed && lacks.is_none() && !desk.local.passphrase.is_empty()) {
        let passphrase = Secret::new(std::mem::take(&mut desk.local.passphrase));
        TextEditState::default().store(ui.ctx(), id("bench passphrase"));
        desk.act(Action::Bench(BenchAction::Sign(passphrase)));
    } else if answer == Some(false) {
        desk.local.passphrase.clear();
        desk.act(Action::Bench(BenchAction::AskToSign(false)));
    }
}
