//! One card: both faces, printing, and the handover to the right person.

use super::approval::{blank_fields, second_person_ui, take_approval};
use super::desk::{Ask, Desk};
use super::frame::{Head, Press, back, page_with_evidence};
use super::{show, text};
use egui::{Key, Ui, vec2};
use tram_capture::{PrintStage, advice};
use tram_enrollment::Matter;
use tram_theme::tokens::space;
use tram_theme::{
    ActionBar, Button, Card, Dialog, Icon, Measure, Shortcut, Status, dialog, loading, notice, progress,
    text as type_,
};
use tram_workflow::Action;
use tram_workflow::lists::OrderState;
use tram_workflow::state::{CardWork, Handover, Printing};

/// The open order.
pub(super) fn order_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(card) = &desk.state.card else { return };
    let actions = actions(desk, card);
    let head = Head { title: &card.row.name, subtitle: desk.say(text::CARD_TITLE), actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| faces_ui(ui, desk, card),
        |ui, desk| {
            printing_ui(ui, desk, card);
            handover_ui(ui, desk, card);
        },
    );
    if card.printing == Printing::Doubtful {
        if desk.local.ask == Some(Ask::SpoilBlank) {
            spoil_ui(ui, desk);
        } else {
            verdict_ui(ui, desk);
        }
    }
}

