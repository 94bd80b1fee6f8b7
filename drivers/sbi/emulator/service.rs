//! The service: questions in, answers out, one capture at a time.
#![allow(clippy::indexing_slicing)] // Of JSON only, where what is not there is null.

use crate::device::{Chain, Device, Modality, Spec, error, put};
use crate::keys::{Authority, DeviceKey};
use crate::picture::Picture;
use crate::records;
use crate::script::{Fault, Trouble, Verb};
use crate::spoil::spoil;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A whole HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The verb.
    pub verb: String,
    /// The path.
    pub path: String,
    /// The body, JSON.
    pub body: Value,
}

impl Request {
    /// Reads a request; `None` until it is whole.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let body = body.get(..length.map_or(Some(0), |length| length.parse().ok())?)?;
        let mut words = head.split(' ');
        let (verb, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Self { verb, path, body: serde_json::from_str(body).unwrap_or_default() })
    }
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How long after the one before it goes out.
    pub after: Duration,
    /// What goes out.
    pub bytes: Vec<u8>,
}

/// What happens after the last piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is closed.
    Close,
    /// It stays open and nothing comes.
    Hang,
    /// The service dies with all its connections, and is back after a while on this port.
    Die {
        /// How long it is away.
        away: Duration,
        /// Where it comes back.
        port: u16,
    },
}

/// An answer, to be played piece by piece.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) pieces: VecDeque<Piece>,
    /// Preview pictures still to come, all alike.
    pub(crate) frames: (u64, Duration, Arc<[u8]>),
    /// What happens after the last piece.
    pub end: End,
}

impl Answer {
    fn new(after: Duration, bytes: Vec<u8>, end: End) -> Self {
        let frames = (0, Duration::ZERO, Arc::from([]));
        Self { pieces: VecDeque::from([Piece { after, bytes }]), frames, end }
    }
}

impl Answer {
    pub(crate) fn next_frame(&mut self) -> Option<Piece> {
        let (left, after, frame) = &mut self.frames;
        *left = left.checked_sub(1)?;
        Some(Piece { after: *after, bytes: frame.to_vec() })
    }
}

impl Iterator for Answer {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        self.pieces.pop_front().or_else(|| self.next_frame())
    }
}

/// A service with one device.
#[derive(Debug)]
pub struct Service {
    /// The device; what is changed here holds from the next question on.
    pub device: Device,
    /// Where it listens.
    pub port: u16,
    device_key: DeviceKey,
    identity_key: Option<DeviceKey>,
    authority: Arc<Authority>,
    digital_id: String,
    script: Vec<Trouble>,
    asked: BTreeMap<Verb, u32>,
    capturing_until: Duration,
    captures: u32,
    frame: Arc<[u8]>,
}

impl Service {
    /// A service at this time with keys of an authority.
    pub fn new(device: Device, port: u16, authority: &Arc<Authority>, now: OffsetDateTime) -> Self {
        let device_key = authority.rsa_device(&device.serial, now, 30);
        let identity_key = device.has_trust_module.then(|| authority.ed25519_device("trust module", now));
        let digital_id = device.digital_id(&stamp(now));
        let digital_id = identity_key.as_ref().unwrap_or(&device_key).sign(&digital_id);
        let drawn = || Picture::ridges(1, (160, 120));
        let shown = device.slap.as_ref().map_or_else(drawn, |slap| slap.whole.clone());
        let frame: Arc<[u8]> = multipart(&shown.jpeg()).into();
        Self {
            port,
            identity_key,
            digital_id,
            authority: Arc::clone(authority),
            device_key,
            device,
            script: Vec::new(),
            asked: BTreeMap::new(),
            capturing_until: Duration::ZERO,
            captures: 0,
            frame,
        }
    }

    /// What shall go wrong.
    pub fn set_script(&mut self, script: Vec<Trouble>) {
        self.script = script;
    }

    /// How often this was asked.
    pub fn asked(&self, verb: Verb) -> u32 {
        self.asked.get(&verb).copied().unwrap_or_default()
    }

