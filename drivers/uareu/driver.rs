//! Finding readers on the bus and opening them.

use crate::reader::{Reader, Seeds};
use crate::redaction::{REDACTED_SEED, Redaction};
use std::fmt;
use std::sync::Arc;
use tram_biometric::Origin;
use tram_device::recording::Redact;
use tram_device::transport::UsbTransport;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{Device, DeviceError, DeviceKind, Selector, UsbId};

const DIGITAL_PERSONA: u16 = 0x05ba;
const MICROSOFT: u16 = 0x045e;

/// Every reader this driver knows.
pub const IDS: &[UsbId] = &[
    UsbId { vendor: DIGITAL_PERSONA, product: 0x0007, model: "U.are.U 4000" },
    UsbId { vendor: DIGITAL_PERSONA, product: 0x0008, model: "U.are.U 4000" },
    UsbId { vendor: DIGITAL_PERSONA, product: 0x000a, model: "U.are.U 4000B/4500" },
    UsbId { vendor: MICROSOFT, product: 0x00bd, model: "Microsoft Fingerprint Reader" },
    UsbId { vendor: MICROSOFT, product: 0x00ca, model: "Microsoft Fingerprint Reader v2" },
];

/// The Microsoft reader v2 wants a challenge answered and its sensor sits the other way up.
pub(crate) fn is_microsoft_v2(id: &UsbId) -> bool {
    (id.vendor, id.product) == (MICROSOFT, 0x00ca)
}

/// The driver.
pub struct Uareu {
    seeds: Seeds,
}

impl Uareu {
    /// A driver that scrambles pictures on the bus with these seeds.
    pub fn new(seeds: Seeds) -> Self {
        Self { seeds }
    }
}

impl fmt::Debug for Uareu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uareu")
    }
}

impl UsbDriver for Uareu {
    const NAME: &'static str = "uareu";
    const KIND: DeviceKind = DeviceKind::FingerReader;
    const SELECTOR: Selector = Selector::Table(IDS);

    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError> {
        let (vendor, product) = (identity.vendor, identity.product);
        let id = IDS.iter().find(|id| (id.vendor, id.product) == (vendor, product)).ok_or_else(|| {
            DeviceError::Unsupported {
                detail: format!("{vendor:04x}:{product:04x} is no reader of this driver"),
            }
        })?;
        Ok(Device::FingerReader(Box::new(Reader::open(wire, id, origin, Arc::clone(&self.seeds))?)))
    }

    fn for_replay() -> Self {
        Self::new(Arc::new(|| REDACTED_SEED))
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(Redaction)
    }
}
