//! The codes thread: listens to the reader of codes in use. What it reads goes to the station, wherever the focus is.

use super::Outlet;
use super::devices::Bench;
use std::time::Duration;
use tram_device::{CodeReader, Device, DeviceError, DeviceKind};
use tram_workflow::Action;

const CODE: Duration = Duration::from_millis(300);
/// A reader that is gone or failed is looked for this often.
const RETRY: Duration = Duration::from_secs(1);

/// The thread's work.
pub(super) fn run(bench: &Bench, outlet: &Outlet) {
    let mut reader = None;
    loop {
        let outcome = match &mut reader {
            None => open(bench).map(|open| {
                reader = Some(open);
                None
            }),
            Some(open) => open.next_code(CODE),
        };
        match outcome {
            Ok(code) => {
                bench.set_trouble(DeviceKind::CodeReader, None);
                if code.is_some_and(|code| !outlet.send(Action::CodeRead(code))) {
                    return;
                }
            }
            Err(error) => {
                if reader.take().is_some() {
                    bench.set_trouble(DeviceKind::CodeReader, Some(error));
                }
                if outlet.wait_closed(RETRY) {
                    return;
                }
            }
        }
        if outlet.wait_closed(Duration::ZERO) {
            return;
        }
    }
}

fn open(bench: &Bench) -> Result<Box<dyn CodeReader>, DeviceError> {
    match bench.open(DeviceKind::CodeReader)? {
        (Device::CodeReader(reader), _) => Ok(reader),
        (other, _) => Err(DeviceError::Unsupported { detail: format!("{other:?} reads no codes") }),
    }
}
