//! The technician's bench: every device in use with its certificate, where its figures are heading, its faults; and the
//! station's self-tests.

mod dialogs;
mod procedure;
mod texts;

pub(super) use dialogs::exception_ui;
use procedure::procedure_ui;

use super::desk::{Ask, Desk};
use super::frame::{Head, Press, page};
use super::{show, text};
use egui::{Key, Pos2, Sense, Stroke, Ui, vec2};
use tram_calibration::trend::Trend;
use tram_calibration::{Certificate, Quantity, Refusal, Standing};
use tram_theme::tokens::{self, space};
use tram_theme::{
    ActionBar, Button, Card, Cell, Icon, Measure, Shortcut, Status, Table, empty, fact, loading,
    text as type_,
};
use tram_workflow::Action;
use tram_workflow::bench::{BenchAction, SelfTest, Shelved};

/// The keys that open the procedures, left to right.
const OPENS: [Key; 4] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];

/// The page of the bench.
pub(super) fn bench_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    if desk.state.bench.procedure.is_some() {
        return procedure_ui(ui, desk);
    }
    let tests = Button::secondary(desk.say(texts::SELF_TEST)).shortcut(Shortcut::ctrl(Key::T));
    let morning = Button::secondary(desk.say(texts::MORNING)).shortcut(Shortcut::ctrl(Key::J));
    let actions = ActionBar::new()
        .note(desk.say(text::KEYS_SHORT))
        .left(Press::Do(Action::Bench(BenchAction::SelfTest)), tests)
        .right(Press::Do(Action::Bench(BenchAction::Morning)), morning);
    let head = Head { title: desk.say(texts::TITLE), subtitle: desk.say(texts::SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| {
        shelf_ui(ui, desk);
        if let Some(checks) = &desk.state.bench.checks {
            ui.add_space(space::L);
            checks_ui(ui, desk, checks);
        }
    });
    dialogs::fault_ui(ui, desk);
    exception_ui(ui, desk);
}

fn shelf_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(shelf) = &desk.state.bench.shelf else {
        Card::new().show(ui, |ui| loading(ui, desk.say(text::DEVICES_LOADING), 5));
        return;
    };
    if shelf.is_empty() {
        Card::new().show(ui, |ui| {
            empty(ui, Icon::Camera, desk.say(text::DEVICES_EMPTY), desk.say(text::DEVICES_EMPTY_HINT));
        });
        return;
    }
    ui.spacing_mut().item_spacing.x = space::L;
    ui.columns(shelf.len(), |columns| {
        for (index, (column, shelved)) in columns.iter_mut().zip(shelf).enumerate() {
            column.spacing_mut().item_spacing.y = space::M;
            shelved_ui(column, desk, index, shelved);
        }
    });
}

/// A standing as colour and word.
pub(super) fn standing_words(desk: &Desk<'_>, shelved: &Shelved) -> (Status, &'static str) {
    match &shelved.standing {
        Standing::Good { days_left, .. } if *days_left < 14 => (Status::Attention, desk.say(texts::SOON)),
        Standing::Good { .. } => (Status::Good, desk.say(texts::VALID)),
        Standing::Excepted { .. } => (Status::Attention, desk.say(texts::EXCEPTED)),
        Standing::Refused(Refusal::NoCertificate) if shelved.device.is_virtual => {
            (Status::Neutral, desk.say(texts::NO_CERTIFICATE))
        }
        Standing::Refused(_) => (Status::Bad, desk.say(texts::REFUSED)),
    }
}

