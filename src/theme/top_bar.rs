//! The bar at the top: where one is, how the devices stand, who works, what time it is.

use egui::{Align, CursorIcon, Layout, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::focus;
use crate::status::Status;
use crate::text::{BODY, CAPTION, HEADING};
use crate::tokens::{self, space};

/// How a device, the network or the outbox stands, in one or two words.
#[derive(Clone, Copy, Debug)]
pub struct Pill<'a> {
    /// Colour and sign of the dot.
    pub status: Status,
    /// What stands how: "Máy in: còn 12 phôi".
    pub word: &'a str,
}

/// The bar at the top of every page.
#[derive(Clone, Copy, Debug)]
pub struct TopBar<'a> {
    /// Name of the product.
    pub product: &'a str,
    /// The place and the number of the station.
    pub place: &'a str,
    /// What sets this station apart and must never be overlooked, such as "TRÌNH DIỄN"; empty in service.
    pub mark: &'a str,
    /// Devices and outbox.
    pub pills: &'a [Pill<'a>],
    /// Rank and name of who works here now; empty while nobody has signed in.
    pub officer: &'a str,
    /// Hours and minutes.
    pub clock: &'a str,
}

/// What was pressed in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopBarPress {
    /// The pill at this index.
    Pill(usize),
    /// The officer's name.
    Officer,
}

impl TopBar<'_> {
    /// Shows it in `rect`.
    pub fn show(&self, ui: &mut Ui, rect: Rect) -> Option<TopBarPress> {
        ui.painter().rect_filled(rect, 0, tokens::BAR);
        let inner = rect.shrink2(vec2(space::XL, 0.0));
        let clock = BODY.strong().line(ui, self.clock, tokens::ON_BAR, f32::INFINITY).size().x;
        let officer = (!self.officer.is_empty()).then_some(self.officer);
        let officer_width = officer.map_or(0.0, |name| pill_width(ui, name, false));
        let pills: f32 =
            self.pills.iter().map(|pill| pill_width(ui, pill.word, true)).sum::<f32>() + officer_width;
        let gaps = (self.pills.len() + usize::from(officer.is_some())) as f32 * GAP;
        // The name of the place gives way first, then the pills; the clock never does.
        let free = inner.width() - pills - gaps - clock - space::L;
        let names =
            self.names_width(ui).min(free.max(self.names_width(ui) - self.place_width(ui) + LEAST_PLACE));
        let room = (inner.width() - names - space::L - gaps - clock).max(0.0);
        let shrink = (room / pills.max(1.0)).min(1.0);
        let right = pills * shrink + gaps + clock;

        let left_place =
            Rect::from_min_max(inner.min, pos2(inner.right() - right - space::L, inner.bottom()));
        row(ui, left_place, |ui| self.names(ui));
        let right_place = Rect::from_min_max(pos2(inner.right() - right, inner.top()), inner.max);
        row(ui, right_place, |ui| self.states(ui, officer, shrink))
    }

    fn place_width(&self, ui: &Ui) -> f32 {
        BODY.line(ui, self.place, tokens::ON_BAR, f32::INFINITY).size().x
    }

    fn names_width(&self, ui: &Ui) -> f32 {
        let product = HEADING.line(ui, self.product, tokens::ON_BAR, f32::INFINITY).size().x;
        product + space::L + space::XS + self.place_width(ui) + self.mark_width(ui)
    }

    /// The mark with the gap before it; it is never shortened.
    fn mark_width(&self, ui: &Ui) -> f32 {
        if self.mark.is_empty() {
            return 0.0;
        }
        let text = CAPTION.strong().line(ui, self.mark, tokens::INK, f32::INFINITY).size().x;
        text + 2.0 * space::S + space::L
    }

    fn names(&self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.x = space::L + space::XS;
        HEADING.weight(crate::fonts::Weight::Bold).show_line(ui, self.product, tokens::ON_BAR);
        let mark = self.mark_width(ui);
        let room = (ui.available_width() - mark).max(0.0);
        let place = BODY.line(ui, self.place, tokens::ON_BAR_MUTED, room);
        let (rect, response) = ui.allocate_exact_size(place.size(), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.place));
        ui.painter().galley(rect.min, place, tokens::ON_BAR_MUTED);
        if mark > 0.0 {
            ui.spacing_mut().item_spacing.x = space::S;
            paint_mark(ui, self.mark, mark - space::L);
        }
    }

    /// Pills, officer and clock; all pills narrow alike when there is little room.
    fn states(&self, ui: &mut Ui, officer: Option<&str>, shrink: f32) -> Option<TopBarPress> {
        ui.spacing_mut().item_spacing.x = GAP;
        let mut pressed = None;
        for (index, pill) in self.pills.iter().enumerate() {
            if show_pill(ui, pill.word, Some(pill.status), shrink).clicked() {
                pressed = Some(TopBarPress::Pill(index));
            }
        }
        if officer.is_some_and(|name| show_pill(ui, name, None, shrink).clicked()) {
            pressed = Some(TopBarPress::Officer);
        }
        BODY.strong().show_line(ui, self.clock, tokens::ON_BAR);
        pressed
    }
}

