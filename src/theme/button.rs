//! Buttons, with the key that does the same printed on them.

use egui::{Color32, CursorIcon, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

use crate::focus;
use crate::icon::Icon;
use crate::shortcut::{self, CapColours, Shortcut};
use crate::text::{BODY, HEADING, Type};
use crate::tokens::{self, radius, size, space};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Quiet,
    Danger,
}

/// A button.
///
/// One that cannot be used now says why: see [`Button::blocked`].
#[derive(Clone)]
#[must_use = "call show() or activated()"]
pub struct Button<'a> {
    label: &'a str,
    kind: Kind,
    wordless: bool,
    shortcut: Option<Shortcut>,
    icon: Option<Icon>,
    blocked: Option<&'a str>,
    face: Type,
    least_size: Vec2,
}

impl<'a> Button<'a> {
    /// The one main action of a page.
    pub fn primary(label: &'a str) -> Self {
        Self::new(label, Kind::Primary)
    }

    /// Any other action.
    pub fn secondary(label: &'a str) -> Self {
        Self::new(label, Kind::Secondary)
    }

    /// An action without an outline, inside a card or a row.
    pub fn quiet(label: &'a str) -> Self {
        Self::new(label, Kind::Quiet)
    }

    /// An action that cannot be taken back.
    pub fn danger(label: &'a str) -> Self {
        Self::new(label, Kind::Danger)
    }

    /// A quiet sign that needs no word beside it, such as the cross that closes; `name` is heard and is its tooltip.
    pub fn sign(icon: Icon, name: &'a str) -> Self {
        Self { icon: Some(icon), wordless: true, ..Self::new(name, Kind::Quiet) }
    }

    fn new(label: &'a str, kind: Kind) -> Self {
        let least_size = vec2(size::CONTROL, size::CONTROL);
        Self {
            label,
            kind,
            wordless: false,
            shortcut: None,
            icon: None,
            blocked: None,
            face: BODY.strong(),
            least_size,
        }
    }

    /// The key that does the same, printed on the button.
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// A sign before the label.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With a reason: cannot be used now, and the reason is its tooltip and part of its accessible description.
    pub fn blocked(mut self, reason: Option<&'a str>) -> Self {
        self.blocked = reason;
        self
    }

    /// Higher than other buttons, for the one action of a start page.
    pub fn large(mut self) -> Self {
        self.least_size.y = 52.0;
        self.face = HEADING;
        self
    }

    /// At least this wide, in points.
    pub fn least_width(mut self, width: f32) -> Self {
        self.least_size.x = width;
        self
    }

    /// The size it will take.
    pub(crate) fn size(&self, ui: &Ui) -> Vec2 {
        if self.wordless {
            return self.least_size;
        }
        let text = self.face.line(ui, self.label, tokens::INK, f32::INFINITY);
        let mut width = text.size().x + 2.0 * (space::L + space::XS);
        if self.icon.is_some() {
            width += size::ICON + space::S;
        }
        if let Some(shortcut) = self.shortcut {
            width += shortcut::cap_size(ui, shortcut).x + space::M;
        }
        vec2(width, 0.0).max(self.least_size)
    }

    /// Shows it. `clicked()` is also true for Enter and Space while it has the focus.
    pub fn show(&self, ui: &mut Ui) -> Response {
        let enabled = self.blocked.is_none() && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(self.size(ui), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, self.label));
        if ui.is_rect_visible(rect) {
            self.paint(ui, &response, enabled);
            focus::ring(ui, &response, radius::CONTROL);
        }
        if let Some(reason) = self.blocked {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(reason));
            response = response.on_hover_text(reason);
        } else if enabled {
            response = response.on_hover_cursor(CursorIcon::PointingHand);
            if self.wordless {
                response = response.on_hover_text(self.label);
            }
        }
        response
    }

    /// Shows it, and says whether it was clicked or its key pressed.
    pub fn activated(&self, ui: &mut Ui) -> bool {
        let clicked = self.show(ui).clicked();
        clicked || self.key_pressed(ui)
    }

    pub(crate) fn key_pressed(&self, ui: &Ui) -> bool {
        self.blocked.is_none() && self.shortcut.is_some_and(|shortcut| shortcut.pressed(ui))
    }

    fn paint(&self, ui: &Ui, response: &Response, enabled: bool) {
        let Look { fill, line, ink, cap } = self.look(response, enabled);
        let rect = response.rect;
        let painter = ui.painter();
        painter.rect(rect, radius::CONTROL, fill, Stroke::new(1.0, line), StrokeKind::Inside);

        if let (true, Some(icon)) = (self.wordless, self.icon) {
            return icon.paint_centred(painter, rect.center(), size::ICON, ink);
        }
        let cap_size = self.shortcut.map(|shortcut| shortcut::cap_size(ui, shortcut));
        let cap_width = cap_size.map_or(0.0, |size| size.x + space::M);
        let icon_width = self.icon.map_or(0.0, |_| size::ICON + space::S);
        let text = self.face.line(ui, self.label, ink, rect.width() - cap_width - icon_width);
        let content = icon_width + text.size().x + cap_width;
        let mut at = rect.left_center() + vec2((rect.width() - content) / 2.0, 0.0);

        if let Some(icon) = self.icon {
            icon.paint_centred(painter, at + vec2(size::ICON / 2.0, 0.0), size::ICON, ink);
            at.x += icon_width;
        }
        painter.galley(at - vec2(0.0, text.size().y / 2.0), text.clone(), ink);
        at.x += text.size().x + space::M;
        if let (Some(shortcut), Some(cap_size)) = (self.shortcut, cap_size) {
            let cap_rect = egui::Rect::from_min_size(at - vec2(0.0, cap_size.y / 2.0), cap_size);
            shortcut::paint_cap(ui, painter, cap_rect, shortcut, cap);
        }
    }

    fn look(&self, response: &Response, enabled: bool) -> Look {
        if !enabled {
            let ink = tokens::MUTED;
            return Look { fill: tokens::NEUTRAL_SOFT, line: tokens::OUTLINE, ink, cap: shortcut::CAP };
        }
        let down = response.is_pointer_button_down_on();
        let hovered = response.hovered();
        let shade = |rest: Color32, over: Color32, pressed: Color32| match (down, hovered) {
            (true, _) => pressed,
            (_, true) => over,
            _ => rest,
        };
        match self.kind {
            Kind::Primary => {
                let fill = shade(tokens::PRIMARY, tokens::PRIMARY_HOVER, tokens::PRIMARY_PRESSED);
                Look { fill, line: fill, ink: tokens::ON_PRIMARY, cap: shortcut::CAP_ON_PRIMARY }
            }
            Kind::Secondary => {
                let fill = shade(tokens::SURFACE, tokens::HOVER, tokens::OUTLINE);
                Look { fill, line: tokens::CONTROL, ink: tokens::INK, cap: shortcut::CAP }
            }
            Kind::Quiet => {
                let fill = shade(Color32::TRANSPARENT, tokens::HOVER, tokens::OUTLINE);
                Look { fill, line: Color32::TRANSPARENT, ink: tokens::PRIMARY_INK, cap: shortcut::CAP }
            }
            Kind::Danger => {
                let fill = shade(tokens::SURFACE, tokens::BAD_SOFT, tokens::BAD_SOFT);
                Look { fill, line: tokens::BAD, ink: tokens::BAD, cap: shortcut::CAP }
            }
        }
    }
}

/// What one state of a button looks like.
struct Look {
    fill: Color32,
    line: Color32,
    ink: Color32,
    cap: CapColours,
}