fn shelved_ui(ui: &mut Ui, desk: &mut Desk<'_>, index: usize, shelved: &Shelved) {
    let language = desk.language();
    let (status, word) = standing_words(desk, shelved);
    Card::titled(desk.say(text::device_short(shelved.kind))).chip(status, word).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        type_::body(ui, &shelved.device.model);
        type_::caption(ui, &shelved.standing.sentence(language));
        fact(ui, desk.say(text::SERIAL), &shelved.device.serial);
        if !shelved.device.firmware.is_empty() {
            fact(ui, desk.say(texts::FIRMWARE), &shelved.device.firmware);
        }
        for (name, then, now) in &shelved.changed {
            Measure::new(name, Status::Attention, &format!("{then} – {now}")).show(ui);
        }
        let mut calibrate = Button::primary(desk.say(texts::CALIBRATE)).icon(Icon::Pen);
        if let Some(key) = OPENS.get(index) {
            calibrate = calibrate.shortcut(Shortcut::alt(*key));
        }
        if calibrate.activated(ui) {
            desk.act(Action::Bench(BenchAction::Open(shelved.kind)));
        }
        if Button::quiet(desk.say(texts::WRITE_FAULT)).activated(ui) {
            desk.ask(Ask::Fault(shelved.kind));
        }
    });
    if !shelved.certificates.is_empty() {
        certificates_ui(ui, desk, &shelved.certificates);
    }
    if let Some((quantity, trend)) = shelved.trends.first() {
        trend_ui(ui, desk, *quantity, trend);
    }
    if !shelved.faults.is_empty() {
        Card::titled(desk.say(texts::FAULTS)).show(ui, |ui| {
            for fault in shelved.faults.iter().take(3) {
                let picture = if fault.has_picture { desk.say(texts::WITH_PICTURE) } else { "" };
                let when = show::when(fault.at, desk.state.now);
                type_::caption(ui, &format!("{when} · {}{picture}", fault.words));
            }
        });
    }
}

fn certificates_ui(ui: &mut Ui, desk: &Desk<'_>, certificates: &[Certificate]) {
    Card::titled(desk.say(texts::CERTIFICATES)).show(ui, |ui| {
        for certificate in certificates.iter().take(3) {
            let (status, word) = if certificate.passes() {
                (Status::Good, desk.say(texts::PASSED))
            } else {
                (Status::Bad, desk.say(texts::FAILED))
            };
            let day = show::day(certificate.issued.date(), desk.language());
            let until = show::day(certificate.last_day, desk.language());
            Measure::new(&format!("{day} – {until}"), status, word).show(ui);
            if !certificate.under.is_empty() {
                type_::caption(ui, &certificate.under);
            }
        }
    });
}

/// One figure over the certificates, and the day it leaves its limits.
fn trend_ui(ui: &mut Ui, desk: &Desk<'_>, quantity: Quantity, trend: &Trend) {
    let language = desk.language();
    let sentence = match trend.leaves_on {
        Some(day) => {
            let day = show::day(day, language);
            language
                .pick(format!("Sẽ ra ngoài giới hạn ngày {day}"), format!("Will leave its limits on {day}"))
        }
        None => language.pick("Ổn định qua các lần đo", "Steady over the calibrations").to_owned(),
    };
    Card::titled(desk.say(texts::TREND)).show(ui, |ui| {
        type_::caption(ui, quantity.name(language));
        line_ui(ui, &trend.points);
        type_::caption(ui, &sentence);
    });
}

fn line_ui(ui: &mut Ui, points: &[(time::Date, f64)]) {
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), 56.0), Sense::hover());
    let values = points.iter().map(|(_, value)| *value);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    let first = points.first().map_or(0, |(day, _)| day.to_julian_day());
    let last = points.last().map_or(1, |(day, _)| day.to_julian_day());
    let share = |value: f64, low: f64, high: f64| ((value - low) / (high - low).max(1e-9)) as f32;
    let inner = area.shrink(6.0);
    let places: Vec<Pos2> = points
        .iter()
        .map(|(day, value)| {
            let x = share(f64::from(day.to_julian_day()), f64::from(first), f64::from(last));
            let y = share(*value, low, high);
            Pos2::new(inner.left() + x * inner.width(), inner.bottom() - y * inner.height())
        })
        .collect();
    let painter = ui.painter();
    for pair in places.windows(2) {
        if let [from, to] = pair {
            painter.line_segment([*from, *to], Stroke::new(2.0, tokens::PRIMARY));
        }
    }
    for place in places {
        painter.circle_filled(place, 3.0, tokens::PRIMARY);
    }
}

fn checks_ui(ui: &mut Ui, desk: &Desk<'_>, checks: &[SelfTest]) {
    let language = desk.language();
    Table::new(desk.say(texts::STATION), &[1.2, 0.9, 4.0]).show(ui, checks.len(), |index| {
        let Some(check) = checks.get(index) else { return Vec::new() };
        let (status, word) = match check.is_good {
            Some(true) => (Status::Good, texts::GOOD),
            Some(false) => (Status::Bad, texts::TO_MEND),
            None => (Status::Neutral, texts::NOT_HERE),
        };
        vec![
            Cell::Name(check.name.text(language)),
            Cell::Chip(status, desk.say(word)),
            Cell::Text(check.said.text(language)),
        ]
    });
}
