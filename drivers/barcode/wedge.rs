//! Readers that type like a keyboard, taken from the kernel: what they read goes to the station and never into the field
//! that has the focus.
//!
//! A keyboard says keys, not characters: a code with letters that no key of the United States has, as a Vietnamese name,
//! does not come whole and is dropped. Set to its serial mode, the same reader sends it as it is ([`crate::reader`]).

use crate::burst::{Burst, QUIET};
use crate::driver::Redaction;
use crate::keys::{Key, Keys};
use std::fmt;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::recording::{Redact, Source};
use tram_device::transport::{Recipient, Request, RequestKind, TransportError, UsbTransport};
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{CodeReader, Device, DeviceError, DeviceKind, Selector, UsbId};

/// Makers of code readers, who make no keyboards.
const MAKERS: &[UsbId] = &[
    UsbId { vendor: 0x05e0, product: 0, model: "Symbol, Zebra" },
    UsbId { vendor: 0x0c2e, product: 0, model: "Metrologic, Honeywell" },
    UsbId { vendor: 0x0536, product: 0, model: "Hand Held Products" },
    UsbId { vendor: 0x05f9, product: 0, model: "PSC, Datalogic" },
    UsbId { vendor: 0x1eab, product: 0, model: "Newland" },
    UsbId { vendor: 0x065a, product: 0, model: "Opticon" },
];

// HID 1.11, 7.2.
const SET_IDLE: u8 = 0x0a;
const SET_PROTOCOL: u8 = 0x0b;
const PATIENCE: Duration = Duration::from_secs(1);
/// The packet of a full-speed keyboard; its report is eight bytes.
const REPORT_BYTES: usize = 64;
/// Reads that wait.
const QUEUED: usize = 8;

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wedge;

impl UsbDriver for Wedge {
    const NAME: &'static str = "wedge";
    const KIND: DeviceKind = DeviceKind::CodeReader;
    const SELECTOR: Selector = Selector::Keyboard { makers: MAKERS };

    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError> {
        let (_, endpoint) = identity.endpoints.ok_or_else(|| DeviceError::Unsupported {
            detail: "the reader has no interrupt endpoint".to_owned(),
        })?;
        Ok(Device::CodeReader(Box::new(WedgeReader::open(wire, endpoint, origin)?)))
    }

    fn for_replay() -> Self {
        Self
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(KeyRedaction)
    }
}

/// Takes what a code says out of a session: every letter and digit becomes the key of an A.
#[derive(Clone, Copy, Debug)]
struct KeyRedaction;

impl Redact for KeyRedaction {
    fn came(&mut self, source: Source, data: &mut [u8]) {
        if let Source::Endpoint(_) = source {
            data.iter_mut().skip(2).filter(|key| (4..=39).contains(*key)).for_each(|key| *key = 4);
        } else {
            Redaction.came(source, data);
        }
    }
}

/// An open reader, on any wire.
pub struct WedgeReader<T> {
    wire: T,
    endpoint: u8,
    origin: Origin,
    keys: Keys,
    burst: Burst,
}

impl<T> fmt::Debug for WedgeReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WedgeReader({})", self.origin.model)
    }
}

impl<T: UsbTransport> WedgeReader<T> {
    /// Takes over the wire to a reader whose interrupt endpoint this is.
    ///
    /// # Errors
    /// When it is gone.
    pub fn open(wire: T, endpoint: u8, origin: Origin) -> Result<Self, DeviceError> {
        let (keys, burst) = (Keys::default(), Burst::default());
        let mut reader = Self { wire, endpoint, origin, keys, burst };
        // The boot protocol, and no report while nothing changes. What has only that need not know the requests.
        for request in [SET_PROTOCOL, SET_IDLE] {
            let (kind, recipient) = (RequestKind::Class, Recipient::Interface);
            match reader.wire.control_out(
                Request { kind, recipient, request, value: 0, index: 0 },
                &[],
                PATIENCE,
            ) {
                Ok(()) | Err(TransportError::Stall(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        for _ in 0..QUEUED {
            reader.wire.submit_in(endpoint, REPORT_BYTES)?;
        }
        Ok(reader)
    }

    fn hear(&mut self, report: &[u8]) {
        let now = self.wire.now();
        for key in self.keys.typed(report) {
            match key {
                Key::Character(character) => self.burst.add(&[character], now),
                // What a keyboard cannot say.
                Key::Other => {
                    self.burst.add(b"?", now);
                    self.burst.tear();
                }
            }
        }
    }
}

impl<T: UsbTransport> CodeReader for WedgeReader<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn next_code(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        let deadline = self.wire.now() + timeout;
        loop {
            let left = deadline.saturating_sub(self.wire.now());
            let patience = if self.burst.is_empty() { left } else { QUIET };
            let came = self.wire.next_in(self.endpoint, patience).inspect_err(|_| self.burst.lose())?;
            if let Some(report) = came {
                self.wire.submit_in(self.endpoint, REPORT_BYTES)?;
                self.hear(&report);
            }
            let now = self.wire.now();
            if let Some(code) = self.burst.take(now) {
                return Ok(Some(code));
            }
            if self.burst.is_empty() && now >= deadline {
                return Ok(None);
            }
        }
    }
}
