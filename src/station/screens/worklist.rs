//! The page an officer starts from: the day in figures, the dossiers, the devices, the station.

use super::desk::{Desk, entered, id};
use super::frame::{Head, Press, page};
use super::{devices, show, sign_in, text, words};
use egui::{Key, Ui};
use tram_enrollment::name::fold;
use tram_theme::tokens::space;
use tram_theme::{
    ActionBar, Button, Card, Cell, Field, Figure, Icon, Shortcut, Status, Table, empty, figures, loading,
    notice, text as type_,
};
use tram_workflow::lists::{DeviceState, DossierRow, DossierState, Link};
use tram_workflow::{Action, Screen};

const COLUMNS: [f32; 5] = [2.4, 2.4, 2.1, 3.1, 0.8];

/// The worklist.
pub(super) fn worklist_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let opening = desk.state.opening.then(|| desk.say(text::OPENING));
    let actions = ActionBar::new().note(desk.say(text::KEYS_LONG)).right(
        Press::Do(Action::NewDossier),
        Button::primary(desk.say(text::NEW_DOSSIER))
            .icon(Icon::Plus)
            .shortcut(Shortcut::ctrl(Key::N))
            .blocked(opening),
    );
    page(ui, desk, Head { title: "", subtitle: "", actions }, |ui, desk| {
        head_ui(ui, desk);
        search_ui(ui, desk);
        figures_ui(ui, desk);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let left = (ui.available_width() - space::L) * 0.68;
            ui.vertical(|ui| {
                ui.set_width(left);
                dossiers_ui(ui, desk);
            });
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                devices::summary_ui(ui, desk);
                sign_in::station_card(ui, desk);
            });
        });
    });
}

fn head_ui(ui: &mut Ui, desk: &Desk<'_>) {
    let name = desk.state.officer().map_or("", |officer| officer.name.as_str());
    // Officers are greeted by their given name, the last word of a Vietnamese name.
    let given = name.split_whitespace().last().unwrap_or_default();
    let greeting = desk.say(text::greeting(desk.state.now.hour()));
    let greeting =
        desk.language().pick(format!("{greeting}, đồng chí {given}"), format!("{greeting}, {given}"));
    let role = desk.state.officer().map_or("", |officer| officer.role.label(desk.language()));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        type_::title(ui, &greeting);
        type_::muted(ui, &format!("{} · {role}", show::day(desk.state.now.date(), desk.language())));
    });
}

fn search_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let (label, hint) = (desk.say(text::FIND_DOSSIER), desk.say(text::FIND_DOSSIER_HINT));
    let field = Field::search(label, &mut desk.local.filter)
        .id(id("find dossier"))
        .hint(hint)
        .shortcut(Shortcut::ctrl(Key::K))
        .char_limit(120)
        .show(ui);
    if desk.local.arrived {
        field.request_focus();
    }
    if entered(ui, &field) && !desk.local.filter.trim().is_empty() {
        let first = shown(desk).first().map(|row| row.id);
        desk.act(first.map_or(Action::NewDossier, Action::OpenDossier));
        if first.is_some() {
            desk.local.filter.clear();
        }
    }
}

/// The rows that fit what is typed.
fn shown<'a>(desk: &Desk<'a>) -> Vec<&'a DossierRow> {
    let words = fold(&desk.local.filter);
    let rows = desk.state.worklist.iter().flatten();
    rows.filter(|row| {
        let key = format!("{} {}", fold(&row.name), fold(row.dossier.as_str()));
        words.split_whitespace().all(|word| key.contains(word))
    })
    .collect()
}

