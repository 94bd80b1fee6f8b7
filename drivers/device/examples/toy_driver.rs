//! A whole driver, as small as one can be: a fingerprint reader on a serial line that answers `P` with sixteen grey
//! pixels. What a real one has more of is protocol; the shape stays the same.
//!
//! 1. A reader that is generic over its transport, so that a recording or an emulator can take the wire's place.
//! 2. A factory that lists and opens. The station registers it in its one list of drivers.
//! 3. An emulator written from the protocol, and a test that runs the driver against it. Here `main` does.

use std::path::PathBuf;
use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Impression, Origin};
use tram_device::testing::{EmulatedBytes, SerialDevice};
use tram_device::transport::serial::SerialTransport;
use tram_device::transport::{ByteTransport, node_access};
use tram_device::{
    Device, DeviceError, DeviceKind, Factory, FingerFrame, FingerReader, FingerRequest, Listing,
};

struct ToyReader<T> {
    wire: T,
    origin: Origin,
}

impl<T: ByteTransport> FingerReader for ToyReader<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn supports(&self, request: FingerRequest) -> bool {
        !request.position.is_slap() && request.impression == Impression::Plain
    }

    fn begin(&mut self, _request: FingerRequest) -> Result<(), DeviceError> {
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        self.wire.write(b"P")?;
        let pixels = self.wire.read(16, timeout)?;
        if pixels.is_empty() {
            return Ok(None);
        }
        let image = GrayImage::new(4, 4, 500, pixels)
            .map_err(|error| DeviceError::Garbage { detail: error.to_string() })?;
        Ok(Some(FingerFrame { image, taken: self.wire.now(), is_final: true }))
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        Ok(())
    }
}

#[derive(Debug)]
struct Toy(PathBuf);

impl Factory for Toy {
    fn driver(&self) -> &'static str {
        "toy"
    }

    fn list(&self) -> Vec<Listing> {
        let access = node_access(&self.0, || "add the station's user to group dialout".to_owned());
        let port = self.0.display().to_string();
        vec![Listing { kind: DeviceKind::FingerReader, origin: origin(), port, access }]
    }

    fn open(&self, _listing: &Listing) -> Result<Device, DeviceError> {
        let wire = SerialTransport::open(&self.0, 9600)?;
        Ok(Device::FingerReader(Box::new(ToyReader { wire, origin: origin() })))
    }
}

fn origin() -> Origin {
    let (driver, model) = ("toy".to_owned(), "Toy reader".to_owned());
    Origin { driver, model, serial: String::new(), is_virtual: false }
}

/// The far end, from the protocol alone.
#[derive(Default)]
struct Emulator(Vec<u8>);

impl SerialDevice for Emulator {
    fn receive(&mut self, data: &[u8], _now: Duration) {
        self.0.extend(data.iter().filter(|byte| **byte == b'P').flat_map(|_| 0..16));
    }

    fn send(&mut self, limit: usize, _now: Duration) -> Vec<u8> {
        self.0.drain(..limit.min(self.0.len())).collect()
    }
}

fn main() -> Result<(), DeviceError> {
    let (position, impression) = (FingerPosition::RightIndex, Impression::Plain);
    let mut reader = ToyReader { wire: EmulatedBytes::new(Emulator::default()), origin: origin() };
    reader.begin(FingerRequest { position, impression })?;
    let frame = reader.next_frame(Duration::from_secs(1))?;
    assert!(frame.is_some_and(|frame| frame.image.get(3, 3) == Some(15)));
    assert_eq!(Toy("/dev/null".into()).list().len(), 1);
    Ok(())
}
