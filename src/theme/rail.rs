//! The step rail: who is before the desk, and how far the enrollment is.

use egui::{
    CursorIcon, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::chip::Chip;
use crate::focus;
use crate::icon::Icon;
use crate::text::{BODY, CAPTION, HEADING};
use crate::tokens::{self, space};

/// Who is before the desk.
#[derive(Clone, Copy, Debug)]
pub struct Citizen<'a> {
    /// Full name.
    pub name: &'a str,
    /// What tells them from a namesake: the first digits of the number, date of birth.
    pub detail: &'a str,
    /// What they came for.
    pub procedure: &'a str,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Complete.
    Done,
    /// The one on the page.
    Current,
    /// Complete but somebody must look: an exception, a quality below the threshold.
    Attention,
    /// Can be entered, is not complete.
    Open,
    /// Cannot be entered yet.
    Locked,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Its name.
    pub label: &'a str,
    /// How it stands.
    pub state: StepState,
}

/// The rail at the left of every step.
#[derive(Clone, Copy, Debug)]
pub struct Rail<'a> {
    /// Who is before the desk.
    pub citizen: Citizen<'a>,
    /// The steps of this procedure, in order.
    pub steps: &'a [Step<'a>],
    /// What is safe: "Bản nháp đã lưu 2 giây trước".
    pub saved: &'a str,
}

const MARGIN: f32 = 20.0;
const ROW: f32 = 46.0;

impl Rail<'_> {
    /// Shows it in `rect`; returns the index of the step pressed.
    pub fn show(&self, ui: &mut Ui, rect: Rect) -> Option<usize> {
        ui.painter().rect_filled(rect, 0, tokens::SURFACE);
        ui.painter().vline(rect.right(), rect.y_range(), Stroke::new(1.0, tokens::OUTLINE));
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            ui.set_clip_rect(rect.intersect(ui.clip_rect()));
            ui.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().id_salt("rail").auto_shrink(false).show(ui, |ui| self.column(ui)).inner
        })
        .inner
    }

    fn column(&self, ui: &mut Ui) -> Option<usize> {
        indented(ui, |ui| {
            ui.add_space(space::L + 2.0);
            HEADING.show(ui, self.citizen.name, tokens::INK);
            CAPTION.show(ui, self.citizen.detail, tokens::MUTED);
            ui.add_space(space::XS + 2.0);
            if !self.citizen.procedure.is_empty() {
                Chip::tag(self.citizen.procedure).show(ui);
            }
            ui.add_space(space::L);
        });
        let line = ui.available_rect_before_wrap();
        ui.painter().hline(line.x_range(), line.top(), Stroke::new(1.0, tokens::OUTLINE));
        ui.add_space(space::M - 1.0);
        let mut pressed = None;
        for (index, step) in self.steps.iter().enumerate() {
            if show_step(ui, index + 1, step).clicked() {
                pressed = Some(index);
            }
        }
        indented(ui, |ui| {
            ui.add_space(space::XL);
            CAPTION.show(ui, self.saved, tokens::MUTED);
            ui.add_space(space::L);
        });
        pressed
    }
}

fn indented(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let mut place = ui.available_rect_before_wrap();
    place.min.x += MARGIN;
    place.max.x -= space::S;
    ui.scope_builder(UiBuilder::new().max_rect(place), content);
}

fn show_step(ui: &mut Ui, number: usize, step: &Step<'_>) -> Response {
    let usable = step.state != StepState::Locked;
    let sense = if usable { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
    let current = step.state == StepState::Current;
    response.widget_info(|| WidgetInfo::selected(Role::Tab, usable, current, step.label));
    let painter = ui.painter();
    if current {
        painter.rect_filled(rect, 0, tokens::PRIMARY_SOFT);
        painter.rect_filled(Rect::from_min_size(rect.min, vec2(4.0, ROW)), 0, tokens::PRIMARY);
    } else if usable && response.hovered() {
        painter.rect_filled(rect, 0, tokens::HOVER);
    }
    paint_badge(ui, pos2(rect.left() + MARGIN + 12.0, rect.center().y), number, step.state);
    let (face, ink) = match step.state {
        StepState::Current => (BODY.strong(), tokens::PRIMARY_INK),
        StepState::Done | StepState::Attention => (BODY.medium(), tokens::INK),
        StepState::Open | StepState::Locked => (BODY, tokens::MUTED),
    };
    let left = rect.left() + MARGIN + 36.0;
    let text = face.line(ui, step.label, ink, rect.right() - space::S - left);
    painter.galley(pos2(left, rect.center().y - text.size().y / 2.0), text, ink);
    focus::ring_inside(ui, &response, 4);
    if usable { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
}

/// The round sign before a step: its number, or what came of it.
fn paint_badge(ui: &Ui, centre: egui::Pos2, number: usize, state: StepState) {
    const RADIUS: f32 = 12.0;
    let painter = ui.painter();
    match state {
        StepState::Done => {
            painter.circle_filled(centre, RADIUS, tokens::GOOD);
            Icon::Check.paint_centred(painter, centre, 12.0, tokens::ON_PRIMARY);
        }
        StepState::Attention => {
            let stroke = Stroke::new(2.0, tokens::ATTENTION_LINE);
            painter.circle(centre, RADIUS - 1.0, tokens::ATTENTION_SOFT, stroke);
            Icon::Exclamation.paint_centred(painter, centre, 12.0, tokens::ATTENTION);
        }
        StepState::Locked => {
            painter.circle_stroke(centre, RADIUS - 1.0, Stroke::new(1.0, tokens::OUTLINE));
            Icon::Lock.paint_centred(painter, centre, 12.0, tokens::CONTROL);
        }
        StepState::Current | StepState::Open => {
            let current = state == StepState::Current;
            let line = if current { tokens::PRIMARY } else { tokens::CONTROL };
            let ink = if current { tokens::PRIMARY_INK } else { tokens::MUTED };
            painter.circle(centre, RADIUS - 1.0, tokens::SURFACE, Stroke::new(2.0, line));
            let text = CAPTION.strong().line(ui, &number.to_string(), ink, f32::INFINITY);
            painter.galley(centre - text.size() / 2.0, text, ink);
        }
    }
}
