//! The bar at the bottom: what can be done on this page, each with its key.

use egui::{Align, Layout, Rect, Stroke, Ui, UiBuilder, pos2, vec2};

use crate::button::Button;
use crate::text::CAPTION;
use crate::tokens::{self, size, space};

/// The actions of a page. `T` is whatever the caller calls an action.
///
/// The left side leads away, the right side leads on; the last at the right is the main action. The order in which
/// they are added is the order of Tab.
#[must_use = "give it to a Page, or call show()"]
pub struct ActionBar<'a, T> {
    left: Vec<(T, Button<'a>)>,
    right: Vec<(T, Button<'a>)>,
    note: &'a str,
}

impl<T> Default for ActionBar<'_, T> {
    fn default() -> Self {
        Self { left: Vec::new(), right: Vec::new(), note: "" }
    }
}

impl<'a, T> ActionBar<'a, T> {
    /// A bar without actions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a button at the left: back, cannot be captured.
    pub fn left(mut self, action: T, button: Button<'a>) -> Self {
        self.left.push((action, button));
        self
    }

    /// Adds a button at the right: again, onward.
    pub fn right(mut self, action: T, button: Button<'a>) -> Self {
        self.right.push((action, button));
        self
    }

    /// The keys that work everywhere, in small type.
    pub fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    /// Shows it in `rect`; returns the action whose button was clicked or whose key was pressed.
    pub fn show(self, ui: &mut Ui, rect: Rect) -> Option<T> {
        let painter = ui.painter();
        painter.rect_filled(rect, 0, tokens::SURFACE);
        painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, tokens::OUTLINE));
        let inner = rect.shrink2(vec2(space::XL, 0.0));
        let right_width = width(ui, &self.right);
        let left_width = width(ui, &self.left);

        let note_left =
            if self.left.is_empty() { inner.left() } else { inner.left() + left_width + space::L };
        let note_right = inner.right() - right_width - space::M;
        let note_place = Rect::from_x_y_ranges(note_left..=note_right.max(note_left), rect.y_range());
        let note_align = if self.left.is_empty() { Align::Min } else { Align::Max };

        let left = row(ui, Rect::from_min_max(inner.min, pos2(note_left, inner.bottom())), self.left);
        show_note(ui, note_place, note_align, self.note);
        let right_place = Rect::from_min_max(pos2(inner.right() - right_width, inner.top()), inner.max);
        let right = row(ui, right_place, self.right);
        left.or(right)
    }
}

/// Width of buttons in a row.
pub(crate) fn width<T>(ui: &Ui, buttons: &[(T, Button<'_>)]) -> f32 {
    let gaps = buttons.len().saturating_sub(1) as f32 * space::M;
    buttons.iter().map(|(_, button)| button.size(ui).x).sum::<f32>() + gaps
}

fn row<T>(ui: &mut Ui, place: Rect, buttons: Vec<(T, Button<'_>)>) -> Option<T> {
    let mut activated = None;
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        for (action, button) in buttons {
            if button.activated(ui) {
                activated = Some(action);
            }
        }
    });
    activated
}

fn show_note(ui: &mut Ui, place: Rect, align: Align, note: &str) {
    if note.is_empty() || place.width() < size::CONTROL {
        return;
    }
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
        CAPTION.show_line(ui, note, tokens::MUTED);
    });
}
