//! Network cameras that send MJPEG over HTTP.

use crate::http::{Address, HttpError};
use crate::live::{LiveCamera, Slot, Source};
use crate::multipart::Pictures;
use crate::picture::RawFrame;
use std::convert::Infallible;
use std::io::{self, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

const DRIVER: &str = "mjpeg";
/// How long connecting may take. Cameras are on the station's own network.
const CONNECT_PATIENCE: Duration = Duration::from_secs(1);
/// How long a listing waits for a camera.
const LIST_PATIENCE: Duration = Duration::from_millis(300);
/// Silence after which a connection counts as cut.
const SILENCE: Duration = Duration::from_secs(2);
/// How often a waiting read looks whether it should stop.
const READ_STEP: Duration = Duration::from_millis(200);
/// Pause between attempts to connect again.
const RETRY_PAUSE: Duration = Duration::from_millis(250);
/// What is read from the network at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long a cut is bridged before the camera counts as gone.
const BRIDGED: Duration = Duration::from_secs(10);

/// The driver of the cameras at configured addresses.
#[derive(Debug)]
pub struct Mjpeg {
    urls: Vec<String>,
}

impl Mjpeg {
    /// A driver for the cameras at these addresses, `http://host[:port]/path` each.
    pub fn new(urls: impl IntoIterator<Item = String>) -> Self {
        Self { urls: urls.into_iter().collect() }
    }
}

impl Factory for Mjpeg {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    /// Every configured camera, also those that do not answer. Takes up to 300 ms for each that is switched off.
    fn list(&self) -> Vec<Listing> {
        let listing = |url: &String| Listing {
            kind: DeviceKind::Camera,
            origin: origin(url),
            port: url.clone(),
            access: match address(url).and_then(|address| connect(&address, LIST_PATIENCE)) {
                Ok(_) => Access::Ready,
                Err(error) => Access::Refused(error),
            },
        };
        self.urls.iter().map(listing).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let url = self.urls.iter().find(|url| **url == listing.port).ok_or_else(|| DeviceError::Gone {
            detail: format!("no camera is configured at {}", listing.port),
        })?;
        let address = address(url)?;
        connect(&address, CONNECT_PATIENCE)?;
        Ok(Device::Camera(Box::new(LiveCamera::new(origin(url), address))))
    }
}

fn origin(url: &str) -> Origin {
    let host = Address::parse(url).map_or_else(|_| url.to_owned(), |address| address.host);
    Origin {
        driver: DRIVER.to_owned(),
        model: format!("MJPEG camera at {host}"),
        serial: String::new(),
        is_virtual: false,
    }
}

fn address(url: &str) -> Result<Address, DeviceError> {
    Address::parse(url).map_err(|detail| DeviceError::Unsupported { detail })
}

fn connect(address: &Address, patience: Duration) -> Result<TcpStream, DeviceError> {
    let gone = |error: io::Error| DeviceError::Gone { detail: format!("{address}: {error}") };
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for target in (address.host.as_str(), address.port).to_socket_addrs().map_err(gone)? {
        match TcpStream::connect_timeout(&target, patience) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(gone(last))
}

impl Source for Address {
    /// Reconnects through short cuts; a camera that sends what is no video is not asked again.
    fn feed(&self, slot: &Slot) -> DeviceError {
        let mut last_frame = Instant::now();
        while !slot.is_stopped() {
            let Err(error) = stream(self, slot, &mut last_frame);
            let error = match error {
                HttpError::Connection(error) => DeviceError::Gone { detail: format!("{self}: {error}") },
                HttpError::Status(status) => {
                    return DeviceError::Unsupported { detail: format!("{self} answers {status}") };
                }
                error @ HttpError::Garbage(_) => {
                    return DeviceError::Garbage { detail: format!("{self}: {error}") };
                }
            };
            if last_frame.elapsed() > BRIDGED {
                return error;
            }
            slot.pause(RETRY_PAUSE);
        }
        DeviceError::Gone { detail: "the camera was stopped".to_owned() }
    }
}

/// Feeds one connection's frames until it fails.
fn stream(address: &Address, slot: &Slot, last_frame: &mut Instant) -> Result<Infallible, HttpError> {
    let mut stream = connect(address, CONNECT_PATIENCE).map_err(io::Error::other)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(READ_STEP))?;
    stream.set_write_timeout(Some(CONNECT_PATIENCE))?;
    stream.write_all(address.request().as_bytes())?;
    let mut pictures = Pictures::open(BufReader::with_capacity(BUFFER_BYTES, Stoppable { stream, slot }))?;
    loop {
        let jpeg = pictures.next()?;
        *last_frame = Instant::now();
        slot.put(RawFrame::Jpeg(jpeg));
    }
}

/// A connection whose reads end soon after the slot is stopped, and after a silence.
struct Stoppable<'a> {
    stream: TcpStream,
    slot: &'a Slot,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let began = Instant::now();
        while !self.slot.is_stopped() && began.elapsed() < SILENCE {
            match self.stream.read(buffer) {
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                result => return result,
            }
        }
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the camera fell silent"))
    }
}