fn figures_ui(ui: &mut Ui, desk: &Desk<'_>) {
    let rows = desk.state.worklist.iter().flatten();
    let today = rows
        .clone()
        .filter(|row| row.changed_at.to_offset(desk.state.now.offset()).date() == desk.state.now.date());
    let today = today.count().to_string();
    let drafts = rows.filter(|row| matches!(row.state, DossierState::Draft(_))).count();
    let drafts_note = desk.say(if drafts == 0 { text::DRAFTS_NONE } else { text::DRAFTS_NOTE });
    let waiting = desk.state.outbox.waiting();
    let link = &desk.state.outbox.link;
    let link_word = match link {
        Link::Unknown => desk.language().pick("đang gọi trung tâm", "calling the centre"),
        Link::Up { .. } => desk.language().pick("trung tâm đang trả lời", "the centre answers"),
        Link::Down { .. } => desk.language().pick("mất mạng, dữ liệu an toàn", "offline, the data is safe"),
        Link::Untrusted { .. } => desk.language().pick("sai trung tâm, xem F5", "wrong centre, see F5"),
    };
    let in_use = desk.state.devices.iter().flatten().filter(|device| device.in_use);
    let ready = in_use.clone().filter(|device| device.state == DeviceState::Ready).count();
    let is_virtual = in_use.clone().any(|device| device.origin.is_virtual);
    let (devices_note, devices_status) = match ready {
        3 if is_virtual => (text::DEVICES_VIRTUAL, Status::Attention),
        3 => (text::DEVICES_ALL, Status::Good),
        _ => (text::DEVICES_SOME, Status::Attention),
    };
    figures(
        ui,
        &[
            Figure {
                name: desk.say(text::TODAY),
                value: &today,
                remark: desk.say(text::TODAY_NOTE),
                status: Status::Neutral,
            },
            Figure {
                name: desk.say(text::DRAFTS),
                value: &drafts.to_string(),
                remark: drafts_note,
                status: Status::Neutral,
            },
            Figure {
                name: desk.say(text::WAITING),
                value: &waiting.to_string(),
                remark: link_word,
                status: show::link_status(link),
            },
            Figure {
                name: desk.say(text::DEVICES_READY),
                value: &format!("{ready} / 3"),
                remark: desk.say(devices_note),
                status: devices_status,
            },
        ],
    );
}

fn dossiers_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(all) = &desk.state.worklist else {
        Card::titled(desk.say(text::DOSSIERS))
            .show(ui, |ui| loading(ui, desk.say(text::LOADING_WORKLIST), 5));
        return;
    };
    if all.is_empty() {
        Card::titled(desk.say(text::DOSSIERS)).show(ui, |ui| {
            empty(ui, Icon::Tray, desk.say(text::NO_DOSSIERS), desk.say(text::NO_DOSSIERS_HINT));
        });
        return;
    }
    let rows = shown(desk);
    if rows.is_empty() {
        notice(ui, Status::Info, desk.say(text::NO_MATCH));
        return;
    }
    let words: Vec<[String; 5]> = rows.iter().map(|row| row_words(desk, row)).collect();
    let pressed = Table::new(desk.say(text::DOSSIERS), &COLUMNS).show(ui, rows.len(), |index| {
        let (Some(row), Some([name, procedure, dossier, state, when])) = (rows.get(index), words.get(index))
        else {
            return Vec::new();
        };
        vec![
            Cell::Name(name),
            Cell::Text(procedure),
            Cell::Text(dossier),
            Cell::Chip(show::dossier_status(&row.state), state),
            Cell::Text(when),
        ]
    });
    if let Some(row) = pressed.and_then(|index| rows.get(index)) {
        // A card to print or hand over is worked on in its own list.
        let is_card = matches!(row.state, DossierState::CardOrdered | DossierState::CardPrinted);
        desk.act(if is_card { Action::Go(Screen::Cards) } else { Action::OpenDossier(row.id) });
    }
}

fn row_words(desk: &Desk<'_>, row: &DossierRow) -> [String; 5] {
    let name = if row.name.is_empty() { desk.say(text::NO_NAME).to_owned() } else { row.name.clone() };
    let rules = desk.state.reference.rules();
    let procedure = rules.procedures.iter().find(|procedure| procedure.code == row.procedure);
    let procedure = procedure.map(|procedure| procedure.name(desk.language()).to_owned()).unwrap_or_default();
    let state = words::dossier_state(&row.state, desk.language());
    // The unit in front is the same on every line of a station.
    let dossier = row.dossier.as_str();
    let dossier = dossier.strip_prefix(&desk.state.station.unit).unwrap_or(dossier).trim_start_matches('-');
    [name, procedure, dossier.to_owned(), state, show::when(row.changed_at, desk.state.now)]
}
