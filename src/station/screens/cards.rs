//! Card orders of the centre, and the book of blank cards.

use super::desk::{Ask, Desk, entered, id};
use super::frame::{Head, Press, back, home, page};
use super::{show, text, words};
use egui::{Key, Ui};
use std::num::NonZeroU16;
use tram_enrollment::PersonalNumber;
use tram_theme::{
    ActionBar, Button, Card, Cell, Dialog, Field, Icon, Measure, Shortcut, Status, Table, dialog, empty,
    loading,
};
use tram_workflow::Action;
use tram_workflow::lists::{OrderRow, OrderState};

const COLUMNS: [f32; 4] = [3.0, 2.2, 2.6, 1.0];

/// The list of orders; Enter opens the first that has work left.
pub(super) fn cards_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let orders = desk.state.orders.as_deref();
    let first = orders.unwrap_or_default().iter().find(|order| order.state != OrderState::HandedOver);
    let mut actions =
        ActionBar::new().left(Press::Do(home(desk.state)), back(desk)).note(desk.say(text::KEYS_LONG));
    actions = actions.left(
        Press::Ask(Ask::ReceiveBlanks),
        Button::secondary(desk.say(text::BLANKS_RECEIVE)).shortcut(Shortcut::ctrl(Key::B)),
    );
    if let Some(order) = first {
        actions = actions.right(
            Press::Do(Action::OpenOrder(order.order)),
            Button::primary(desk.say(text::OPEN_FIRST)).shortcut(Shortcut::key(Key::Enter)),
        );
    }
    let head = Head { title: desk.say(text::CARDS_TITLE), subtitle: desk.say(text::CARDS_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| {
        if let Some(count) = desk.state.blanks {
            let (status, said) = words::blanks(count, desk.language());
            Card::new().show(ui, |ui| Measure::new(desk.say(text::BLANKS), status, &said).show(ui));
        }
        match orders {
            None => {
                Card::new().show(ui, |ui| loading(ui, desk.say(text::ORDERS_LOADING), 4));
            }
            Some([]) => {
                Card::new().show(ui, |ui| {
                    empty(ui, Icon::Person, desk.say(text::ORDERS_EMPTY), desk.say(text::ORDERS_EMPTY_HINT));
                });
            }
            Some(orders) => rows_ui(ui, desk, orders),
        }
    });
    if desk.local.ask == Some(Ask::ReceiveBlanks) {
        receive_ui(ui, desk);
    }
}

/// Blanks that came: how many, and the paper that says so.
fn receive_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let count = desk.local.number.trim().parse::<NonZeroU16>().ok();
    let blocked = if count.is_none() {
        Some(text::BLANKS_COUNT_NEEDED)
    } else {
        desk.local.note.trim().is_empty().then_some(text::BLANKS_PAPER_NEEDED)
    };
    let keep = Button::primary(desk.say(text::BLANKS_RECEIVE_DO)).shortcut(Shortcut::key(Key::Enter));
    let answer = Dialog::new(desk.say(text::BLANKS_TITLE), Status::Info)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, keep.blocked(blocked.map(|why| desk.say(why))))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::BLANKS_HINT));
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let [how_many, paper] = [text::BLANKS_COUNT, text::BLANKS_PAPER].map(|label| desk.say(label));
            let number = &mut desk.local.number;
            let first = Field::new(how_many, number).id(id("blanks count")).char_limit(5).show(ui);
            let second =
                Field::new(paper, &mut desk.local.note).id(id("blanks paper")).char_limit(100).show(ui);
            if untouched && number.is_empty() {
                first.request_focus();
            }
            if entered(ui, &first) || blocked.is_some() && entered(ui, &second) {
                second.request_focus();
            }
        });
    let Some(keeps) = answer else { return };
    let note = std::mem::take(&mut desk.local.note);
    if let (true, Some(count)) = (keeps, count) {
        desk.act(Action::ReceiveBlanks { count, note });
    }
    desk.local.ask = None;
}

fn rows_ui(ui: &mut Ui, desk: &mut Desk<'_>, orders: &[OrderRow]) {
    let words: Vec<[String; 2]> = orders
        .iter()
        .map(|order| {
            let number = PersonalNumber::parse(&order.personal_number).map(PersonalNumber::masked);
            [number.unwrap_or_default(), show::when(order.changed_at, desk.state.now)]
        })
        .collect();
    let pressed = Table::new(desk.say(text::ORDERS), &COLUMNS).show(ui, orders.len(), |index| {
        let (Some(order), Some([number, when])) = (orders.get(index), words.get(index)) else {
            return Vec::new();
        };
        let state = desk.say(text::order_state(&order.state));
        vec![
            Cell::Name(&order.name),
            Cell::Text(number),
            Cell::Chip(show::order_status(&order.state), state),
            Cell::Text(when),
        ]
    });
    if let Some(order) = pressed.and_then(|index| orders.get(index)) {
        desk.act(Action::OpenOrder(order.order));
    }
}