    /// How often it was touched.
    pub fn captures(&self) -> u32 {
        self.captures
    }

    /// The service died: whatever it was doing is over.
    pub fn restart(&mut self, port: u16) {
        self.port = port;
        self.capturing_until = Duration::ZERO;
    }

    /// Answers at a time on a clock of its user, and in the world's time.
    pub fn answer(&mut self, now: Duration, utc: OffsetDateTime, request: &Request) -> Answer {
        let verb = match (self.device.spec, request.verb.as_str(), request.path.as_str()) {
            (Spec::Mds095, "MOSIPDISC", "/device") | (Spec::Sbi10, "SBIDISC", "/device") => Verb::Discover,
            (Spec::Mds095, "MOSIPDINFO", "/info") | (Spec::Sbi10, "SBIINFO", "/info") => Verb::Info,
            (_, "STREAM", "/stream") => Verb::Stream,
            (_, "RCAPTURE", "/capture") => Verb::Capture,
            _ => {
                return Answer::new(
                    Duration::ZERO,
                    b"HTTP/1.1 405 Method Not Allowed\r\n\r\n".to_vec(),
                    End::Close,
                );
            }
        };
        let nth = self.asked(verb);
        self.asked.insert(verb, nth + 1);
        let fault = self.script.iter().find(|trouble| (trouble.verb, trouble.nth) == (verb, nth));
        let fault = fault.map(|trouble| trouble.fault);
        let answer = match verb {
            Verb::Discover => json_answer(Duration::ZERO, &self.device.discovery(self.port, &stamp(utc))),
            Verb::Info => self.info(utc, fault),
            Verb::Stream => self.stream(request),
            Verb::Capture => self.capture(now, utc, request, fault),
        };
        spoil(answer, fault)
    }

    /// The key that a fault puts in the place of the device's.
    fn false_key(&self, utc: OffsetDateTime, fault: Option<Fault>) -> Option<DeviceKey> {
        match fault? {
            Fault::Impostor => Some(Authority::impostor(utc).rsa_device(&self.device.serial, utc, 30)),
            Fault::Expired => {
                Some(self.authority.rsa_device(&self.device.serial, utc - time::Duration::days(60), 30))
            }
            _ => None,
        }
    }

    fn info(&self, utc: OffsetDateTime, fault: Option<Fault>) -> Answer {
        let mut device = self.device.clone();
        let false_key = self.false_key(utc, fault);
        match fault {
            Some(Fault::WrongEnvironment) => device.env = "Staging",
            Some(Fault::WrongPurpose) => device.purpose = "Auth",
            Some(Fault::Busy) => device.status = "Busy",
            _ => {}
        }
        let key = false_key.as_ref().unwrap_or(&self.device_key);
        let mut answer = device.info_answer(self.port, &self.digital_id, key);
        if fault == Some(Fault::WrongSignature)
            && let Some(entry) = answer.get_mut(0)
        {
            let other = Device { purpose: "Auth", ..device };
            let token = entry["deviceInfo"].as_str().unwrap_or_default();
            let token = forge(token, &other.info(self.port, &self.digital_id));
            put(entry, "deviceInfo", json!(token));
        }
        json_answer(Duration::ZERO, &answer)
    }

    fn stream(&self, request: &Request) -> Answer {
        let head =
            b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\
                     CACHE-CONTROL:no-store\r\nConnection: Closed\r\n\r\n";
        let mut answer = Answer::new(Duration::ZERO, head.to_vec(), End::Close);
        let timeout = request.body["timeout"].as_u64().unwrap_or(300_000);
        let frames = timeout / (self.device.frame_time.as_millis() as u64).max(1);
        answer.frames = (frames, self.device.frame_time, Arc::clone(&self.frame));
        answer
    }

