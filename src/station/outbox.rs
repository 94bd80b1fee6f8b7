//! The station's outbox as the lane and the courier see it: over the store, with the keys the reference data name.

use crate::clock::now;
use tram_enrollment::reference::Phrase;
use tram_packet::{PacketError, PacketId, Receipt, ReferenceBundle};
use tram_store::{Act, Store, StoreError};
use tram_sync::{Checkpoint, Fork, Outbox, OutboxError, Reason, Waiting};

/// The setting that holds the last checkpoint seen.
const CHECKPOINT: &str = "checkpoint";

/// The outbox of an open store.
pub(crate) struct StoreOutbox<'a> {
    /// The store.
    pub(crate) store: &'a mut Store,
    /// Names the centre's keys.
    pub(crate) bundle: &'a ReferenceBundle,
}

/// The station itself acts.
fn nobody() -> Act<'static> {
    Act { officer: None, at: now() }
}

pub(crate) fn outbox_error(error: &StoreError) -> OutboxError {
    OutboxError(error.to_string())
}

/// A reason in both languages, with what the centre said besides.
fn said(reason: &Reason) -> Phrase {
    let (vi, en) = reason.texts();
    let phrase = |vi: &str, en: &str| Phrase { vi: vi.to_owned(), en: en.to_owned() };
    match reason {
        Reason::Refused { detail, .. } => phrase(&format!("{vi}: {detail}"), &format!("{en}: {detail}")),
        _ => phrase(vi, en),
    }
}

fn why(reason: &Reason) -> String {
    crate::engine::phrase_text(&said(reason))
}

/// The last checkpoint of the centre's log that was seen.
pub(crate) fn checkpoint(store: &Store) -> Option<Checkpoint> {
    let seen = store.read().setting(CHECKPOINT).ok().flatten()?;
    serde_json::from_slice(&seen).ok()
}

/// The log goes on from what the centre shows next: a supervisor has settled why it is not the one that was seen.
pub(crate) fn forget_checkpoint(store: &mut Store) -> Result<(), StoreError> {
    store.set_setting(CHECKPOINT, b"null")
}

/// Keeps it, where it is another one.
pub(crate) fn keep_checkpoint(store: &mut Store, seen: &Checkpoint) -> Result<(), StoreError> {
    if checkpoint(store).as_ref() == Some(seen) {
        return Ok(());
    }
    let json = serde_json::to_vec(seen).map_err(|_unwritable| StoreError::Unreadable("checkpoint"))?;
    store.set_setting(CHECKPOINT, &json)
}

fn waiting(rows: Result<Vec<tram_store::OutboxRow>, StoreError>) -> Result<Vec<Waiting>, OutboxError> {
    let waiting = |row: tram_store::OutboxRow| Waiting {
        packet: row.packet,
        sha256: row.digest,
        size: row.size,
        attempts: row.attempts,
    };
    let rows = rows.map_err(|error| outbox_error(&error))?;
    Ok(rows.into_iter().map(waiting).collect())
}

impl Outbox for StoreOutbox<'_> {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        waiting(self.store.read().waiting())
    }

    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        waiting(self.store.read().aside())
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        self.store.read().packet_part(packet, offset, length).map_err(|error| outbox_error(&error))
    }

    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.store.record_attempt(packet, &why(reason), now()).map_err(|error| outbox_error(&error))
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        _receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        let mut store = || -> Result<_, StoreError> {
            let kid = Receipt::signed_by(signed)?;
            let unknown = StoreError::Packet(PacketError::UnknownKey { what: "receipt", kid });
            let key = self.bundle.centre_key(kid).ok_or(unknown)?;
            self.store.store_receipt(packet, signed, key, nobody())
        };
        store().map(|_| ()).map_err(|error| outbox_error(&error))
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.store.quarantine(packet, &why(reason), nobody()).map_err(|error| outbox_error(&error))
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        self.store.offer_again(nobody()).map(|_| ()).map_err(|error| outbox_error(&error))
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        self.store.distrust(&fork.to_string(), nobody()).map_err(|error| outbox_error(&error))
    }
}
