//! The list of suggestions below a field: arrows choose, Enter takes, the pointer too.

use egui::{
    Align2, Area, Frame, Id, Key, Margin, Modifiers, Order, Response, Role, Sense, Stroke, Ui, WidgetInfo,
    vec2,
};

use crate::style;
use crate::text::{CAPTION, LABEL};
use crate::tokens::{self, radius, space};

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it is: a name, a ward.
    pub title: String,
    /// What tells it from its namesakes: date of birth, province. May be empty.
    pub detail: String,
}

const ROW: f32 = 52.0;
const MOST_ROWS: usize = 7;

/// Shows the suggestions below `field` while it has the focus; returns the index of the one taken.
///
/// Call it right after [`Field::show`](crate::Field::show), every frame. At most seven are shown: whoever wants the
/// eighth types one more letter.
pub fn suggestions(ui: &mut Ui, field: &Response, items: &[Suggestion]) -> Option<usize> {
    let shown = items.get(..items.len().min(MOST_ROWS)).unwrap_or_default();
    let chosen_id = field.id.with("suggestion");
    let active = field.has_focus() || field.lost_focus();
    if !active || shown.is_empty() {
        ui.data_mut(|data| data.remove::<usize>(chosen_id));
        return None;
    }

    let chosen = move_choice(ui, field, chosen_id, shown.len());
    let taken_by_key = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let clicked = list(ui, field, shown, chosen);
    let taken = clicked.or_else(|| taken_by_key.then_some(chosen));
    if taken.is_some() {
        ui.data_mut(|data| data.remove::<usize>(chosen_id));
    }
    taken
}

/// Moves the choice by the arrows pressed in this frame; it starts at the first suggestion.
fn move_choice(ui: &Ui, field: &Response, id: Id, count: usize) -> usize {
    let mut chosen = ui.data(|data| data.get_temp::<usize>(id)).unwrap_or(0).min(count - 1);
    if field.has_focus() {
        ui.input_mut(|input| {
            if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
                chosen = (chosen + 1).min(count - 1);
            }
            if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
                chosen = chosen.saturating_sub(1);
            }
        });
    }
    ui.data_mut(|data| data.insert_temp(id, chosen));
    chosen
}

fn list(ui: &Ui, field: &Response, items: &[Suggestion], chosen: usize) -> Option<usize> {
    let width = field.rect.width();
    let frame = Frame::new()
        .fill(tokens::SURFACE)
        .stroke(Stroke::new(1.0, tokens::CONTROL))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::same(space::XS as i8))
        .shadow(style::shadow());
    // Below the field, or above it where the window ends.
    let gap = vec2(0.0, space::XS + 2.0);
    let height = items.len() as f32 * ROW + 2.0 * space::S;
    let below = field.rect.bottom() + height < ui.ctx().content_rect().bottom();
    let (pivot, at) = if below {
        (Align2::LEFT_TOP, field.rect.left_bottom() + gap)
    } else {
        (Align2::LEFT_BOTTOM, field.rect.left_top() - gap)
    };
    Area::new(field.id.with("suggestions"))
        .order(Order::Foreground)
        .pivot(pivot)
        .fixed_pos(at)
        .show(ui.ctx(), |ui| {
            frame.show(ui, |ui| {
                ui.set_width(width - 2.0 * space::XS - 2.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                let mut clicked = None;
                for (index, item) in items.iter().enumerate() {
                    if row(ui, item, index == chosen).clicked() {
                        clicked = Some(index);
                    }
                }
                clicked
            })
        })
        .inner
        .inner
}

fn row(ui: &mut Ui, item: &Suggestion, chosen: bool) -> Response {
    // Without the wish for focus: the focus stays in the field.
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    let name = format!("{} {}", item.title, item.detail);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, name.trim()));
    let fill = match (chosen, response.hovered()) {
        (true, _) => tokens::PRIMARY_SOFT,
        (false, true) => tokens::HOVER,
        (false, false) => tokens::SURFACE,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, radius::CHIP, fill);
    if chosen {
        // A bar at the edge says "chosen" without colour.
        let bar = egui::Rect::from_min_size(rect.left_top(), vec2(4.0, rect.height()));
        painter.rect_filled(bar.shrink2(vec2(0.0, space::S)), 2, tokens::PRIMARY);
    }
    let room = rect.width() - 2.0 * space::M;
    let title = LABEL.medium().line(ui, &item.title, tokens::INK, room);
    let detail = CAPTION.line(ui, &item.detail, tokens::MUTED, room);
    let height = title.size().y + if item.detail.is_empty() { 0.0 } else { detail.size().y };
    let at = egui::pos2(rect.left() + space::M, rect.center().y - height / 2.0);
    let below = at + vec2(0.0, title.size().y);
    painter.galley(at, title, tokens::INK);
    painter.galley(below, detail, tokens::MUTED);
    response
}