const GAP: f32 = space::M;
/// The name of the place is cut to this, not further.
const LEAST_PLACE: f32 = 96.0;
const HEIGHT: f32 = 28.0;
const SIGN: f32 = 10.0;

fn row<R>(ui: &mut Ui, place: Rect, content: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), content).inner
}

fn pill_width(ui: &Ui, word: &str, sign: bool) -> f32 {
    let text = CAPTION.line(ui, word, tokens::ON_BAR, f32::INFINITY).size().x;
    text + 2.0 * space::M + if sign { SIGN + space::S } else { 0.0 }
}

fn show_pill(ui: &mut Ui, word: &str, status: Option<Status>, shrink: f32) -> Response {
    let width = pill_width(ui, word, status.is_some()) * shrink;
    // The pressed area is as high as the bar; only the pill is painted.
    let (area, response) = ui.allocate_exact_size(vec2(width, crate::tokens::size::CONTROL), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, word));
    let rect = Rect::from_center_size(area.center(), vec2(width, HEIGHT));
    let fill = if response.hovered() { tokens::BAR_PILL_HOVER } else { tokens::BAR_PILL };
    let painter = ui.painter();
    painter.rect_filled(rect, HEIGHT / 2.0, fill);
    let mut left = rect.left() + space::M;
    if let Some(status) = status {
        paint_sign(ui, pos2(left + SIGN / 2.0, rect.center().y), status);
        left += SIGN + space::S;
    }
    let text = CAPTION.line(ui, word, tokens::ON_BAR, rect.right() - space::M - left + 1.0);
    painter.galley(pos2(left, rect.center().y - text.size().y / 2.0), text, tokens::ON_BAR);
    focus::ring_on_dark(ui, &response, 14);
    response.on_hover_text(word).on_hover_cursor(CursorIcon::PointingHand)
}

/// The mark: dark on the colour that asks for a look, unlike everything else on the bar.
fn paint_mark(ui: &mut Ui, mark: &str, width: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 24.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, mark));
    let painter = ui.painter();
    painter.rect_filled(rect, tokens::radius::CHIP, tokens::LIVE_ATTENTION);
    let text = CAPTION.strong().line(ui, mark, tokens::INK, f32::INFINITY);
    painter.galley(rect.center() - text.size() / 2.0, text, tokens::INK);
}

/// A dot for good, and shapes that differ without colour for the rest.
fn paint_sign(ui: &Ui, centre: egui::Pos2, status: Status) {
    let colour = status.on_dark();
    match status {
        Status::Good | Status::Live => {
            ui.painter().circle_filled(centre, 4.5, colour);
        }
        Status::Attention | Status::Bad => status.icon().paint_centred(ui.painter(), centre, 12.0, colour),
        Status::Info | Status::Neutral => {
            ui.painter().circle_stroke(centre, 4.0, egui::Stroke::new(1.5, colour));
        }
    }
}
