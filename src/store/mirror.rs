//! Sealed packets as files on a second medium, so that the outbox survives the loss of the disk.
//!
//! A packet is already encrypted and signed; a file holds its bytes and nothing else. A mark in the folder tells a
//! mounted medium from the empty folder beneath it, and whose packets lie there.

use crate::key::sync_directory_of;
use crate::outbox::{OutboxRow, PacketState};
use crate::{Act, Reader, Store, StoreError};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use tram_packet::header::LARGEST_PACKET;
use tram_packet::{Outside, PublicKey, SealedPacket};

const MARK: &str = "tram-mirror";

/// A folder on a second medium.
#[derive(Clone, Debug)]
pub struct Mirror {
    folder: PathBuf,
}

/// What an update of a mirror did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// Packets copied to it.
    pub copied: usize,
    /// Packets removed from it, because they are purged.
    pub removed: usize,
}

impl Mirror {
    /// Makes a folder the mirror of a station.
    ///
    /// # Errors
    /// [`StoreError::Disk`], [`StoreError::Foreign`] when it is another station's.
    pub fn create(folder: &Path, station: &str) -> Result<Self, StoreError> {
        fs::create_dir_all(folder)?;
        let mirror = Self { folder: folder.to_owned() };
        if !folder.join(MARK).exists() {
            mirror.write(MARK, &mut station.as_bytes())?;
        }
        Self::open(folder, station)
    }

    /// The mirror of a station that was made before.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the medium is not there, [`StoreError::Foreign`] when it is another station's.
    pub fn open(folder: &Path, station: &str) -> Result<Self, StoreError> {
        let owner = fs::read(folder.join(MARK)).map_err(|_absent| StoreError::Missing(folder.to_owned()))?;
        if owner == station.as_bytes() {
            Ok(Self { folder: folder.to_owned() })
        } else {
            Err(StoreError::Foreign)
        }
    }

    /// Copies every packet that is not there yet and removes those that are purged. Each copy is durable before the next.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`], [`StoreError::Missing`] when the medium was pulled.
    pub fn update(&self, store: &Reader) -> Result<Updated, StoreError> {
        if !self.folder.join(MARK).exists() {
            return Err(StoreError::Missing(self.folder.clone()));
        }
        let there: BTreeSet<OsString> = self.names()?.into_iter().collect();
        let mut updated = Updated::default();
        for row in store.outbox(OffsetDateTime::UNIX_EPOCH)? {
            let name = file_name(&row);
            match (row.state == PacketState::Purged, there.contains(&OsString::from(&name))) {
                (false, false) => {
                    self.copy(&name, store, &row)?;
                    updated.copied += 1;
                }
                (true, true) => {
                    fs::remove_file(self.folder.join(&name))?;
                    updated.removed += 1;
                }
                _ => {}
            }
        }
        Ok(updated)
    }

    /// The packets that lie there in the order they were sealed, and what is wrong with those that cannot be read.
    ///
    /// # Errors
    /// [`StoreError::Disk`] when the folder cannot be listed.
    pub fn packets(&self) -> Result<impl Iterator<Item = Result<SealedPacket, StoreError>>, StoreError> {
        let folder = self.folder.clone();
        Ok(self.names()?.into_iter().map(move |name| {
            let mut bytes = Vec::new();
            let file = fs::File::open(folder.join(name))?;
            file.take(LARGEST_PACKET as u64 + 1).read_to_end(&mut bytes)?;
            Ok(SealedPacket::parse(bytes)?)
        }))
    }

    fn names(&self) -> Result<Vec<OsString>, StoreError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if Path::new(&name).extension() == Some("packet".as_ref()) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// A packet that the disk damaged is not copied: a mirror holds what was sealed or nothing.
    fn copy(&self, name: &str, store: &Reader, row: &OutboxRow) -> Result<(), StoreError> {
        let damaged = || StoreError::Damaged(format!("packet {} is not the one that was sealed", row.packet));
        let outside = Outside::read(&mut store.packet_blob(row.packet)?).map_err(|_unreadable| damaged())?;
        if outside.digest() != row.digest {
            return Err(damaged());
        }
        self.write(name, &mut store.packet_blob(row.packet)?)
    }

    /// Written whole under another name, then renamed, each step durable.
    fn write(&self, name: &str, bytes: &mut dyn Read) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        let unfinished = self.folder.join(format!("{name}.new"));
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        std::io::copy(bytes, &mut file)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        Ok(sync_directory_of(&path)?)
    }
}

/// Sorts in the order of sealing.
fn file_name(row: &OutboxRow) -> String {
    format!("{:010}-{}.packet", row.sequence, row.packet)
}

impl Store {
    /// Takes a packet from a mirror into the outbox, once the station's key verifies it; `false` when it is there.
    /// What dossier it holds is encrypted: it stands under its own id until the centre answers.
    ///
    /// # Errors
    /// [`StoreError::Packet`] when it is not this station's, [`StoreError::Refused`] when another packet has its number.
    pub fn recover(
        &mut self,
        packet: &SealedPacket,
        station: &PublicKey,
        act: Act<'_>,
    ) -> Result<bool, StoreError> {
        packet.verify(station)?;
        self.write(|transaction| crate::sealing::insert_recovered(transaction, packet, act))
    }
}
