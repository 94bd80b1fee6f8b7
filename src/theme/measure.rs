//! A row that says how one thing stands: its name at the left, its chip at the right.

use egui::{Align, Layout, Response, Ui, vec2};

use crate::chip::Chip;
use crate::shortcut::Shortcut;
use crate::status::Status;
use crate::text::BODY;
use crate::tokens::{INK, space};

/// A measure of a picture, a check, a device in the morning.
#[derive(Clone, Copy)]
#[must_use = "call show()"]
pub struct Measure<'a> {
    name: &'a str,
    chip: Chip<'a>,
}

impl<'a> Measure<'a> {
    /// The measure `name` stands at `status`, in the words `value`.
    pub fn new(name: &'a str, status: Status, value: &'a str) -> Self {
        Self { name, chip: Chip::new(status, value) }
    }

    /// The officer can do something about it, by this key or by pressing the chip.
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.chip = self.chip.shortcut(shortcut);
        self
    }

    /// Shows the row; the response is the chip's.
    pub fn show(self, ui: &mut Ui) -> Response {
        self.row(ui, Chip::show)
    }

    /// Shows the row, and says whether the chip was clicked or its key pressed.
    pub fn activated(self, ui: &mut Ui) -> bool {
        self.row(ui, Chip::activated)
    }

    /// The chip keeps its width unless it takes more than two thirds; the name wraps in what is left.
    fn row<R>(self, ui: &mut Ui, show: impl FnOnce(Chip<'a>, &mut Ui) -> R) -> R {
        let width = ui.available_width();
        let chip = self.chip.size(ui);
        let chip_width = chip.x.min(width * 0.66);
        let name_width = width - chip_width - space::M;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.allocate_ui_with_layout(
                vec2(name_width, chip.y),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_width(name_width);
                    ui.set_min_height(chip.y);
                    BODY.show(ui, self.name, INK);
                },
            );
            show(self.chip, ui)
        })
        .inner
    }
}
