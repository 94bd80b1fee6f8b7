//! Packets carried to the centre in a file, and receipts carried home: for stations that have no link for weeks.
//!
//! A file changes nothing at the station: its packets wait until a receipt comes, by whatever way. Receipts that come in a
//! file are believed by the same rules as those that come over the link.

use crate::lane::{Lane, believable, is_sound};
use crate::log::{Fork, Question};
use crate::outbox::{Outbox, OutboxError};
use crate::protocol::{Checkpoint, LARGEST_CHUNK};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use time::OffsetDateTime;
use tram_packet::courier::{Carried, CourierList, CourierWriter, Homeward, MOST_CARRIED};
use tram_packet::merkle::{Tree, verify_consistency};
use tram_packet::random::CryptoRng;
use tram_packet::{PacketError, Receipt, RecipientPublicKey, Signer};

/// Why a file was not written or not believed.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// No packet waits.
    #[error("there is nothing to carry: no packet waits")]
    Nothing,
    /// The medium.
    #[error("the file cannot be written: {0}")]
    Medium(#[from] std::io::Error),
    /// Forged, damaged, or another kind of file.
    #[error("the file cannot be believed: {0}")]
    Packet(#[from] PacketError),
    /// It is for somebody else.
    #[error("the receipts are those of station {0}")]
    OtherStation(String),
    /// The station has seen more since it was written.
    #[error("the file is older than what this station knows of the centre; get a new one, or connect")]
    Stale,
    /// The centre contradicts itself.
    #[error(transparent)]
    Fork(#[from] Fork),
    /// The store.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// Who packs a file, and for whom.
pub struct Sender<'a> {
    /// The station's id.
    pub station: &'a str,
    /// Its key.
    pub key: &'a dyn Signer,
    /// The centre's courier key, from the signed reference data.
    pub to: &'a RecipientPublicKey,
    /// When, by the wall clock.
    pub at: OffsetDateTime,
}

/// What became of the receipts of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CameHome {
    /// Stored.
    pub received: usize,
    /// For packets that do not wait here: received before, or not this station's.
    pub not_waiting: usize,
    /// Not believed.
    pub refused: usize,
}

impl<T> Lane<T> {
    /// Writes waiting packets, oldest first, into a file that does not exist yet; durable when it returns. Gives what the
    /// file holds, at most [`MOST_CARRIED`] packets. Packets that the disk damaged are left out.
    ///
    /// # Errors
    /// [`CourierError::Nothing`], [`CourierError::Medium`], [`CourierError::Packet`], [`CourierError::Outbox`].
    pub fn send_out(
        &self,
        outbox: &mut dyn Outbox,
        sender: &Sender<'_>,
        path: &Path,
        random: &mut dyn CryptoRng,
    ) -> Result<Vec<Carried>, CourierError> {
        let mut packets = Vec::new();
        for waiting in outbox.waiting()?.into_iter().take(MOST_CARRIED) {
            if is_sound(outbox, &waiting)? {
                packets.push(Carried { packet: waiting.packet, sha256: waiting.sha256, size: waiting.size });
            }
        }
        if packets.is_empty() {
            return Err(CourierError::Nothing);
        }
        let list = CourierList {
            station: sender.station.to_owned(),
            made_at: sender.at,
            seen: self.checkpoint().map_or(0, |seen| seen.size),
            packets: packets.clone(),
        };
        let unfinished = path.with_extension("part");
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        let mut writer = CourierWriter::new(BufWriter::new(file), &list, sender.key, sender.to, random)?;
        for carried in &packets {
            let mut offset = 0;
            while offset < carried.size {
                let bytes = outbox.read(carried.packet, offset, LARGEST_CHUNK)?;
                if bytes.is_empty() {
                    return Err(OutboxError(format!("packet {} is cut short", carried.packet)).into());
                }
                offset += bytes.len() as u64;
                writer.push(&bytes)?;
            }
        }
        let mut buffered = writer.finish()?;
        buffered.flush()?;
        buffered.get_ref().sync_all()?;
        drop(buffered);
        // Never over an earlier file, whose packets may be on their way.
        std::fs::hard_link(&unfinished, path).or_else(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Err(error),
            // FAT knows no links.
            _ if path.exists() => Err(std::io::ErrorKind::AlreadyExists.into()),
            _ => std::fs::rename(&unfinished, path),
        })?;
        std::fs::remove_file(&unfinished).or_else(absent)?;
        File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?
            .sync_all()?;
        Ok(packets)
    }

    /// Takes over the receipts in a file from the centre, if they are to be believed.
    ///
    /// # Errors
    /// [`CourierError::Packet`], [`CourierError::OtherStation`], [`CourierError::Stale`], [`CourierError::Fork`],
    /// [`CourierError::Outbox`].
    pub fn bring_home(
        &mut self,
        outbox: &mut dyn Outbox,
        station: &str,
        file: &[u8],
    ) -> Result<CameHome, CourierError> {
        let kid = Homeward::signed_by(file)?;
        let unknown = PacketError::UnknownKey { what: "courier's receipts", kid };
        let key = self.centre_keys().iter().find(|key| key.kid() == kid).ok_or(unknown)?;
        let homeward = Homeward::verify(file, key)?;
        if homeward.station != station {
            return Err(CourierError::OtherStation(homeward.station));
        }
        let Homeward { epoch, size, root, .. } = homeward;
        let checkpoint = Checkpoint { epoch, size, root };
        match (self.log().question_of(&checkpoint), self.log().seen().copied()) {
            (Question::Restored, Some(seen)) if epoch > seen.epoch => {
                outbox.offer_again()?;
                self.log_mut().begin_anew(checkpoint);
            }
            (Question::Restored, _) => return Err(CourierError::Stale),
            // The log went on by another way since the file was asked for, or the file came home before: its path starts
            // elsewhere and proves nothing against the centre. The next contact is held to what was seen.
            (Question::Consistency { .. }, Some(seen)) if seen.size != homeward.seen => {}
            (_, seen) => {
                // Between equally long logs there is nothing to prove but their roots.
                let is_same = seen.is_some_and(|seen| seen.size == size);
                let path = if is_same { [].as_slice() } else { homeward.path.as_slice() };
                if let Err(fork) = self.log_mut().link(checkpoint, path) {
                    outbox.distrust(&fork)?;
                    return Err(fork.into());
                }
            }
        }
        let believed = homeward.receipts.iter().map(|carried| {
            let believed = believable(carried.receipt(), self.centre_keys())
                .filter(|receipt| verify_consistency(receipt.tree(), Tree { size, root }, &carried.path));
            (carried.receipt(), believed)
        });
        Ok(take_over(outbox, believed)?)
    }
}

