//! Registration capture: what is asked, and what must hold before an image is taken.
//!
//! An answer is used whole or not at all. Each image must be signed by the device that was opened, for this
//! transaction, purpose, environment and time; the hashes must chain from what the station sent; and the images must be
//! the ones that were asked for, each once, in records whose image is what their header says.

use crate::SbiError;
use crate::exchange::Question;
use crate::identity::{DeviceInfo, Dialect, DigitalId, check_environment};
use crate::jws::{self, decode64, sha256};
use crate::parts::{Part, Target, names};
use crate::record::{self, RecordImage};
use crate::site::Site;
use crate::words::{error_of, number, text};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tram_biometric::Quality;

/// How long a device may wait for what it is to capture; then it gives the best picture it had, or none.
pub const CAPTURE_TIMEOUT: Duration = Duration::from_secs(10);
/// What a device may take to encode and sign beyond that. The image specification wants an answer within 4 s.
const SIGNING_PATIENCE: Duration = Duration::from_secs(4);
/// How far the device's clock may be from the station's.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(2);
/// The score at which a device takes by itself. It only sets the moment: what is good enough to keep, the station
/// measures for itself.
const REQUESTED_SCORE: &str = "60";

/// One image, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Captured {
    /// What it shows.
    pub part: Part,
    /// The device's own score; NFIQ 2 of fingers.
    pub quality: Quality,
    /// The record of ISO/IEC 19794, byte for byte as it was signed.
    pub record: Vec<u8>,
    /// The image in the record.
    pub image: RecordImage,
    /// The signed message it came in, as evidence.
    pub signed: String,
}

impl fmt::Debug for Captured {
    /// Sizes only: an image of a person never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RecordImage { codec, width, height, .. } = &self.image;
        write!(f, "Captured({}, {codec:?} {width}x{height}, {})", self.part, self.quality)
    }
}

/// How a device joins the two hashes of a link. The specification can be read both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainForm {
    /// The 64 bytes of both.
    Bytes,
    /// The 128 upper-case hexadecimal digits of both.
    Hexadecimal,
}

/// The hash before the first capture: SHA-256 of nothing.
pub(crate) fn first_hash() -> String {
    hex::encode_upper(sha256(b""))
}

/// One link of the chain.
pub(crate) fn link(previous: &str, record: &[u8], form: ChainForm) -> Option<String> {
    let inner = sha256(record);
    let joined = match form {
        ChainForm::Bytes => [hex::decode(previous).ok()?.as_slice(), &inner].concat(),
        ChainForm::Hexadecimal => [previous.to_uppercase(), hex::encode_upper(inner)].concat().into_bytes(),
    };
    Some(hex::encode_upper(sha256(&joined)))
}

/// One capture that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: Target,
    pub(crate) absent: Vec<Part>,
    pub(crate) sub_id: u8,
    pub(crate) transaction: String,
    pub(crate) previous_hash: String,
    pub(crate) begun: OffsetDateTime,
}

impl Request {
    pub(crate) fn question(&self, device: &DeviceInfo, site: &Site) -> Question {
        let parts = self.target.parts(&self.absent);
        let mut bio = json!({
            "type": self.target.kind().word(),
            "count": parts.len(),
            "bioSubType": sub_types(&parts),
            "exception": sub_types(&self.absent),
            "requestedScore": REQUESTED_SCORE,
            "deviceSubId": self.sub_id,
            "previousHash": self.previous_hash,
        });
        let name = match device.dialect {
            Dialect::Mds095 => ("deviceId", &device.device_id),
            Dialect::Sbi10 => ("serialNo", &device.id.serial),
        };
        if let Some(bio) = bio.as_object_mut() {
            bio.insert(name.0.to_owned(), json!(name.1));
        }
        let body = json!({
            "env": site.environment.to_string(),
            "purpose": "Registration",
            "specVersion": device.dialect.version(),
            "timeout": CAPTURE_TIMEOUT.as_millis() as u64,
            "captureTime": timestamp(self.begun),
            "transactionId": self.transaction,
            "bio": [bio],
            "customOpts": {},
        });
        let patience = CAPTURE_TIMEOUT + SIGNING_PATIENCE;
        Question { verb: "RCAPTURE", path: "/capture", body: body.to_string(), patience }
    }
}

fn sub_types(parts: &[Part]) -> Vec<&'static str> {
    parts.iter().filter_map(|part| part.sub_type()).collect()
}

/// The specification's format: UTC to the second.
fn timestamp(time: OffsetDateTime) -> String {
    time.to_offset(time::UtcOffset::UTC)
        .replace_nanosecond(0)
        .unwrap_or(time)
        .format(&Rfc3339)
        .unwrap_or_default()
}

/// What a whole answer proves.
#[derive(Debug)]
pub(crate) struct Verified {
    /// In the order of the request.
    pub(crate) images: Vec<Captured>,
    /// The last hash, from which the next capture chains.
    pub(crate) last_hash: String,
    pub(crate) chain: ChainForm,
}

