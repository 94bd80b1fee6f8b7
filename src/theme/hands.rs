//! The hand diagram: which fingers are captured and how each stands.

use egui::epaint::{Mesh, PathShape, PathStroke};
use egui::{Id, Painter, Pos2, Sense, Ui, pos2, vec2};

use crate::finger::{Finger, show_finger};
use crate::hand_shape::{self, BOX, FINGERS, Placed};
use crate::text::CAPTION;
use crate::tokens::{self, space};

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
        paint_back(ui.painter(), hand);
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

/// Fills and outlines the back of a hand.
fn paint_back(painter: &Painter, hand: Placed) {
    let outline: Vec<Pos2> = hand_shape::back().into_iter().map(|point| hand.place(point)).collect();
    painter.add(fan(hand.place(hand_shape::MIDDLE), &outline));
    painter.add(PathShape::line(outline, PathStroke::new(1.5, tokens::CONTROL)));
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
