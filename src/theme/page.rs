//! The one frame every step stands in: top bar, rail, one thing in the middle, evidence at the right, actions below.
//!
//! Everything has its place by arithmetic from the window's size, so nothing jumps between steps. Widgets are made in
//! reading order, which is the order of Tab.

use egui::{AsIdSalt, Margin, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::action_bar::ActionBar;
use crate::rail::Rail;
use crate::text::{BODY, TITLE};
use crate::tokens::{self, size, space};
use crate::top_bar::{TopBar, TopBarPress};

/// A page of the station. `T` is whatever the caller calls an action.
#[must_use = "call show() or show_with_evidence()"]
pub struct Page<'a, T> {
    top_bar: TopBar<'a>,
    rail: Option<Rail<'a>>,
    title: &'a str,
    subtitle: &'a str,
    actions: ActionBar<'a, T>,
}

/// What was pressed on the frame of a page.
#[derive(Debug)]
pub struct PageOutput<T> {
    /// A pill or the officer in the top bar.
    pub top_bar: Option<TopBarPress>,
    /// Index of a step in the rail.
    pub step: Option<usize>,
    /// An action of the bar at the bottom, by button or key.
    pub action: Option<T>,
}

impl<'a, T> Page<'a, T> {
    /// A page with its title; `subtitle` may be empty.
    pub fn new(top_bar: TopBar<'a>, title: &'a str, subtitle: &'a str) -> Self {
        Self { top_bar, rail: None, title, subtitle, actions: ActionBar::new() }
    }

    /// The step rail at the left.
    pub fn rail(mut self, rail: Rail<'a>) -> Self {
        self.rail = Some(rail);
        self
    }

    /// The actions at the bottom.
    pub fn actions(mut self, actions: ActionBar<'a, T>) -> Self {
        self.actions = actions;
        self
    }

    /// Shows the page over the whole of `ui`, with `middle` as wide as there is room.
    pub fn show(self, ui: &mut Ui, middle: impl FnOnce(&mut Ui)) -> PageOutput<T> {
        self.lay_out(ui, |ui, title, subtitle, place| {
            let place = heading(ui, place, title, subtitle);
            scrolling(ui, place, ("middle", title), middle);
        })
    }

    /// Shows the page with `evidence` at the right: the numbers, for those who want them.
    ///
    /// `middle` gets a place that does not scroll, to fill with a live picture or a card. Both get `state`, which is
    /// where what they collect goes: a form, a list of actions.
    pub fn show_with_evidence<S>(
        self,
        ui: &mut Ui,
        state: &mut S,
        middle: impl FnOnce(&mut Ui, &mut S),
        evidence: impl FnOnce(&mut Ui, &mut S),
    ) -> PageOutput<T> {
        self.lay_out(ui, |ui, title, subtitle, place| {
            let place = heading(ui, place, title, subtitle);
            let right_width = (place.width() * 0.395).clamp(340.0, 480.0);
            let (left, right) = place.split_left_right_at_x(place.right() - right_width);
            let left = left.with_max_x(left.right() - space::XL);
            ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
                let clip = left.expand(RING).with_max_y(left.bottom() + space::XL);
                ui.set_clip_rect(clip.intersect(ui.clip_rect()));
                middle(ui, state);
            });
            scrolling(ui, right, ("evidence", title), |ui| evidence(ui, state));
        })
    }

    fn lay_out(self, ui: &mut Ui, content: impl FnOnce(&mut Ui, &str, &str, Rect)) -> PageOutput<T> {
        let window = ui.max_rect();
        ui.painter().rect_filled(window, 0, tokens::GROUND);
        let (top, rest) = window.split_top_bottom_at_y(window.top() + size::TOP_BAR);
        let (body, bottom) = rest.split_top_bottom_at_y(rest.bottom() - size::ACTION_BAR);
        let rail_width = if self.rail.is_some() { size::RAIL } else { 0.0 };
        let (left, middle) = body.split_left_right_at_x(body.left() + rail_width);

        let top_bar = self.top_bar.show(ui, top);
        let step = self.rail.and_then(|rail| rail.show(ui, left));
        let margin = if rail_width > 0.0 { vec2(space::XL + space::XS, 0.0) } else { vec2(36.0, 0.0) };
        content(ui, self.title, self.subtitle, middle.shrink2(margin));
        let action = self.actions.show(ui, bottom);
        PageOutput { top_bar, step, action }
    }
}

/// Room for a focus ring at the edge of what is clipped.
const RING: f32 = size::FOCUS + size::FOCUS_GAP;

/// Shows title and subtitle at the top of `place`; returns the rest of it.
fn heading(ui: &mut Ui, place: Rect, title: &str, subtitle: &str) -> Rect {
    let top = place.top() + space::XL - space::XS;
    let mut bottom = top;
    if !title.is_empty() {
        let head = Rect::from_min_max(pos2(place.left(), top), place.max);
        let used = ui.scope_builder(UiBuilder::new().max_rect(head), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            TITLE.show_line(ui, title, tokens::INK);
            if !subtitle.is_empty() {
                BODY.show_line(ui, subtitle, tokens::MUTED);
            }
        });
        bottom = used.response.rect.bottom() + space::L;
    }
    Rect::from_min_max(pos2(place.left(), bottom), pos2(place.right(), place.bottom() - space::XL))
}

/// Shows `content` in all the room there is, scrolling up and down when it is higher; for a form in the middle.
pub fn scroll(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui)) {
    scrolling(ui, ui.available_rect_before_wrap(), name, content);
}

/// Shows `content` in `place`, scrolling up and down when it is higher. `salt` differs between pages, so that each
/// starts at its top.
fn scrolling(ui: &mut Ui, place: Rect, salt: impl AsIdSalt, content: impl FnOnce(&mut Ui)) {
    // It scrolls down to the bar of actions; at its end the margin of the page is left free.
    let margin = Margin { bottom: space::XL as i8, ..Margin::same(RING as i8) };
    let mut area = place.expand(RING);
    area.max.y = place.max.y + space::XL;
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ScrollArea::vertical().id_salt(salt).auto_shrink(false).content_margin(margin).show(ui, |ui| {
            ui.set_max_width(place.width());
            ui.spacing_mut().item_spacing.y = space::L;
            content(ui);
        });
    });
}
