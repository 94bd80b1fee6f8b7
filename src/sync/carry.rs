//! Packets that lie in a folder, sent for whoever put them there: a colleague's export on a stick, the store of a relay, a
//! mirror. The centre's receipts are laid beside them; whoever the packets are of believes those by its own rules.

use crate::log::Fork;
use crate::outbox::{Outbox, OutboxError, Waiting};
use crate::reason::Reason;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tram_packet::{Outside, PacketId, Receipt};

/// Receipts are called like this, after the packet.
const RECEIPT: &str = "receipt";
/// No receipt is larger, in bytes.
const LARGEST_RECEIPT: u64 = 4096;

/// A folder of packets as a lane's outbox. Nothing in it is ever deleted.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    packets: BTreeMap<PacketId, (PathBuf, Waiting)>,
    set_aside: Vec<(PacketId, Reason)>,
}

impl Folder {
    /// Looks through a folder: files that are whole packets count, whatever they are called; others are left alone.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let mut packets = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let Ok(mut file) = File::open(&path) else { continue };
            let Ok(outside) = Outside::read(&mut file) else { continue };
            let packet = outside.header().packet;
            let waiting = Waiting { packet, sha256: outside.digest(), size: outside.size(), attempts: 0 };
            packets.insert(packet, (path, waiting));
        }
        Ok(Self { path: folder.to_owned(), packets, set_aside: Vec::new() })
    }

    /// How many packets lie there.
    pub fn count(&self) -> usize {
        self.packets.len()
    }

    /// Packets the centre would not take, and why.
    pub fn set_aside(&self) -> &[(PacketId, Reason)] {
        &self.set_aside
    }

    fn receipt_path(&self, packet: PacketId) -> PathBuf {
        self.path.join(format!("{packet}.{RECEIPT}"))
    }

    fn waits(&self, packet: PacketId) -> bool {
        !self.receipt_path(packet).exists() && self.set_aside.iter().all(|(aside, _)| *aside != packet)
    }
}

/// The receipts that lie in a folder, signed; whether they are to be believed is the reader's to see.
///
/// # Errors
/// When the folder cannot be listed or a receipt cannot be read.
pub fn receipts(folder: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let mut receipts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == RECEIPT) {
            let mut receipt = Vec::new();
            File::open(path)?.take(LARGEST_RECEIPT).read_to_end(&mut receipt)?;
            receipts.push(receipt);
        }
    }
    Ok(receipts)
}

fn unreadable(error: &std::io::Error) -> OutboxError {
    OutboxError(error.to_string())
}

impl Outbox for Folder {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        let all = self.packets.values().map(|(_, waiting)| *waiting);
        Ok(all.filter(|waiting| self.waits(waiting.packet)).collect())
    }

    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        Ok(Vec::new())
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        let (path, _) = self.packets.get(&packet).ok_or_else(|| OutboxError("no such packet".into()))?;
        let read = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::with_capacity(length);
            file.take(length as u64).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| unreadable(&error))
    }

    fn record_attempt(&mut self, packet: PacketId, _reason: &Reason) -> Result<(), OutboxError> {
        if let Some((_, waiting)) = self.packets.get_mut(&packet) {
            waiting.attempts += 1;
        }
        Ok(())
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        _receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        let path = self.receipt_path(packet);
        let write = || {
            let unfinished = path.with_extension("new");
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o644).open(&unfinished)?;
            file.write_all(signed)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(|error: std::io::Error| unreadable(&error))
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.set_aside.push((packet, reason.clone()));
        Ok(())
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        // Receipts in the folder belong to who comes for them; the station that sealed a packet offers it again itself.
        Ok(())
    }

    fn distrust(&mut self, _fork: &Fork) -> Result<(), OutboxError> {
        Ok(())
    }
}