    fn capture(
        &mut self,
        now: Duration,
        utc: OffsetDateTime,
        request: &Request,
        fault: Option<Fault>,
    ) -> Answer {
        let refuse = |after, code, info| {
            json_answer(
                after,
                &json!({ "biometrics": [{
                    "specVersion": [spec_version(self.device.spec)], "data": "", "hash": "", "error": error(code, info),
                }]}),
            )
        };
        if now < self.capturing_until || fault == Some(Fault::Busy) {
            return refuse(Duration::ZERO, "111", "Device Busy");
        }
        let timeout = Duration::from_millis(request.body["timeout"].as_u64().unwrap_or(10_000));
        if !self.device.is_occupied || fault == Some(Fault::NothingThere) {
            let waits = if self.device.is_occupied { self.device.capture_time } else { timeout };
            self.capturing_until = now + waits;
            return refuse(waits, "101", "Unable to detect a biometric object");
        }
        if fault == Some(Fault::VendorError) {
            return refuse(Duration::ZERO, "501", "Sensor too warm");
        }
        self.capturing_until = now + self.device.capture_time;
        self.captures += 1;
        let bio = &request.body["bio"][0];
        let mut parts = self.parts(bio);
        if fault == Some(Fault::OneMissing) {
            parts.pop();
        }
        if fault == Some(Fault::OneTwice)
            && let [first, .., last] = parts.as_mut_slice()
        {
            last.clone_from(first);
        }
        let false_key = self.false_key(utc, fault);
        let key = false_key.as_ref().unwrap_or(&self.device_key);
        let mut previous = bio["previousHash"].as_str().unwrap_or_default().to_owned();
        let mut biometrics = Vec::new();
        for part in &parts {
            let mut record = self.record(part, self.captures);
            match fault {
                Some(Fault::WrongRecord) => self.mislabel(&mut record),
                Some(Fault::DamagedRecord) => record.truncate(record.len().saturating_sub(7)),
                _ => {}
            }
            let made = if fault == Some(Fault::OldTimestamp) { utc - time::Duration::hours(1) } else { utc };
            previous = link(&previous, &record, self.device.chain);
            if fault == Some(Fault::BrokenChain) {
                previous = link(&previous, &record, self.device.chain);
            }
            let data = self.data(part, &record, request, &stamp(made), fault);
            let data = if fault == Some(Fault::WrongSignature) {
                let mut other = data.clone();
                put(&mut other, "qualityScore", json!(100));
                forge(&key.sign(&data), &other)
            } else {
                key.sign(&data)
            };
            let version = match self.device.spec {
                Spec::Mds095 => json!(["0.9.5"]),
                Spec::Sbi10 => json!("1.0"),
            };
            biometrics.push(json!({
                "specVersion": version, "data": data, "hash": previous, "error": error("0", "Success"),
            }));
        }
        json_answer(self.device.capture_time, &json!({ "biometrics": biometrics }))
    }

    fn data(&self, part: &str, record: &[u8], request: &Request, made: &str, fault: Option<Fault>) -> Value {
        let device = &self.device;
        let transaction = match fault {
            Some(Fault::WrongTransaction) => json!("TEST-another-transaction"),
            _ => request.body["transactionId"].clone(),
        };
        let identity = match fault {
            Some(Fault::OtherDevice) => {
                let other = Device { serial: "TEST-ANOTHER-0001".to_owned(), ..device.clone() };
                self.identity_key.as_ref().unwrap_or(&self.device_key).sign(&other.digital_id(made))
            }
            _ => self.digital_id.clone(),
        };
        let mut data = json!({
            "digitalId": identity,
            "bioType": device.bio_type(),
            "deviceServiceVersion": spec_version(device.spec),
            "purpose": if fault == Some(Fault::WrongPurpose) { "Auth" } else { device.purpose },
            "env": if fault == Some(Fault::WrongEnvironment) { "Staging" } else { device.env },
            "bioValue": URL_SAFE_NO_PAD.encode(record),
            "transactionId": transaction,
            "timestamp": made,
            "requestedScore": 60,
            "qualityScore": 77.5,
        });
        if device.spec == Spec::Mds095 {
            put(&mut data, "deviceCode", json!(device.serial));
        }
        if device.modality != Modality::FaceCamera {
            put(&mut data, "bioSubType", json!(part));
        }
        data
    }

