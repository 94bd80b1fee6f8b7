//! A question that must be answered before anything else.

use egui::{Context, Frame, Id, Margin, Modal, Role, Sense, Ui, WidgetInfo, vec2};

use crate::button::Button;
use crate::status::Status;
use crate::text::{BODY, TITLE};
use crate::tokens::{self, radius, space};
use crate::{action_bar, style};

/// A dialog in the middle of the window, over everything.
///
/// It closes only by one of its answers; give the one that changes nothing the key Esc.
#[must_use = "call show()"]
pub struct Dialog<'a, T> {
    title: &'a str,
    status: Status,
    answers: Vec<(T, Button<'a>)>,
    focuses_answer: bool,
}

impl<'a, T> Dialog<'a, T> {
    /// A dialog; the title is the question.
    pub fn new(title: &'a str, status: Status) -> Self {
        Self { title, status, answers: Vec::new(), focuses_answer: true }
    }

    /// Adds an answer. The first one has the focus when the dialog opens, so make it the harmless one.
    pub fn answer(mut self, answer: T, button: Button<'a>) -> Self {
        self.answers.push((answer, button));
        self
    }

    /// Leaves the focus to the content: a dialog in which something is typed.
    pub fn typing(mut self) -> Self {
        self.focuses_answer = false;
        self
    }

    /// Shows it, with `content` between the title and the answers; returns the answer given.
    pub fn show(self, ctx: &Context, content: impl FnOnce(&mut Ui)) -> Option<T> {
        let id = Id::unique(("dialog", self.title));
        let opened = opened_now(ctx, id);
        let frame = Frame::new()
            .fill(tokens::SURFACE)
            .corner_radius(radius::CARD)
            .inner_margin(Margin::same(space::XL as i8))
            .shadow(style::shadow());
        let modal = Modal::new(id).backdrop_color(tokens::VEIL).frame(frame);
        modal
            .show(ctx, |ui| {
                ui.set_width(520.0);
                ui.spacing_mut().item_spacing.y = space::M;
                head(ui, self.title, self.status);
                content(ui);
                ui.add_space(space::S);
                answers(ui, self.answers, opened && self.focuses_answer)
            })
            .inner
    }
}

/// Shows the paragraph most dialogs have: what will happen.
pub fn paragraph(ui: &mut Ui, text: &str) {
    BODY.show(ui, text, tokens::NEUTRAL_INK);
}

fn head(ui: &mut Ui, title: &str, status: Status) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let (rect, response) = ui.allocate_exact_size(vec2(36.0, 36.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, title));
        ui.painter().circle_filled(rect.center(), 18.0, status.soft());
        status.icon().paint_centred(ui.painter(), rect.center(), 16.0, status.ink());
        TITLE.show(ui, title, tokens::INK);
    });
}

/// The answers in a row at the right, in the order they were given.
fn answers<T>(ui: &mut Ui, answers: Vec<(T, Button<'_>)>, opened: bool) -> Option<T> {
    let mut given = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let width = action_bar::width(ui, &answers);
        ui.add_space((ui.available_width() - width).max(0.0));
        for (index, (answer, button)) in answers.into_iter().enumerate() {
            let response = button.show(ui);
            if opened && index == 0 {
                response.request_focus();
            }
            if response.clicked() || button.key_pressed(ui) {
                given = Some(answer);
            }
        }
    });
    given
}

/// Is this the first pass in which the dialog is shown?
fn opened_now(ctx: &Context, id: Id) -> bool {
    let now = ctx.cumulative_pass_nr();
    let before = ctx.data_mut(|data| {
        let before = data.get_temp::<u64>(id);
        data.insert_temp(id, now);
        before
    });
    before.is_none_or(|before| before + 1 < now)
}
