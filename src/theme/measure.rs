//! A row that says how one thing stands: its name at the left, its chip at the right.

use egui::{Align, Layout, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::chip::Chip;
use crate::shortcut::Shortcut;
use crate::status::Status;
use crate::text::BODY;
use crate::tokens::{INK, MUTED, space};

/// A measure of a picture, a check, a device in the morning.
#[derive(Clone, Copy)]
#[must_use = "call show()"]
pub struct Measure<'a> {
    name: &'a str,
    chip: Chip<'a>,
}

/// Shows a row that only states: what it is called at the left, what it is at the right. Long values wrap.
pub fn fact(ui: &mut Ui, name: &str, value: &str) -> Response {
    let width = ui.available_width();
    let name_text = BODY.line(ui, name, MUTED, width * 0.5);
    let room = width - name_text.size().x - space::M;
    let value_text = BODY.medium().wrapped(ui, value, INK, room);
    let height = value_text.size().y.max(name_text.size().y);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let spoken = format!("{name}: {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let at = egui::pos2(rect.right() - value_text.size().x, rect.top());
    ui.painter().galley(rect.min, name_text, MUTED);
    ui.painter().galley(at, value_text, INK);
    response
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
