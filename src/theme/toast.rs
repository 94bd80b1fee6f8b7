//! Short messages at the corner: what was done, without stopping anybody.

use std::collections::VecDeque;

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Stroke, vec2};

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
        let mut closed = None;
        Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, offset).show(
            ctx,
            |ui| {
                for (index, toast) in self.shown.iter().enumerate() {
                    frame(toast.status).show(ui, |ui| {
                        ui.set_width(WIDTH);
                        ui.horizontal(|ui| {
                            let (sign, _) = ui.allocate_exact_size(vec2(16.0, 16.0), egui::Sense::hover());
                            toast.status.icon().paint(ui.painter(), sign, toast.status.ink());
                            let room = ui.available_width() - size::CONTROL - space::S;
                            ui.allocate_ui(vec2(room, 0.0), |ui| {
                                ui.set_width(room);
                                BODY.show(ui, &toast.sentence, tokens::INK);
                            });
                            if Button::sign(Icon::Cross, close).show(ui).clicked() {
                                closed = Some(index);
                            }
                        });
                    });
                }
            },
        );
        closed
    }
}

fn frame(status: Status) -> Frame {
    Frame::new()
        .fill(tokens::SURFACE)
        .stroke(Stroke::new(1.0, status.line()))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::symmetric(space::L as i8, space::XS as i8))
        .shadow(style::shadow())
}
