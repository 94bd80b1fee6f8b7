//! The signed text in the QR code of the appointment slip.
//!
//! `TRAM1:dossier:YYYYMMDD:kid:signature`, all within the alphanumeric alphabet of QR codes (ISO/IEC 18004, 7.4.4),
//! so that 64 bytes of signature cost 103 characters and the code stays small enough for a receipt printer. A citizen
//! who scans it with any reader sees the dossier's number and the day; an office verifies it with the station's key.

use crate::PacketError;
use crate::id::Kid;
use crate::keys::{PublicKey, Signer};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ValueError, StrDeserializer};
use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tram_enrollment::DossierNumber;

const WHAT: &str = "appointment slip";
const PREFIX: &str = "TRAM1";
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]");
/// RFC 4648, section 6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the slip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The dossier.
    pub dossier: DossierNumber,
    /// When the card is to be fetched.
    pub appointment: Date,
}

impl Slip {
    /// The text for the QR code, signed by the station.
    ///
    /// # Errors
    /// [`PacketError::Format`] when the dossier's number has letters a QR code cannot say briefly, [`PacketError::Sign`].
    pub fn sign(&self, station: &dyn Signer) -> Result<String, PacketError> {
        let day = self.appointment.format(DAY).map_err(|_year| PacketError::Format { what: WHAT })?;
        let kid = base32(station.public_key().kid().as_bytes());
        let signed = format!("{PREFIX}:{}:{day}:{kid}", self.dossier);
        if signed.len() > 120 || !signed.bytes().all(is_alphanumeric) || self.dossier.as_str().contains(':') {
            return Err(PacketError::Format { what: WHAT });
        }
        let signature = station.sign(signed.as_bytes())?;
        Ok(format!("{signed}:{}", base32(&signature)))
    }

    /// The station key a slip claims to be signed by.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn signed_by(text: &str) -> Result<Kid, PacketError> {
        let kid = || Kid::from_slice(&from_base32(fields(text)?.kid)?);
        kid().ok_or(PacketError::Format { what: WHAT })
    }

    /// What a slip says, once the station's key verifies it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::UnknownKey`], [`PacketError::Format`].
    pub fn verify(text: &str, station: &PublicKey) -> Result<Self, PacketError> {
        let damaged = PacketError::Format { what: WHAT };
        let kid = Self::signed_by(text)?;
        if kid != station.kid() {
            return Err(PacketError::UnknownKey { what: WHAT, kid });
        }
        let Some(Fields { signed, dossier, day, signature, .. }) = fields(text) else { return Err(damaged) };
        let Some(signature) = from_base32(signature) else { return Err(damaged) };
        if !station.verifies(signed.as_bytes(), &signature) {
            return Err(PacketError::Signature { what: WHAT });
        }
        let text: StrDeserializer<'_, ValueError> = dossier.into_deserializer();
        let (Ok(dossier), Ok(appointment)) = (DossierNumber::deserialize(text), Date::parse(day, DAY)) else {
            return Err(damaged);
        };
        Ok(Self { dossier, appointment })
    }
}

struct Fields<'a> {
    signed: &'a str,
    dossier: &'a str,
    day: &'a str,
    kid: &'a str,
    signature: &'a str,
}

fn fields(text: &str) -> Option<Fields<'_>> {
    let (signed, signature) = text.rsplit_once(':').filter(|_| text.len() <= 256)?;
    let mut cells = signed.split(':');
    let (PREFIX, dossier, day, kid, None) =
        (cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next())
    else {
        return None;
    };
    Some(Fields { signed, dossier, day, kid, signature })
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" $%*+-./:".contains(&byte)
}

/// Base 32 without padding.
fn base32(bytes: &[u8]) -> String {
    bytes
        .chunks(5)
        .flat_map(|group| {
            let bits =
                group.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
            let digits = (group.len() * 8).div_ceil(5);
            (0..digits).map(move |place| (bits >> (35 - 5 * place) & 31) as usize)
        })
        .filter_map(|digit| BASE32.get(digit).map(|letter| char::from(*letter)))
        .collect()
}

/// The bytes, if the text is their one form.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.as_bytes().chunks(8) {
        let mut bits = 0_u64;
        for letter in group {
            bits = bits << 5 | BASE32.iter().position(|known| known == letter)? as u64;
        }
        bits <<= 5 * (8 - group.len());
        bytes.extend(bits.to_be_bytes().iter().skip(3).take(group.len() * 5 / 8));
    }
    (base32(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StationKey;
    use time::macros::date;

    #[test]
    fn base32_is_that_of_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), coded);
            assert_eq!(from_base32(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base32("MZ"), None, "bits left over");
    }

    #[test]
    fn a_slip_verifies_and_nothing_in_it_can_be_changed() {
        let station = StationKey::generate().unwrap();
        let slip = Slip {
            dossier: DossierNumber::new("G01.822.054", date!(2026 - 11 - 22), 890_028),
            appointment: date!(2026 - 12 - 01),
        };
        let text = slip.sign(&station).unwrap();
        assert!(text.starts_with("TRAM1:G01.822.054-261122-890028:20261201:"), "{text}");
        assert!(text.len() < 180 && text.bytes().all(is_alphanumeric));
        assert_eq!(Slip::verify(&text, station.public_key()), Ok(slip));
        for place in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[place] = if forged[place] == b'2' { b'3' } else { b'2' };
            assert!(Slip::verify(&String::from_utf8(forged).unwrap(), station.public_key()).is_err());
        }
    }
}
