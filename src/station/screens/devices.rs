//! Devices: each with its state, and what to do when it fails.

use super::desk::Desk;
use super::frame::{Head, Press, back, home, page};
use super::text;
use egui::Ui;
use tram_capture::DeviceKind;
use tram_enrollment::Right;
use tram_theme::tokens::space;
use tram_theme::{ActionBar, Card, Icon, Measure, Status, empty, fact, loading, notice, text as type_};
use tram_workflow::lists::{DeviceRow, DeviceState};

const KINDS: [DeviceKind; 3] = [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::CardPrinter];

/// The page of devices.
pub(super) fn devices_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let mut actions = ActionBar::new().note(desk.say(text::KEYS_LONG));
    if desk.state.officer().is_some_and(|officer| officer.role.may(Right::Enroll)) {
        actions = actions.left(Press::Do(home(desk.state)), back(desk));
    }
    let head =
        Head { title: desk.say(text::DEVICES_TITLE), subtitle: desk.say(text::DEVICES_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| {
        let Some(devices) = &desk.state.devices else {
            Card::new().show(ui, |ui| loading(ui, desk.say(text::DEVICES_LOADING), 4));
            return;
        };
        if devices.is_empty() {
            Card::new().show(ui, |ui| {
                empty(ui, Icon::Camera, desk.say(text::DEVICES_EMPTY), desk.say(text::DEVICES_EMPTY_HINT));
            });
            return;
        }
        if devices.iter().any(|device| device.in_use && device.origin.is_virtual) {
            notice(ui, Status::Attention, desk.say(text::VIRTUAL_NOTE));
        }
        ui.spacing_mut().item_spacing.x = space::L;
        ui.columns(KINDS.len(), |columns| {
            for (column, kind) in columns.iter_mut().zip(KINDS) {
                column.spacing_mut().item_spacing.y = space::L;
                let of_kind: Vec<&DeviceRow> = devices.iter().filter(|device| device.kind == kind).collect();
                if of_kind.is_empty() {
                    Card::titled(desk.say(text::device(kind))).show(column, |ui| {
                        Measure::new(desk.say(text::STATE), Status::Attention, desk.say(text::NONE)).show(ui);
                        type_::caption(ui, desk.say(text::DEVICES_EMPTY_HINT));
                    });
                }
                for device in of_kind {
                    device_ui(column, desk, device);
                }
            }
        });
    });
}

fn device_ui(ui: &mut Ui, desk: &Desk<'_>, device: &DeviceRow) {
    let language = desk.language();
    let (status, word) = state_words(desk, device);
    Card::titled(desk.say(text::device(device.kind))).chip(status, word).show(ui, |ui| {
        type_::body(ui, &device.origin.model);
        let use_word = if device.in_use { text::IN_USE } else { text::SPARE };
        let use_status = if device.in_use { Status::Info } else { Status::Neutral };
        let is_virtual = device.origin.is_virtual;
        Measure::new(desk.say(text::STATE), use_status, desk.say(use_word)).show(ui);
        if is_virtual {
            Measure::new(desk.say(text::DRIVER), Status::Attention, desk.say(text::IS_VIRTUAL)).show(ui);
        } else {
            fact(ui, desk.say(text::DRIVER), &device.origin.driver);
        }
        if !device.origin.serial.is_empty() {
            fact(ui, desk.say(text::SERIAL), &device.origin.serial);
        }
        if !device.port.is_empty() {
            fact(ui, desk.say(text::PORT), &device.port);
        }
        if device.kind == DeviceKind::FingerReader && device.state == DeviceState::Ready {
            let takes = match (device.reach.slaps, device.reach.rolled) {
                (true, true) => language.pick("bốn ngón, lăn", "slaps, rolled"),
                (true, false) => language.pick("bốn ngón", "slaps"),
                (false, true) => language.pick("từng ngón, lăn", "single, rolled"),
                (false, false) => language.pick("từng ngón", "single fingers"),
            };
            fact(ui, desk.say(text::TAKES), takes);
        }
        supplies_ui(ui, desk, device);
        if let DeviceState::Failed(error) = &device.state {
            notice(ui, Status::Bad, error.advice(language));
        }
    });
}

fn supplies_ui(ui: &mut Ui, desk: &Desk<'_>, device: &DeviceRow) {
    let Some(printer) = &device.printer else { return };
    let language = desk.language();
    let blanks =
        printer.blanks_left.map(|count| language.pick(format!("{count} phôi"), format!("{count} blanks")));
    let ribbon = printer
        .ribbon_left
        .map(|count| language.pick(format!("ruy băng {count} thẻ"), format!("ribbon for {count}")));
    let is_low = [printer.blanks_left, printer.ribbon_left].into_iter().flatten().any(|count| count < 10);
    let words: Vec<String> = [blanks, ribbon].into_iter().flatten().collect();
    if !words.is_empty() {
        let status = if is_low { Status::Attention } else { Status::Good };
        Measure::new(desk.say(text::SUPPLIES), status, &words.join(", ")).show(ui);
    }
}

fn state_words(desk: &Desk<'_>, device: &DeviceRow) -> (Status, &'static str) {
    match device.state {
        DeviceState::Ready => (Status::Good, desk.say(text::READY)),
        DeviceState::Failed(_) => (Status::Bad, desk.say(text::FAILED)),
    }
}

/// The devices in use on one card, for the worklist.
pub(super) fn summary_ui(ui: &mut Ui, desk: &Desk<'_>) {
    Card::titled(desk.say(text::DEVICES_TITLE)).show(ui, |ui| {
        if desk.state.devices.is_none() {
            loading(ui, desk.say(text::DEVICES_LOADING), 3);
            return;
        }
        for kind in KINDS {
            let name = desk.say(text::device(kind));
            let Some(device) = desk.state.device(kind) else {
                Measure::new(name, Status::Attention, desk.say(text::NONE)).show(ui);
                continue;
            };
            let (status, word) = state_words(desk, device);
            let word = if device.origin.is_virtual {
                format!("{word} · {}", desk.say(text::VIRTUAL))
            } else {
                word.to_owned()
            };
            Measure::new(name, status, &word).show(ui);
            if let DeviceState::Failed(error) = &device.state {
                type_::caption(ui, error.advice(desk.language()));
            }
        }
    });
}
