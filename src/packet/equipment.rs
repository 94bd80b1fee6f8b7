//! What a packet was made with: what holds the station's keys, and each device with its calibration.

use crate::protection::KeyProtection;
use serde::{Deserialize, Serialize};
use time::Date;
use tram_biometric::Origin;
use uuid::Uuid;

/// The station as it was at sealing, under the signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equipment {
    /// What holds the key the station signed with.
    pub keys: KeyProtection,
    /// Every device a sample of the packet came from, once.
    pub devices: Vec<UsedDevice>,
}

/// A device, as its samples name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedDevice {
    /// The device.
    pub origin: Origin,
    /// Whether it was measured.
    pub calibration: Calibration,
}

/// What is known of a device's calibration. Whether a certificate still held follows from the time of capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// No certificate is known.
    None,
    /// The newest certificate.
    Certified {
        /// Names it.
        certificate: Uuid,
        /// Last day on which it holds.
        last_day: Date,
    },
}

impl Equipment {
    /// The devices that samples are from, each once, with what `calibration` says of it.
    pub fn of<'a>(
        keys: KeyProtection,
        origins: impl IntoIterator<Item = &'a Origin>,
        calibration: impl Fn(&Origin) -> Calibration,
    ) -> Self {
        let mut devices: Vec<UsedDevice> = Vec::new();
        for origin in origins {
            if devices.iter().all(|device| device.origin != *origin) {
                devices.push(UsedDevice { calibration: calibration(origin), origin: origin.clone() });
            }
        }
        Self { keys, devices }
    }
}
