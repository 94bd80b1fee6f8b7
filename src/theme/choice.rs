//! A choice among few, or a yes: one card each, what is chosen marked by its sign and a thicker outline.

use egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::focus;
use crate::icon::Icon;
use crate::shortcut::{self, Shortcut};
use crate::text::{BODY, LABEL};
use crate::tokens::{self, radius, size, space};

/// One of several: a procedure, a reason.
#[derive(Clone, Copy)]
#[must_use = "call show()"]
pub struct Choice<'a> {
    label: &'a str,
    detail: &'a str,
    chosen: bool,
    role: Role,
    shortcut: Option<Shortcut>,
}

impl<'a> Choice<'a> {
    /// A choice, chosen or not.
    pub fn new(label: &'a str, chosen: bool) -> Self {
        Self { label, detail: "", chosen, role: Role::RadioButton, shortcut: None }
    }

    /// A yes of its own, such as a consent: pressing it again takes it back.
    pub fn tick(label: &'a str, ticked: bool) -> Self {
        Self { role: Role::CheckBox, ..Self::new(label, ticked) }
    }

    /// A second line: when to choose it, what it costs.
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = detail;
        self
    }

    /// The key that chooses it.
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// Shows it as wide as there is room, and says whether it was pressed now, by pointer or key.
    pub fn chosen(self, ui: &mut Ui) -> bool {
        let clicked = self.show(ui).clicked();
        clicked || self.shortcut.is_some_and(|shortcut| shortcut.pressed(ui))
    }

    /// Shows it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Response {
        let width = ui.available_width();
        let cap = self.shortcut.map(|s| (s, shortcut::cap_size(ui, s)));
        let left = space::L + 20.0 + space::M;
        let right = space::L + cap.map_or(0.0, |(_, size)| size.x + space::M);
        let room = width - left - right;
        let label = LABEL.medium().wrapped(ui, self.label, tokens::INK, room);
        let detail = (!self.detail.is_empty()).then(|| BODY.wrapped(ui, self.detail, tokens::MUTED, room));
        let text_height = label.size().y + detail.as_ref().map_or(0.0, |galley| galley.size().y);
        let height = (text_height + 2.0 * space::M).max(size::CONTROL);

        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
        response.widget_info(|| WidgetInfo::selected(self.role, true, self.chosen, self.label));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let (fill, stroke) = match (self.chosen, response.hovered()) {
            (true, _) => (tokens::PRIMARY_SOFT, Stroke::new(2.0, tokens::PRIMARY)),
            (false, true) => (tokens::HOVER, Stroke::new(1.0, tokens::PRIMARY)),
            (false, false) => (tokens::SURFACE, Stroke::new(1.0, tokens::CONTROL)),
        };
        let painter = ui.painter();
        painter.rect(rect, radius::CONTROL, fill, stroke, StrokeKind::Inside);
        let mut at = pos2(rect.left() + left, rect.center().y - text_height / 2.0);
        let first_line = at.y + LABEL.line_height() / 2.0;
        let sign = if self.role == Role::CheckBox { paint_tick } else { paint_radio };
        sign(ui, pos2(rect.left() + space::L + 10.0, first_line), self.chosen);
        let label_height = label.size().y;
        painter.galley(at, label, tokens::INK);
        at.y += label_height;
        if let Some(detail) = detail {
            painter.galley(at, detail, tokens::MUTED);
        }
        if let Some((shortcut, size)) = cap {
            let centre = pos2(rect.right() - space::L - size.x / 2.0, first_line);
            let cap_rect = egui::Rect::from_center_size(centre, size);
            shortcut::paint_cap(ui, painter, cap_rect, shortcut, shortcut::CAP);
        }
        focus::ring(ui, &response, radius::CONTROL);
        response
    }
}

fn paint_radio(ui: &Ui, centre: egui::Pos2, chosen: bool) {
    let line = if chosen { tokens::PRIMARY } else { tokens::CONTROL };
    ui.painter().circle(centre, 9.0, tokens::SURFACE, Stroke::new(2.0, line));
    if chosen {
        ui.painter().circle_filled(centre, 4.5, tokens::PRIMARY);
    }
}

fn paint_tick(ui: &Ui, centre: egui::Pos2, ticked: bool) {
    let (fill, line) =
        if ticked { (tokens::PRIMARY, tokens::PRIMARY) } else { (tokens::SURFACE, tokens::CONTROL) };
    let square = egui::Rect::from_center_size(centre, vec2(20.0, 20.0));
    ui.painter().rect(square, 4, fill, Stroke::new(2.0, line), StrokeKind::Inside);
    if ticked {
        Icon::Check.paint_centred(ui.painter(), centre, 12.0, tokens::ON_PRIMARY);
    }
}
