//! A driver's table of USB devices, and the udev rules that follow from it.

use std::path::Path;

/// One device a driver knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsbId {
    /// idVendor.
    pub vendor: u16,
    /// idProduct.
    pub product: u16,
    /// What people call it.
    pub model: &'static str,
}

/// Which devices on the bus are a driver's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Those in its table.
    Table(&'static [UsbId]),
    /// Printers (USB class 7) whose maker's name begins like this: makers add models faster than tables.
    Printer {
        /// The maker as the device names it.
        maker: &'static str,
    },
    /// What types like a keyboard (HID 1.11, boot protocol) and comes from makers who make none: only the vendor counts.
    Keyboard {
        /// The makers.
        makers: &'static [UsbId],
    },
    /// Still cameras: interfaces of USB class 6, subclass 1, protocol 1 (USB Still Image Capture Device Definition 1.0).
    StillCamera,
}

impl Selector {
    /// The lines of `/etc/udev/rules.d` that let the station open these devices.
    pub fn udev_rules(self) -> Vec<String> {
        match self {
            Self::Table(table) => table.iter().map(udev_rule).collect(),
            Self::Printer { maker } => {
                vec![allow(&format!("ENV{{DEVTYPE}}==\"usb_device\", ATTR{{manufacturer}}==\"{maker}*\""))]
            }
            Self::Keyboard { makers } => {
                makers.iter().map(|id| allow(&format!("ATTR{{idVendor}}==\"{:04x}\"", id.vendor))).collect()
            }
            Self::StillCamera => {
                vec![allow("ENV{DEVTYPE}==\"usb_device\", ENV{ID_USB_INTERFACES}==\"*:060101:*\"")]
            }
        }
    }
}

/// The group whose members may open devices; packaging makes it.
pub const DEVICE_GROUP: &str = "idstation";

/// The line of `/etc/udev/rules.d` that lets the station open this device.
pub fn udev_rule(id: &UsbId) -> String {
    allow(&format!("ATTR{{idVendor}}==\"{:04x}\", ATTR{{idProduct}}==\"{:04x}\"", id.vendor, id.product))
}

/// The line that lets the station open a serial port, and keeps `ModemManager` from speaking to what hangs on it; `None`
/// for what is no file.
pub fn serial_udev_rule(port: &Path) -> Option<String> {
    let name = port.file_name()?.to_str()?;
    Some(format!(
        "SUBSYSTEM==\"tty\", KERNEL==\"{name}\", MODE=\"0660\", GROUP=\"{DEVICE_GROUP}\", TAG+=\"uaccess\", \
         ENV{{ID_MM_DEVICE_IGNORE}}=\"1\""
    ))
}

fn allow(matched: &str) -> String {
    format!("SUBSYSTEM==\"usb\", {matched}, MODE=\"0660\", GROUP=\"{DEVICE_GROUP}\", TAG+=\"uaccess\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_the_device_and_the_group() {
        let id = UsbId { vendor: 0x05ba, product: 0x000a, model: "U.are.U 4500" };
        assert_eq!(
            udev_rule(&id),
            "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"05ba\", ATTR{idProduct}==\"000a\", MODE=\"0660\", \
             GROUP=\"idstation\", TAG+=\"uaccess\""
        );
        assert_eq!(
            Selector::Printer { maker: "Evolis" }.udev_rules(),
            [
                "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ATTR{manufacturer}==\"Evolis*\", MODE=\"0660\", \
              GROUP=\"idstation\", TAG+=\"uaccess\""
            ]
        );
    }
}
