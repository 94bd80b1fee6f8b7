//! Short messages at the corner: what was done, without stopping anybody.

use std::collections::VecDeque;

use egui::{
    Align2, Area, Context, Frame, Id, Margin, Order, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::button::Button;
use crate::icon::Icon;
use crate::status::Status;
use crate::style;
use crate::text::BODY;
use crate::tokens::{self, radius, size, space};

const MOST: usize = 3;
const SECONDS_SHOWN: f64 = 6.0;
const WIDTH: f32 = 380.0;

/// The messages on show, newest last; keep one per window.
///
/// Good news goes by itself after six seconds. Bad news stays until it is closed.
#[derive(Debug, Default)]
pub struct Toasts {
    shown: VecDeque<Toast>,
}

#[derive(Debug)]
struct Toast {
    status: Status,
    sentence: String,
    /// Clock of the context at which it goes; `None` until first shown, and for what must be closed.
    until: Option<f64>,
}

impl Toasts {
    /// Adds a message; the oldest gives way when there are more than three.
    pub fn push(&mut self, status: Status, sentence: impl Into<String>) {
        if self.shown.len() == MOST {
            self.shown.pop_front();
        }
        self.shown.push_back(Toast { status, sentence: sentence.into(), until: None });
    }

    /// Shows the messages above the bar of actions. `close` is the accessible name of the button that closes one.
    pub fn show(&mut self, ctx: &Context, close: &str) {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.shown {
            if toast.status != Status::Bad {
                toast.until.get_or_insert(now + SECONDS_SHOWN);
            }
        }
        self.shown.retain(|toast| toast.until.is_none_or(|until| now < until));
        if let Some(next) = self.shown.iter().filter_map(|toast| toast.until).reduce(f64::min) {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64((next - now).max(0.0)));
        }
        if self.shown.is_empty() {
            return;
        }
        let closed = self.paint(ctx, close);
        if let Some(index) = closed {
            self.shown.remove(index);
        }
    }

    fn paint(&self, ctx: &Context, close: &str) -> Option<usize> {
        let offset = vec2(-space::XL, -(size::ACTION_BAR + space::L));
        let area =
            Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, offset);
        area.show(ctx, |ui| {
            let mut closed = None;
            for (index, toast) in self.shown.iter().enumerate() {
                let row = frame(toast.status).show(ui, |ui| row(ui, toast, close));
                if row.inner {
                    closed = Some(index);
                }
            }
            closed
        })
        .inner
    }
}

/// Sign, sentence and the cross that closes; true when it was pressed.
fn row(ui: &mut Ui, toast: &Toast, close: &str) -> bool {
    const SIGN: f32 = 16.0;
    let room = WIDTH - SIGN - space::M - size::CONTROL;
    let text = BODY.wrapped(ui, &toast.sentence, tokens::INK, room);
    let height = (text.size().y + 2.0 * space::M).max(size::CONTROL);
    ui.spacing_mut().item_spacing.x = 0.0;
    ui.horizontal(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(WIDTH - size::CONTROL, height), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &toast.sentence));
        let sign = rect.left_center() + vec2(SIGN / 2.0, 0.0);
        toast.status.icon().paint_centred(ui.painter(), sign, SIGN, toast.status.ink());
        let at = pos2(rect.left() + SIGN + space::M, rect.center().y - text.size().y / 2.0);
        ui.painter().galley(at, text, tokens::INK);
        Button::sign(Icon::Cross, close).show(ui).clicked()
    })
    .inner
}

fn frame(status: Status) -> Frame {
    Frame::new()
        .fill(tokens::SURFACE)
        .stroke(Stroke::new(1.0, status.line()))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::symmetric(space::L as i8, space::XS as i8))
        .shadow(style::shadow())
}
