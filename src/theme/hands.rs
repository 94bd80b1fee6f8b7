//! The hand diagram: which fingers are captured and how each stands.

use egui::epaint::{Mesh, PathShape, PathStroke};
use egui::{CursorIcon, Id, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo};
use egui::{pos2, vec2};

use crate::hand_shape::{self, BOX, FINGERS};
use crate::icon::Icon;
use crate::status::Status;
use crate::text::CAPTION;
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

/// Which hands are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Both,
    Right,
    Left,
}

/// The diagram. Hands are seen from behind, as they lie on the glass: the left one at the left.
#[derive(Clone, Copy)]
#[must_use = "call show()"]
pub struct Hands<'a> {
    fingers: &'a [Finger<'a>; 10],
    which: Which,
    captions: [&'a str; 2],
    most_height: f32,
    centred: bool,
}

impl<'a> Hands<'a> {
    /// Both hands. Fingers stand in the order of ISO/IEC 19794-4: right thumb to right little, left thumb to left little.
    pub fn both(fingers: &'a [Finger<'a>; 10]) -> Self {
        Self { fingers, which: Which::Both, captions: ["", ""], most_height: f32::INFINITY, centred: false }
    }

    /// The right hand alone.
    pub fn right(fingers: &'a [Finger<'a>; 10]) -> Self {
        Self { which: Which::Right, ..Self::both(fingers) }
    }

    /// The left hand alone.
    pub fn left(fingers: &'a [Finger<'a>; 10]) -> Self {
        Self { which: Which::Left, ..Self::both(fingers) }
    }

    /// Words below the hands, the left one first.
    pub fn captions(mut self, left: &'a str, right: &'a str) -> Self {
        self.captions = [left, right];
        self
    }

    /// At most this high in points; otherwise as wide as there is room.
    pub fn most_height(mut self, height: f32) -> Self {
        self.most_height = height;
        self
    }

    /// In the middle of all the height there is, for the citizen's screen.
    pub fn centred(mut self) -> Self {
        self.centred = true;
        self
    }

    /// Shows it; returns the index of the finger pressed, in the order they were given.
    ///
    /// The place one presses is 44 points high, and 44 wide where the drawing is large enough (630 points for both
    /// hands); on a smaller one it is as wide as the finger and its gap, so that neighbours do not overlap. Tab and the
    /// arrow keys reach every finger.
    pub fn show(self, ui: &mut Ui) -> Option<usize> {
        let hands = if self.which == Which::Both { 2.0 } else { 1.0 };
        let gap = if self.which == Which::Both { space::M } else { 0.0 };
        let caption = if self.captions.concat().is_empty() { 0.0 } else { CAPTION.line_height() };
        let widest = (ui.available_width() - gap) / hands;
        let most_height =
            if self.centred { self.most_height.min(ui.available_height()) } else { self.most_height };
        let scale = (widest / BOX.x).min((most_height - caption) / BOX.y).max(0.1);
        let height = if self.centred { ui.available_height() } else { BOX.y * scale + caption };
        let (rect, whole) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let top = rect.center().y - f32::midpoint(BOX.y * scale, caption);
        let width = BOX.x * scale * hands + gap;
        let left = rect.center().x - width / 2.0;
        let right_hand_left = if self.which == Which::Both { left + BOX.x * scale + gap } else { left };

        let mut pressed = None;
        if self.which != Which::Right {
            let hand = Placed { origin: pos2(left, top), scale, mirrored: true };
            pressed = pressed.or(self.hand(ui, hand, whole.id, self.captions[0]));
        }
        if self.which != Which::Left {
            let hand = Placed { origin: pos2(right_hand_left, top), scale, mirrored: false };
            pressed = pressed.or(self.hand(ui, hand, whole.id, self.captions[1]));
        }
        pressed
    }

    fn hand(self, ui: &mut Ui, hand: Placed, id: Id, caption: &str) -> Option<usize> {
        hand.paint_back(ui.painter());
        let first = if hand.mirrored { 5 } else { 0 };
        let mut fingers: Vec<(usize, &hand_shape::Finger)> = FINGERS.iter().enumerate().collect();
        if hand.mirrored {
            // Made from left to right, which is the order of Tab.
            fingers.reverse();
        }
        let mut pressed = None;
        for (index, shape) in fingers {
            let Some(finger) = self.fingers.get(first + index) else { continue };
            if show_finger(ui, hand, shape, finger, id.with(first + index)).clicked() {
                pressed = Some(first + index);
            }
        }
        if !caption.is_empty() {
            let text = CAPTION.line(ui, caption, tokens::MUTED, BOX.x * hand.scale);
            let wrist = hand.place(pos2(120.0, BOX.y));
            ui.painter().galley(pos2(wrist.x - text.size().x / 2.0, wrist.y), text, tokens::MUTED);
        }
        pressed
    }
}

/// Distance between two fingers, in the drawing's points.
const PITCH: f32 = 28.0;

/// A hand's place on the screen.
#[derive(Clone, Copy)]
struct Placed {
    origin: Pos2,
    scale: f32,
    mirrored: bool,
}

impl Placed {
    fn place(self, point: Pos2) -> Pos2 {
        let x = if self.mirrored { BOX.x - point.x } else { point.x };
        self.origin + vec2(x, point.y) * self.scale
    }

    fn paint_back(self, painter: &Painter) {
        let outline: Vec<Pos2> = hand_shape::back().into_iter().map(|point| self.place(point)).collect();
        painter.add(fan(self.place(pos2(115.0, 175.0)), &outline));
        painter.add(PathShape::line(outline, PathStroke::new(1.5, tokens::CONTROL)));
    }
}

/// Fills an outline every point of which is seen from `centre`.
fn fan(centre: Pos2, outline: &[Pos2]) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(centre, tokens::SUNKEN);
    for point in outline {
        mesh.colored_vertex(*point, tokens::SUNKEN);
    }
    let count = outline.len() as u32;
    for index in 0..count {
        mesh.add_triangle(0, index + 1, (index + 1) % count + 1);
    }
    mesh
}

fn show_finger(
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
        let face = crate::text::Type { size: (12.0 * hand.scale).clamp(11.0, 22.0), ..CAPTION.strong() };
        let text = face.line(ui, &score.to_string(), look.ink, f32::INFINITY);
        painter.galley(hand.place(shape.at(0.53)) - text.size() / 2.0, text, look.ink);
    }
}

/// Fills a finger between its sides.
fn strip(sides: &[[Pos2; 2]], fill: egui::Color32) -> Mesh {
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
    fill: egui::Color32,
    line: egui::Color32,
    ink: egui::Color32,
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
    painter.rect(sign, 7.0, look.fill, Stroke::new(look.width.min(1.5), look.line), egui::StrokeKind::Inside);
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
