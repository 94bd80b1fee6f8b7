//! One finger of the hand diagram: how it stands, and the button it is.

use egui::epaint::Mesh;
use egui::{
    Color32, CursorIcon, Id, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::hand_shape::{self, Placed};
use crate::icon::Icon;
use crate::status::Status;
use crate::text::{CAPTION, Type};
use crate::tokens::{self, size, space};

/// How a finger stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FingerState {
    /// Not captured.
    Open,
    /// On the glass now.
    Live,
    /// Captured, good.
    Passed,
    /// Captured, below the threshold.
    Below,
    /// Could not be captured.
    Failed,
    /// Will not be captured: missing, bandaged. Painted hatched.
    Exception,
}

/// A finger as the diagram shows it.
#[derive(Clone, Copy, Debug)]
pub struct Finger<'a> {
    /// How it stands.
    pub state: FingerState,
    /// Its quality, written on it when there is room.
    pub score: Option<u8>,
    /// What is heard: "Ngón trỏ phải: đạt, NFIQ2 62".
    pub name: &'a str,
}

/// Distance between two fingers, in the drawing's points.
const PITCH: f32 = 28.0;

/// Shows one finger of `hand` as a button.
pub(crate) fn show_finger(
    ui: &mut Ui,
    hand: Placed,
    shape: &hand_shape::Finger,
    finger: &Finger<'_>,
    id: Id,
) -> Response {
    let sides: Vec<[Pos2; 2]> =
        shape.sides().into_iter().map(|pair| pair.map(|point| hand.place(point))).collect();
    // The outer two thirds are pressed: neighbours do not overlap there.
    let outer = sides.get(sides.len() * 2 / 5..).unwrap_or_default();
    let area = Rect::from_points(&outer.concat());
    let least = vec2((PITCH * hand.scale).min(size::CONTROL), size::CONTROL).max(area.size());
    let response = ui.interact(Rect::from_center_size(area.center(), least), id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, finger.name));

    let look = Look::of(finger.state, response.hovered());
    let painter = ui.painter();
    painter.add(strip(&sides, look.fill));
    if finger.state == FingerState::Exception {
        hatch(painter, &sides);
    }
    for crease in shape.creases() {
        painter.line_segment(
            crease.map(|point| hand.place(point)),
            Stroke::new(1.0, look.line.gamma_multiply(0.45)),
        );
    }
    // An open finger grows out of the hand; any other is closed at its base, to stand out as a whole.
    let open = finger.state == FingerState::Open;
    let drawn = if open { sides.get(hand_shape::BASE_PAIRS..).unwrap_or_default() } else { &sides };
    let outline: Vec<Pos2> =
        drawn.iter().map(|pair| pair[0]).chain(drawn.iter().rev().map(|pair| pair[1])).collect();
    let outline_shape = |stroke: Stroke| {
        if open { Shape::line(outline.clone(), stroke) } else { Shape::closed_line(outline.clone(), stroke) }
    };
    if response.has_focus() {
        painter.add(outline_shape(Stroke::new(look.width + 2.0 * size::FOCUS, tokens::FOCUS)));
        painter.add(outline_shape(Stroke::new(look.width + 1.0, tokens::SURFACE)));
    }
    painter.add(outline_shape(Stroke::new(look.width, look.line)));
    paint_signs(ui, hand, shape, finger, &look);
    response.on_hover_text(finger.name).on_hover_cursor(CursorIcon::PointingHand)
}

/// The sign on the last joint, the score below it.
fn paint_signs(ui: &Ui, hand: Placed, shape: &hand_shape::Finger, finger: &Finger<'_>, look: &Look) {
    let painter = ui.painter();
    if let Some(icon) = look.icon {
        icon.paint_centred(
            painter,
            hand.place(shape.at(0.84)),
            (13.0 * hand.scale).clamp(9.0, 26.0),
            look.ink,
        );
    }
    if let Some(score) = finger.score.filter(|_| hand.scale >= 0.8) {
        let face = Type { size: (12.0 * hand.scale).clamp(11.0, 22.0), ..CAPTION.strong() };
        let text = face.line(ui, &score.to_string(), look.ink, f32::INFINITY);
        painter.galley(hand.place(shape.at(0.53)) - text.size() / 2.0, text, look.ink);
    }
}

/// Fills a finger between its sides.
fn strip(sides: &[[Pos2; 2]], fill: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for (index, pair) in sides.iter().enumerate() {
        for point in pair {
            mesh.colored_vertex(*point, fill);
        }
        if index > 0 {
            let at = 2 * index as u32;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    mesh
}

/// Slanting lines from side to side: what is hatched will not be captured.
fn hatch(painter: &Painter, sides: &[[Pos2; 2]]) {
    const SLANT: usize = 5;
    let stroke = Stroke::new(1.5, tokens::CONTROL);
    for (low, high) in sides.iter().zip(sides.iter().skip(SLANT)).step_by(3) {
        painter.line_segment([low[0], high[1]], stroke);
    }
}

/// What a finger looks like in one state.
struct Look {
    fill: Color32,
    line: Color32,
    ink: Color32,
    width: f32,
    icon: Option<Icon>,
}

impl Look {
    fn of(state: FingerState, hovered: bool) -> Self {
        let status = match state {
            FingerState::Open => {
                let fill = if hovered { tokens::HOVER } else { tokens::SUNKEN };
                return Self { fill, line: tokens::CONTROL, ink: tokens::MUTED, width: 1.5, icon: None };
            }
            FingerState::Exception => {
                let (line, ink) = (tokens::NEUTRAL_INK, tokens::NEUTRAL_INK);
                return Self { fill: tokens::NEUTRAL_SOFT, line, ink, width: 1.5, icon: None };
            }
            FingerState::Live => Status::Live,
            FingerState::Passed => Status::Good,
            FingerState::Below => Status::Attention,
            FingerState::Failed => Status::Bad,
        };
        let width = if hovered { 3.0 } else { 2.0 };
        Self { fill: status.soft(), line: status.line(), ink: status.ink(), width, icon: Some(status.icon()) }
    }
}

/// A small finger beside its word, for the legend of the diagram.
pub fn finger_legend(ui: &mut Ui, state: FingerState, word: &str) -> Response {
    const SIGN: Vec2 = vec2(14.0, 20.0);
    let text = CAPTION.line(ui, word, tokens::NEUTRAL_INK, f32::INFINITY);
    let wanted = vec2(SIGN.x + space::XS + 2.0 + text.size().x, size::CHIP);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    let look = Look::of(state, false);
    let sign = Rect::from_center_size(rect.left_center() + vec2(SIGN.x / 2.0, 0.0), SIGN);
    let painter = ui.painter();
    painter.rect(sign, 7.0, look.fill, Stroke::new(look.width.min(1.5), look.line), StrokeKind::Inside);
    match look.icon {
        Some(icon) => icon.paint_centred(painter, sign.center(), 8.0, look.ink),
        None if state == FingerState::Exception => {
            for step in [-4.0, 0.0, 4.0] {
                let at = sign.center() + vec2(0.0, step);
                painter
                    .line_segment([at + vec2(-5.0, 3.0), at + vec2(5.0, -3.0)], Stroke::new(1.0, look.line));
            }
        }
        None => {}
    }
    painter.galley(
        pos2(sign.right() + space::XS + 2.0, rect.center().y - text.size().y / 2.0),
        text,
        look.ink,
    );
    response
}
