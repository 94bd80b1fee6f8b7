//! An open pad.

use crate::report::{CAPABILITY, CLEAR_SCREEN, INK_MODE, Pen, REPORT_BYTES, Surface};
use std::fmt;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::transport::{Recipient, Request, RequestKind, TransportError, UsbTransport};
use tram_device::{DeviceError, PenPoint, SignaturePad};

/// Pen reports come here.
const PEN_ENDPOINT: u8 = 0x81;
/// Reads that wait: 40 ms of a moving pen.
const QUEUED: usize = 8;
/// How long a feature report may take.
const PATIENCE: Duration = Duration::from_secs(1);

// HID 1.11, 7.2: requests, and the kind of report in the upper byte of wValue.
const GET_REPORT: u8 = 0x01;
const SET_REPORT: u8 = 0x09;
const FEATURE: u16 = 0x0300;

/// An open pad, on any wire.
pub struct Pad<T> {
    wire: T,
    origin: Origin,
    surface: Surface,
}

impl<T> fmt::Debug for Pad<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pad({})", self.origin.model)
    }
}

impl<T: UsbTransport> Pad<T> {
    /// Takes over the wire to a pad, empties its display and lets it show what is written.
    ///
    /// # Errors
    /// [`DeviceError::Garbage`] when it does not say what its surface measures.
    pub fn open(mut wire: T, origin: Origin) -> Result<Self, DeviceError> {
        let report = wire.control_in(feature(GET_REPORT, CAPABILITY), REPORT_BYTES as u16, PATIENCE)?;
        let surface = Surface::parse(&report).ok_or_else(|| DeviceError::Garbage {
            detail: "the pad does not say what its surface measures".to_owned(),
        })?;
        let mut pad = Self { wire, origin, surface };
        pad.set(INK_MODE, 1)?;
        pad.clear()?;
        Ok(pad)
    }

    fn set(&mut self, report: u8, value: u8) -> Result<(), TransportError> {
        self.wire.control_out(feature(SET_REPORT, report), &[report, value], PATIENCE)
    }

    /// The place of the pen; reports of nothing that is on the surface are dropped.
    fn point(&self, report: &[u8]) -> Option<PenPoint> {
        let pen = Pen::parse(report)?;
        let share = |value: u16, whole: u16| f32::from(value) / f32::from(whole);
        let (x, y) = (share(pen.x, self.surface.width), share(pen.y, self.surface.height));
        let pressure = share(pen.pressure, self.surface.pressure);
        let is_on = x <= 1.0 && y <= 1.0 && pressure <= 1.0;
        is_on.then(|| PenPoint { x, y, pressure, at: self.wire.now() })
    }
}

fn feature(request: u8, report: u8) -> Request {
    let (kind, recipient) = (RequestKind::Class, Recipient::Interface);
    Request { kind, recipient, request, value: FEATURE | u16::from(report), index: 0 }
}

impl<T: UsbTransport> SignaturePad for Pad<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn aspect(&self) -> f32 {
        f32::from(self.surface.width) / f32::from(self.surface.height)
    }

    fn clear(&mut self) -> Result<(), DeviceError> {
        self.wire.cancel_in(PEN_ENDPOINT)?;
        self.set(CLEAR_SCREEN, 0)?;
        for _ in 0..QUEUED {
            self.wire.submit_in(PEN_ENDPOINT, REPORT_BYTES)?;
        }
        Ok(())
    }

    fn next_points(&mut self, timeout: Duration) -> Result<Vec<PenPoint>, DeviceError> {
        let (mut points, mut patience) = (Vec::new(), timeout);
        // No more at once than were queued, so that a pen that never rests does not hold the caller.
        for _ in 0..QUEUED {
            let Some(report) = self.wire.next_in(PEN_ENDPOINT, patience)? else { break };
            self.wire.submit_in(PEN_ENDPOINT, REPORT_BYTES)?;
            points.extend(self.point(&report));
            patience = Duration::ZERO;
        }
        Ok(points)
    }
}
