//! The morning test: what the day needs, looked at one after the other in at most a minute.

use super::super::{Outlet, phrase, vault};
use super::{Around, selftest};
use crate::clock::now;
use std::time::{Duration, Instant};
use tram_biometric::{GrayImage, RgbImage};
use tram_calibration::bench::Shown;
use tram_calibration::morning::{self, Check, Morning, Observation, Plan, probe};
use tram_calibration::{DeviceClass, Limits, Plane, Standing};
use tram_device::{Device, DeviceError, DeviceKind};
use tram_virtual::Target;
use tram_workflow::Action;
use tram_workflow::bench::{BenchHeard, Looked, Morning as Told};

/// Time for the officer to read what to do before it is looked at.
const READING: Duration = Duration::from_secs(3);
/// Cards a day.
const CARDS: u32 = 10;

/// Looks at everything, and tells each outcome when it is there.
pub(super) fn run(around: &Around, outlet: &Outlet) {
    let placed = around.devices.placed();
    let devices: Vec<DeviceClass> = placed.iter().map(|(_, class, _)| *class).collect();
    let Ok(limits) = Limits::shipped() else { return };
    let clean_platen = clean_platen(around);
    let sites = sites(around);
    let plan = Plan { devices, clean_platen, sites, cards: CARDS, limits };
    let mut test = Morning::new(plan);
    while let Some(check) = test.next() {
        tell(&test, outlet, false);
        lay(around, Some(check));
        if check.instruction(tram_biometric::Language::Vietnamese).is_some() && outlet.wait_closed(READING) {
            return;
        }
        let begun = Instant::now();
        let observation = observe(check, around);
        test.observe(&observation, begun.elapsed());
    }
    lay(around, None);
    tell(&test, outlet, true);
}

fn tell(test: &Morning, outlet: &Outlet, is_done: bool) {
    let looked = test.outcomes().iter().map(|outcome: &morning::Outcome| Looked {
        check: outcome.check,
        is_good: outcome.is_good,
        said: phrase(&outcome.vi, &outcome.en),
    });
    let told = Told { next: test.next(), looked: looked.collect(), is_done };
    outlet.send(Action::BenchHeard(BenchHeard::Morning(told)));
}

/// Before virtual devices lies what the officer is asked for.
fn lay(around: &Around, check: Option<Check>) {
    super::show(
        around,
        match check {
            Some(Check::Platen) => Some(Target::EmptyPlaten),
            Some(Check::Background) => Some(Target::EmptyChair),
            _ => None,
        },
    );
}

fn observe(check: Check, around: &Around) -> Observation {
    match check {
        Check::Clock => Observation::Clock(clock_ahead(around)),
        Check::Battery => Observation::Battery(selftest::battery()),
        Check::Disk => selftest::disk_room(around).map_or(Observation::NoAnswer, Observation::Disk),
        Check::Certificate(class) => standing(class, around),
        Check::Platen => with(DeviceKind::FingerReader, around, |device| match device {
            Device::FingerReader(mut reader) => probe::platen(reader.as_mut()),
            _ => Observation::NoAnswer,
        }),
        Check::Background => with(DeviceKind::Camera, around, |device| match device {
            Device::Camera(mut camera) => probe::camera(camera.as_mut()),
            _ => Observation::NoAnswer,
        }),
        Check::Printer => with(DeviceKind::CardPrinter, around, |device| match device {
            Device::CardPrinter(mut printer) => probe::printer(printer.as_mut()),
            _ => Observation::NoAnswer,
        }),
    }
}

/// A device that another thread has open for a moment is asked again.
fn with(kind: DeviceKind, around: &Around, look: impl FnOnce(Device) -> Observation) -> Observation {
    const TRIES: u32 = 10;
    for attempt in 1..=TRIES {
        match around.devices.open_any(kind) {
            Ok((device, _)) => return look(device),
            Err(DeviceError::Busy { .. }) if attempt < TRIES => {
                std::thread::sleep(Duration::from_millis(200));
            }
            Err(error) => return Observation::Trouble(error),
        }
    }
    Observation::NoAnswer
}

/// Seconds the clock lags behind the newest thing the station wrote down; nothing says that it is ahead.
fn clock_ahead(around: &Around) -> Option<i64> {
    let newest = vault::ask(&around.vault, |vault, _| vault.newest_entry()).flatten()?;
    Some((now() - newest).whole_seconds().min(0))
}

fn standing(class: DeviceClass, around: &Around) -> Observation {
    let origin = around.devices.placed().into_iter().find(|(_, placed, _)| *placed == class);
    let Some((_, _, origin)) = origin else { return Observation::NoAnswer };
    let (ledger, today) = (around.devices.ledger(), now().date());
    match (ledger.standing(&origin, today), ledger.allow(&origin, today)) {
        // What is let through without a certificate says so, and does not stop the day.
        (Standing::Refused(refusal), Ok(())) => {
            Observation::Standing(Standing::Excepted { refusal, last_day: today })
        }
        (standing, _) => Observation::Standing(standing),
    }
}

/// The platen as it was when the newest certificate was signed.
fn clean_platen(around: &Around) -> Option<Plane> {
    let placed = around.devices.placed();
    let (_, _, origin) = placed.into_iter().find(|(kind, _, _)| *kind == DeviceKind::FingerReader)?;
    let certificate = around.devices.ledger().certificate_at(&origin, now())?;
    let id = certificate.id.0.to_string();
    let picture = kept(around, id, Shown::EmptyPlaten)?;
    let level = |x, y| picture.get(x, y).map_or(0, |[r, _, _]| r);
    Some(Plane::of_gray(&GrayImage::from_fn(picture.width(), picture.height(), 500, level)))
}

/// The places the camera was calibrated at, each as its newest certificate there saw the empty chair.
fn sites(around: &Around) -> Vec<(String, RgbImage)> {
    let placed = around.devices.placed();
    let camera = placed.into_iter().find(|(kind, _, _)| *kind == DeviceKind::Camera);
    let Some((_, _, origin)) = camera else { return Vec::new() };
    let sites = around.devices.ledger().sites(&origin);
    let seen = |(site, certificate)| Some((site, kept(around, certificate, Shown::EmptyChair)?));
    sites.into_iter().filter_map(seen).collect()
}

/// A picture that was kept with a certificate.
fn kept(around: &Around, certificate: String, shown: Shown) -> Option<RgbImage> {
    let png = vault::ask(&around.vault, move |vault, _| {
        vault.store().read().calibration_picture(&certificate, shown.code()).ok().flatten()
    })??;
    tram_portrait::decode::picture(&png).ok()
}
