//! What the drivers themselves take from the wire to the application: every kept recording, played as fast as it goes, and the
//! live cameras at full size, frame by frame. The wire's own time is in the lab's table.
#![allow(clippy::print_stdout, clippy::expect_used)] // A measurement.

#[path = "../recordings.rs"]
mod recordings;

use image::codecs::jpeg::JpegEncoder;
use recordings::{drivers, kept};
use std::path::Path;
use std::time::{Duration, Instant};
use tram_device::recording::{Event, Recording, Sent};
use tram_device::{Device, Factory, session};

/// How long each session is played over and over.
const MEASURED: Duration = Duration::from_secs(1);
/// Frames of a live camera, and their size.
const FRAMES: u32 = 60;
const SIZE: (u32, u32) = (1280, 720);

fn main() {
    let drivers = drivers();
    let driver =
        |name: &str| drivers.iter().find(|driver| driver.driver() == name).expect("a driver").as_ref();
    println!(
        "{:10} {:>9} {:>9} {:>10} {:>8}  what comes of it",
        "driver", "ms each", "slowest", "bytes", "MB/s"
    );
    for (_, recording) in kept() {
        measure(driver(&recording.driver), &recording);
    }
    println!(
        "\n{:10} {:>9} {:>9} {:>10}  {}x{}",
        "camera", "ms/frame", "slowest", "frames/s", SIZE.0, SIZE.1
    );
    live(driver("v4l2"), "YUYV", &yuyv());
    live(driver("mjpeg"), "JPEG", &jpeg());
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn measure(driver: &dyn Factory, recording: &Recording) {
    let bytes: usize = recording.events.iter().map(|(_, event)| carried(event)).sum();
    let (began, mut sessions, mut slowest) = (Instant::now(), 0_u32, Duration::ZERO);
    while began.elapsed() < MEASURED {
        let asked = Instant::now();
        assert_eq!(session::check(driver, recording), Ok(()), "{}", recording.driver);
        slowest = slowest.max(asked.elapsed());
        sessions += 1;
    }
    let each = began.elapsed() / sessions;
    let rate = bytes as f64 / each.as_secs_f64() / 1e6;
    let (name, what) = (&recording.driver, recording.expected.join("; "));
    println!("{name:10} {:9.2} {:9.2} {bytes:10} {rate:8.1}  {what}", millis(each), millis(slowest));
}

/// Bytes that went over the wire in either direction.
fn carried(event: &Event) -> usize {
    match event {
        Event::ControlOut { data, .. }
        | Event::Write { data }
        | Event::Read { data }
        | Event::ControlIn { outcome: Ok(data), .. }
        | Event::Came { outcome: Ok(data), .. }
        | Event::BulkOut { data: Sent::Whole(data), .. } => data.len(),
        Event::BulkOut { data: Sent::Digest { length, .. }, .. } => *length,
        _ => 0,
    }
}

/// From the driver's thread through the newest-frame slot to RGB in the application's hands; the next frame comes when the
/// last was taken.
fn live(driver: &dyn Factory, what: &str, recording: &Recording) {
    let Device::Camera(mut camera) = driver.replay(recording.clone()).expect("it opens") else {
        unreachable!("a camera")
    };
    camera.start().expect("it starts");
    let (began, mut slowest) = (Instant::now(), Duration::ZERO);
    for _ in 0..FRAMES {
        let asked = Instant::now();
        let frame = camera.next_frame(Duration::from_secs(5)).expect("it plays").expect("a frame");
        slowest = slowest.max(asked.elapsed());
        assert_eq!((frame.image.width(), frame.image.height()), SIZE);
    }
    let each = began.elapsed() / FRAMES;
    let (each_millis, rate) = (millis(each), 1.0 / each.as_secs_f64());
    println!("{:10} {each_millis:9.2} {:9.2} {rate:10.0}  {what}", recording.driver, millis(slowest));
}

fn recording(driver: &str, about: &str, events: Vec<Event>) -> Recording {
    let events = events.into_iter().map(|event| (Duration::ZERO, event)).collect();
    Recording { driver: driver.to_owned(), about: about.to_owned(), events, expected: Vec::new() }
}

fn asked(question: &str, answer: &str) -> [Event; 2] {
    [Event::Write { data: question.into() }, Event::Read { data: answer.into() }]
}

/// A webcam that has raw pixels only.
fn yuyv() -> Recording {
    let (width, height) = SIZE;
    let length = 2 * width * height;
    let format = format!("YUYV {width} {height} {}", 2 * width);
    let mut events: Vec<Event> = asked("open", "done").into();
    for wanted in ["MJPG", "JPEG", "YUYV"] {
        events.extend(asked(&format!("format {wanted} {width} {height} 0"), &format));
    }
    events.extend(asked("start", "done"));
    for _ in 0..=FRAMES {
        events.extend(asked("frame", &format!("{length} {length} done")));
    }
    recording("v4l2", "TEST camera", events)
}

/// A network camera with a portrait before it.
fn jpeg() -> Recording {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/astronaut.png");
    let portrait = image::open(path).expect("the demonstration portrait").to_rgb8();
    let picture = image::imageops::resize(&portrait, SIZE.0, SIZE.1, image::imageops::FilterType::Triangle);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&picture).expect("encodes");
    let request = "GET /video HTTP/1.1\r\nHost: 192.0.2.7:80\r\nAccept: multipart/x-mixed-replace\r\n\
                   Connection: close\r\n\r\n";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";
    let mut events: Vec<Event> = asked(request, head).into();
    for _ in 0..=FRAMES {
        let part = format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
        events.push(Event::Read { data: [part.as_bytes(), &jpeg, b"\r\n"].concat() });
    }
    recording("mjpeg", "http://192.0.2.7/video", events)
}
