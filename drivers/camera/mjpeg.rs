//! Network cameras that send MJPEG over HTTP.

use crate::http::{Address, HttpError};
use crate::live::{LiveCamera, Slot, Source};
use crate::multipart::Pictures;
use crate::picture::RawFrame;
use crate::tape::{PlayedDial, RecordedDial};
use std::convert::Infallible;
use std::io::{self, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::recording::Recording;
use tram_device::transport::{ByteTransport, Clock, TransportError};
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

pub(crate) const DRIVER: &str = "mjpeg";
/// How long connecting may take. Cameras are on the station's own network.
const CONNECT_PATIENCE: Duration = Duration::from_secs(1);
/// How long a listing waits for a camera.
const LIST_PATIENCE: Duration = Duration::from_millis(300);
/// Silence after which a connection counts as cut.
const SILENCE: Duration = Duration::from_secs(2);
/// The shortest wait a socket knows.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
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

    fn configured(&self, listing: &Listing) -> Result<&String, DeviceError> {
        self.urls.iter().find(|url| **url == listing.port).ok_or_else(|| DeviceError::Gone {
            detail: format!("no camera is configured at {}", listing.port),
        })
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
        let url = self.configured(listing)?;
        connect(&address(url)?, CONNECT_PATIENCE)?;
        open_on(url, Tcp, false)
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        let url = self.configured(listing)?;
        open_on(url, RecordedDial::new(Tcp, url, sink), false)
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let url = recording.about.clone();
        open_on(&url, PlayedDial::new(recording), true)
    }
}

/// The camera at an address that is reached this way.
fn open_on(url: &str, dial: impl Dial, is_virtual: bool) -> Result<Device, DeviceError> {
    let address = address(url)?;
    let origin = Origin { is_virtual, ..origin(url) };
    Ok(Device::Camera(Box::new(LiveCamera::new(origin, Remote { address, dial }))))
}

pub(crate) fn origin(url: &str) -> Origin {
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

/// The way to a camera.
pub(crate) trait Dial: Send + Sync + 'static {
    type Wire: ByteTransport;

    /// Monotonic time.
    fn now(&self) -> Duration;

    /// Waits, but not longer than until the slot is stopped.
    fn pause(&self, slot: &Slot, pause: Duration) {
        slot.pause(pause);
    }

    /// Connects.
    fn dial(&self, address: &Address) -> Result<Self::Wire, DeviceError>;

    /// Whether the next frame comes only when the last one was taken.
    fn is_paced(&self) -> bool {
        false
    }
}

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Over the network.
struct Tcp;

impl Dial for Tcp {
    type Wire = Connection;

    fn now(&self) -> Duration {
        BEGAN.elapsed()
    }

    fn dial(&self, address: &Address) -> Result<Connection, DeviceError> {
        let lost = |error: io::Error| DeviceError::Gone { detail: format!("{address}: {error}") };
        let stream = connect(address, CONNECT_PATIENCE)?;
        stream.set_nodelay(true).map_err(lost)?;
        stream.set_write_timeout(Some(CONNECT_PATIENCE)).map_err(lost)?;
        Ok(Connection(stream))
    }
}

/// A connection to a camera.
struct Connection(TcpStream);

impl Clock for Connection {
    fn now(&self) -> Duration {
        BEGAN.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        thread::sleep(pause);
    }
}

impl ByteTransport for Connection {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.0.write_all(data).map_err(|error| TransportError::Gone(error.to_string()))
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let gone = |error: io::Error| TransportError::Gone(error.to_string());
        self.0.set_read_timeout(Some(timeout.max(SHORTEST_WAIT))).map_err(gone)?;
        let mut bytes = vec![0; limit];
        match self.0.read(&mut bytes) {
            Ok(0) => Err(TransportError::Gone("the camera closed the connection".to_owned())),
            Ok(count) => {
                bytes.truncate(count);
                Ok(bytes)
            }
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Ok(Vec::new())
            }
            Err(error) => Err(gone(error)),
        }
    }
}

/// A camera at an address.
pub(crate) struct Remote<D> {
    pub(crate) address: Address,
    pub(crate) dial: D,
}

impl<D: Dial> Source for Remote<D> {
    /// Reconnects through short cuts; a camera that sends what is no video is not asked again.
    fn feed(&self, slot: &Slot) -> DeviceError {
        let (address, mut last_frame) = (&self.address, self.dial.now());
        while !slot.is_stopped() {
            let Err(error) = self.stream(slot, &mut last_frame);
            let error = match error {
                HttpError::Connection(error) => DeviceError::Gone { detail: format!("{address}: {error}") },
                HttpError::Status(status) => {
                    return DeviceError::Unsupported { detail: format!("{address} answers {status}") };
                }
                error @ HttpError::Garbage(_) => {
                    return DeviceError::Garbage { detail: format!("{address}: {error}") };
                }
            };
            if self.dial.now().saturating_sub(last_frame) > BRIDGED {
                return error;
            }
            self.dial.pause(slot, RETRY_PAUSE);
        }
        DeviceError::Gone { detail: "the camera was stopped".to_owned() }
    }
}

impl<D: Dial> Remote<D> {
    /// Feeds one connection's frames until it fails.
    fn stream(&self, slot: &Slot, last_frame: &mut Duration) -> Result<Infallible, HttpError> {
        let mut wire = self.dial.dial(&self.address).map_err(io::Error::other)?;
        wire.write(self.address.request().as_bytes()).map_err(io::Error::other)?;
        let mut pictures = Pictures::open(BufReader::with_capacity(BUFFER_BYTES, Stoppable { wire, slot }))?;
        loop {
            let jpeg = pictures.next()?;
            *last_frame = self.dial.now();
            slot.put(RawFrame::Jpeg(jpeg));
            while self.dial.is_paced() && !slot.wait_taken(READ_STEP) && !slot.is_stopped() {}
        }
    }
}

/// A connection whose reads end soon after the slot is stopped, and after a silence.
struct Stoppable<'a, W> {
    wire: W,
    slot: &'a Slot,
}

impl<W: ByteTransport> Read for Stoppable<'_, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let began = self.wire.now();
        while !self.slot.is_stopped() && self.wire.now().saturating_sub(began) < SILENCE {
            let bytes = self.wire.read(buffer.len(), READ_STEP).map_err(io::Error::other)?;
            if !bytes.is_empty() {
                buffer.iter_mut().zip(&bytes).for_each(|(to, byte)| *to = *byte);
                return Ok(bytes.len().min(buffer.len()));
            }
        }
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the camera fell silent"))
    }
}

#[cfg(test)]
mod faults; // An emulated camera under randomized fault scripts, the recording.
