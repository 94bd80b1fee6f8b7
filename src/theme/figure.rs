//! A figure that is read from a distance: its name, the number, a remark.

use egui::{Response, Role, Ui, WidgetInfo};

use crate::card::Card;
use crate::status::Status;
use crate::text::{BODY, CAPTION, FIGURE};
use crate::tokens::{self, space};

/// A figure on the worklist.
#[derive(Clone, Copy, Debug)]
pub struct Figure<'a> {
    /// What is counted.
    pub name: &'a str,
    /// The number, with its unit.
    pub value: &'a str,
    /// What to make of it.
    pub remark: &'a str,
    /// How the remark is meant.
    pub status: Status,
}

impl Figure<'_> {
    /// Shows it as a card as wide as there is room.
    pub fn show(&self, ui: &mut Ui) -> Response {
        let card = Card::new().show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            BODY.show_line(ui, self.name, tokens::MUTED);
            FIGURE.show_line(ui, self.value, tokens::INK);
            let colour = match self.status {
                Status::Neutral | Status::Info | Status::Live => tokens::MUTED,
                status => status.ink(),
            };
            // Long remarks are set smaller before they are cut.
            let room = ui.available_width();
            let fits = BODY.line(ui, self.remark, colour, f32::INFINITY).size().x <= room;
            if fits { BODY } else { CAPTION }.show_line(ui, self.remark, colour);
        });
        let name = format!("{}: {}, {}", self.name, self.value, self.remark);
        card.response.widget_info(|| WidgetInfo::labeled(Role::Group, true, &name));
        card.response
    }
}

/// Shows figures side by side, equally wide.
pub fn figures(ui: &mut Ui, figures: &[Figure<'_>]) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        ui.columns(figures.len().max(1), |columns| {
            for (column, figure) in columns.iter_mut().zip(figures) {
                figure.show(column);
            }
        });
    });
}