impl<T> Lane<T> {
    /// Takes over receipts that somebody laid beside packets it carried. Each is believed on the centre's signature and its
    /// own proof; no longer log is taken as seen by that, so that the next contact holds the centre to what was seen before.
    ///
    /// # Errors
    /// [`OutboxError`].
    pub fn take_receipts(
        &self,
        outbox: &mut dyn Outbox,
        receipts: &[Vec<u8>],
    ) -> Result<CameHome, OutboxError> {
        // One from before a restoration may be for what the centre has lost since.
        let is_current = |receipt: &Receipt| self.log().seen().is_none_or(|seen| seen.epoch <= receipt.epoch);
        let believed = receipts
            .iter()
            .map(|signed| (signed.as_slice(), believable(signed, self.centre_keys()).filter(is_current)));
        take_over(outbox, believed)
    }
}

/// Takes over what is believed and for packets of this outbox; those set aside as well: the centre has them after all.
fn take_over<'a>(
    outbox: &mut dyn Outbox,
    receipts: impl Iterator<Item = (&'a [u8], Option<Receipt>)>,
) -> Result<CameHome, OutboxError> {
    let mut unreceipted = outbox.waiting()?;
    unreceipted.extend(outbox.aside()?);
    let mut came = CameHome::default();
    for (signed, believed) in receipts {
        match believed {
            None => came.refused += 1,
            Some(receipt) if unreceipted.iter().any(|packet| packet.is_answered_by(&receipt)) => {
                outbox.store_receipt(receipt.packet, signed, &receipt)?;
                came.received += 1;
            }
            Some(_) => came.not_waiting += 1,
        }
    }
    Ok(came)
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
