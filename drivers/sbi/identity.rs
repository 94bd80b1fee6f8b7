//! What a device says about itself: the two dialects of the protocol, the digital identity, the device info.

use crate::SbiError;
use crate::bus::PORTS;
use crate::exchange::Question;
use crate::jws::{self, Signed};
use crate::site::Site;
use crate::words::{error_of, numbers, text};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// The deployed specification and its successor. They differ in verbs and in how a device is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// MDS 0.9.5: a device is named by `deviceId`.
    Mds095,
    /// SBI 1.0: a device is named by `serialNo`.
    Sbi10,
}

impl Dialect {
    /// Both, the deployed one first.
    pub(crate) const ALL: [Self; 2] = [Self::Mds095, Self::Sbi10];

    /// The version as it stands in messages.
    pub fn version(self) -> &'static str {
        match self {
            Self::Mds095 => "0.9.5",
            Self::Sbi10 => "1.0",
        }
    }

    pub(crate) fn discover(self, patience: Duration) -> Question {
        let body = match self {
            Self::Mds095 => json!({ "type": "Biometric Device" }),
            Self::Sbi10 => json!({ "type": "Biometric Device", "specVersion": self.version() }),
        };
        let verb = match self {
            Self::Mds095 => "MOSIPDISC",
            Self::Sbi10 => "SBIDISC",
        };
        Question { verb, path: "/device", body: body.to_string(), patience }
    }

    pub(crate) fn inform(self, patience: Duration) -> Question {
        let (verb, body) = match self {
            Self::Mds095 => ("MOSIPDINFO", json!({})),
            Self::Sbi10 => ("SBIINFO", json!({ "type": "Biometric Device", "specVersion": self.version() })),
        };
        Question { verb, path: "/info", body: body.to_string(), patience }
    }
}

/// Where a device is registered. Only [`Environment::Production`] captures real applicants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// For those who write the service.
    Developer,
    /// For trials.
    Staging,
    /// For the last trials.
    PreProduction,
    /// In service.
    Production,
}

impl Environment {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Developer, Self::Staging, Self::PreProduction, Self::Production];
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Developer => "Developer",
            Self::Staging => "Staging",
            Self::PreProduction => "Pre-Production",
            Self::Production => "Production",
        })
    }
}

/// What a device captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Fingers.
    Finger,
    /// Irises.
    Iris,
    /// The face.
    Face,
}

impl Kind {
    /// The word of the protocol.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finger => "Finger",
            Self::Iris => "Iris",
            Self::Face => "Face",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Finger, Self::Iris, Self::Face].into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word))
    }
}

/// Who a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitalId {
    /// As printed on the device.
    pub serial: String,
    /// Brand.
    pub make: String,
    /// Model.
    pub model: String,
    /// What it captures.
    pub kind: Kind,
    /// `Slap`, `Single`, `Touchless`, `Double`, `Full face`.
    pub sub_type: String,
}

impl DigitalId {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            serial: text(value, "serialNo").filter(|serial| !serial.is_empty())?,
            make: text(value, "make").unwrap_or_default(),
            model: text(value, "model").unwrap_or_default(),
            kind: Kind::read(&text(value, "type")?)?,
            sub_type: text(value, "deviceSubType").unwrap_or_default(),
        })
    }
}

/// A device whose signatures held.
#[derive(Clone, Debug)]
pub struct DeviceInfo {
    /// Who it is.
    pub id: DigitalId,
    /// How its service is spoken to.
    pub dialect: Dialect,
    /// Where its service listens.
    pub port: u16,
    /// How the service names it in MDS 0.9.5.
    pub device_id: String,
    /// 1 left, 2 right, 3 both; 0 where there is no such thing.
    pub sub_ids: Vec<u8>,
    /// Version of its firmware.
    pub firmware: String,
    /// SHA-256 of the certificate behind its identity, where the device key signs that too (L0, SBI 1.0).
    pub(crate) device_key: Option<[u8; 32]>,
}

/// One device in the answer to a discovery: nothing of it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Discovered {
    pub(crate) id: DigitalId,
    pub(crate) dialect: Dialect,
}

/// Reads the answer to a discovery; `None` when it is none in this dialect.
pub(crate) fn read_discovery(body: &[u8], dialect: Dialect) -> Option<Vec<Discovered>> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let id = |entry: &Value| DigitalId::read(&jws::peek(&text(entry, "digitalId")?)?);
    let found = answer.as_array()?.iter().filter_map(id).map(|id| Discovered { id, dialect });
    Some(found.collect())
}

