//! The focus ring: whoever works without a mouse always sees where they are.

use egui::{Color32, CornerRadius, Rect, Response, Stroke, StrokeKind, Ui};

use crate::tokens::{self, size};

/// Paints the ring around `response` when it has the focus, on a light surface.
pub(crate) fn ring(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        paint(ui, response.rect, radius, tokens::FOCUS);
    }
}

/// Paints the ring around `response` when it has the focus, on the bar or over video.
pub(crate) fn ring_on_dark(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        paint(ui, response.rect, radius, tokens::FOCUS_ON_DARK);
    }
}

/// Paints the ring just inside `rect`, for rows that touch their neighbours.
pub(crate) fn ring_inside(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        paint(ui, response.rect.shrink(size::FOCUS + size::FOCUS_GAP), radius, tokens::FOCUS);
    }
}

fn paint(ui: &Ui, rect: Rect, radius: u8, colour: Color32) {
    let rect = rect.expand(size::FOCUS_GAP);
    let radius = CornerRadius::same(radius.saturating_add(size::FOCUS_GAP as u8));
    ui.painter().rect_stroke(rect, radius, Stroke::new(size::FOCUS, colour), StrokeKind::Outside);
}
