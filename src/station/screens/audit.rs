//! The audit chain: what was done at the station, by whom, and whether the record is whole. Nothing here can be changed.

use super::desk::Desk;
use super::frame::{Head, Press, back, page};
use super::{show, text};
use egui::Ui;
use tram_enrollment::Right;
use tram_packet::AuditAction;
use tram_theme::{ActionBar, Card, Cell, Icon, Status, Table, empty, notice};
use tram_workflow::lists::AuditView;
use tram_workflow::{Action, Screen};

const COLUMNS: [f32; 5] = [0.8, 1.2, 1.4, 1.6, 3.6];

/// The audit chain, newest entries first.
pub(super) fn audit_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let mut actions = ActionBar::new().note(desk.say(text::KEYS_LONG));
    if desk.state.officer().is_some_and(|officer| officer.role.may(Right::Enroll)) {
        actions = actions.left(Press::Do(Action::Go(Screen::Worklist)), back(desk));
    }
    let head = Head { title: desk.say(text::AUDIT_TITLE), subtitle: desk.say(text::AUDIT_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| match &desk.state.audit {
        None => {
            notice(ui, Status::Live, desk.say(text::AUDIT_LOADING));
        }
        Some(audit) => audit_view_ui(ui, desk, audit),
    });
}

fn audit_view_ui(ui: &mut Ui, desk: &Desk<'_>, audit: &AuditView) {
    let (length, anchored) = (audit.length, audit.anchored);
    if audit.findings.is_empty() {
        let whole = desk.language().pick(
            format!("Nguyên vẹn: {length} mục, đã đối chiếu với {anchored} gói và biên nhận"),
            format!("Whole: {length} entries, held against {anchored} packets and receipts"),
        );
        notice(ui, Status::Good, &whole);
    }
    for finding in &audit.findings {
        let wrong = desk.language().pick("Không khớp", "Wrong");
        notice(ui, Status::Bad, &format!("{wrong}: {finding}"));
    }
    if audit.rows.is_empty() {
        Card::new().show(ui, |ui| {
            empty(ui, Icon::Document, desk.say(text::AUDIT_EMPTY), desk.say(text::AUDIT_SUBTITLE));
        });
        return;
    }
    let words: Vec<[String; 4]> = audit
        .rows
        .iter()
        .map(|row| {
            let officer = row.officer.as_ref().map_or_else(|| "·".to_owned(), |officer| officer.0.clone());
            let at = show::when(row.at.to_offset(desk.state.now.offset()), desk.state.now);
            // A row of another version keeps its word.
            let action = AuditAction::of(&row.action).map(|action| desk.say(text::audit_action(action)));
            [row.number.to_string(), at, officer, action.unwrap_or(&row.action).to_owned()]
        })
        .collect();
    Table::new(desk.say(text::AUDIT_ENTRIES), &COLUMNS).show(ui, audit.rows.len(), |index| {
        let (Some(row), Some([number, at, officer, action])) = (audit.rows.get(index), words.get(index))
        else {
            return Vec::new();
        };
        vec![
            Cell::Name(number),
            Cell::Text(at),
            Cell::Text(officer),
            Cell::Text(action),
            Cell::Text(&row.subject),
        ]
    });
}
