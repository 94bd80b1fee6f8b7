//! Finding pads on the bus.

use crate::pad::Pad;
use crate::report::PEN_REPORTS;
use tram_biometric::Origin;
use tram_device::recording::{Redact, Source};
use tram_device::transport::UsbTransport;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{Device, DeviceError, DeviceKind, Selector, UsbId};

const WACOM: u16 = 0x056a;

/// Every pad this driver knows.
pub const IDS: &[UsbId] = &[
    UsbId { vendor: WACOM, product: 0x00a4, model: "Wacom STU-430" },
    UsbId { vendor: WACOM, product: 0x00a5, model: "Wacom STU-530" },
    UsbId { vendor: WACOM, product: 0x00a8, model: "Wacom STU-540" },
];

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stu;

impl UsbDriver for Stu {
    const NAME: &'static str = "stu";
    const KIND: DeviceKind = DeviceKind::SignaturePad;
    const SELECTOR: Selector = Selector::Table(IDS);

    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        _identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError> {
        Ok(Device::SignaturePad(Box::new(Pad::open(wire, origin)?)))
    }

    fn for_replay() -> Self {
        Self
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(Redaction)
    }
}

/// Takes the signature out of a session: every point stands still where the first corner is.
#[derive(Clone, Copy, Debug)]
struct Redaction;

impl Redact for Redaction {
    fn came(&mut self, source: Source, data: &mut [u8]) {
        let is_pen = data.first().is_some_and(|report| PEN_REPORTS.contains(report));
        if let (Source::Endpoint(_), true) = (source, is_pen) {
            data.iter_mut().skip(1).for_each(|byte| *byte = 0);
        }
    }
}
