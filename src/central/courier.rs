//! A courier's file at the centre: its packets are taken in like any others, and the receipts go into a file home.

use crate::centre::Centre;
use crate::durable;
use crate::error::CentralError;
use crate::intake::State;
use crate::keyring::Register;
use crate::stations::Caller;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read};
use std::path::Path;
use tram_packet::PacketId;
use tram_packet::courier::{Carried, CourierList, CourierReader, Homeward, HomewardReceipt};
use tram_sync::protocol::{Announce, Announced};

/// What became of a courier's file.
#[derive(Debug)]
pub struct Delivered {
    /// Whose it was.
    pub station: String,
    /// Packets in it that the centre holds now.
    pub held: usize,
    /// Packets it does not take, and why.
    pub refused: Vec<(PacketId, String)>,
}

impl Centre {
    /// Takes in the packets of a courier's file, and writes the receipts of all that are held into a file that does not
    /// exist yet. Again is harmless.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when this centre takes no couriers, [`CentralError::Packet`] when the file is forged,
    /// damaged or for somebody else; packets before the damage are taken in all the same.
    pub fn deliver(&self, file: &Path, homeward: &Path) -> Result<Delivered, CentralError> {
        let no_key = || CentralError::Setup("this centre has no courier key".into());
        let key = self.keys.courier.as_ref().ok_or_else(no_key)?;
        let keyring = Register::of(&self.database);
        let source = BufReader::new(File::open(file)?);
        let (list, mut packets) = keyring.checked(CourierReader::open(source, key, &keyring))??;
        let caller = Caller { station: list.station.clone(), revoked: false };
        let mut refused = Vec::new();
        for carried in &list.packets {
            if let Some(why) = self.take_carried(carried, &mut packets, &caller)? {
                refused.push((carried.packet, why));
            }
        }
        let held = self.write_homeward(&list, homeward)?;
        Ok(Delivered { station: list.station, held, refused })
    }

    /// One packet; why it is not taken, if it is not.
    fn take_carried<R: Read>(
        &self,
        carried: &Carried,
        packets: &mut CourierReader<R>,
        caller: &Caller,
    ) -> Result<Option<String>, CentralError> {
        let Carried { packet, sha256, size } = *carried;
        match self.announce(&Announce { packet, sha256, size }, caller) {
            Ok(Announced::Wanted { .. }) => {
                let path = self.upload_path(packet);
                let mut upload = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
                packets.next_packet(&mut upload)?;
                upload.sync_all()?;
                durable::sync_parent(&path)?;
                self.take_in(packet)?;
            }
            Ok(Announced::Held { .. }) => drop(packets.next_packet(&mut std::io::sink())?),
            Err(CentralError::Refused(refusal)) => {
                packets.next_packet(&mut std::io::sink())?;
                return Ok(Some(refusal.detail));
            }
            Err(other) => return Err(other),
        }
        Ok(match self.packet(packet)? {
            Some(State::Refused { detail, .. }) => Some(detail),
            Some(State::Announced { .. }) | None => Some("what arrived is not what was announced".into()),
            Some(State::Held { .. }) => None,
        })
    }

    /// The file home, with the proof that each receipt's log is the beginning of the log of the file.
    fn write_homeward(&self, list: &CourierList, path: &Path) -> Result<usize, CentralError> {
        let checkpoint = self.checkpoint()?;
        let from = |earlier: u64| self.consistency(earlier, checkpoint.size);
        let mut receipts = Vec::new();
        for carried in &list.packets {
            if let Some(State::Held { receipt, .. }) = self.packet(carried.packet)? {
                let signed = tram_packet::Receipt::verify(&receipt, self.keys.receipts_key())?;
                let path = from(signed.tree().size)?.unwrap_or_default();
                receipts.push(HomewardReceipt::new(receipt, path));
            }
        }
        let held = receipts.len();
        let homeward = Homeward {
            station: list.station.clone(),
            made_at: self.now(),
            epoch: checkpoint.epoch,
            size: checkpoint.size,
            root: checkpoint.root,
            seen: list.seen,
            path: from(list.seen)?.unwrap_or_default(),
            receipts,
        };
        let signed = homeward.sign(&self.keys.receipts)?;
        if path.exists() {
            return Err(CentralError::Setup(format!("{} is there already", path.display())));
        }
        durable::write(path, &signed)?;
        Ok(held)
    }
}
