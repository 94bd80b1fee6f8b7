//! The applicant: found in the register, scanned from a card, or typed in.

use super::desk::{Desk, entered, id};
use super::frame::{Head, Press, bar, page_with_evidence};
use super::{show, text};
use egui::{Key, Modifiers, Ui};
use tram_capture::PortraitView;
use tram_enrollment::Field as Item;
use tram_theme::tokens::space;
use tram_theme::{
    ActionBar, Button, Card, Choice, Field, Icon, Shortcut, Status, Video, empty, fact, loading, notice,
    scroll, text as type_,
};
use tram_workflow::Action;
use tram_workflow::dossier::{Citizen, Found, Live, Search};

/// The search.
pub(super) fn search_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    if let Some(live) = &dossier.scan {
        return scan_ui(ui, desk, live);
    }
    let search = &dossier.search;
    let found = matches!(&search.found, Found::Citizens(citizens) if !citizens.is_empty());
    let actions = bar(desk)
        .right(
            Press::Do(Action::ScanCode(true)),
            Button::secondary(desk.say(text::SCAN)).icon(Icon::Camera).shortcut(Shortcut::key(Key::F8)),
        )
        .right(
            Press::Do(Action::TypeIn),
            Button::secondary(desk.say(text::TYPE_IN)).icon(Icon::Pen).shortcut(Shortcut::key(Key::F11)),
        )
        .right(
            Press::Do(Action::Take(search.marked)),
            Button::primary(desk.say(text::TAKE))
                .shortcut(Shortcut::key(Key::Enter))
                .blocked((!found).then(|| desk.say(text::TYPE_SOMETHING))),
        );
    let head =
        Head { title: desk.say(text::SEARCH_TITLE), subtitle: desk.say(text::SEARCH_SUBTITLE), actions };
    page_with_evidence(ui, desk, head, |ui, desk| middle_ui(ui, desk, search), ways_ui);
}

/// The camera looks for the code on a card.
fn scan_ui(ui: &mut Ui, desk: &mut Desk<'_>, live: &Live<PortraitView>) {
    let actions = ActionBar::new()
        .left(Press::Do(Action::ScanCode(false)), super::frame::back(desk))
        .note(desk.say(text::KEYS_SHORT));
    let head = Head { title: desk.say(text::SCAN_TITLE), subtitle: desk.say(text::SCAN_SUBTITLE), actions };
    let trouble = live.trouble.as_ref().map(|trouble| trouble.text(desk.language()));
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| {
            let picture = if trouble.is_some() { None } else { desk.pictures.camera() };
            let video = Video::new(desk.say(text::CAMERA_PICTURE), picture, desk.say(text::CAMERA_WAITING));
            match trouble {
                Some(trouble) => video.guidance(Status::Bad, trouble).show(ui),
                None => video.guidance(Status::Info, desk.say(text::SCAN_HINT)).show(ui),
            };
        },
        ways_ui,
    );
}

fn middle_ui(ui: &mut Ui, desk: &mut Desk<'_>, search: &Search) {
    ui.spacing_mut().item_spacing.y = space::L;
    field_ui(ui, desk, search);
    match &search.found {
        Found::Nothing => {
            Card::new().show(ui, |ui| {
                empty(ui, Icon::Search, desk.say(text::SEARCH_EMPTY), desk.say(text::SEARCH_EMPTY_HINT));
            });
        }
        Found::Loading => {
            Card::new().show(ui, |ui| loading(ui, desk.say(text::SEARCHING), 4));
        }
        Found::Failed(trouble) => {
            notice(ui, Status::Bad, trouble.text(desk.language()));
        }
        Found::Citizens(citizens) if citizens.is_empty() => {
            Card::new().show(ui, |ui| {
                empty(ui, Icon::Person, desk.say(text::FOUND_NONE), desk.say(text::FOUND_NONE_HINT));
            });
        }
        Found::Citizens(citizens) => results_ui(ui, desk, citizens, search.marked),
    }
}

fn field_ui(ui: &mut Ui, desk: &mut Desk<'_>, search: &Search) {
    let field_id = id("find citizen");
    let has_focus = ui.memory(|memory| memory.has_focus(field_id));
    let count = if let Found::Citizens(citizens) = &search.found { citizens.len() } else { 0 };
    if has_focus && count > 0 {
        let (down, up) = ui.input_mut(|input| {
            let down = input.consume_key(Modifiers::NONE, Key::ArrowDown);
            (down, input.consume_key(Modifiers::NONE, Key::ArrowUp))
        });
        if down || up {
            let marked =
                if down { (search.marked + 1).min(count - 1) } else { search.marked.saturating_sub(1) };
            desk.act(Action::Mark(marked));
        }
    }
    let mut query = search.query.clone();
    let field = Field::search(desk.say(text::SEARCH_TITLE), &mut query)
        .id(field_id)
        .hint(desk.say(text::SEARCH_HINT))
        .shortcut(Shortcut::ctrl(Key::K))
        .char_limit(400)
        .show(ui);
    if desk.local.arrived {
        field.request_focus();
        // What was looked for on the worklist and not found there is looked for here.
        let wanted = std::mem::take(&mut desk.local.filter);
        if search.query.is_empty() && !wanted.trim().is_empty() {
            desk.act(Action::Search(wanted));
        }
    }
    let is_scan = query.contains('|');
    if field.changed() {
        desk.act(Action::Search(query.clone()));
    }
    if entered(ui, &field) {
        if is_scan {
            desk.act(Action::Search(String::new()));
            desk.act(Action::Scanned(query.into_bytes()));
        } else if count > 0 {
            desk.act(Action::Take(search.marked));
        } else {
            field.request_focus();
        }
    }
}

fn results_ui(ui: &mut Ui, desk: &mut Desk<'_>, citizens: &[Citizen], marked: usize) {
    let mut pressed = None;
    scroll(ui, "found", |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        for (index, citizen) in citizens.iter().enumerate() {
            let value = |field| show::field(desk.state, field, citizen.value(field));
            let known = [
                value(Item::BirthDate),
                value(Item::Sex),
                value(Item::PersonalNumber),
                value(Item::ResidenceUnit),
            ];
            let known: Vec<String> = known.into_iter().filter(|word| !word.is_empty()).collect();
            let response = Choice::new(citizen.value(Item::FullName), index == marked)
                .detail(&known.join(" · "))
                .show(ui);
            if index == marked && desk.local.marked != Some(marked) {
                response.scroll_to_me(None);
                desk.local.marked = Some(marked);
            }
            if response.clicked() {
                pressed = Some(index);
            }
        }
    });
    if let Some(index) = pressed {
        desk.act(Action::Take(index));
    }
}

fn ways_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    Card::titled(desk.say(text::WAYS)).show(ui, |ui| {
        for (way, form) in [
            (text::WAY_NUMBER, text::WAY_NUMBER_FORM),
            (text::WAY_OLD, text::WAY_OLD_FORM),
            (text::WAY_NAME, text::WAY_NAME_FORM),
            (text::WAY_QR, text::WAY_QR_FORM),
        ] {
            fact(ui, desk.say(way), desk.say(form));
        }
        type_::caption(ui, desk.say(text::WAY_QR_HINT));
    });
}
