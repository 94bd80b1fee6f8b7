//! What the store, the outbox and the devices bring.

use super::{capture, irises, steps};
use crate::action::Action;
use crate::dossier::{Dossier, Sealing};
use crate::effect::Effect;
use crate::lists::{DeviceRow, DeviceState};
use crate::state::{Screen, State};
use tram_capture::DeviceKind;
use tram_enrollment::{EnrollmentId, Event, Step};

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::DossierOpened { enrollment, pictures } => {
            state.opening = false;
            if state.officer().is_none() {
                return Vec::new();
            }
            state.dossier = Some(Dossier::open(*enrollment, pictures.into_iter().collect()));
            state.screen = Screen::Dossier;
            capture::plan_fingers(state);
            irises::plan(state);
            let mut effects = steps::resume(state);
            effects.extend(capture::check_fingers(state));
            effects
        }
        Action::DossierFailed(trouble) => {
            state.opening = false;
            state.notice(trouble.vi, trouble.en, true);
            Vec::new()
        }
        Action::Journalled(id) => {
            journalled(state, id);
            Vec::new()
        }
        Action::JournalFailed(trouble) => {
            state.halted = Some(trouble);
            capture::stop(state)
        }
        Action::Worklist(rows) => {
            state.worklist = Some(rows);
            Vec::new()
        }
        Action::Sealed(outcome) => sealed(state, outcome),
        Action::Outbox(outbox) => {
            state.outbox = outbox;
            Vec::new()
        }
        Action::Audit(Ok(view)) => {
            state.audit = Some(view);
            Vec::new()
        }
        Action::Audit(Err(said)) | Action::BlanksRefused(said) => {
            state.notice(said.vi, said.en, true);
            Vec::new()
        }
        Action::Orders(orders) => {
            if let Some(card) = &mut state.card
                && let Some(row) = orders.iter().find(|row| row.order == card.row.order)
            {
                card.row = row.clone();
            }
            state.orders = Some(orders);
            Vec::new()
        }
        Action::Blanks(count) => {
            state.blanks = Some(count);
            Vec::new()
        }
        Action::SlipPrinted(Ok(())) => {
            state.notice("Giấy hẹn đang in", "The slip is being printed", false);
            Vec::new()
        }
        Action::SlipPrinted(Err(trouble)) => {
            state.notice(trouble.vi, trouble.en, true);
            Vec::new()
        }
        Action::Reference(reference) => {
            state.reference = reference;
            Vec::new()
        }
        Action::Devices(devices) => devices_changed(state, devices),
        _ => Vec::new(),
    }
}

fn journalled(state: &mut State, id: EnrollmentId) {
    let now = state.now;
    if let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.enrollment.id == id) {
        dossier.saving.pending = dossier.saving.pending.saturating_sub(1);
        dossier.saving.saved_at = Some(now);
    }
}

fn sealed(
    state: &mut State,
    outcome: Result<Box<crate::dossier::Slip>, tram_enrollment::reference::Phrase>,
) -> Vec<Effect> {
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    match outcome {
        Ok(slip) => {
            dossier.sealing = Sealing::Sealed(*slip);
            // The slip's step is not journalled: sealing itself is the durable fact.
            dossier.enrollment.apply(Event::StepEntered { step: Step::Slip });
            vec![Effect::LoadWorklist]
        }
        Err(trouble) => {
            dossier.sealing = Sealing::Failed(trouble);
            Vec::new()
        }
    }
}

/// Devices came or went. A capture that waits for its device starts again by itself.
fn devices_changed(state: &mut State, devices: Vec<DeviceRow>) -> Vec<Effect> {
    let usable = |devices: &[DeviceRow], kind| {
        devices.iter().any(|row| row.kind == kind && row.in_use && row.state == DeviceState::Ready)
    };
    let before = state.devices.take().unwrap_or_default();
    for kind in [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::IrisCamera] {
        if usable(&before, kind) && !usable(&devices, kind) {
            let (vi, en) = match kind {
                DeviceKind::Camera => ("Mất kết nối máy ảnh", "The camera is gone"),
                DeviceKind::IrisCamera => ("Mất kết nối máy chụp mống mắt", "The iris camera is gone"),
                _ => ("Mất kết nối máy quét vân tay", "The fingerprint reader is gone"),
            };
            state.notice(vi, en, true);
        }
    }
    state.devices = Some(devices);
    let Some(dossier) = &state.dossier else { return Vec::new() };
    let (waits, kind) = match dossier.enrollment.step {
        Step::Portrait => (dossier.portrait.trouble.is_some(), DeviceKind::Camera),
        Step::Fingers => {
            let waits = dossier.fingers.live.trouble.is_some() || dossier.fingers.sequence.is_empty();
            (waits, DeviceKind::FingerReader)
        }
        Step::Irises => (dossier.irises.live.trouble.is_some(), DeviceKind::IrisCamera),
        _ => return Vec::new(),
    };
    let back = state.devices.as_deref().is_some_and(|devices| usable(devices, kind));
    if waits && back && state.officer().is_some() { steps::resume(state) } else { Vec::new() }
}
