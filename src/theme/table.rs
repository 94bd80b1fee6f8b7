//! A list of rows in columns. Every row can be pressed; the arrow keys walk it.

use egui::{Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::card;
use crate::chip::Chip;
use crate::focus;
use crate::status::Status;
use crate::text::{BODY, HEADING};
use crate::tokens::{self, radius, size, space};

/// What stands in one place of a row.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// What the row is about.
    Name(&'a str),
    /// Something said about it.
    Text(&'a str),
    /// How it stands.
    Chip(Status, &'a str),
}

/// A table in a card: a title, then rows with thin lines between them.
#[must_use = "call show()"]
pub struct Table<'a> {
    title: &'a str,
    columns: &'a [f32],
    empty: &'a str,
    height: f32,
}

impl<'a> Table<'a> {
    /// `columns` are the widths relative to each other.
    pub fn new(title: &'a str, columns: &'a [f32]) -> Self {
        Self { title, columns, empty: "", height: f32::INFINITY }
    }

    /// Said in place of rows while there are none.
    pub fn empty(mut self, sentence: &'a str) -> Self {
        self.empty = sentence;
        self
    }

    /// At most this high in points, title included; more rows scroll.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Shows `count` rows, asking `row` for the cells of those that are seen; returns the one pressed.
    pub fn show<'r>(self, ui: &mut Ui, count: usize, row: impl Fn(usize) -> Vec<Cell<'r>>) -> Option<usize> {
        let mut pressed = None;
        card::frame(0.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            head(ui, self.title);
            if count == 0 {
                line_of_text(ui, self.empty);
            }
            ScrollArea::vertical()
                .id_salt(self.title)
                .max_height((self.height - HEAD).max(size::ROW))
                .auto_shrink([false, true])
                .show_rows(ui, size::ROW, count, |ui, seen| {
                    for index in seen {
                        if show_row(ui, self.columns, &row(index)).clicked() {
                            pressed = Some(index);
                        }
                    }
                });
        });
        pressed
    }
}

const HEAD: f32 = 52.0;
const MARGIN: f32 = space::L + space::XS;

fn head(ui: &mut Ui, title: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    let text = HEADING.line(ui, title, tokens::INK, rect.width() - 2.0 * MARGIN);
    ui.painter().galley(pos2(rect.left() + MARGIN, rect.center().y - text.size().y / 2.0), text, tokens::INK);
}

fn line_of_text(ui: &mut Ui, sentence: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, sentence));
    let text = BODY.line(ui, sentence, tokens::MUTED, rect.width() - 2.0 * MARGIN);
    ui.painter().galley(
        pos2(rect.left() + MARGIN, rect.center().y - text.size().y / 2.0),
        text,
        tokens::MUTED,
    );
}

fn show_row(ui: &mut Ui, columns: &[f32], cells: &[Cell<'_>]) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken(cells)));
    if response.hovered() {
        // Rounded as the card is, so that the last row does not cover its corners.
        ui.painter().rect_filled(rect.shrink2(vec2(1.0, 1.0)), radius::CONTROL, tokens::HOVER);
    }
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, tokens::OUTLINE));
    let inner = rect.shrink2(vec2(MARGIN, 0.0));
    let whole: f32 = columns.iter().sum::<f32>().max(f32::EPSILON);
    let mut left = inner.left();
    for (width, cell) in columns.iter().zip(cells) {
        let width = inner.width() * width / whole;
        let place = Rect::from_min_max(
            pos2(left, rect.top()),
            pos2((left + width - space::M).max(left), rect.bottom()),
        );
        paint_cell(ui, place, *cell);
        left += width;
    }
    focus::ring_inside(ui, &response, radius::CONTROL);
    response
}

fn paint_cell(ui: &mut Ui, place: Rect, cell: Cell<'_>) {
    let (text, ink, face) = match cell {
        Cell::Name(text) => (text, tokens::INK, BODY.strong()),
        Cell::Text(text) => (text, tokens::MUTED, BODY),
        Cell::Chip(status, word) => return Chip::new(status, word).paint_at(ui, place),
    };
    let text = face.line(ui, text, ink, place.width());
    ui.painter().galley(pos2(place.left(), place.center().y - text.size().y / 2.0), text, ink);
}

/// A row as one sentence, for those who hear it.
fn spoken(cells: &[Cell<'_>]) -> String {
    let words: Vec<&str> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Name(text) | Cell::Text(text) | Cell::Chip(_, text) => *text,
        })
        .collect();
    words.join(", ")
}
