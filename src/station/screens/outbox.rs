//! The outbox: the truth of each packet, and of the way to the centre.

use super::desk::Desk;
use super::frame::{Head, Press, back, home, page};
use super::{show, text, words};
use egui::Ui;
use tram_theme::{ActionBar, Card, Cell, Icon, Status, Table, empty, notice, text as type_};
use tram_workflow::lists::{Link, OutboxRow, PacketState};

const COLUMNS: [f32; 5] = [2.4, 0.9, 0.8, 2.6, 3.3];

/// The outbox.
pub(super) fn outbox_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let actions =
        ActionBar::new().left(Press::Do(home(desk.state)), back(desk)).note(desk.say(text::KEYS_LONG));
    let head =
        Head { title: desk.say(text::OUTBOX_TITLE), subtitle: desk.say(text::OUTBOX_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| {
        let outbox = &desk.state.outbox;
        let status = match show::link_status(&outbox.link) {
            Status::Neutral => Status::Info,
            status => status,
        };
        notice(ui, status, &words::link(&outbox.link, desk.state.now, desk.language()));
        if let Link::Down { reason, .. } | Link::Untrusted { reason, .. } = &outbox.link {
            let said = desk.language().pick("Cho kỹ thuật viên", "For the technician");
            type_::caption(ui, &format!("{said}: {reason}"));
        }
        if let Some(evidence) = &outbox.contradiction {
            notice(ui, Status::Bad, desk.say(text::OUTBOX_CONTRADICTION));
            let said = desk.language().pick("Cho kỹ thuật viên", "For the technician");
            type_::caption(ui, &format!("{said}: {evidence}; `tram outbox --trust-again`"));
        }
        if let Some((status, said)) = words::mirror(&outbox.mirror, desk.state.now, desk.language()) {
            notice(ui, status, &said);
        }
        if let Some(pace) = &outbox.pace {
            type_::caption(ui, pace.text(desk.language()));
        }
        if outbox.rows.is_empty() {
            Card::new().show(ui, |ui| {
                empty(ui, Icon::Tray, desk.say(text::OUTBOX_EMPTY), desk.say(text::OUTBOX_EMPTY_HINT));
            });
            return;
        }
        rows_ui(ui, desk, &outbox.rows);
    });
}

fn rows_ui(ui: &mut Ui, desk: &Desk<'_>, rows: &[OutboxRow]) {
    let language = desk.language();
    let words: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let size = show::bytes(row.bytes, language);
            let sealed = show::when(row.sealed_at, desk.state.now);
            [size, sealed, words::packet_state(&row.state, row.bytes, language), detail(desk, row)]
        })
        .collect();
    Table::new(desk.say(text::PACKETS), &COLUMNS).show(ui, rows.len(), |index| {
        let (Some(row), Some([size, sealed, state, detail])) = (rows.get(index), words.get(index)) else {
            return Vec::new();
        };
        vec![
            Cell::Name(row.dossier.as_str()),
            Cell::Text(size),
            Cell::Text(sealed),
            Cell::Chip(show::packet_status(&row.state), state),
            Cell::Text(detail),
        ]
    });
}

/// What is known besides: when it is tried again, what the centre said.
fn detail(desk: &Desk<'_>, row: &OutboxRow) -> String {
    match &row.state {
        PacketState::Waiting { next_try, last_error, .. } => {
            let next = next_try.map(|at| {
                let at = show::clock(at.to_offset(desk.state.now.offset()));
                desk.language().pick(format!("thử lại lúc {at}"), format!("next try {at}"))
            });
            let parts: Vec<String> =
                [next, last_error.as_ref().map(|said| said.text(desk.language()).to_owned())]
                    .into_iter()
                    .flatten()
                    .collect();
            parts.join(" · ")
        }
        PacketState::Sending { sent } => {
            format!("{} / {}", show::bytes(*sent, desk.language()), show::bytes(row.bytes, desk.language()))
        }
        PacketState::Quarantined { reason } => reason.text(desk.language()).to_owned(),
        PacketState::Receipted | PacketState::Purged => String::new(),
    }
}
