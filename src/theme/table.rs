//! A list of rows in columns. Every row can be pressed; the arrow keys walk it.

use std::ops::Range;

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
    height: Option<f32>,
}

impl<'a> Table<'a> {
    /// `columns` are the widths relative to each other.
    pub fn new(title: &'a str, columns: &'a [f32]) -> Self {
        Self { title, columns, empty: "", height: None }
    }

    /// Said in place of rows while there are none.
    pub fn empty(mut self, sentence: &'a str) -> Self {
        self.empty = sentence;
        self
    }

    /// At most this high in points, title included; more rows scroll. For a list that may grow long.
    pub fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// Shows `count` rows, asking `row` for the cells of each (of those that are seen, if it scrolls); returns the one
    /// pressed.
    pub fn show<'r>(self, ui: &mut Ui, count: usize, row: impl Fn(usize) -> Vec<Cell<'r>>) -> Option<usize> {
        let mut pressed = None;
        card::frame(0.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            head(ui, self.title);
            if count == 0 {
                line_of_text(ui, self.empty);
            }
            let mut rows = |ui: &mut Ui, seen: Range<usize>| {
                for index in seen {
                    if show_row(ui, self.columns, &row(index)).clicked() {
                        pressed = Some(index);
                    }
                }
            };
            match self.height {
                None => rows(ui, 0..count),
                Some(height) => {
                    ScrollArea::vertical()
                        .id_salt(self.title)
                        .max_height((height - HEAD).max(size::ROW))
                        .auto_shrink([false, true])
                        .show_rows(ui, size::ROW, count, rows);
                }
            }
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
    for (index, (width, cell)) in columns.iter().zip(cells).enumerate() {
        let width = inner.width() * width / whole;
        let gap = if index + 1 < columns.len() { space::M } else { 0.0 };
        let right = (left + width - gap).max(left);
        paint_cell(ui, Rect::from_x_y_ranges(left..=right, rect.y_range()), *cell);
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
