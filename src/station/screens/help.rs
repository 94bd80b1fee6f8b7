//! The keys.

use super::desk::{Ask, Desk};
use super::text;
use egui::{Key, Ui};
use tram_theme::tokens::{self, space};
use tram_theme::{Button, Dialog, Shortcut, Status, text as type_};

/// Shows the keys while they are asked for.
pub(super) fn help_ui(ui: &Ui, desk: &mut Desk<'_>) {
    if desk.local.ask != Some(Ask::Help) {
        return;
    }
    let answer = Dialog::new(desk.say(text::HELP_TITLE), Status::Info)
        .answer((), Button::primary(desk.say(text::CLOSE)).shortcut(Shortcut::key(Key::Escape)))
        .show(ui.ctx(), |ui| {
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing = egui::vec2(space::L, space::S);
                for pair in text::KEYS.chunks(2) {
                    ui.columns(2, |columns| {
                        for (column, (key, means)) in columns.iter_mut().zip(pair) {
                            column.horizontal_top(|ui| {
                                ui.spacing_mut().item_spacing.x = space::S;
                                ui.allocate_ui(egui::vec2(62.0, type_::CAPTION.line_height()), |ui| {
                                    ui.set_min_width(62.0);
                                    type_::CAPTION.strong().show_line(ui, key, tokens::PRIMARY_INK);
                                });
                                type_::CAPTION.show(ui, desk.say(*means), tokens::INK);
                            });
                        }
                    });
                }
            });
        });
    if answer.is_some() {
        desk.local.ask = None;
    }
}