fn actions(desk: &Desk<'_>, card: &CardWork) -> ActionBar<'static, Press> {
    let actions =
        ActionBar::new().left(Press::Do(Action::CloseOrder), back(desk)).note(desk.say(text::KEYS_SHORT));
    let enter = Shortcut::key(Key::Enter);
    match (&card.printing, &card.handover) {
        (Printing::Idle | Printing::Failed(_), _) => {
            let blocked = card.faces.is_none().then(|| desk.say(text::CARD_RENDERING));
            let print =
                Button::primary(desk.say(text::PRINT)).icon(Icon::Document).shortcut(enter).blocked(blocked);
            actions.right(Press::Do(Action::Print), print)
        }
        (Printing::Running(_), _) => {
            let stop = Button::danger(desk.say(text::PRINT_CANCEL)).shortcut(Shortcut::ctrl(Key::Delete));
            actions.right(Press::Do(Action::CancelPrint), stop)
        }
        (Printing::Done, Handover::Compared { is_match: true, .. }) => {
            let hand_over = Button::primary(desk.say(text::HANDOVER_DO)).icon(Icon::Person).shortcut(enter);
            actions.right(Press::Do(Action::HandOver), hand_over)
        }
        (Printing::Done, Handover::Done) => actions
            .right(Press::Do(Action::CloseOrder), Button::primary(desk.say(text::CLOSE)).shortcut(enter)),
        (Printing::Doubtful, _) | (Printing::Done, Handover::Live(_)) => actions,
        (Printing::Done, Handover::Idle | Handover::Failed(_) | Handover::Compared { .. }) => {
            let compare = Button::primary(desk.say(text::HANDOVER_START)).shortcut(Shortcut::key(Key::F2));
            actions.right(Press::Do(Action::StartHandover), compare)
        }
    }
}

fn faces_ui(ui: &mut Ui, desk: &mut Desk<'_>, card: &CardWork) {
    let Some((front, back)) = &card.faces else {
        Card::new().show(ui, |ui| loading(ui, desk.say(text::CARD_RENDERING), 6));
        return;
    };
    let room = ui.available_size();
    let caption = type_::CAPTION.line_height();
    let each = vec2(room.x, (room.y - space::L) / 2.0 - caption - space::S);
    ui.spacing_mut().item_spacing.y = space::XS;
    for (name, face) in [(text::CARD_FRONT, front), (text::CARD_BACK, back)] {
        type_::caption(ui, desk.say(name));
        if let Some(picture) = desk.pictures.page(face) {
            picture.show(ui, desk.say(name), each);
        }
        ui.add_space(space::S);
    }
}

fn printing_ui(ui: &mut Ui, desk: &Desk<'_>, card: &CardWork) {
    Card::titled(desk.say(text::PRINTING)).show(ui, |ui| match &card.printing {
        Printing::Idle => {
            type_::muted(ui, desk.say(text::PRINT_IDLE));
        }
        Printing::Running(stage) => {
            let fraction = match stage {
                None => 0.02,
                Some(PrintStage::Sending) => 0.15,
                Some(PrintStage::Feeding) => 0.35,
                Some(PrintStage::Printing) => 0.65,
                Some(PrintStage::Ejecting) => 0.9,
            };
            progress(ui, fraction, desk.say(text::print_stage(*stage)));
        }
        Printing::Failed(trouble) => {
            notice(ui, Status::Bad, trouble.text(desk.language()));
        }
        Printing::Doubtful => {
            notice(ui, Status::Bad, desk.say(text::PRINT_DOUBTFUL));
        }
        Printing::Done => {
            notice(ui, Status::Good, desk.say(text::PRINT_DONE));
        }
    });
}

fn handover_ui(ui: &mut Ui, desk: &mut Desk<'_>, card: &CardWork) {
    // While the printer works the order counts as doubtful: that is what would be so if it stopped now.
    let (status, word) = match card.printing {
        Printing::Running(_) => (Status::Live, text::PRINT_RUNNING),
        _ => (show::order_status(&card.row.state), text::order_state(&card.row.state)),
    };
    Card::titled(desk.say(text::HANDOVER)).chip(status, desk.say(word)).show(ui, |ui| {
        if card.printing != Printing::Done && card.row.state != OrderState::HandedOver {
            type_::muted(ui, desk.say(text::HANDOVER_AFTER_PRINT));
            return;
        }
        match &card.handover {
            Handover::Idle => {
                type_::muted(ui, desk.say(text::HANDOVER_IDLE));
            }
            Handover::Live(view) => {
                let said = advice::sentence(view, desk.language());
                notice(ui, Status::Live, said.as_deref().unwrap_or(desk.say(text::HANDOVER_LIVE)));
                if let Some(picture) = desk.pictures.platen() {
                    picture.show(ui, desk.say(text::READER_PICTURE), vec2(ui.available_width(), 240.0));
                }
            }
            Handover::Compared { score, is_match } => {
                let (status, word) = if *is_match {
                    (Status::Good, text::HANDOVER_MATCH)
                } else {
                    (Status::Bad, text::HANDOVER_DIFFERS)
                };
                notice(ui, status, desk.say(word));
                Measure::new(desk.say(text::SCORE), status, &format!("{score:.0}")).show(ui);
            }
            Handover::Failed(trouble) => {
                notice(ui, Status::Bad, trouble.text(desk.language()));
            }
            Handover::Done => {
                notice(ui, Status::Good, desk.say(text::HANDOVER_DONE));
            }
        }
    });
}

/// After a doubtful ending only a person can say what became of the blank.
fn verdict_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let by_two = desk.state.reference.asks_second_person(Matter::BlankSpoiled, desk.state.now.date());
    let verdict = |good| Press::Do(Action::PrintVerdict { good, approval: None });
    let answer = Dialog::new(desk.say(text::VERDICT_TITLE), Status::Bad)
        .answer(
            Press::Do(Action::CloseOrder),
            Button::secondary(desk.say(text::VERDICT_LATER)).shortcut(Shortcut::key(Key::Escape)),
        )
        .answer(
            if by_two { Press::Ask(Ask::SpoilBlank) } else { verdict(false) },
            Button::danger(desk.say(text::VERDICT_SPOILED)).shortcut(Shortcut::ctrl(Key::Delete)),
        )
        .answer(verdict(true), Button::primary(desk.say(text::VERDICT_GOOD)).shortcut(Shortcut::key(Key::F4)))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::PRINT_DOUBTFUL));
            dialog::paragraph(ui, desk.say(text::VERDICT_HINT));
        });
    match answer {
        Some(Press::Do(action)) => desk.act(action),
        Some(Press::Ask(ask)) => desk.ask(ask),
        Some(Press::Own | Press::OtherWay) | None => {}
    }
}

/// A blank is given up before two people, where the rules say so.
fn spoil_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let sign = Button::danger(desk.say(text::SPOIL_DO)).shortcut(Shortcut::key(Key::F4));
    let answer = Dialog::new(desk.say(text::SPOIL_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, sign.blocked(blank_fields(desk)))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::SPOIL_HINT));
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let first = second_person_ui(ui, desk);
            if untouched {
                first.request_focus();
            }
        });
    let Some(signs) = answer else { return };
    let approval = take_approval(ui, desk);
    if signs {
        desk.act(Action::PrintVerdict { good: false, approval });
    }
    desk.local.ask = None;
}
