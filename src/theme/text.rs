//! The type scale, and text set in it.
//!
//! Line height is 1.4: the stacked marks of Ẫ reach 1.16 above the baseline and the dot of ặ 0.25 below it, so two
//! lines any closer would touch.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align, Color32, FontId, Galley, Response, Ui};

use crate::fonts::Weight;
use crate::tokens::{INK, MUTED};

/// One step of the type scale.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Type {
    /// Size of the letters in points.
    pub size: f32,
    /// How heavy they are.
    pub weight: Weight,
}

/// 13: notes, chips, key caps.
pub const CAPTION: Type = Type { size: 13.0, weight: Weight::Regular };
/// 15: what is read.
pub const BODY: Type = Type { size: 15.0, weight: Weight::Regular };
/// 17: labels, lists, fields.
pub const LABEL: Type = Type { size: 17.0, weight: Weight::Regular };
/// 17 semi-bold: the title of a card.
pub const HEADING: Type = Type { size: 17.0, weight: Weight::SemiBold };
/// 20 semi-bold: the one sentence in the middle.
pub const SENTENCE: Type = Type { size: 20.0, weight: Weight::SemiBold };
/// 26 semi-bold: the title of a page.
pub const TITLE: Type = Type { size: 26.0, weight: Weight::SemiBold };
/// 34 semi-bold: a figure that is read from a distance.
pub const FIGURE: Type = Type { size: 34.0, weight: Weight::SemiBold };
/// 54 semi-bold: the sentence on the citizen's screen.
pub const CITIZEN: Type = Type { size: 54.0, weight: Weight::SemiBold };
/// 28: the second sentence on the citizen's screen.
pub const CITIZEN_BODY: Type = Type { size: 28.0, weight: Weight::Regular };
/// 22: how far it is, on the citizen's screen.
pub const CITIZEN_NOTE: Type = Type { size: 22.0, weight: Weight::Regular };

/// Line height as a multiple of the size.
pub const LINE_HEIGHT: f32 = 1.4;

impl Type {
    /// The same size at another weight.
    pub const fn weight(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// The same size, medium.
    pub const fn medium(self) -> Self {
        self.weight(Weight::Medium)
    }

    /// The same size, semi-bold.
    pub const fn strong(self) -> Self {
        self.weight(Weight::SemiBold)
    }

    /// The egui font.
    pub fn font(self) -> FontId {
        FontId::new(self.size, self.weight.family())
    }

    /// Height of one line in points.
    pub fn line_height(self) -> f32 {
        self.size * LINE_HEIGHT
    }

    fn job(self, text: &str, colour: Color32) -> LayoutJob {
        let format = TextFormat {
            font_id: self.font(),
            color: colour,
            line_height: Some(self.line_height()),
            valign: Align::Center,
            ..TextFormat::default()
        };
        LayoutJob::single_section(text.to_owned(), format)
    }

    /// Text wrapped at `width`, laid out for painting.
    pub(crate) fn wrapped(self, ui: &Ui, text: &str, colour: Color32, width: f32) -> Arc<Galley> {
        let mut job = self.job(text, colour);
        job.wrap = TextWrapping::wrap_at_width(width);
        ui.painter().layout_job(job)
    }

    /// One line, cut with an ellipsis at `width`, laid out for painting.
    pub(crate) fn line(self, ui: &Ui, text: &str, colour: Color32, width: f32) -> Arc<Galley> {
        let mut job = self.job(text, colour);
        job.wrap = TextWrapping::truncate_at_width(width);
        ui.painter().layout_job(job)
    }

    /// A label that wraps at the width there is.
    pub fn show(self, ui: &mut Ui, text: &str, colour: Color32) -> Response {
        ui.add(egui::Label::new(self.job(text, colour)).wrap())
    }

    /// A label of one line, cut with an ellipsis; the whole text is in its tooltip.
    pub fn show_line(self, ui: &mut Ui, text: &str, colour: Color32) -> Response {
        ui.add(egui::Label::new(self.job(text, colour)).truncate())
    }
}

/// The title of a page.
pub fn title(ui: &mut Ui, text: &str) -> Response {
    TITLE.show(ui, text, INK)
}

/// The title of a card or of a group.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    HEADING.show(ui, text, INK)
}

/// Running text.
pub fn body(ui: &mut Ui, text: &str) -> Response {
    BODY.show(ui, text, INK)
}

/// Running text of less weight.
pub fn muted(ui: &mut Ui, text: &str) -> Response {
    BODY.show(ui, text, MUTED)
}

/// A small note.
pub fn caption(ui: &mut Ui, text: &str) -> Response {
    CAPTION.show(ui, text, MUTED)
}
