//! What was captured: samples side by side with how each stands, and the attempts they came from.

use egui::{
    CornerRadius, CursorIcon, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use crate::chip::Chip;
use crate::focus;
use crate::picture::Picture;
use crate::status::Status;
use crate::text::{BODY, CAPTION};
use crate::tokens::{self, radius, size, space};

/// One captured thing: a finger of a slap, a portrait, a page.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its picture; none while it has not been captured.
    pub picture: Option<Picture>,
    /// How it stands.
    pub status: Status,
    /// How it stands, in words: "đạt · 64".
    pub word: &'a str,
}

/// A sample is not made narrower than its word while there is room.
const LEAST_WIDTH: f32 = 96.0;

/// Shows samples side by side on the scanner's glass, each picture at most `height` points high; returns the one pressed.
pub fn samples(ui: &mut Ui, samples: &[Sample<'_>], height: f32) -> Option<usize> {
    let glass = egui::Frame::new()
        .fill(tokens::SUNKEN)
        .stroke(Stroke::new(1.0, tokens::OUTLINE))
        .corner_radius(radius::CARD)
        .inner_margin(egui::Margin::same(space::L as i8));
    let mut pressed = None;
    glass.show(ui, |ui| {
        let count = samples.len().max(1) as f32;
        let width = (ui.available_width() - (count - 1.0) * space::L) / count;
        // A finger is higher than wide: few of them stand in the middle instead of growing broad.
        let width = width.clamp(size::CONTROL, (height * 1.1).max(LEAST_WIDTH));
        let used = count * width + (count - 1.0) * space::L;
        let margin = ((ui.available_width() - used) / 2.0).max(0.0);
        ui.horizontal_top(|ui| {
            ui.add_space(margin);
            ui.spacing_mut().item_spacing.x = space::L;
            for (index, sample) in samples.iter().enumerate() {
                if show_sample(ui, sample, vec2(width, height.min(width * 1.4))).clicked() {
                    pressed = Some(index);
                }
            }
        });
    });
    pressed
}

fn show_sample(ui: &mut Ui, sample: &Sample<'_>, picture_size: Vec2) -> Response {
    let below = space::XS + BODY.line_height() + size::CHIP;
    let (rect, response) = ui.allocate_exact_size(picture_size + vec2(0.0, below), Sense::click());
    let spoken = format!("{}: {}", sample.name, sample.word);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let painter = ui.painter();
    let place = Rect::from_min_size(rect.min, picture_size);
    let width = if sample.status == Status::Neutral { 1.0 } else { 3.0 };
    painter.rect_filled(place, radius::CARD, tokens::SURFACE);
    if let Some(picture) = sample.picture {
        picture.contain(painter, place.shrink(space::XS), CornerRadius::same(radius::CHIP), tokens::UNTINTED);
    }
    painter.rect_stroke(place, radius::CARD, Stroke::new(width, sample.status.line()), StrokeKind::Inside);

    let name = BODY.strong().line(ui, sample.name, tokens::INK, picture_size.x);
    let name_at = pos2(rect.center().x - name.size().x / 2.0, place.bottom() + space::XS);
    painter.galley(name_at, name, tokens::INK);
    let chip = Chip::new(sample.status, sample.word);
    let chip_size = vec2(chip.size(ui).x.min(picture_size.x), size::CHIP);
    let chip_centre = pos2(rect.center().x, rect.bottom() - size::CHIP / 2.0);
    chip.paint_at(ui, Rect::from_center_size(chip_centre, chip_size));
    focus::ring(ui, &response, radius::CARD);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// Where an attempt stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// The best so far: this one is kept.
    Kept,
    /// Made, and not the best.
    Made,
    /// Still possible.
    Open,
}

/// One attempt.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Its number and its score: "2 · 56".
    pub word: &'a str,
    /// Where it stands among the others.
    pub state: AttemptState,
    /// Its picture, for portraits; attempts without one are small.
    pub picture: Option<Picture>,
}

/// Shows the attempts in a row after `label`, with `note` after them; returns the one pressed, to look at it again.
pub fn attempts(ui: &mut Ui, label: &str, attempts: &[Attempt<'_>], note: &str) -> Option<usize> {
    let mut pressed = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::S);
        if !label.is_empty() {
            let text = BODY.line(ui, label, tokens::MUTED, f32::INFINITY);
            let (rect, response) = ui.allocate_exact_size(vec2(text.size().x, size::CONTROL), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label));
            ui.painter().galley(rect.left_center() - vec2(0.0, text.size().y / 2.0), text, tokens::MUTED);
        }
        for (index, attempt) in attempts.iter().enumerate() {
            let response = match attempt.picture {
                Some(picture) => show_thumbnail(ui, attempt, picture),
                None => show_number(ui, attempt),
            };
            if response.clicked() {
                pressed = Some(index);
            }
        }
        if !note.is_empty() {
            ui.add_space(space::XS);
            CAPTION.show(ui, note, tokens::MUTED);
        }
    });
    pressed
}

