//! The seams between the parts of a simulated world, where defects can be planted.

use crate::common::MemoryCentre;
use std::cell::RefCell;
use std::rc::Rc;
use time::OffsetDateTime;
use tram_packet::{Digest, PacketId, PublicKey, Receipt};
use tram_store::{Act, Store, StoreError};
use tram_sync::protocol::Base64;
use tram_sync::{
    Announce, Announced, Checkpoint, Failure, Fork, Outbox, OutboxError, Reason, Received, Transport, Waiting,
};

/// Defects that other systems had, each at a seam between the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The centre says that it has bytes which it has not, and signs for what was announced.
    SignsForWhatIsNotThere,
    /// The centre enters a packet anew each time its last byte comes.
    EntersTwice,
    /// The centre changes an entry of its log.
    RewritesItsLog,
    /// The centre signs before its disk has the packet, and then loses power.
    SignsTooEarly,
    /// The station forgets the receipt it said it had stored.
    ForgetsReceipts,
    /// The station looks once what waits, and never again.
    OverlooksWhatCameLater,
    /// The station sets a packet aside at the first error.
    GivesUp,
    /// The station notes the restored centre's checkpoint, but does not offer again what the centre lost.
    KeepsTheCheckpointOnly,
    /// The station reads a byte beside the place it was asked for, after a cut.
    ReadsBesideThePlace,
    /// The centre answers with the receipt of another packet.
    AnswersForAnother,
    /// The station tells the officer that something is kept which is not yet.
    SaysKeptTooEarly,
}

pub(super) type Shared<T> = Rc<RefCell<T>>;

/// A station's way to the centre.
pub(super) struct Wire(pub(super) Shared<MemoryCentre>, pub(super) Option<Bug>);

impl Wire {
    /// The first receipt there is, where the defect is that it is given for every packet.
    fn of_another(&self) -> Option<Vec<u8>> {
        let first = self.0.borrow().registered.first().map(|(_, _, receipt)| receipt.clone());
        first.filter(|_| self.1 == Some(Bug::AnswersForAnother))
    }
}

impl Transport for Wire {
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure> {
        match self.of_another() {
            Some(receipt) => Ok(Announced::Held { receipt: Base64(receipt) }),
            None => (&mut *self.0.borrow_mut()).announce(announce),
        }
    }
    fn received(&mut self, upload: &str) -> Result<Received, Failure> {
        (&mut *self.0.borrow_mut()).received(upload)
    }
    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        (&mut *self.0.borrow_mut()).append(upload, offset, chunk)
    }
    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure> {
        match self.of_another() {
            Some(receipt) => Ok(Some(receipt)),
            None => (&mut *self.0.borrow_mut()).receipt(packet),
        }
    }
    fn checkpoint(&mut self) -> Result<Checkpoint, Failure> {
        (&mut *self.0.borrow_mut()).checkpoint()
    }
    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure> {
        (&mut *self.0.borrow_mut()).consistency(earlier, size)
    }
}

/// The production store behind the lane, as the station's engine puts it there.
pub(super) struct StoreOutbox {
    pub(super) store: Store,
    pub(super) centre: PublicKey,
    pub(super) bug: Option<Bug>,
    pub(super) looked: Option<Vec<Waiting>>,
}

pub(super) fn act() -> Act<'static> {
    Act { officer: None, at: OffsetDateTime::UNIX_EPOCH }
}

fn outbox_error(error: &StoreError) -> OutboxError {
    OutboxError(error.to_string())
}

impl Outbox for StoreOutbox {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        let rows = self.store.read().waiting().map_err(|error| outbox_error(&error))?;
        let waiting: Vec<Waiting> = rows
            .into_iter()
            .map(|row| Waiting {
                packet: row.packet,
                sha256: row.digest,
                size: row.size,
                attempts: row.attempts,
            })
            .collect();
        if self.bug == Some(Bug::OverlooksWhatCameLater) {
            let known = self.looked.get_or_insert_with(|| waiting.clone());
            return Ok(waiting
                .into_iter()
                .filter(|waiting| known.iter().any(|one| one.packet == waiting.packet))
                .collect());
        }
        Ok(waiting)
    }

    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        Ok(Vec::new())
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        let beside = u64::from(self.bug == Some(Bug::ReadsBesideThePlace) && offset > 0 && length > 1);
        self.store.read().packet_part(packet, offset + beside, length).map_err(|error| outbox_error(&error))
    }

    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::GivesUp) {
            return self.quarantine(packet, reason);
        }
        self.store
            .record_attempt(packet, &reason.to_string(), OffsetDateTime::UNIX_EPOCH)
            .map_err(|error| outbox_error(&error))
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        _receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::ForgetsReceipts) {
            return Ok(());
        }
        self.store
            .store_receipt(packet, signed, &self.centre, act())
            .map(drop)
            .map_err(|error| outbox_error(&error))
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.store.quarantine(packet, &reason.to_string(), act()).map_err(|error| outbox_error(&error))
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::KeepsTheCheckpointOnly) {
            return Ok(());
        }
        self.store.offer_again(act()).map(drop).map_err(|error| outbox_error(&error))
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        self.store.distrust(&fork.to_string(), act()).map_err(|error| outbox_error(&error))
    }
}
