//! A network camera that sends MJPEG over HTTP, as a lab has it: before it stands what the hands lay before the virtual
//! camera.

use image::codecs::jpeg::JpegEncoder;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;
use tram_device::{Camera, Device, DeviceKind, Factory as _};
use tram_virtual::VirtualFactory;

/// Serves one client after the other for as long as the test runs.
pub(crate) fn serve(scene: VirtualFactory) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let listing = scene.list().into_iter().find(|listing| listing.kind == DeviceKind::Camera).unwrap();
        let Ok(Device::Camera(mut camera)) = scene.open(&listing) else { return };
        camera.start().unwrap();
        for client in listener.incoming().flatten() {
            // A client that went away is not missed.
            let _gone = play(client, camera.as_mut());
        }
    });
    address
}

fn play(mut client: TcpStream, camera: &mut dyn Camera) -> std::io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(2)))?;
    client.set_write_timeout(Some(Duration::from_secs(2)))?;
    let mut request = [0; 1024];
    let _bytes = client.read(&mut request)?;
    client.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=TEST\r\n\r\n")?;
    loop {
        let Ok(Some(frame)) = camera.next_frame(Duration::from_secs(1)) else { continue };
        let picture = &frame.image;
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 95)
            .encode(picture.pixels(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
            .unwrap();
        let head = format!("--TEST\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
        client.write_all(head.as_bytes())?;
        client.write_all(&jpeg)?;
        client.write_all(b"\r\n")?;
    }
}
