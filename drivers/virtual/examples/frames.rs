//! Writes what the virtual devices show into a folder: `cargo run -p tram-virtual --example frames -- FOLDER`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::time::{Duration, Instant};
use tram_biometric::{FingerPosition, Impression};
use tram_device::{Camera, Device, Factory, FingerReader, FingerRequest};
use tram_virtual::{Config, Shot, Trouble, devices};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "frames".into());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let (driver, hands) = devices(Config::immediate(folder));
    hands.put_person(5);
    for listing in driver.list() {
        match driver.open(&listing).unwrap() {
            Device::FingerReader(mut reader) => {
                let plain = |position| FingerRequest { position, impression: Impression::Plain };
                fingers(&mut *reader, plain(FingerPosition::PlainRightFour), &folder.join("slap"));
                fingers(&mut *reader, plain(FingerPosition::RightIndex), &folder.join("index"));
                let rolled =
                    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Rolled };
                fingers(&mut *reader, rolled, &folder.join("rolled"));
                hands.trouble(Trouble::Dry);
                fingers(&mut *reader, plain(FingerPosition::PlainLeftFour), &folder.join("dry"));
            }
            Device::Camera(mut camera) => {
                let shots =
                    [Shot::far(1), Shot::off_centre(1), Shot::tilted(1), Shot::dark(1), Shot::blurred(1)];
                hands.show(shots.into_iter().chain([Shot::good()]).collect());
                video(&mut *camera, folder);
            }
            _ => {}
        }
    }
}

fn fingers(reader: &mut dyn FingerReader, request: FingerRequest, stem: &Path) {
    reader.begin(request).unwrap();
    for number in 0.. {
        let begun = Instant::now();
        let Some(frame) = reader.next_frame(Duration::ZERO).unwrap() else { return };
        println!("{} {number}: {:?}", stem.display(), begun.elapsed());
        let image = frame.image;
        let picture = image::GrayImage::from_raw(image.width(), image.height(), image.into_pixels()).unwrap();
        picture.save(format!("{}-{number}.png", stem.display())).unwrap();
    }
}

fn video(camera: &mut dyn Camera, folder: &Path) {
    camera.start().unwrap();
    for number in 0..6 {
        let begun = Instant::now();
        let image = camera.next_frame(Duration::ZERO).unwrap().unwrap().image;
        println!("video {number}: {:?}", begun.elapsed());
        let picture = image::RgbImage::from_raw(image.width(), image.height(), image.into_pixels()).unwrap();
        picture.save(folder.join(format!("video-{number}.png"))).unwrap();
    }
}
