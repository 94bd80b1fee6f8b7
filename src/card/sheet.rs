//! A drawing in millimetres, origin at the top left, y down. Cards and slips are laid out once as a sheet, and
//! [`crate::raster`] and [`crate::pdf`] each draw it.

use crate::CardError;
use crate::fit::Fitted;
use crate::font::{self, Face, Run};
use crate::symbol::Symbol;
use resvg::tiny_skia::{Path, PathBuilder, Rect};

/// Red, green, blue and opacity.
pub(crate) type Colour = [u8; 4];

pub(crate) const BLACK: Colour = [0, 0, 0, 255];
pub(crate) const WHITE: Colour = [255, 255, 255, 255];

/// Where a line of text stands against its x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

pub(crate) enum Mark {
    /// A filled shape.
    Fill { path: Path, colour: Colour },
    /// A stroked line.
    Line { path: Path, width_mm: f32, colour: Colour },
    /// A line of text, its baseline starting at (x, y), turned by `turn_deg` about that point, clockwise.
    Text { run: Run, size_mm: f32, x_mm: f32, y_mm: f32, turn_deg: f32, colour: Colour },
    /// A QR symbol filling a square; as pixels it has whole pixels for modules and may be a little smaller.
    Symbol { symbol: Symbol, x_mm: f32, y_mm: f32, side_mm: f32 },
}

impl Mark {
    pub(crate) fn colour(&self) -> Colour {
        match self {
            Self::Fill { colour, .. } | Self::Line { colour, .. } | Self::Text { colour, .. } => *colour,
            Self::Symbol { .. } => BLACK,
        }
    }
}

pub(crate) struct Sheet {
    pub(crate) width_mm: f32,
    pub(crate) height_mm: f32,
    pub(crate) marks: Vec<Mark>,
}

impl Sheet {
    pub(crate) fn new(width_mm: f32, height_mm: f32) -> Self {
        Self { width_mm, height_mm, marks: Vec::new() }
    }

    /// One line of text with its baseline at `y_mm`.
    pub(crate) fn text(
        &mut self,
        (x_mm, y_mm): (f32, f32),
        (face, size_mm): (Face, f32),
        align: Align,
        colour: Colour,
        text: &str,
    ) -> Result<(), CardError> {
        let run = font::set(face, text)?;
        self.run(run, size_mm, (x_mm, y_mm), align, colour);
        Ok(())
    }

    /// A line that is already set.
    pub(crate) fn run(
        &mut self,
        run: Run,
        size_mm: f32,
        (x_mm, y_mm): (f32, f32),
        align: Align,
        colour: Colour,
    ) {
        let width = run.width_em * size_mm;
        let x_mm = match align {
            Align::Left => x_mm,
            Align::Centre => x_mm - width / 2.0,
            Align::Right => x_mm - width,
        };
        self.marks.push(Mark::Text { run, size_mm, x_mm, y_mm, turn_deg: 0.0, colour });
    }

    /// Fitted lines from a first baseline downwards; returns the last baseline.
    pub(crate) fn lines(
        &mut self,
        fitted: Fitted,
        (x_mm, first_mm): (f32, f32),
        leading: f32,
        align: Align,
        colour: Colour,
    ) -> f32 {
        let mut y = first_mm;
        for (index, run) in fitted.lines.into_iter().enumerate() {
            y = first_mm + index as f32 * leading * fitted.size_mm;
            self.run(run, fitted.size_mm, (x_mm, y), align, colour);
        }
        y
    }

    /// A filled box.
    pub(crate) fn fill_box(&mut self, at: Rect, colour: Colour) {
        self.marks.push(Mark::Fill { path: PathBuilder::from_rect(at), colour });
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width_mm: f32, colour: Colour) {
        let mut builder = PathBuilder::new();
        builder.move_to(from.0, from.1);
        builder.line_to(to.0, to.1);
        if let Some(path) = builder.finish() {
            self.marks.push(Mark::Line { path, width_mm, colour });
        }
    }

    /// The outline of a box.
    pub(crate) fn frame(&mut self, at: Rect, width_mm: f32, colour: Colour) {
        self.marks.push(Mark::Line { path: PathBuilder::from_rect(at), width_mm, colour });
    }

    /// A QR symbol filling a square, without its quiet zone.
    pub(crate) fn symbol(&mut self, symbol: Symbol, (x_mm, y_mm): (f32, f32), side_mm: f32) {
        self.marks.push(Mark::Symbol { symbol, x_mm, y_mm, side_mm });
    }
}

/// The dark modules of a symbol with its corner at (x, y), one box for each run of them in a row.
pub(crate) fn modules(symbol: &Symbol, (x, y): (f32, f32), module: f32) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for row in 0..symbol.side() {
        let mut column = 0;
        while column < symbol.side() {
            let length = (column..symbol.side()).take_while(|&c| symbol.is_dark(c, row)).count();
            let (left, top) = (x + column as f32 * module, y + row as f32 * module);
            if let Some(bar) =
                Rect::from_xywh(left, top, length as f32 * module, module).filter(|_| length > 0)
            {
                builder.push_rect(bar);
            }
            column += length.max(1);
        }
    }
    builder.finish()
}
