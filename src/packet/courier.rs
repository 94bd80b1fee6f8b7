//! Files that a courier carries where there is no link: packets to the centre, receipts home.
//!
//! The file to the centre is encrypted to the centre's courier key, so that whoever finds it learns neither which station
//! sent how much nor what; the packets in it are sealed for another key still. It is the same HPKE as a packet's parts
//! and needs no further format. The file home holds nothing to hide and is signed by the centre.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::hybrid::{Opener, Sealer};
use crate::id::{Bytes, Digest, Hasher, Kid, PacketId};
use crate::keyring::Keyring;
use crate::keys::{PublicKey, Signer};
use crate::random::CryptoRng;
use crate::recipient::{RecipientKey, RecipientPublicKey};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use time::OffsetDateTime;

/// A file to the centre begins with this; it is HPKE's `info` as well.
const BEGINNING: &[u8] = b"tram courier v1\n";

/// Packets or receipts in one file; a station with more writes several.
pub const MOST_CARRIED: usize = 500;

const LIST: Form =
    Form { content_type: "application/vnd.tram.courier+cbor", what: "courier's list", largest: 256 * 1024 };
const HOMEWARD: Form = Form {
    content_type: "application/vnd.tram.homeward+cbor",
    what: "courier's receipts",
    largest: 4 * 1024 * 1024,
};

/// What a file to the centre holds, signed by the station that packed it: nothing can be left out unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourierList {
    /// Who packed it.
    pub station: String,
    /// When, by the station's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    /// How far the station has seen the centre's log, which the file home must continue; 0 for not at all.
    pub seen: u64,
    /// The packets, in the order of the file.
    pub packets: Vec<Carried>,
}

/// A packet in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Which.
    pub packet: PacketId,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// Their number.
    pub size: u64,
}

/// Packs a file to the centre.
pub struct CourierWriter<W>(Sealer<W>);

impl<W: Write> CourierWriter<W> {
    /// Begins with the list; the packets' bytes are pushed after it, in its order.
    ///
    /// # Errors
    /// [`PacketError::Sign`], [`PacketError::TooLarge`], [`PacketError::Io`].
    pub fn new(
        mut sink: W,
        list: &CourierList,
        station: &dyn Signer,
        to: &RecipientPublicKey,
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        if list.packets.len() > MOST_CARRIED {
            return Err(PacketError::TooLarge { what: LIST.what });
        }
        let signed = cose::sign1(&LIST, cbor::encode(list)?, station)?;
        sink.write_all(BEGINNING)?;
        let mut sealer = Sealer::new(sink, to, BEGINNING, random)?;
        sealer.push(&cbor::bytes_head(signed.len() as u64))?;
        sealer.push(&signed)?;
        Ok(Self(sealer))
    }

    /// More of the packets' bytes.
    ///
    /// # Errors
    /// [`PacketError::Io`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), PacketError> {
        self.0.push(bytes)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`PacketError::Io`].
    pub fn finish(self) -> Result<W, PacketError> {
        self.0.finish()
    }
}

/// Unpacks a file at the centre, holding a chunk of it in memory.
pub struct CourierReader<R> {
    plain: Opener<R>,
    awaited: std::vec::IntoIter<Carried>,
}

impl<R: Read> CourierReader<R> {
    /// The list, once the station's key verifies it, and what gives the packets.
    ///
    /// # Errors
    /// [`PacketError::Format`], [`PacketError::Decrypt`], [`PacketError::UnknownKey`], [`PacketError::Signature`],
    /// [`PacketError::Mismatch`] when another station packed it than it says, [`PacketError::Io`].
    pub fn open(
        mut source: R,
        key: &RecipientKey,
        keyring: &dyn Keyring,
    ) -> Result<(CourierList, Self), PacketError> {
        let damaged = || PacketError::Format { what: "courier's file" };
        let mut beginning = [0; BEGINNING.len()];
        source.read_exact(&mut beginning)?;
        if beginning != BEGINNING {
            return Err(damaged());
        }
        let mut plain = Opener::new(source, key, BEGINNING)?;
        let mut head = plain.take(1)?;
        let rest = head.first().and_then(|first| cbor::bytes_head_rest(*first)).ok_or_else(damaged)?;
        head.extend_from_slice(&plain.take(rest)?);
        let length = cbor::bytes_length(&head).filter(|length| *length <= LIST.largest as u64);
        let signed = plain.take(length.ok_or_else(damaged)? as usize)?;
        let statement = cose::parse_sign1(&LIST, &signed)?;
        let kid = statement.kid();
        let station = keyring.station(kid).ok_or(PacketError::UnknownKey { what: LIST.what, kid })?;
        let list: CourierList = cbor::decode(&statement.verify(&station.key)?, LIST.what)?;
        if list.station != station.id {
            return Err(PacketError::Mismatch { what: "the courier's station" });
        }
        let awaited = list.packets.clone().into_iter();
        Ok((list, Self { plain, awaited }))
    }

