//! A chip: a status in one or two words.

use egui::{Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::shortcut::{self, Shortcut};
use crate::status::Status;
use crate::text::CAPTION;
use crate::tokens::{self, radius, size, space};
use crate::{focus, icon::Icon};

/// Space left and right inside a chip.
const PADDING: f32 = space::S + 1.0;
/// Side of the sign in a chip.
const ICON: f32 = size::ICON - 2.0;

/// A status as colour, sign and word.
#[derive(Clone, Copy)]
#[must_use = "call show()"]
pub struct Chip<'a> {
    status: Status,
    icon: Option<Icon>,
    word: &'a str,
    shortcut: Option<Shortcut>,
}

/// Shows a chip.
pub fn chip(ui: &mut Ui, status: Status, word: &str) -> Response {
    Chip::new(status, word).show(ui)
}

impl<'a> Chip<'a> {
    /// A chip that only tells.
    pub fn new(status: Status, word: &'a str) -> Self {
        Self { status, icon: Some(status.icon()), word, shortcut: None }
    }

    /// A chip that names a thing and judges nothing: the procedure someone came for.
    pub fn tag(word: &'a str) -> Self {
        Self { icon: None, ..Self::new(Status::Info, word) }
    }

    /// Makes it a button with its key: "cán bộ xác nhận [F4]".
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// Width of the sign and the space after it.
    fn icon_width(self) -> f32 {
        self.icon.map_or(0.0, |_| ICON + space::XS + 1.0)
    }

    /// The size it will take when there is room.
    pub(crate) fn size(self, ui: &Ui) -> Vec2 {
        let text = CAPTION.medium().line(ui, self.word, tokens::INK, f32::INFINITY);
        let cap = self.shortcut.map_or(0.0, |s| shortcut::cap_size(ui, s).x + space::S);
        let height = if self.shortcut.is_some() { size::CHIP + 8.0 } else { size::CHIP };
        vec2(2.0 * PADDING + self.icon_width() + text.size().x + cap, height)
    }

    /// Shows it, cut with an ellipsis if the room is too small.
    pub fn show(self, ui: &mut Ui) -> Response {
        let wanted = self.size(ui);
        let sense = if self.shortcut.is_some() { Sense::click() } else { Sense::hover() };
        let (rect, response) =
            ui.allocate_exact_size(vec2(wanted.x.min(ui.available_width()), wanted.y), sense);
        let role = if self.shortcut.is_some() { Role::Button } else { Role::Label };
        response.widget_info(|| WidgetInfo::labeled(role, true, self.word));
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect);
            focus::ring(ui, &response, radius::CHIP);
        }
        if wanted.x > rect.width() + 0.5 { response.on_hover_text(self.word) } else { response }
    }

    /// Shows it, and says whether it was clicked or its key pressed.
    pub fn activated(self, ui: &mut Ui) -> bool {
        let clicked = self.show(ui).clicked();
        clicked || self.shortcut.is_some_and(|shortcut| shortcut.pressed(ui))
    }

    /// Paints it at the left of `place`, without a widget of its own: in a row that is one.
    pub(crate) fn paint_at(self, ui: &Ui, place: Rect) {
        let size = self.size(ui);
        let centre_line = place.left_center() - vec2(0.0, size.y / 2.0);
        self.paint(ui, Rect::from_min_size(centre_line, vec2(size.x.min(place.width()), size.y)));
    }

    fn paint(self, ui: &Ui, rect: Rect) {
        let ink = self.status.ink();
        let painter = ui.painter();
        let line = if self.shortcut.is_some() { self.status.line() } else { self.status.soft() };
        let stroke = Stroke::new(1.0, line);
        painter.rect(rect, radius::CHIP, self.status.soft(), stroke, egui::StrokeKind::Inside);
        if let Some(icon) = self.icon {
            icon.paint_centred(painter, rect.left_center() + vec2(PADDING + ICON / 2.0, 0.0), ICON, ink);
        }

        let cap = self.shortcut.map(|s| (s, shortcut::cap_size(ui, s)));
        let text_left = rect.left() + PADDING + self.icon_width();
        let cap_width = cap.map_or(0.0, |(_, size)| size.x + space::S);
        let room = rect.right() - PADDING - cap_width - text_left;
        let text = CAPTION.medium().line(ui, self.word, ink, room.max(0.0) + 1.0);
        painter.galley(egui::pos2(text_left, rect.center().y - text.size().y / 2.0), text, ink);
        if let Some((shortcut, size)) = cap {
            let right = rect.right_center() - vec2(PADDING - 3.0, 0.0);
            let cap_rect = Rect::from_center_size(right - vec2(size.x / 2.0, 0.0), size);
            shortcut::paint_cap(ui, painter, cap_rect, shortcut, shortcut::CAP);
        }
    }
}
