//! Plays the first camera of the kernel's until it is unplugged, waits for it to return, and says how long that took.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use tram_camera::V4l2;
use tram_device::{Camera, Device, DeviceError, Factory};

const FRAME: Duration = Duration::from_secs(10);
const LOOK_PAUSE: Duration = Duration::from_millis(300);

fn main() -> Result<(), Box<dyn Error>> {
    let mut camera = open()?;
    camera.next_frame(FRAME)?.ok_or("no frame")?;
    println!("unplug it now");
    let error = loop {
        if let Err(error) = camera.next_frame(FRAME) {
            break error;
        }
    };
    drop(camera);
    println!("plug it in again: {error}");
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(1) {
        let looked = Instant::now();
        let frame = open().and_then(|mut camera| camera.next_frame(FRAME));
        if let Ok(Some(frame)) = frame {
            let (width, height) = (frame.image.width(), frame.image.height());
            println!(
                "unplugged while it played; back with {width}x{height} {:.1?} after it was seen",
                looked.elapsed()
            );
            return Ok(());
        }
        thread::sleep(LOOK_PAUSE);
    }
    Err("it did not come back".into())
}

fn open() -> Result<Box<dyn Camera>, DeviceError> {
    let gone = || DeviceError::Gone { detail: "no camera".to_owned() };
    let listing = V4l2.list().into_iter().next().ok_or_else(gone)?;
    let Device::Camera(mut camera) = V4l2.open(&listing)? else { return Err(gone()) };
    camera.start()?;
    Ok(camera)
}
