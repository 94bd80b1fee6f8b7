//! A driver's table of USB devices, and the udev rules that follow from it.

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

/// The group whose members may open devices; packaging makes it.
pub const DEVICE_GROUP: &str = "idstation";

/// The line of `/etc/udev/rules.d` that lets the station open this device.
pub fn udev_rule(id: &UsbId) -> String {
    format!(
        "SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"{:04x}\", ATTR{{idProduct}}==\"{:04x}\", MODE=\"0660\", \
         GROUP=\"{DEVICE_GROUP}\", TAG+=\"uaccess\"",
        id.vendor, id.product
    )
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
    }
}
