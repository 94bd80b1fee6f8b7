//! What the device is, and what it says about itself.

use crate::keys::{DeviceKey, unsigned};
use crate::picture::Picture;
use crate::records::Encoding;
use serde_json::{Value, json};
use std::time::Duration;

/// Which specification the service follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spec {
    /// MDS 0.9.5.
    Mds095,
    /// SBI 1.0.
    Sbi10,
}

/// What is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// Slaps, thumbs, single fingers.
    SlapReader,
    /// One finger at a time.
    SingleReader,
    /// Both eyes.
    IrisCamera,
    /// The face.
    FaceCamera,
}

/// How the two hashes of a link are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// As bytes.
    Bytes,
    /// As upper-case hexadecimal digits.
    Hexadecimal,
}

/// A slap as it lies on the platen.
#[derive(Clone, Debug)]
pub struct Slap {
    /// All of it, for the preview.
    pub whole: Picture,
    /// Its fingers, cut out, from left to right.
    pub fingers: Vec<Picture>,
}

/// A device. [`Device::new`] makes one in good order; its fields may be changed before it is used.
#[derive(Clone, Debug)]
pub struct Device {
    /// Printed serial number.
    pub serial: String,
    /// Specification.
    pub spec: Spec,
    /// What it captures.
    pub modality: Modality,
    /// `Ready`, `Busy`, `Not Ready`, `Not Registered`.
    pub status: &'static str,
    /// `Registration`, `Auth`.
    pub purpose: &'static str,
    /// Environment it is registered for.
    pub env: &'static str,
    /// Whether a trust module signs its identity (L1, SBI 2.0).
    pub has_trust_module: bool,
    /// Whether anything lies on it.
    pub is_occupied: bool,
    /// How it chains hashes.
    pub chain: Chain,
    /// How it encodes fingers.
    pub encoding: Encoding,
    /// Size of the pictures it draws.
    pub picture: (u16, u16),
    /// A slap that it plays in the place of drawn pictures.
    pub slap: Option<Slap>,
    /// What a capture takes.
    pub capture_time: Duration,
    /// Time from one preview picture to the next.
    pub frame_time: Duration,
}

impl Device {
    /// A device in good order, registered for Developer.
    pub fn new(serial: &str, spec: Spec, modality: Modality) -> Self {
        Self {
            serial: serial.to_owned(),
            spec,
            modality,
            status: "Ready",
            purpose: "Registration",
            env: "Developer",
            has_trust_module: false,
            is_occupied: true,
            chain: Chain::Bytes,
            encoding: Encoding::Raw,
            picture: (300, 400),
            slap: None,
            capture_time: Duration::from_millis(300),
            frame_time: Duration::from_millis(100),
        }
    }

    fn kind(&self) -> (&'static str, &'static str) {
        match self.modality {
            Modality::SlapReader => ("Finger", "Slap"),
            Modality::SingleReader => ("Finger", "Single"),
            Modality::IrisCamera => ("Iris", "Double"),
            Modality::FaceCamera => ("Face", "Full face"),
        }
    }

    fn sub_ids(&self) -> &'static [u8] {
        match self.modality {
            Modality::SlapReader | Modality::IrisCamera => &[1, 2, 3],
            Modality::SingleReader | Modality::FaceCamera => &[0],
        }
    }

    /// The word for what it captures.
    pub fn bio_type(&self) -> &'static str {
        self.kind().0
    }

    /// The digital identity.
    pub fn digital_id(&self, date_time: &str) -> Value {
        let (kind, sub_type) = self.kind();
        json!({
            "serialNo": self.serial, "make": "TEST", "model": "Emulated", "type": kind, "deviceSubType": sub_type,
            "deviceProvider": "TEST device provider", "deviceProviderId": "TEST-1", "dateTime": date_time,
        })
    }

    fn base(&self, port: u16) -> Value {
        let callback = format!("http://127.0.0.1:{port}/");
        match self.spec {
            Spec::Mds095 => json!({
                "deviceId": format!("id-{}", self.serial), "deviceStatus": self.status,
                "certification": if self.has_trust_module { "L1" } else { "L0" }, "serviceVersion": "0.9.5",
                "deviceSubId": self.sub_ids(), "callbackId": callback, "deviceCode": self.serial,
                "specVersion": ["0.9.5"], "purpose": self.purpose,
            }),
            Spec::Sbi10 => json!({
                "serialNo": self.serial, "deviceStatus": self.status,
                "certification": if self.has_trust_module { "SBI 2.0" } else { "SBI 1.0" }, "serviceVersion": "1.0",
                "deviceSubId": self.sub_ids(), "callbackId": callback,
                "specVersion": ["1.0"], "purpose": self.purpose,
            }),
        }
    }

    /// The answer to a discovery. Nothing of it is signed.
    pub fn discovery(&self, port: u16, date_time: &str) -> Value {
        let mut entry = self.base(port);
        put(&mut entry, "digitalId", json!(unsigned(&self.digital_id(date_time))));
        put(&mut entry, "error", error("0", "Success"));
        json!([entry])
    }

    /// The device info before it is signed.
    pub fn info(&self, port: u16, digital_id: &str) -> Value {
        let mut info = self.base(port);
        put(&mut info, "firmware", json!("TEST-1.0"));
        put(&mut info, "env", json!(self.env));
        put(&mut info, "digitalId", json!(digital_id));
        info
    }

    /// The answer to the question for the info, signed where the device is registered.
    pub fn info_answer(&self, port: u16, digital_id: &str, key: &DeviceKey) -> Value {
        let info = self.info(port, digital_id);
        let (token, error) = match self.status {
            "Not Registered" => (unsigned(&info), error("100", "Device not registered")),
            _ => (key.sign(&info), error("0", "Success")),
        };
        json!([{ "deviceInfo": token, "error": error }])
    }
}

/// An error as messages carry it.
pub fn error(code: &str, info: &str) -> Value {
    json!({ "errorCode": code, "errorInfo": info })
}

pub(crate) fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}