/// What the info's answer says of one device that was discovered, checked.
pub(crate) fn read_info(
    body: &[u8],
    device: &Discovered,
    port: u16,
    site: &Site,
) -> Result<DeviceInfo, SbiError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_e| SbiError::Garbage("no JSON".to_owned()))?;
    let entries =
        answer.as_array().ok_or_else(|| SbiError::Garbage("device info that is no list".to_owned()))?;
    let names = |entry: &&Value| {
        let claimed = text(entry, "deviceInfo").and_then(|token| jws::peek(&token));
        let id = claimed.and_then(|info| DigitalId::read(&jws::peek(&text(&info, "digitalId")?)?));
        id.is_some_and(|id| (&id.serial, id.kind) == (&device.id.serial, device.id.kind))
    };
    let entry = entries.iter().find(names).ok_or_else(|| {
        // A device that cannot say who it is says at least why.
        entries
            .iter()
            .find_map(error_of)
            .unwrap_or_else(|| SbiError::Garbage("no info about its device".to_owned()))
    })?;
    if let Some(error) = error_of(entry) {
        return Err(error);
    }
    let token = text(entry, "deviceInfo").unwrap_or_default();
    if jws::is_unsigned(&token) {
        return Err(SbiError::Unregistered);
    }
    let now = (site.clock)();
    let info = jws::open(&token, "the device info", site, now)?;
    let id = jws::open(
        &text(&info.contents, "digitalId").unwrap_or_default(),
        "the device's identity",
        site,
        now,
    )?;
    check_info(&info, &id, device.dialect, port, site)
}

fn check_info(
    info: &Signed,
    id: &Signed,
    dialect: Dialect,
    port: u16,
    site: &Site,
) -> Result<DeviceInfo, SbiError> {
    let word = |key| text(&info.contents, key).unwrap_or_default();
    match word("deviceStatus").to_ascii_lowercase().as_str() {
        "ready" => {}
        "busy" => return Err(SbiError::Busy),
        "not registered" => return Err(SbiError::Unregistered),
        _ => return Err(SbiError::NotReady),
    }
    if word("purpose") != "Registration" {
        return Err(SbiError::Purpose(word("purpose")));
    }
    check_environment(&word("env"), site)?;
    let is_software = matches!(word("certification").as_str(), "L0" | "SBI 1.0");
    if is_software && info.signer != id.signer {
        return Err(SbiError::Signature("the device's identity"));
    }
    let garbage = || SbiError::Garbage("an identity without serial number or type".to_owned());
    Ok(DeviceInfo {
        id: DigitalId::read(&id.contents).ok_or_else(garbage)?,
        dialect,
        port: callback_port(&word("callbackId"), port)?,
        device_id: word("deviceId"),
        sub_ids: numbers(&info.contents, "deviceSubId"),
        firmware: word("firmware"),
        device_key: is_software.then_some(id.signer),
    })
}

pub(crate) fn check_environment(found: &str, site: &Site) -> Result<(), SbiError> {
    let expected = site.environment;
    if found == expected.to_string() {
        return Ok(());
    }
    Err(SbiError::Environment { expected, found: found.to_owned() })
}

/// The base address for later calls. It may name another port of this machine, and nothing else.
fn callback_port(address: &str, port: u16) -> Result<u16, SbiError> {
    if address.is_empty() {
        return Ok(port);
    }
    let rest = address.strip_prefix("http://127.0.0.1:").map(|rest| rest.trim_start_matches(' '));
    let digits = rest.and_then(|rest| rest.split('/').next());
    digits
        .and_then(|digits| digits.parse().ok())
        .filter(|port| PORTS.contains(port))
        .ok_or_else(|| SbiError::Garbage(format!("the address {address:?} for its device")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_may_send_the_station_to_another_port_and_nowhere_else() {
        for (address, expected) in [
            ("", Some(4501)),
            ("http://127.0.0.1:4502/", Some(4502)),
            ("http://127.0.0.1:4502", Some(4502)),
            ("http://127.0.0.1:4502/info", Some(4502)),
            ("http://127.0.0.1:80/", None),
            ("http://10.0.0.1:4502/", None),
            ("https://127.0.0.1:4502/", None),
            ("http://127.0.0.1:4502@evil.example/", None),
        ] {
            assert_eq!(callback_port(address, 4501).ok(), expected, "{address}");
        }
    }
}
