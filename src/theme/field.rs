//! A text field: label above, what is wrong or where the value comes from below.

use egui::{Frame, Id, Key, Margin, Modifiers, Rect, Response, Sense, Stroke, TextEdit, Ui, Vec2, vec2};

use crate::icon::Icon;
use crate::shortcut::{self, Shortcut};
use crate::status::Status;
use crate::text::{BODY, CAPTION, LABEL};
use crate::tokens::{self, radius, size, space};

/// A text field with everything that belongs to it.
#[must_use = "call show()"]
pub struct Field<'a> {
    label: &'a str,
    value: &'a mut String,
    id: Option<Id>,
    hint: &'a str,
    error: Option<&'a str>,
    source: Option<&'a str>,
    icon: Option<Icon>,
    shortcut: Option<Shortcut>,
    kind: Kind,
    char_limit: usize,
    width: f32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    Secret,
    Lines(usize),
    Search,
    ReadOnly,
}

impl<'a> Field<'a> {
    /// A field of one line.
    pub fn new(label: &'a str, value: &'a mut String) -> Self {
        Self {
            label,
            value,
            id: None,
            hint: "",
            error: None,
            source: None,
            icon: None,
            shortcut: None,
            kind: Kind::Line,
            char_limit: usize::MAX,
            width: f32::INFINITY,
        }
    }

    /// A field for searching: larger, a magnifying glass, its label only for those who hear it.
    pub fn search(label: &'a str, value: &'a mut String) -> Self {
        Self { kind: Kind::Search, icon: Some(Icon::Search), ..Self::new(label, value) }
    }

    /// Hides what is typed.
    pub fn secret(mut self) -> Self {
        self.kind = Kind::Secret;
        self
    }

    /// Several lines.
    pub fn lines(mut self, rows: usize) -> Self {
        self.kind = Kind::Lines(rows);
        self
    }

    /// Shows what is known and cannot be changed here; say where it can with [`Field::source`].
    pub fn read_only(mut self) -> Self {
        self.kind = Kind::ReadOnly;
        self
    }

    /// Shown while the field is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What is wrong and what to do, below the field.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Where the value comes from, below the field; an error takes its place.
    pub fn source(mut self, source: Option<&'a str>) -> Self {
        self.source = source;
        self
    }

    /// The key that brings the focus here.
    pub fn shortcut(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// At most this many characters.
    pub fn char_limit(mut self, limit: usize) -> Self {
        self.char_limit = limit;
        self
    }

    /// Width in points; the width there is, unless told.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// An identity of its own, to give it the focus from elsewhere.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Shows it; the response is the one of the text edit.
    pub fn show(self, ui: &mut Ui) -> Response {
        let width = self.width.min(ui.available_width());
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.vertical(|ui| self.column(ui, width)).inner
        })
        .inner
    }

    fn column(mut self, ui: &mut Ui, width: f32) -> Response {
        let label_id =
            (self.kind != Kind::Search).then(|| BODY.medium().show(ui, self.label, tokens::INK).id);
        let (label, error, source) = (self.label, self.error, self.source);
        let response = self.edit(ui, width);
        let response = match label_id {
            Some(id) => response.labelled_by(id),
            None => response.accessible_name(label),
        };
        if let Some(note) = error.or(source) {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(note));
        }
        match (error, source) {
            (Some(error), _) => note(ui, Status::Bad, error),
            (None, Some(source)) => note(ui, Status::Info, source),
            (None, None) => {}
        }
        response
    }

    fn edit(&mut self, ui: &mut Ui, width: f32) -> Response {
        let id = self.id.unwrap_or_else(|| ui.make_persistent_id(self.label));
        let cap = self.shortcut.map(|shortcut| (shortcut, shortcut::cap_size(ui, shortcut)));
        let frame = self.frame(ui.memory(|memory| memory.has_focus(id)), cap.map_or(0.0, |(_, size)| size.x));

        let rows = if let Kind::Lines(rows) = self.kind { rows } else { 1 };
        let mut shown = self.value.as_str();
        let edit = match self.kind {
            Kind::Lines(_) => TextEdit::multiline(self.value),
            Kind::ReadOnly => TextEdit::singleline(&mut shown),
            _ => TextEdit::singleline(self.value),
        };
        let response = edit
            .id(id)
            .font(LABEL.font())
            .text_color(tokens::INK)
            .hint_text(egui::RichText::new(self.hint).font(LABEL.font()).color(tokens::MUTED))
            .password(self.kind == Kind::Secret)
            .char_limit(self.char_limit)
            .desired_rows(rows)
            .desired_width(width)
            .frame(frame)
            .show(ui)
            .response
            .response;
        if response.lost_focus() {
            // Esc has left the field; it must not leave the page as well.
            ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        }
        self.paint_signs(ui, &response, cap);
        if self.shortcut.is_some_and(|shortcut| shortcut.pressed(ui)) {
            response.request_focus();
        }
        response
    }

    /// The box around the text; focus and error change its outline, never its size.
    fn frame(&self, focused: bool, cap_width: f32) -> Frame {
        let (fill, stroke) = match self.kind {
            _ if focused => (tokens::SURFACE, Stroke::new(size::FOCUS, tokens::FOCUS)),
            _ if self.error.is_some() => (tokens::BAD_SOFT, Stroke::new(2.0, tokens::BAD)),
            Kind::ReadOnly => (tokens::SUNKEN, Stroke::new(1.0, tokens::OUTLINE)),
            _ => (tokens::SURFACE, Stroke::new(1.0, tokens::CONTROL)),
        };
        let height = if self.kind == Kind::Search { 60.0 } else { size::CONTROL };
        let vertical = ((height - LABEL.line_height()) / 2.0) as i8;
        let left = if self.icon.is_some() { 52 } else { space::M as i8 };
        let right = if cap_width > 0.0 { cap_width + 2.0 * space::L } else { space::M } as i8;
        Frame::new()
            .fill(fill)
            .corner_radius(if self.kind == Kind::Search { radius::CARD } else { radius::CONTROL })
            .inner_margin(Margin { left, right, top: vertical, bottom: vertical })
            .apply_stroke_and_expansion_without_layout_shift(stroke, 0.0)
    }

    /// The sign at the left and the key cap at the right, inside the box.
    fn paint_signs(&self, ui: &Ui, response: &Response, cap: Option<(Shortcut, Vec2)>) {
        let rect = response.rect;
        if let Some(icon) = self.icon {
            icon.paint_centred(ui.painter(), rect.left_center() + vec2(28.0, 0.0), 18.0, tokens::MUTED);
        }
        if let Some((shortcut, size)) = cap {
            let centre = rect.right_center() - vec2(space::L + size.x / 2.0, 0.0);
            let cap_rect = Rect::from_center_size(centre, size);
            shortcut::paint_cap(ui, ui.painter(), cap_rect, shortcut, shortcut::CAP);
        }
    }
}

/// A small line with a sign below a field.
fn note(ui: &mut Ui, status: Status, text: &str) {
    let colour = if status == Status::Bad { tokens::BAD } else { tokens::MUTED };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS + 2.0;
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, CAPTION.line_height()), Sense::hover());
        status.icon().paint_centred(ui.painter(), rect.center(), 12.0, colour);
        CAPTION.show(ui, text, colour);
    });
}
