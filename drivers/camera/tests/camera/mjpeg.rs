use crate::server::{HEIGHT, Server, WIDTH, number, portrait_frames};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tram_camera::Mjpeg;
use tram_device::{Access, Camera, Device, DeviceError, Factory};

const SECOND: Duration = Duration::from_secs(1);

fn open(url: String) -> Box<dyn Camera> {
    let driver = Mjpeg::new([url]);
    let listing = driver.list().pop().expect("it is configured");
    assert!(matches!(listing.access, Access::Ready), "{listing:?}");
    match driver.open(&listing) {
        Ok(Device::Camera(camera)) => camera,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_portrait_plays_at_thirty_frames_and_survives_a_cut() {
    let frames = Arc::new(portrait_frames());
    let server = Server::play("127.0.0.1:0", Arc::clone(&frames));
    let mut camera = open(server.url());
    camera.start().expect("it starts");
    camera.next_frame(5 * SECOND).expect("it plays").expect("a first frame");

    let began = Instant::now();
    let mut latencies = Vec::new();
    let mut last = Duration::ZERO;
    while began.elapsed() < 3 * SECOND {
        let frame = camera.next_frame(SECOND).expect("it plays").expect("thirty a second");
        assert_eq!((frame.image.width(), frame.image.height()), (WIDTH, HEIGHT));
        assert!(frame.taken > last);
        last = frame.taken;
        let sent = server.sent.lock().expect("no panic")[number(&frame.image)].expect("it was sent");
        latencies.push(sent.elapsed());
    }
    latencies.sort();
    let rate = latencies.len() as f64 / began.elapsed().as_secs_f64();
    let (median, worst) = (latencies[latencies.len() / 2], latencies[latencies.len() - 1]);
    println!("{WIDTH}x{HEIGHT}: {rate:.1} frames/s, from wire to RGB {median:.1?} median, {worst:.1?} worst");
    assert!(rate > 5.0, "even a busy machine shows live video");

    // Asking late gives the newest frame, not the oldest.
    thread::sleep(SECOND / 2);
    let frame = camera.next_frame(SECOND).expect("it plays").expect("a frame");
    let sent = server.sent.lock().expect("no panic")[number(&frame.image)].expect("it was sent");
    assert!(sent.elapsed() < SECOND / 3, "a frame of {:?} ago", sent.elapsed());

    let address = server.address.to_string();
    server.cut();
    while camera.next_frame(SECOND / 5).expect("a short cut is bridged").is_some() {}
    let server = Server::play(&address, frames);
    let back = Instant::now();
    camera.next_frame(3 * SECOND).expect("it reconnects").expect("frames again within three seconds");
    println!("frames again {:.1?} after the camera came back", back.elapsed());
    camera.stop().expect("it stops");
    assert!(camera.next_frame(SECOND / 10).expect("stopped is no error").is_none());
    server.cut();
}

#[test]
fn a_camera_that_is_not_there_is_listed_with_the_reason() {
    let nobody = Server::answer(Vec::new());
    let url = nobody.url();
    nobody.cut();
    let driver = Mjpeg::new([url, "rtsp://cam/".to_owned()]);
    let listed = driver.list();
    assert!(matches!(&listed[0].access, Access::Refused(DeviceError::Gone { .. })));
    assert!(matches!(&listed[1].access, Access::Refused(DeviceError::Unsupported { .. })));
    assert!(driver.open(&listed[0]).is_err() && driver.open(&listed[1]).is_err());
}

#[test]
fn what_is_no_video_is_refused_at_once() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";
    let damaged = "--b\r\nContent-Length: 6\r\n\r\n\u{1}\u{2}\u{3}\u{4}\r\n\r\n".repeat(400);
    for (answer, says) in [
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), "not HTTP"),
        ("HTTP/1.1 404 Not Found\r\n\r\n".to_owned(), "404"),
        (format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(10_000)), "endless headers"),
        (format!("{head}--b\r\nContent-Length: 999999999\r\n\r\n"), "impossible length"),
        (format!("{head}--b\r\nContent-Type: image/jpeg\r\n\r\n{}", "x".repeat(17 << 20)), "without end"),
        (format!("{head}{damaged}"), "no JPEG"),
    ] {
        let server = Server::answer(answer.into_bytes());
        let mut camera = open(server.url());
        camera.start().expect("it starts");
        let began = Instant::now();
        let error = loop {
            assert!(began.elapsed() < 8 * SECOND, "not refused: {says}");
            match camera.next_frame(SECOND) {
                Ok(frame) => assert!(frame.is_none(), "a frame out of nothing: {says}"),
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains(says), "{error}");
    }
}
