//! Plays the kernel's own test camera (vivid) while that fails by script, by default 20 random faults: nobody hangs, no
//! false picture is taken, and it plays again afterwards. Says the faults and what the camera was doing as a table.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};
use tram_camera::V4l2;
use tram_device::testing::lab::ended;
use tram_device::testing::{Fault, FaultTable};
use tram_device::{Camera, Device, DeviceError, Factory, Listing};
use v4l::control::{Control, Type, Value};

const FRAME: Duration = Duration::from_secs(10);
/// Frames before a fault at most, and frames that a session goes on for.
const BEFORE: u32 = 3;
const AFTER: u32 = 3;
const SCRIPTS: usize = 20;
/// How often it is started again.
const STARTS: usize = 3;

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    let scripts = std::env::args().nth(1).map_or(Ok(SCRIPTS), |count| count.parse())?;
    let listing = V4l2.list().into_iter().next().ok_or("no camera")?;
    // Without its running clock every frame of the pattern is the same.
    turn(&listing, "OSD Text Mode", 2)?;
    let truth = frame(open(&listing)?.as_mut())?.ok_or("no frame")?;
    let (mut table, mut slowest) = (FaultTable::default(), Duration::ZERO);
    for (at, fault) in Fault::random(0x0ca1_0e1a, BEFORE + 1, 1).take(scripts) {
        let state = session(&listing, at, fault, &truth)?;
        table.count(fault, state);
        turn(&listing, "Percentage of Dropped Buffers", 0)?;
        let began = Instant::now();
        if again(&listing).map_err(|error| format!("stuck after {fault:?} at {at}: {error}"))? != truth {
            return Err(format!("a wrong picture after {fault:?}").into());
        }
        slowest = slowest.max(began.elapsed());
    }
    println!("{}", table.of("v4l2 on vivid"));
    Ok(format!(
        "{} fault scripts, no wrong picture, plays again {slowest:.1?} after at the latest",
        table.sessions()
    ))
}

fn open(listing: &Listing) -> Result<Box<dyn Camera>, DeviceError> {
    let Device::Camera(mut camera) = V4l2.open(listing)? else {
        return Err(DeviceError::Gone { detail: "no camera".to_owned() });
    };
    camera.start()?;
    Ok(camera)
}

fn frame(camera: &mut dyn Camera) -> Result<Option<Vec<u8>>, DeviceError> {
    Ok(camera.next_frame(FRAME)?.map(|frame| frame.image.pixels().to_vec()))
}

/// The first frame once it plays again. A fault that came too late for its own session strikes the next start.
fn again(listing: &Listing) -> Result<Vec<u8>, DeviceError> {
    let mut outcome = Err(DeviceError::Timeout { detail: "no frame".to_owned() });
    for _ in 0..STARTS {
        outcome = open(listing)
            .and_then(|mut camera| frame(camera.as_mut()))
            .and_then(|frame| frame.ok_or_else(|| DeviceError::Timeout { detail: "no frame".to_owned() }));
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// One session with a fault after so many frames; says when it was noticed.
fn session(listing: &Listing, at: usize, fault: Fault, truth: &[u8]) -> Result<&'static str, Box<dyn Error>> {
    let Device::Camera(mut camera) = V4l2.open(listing)? else { return Err("no camera".into()) };
    if at == 0 {
        inject(listing, fault)?;
    }
    camera.start()?;
    for number in 0..at + AFTER as usize {
        match frame(camera.as_mut()) {
            Ok(Some(pixels)) if pixels == truth => {}
            Ok(Some(_)) => return Err(format!("a wrong picture after {fault:?} at {at}").into()),
            Ok(None) => return Ok("silent"),
            Err(_) if number == 0 => return Ok("starting"),
            Err(_) => return Ok("playing"),
        }
        if number + 1 == at {
            inject(listing, fault)?;
        }
    }
    Ok("without effect")
}

/// Makes the camera fail in the way that is nearest to the fault.
fn inject(listing: &Listing, fault: Fault) -> Result<(), Box<dyn Error>> {
    match fault {
        Fault::Unplug => turn(listing, "Disconnect", 1),
        Fault::Stall => turn(listing, "Inject Fatal Streaming Error", 1),
        Fault::Timeout => turn(listing, "Percentage of Dropped Buffers", 100),
        Fault::Short(_) => turn(listing, "Inject VIDIOC_QBUF Error", 1),
        Fault::Garbage(_) => turn(listing, "Inject V4L2_BUF_FLAG_ERROR", 1),
        Fault::Empty => turn(listing, "Inject VIDIOC_STREAMON Error", 1),
        Fault::Long => turn(listing, "Inject VIDIOC_REQBUFS Error", 1),
        Fault::Asleep(millis) | Fault::Slow(millis) => {
            turn(listing, "Percentage of Dropped Buffers", 100)?;
            thread::sleep(Duration::from_millis(u64::from(millis % 500)));
            turn(listing, "Percentage of Dropped Buffers", 0)
        }
    }
}

/// Sets one of the camera's own controls.
fn turn(listing: &Listing, name: &str, value: i64) -> Result<(), Box<dyn Error>> {
    let device = v4l::Device::with_path(&listing.port)?;
    let controls = device.query_controls()?;
    let control = controls.iter().find(|control| control.name == name).ok_or_else(|| format!("no {name}"))?;
    let value = match control.typ {
        Type::Boolean => Value::Boolean(value != 0),
        _ => Value::Integer(value),
    };
    device.set_control(Control { id: control.id, value })?;
    Ok(())
}
