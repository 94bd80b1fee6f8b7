//! Lists the kernel's cameras, plays each for two seconds, and says what came.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::time::{Duration, Instant};
use tram_camera::V4l2;
use tram_device::{Device, Factory};

const LOOK: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
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
        println!("  {:.1} frames/s", f64::from(frames) / began.elapsed().as_secs_f64());
        camera.stop()?;
    }
    Ok(())
}
