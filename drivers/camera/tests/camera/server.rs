//! A network camera: plays the demonstration portrait as MJPEG, each frame with its number in it.

use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub(crate) const WIDTH: u32 = 1280;
pub(crate) const HEIGHT: u32 = 720;
const FRAME_TIME: Duration = Duration::from_micros(33_333);
/// Distinct frames; the number of a frame repeats after these.
pub(crate) const FRAMES: usize = 32;
const MARK: u32 = 32;

/// The portrait swaying in front of the camera, frame by frame, as JPEG.
pub(crate) fn portrait_frames() -> Vec<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/demo/astronaut.png");
    let portrait = image::open(path).expect("the demonstration portrait").to_rgb8();
    let portrait = imageops::resize(&portrait, 640, 640, imageops::FilterType::Triangle);
    (0..FRAMES)
        .map(|number| {
            let mut frame = RgbImage::from_pixel(WIDTH, HEIGHT, image::Rgb([90, 100, 110]));
            let sway = 10.0 * (number as f32 * std::f32::consts::TAU / FRAMES as f32).sin();
            imageops::overlay(&mut frame, &portrait, 320 + sway as i64, 40);
            for bit in 0..5 {
                let level = if number >> bit & 1 == 1 { 255 } else { 0 };
                let mark = RgbImage::from_pixel(MARK, MARK, image::Rgb([level; 3]));
                imageops::overlay(&mut frame, &mark, i64::from(bit * MARK), 0);
            }
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&frame).expect("encodes");
            jpeg
        })
        .collect()
}

/// The number in a frame.
pub(crate) fn number(image: &tram_biometric::RgbImage) -> usize {
    (0..5)
        .map(|bit| {
            let level = image.get(bit * MARK + MARK / 2, MARK / 2).expect("inside")[0];
            usize::from(level > 127) << bit
        })
        .sum()
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// When each frame number was last sent.
    pub(crate) sent: Arc<Mutex<Vec<Option<Instant>>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Plays frames at 30 a second to one client after the other.
    pub(crate) fn play(address: &str, frames: Arc<Vec<Vec<u8>>>) -> Self {
        let sent = Arc::new(Mutex::new(vec![None; FRAMES]));
        let times = Arc::clone(&sent);
        Self::serve(address, sent, move |client, stop| play(client, &frames, &times, stop))
    }

    /// Answers every client with these bytes.
    pub(crate) fn answer(bytes: Vec<u8>) -> Self {
        Self::serve("127.0.0.1:0", Arc::default(), move |mut client, _| {
            // The client hangs up as soon as it has seen enough.
            let _ = client.write_all(&bytes);
            thread::sleep(Duration::from_millis(50));
        })
    }

    fn serve(
        address: &str,
        sent: Arc<Mutex<Vec<Option<Instant>>>>,
        answer: impl Fn(TcpStream, &AtomicBool) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("bound");
        listener.set_nonblocking(true).expect("a socket");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let Ok((mut client, _)) = listener.accept() else {
                    thread::sleep(Duration::from_millis(2));
                    continue;
                };
                client.set_nonblocking(false).expect("a socket");
                client.set_read_timeout(Some(Duration::from_secs(1))).expect("a socket");
                let mut request = [0; 1024];
                if client.read(&mut request).is_ok_and(|count| request[..count].starts_with(b"GET /video ")) {
                    answer(client, &stopped);
                }
            }
        });
        Self { address, sent, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/video", self.address)
    }

    /// Cuts every connection and stops listening.
    pub(crate) fn cut(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server does not panic");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn play(mut client: TcpStream, frames: &[Vec<u8>], sent: &Mutex<Vec<Option<Instant>>>, stop: &AtomicBool) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";
    if client.write_all(head.as_bytes()).is_err() {
        return;
    }
    let began = Instant::now();
    for (count, (number, jpeg)) in (0..).zip(frames.iter().enumerate().cycle()) {
        thread::sleep((began + FRAME_TIME * count).saturating_duration_since(Instant::now()));
        if stop.load(Ordering::Relaxed) {
            return;
        }
        sent.lock().expect("no panic")[number] = Some(Instant::now());
        let part = format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
        let bytes = [part.as_bytes(), jpeg, b"\r\n"].concat();
        if client.write_all(&bytes).is_err() {
            return;
        }
    }
}