/// Checks the answer to a request.
pub(crate) fn verify(
    body: &[u8],
    request: &Request,
    device: &DeviceInfo,
    site: &Site,
) -> Result<Verified, SbiError> {
    let garbage = |what: &str| SbiError::Garbage(what.to_owned());
    let answer: Value = serde_json::from_slice(body).map_err(|_e| garbage("no JSON"))?;
    if let Some(error) = error_of(&answer) {
        return Err(error);
    }
    let entries =
        answer.get("biometrics").and_then(Value::as_array).ok_or_else(|| garbage("no biometrics"))?;
    if let Some(error) = entries.iter().find_map(error_of) {
        return Err(error);
    }
    let images =
        entries.iter().map(|entry| image(entry, request, device, site)).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<String> = entries.iter().map(|entry| text(entry, "hash").unwrap_or_default()).collect();
    let chain = [ChainForm::Bytes, ChainForm::Hexadecimal]
        .into_iter()
        .find(|form| chains(&request.previous_hash, &images, &hashes, *form))
        .ok_or(SbiError::Chain)?;
    let last_hash = hashes.last().cloned().ok_or(SbiError::Chain)?;
    Ok(Verified { images: in_order(&images, request)?, last_hash, chain })
}

fn chains(first: &str, images: &[Captured], hashes: &[String], form: ChainForm) -> bool {
    let mut previous = first;
    images.iter().zip(hashes).all(|(image, hash)| {
        let expected = link(previous, &image.record, form);
        previous = hash;
        expected.is_some_and(|expected| expected.eq_ignore_ascii_case(hash))
    })
}

/// One image whose signatures, words and record hold.
fn image(entry: &Value, request: &Request, device: &DeviceInfo, site: &Site) -> Result<Captured, SbiError> {
    let signed = text(entry, "data").unwrap_or_default();
    let now = (site.clock)();
    let data = jws::open(&signed, "the image", site, now)?;
    let word = |key| text(&data.contents, key).unwrap_or_default();
    let identity = jws::open(&word("digitalId"), "the image's device", site, now)?;
    let id = DigitalId::read(&identity.contents);
    if id.as_ref().map(|id| (&id.serial, id.kind)) != Some((&device.id.serial, device.id.kind)) {
        let found = id.map(|id| id.serial).unwrap_or_default();
        return Err(SbiError::OtherDevice { expected: device.id.serial.clone(), found });
    }
    // Where the device key signs the identity too, an identity cannot be carried over to another device's image.
    if device.device_key.is_some() && data.signer != identity.signer {
        return Err(SbiError::Signature("the image's device"));
    }
    if word("transactionId") != request.transaction {
        return Err(SbiError::OtherTransaction);
    }
    if word("purpose") != "Registration" {
        return Err(SbiError::Purpose(word("purpose")));
    }
    check_environment(&word("env"), site)?;
    check_time(&word("timestamp"), request.begun, now)?;
    let garbage = |what: &str| SbiError::Garbage(what.to_owned());
    let sub_type = text(&data.contents, "bioSubType");
    let part = Part::read(&word("bioType"), sub_type.as_deref())
        .ok_or_else(|| garbage("an image of an unknown part"))?;
    let score = number(&data.contents, "qualityScore").ok_or_else(|| garbage("an image without a score"))?;
    let record = decode64(&word("bioValue")).ok_or_else(|| garbage("an image that is no base64"))?;
    let image = record::read(&record)?;
    if image.part.is_some_and(|shown| shown != part) {
        let shown = image.part.map(|shown| shown.to_string()).unwrap_or_default();
        return Err(SbiError::OtherParts { expected: part.to_string(), found: shown });
    }
    Ok(Captured { part, quality: Quality::new(score.clamp(0.0, 100.0).round() as u8), record, image, signed })
}

fn check_time(found: &str, begun: OffsetDateTime, now: OffsetDateTime) -> Result<(), SbiError> {
    let time = OffsetDateTime::parse(found, &Rfc3339).ok();
    let range = (begun - CLOCK_TOLERANCE)..=(now + CLOCK_TOLERANCE);
    if time.is_some_and(|time| range.contains(&time)) {
        return Ok(());
    }
    Err(SbiError::Timestamp { found: found.chars().take(40).collect(), now: timestamp(now) })
}

/// Exactly the images asked for, in the order they were asked for.
fn in_order(images: &[Captured], request: &Request) -> Result<Vec<Captured>, SbiError> {
    let expected = request.target.parts(&request.absent);
    let found: Vec<Part> = images.iter().map(|image| image.part).collect();
    let mut ordered = Vec::new();
    for part in &expected {
        ordered.extend(images.iter().find(|image| image.part == *part).cloned());
    }
    if ordered.len() == expected.len() && images.len() == expected.len() {
        return Ok(ordered);
    }
    Err(SbiError::OtherParts { expected: names(&expected), found: names(&found) })
}
