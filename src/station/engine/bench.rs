//! The bench thread: one device open for its procedure, shown live, its steps taken and measured; the morning test; the
//! station's self-tests. Nothing of a citizen is open while it works.

mod device;
mod morning;
mod selftest;

pub(crate) use selftest::screens_connected;

use super::devices::Bench;
use super::slot::Slot;
use super::vault::{self, Outcome};
use super::{Outlet, Stage, phrase, phrase_of};
use crate::home::Home;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use device::Opened;
use std::time::Duration;
use tram_biometric::{GrayImage, Language, RgbImage};
use tram_calibration::bench::{Shown, Take, Work};
use tram_calibration::{CalibrationError, DeviceClass, Finding, Limits};
use tram_device::{DeviceError, DeviceKind};
use tram_enrollment::reference::Phrase;
use tram_virtual::Target;
use tram_workflow::Action;
use tram_workflow::bench::{BenchEffect, BenchHeard};

/// A device that is gone is looked for this often.
const RETRY: Duration = Duration::from_millis(300);

/// What the bench needs of the station.
pub(super) struct Around {
    pub(super) devices: Bench,
    pub(super) platen: Slot<GrayImage>,
    pub(super) preview: Slot<RgbImage>,
    pub(super) vault: Sender<vault::Job>,
    pub(super) stage: Stage,
    pub(super) home: Home,
}

/// A procedure under way.
struct Session {
    kind: DeviceKind,
    work: Work,
    opened: Option<Opened>,
    is_troubled: bool,
}

/// The thread's work.
pub(super) fn run(around: &Around, jobs: &Receiver<BenchEffect>, outlet: &Outlet) {
    let mut session: Option<Session> = None;
    loop {
        let job = match &mut session {
            None => match jobs.recv() {
                Ok(job) => job,
                Err(_closed) => return,
            },
            Some(open) => match jobs.recv_timeout(live(open, around, outlet)) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            },
        };
        match job {
            BenchEffect::Open(kind, class) => session = begin(kind, class, outlet),
            BenchEffect::Close => {
                session = None;
                around.platen.clear();
                around.preview.clear();
                show(around, None);
                outlet.wake();
            }
            BenchEffect::Show(shown) => show(around, target(shown)),
            BenchEffect::Take(step) => {
                if let Some(open) = &mut session {
                    let taken = take(open, step, around, outlet);
                    outlet.send(Action::BenchHeard(BenchHeard::Taken(step.shown, taken)));
                }
            }
            BenchEffect::Sign(under, passphrase) => {
                if let Some(open) = &session {
                    sign(open, (under, passphrase), around, outlet);
                }
            }
            BenchEffect::LoadShelf => tell_shelf(around),
            BenchEffect::Except(except) => {
                let asked = except_device(around, except);
                outlet.send(Action::BenchHeard(BenchHeard::Excepted(asked)));
                tell_shelf(around);
            }
            BenchEffect::WriteFault(kind, words) => {
                let written = write_fault(around, kind, words);
                outlet.send(Action::BenchHeard(BenchHeard::FaultWritten(written)));
                tell_shelf(around);
            }
            BenchEffect::SelfTest => {
                outlet.send(Action::BenchHeard(BenchHeard::Checked(selftest::all(around))));
            }
            BenchEffect::Morning => morning::run(around, outlet),
        }
    }
}

fn begin(kind: DeviceKind, class: DeviceClass, outlet: &Outlet) -> Option<Session> {
    match Limits::shipped() {
        Ok(limits) => {
            Some(Session { kind, work: Work::new(class, limits), opened: None, is_troubled: false })
        }
        Err(error) => {
            outlet.send(Action::BenchHeard(BenchHeard::Trouble(Some(unmeasured(&error)))));
            None
        }
    }
}

/// Shows one live picture, and opens the device where it is not open; how long the next may wait.
fn live(session: &mut Session, around: &Around, outlet: &Outlet) -> Duration {
    let shown = opened(session, around).and_then(|open| open.live(around));
    match shown {
        Ok(()) => {
            outlet.wake();
            if std::mem::take(&mut session.is_troubled) {
                outlet.send(Action::BenchHeard(BenchHeard::Trouble(None)));
            }
            Duration::ZERO
        }
        Err(error) => {
            session.opened = None;
            if !std::mem::replace(&mut session.is_troubled, true) {
                outlet.send(Action::BenchHeard(BenchHeard::Trouble(Some(phrase_of(&error)))));
            }
            RETRY
        }
    }
}

