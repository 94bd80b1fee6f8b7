//! The signature pad: what the pen draws, kept as strokes.

use egui::{
    CursorIcon, Event, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui,
};
use egui::{WidgetInfo, pos2, vec2};

use crate::icon::Icon;
use crate::text::CAPTION;
use crate::tokens::{self, radius, space};

/// One point of a stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InkPoint {
    /// From the left, in widths of the pad (0 to 1).
    pub x: f32,
    /// From the top, in widths of the pad, so that proportions are kept.
    pub y: f32,
    /// Clock of the window, in seconds. Points that came with one frame share it.
    pub seconds: f64,
}

/// A signature: strokes of points, in the order they were drawn.
#[derive(Clone, Default, PartialEq)]
pub struct Ink {
    /// The strokes.
    pub strokes: Vec<Vec<InkPoint>>,
}

/// Says how much there is, not what: a signature is personal.
impl std::fmt::Debug for Ink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ink").field("strokes", &self.strokes.len()).finish_non_exhaustive()
    }
}

/// Bounds the memory a pen that never lifts can take: several minutes of writing.
const MOST_POINTS: usize = 20_000;

/// Shows the pad `height` points high and adds what is drawn on it to `ink`; `changed()` says that something was.
///
/// `hint` stands on the line while the pad is empty.
pub fn signature_pad(ui: &mut Ui, name: &str, ink: &mut Ink, hint: &str, height: f32) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name));
    if collect(ui, rect, &response, ink) {
        response.mark_changed();
    }
    paint(ui, rect, ink, hint);
    response.on_hover_cursor(CursorIcon::Crosshair)
}

/// Adds the points of this frame; every move of the pen counts, not only the last one.
fn collect(ui: &Ui, rect: Rect, response: &Response, ink: &mut Ink) -> bool {
    if !response.dragged_by(PointerButton::Primary) && !response.drag_stopped() {
        return false;
    }
    if response.drag_started() {
        ink.strokes.push(Vec::new());
    }
    let total: usize = ink.strokes.iter().map(Vec::len).sum();
    let Some(stroke) = ink.strokes.last_mut() else { return false };
    let (seconds, origin, moves) = ui.input(|input| {
        let moves: Vec<Pos2> = input
            .events
            .iter()
            .filter_map(|event| if let Event::PointerMoved(at) = event { Some(*at) } else { None })
            .collect();
        (input.time, input.pointer.press_origin(), moves)
    });
    let start = if stroke.is_empty() { origin } else { None };
    let before = stroke.len();
    for at in start.into_iter().chain(moves).take(MOST_POINTS.saturating_sub(total)) {
        let at = rect.clamp(at);
        let point = InkPoint {
            x: (at.x - rect.left()) / rect.width(),
            y: (at.y - rect.top()) / rect.width(),
            seconds,
        };
        if stroke.last().is_none_or(|last| (last.x, last.y) != (point.x, point.y)) {
            stroke.push(point);
        }
    }
    stroke.len() > before
}

fn paint(ui: &Ui, rect: Rect, ink: &Ink, hint: &str) {
    let painter = ui.painter_at(rect);
    painter.rect(
        rect,
        radius::CONTROL,
        tokens::SURFACE,
        Stroke::new(1.0, tokens::CONTROL),
        StrokeKind::Inside,
    );
    let line_y = rect.top() + rect.height() * 0.74;
    let line = rect.shrink2(vec2(space::XXL, 0.0));
    painter.hline(line.x_range(), line_y, Stroke::new(1.0, tokens::CONTROL));
    Icon::Pen.paint_centred(&painter, pos2(line.left() + 8.0, line_y - 16.0), 16.0, tokens::MUTED);
    if ink.strokes.is_empty() {
        let text = CAPTION.line(ui, hint, tokens::MUTED, line.width());
        painter.galley(pos2(rect.center().x - text.size().x / 2.0, line_y + space::XS), text, tokens::MUTED);
    }
    for stroke in &ink.strokes {
        let points: Vec<Pos2> =
            stroke.iter().map(|point| rect.min + vec2(point.x, point.y) * rect.width()).collect();
        match points.as_slice() {
            [dot] => {
                painter.circle_filled(*dot, 1.8, tokens::INK);
            }
            _ => {
                painter.add(Shape::line(points, Stroke::new(2.6, tokens::INK)));
            }
        }
    }
}
