//! Which procedure: what it costs and when it is done, by the rules in force today.

use super::desk::Desk;
use super::frame::{Head, Press, bar, onward, page_with_evidence};
use super::{show, text};
use egui::{Key, Ui};
use tram_enrollment::Procedure;
use tram_enrollment::validate::show_date;
use tram_theme::tokens::space;
use tram_theme::{Card, Choice, Icon, Shortcut, empty, fact, scroll, text as type_};
use tram_workflow::Action;

/// The keys of the first nine lines of a choice.
pub(super) const NUMBERS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// The procedure step.
pub(super) fn procedure_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let chosen = desk.dossier().and_then(|dossier| dossier.enrollment.procedure.as_deref());
    let blocked = chosen.is_none().then(|| desk.say(text::CHOOSE_PROCEDURE));
    let actions = bar(desk).right(Press::Do(Action::Continue), onward(desk).blocked(blocked));
    let head =
        Head { title: desk.say(text::PROCEDURE_TITLE), subtitle: desk.say(text::PROCEDURE_HINT), actions };
    page_with_evidence(ui, desk, head, choices_ui, evidence_ui);
}

fn choices_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let today = desk.state.now.date();
    let language = desk.language();
    let chosen = desk.dossier().and_then(|dossier| dossier.enrollment.procedure.as_deref());
    let procedures: Vec<&Procedure> = desk.state.reference.procedures_on(today).collect();
    if procedures.is_empty() {
        Card::new().show(ui, |ui| {
            empty(ui, Icon::Document, desk.say(text::NO_PROCEDURES), desk.say(text::NO_PROCEDURES_HINT));
        });
        return;
    }
    let mut pressed = None;
    scroll(ui, "procedures", |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        for (index, procedure) in procedures.iter().enumerate() {
            let detail = format!(
                "{} · {}",
                show::days(procedure.committed_days, language),
                show::money(procedure.fee_vnd, language)
            );
            let mut choice = Choice::new(procedure.name(language), chosen == Some(procedure.code.as_str()))
                .detail(&detail);
            if let Some(key) = NUMBERS.get(index) {
                choice = choice.shortcut(Shortcut::alt(*key));
            }
            if choice.chosen(ui) {
                pressed = Some(procedure.code.clone());
            }
        }
    });
    if let Some(code) = pressed {
        desk.act(Action::ChooseProcedure(code));
    }
}

fn evidence_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let language = desk.language();
    let Some(dossier) = desk.dossier() else { return };
    Card::titled(desk.say(text::DOSSIER_NUMBER)).show(ui, |ui| {
        type_::HEADING.show(ui, dossier.enrollment.dossier.as_str(), tram_theme::tokens::PRIMARY_INK);
        type_::caption(ui, &show::day(dossier.enrollment.received_at.date(), language));
    });
    let Some(procedure) = show::procedure(desk.state, dossier) else { return };
    let received = dossier.enrollment.received_at.date();
    let appointment = desk.state.reference.calendar().deadline(received, procedure.committed_days);
    Card::titled(desk.say(text::CHOSEN)).show(ui, |ui| {
        type_::body(ui, procedure.name(language));
        let row = |ui: &mut Ui, name, value: &str| {
            fact(ui, desk.say(name), value);
        };
        row(ui, text::FEE, &show::money(procedure.fee_vnd, language));
        row(ui, text::PROMISED, &show::days(procedure.committed_days, language));
        row(ui, text::STATUTORY, &show::days(procedure.statutory_days, language));
        row(ui, text::APPOINTMENT, &show_date(appointment));
        type_::caption(ui, &format!("{}: {}", desk.say(text::BASIS), procedure.act));
    });
}
