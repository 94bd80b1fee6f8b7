//! The appointment slip, and where the packet is.

use super::desk::{Desk, status_of};
use super::frame::{Head, Press, page_with_evidence};
use super::{amend, show, text, words};
use egui::{Key, Ui};
use tram_enrollment::Field;
use tram_theme::tokens::{self, space};
use tram_theme::{
    ActionBar, Button, Card, Icon, Measure, Shortcut, Status, fact, loading, notice, text as type_,
};
use tram_workflow::dossier::{Sealing, Slip};
use tram_workflow::{Action, sentence};

/// The last step.
pub(super) fn slip_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let actions = ActionBar::new()
        .left(Press::Do(Action::Back), super::frame::back(desk))
        .note(desk.say(text::KEYS_SHORT))
        .right(
            Press::Do(Action::NewDossier),
            Button::secondary(desk.say(text::NEW_DOSSIER)).icon(Icon::Plus).shortcut(Shortcut::ctrl(Key::N)),
        )
        .right(
            Press::Do(Action::PrintSlip),
            Button::secondary(desk.say(text::SLIP_PRINT)).shortcut(Shortcut::ctrl(Key::P)),
        )
        .right(
            Press::Do(Action::Continue),
            Button::primary(desk.say(text::SLIP_DONE)).shortcut(Shortcut::key(Key::Enter)),
        );
    let name = dossier.enrollment.applicant.value(Field::FullName);
    let head = Head { title: desk.say(text::SLIP_TITLE), subtitle: name, actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| match &dossier.sealing {
            Sealing::Sealed(slip) => {
                let room = ui.available_size();
                ui.vertical_centered(|ui| {
                    if let Some(picture) = desk.pictures.page(&slip.page) {
                        picture.show(ui, desk.say(text::SLIP_PAGE), room);
                    }
                });
            }
            _ => {
                Card::new().show(ui, |ui| loading(ui, desk.say(text::LOADING), 6));
            }
        },
        |ui, desk| {
            if let Sealing::Sealed(slip) = &dossier.sealing {
                facts_ui(ui, desk, slip);
                amend::ways_ui(ui, desk, dossier);
                Card::titled(desk.say(text::SLIP_FILE)).show(ui, |ui| {
                    type_::CAPTION.show(ui, &slip.pdf.display().to_string(), tokens::NEUTRAL_INK);
                });
            }
        },
    );
    amend::amend_ui(ui, desk);
}

fn facts_ui(ui: &mut Ui, desk: &Desk<'_>, slip: &Slip) {
    let language = desk.language();
    if let Some((tone, sentence)) = sentence::headline(desk.state) {
        notice(ui, status_of(tone), &sentence);
    }
    Card::new().show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        type_::muted(ui, desk.say(text::DOSSIER_NUMBER));
        type_::SENTENCE.show(ui, slip.dossier.as_str(), tokens::PRIMARY_INK);
        ui.add_space(space::M);
        type_::muted(ui, desk.say(text::APPOINTMENT));
        type_::SENTENCE.show(ui, &show::day(slip.appointment, language), tokens::INK);
    });
    Card::titled(desk.say(text::PACKET)).show(ui, |ui| {
        let row = desk.state.outbox.rows.iter().find(|row| row.packet == slip.packet);
        let (status, word) = match row {
            Some(row) => {
                (show::packet_status(&row.state), words::packet_state(&row.state, row.bytes, language))
            }
            None => (Status::Neutral, desk.say(text::LOADING).to_owned()),
        };
        Measure::new(desk.say(text::STATE), status, &word).show(ui);
        fact(ui, desk.say(text::SIZE), &show::bytes(slip.bytes, language));
        type_::caption(ui, desk.say(text::SLIP_SAFE));
    });
}