fn attempt_response(ui: &mut Ui, attempt: &Attempt<'_>, area: Vec2) -> (Rect, Response) {
    let made = attempt.state != AttemptState::Open;
    let sense = if made { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(area, sense);
    let kept = attempt.state == AttemptState::Kept;
    response.widget_info(|| WidgetInfo::selected(Role::Button, made, kept, attempt.word));
    (rect, if made { response.on_hover_cursor(CursorIcon::PointingHand) } else { response })
}

/// The kept attempt is told by its thicker outline and its check.
fn show_number(ui: &mut Ui, attempt: &Attempt<'_>) -> Response {
    let (fill, ink, stroke) = match attempt.state {
        AttemptState::Kept => (tokens::GOOD_SOFT, tokens::GOOD_INK, Stroke::new(2.0, tokens::GOOD)),
        AttemptState::Made => (tokens::SURFACE, tokens::INK, Stroke::new(1.0, tokens::CONTROL)),
        AttemptState::Open => (tokens::SUNKEN, tokens::MUTED, Stroke::new(1.0, tokens::OUTLINE)),
    };
    let text = BODY.medium().line(ui, attempt.word, ink, f32::INFINITY);
    let sign = if attempt.state == AttemptState::Kept { size::ICON + space::XS } else { 0.0 };
    let width = (text.size().x + sign + 2.0 * space::M).max(size::CONTROL);
    let (rect, response) = attempt_response(ui, attempt, vec2(width, size::CONTROL));
    let painter = ui.painter();
    painter.rect(rect, radius::CONTROL, fill, stroke, StrokeKind::Inside);
    let left = rect.center().x - f32::midpoint(text.size().x, sign);
    if sign > 0.0 {
        let centre = pos2(left + size::ICON / 2.0, rect.center().y);
        Status::Good.icon().paint_centred(painter, centre, size::ICON - 2.0, ink);
    }
    painter.galley(pos2(left + sign, rect.center().y - text.size().y / 2.0), text, ink);
    focus::ring(ui, &response, radius::CONTROL);
    response
}

fn show_thumbnail(ui: &mut Ui, attempt: &Attempt<'_>, picture: Picture) -> Response {
    const PLACE: Vec2 = vec2(76.0, 96.0);
    let (rect, response) = attempt_response(ui, attempt, PLACE + vec2(0.0, CAPTION.line_height() + 2.0));
    let place = Rect::from_min_size(rect.min, PLACE);
    let kept = attempt.state == AttemptState::Kept;
    let (line, tint) = if kept {
        (Stroke::new(3.0, tokens::GOOD), tokens::UNTINTED)
    } else {
        (Stroke::new(1.0, tokens::CONTROL), tokens::FADED)
    };
    let painter = ui.painter();
    painter.rect_filled(place, radius::CHIP, tokens::SURFACE);
    picture.cover(painter, place, CornerRadius::same(radius::CHIP), tint, false);
    painter.rect_stroke(place, radius::CHIP, line, StrokeKind::Inside);
    if kept {
        let centre = place.right_top() + vec2(-14.0, 14.0);
        painter.circle_filled(centre, 10.0, tokens::GOOD);
        Status::Good.icon().paint_centred(painter, centre, 10.0, tokens::ON_PRIMARY);
    }
    let word = CAPTION.medium().line(ui, attempt.word, tokens::NEUTRAL_INK, PLACE.x);
    painter.galley(
        pos2(rect.center().x - word.size().x / 2.0, place.bottom() + 2.0),
        word,
        tokens::NEUTRAL_INK,
    );
    focus::ring(ui, &response, radius::CHIP);
    response
}

/// Shows a picture as it will be printed, `width` points wide, in the format of its place on the card.
pub fn portrait(ui: &mut Ui, name: &str, picture: Option<Picture>, width: f32) -> Response {
    // 3 by 4, the proportions of the portrait on a card.
    let (rect, response) = ui.allocate_exact_size(vec2(width, width * 4.0 / 3.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    ui.painter().rect_filled(rect, radius::CHIP, tokens::SUNKEN);
    if let Some(picture) = picture {
        picture.cover(ui.painter(), rect, CornerRadius::same(radius::CHIP), tokens::UNTINTED, false);
    }
    ui.painter().rect_stroke(rect, radius::CHIP, Stroke::new(1.0, tokens::CONTROL), StrokeKind::Inside);
    response
}
