//! The citizen's screen: one picture, one sentence in very large type, and how far it is.

use egui::{Align, CursorIcon, Layout, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::focus;
use crate::progress;
use crate::text::{CITIZEN, CITIZEN_BODY, CITIZEN_NOTE, Type};
use crate::tokens::{self, radius, size, space};

/// A language that can be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Language<'a> {
    /// Its name in itself.
    pub name: &'a str,
    /// Is it the one on the screen?
    pub chosen: bool,
}

/// The second screen. It is read from two metres by people who may never have seen a computer.
#[derive(Clone, Copy, Debug)]
pub struct CitizenScreen<'a> {
    /// How far it is, in words.
    pub note: &'a str,
    /// How far it is, 0 to 1.
    pub fraction: f32,
    /// The languages.
    pub languages: &'a [Language<'a>],
    /// The one sentence.
    pub sentence: &'a str,
    /// A second one, smaller; may be empty.
    pub detail: &'a str,
}

impl CitizenScreen<'_> {
    /// Shows it over the whole of `ui` with `picture` on a white card; returns the language pressed.
    pub fn show(&self, ui: &mut Ui, picture: impl FnOnce(&mut Ui)) -> Option<usize> {
        let window = ui.max_rect();
        ui.painter().rect_filled(window, 0, tokens::BAR);
        // Designed at 1440 by 900; type and picture grow and shrink with the screen.
        let scale = (window.width() / 1440.0).min(window.height() / 900.0).clamp(0.6, 2.0);
        let inner = window.shrink2(vec2(80.0, 48.0) * scale);
        let (head, rest) = inner.split_top_bottom_at_y(inner.top() + 72.0 * scale);
        let pressed = self.head(ui, head, scale);

        let body = rest.with_min_y(rest.top() + 40.0 * scale);
        let card = body.with_max_x(body.left() + body.width() * 0.42);
        ui.painter().rect_filled(card, f32::from(radius::PICTURE) * scale, tokens::SURFACE);
        ui.scope_builder(UiBuilder::new().max_rect(card.shrink(space::XXL * scale)), picture);
        let words = Rect::from_min_max(
            pos2(card.right() + 64.0 * scale, card.top()),
            pos2(body.right(), card.bottom()),
        );
        self.words(ui, words, scale);
        pressed
    }

    fn head(&self, ui: &mut Ui, place: Rect, scale: f32) -> Option<usize> {
        let note = scaled(CITIZEN_NOTE, scale);
        let line = place.with_max_y(place.top() + size::CONTROL);
        let mut pressed = None;
        ui.scope_builder(layout_in(line, Layout::left_to_right(Align::Center)), |ui| {
            let languages: f32 =
                self.languages.iter().map(|language| language_width(ui, language, note) + space::S).sum();
            let room = (ui.available_width() - languages).max(0.0);
            ui.allocate_ui_with_layout(
                vec2(room, line.height()),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_width(room);
                    note.show_line(ui, self.note, tokens::ON_BAR_MUTED);
                },
            );
            ui.spacing_mut().item_spacing.x = space::S;
            for (index, language) in self.languages.iter().enumerate() {
                if show_language(ui, language, note).clicked() {
                    pressed = Some(index);
                }
            }
        });
        let bar = place.with_min_y(line.bottom() + space::S);
        ui.scope_builder(UiBuilder::new().max_rect(bar), |ui| {
            progress::bar(ui, self.fraction, self.note, [tokens::LIVE, tokens::BAR_TRACK]);
        });
        pressed
    }

    /// The sentences, in the middle of the height of the picture.
    fn words(&self, ui: &mut Ui, place: Rect, scale: f32) {
        let (sentence, detail) = (scaled(CITIZEN, scale), scaled(CITIZEN_BODY, scale));
        let gap = space::L * scale;
        let height = sentence.wrapped(ui, self.sentence, tokens::ON_BAR, place.width()).size().y
            + gap
            + detail.wrapped(ui, self.detail, tokens::ON_BAR, place.width()).size().y;
        let top = place.top() + ((place.height() - height) / 2.0).max(0.0);
        ui.scope_builder(UiBuilder::new().max_rect(place.with_min_y(top)), |ui| {
            ui.spacing_mut().item_spacing.y = gap;
            sentence.show(ui, self.sentence, tokens::ON_BAR);
            if !self.detail.is_empty() {
                detail.show(ui, self.detail, tokens::ON_BAR_MUTED);
            }
        });
    }
}

fn scaled(face: Type, scale: f32) -> Type {
    Type { size: (face.size * scale).round(), ..face }
}

fn layout_in(place: Rect, layout: Layout) -> UiBuilder {
    UiBuilder::new().max_rect(place).layout(layout)
}

fn language_width(ui: &Ui, language: &Language<'_>, face: Type) -> f32 {
    face.medium().line(ui, language.name, tokens::ON_BAR, f32::INFINITY).size().x + 2.0 * space::M
}

/// The chosen language stands on a pill; the other does not.
fn show_language(ui: &mut Ui, language: &Language<'_>, face: Type) -> Response {
    let width = language_width(ui, language, face);
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, language.chosen, language.name));
    if language.chosen || response.hovered() {
        ui.painter().rect_filled(rect, radius::CONTROL, tokens::BAR_PILL);
    }
    let ink = if language.chosen { tokens::ON_BAR } else { tokens::ON_BAR_MUTED };
    let face = if language.chosen { face.medium() } else { face };
    let text = face.line(ui, language.name, ink, f32::INFINITY);
    ui.painter().galley(rect.center() - text.size() / 2.0, text, ink);
    focus::ring_on_dark(ui, &response, radius::CONTROL);
    response.on_hover_cursor(CursorIcon::PointingHand)
}
