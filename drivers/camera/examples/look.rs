//! Lists the kernel's cameras, plays each for two seconds, and says what came. With the argument `return` the
//! first one is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tram_camera::V4l2;
use tram_device::testing::lab::{ended, try_return};
use tram_device::{CameraControls, Device, DeviceError, Factory};

const LOOK: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("return") {
        return Ok(try_return(&V4l2, "", |line| println!("{line}"))?);
    }
    let mut said = "no camera".to_owned();
    for listing in V4l2.list() {
        println!("{}: {} {:?}", listing.port, listing.origin.model, listing.access);
        let Device::Camera(mut camera) = V4l2.open(&listing)? else { continue };
        camera.start()?;
        let began = Instant::now();
        let first = camera.next_frame(5 * LOOK)?.ok_or("no frame")?;
        println!("  {:?} after {:.1?}", first.image, began.elapsed());
        let (began, mut frames) = (Instant::now(), 0);
        while began.elapsed() < LOOK {
            frames += u32::from(camera.next_frame(LOOK)?.is_some());
        }
        said = format!("{:.1} frames/s", f64::from(frames) / began.elapsed().as_secs_f64());
        camera.stop()?;
        if let Some(controls) = camera.controls() {
            said += &adjust(controls)?;
        }
        println!("  {said}");
    }
    Ok(said)
}

/// Sets each control to its end and back, as far as the camera takes it, and says how many there are and took it.
fn adjust(controls: &mut dyn CameraControls) -> Result<String, DeviceError> {
    let listed = controls.list()?;
    let mut taken = 0;
    for control in &listed {
        let set = controls.set(&control.name, control.maximum).is_ok();
        let now = controls.list()?.into_iter().find(|now| now.name == control.name);
        taken += usize::from(set && now.is_some_and(|now| now.value == control.maximum));
        // What it was; a camera that does not take it back says so the next time.
        controls.set(&control.name, control.value).ok();
    }
    Ok(format!("; {taken} of {} controls set and read back", listed.len()))
}