    /// Writes the next packet into `sink`; none once all have come. What was written is to be thrown away on an error.
    ///
    /// # Errors
    /// [`PacketError::Mismatch`] when it is not the packet of the list, [`PacketError::Decrypt`], [`PacketError::Io`].
    pub fn next_packet(&mut self, sink: &mut dyn Write) -> Result<Option<Carried>, PacketError> {
        const DIFFERS: PacketError = PacketError::Mismatch { what: "a packet of the courier's list" };
        let Some(carried) = self.awaited.next() else {
            return if self.plain.next(1)?.is_empty() { Ok(None) } else { Err(DIFFERS) };
        };
        let (mut left, mut hasher) = (carried.size, Hasher::default());
        while left > 0 {
            let bytes = self.plain.next(usize::try_from(left).unwrap_or(usize::MAX))?;
            if bytes.is_empty() {
                return Err(DIFFERS);
            }
            hasher.update(bytes);
            sink.write_all(bytes)?;
            left -= bytes.len() as u64;
        }
        if hasher.finish() == carried.sha256 { Ok(Some(carried)) } else { Err(DIFFERS) }
    }
}

/// Receipts on their way home, with everything a station needs to believe them without a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homeward {
    /// Whose they are.
    pub station: String,
    /// When, by the centre's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    /// Counts the restorations of the centre.
    pub epoch: u32,
    /// Entries of the centre's log.
    pub size: u64,
    /// The root of the log.
    pub root: Digest,
    /// [`CourierList::seen`] of the file that these answer.
    pub seen: u64,
    /// Proves the log of so many entries to be the beginning of this one.
    pub path: Vec<Digest>,
    /// The receipts.
    pub receipts: Vec<HomewardReceipt>,
}

/// A receipt and its place in the log of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomewardReceipt {
    receipt: Bytes,
    /// Proves the log that the receipt signs to be the beginning of the file's.
    pub path: Vec<Digest>,
}

impl HomewardReceipt {
    /// A signed receipt, and the path from its log to the file's.
    pub fn new(receipt: Vec<u8>, path: Vec<Digest>) -> Self {
        Self { receipt: Bytes(receipt), path }
    }

    /// The signed receipt.
    pub fn receipt(&self) -> &[u8] {
        &self.receipt.0
    }
}

impl Homeward {
    /// The file, under the centre's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`], [`PacketError::TooLarge`].
    pub fn sign(&self, centre: &dyn Signer) -> Result<Vec<u8>, PacketError> {
        if self.receipts.len() > MOST_CARRIED {
            return Err(PacketError::TooLarge { what: HOMEWARD.what });
        }
        cose::sign1(&HOMEWARD, cbor::encode(self)?, centre)
    }

    /// The key a file claims to be signed by.
    ///
    /// # Errors
    /// [`PacketError::Format`], [`PacketError::TooLarge`].
    pub fn signed_by(bytes: &[u8]) -> Result<Kid, PacketError> {
        Ok(cose::parse_sign1(&HOMEWARD, bytes)?.kid())
    }

    /// What the file says, once the centre's key verifies it. Each receipt is believed on its own.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`], [`PacketError::TooLarge`].
    pub fn verify(bytes: &[u8], centre: &PublicKey) -> Result<Self, PacketError> {
        cbor::decode(&cose::parse_sign1(&HOMEWARD, bytes)?.verify(centre)?, HOMEWARD.what)
    }
}