    /// Another finger's code, the other eye's label; a face has neither.
    fn mislabel(&self, record: &mut [u8]) {
        let (at, sum) = match self.device.modality {
            Modality::SlapReader | Modality::SingleReader => (40, 11),
            Modality::IrisCamera => (37, 3),
            Modality::FaceCamera => return,
        };
        if let Some(label) = record.get_mut(at) {
            *label = sum - *label;
        }
    }

    /// What is asked for and not excepted, in the order of the request.
    fn parts(&self, bio: &Value) -> Vec<String> {
        let list = |key: &str| -> Vec<String> {
            let entries = bio[key].as_array().into_iter().flatten();
            entries.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        if self.device.modality == Modality::FaceCamera {
            return vec!["Face".to_owned()];
        }
        let exceptions = list("exception");
        list("bioSubType").into_iter().filter(|part| !exceptions.contains(part)).collect()
    }

    /// The record of a part at a touch.
    pub fn record(&self, part: &str, touch: u32) -> Vec<u8> {
        let named = [self.device.serial.as_str(), part].concat();
        let seed = named.bytes().fold(u64::from(touch), |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
        let size = self.device.picture;
        match self.device.modality {
            Modality::SlapReader | Modality::SingleReader => {
                let code = position(part);
                let played = self.device.slap.as_ref().and_then(|slap| slap.fingers.get(place(code)));
                let picture = played.cloned().unwrap_or_else(|| Picture::ridges(seed, size));
                records::finger(code, 77, &picture, self.device.encoding)
            }
            Modality::IrisCamera => {
                records::iris(if part == "Right" { 1 } else { 2 }, &Picture::eye(seed, size))
            }
            Modality::FaceCamera => records::face(&Picture::face(seed, size)),
        }
    }
}

/// Where a finger lies in the slap of its hand, from the left: the index of the right hand, the little one of the left.
fn place(code: u8) -> usize {
    match code {
        2..=5 => usize::from(code) - 2,
        7..=10 => 10 - usize::from(code),
        _ => 0,
    }
}

/// The finger's code in ISO/IEC 19794-4.
fn position(part: &str) -> u8 {
    const FINGERS: [&str; 5] = ["Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"];
    let Some((hand, finger)) = part.split_once(' ') else { return 0 };
    let index = FINGERS.iter().position(|name| *name == finger);
    let first = if hand == "Right" { 1 } else { 6 };
    index.map_or(0, |index| first + index as u8)
}

fn spec_version(spec: Spec) -> &'static str {
    match spec {
        Spec::Mds095 => "0.9.5",
        Spec::Sbi10 => "1.0",
    }
}

fn stamp(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}

/// A token with other contents under the old signature.
fn forge(token: &str, contents: &Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    match parts.as_slice() {
        [header, _, signature] => format!("{header}.{}.{signature}", crate::keys::unsigned(contents)),
        _ => token.to_owned(),
    }
}

fn hash(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// The next hash: of the one before and of the record's.
fn link(previous: &str, record: &[u8], chain: Chain) -> String {
    let digits =
        |at: usize| u8::from_str_radix(previous.get(at..at + 2).unwrap_or("00"), 16).unwrap_or_default();
    let joined = match chain {
        Chain::Hexadecimal => [previous, &upper_hex(hash(record).as_ref())].concat().into_bytes(),
        Chain::Bytes => {
            (0..previous.len()).step_by(2).map(digits).chain(hash(record).as_ref().iter().copied()).collect()
        }
    };
    upper_hex(hash(&joined).as_ref())
}

fn multipart(jpeg: &[u8]) -> Vec<u8> {
    let head =
        format!("--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
    [head.as_bytes(), jpeg, b"\r\n\r\n"].concat()
}

fn json_answer(after: Duration, body: &Value) -> Answer {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL:no-store\r\nContent-Length: {}\r\nContent-Type: application/json\r\n\
         Connection: Closed\r\n\r\n",
        body.len()
    );
    Answer::new(after, [head.into_bytes(), body.into_bytes()].concat(), End::Close)
}
