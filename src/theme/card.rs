//! A card: a white surface with a thin outline, and a title.

use egui::{Frame, InnerResponse, Margin, Stroke, Ui};

use crate::chip::Chip;
use crate::status::Status;
use crate::text::{self, HEADING};
use crate::tokens::{self, radius, space};

/// A white surface that groups what belongs together.
#[derive(Clone, Copy, Default)]
#[must_use = "call show()"]
pub struct Card<'a> {
    title: Option<&'a str>,
    chip: Option<(Status, &'a str)>,
    least_height: f32,
}

impl<'a> Card<'a> {
    /// A card without a title.
    pub fn new() -> Self {
        Self::default()
    }

    /// A card with a title.
    pub fn titled(title: &'a str) -> Self {
        Self { title: Some(title), ..Self::default() }
    }

    /// A status at the right of the title.
    pub fn chip(mut self, status: Status, word: &'a str) -> Self {
        self.chip = Some((status, word));
        self
    }

    /// At least this high, in points, its margin included; for cards side by side.
    pub fn least_height(mut self, height: f32) -> Self {
        self.least_height = height;
        self
    }

    /// Shows the card as wide as there is room, with `content` in it.
    pub fn show<R>(self, ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
        let margin = space::L + space::XS;
        frame(margin).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_min_height((self.least_height - 2.0 * margin - 2.0).max(0.0));
            ui.spacing_mut().item_spacing.y = space::S;
            self.head(ui);
            content(ui)
        })
    }

    fn head(self, ui: &mut Ui) {
        let Some(title) = self.title else { return };
        let Some((status, word)) = self.chip else {
            text::heading(ui, title);
            return;
        };
        let chip = Chip::new(status, word);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            let chip_width = chip.size(ui).x;
            let room = (ui.available_width() - chip_width - space::M).max(0.0);
            ui.allocate_ui(egui::vec2(room, HEADING.line_height()), |ui| {
                ui.set_width(room);
                HEADING.show_line(ui, title, tokens::INK);
            });
            chip.show(ui);
        });
    }
}

/// The surface itself, with `margin` inside.
pub(crate) fn frame(margin: f32) -> Frame {
    Frame::new()
        .fill(tokens::SURFACE)
        .stroke(Stroke::new(1.0, tokens::OUTLINE))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::same(margin as i8))
}
