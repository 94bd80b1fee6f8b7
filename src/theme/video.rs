//! The live picture: what the camera sees, the oval to stand in, how far the capture is, one sentence of guidance.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::epaint::{Mesh, PathShape, PathStroke};
use egui::{Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::icon::Icon;
use crate::picture::Picture;
use crate::status::Status;
use crate::text::{self, SENTENCE};
use crate::tokens::{self, radius, size, space};

/// The oval the face is to fill, as fractions of the live picture's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oval {
    /// Its centre; `(0.5, 0.5)` is the middle.
    pub centre: Vec2,
    /// Its height as a fraction of the height of the place.
    pub height: f32,
    /// Its width as a fraction of its own height.
    pub aspect: f32,
}

impl Default for Oval {
    fn default() -> Self {
        Self { centre: vec2(0.5, 0.44), height: 0.76, aspect: 0.77 }
    }
}

/// The live picture.
#[derive(Clone, Copy, Debug)]
#[must_use = "call show()"]
pub struct Video<'a> {
    name: &'a str,
    picture: Option<Picture>,
    waiting: &'a str,
    oval: Option<Oval>,
    progress: f32,
    guidance: Option<(Status, &'a str)>,
    mirrored: bool,
}

impl<'a> Video<'a> {
    /// The live picture called `name`; while there is none yet, the sentence `waiting` stands in its place.
    pub fn new(name: &'a str, picture: Option<Picture>, waiting: &'a str) -> Self {
        Self { name, picture, waiting, oval: None, progress: 0.0, guidance: None, mirrored: false }
    }

    /// Veils what lies outside the oval.
    pub fn oval(mut self, oval: Oval) -> Self {
        self.oval = Some(oval);
        self
    }

    /// Draws the ring around the oval as far as `fraction` (0 to 1), from the top clockwise.
    pub fn progress(mut self, fraction: f32) -> Self {
        self.progress = fraction.clamp(0.0, 1.0);
        self
    }

    /// The one sentence that says what to do now.
    pub fn guidance(mut self, status: Status, sentence: &'a str) -> Self {
        self.guidance = Some((status, sentence));
        self
    }

    /// Swaps left and right, as a mirror does. For the citizen's preview; never for what is stored.
    pub fn mirrored(mut self) -> Self {
        self.mirrored = true;
        self
    }

    /// Shows it over all the room there is.
    pub fn show(self, ui: &mut Ui) -> Response {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
        let said =
            self.guidance.map(|(_, sentence)| sentence).or(self.picture.is_none().then_some(self.waiting));
        let spoken = said.map_or_else(|| self.name.to_owned(), |said| format!("{}: {said}", self.name));
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let painter = ui.painter_at(rect);
        match self.picture {
            Some(picture) => {
                picture.cover(&painter, rect, radius::CARD.into(), tokens::UNTINTED, self.mirrored);
                self.paint_oval(&painter, rect);
            }
            None => self.paint_waiting(ui, &painter, rect),
        }
        if let Some((status, sentence)) = self.guidance {
            paint_guidance(ui, rect, status, sentence);
        }
        response
    }

    fn paint_oval(self, painter: &Painter, rect: Rect) {
        let Some(oval) = self.oval else { return };
        let centre = rect.min + oval.centre * rect.size();
        let height = oval.height * rect.height();
        let radii = vec2(height * oval.aspect, height) / 2.0;
        painter.add(veil(rect, centre, radii, f32::from(radius::CARD)));
        painter.add(Shape::ellipse_stroke(centre, radii, Stroke::new(2.0, tokens::VIDEO_RING)));
        if self.progress > 0.0 {
            let arc = arc(centre, radii, self.progress);
            painter.add(PathShape::line(arc, PathStroke::new(5.0, tokens::LIVE)));
        }
    }

    fn paint_waiting(self, ui: &Ui, painter: &Painter, rect: Rect) {
        painter.rect_filled(rect, radius::CARD, tokens::BAR);
        let centre = rect.center();
        Icon::Camera.paint_centred(painter, centre - vec2(0.0, 28.0), 44.0, tokens::ON_BAR_MUTED);
        let text = text::BODY.wrapped(ui, self.waiting, tokens::ON_BAR_MUTED, rect.width() - 64.0);
        painter.galley(centre + vec2(-text.size().x / 2.0, space::M), text, tokens::ON_BAR_MUTED);
    }
}

/// Points on the oval from its top clockwise, as far as `fraction`.
fn arc(centre: Pos2, radii: Vec2, fraction: f32) -> Vec<Pos2> {
    let steps = (160.0 * fraction).ceil().max(2.0) as usize;
    (0..=steps)
        .map(|step| {
            let angle = -FRAC_PI_2 + TAU * fraction * step as f32 / steps as f32;
            centre + Vec2::angled(angle) * radii
        })
        .collect()
}

/// A band from the oval to the edge of the place, rounded as its corners are.
fn veil(rect: Rect, centre: Pos2, radii: Vec2, corner: f32) -> Mesh {
    const STEPS: u32 = 720;
    let mut mesh = Mesh::default();
    for step in 0..=STEPS {
        let toward = Vec2::angled(TAU * step as f32 / STEPS as f32) * radii;
        mesh.colored_vertex(centre + toward, tokens::VIDEO_VEIL);
        mesh.colored_vertex(edge(rect, centre, toward.normalized(), corner), tokens::VIDEO_VEIL);
        if step > 0 {
            let at = 2 * step;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    mesh
}

/// Where a ray from `centre` leaves the rounded rectangle.
fn edge(rect: Rect, centre: Pos2, toward: Vec2, corner: f32) -> Pos2 {
    let reach = |at: f32, low: f32, high: f32, step: f32| match step {
        step if step > 1e-6 => (high - at) / step,
        step if step < -1e-6 => (low - at) / step,
        _ => f32::INFINITY,
    };
    let along = reach(centre.x, rect.left(), rect.right(), toward.x).min(reach(
        centre.y,
        rect.top(),
        rect.bottom(),
        toward.y,
    ));
    let hit = centre + toward * along;
    // In a corner, draw the point back onto the arc.
    let inner = rect.shrink(corner);
    let middle = inner.clamp(hit);
    let out = hit - middle;
    if out.x.abs() > 1e-3 && out.y.abs() > 1e-3 { middle + out.normalized() * corner } else { hit }
}

fn paint_guidance(ui: &Ui, rect: Rect, status: Status, sentence: &str) {
    const SIGN: f32 = 18.0;
    let painter = ui.painter();
    let room = rect.width() - 2.0 * space::XL - 2.0 * space::XL - SIGN - space::M;
    let text = SENTENCE.wrapped(ui, sentence, tokens::ON_BAR, room);
    let pill = vec2(text.size().x + 2.0 * space::XL + SIGN + space::M, text.size().y + 2.0 * space::M);
    let centre = pos2(rect.center().x, rect.bottom() - space::M - pill.y / 2.0);
    let pill = Rect::from_center_size(centre, pill.max(vec2(0.0, size::CONTROL)));
    let round = (pill.height() / 2.0).min(26.0);
    painter.rect_filled(pill, round, tokens::BAR);
    let sign = pill.left_center() + vec2(space::XL + SIGN / 2.0, 0.0);
    status.icon().paint_centred(painter, sign, SIGN, status.on_dark());
    let at = pos2(sign.x + SIGN / 2.0 + space::M, pill.center().y - text.size().y / 2.0);
    painter.galley(at, text, tokens::ON_BAR);
}
