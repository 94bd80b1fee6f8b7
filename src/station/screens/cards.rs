//! Card orders of the centre.

use super::desk::Desk;
use super::frame::{Head, Press, back, home, page};
use super::{show, text};
use egui::{Key, Ui};
use tram_enrollment::PersonalNumber;
use tram_theme::{ActionBar, Button, Card, Cell, Icon, Shortcut, Table, empty, loading};
use tram_workflow::Action;
use tram_workflow::lists::{OrderRow, OrderState};

const COLUMNS: [f32; 4] = [3.0, 2.2, 2.6, 1.0];

/// The list of orders; Enter opens the first that has work left.
pub(super) fn cards_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let orders = desk.state.orders.as_deref();
    let first = orders.unwrap_or_default().iter().find(|order| order.state != OrderState::HandedOver);
    let mut actions =
        ActionBar::new().left(Press::Do(home(desk.state)), back(desk)).note(desk.say(text::KEYS_LONG));
    if let Some(order) = first {
        actions = actions.right(
            Press::Do(Action::OpenOrder(order.order)),
            Button::primary(desk.say(text::OPEN_FIRST)).shortcut(Shortcut::key(Key::Enter)),
        );
    }
    let head = Head { title: desk.say(text::CARDS_TITLE), subtitle: desk.say(text::CARDS_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| match orders {
        None => {
            Card::new().show(ui, |ui| loading(ui, desk.say(text::ORDERS_LOADING), 4));
        }
        Some([]) => {
            Card::new().show(ui, |ui| {
                empty(ui, Icon::Person, desk.say(text::ORDERS_EMPTY), desk.say(text::ORDERS_EMPTY_HINT));
            });
        }
        Some(orders) => rows_ui(ui, desk, orders),
    });
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
