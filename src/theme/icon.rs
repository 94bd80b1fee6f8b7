//! Signs, painted as strokes: the typeface has no ✓ and no magnifying glass, and strokes scale without blur.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, emath::RectTransform, pos2, vec2};

/// A sign. Always beside a word, never instead of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Passed, done.
    Check,
    /// Needs a look.
    Exclamation,
    /// Failed, missing.
    Cross,
    /// Worth knowing.
    Info,
    /// Happening now.
    Dot,
    /// Not yet.
    Ring,
    /// Look for something.
    Search,
    /// Back.
    ChevronLeft,
    /// Onward.
    ChevronRight,
    /// Opens downward.
    ChevronDown,
    /// Add.
    Plus,
    /// Locked, sealed.
    Lock,
    /// A camera.
    Camera,
    /// A sheet of paper.
    Document,
    /// A person.
    Person,
    /// A pen that signs.
    Pen,
    /// A tray: nothing in it.
    Tray,
}

impl Icon {
    /// Paints the sign in the square `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let frame = RectTransform::from_to(Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), rect);
        let side = rect.width();
        let stroke = Stroke::new((side * 0.12).max(1.5), colour);
        let line = |points: &[(f32, f32)]| {
            let points = points.iter().map(|&(x, y)| frame.transform_pos(pos2(x, y))).collect();
            painter.add(Shape::line(points, stroke));
        };
        let ring = |x: f32, y: f32, r: f32| {
            painter.circle_stroke(frame.transform_pos(pos2(x, y)), r * side, stroke);
        };
        let dot = |x: f32, y: f32, r: f32| {
            painter.circle_filled(frame.transform_pos(pos2(x, y)), r * side, colour);
        };
        let frame_of = |x: f32, y: f32, w: f32, h: f32, radius: f32| {
            let rect = Rect::from_min_size(frame.transform_pos(pos2(x, y)), vec2(w, h) * side);
            painter.rect_stroke(rect, radius * side, stroke, egui::StrokeKind::Middle);
        };
        match self {
            Self::Check => line(&[(0.12, 0.54), (0.40, 0.80), (0.90, 0.22)]),
            Self::Exclamation => {
                line(&[(0.5, 0.10), (0.5, 0.60)]);
                dot(0.5, 0.86, 0.09);
            }
            Self::Cross => {
                line(&[(0.20, 0.20), (0.80, 0.80)]);
                line(&[(0.80, 0.20), (0.20, 0.80)]);
            }
            Self::Info => {
                ring(0.5, 0.5, 0.46);
                dot(0.5, 0.28, 0.075);
                line(&[(0.5, 0.46), (0.5, 0.76)]);
            }
            Self::Dot => dot(0.5, 0.5, 0.30),
            Self::Ring => ring(0.5, 0.5, 0.28),
            Self::Search => {
                ring(0.42, 0.42, 0.31);
                line(&[(0.65, 0.65), (0.94, 0.94)]);
            }
            Self::ChevronLeft => line(&[(0.62, 0.16), (0.30, 0.5), (0.62, 0.84)]),
            Self::ChevronRight => line(&[(0.38, 0.16), (0.70, 0.5), (0.38, 0.84)]),
            Self::ChevronDown => line(&[(0.16, 0.38), (0.5, 0.70), (0.84, 0.38)]),
            Self::Plus => {
                line(&[(0.5, 0.12), (0.5, 0.88)]);
                line(&[(0.12, 0.5), (0.88, 0.5)]);
            }
            Self::Lock => {
                frame_of(0.18, 0.44, 0.64, 0.48, 0.10);
                line(&[(0.32, 0.44), (0.32, 0.26), (0.40, 0.13), (0.60, 0.13), (0.68, 0.26), (0.68, 0.44)]);
            }
            Self::Camera => {
                frame_of(0.06, 0.26, 0.88, 0.60, 0.12);
                line(&[(0.34, 0.26), (0.40, 0.12), (0.60, 0.12), (0.66, 0.26)]);
                ring(0.5, 0.56, 0.16);
            }
            Self::Document => {
                frame_of(0.18, 0.06, 0.64, 0.88, 0.08);
                line(&[(0.34, 0.36), (0.66, 0.36)]);
                line(&[(0.34, 0.60), (0.66, 0.60)]);
            }
            Self::Person => {
                ring(0.5, 0.28, 0.18);
                line(&[(0.12, 0.94), (0.20, 0.70), (0.38, 0.60), (0.62, 0.60), (0.80, 0.70), (0.88, 0.94)]);
            }
            Self::Pen => {
                line(&[(0.10, 0.90), (0.18, 0.64), (0.74, 0.08), (0.92, 0.26), (0.36, 0.82), (0.10, 0.90)]);
            }
            Self::Tray => {
                line(&[(0.06, 0.52), (0.24, 0.12), (0.76, 0.12), (0.94, 0.52)]);
                line(&[
                    (0.06, 0.52),
                    (0.06, 0.88),
                    (0.94, 0.88),
                    (0.94, 0.52),
                    (0.68, 0.52),
                    (0.60, 0.68),
                    (0.40, 0.68),
                    (0.32, 0.52),
                    (0.06, 0.52),
                ]);
            }
        }
    }

    /// Paints the sign in the middle of `rect`, `side` points large.
    pub(crate) fn paint_centred(self, painter: &Painter, centre: Pos2, side: f32, colour: Color32) {
        self.paint(painter, Rect::from_center_size(centre, vec2(side, side)), colour);
    }
}