fn opened<'a>(session: &'a mut Session, around: &Around) -> Result<&'a mut Opened, DeviceError> {
    if session.opened.is_none() {
        session.opened = Some(Opened::open(session.kind, session.work.class(), &around.devices)?);
    }
    session.opened.as_mut().ok_or(DeviceError::Gone { detail: "not open".into() })
}

fn take(
    session: &mut Session,
    step: tram_calibration::bench::Step,
    around: &Around,
    outlet: &Outlet,
) -> Result<Vec<Finding>, Phrase> {
    let ribbon = session.work.ribbon();
    if step.take == Take::Proof && ribbon.is_none() {
        return Err(phrase(
            "Đọc thẻ thử trước: chưa tính được đường cong của ruy băng",
            "Read the test card first: the ribbon has no curve yet",
        ));
    }
    let shots =
        opened(session, around).and_then(|open| open.take(step.take, ribbon.as_ref(), around, outlet));
    let shots = shots.map_err(|error| {
        session.opened = None;
        phrase_of(&error)
    })?;
    session.work.take(step.shown, shots).map_err(|error| unmeasured(&error))
}

fn sign(
    session: &Session,
    (under, passphrase): (String, tram_workflow::Secret),
    around: &Around,
    outlet: &Outlet,
) {
    let Some(open) = &session.opened else {
        let gone = phrase("Thiết bị chưa được kết nối", "The device is not connected");
        outlet.send(Action::BenchHeard(BenchHeard::Signed(Err(gone))));
        return;
    };
    let outcome =
        Outcome { work: session.work.clone(), origin: open.origin.clone(), about: open.about.clone(), under };
    let signed = vault::ask(&around.vault, move |vault, _| vault.certify(&outcome, &passphrase));
    if let Some(signed) = signed {
        outlet.send(Action::BenchHeard(BenchHeard::Signed(signed)));
        tell_shelf(around);
    }
}

fn tell_shelf(around: &Around) {
    let placed = around.devices.placed();
    // A vault that is closing tells nothing any more.
    let _: Option<()> = vault::ask(&around.vault, move |vault, outlet| vault.tell_shelf(&placed, outlet));
}

fn except_device(around: &Around, except: tram_workflow::bench::Except) -> Result<(), Phrase> {
    let (_, origin) = placed(around, except.kind)?;
    vault::ask(&around.vault, move |vault, _| vault.except(&except, &origin))
        .unwrap_or_else(|| Err(closing()))
}

fn write_fault(around: &Around, kind: DeviceKind, words: String) -> Result<(), Phrase> {
    let (class, origin) = placed(around, kind)?;
    let picture = device::snapshot(class, around)
        .and_then(|picture| tram_card::picture::png(&super::pictures::theirs(&picture)?).ok());
    let work =
        move |vault: &mut vault::Vault, _: &Outlet| vault.write_fault(&origin, &words, picture.as_deref());
    vault::ask(&around.vault, work).unwrap_or_else(|| Err(closing()))
}

fn placed(around: &Around, kind: DeviceKind) -> Result<(DeviceClass, tram_biometric::Origin), Phrase> {
    let found = around.devices.placed().into_iter().find(|(placed, _, _)| *placed == kind);
    found.map(|(_, class, origin)| (class, origin)).ok_or_else(|| {
        phrase("Thiết bị chưa được kết nối: cắm lại rồi thử", "The device is not connected: plug it in first")
    })
}

fn closing() -> Phrase {
    phrase("Trạm đang tắt", "The station is closing")
}

fn unmeasured(error: &CalibrationError) -> Phrase {
    phrase(error.advice(Language::Vietnamese), error.advice(Language::English))
}

/// The hands around virtual devices lay the target of the step.
fn show(around: &Around, target: Option<Target>) {
    if let Some(stage) = &around.stage {
        stage.lay(target);
    }
}

fn target(shown: Shown) -> Option<Target> {
    Some(match shown {
        Shown::EmptyPlaten => Target::EmptyPlaten,
        Shown::DarkTarget => Target::DarkTarget,
        Shown::FingerDots => Target::FingerDots,
        Shown::FingerTone => Target::FingerTone,
        Shown::Lifted => Target::Lifted,
        Shown::GreySheet => Target::GreySheet,
        Shown::CameraBoard => Target::CameraBoard,
        Shown::CameraFace => Target::CameraFace,
        Shown::EmptyChair => Target::EmptyChair,
        Shown::PrintedCard | Shown::ProofCard => Target::PrintedCard,
        Shown::IrisNear => Target::IrisNear,
        Shown::IrisWorking => Target::IrisWorking,
        Shown::IrisFar => Target::IrisFar,
        Shown::Nothing | Shown::Proof => return None,
    })
}
