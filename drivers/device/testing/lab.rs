//! What a driver does in the hardware lab.

use crate::session::{Trial, try_out};
use crate::{Access, Device, DeviceError, Factory, Listing};
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// How long the emulated finger may take to come: the lab's machine is slow.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a device that left is looked for.
const LOOK_PAUSE: Duration = Duration::from_millis(300);

/// Lists, opens and tries out the first device of a driver, and says in one line what came and how long each took.
///
/// # Errors
/// When there is none, it does not open, or it does not do its work.
pub fn try_first(driver: &dyn Factory, trial: Trial) -> Result<String, DeviceError> {
    let began = Instant::now();
    let listed = driver.list();
    let list = began.elapsed();
    let (mut device, open) = open_first(driver, listed, "")?;
    let began = Instant::now();
    let came = worked(&mut device, trial)?;
    let work = began.elapsed();
    Ok(format!("{came}; listed in {list:.1?}, opened in {open:.1?}, done in {work:.1?}"))
}

/// Works with the first device of a driver, whose model holds `wanted`, until it is unplugged and again once it is back,
/// and says in one line how long that took. `say` is told when to unplug it and when to plug it in.
///
/// # Errors
/// When it does not do its work before or after.
pub fn try_return(driver: &dyn Factory, wanted: &str, say: impl Fn(String)) -> Result<String, DeviceError> {
    let (mut device, _) = open_first(driver, driver.list(), wanted)?;
    worked(&mut device, Trial::Look)?;
    say("unplug it now".to_owned());
    let (mut called, mut error) = (Instant::now(), None);
    while error.is_none() {
        called = Instant::now();
        error = worked(&mut device, Trial::Look).err();
    }
    let noticed = called.elapsed();
    drop(device);
    say(format!("plug it in again: {error:?}"));
    let gone = Instant::now();
    loop {
        let looked = Instant::now();
        let again = open_first(driver, driver.list(), wanted).and_then(|(mut device, _)| {
            let opened = looked.elapsed();
            worked(&mut device, Trial::Look).map(|came| (came, opened, looked.elapsed()))
        });
        match again {
            Ok((came, open, work)) => {
                return Ok(format!(
                    "gone, noticed in {noticed:.1?}; back: open {open:.1?} and {came} {work:.1?} after it was seen"
                ));
            }
            Err(error) if gone.elapsed() > PATIENCE => return Err(error),
            Err(_) => thread::sleep(LOOK_PAUSE),
        }
    }
}

/// What a program of the lab does that works with one driver: [`try_return`] where its last argument is `return`, else
/// [`try_first`].
///
/// # Errors
/// Those of either.
pub fn at_work(driver: &dyn Factory, trial: Trial, say: impl Fn(String)) -> Result<String, DeviceError> {
    match std::env::args().next_back().as_deref() {
        Some("return") => try_return(driver, "", say),
        _ => try_first(driver, trial),
    }
}

/// Ends a program of the lab with what it has to say last: what came, or why nothing did, as people read it.
pub fn ended<E: fmt::Display>(outcome: Result<String, E>) -> ExitCode {
    let (line, code) = match outcome {
        Ok(came) => (came, ExitCode::SUCCESS),
        Err(error) => (format!("error: {error}"), ExitCode::FAILURE),
    };
    // Where nobody listens, nothing is lost.
    writeln!(io::stdout(), "{line}").ok();
    code
}

/// Opens the first of the devices whose model holds `wanted` and says how long that took.
fn open_first(
    driver: &dyn Factory,
    listed: Vec<Listing>,
    wanted: &str,
) -> Result<(Device, Duration), DeviceError> {
    let nothing = || DeviceError::Gone { detail: "nothing is listed".to_owned() };
    let first =
        listed.into_iter().find(|listing| listing.origin.model.contains(wanted)).ok_or_else(nothing)?;
    if let Access::Refused(error) = first.access {
        return Err(error);
    }
    let began = Instant::now();
    let device = driver.open(&first)?;
    Ok((device, began.elapsed()))
}

/// What a device said of its work, if it did it.
fn worked(device: &mut Device, trial: Trial) -> Result<String, DeviceError> {
    let came = try_out(device, trial, PATIENCE);
    match came.iter().find(|line| line.starts_with("error")) {
        Some(error) => Err(DeviceError::Garbage { detail: error.clone() }),
        None => Ok(came.join("; ")),
    }
}
