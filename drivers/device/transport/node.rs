//! Whether a device node may be opened.

use crate::{Access, DeviceError};
use rustix::io::Errno;
use std::path::Path;

/// Asks whether this process may read and write a device node, without opening it: opening would wake a sleeping
/// USB device, move the control lines of a serial port, or wait for a modem.
///
/// `remedy` is what mends a missing permission.
pub fn node_access(node: &Path, remedy: impl FnOnce() -> String) -> Access {
    let wanted = rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK;
    match rustix::fs::access(node, wanted) {
        Ok(()) => Access::Ready,
        Err(Errno::ACCESS | Errno::PERM) => {
            Access::Refused(DeviceError::PermissionDenied { detail: remedy() })
        }
        Err(error) => Access::Refused(DeviceError::Gone { detail: format!("{}: {error}", node.display()) }),
    }
}
