//! Devices: each with its state, and what to do when it fails.

use super::bench::exception_ui;
use super::desk::{Ask, Desk};
use super::frame::{Head, Press, back, home, page};
use super::{own_card, own_finger, text};
use egui::{Key, Ui};
use tram_capture::{DeviceError, DeviceKind};
use tram_enrollment::{Right, Role};
use tram_theme::tokens::space;
use tram_theme::{
    ActionBar, Button, Card, Icon, Measure, Shortcut, Status, empty, fact, loading, notice, text as type_,
};
use tram_workflow::Action;
use tram_workflow::bench::BenchAction;
use tram_workflow::lists::{DeviceLog, DeviceRow, DeviceState, Trial};

/// A station cannot work without one of each.
const KINDS: [DeviceKind; 3] = [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::CardPrinter];
/// What else a station may have.
const EXTRAS: [DeviceKind; 3] = [DeviceKind::CodeReader, DeviceKind::SignaturePad, DeviceKind::CardReader];

/// The page of devices.
pub(super) fn devices_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let mut actions = ActionBar::new().note(desk.say(text::KEYS_LONG));
    let leads_back = |role: Role| role.may(Right::Enroll) || role.may(Right::ServiceDevices);
    if desk.state.officer().is_some_and(|officer| leads_back(officer.role)) {
        actions = actions.left(Press::Do(home(desk.state)), back(desk));
    }
    if desk.state.dossier.is_none() {
        let finger = Button::secondary(desk.say(text::OWN_FINGER)).shortcut(Shortcut::ctrl(Key::G));
        actions = actions.left(Press::Do(Action::OwnFinger(true)), finger);
        let card = Button::secondary(desk.say(text::OWN_CARD)).shortcut(Shortcut::ctrl(Key::T));
        actions = actions.left(Press::Ask(Ask::OwnCard), card);
        let morning = Button::secondary(desk.say(text::MORNING)).shortcut(Shortcut::ctrl(Key::J));
        actions = actions.right(Press::Do(Action::Bench(BenchAction::Morning)), morning);
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
            for (column, kind) in columns.iter_mut().zip(EXTRAS) {
                for device in devices.iter().filter(|device| device.kind == kind) {
                    device_ui(column, desk, device);
                }
            }
        });
    });
    exception_ui(ui, desk);
    own_finger::keeping_ui(ui, desk);
    own_card::own_card_ui(ui, desk);
}

fn device_ui(ui: &mut Ui, desk: &mut Desk<'_>, device: &DeviceRow) {
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
        log_ui(ui, desk, &device.log);
        if let DeviceState::Failed(error) = &device.state {
            notice(ui, Status::Bad, error.advice(language));
            type_::caption(ui, &error.to_string());
        }
        if device.in_use {
            certificate_ui(ui, desk, device);
        }
        trial_ui(ui, desk, device);
    });
}

/// What the certificate says, and the supervisor's way past a refusal.
fn certificate_ui(ui: &mut Ui, desk: &mut Desk<'_>, device: &DeviceRow) {
    let Some(shelved) = desk.state.bench.shelved(device.kind) else { return };
    type_::caption(ui, &shelved.standing.sentence(desk.language()));
    let refused = matches!(device.state, DeviceState::Failed(DeviceError::Uncalibrated { .. }));
    if refused {
        let allow = Button::secondary(desk.say(text::EXCEPT_DEVICE)).shortcut(Shortcut::ctrl(Key::E));
        if allow.activated(ui) {
            desk.ask(Ask::ExceptDevice(device.kind));
        }
    }
}

/// What the device says of itself, and how it has failed.
fn log_ui(ui: &mut Ui, desk: &Desk<'_>, log: &DeviceLog) {
    for (name, value) in log.about.iter().filter(|(_, value)| !value.is_empty()) {
        fact(ui, text::about_device(name).map_or(name.as_str(), |name| desk.say(name)), value);
    }
    if log.failures > 0 {
        fact(ui, desk.say(text::FAILURES), &log.failures.to_string());
    }
    if let Some((at, error)) = &log.last_failure {
        let at = at.to_offset(desk.state.now.offset());
        let at = format!("{:02}:{:02} {}", at.hour(), at.minute(), error.advice(desk.language()));
        fact(ui, desk.say(text::LAST_FAILURE), &at);
    }
}

/// The live test: its result, and how to ask for one.
fn trial_ui(ui: &mut Ui, desk: &mut Desk<'_>, device: &DeviceRow) {
    match &device.log.trial {
        Some(Trial::Running) => {
            notice(ui, Status::Info, desk.say(text::TRYING));
            return;
        }
        Some(Trial::Ended { came, worked, recording }) => {
            let (status, word) =
                if *worked { (Status::Good, text::TRIED_WELL) } else { (Status::Bad, text::TRIED_BADLY) };
            Measure::new(desk.say(text::TRIED), status, desk.say(word)).show(ui);
            for line in came {
                type_::caption(ui, line);
            }
            if let Some(file) = recording {
                fact(ui, desk.say(text::RECORDED_AT), &file.display().to_string());
            }
        }
        None => {}
    }
    let services = desk.state.officer().is_some_and(|officer| officer.role.may(Right::ServiceDevices));
    let record = services.then_some((text::RECORD_DEVICE, true));
    for (label, record) in [(text::TRY_DEVICE, false)].into_iter().chain(record) {
        if Button::secondary(desk.say(label)).activated(ui) {
            let (driver, port) = (device.origin.driver.clone(), device.port.clone());
            desk.act(Action::TryDevice { driver, port, record });
        }
    }
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
