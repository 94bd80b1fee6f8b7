//! What a driver does in the hardware lab.

use crate::session::{Trial, try_out};
use crate::{Access, DeviceError, Factory};
use std::time::{Duration, Instant};

/// How long the emulated finger may take to come: the lab's machine is slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// Lists, opens and tries out the first device of a driver, and says in one line what came and how long each took.
///
/// # Errors
/// When there is none, it does not open, or it does not do its work.
pub fn try_first(driver: &dyn Factory, trial: Trial) -> Result<String, DeviceError> {
    let began = Instant::now();
    let listed = driver.list();
    let first = listed.first().ok_or_else(|| DeviceError::Gone { detail: "nothing is listed".to_owned() })?;
    if let Access::Refused(error) = &first.access {
        return Err(error.clone());
    }
    let (list, began) = (began.elapsed(), Instant::now());
    let mut device = driver.open(first)?;
    let (open, began) = (began.elapsed(), Instant::now());
    let came = try_out(&mut device, trial, PATIENCE);
    match came.iter().find(|line| line.starts_with("error")) {
        Some(error) => Err(DeviceError::Garbage { detail: error.clone() }),
        None => Ok(format!(
            "{}; listed in {list:.1?}, opened in {open:.1?}, done in {:.1?}",
            came.join("; "),
            began.elapsed()
        )),
    }
}
