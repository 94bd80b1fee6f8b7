//! The station's encrypted database: drafts, captures, outbox, receipts, card orders, stock, audit chain.
//!
//! One [`Store`] owns the database and is the only writer; whatever draws lists opens a [`Reader`] of its own. A call
//! that returns `Ok` is durable: committed with `synchronous=FULL`. What must never happen is kept from happening by the
//! schema itself (`schema.sql`): nothing captured is deleted before its packet is purged, and no packet is purged
//! without a receipt.
//!
//! The population extract is a second, read-only encrypted database: [`Register`].
//!
//! This crate must never know a screen, a network, a device or a clock; time comes with each call, in an [`Act`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`key`] | the database key |
//! | [`store`](mod@store) | the writer: the journal of drafts, dossier numbers, settings |
//! | [`sealing`] | draft to outbox |
//! | [`outbox`] | attempts, receipts, quarantine, purging |
//! | [`audit`](mod@audit) | the audit chain, and its examination against packets and receipts |
//! | [`calibration`] | certificates, exceptions, flat fields, faults |
//! | [`cards`] | card orders from printing to handover, and the stock of blanks |
//! | [`reader`] | everything that is read: drafts, samples, the worklist, the outbox, the audit chain |
//! | [`recovery`] | the database key wrapped for the ministry; what protects it, and that it is never less unseen |
//! | [`register`] | the population extract |
//! | [`extract`] | the same kept up to date from a signed set |
//! | [`mirror`] | sealed packets as files on a second medium, and the outbox rebuilt from them |
//! | [`reopening`] | a sealed dossier opened again, to be corrected |
//! | [`room`] | room on the disk |
//! | [`error`](mod@error) | what can go wrong |

mod backup;
mod body;
mod database;
mod row;

pub mod audit;
pub mod calibration;
pub mod cards;
pub mod deeds;
pub mod error;
pub mod extract;
pub mod key;
pub mod mirror;
pub mod outbox;
pub mod reader;
pub mod recovery;
pub mod register;
pub mod reopening;
pub mod room;
pub mod sealing;
pub mod store;

pub use audit::AuditReport;
pub use cards::{KnownTemplate, OrderRow, OrderState, PrintEnd};
pub use error::StoreError;
pub use key::DatabaseKey;
pub use mirror::Mirror;
pub use outbox::{OutboxRow, PacketState};
pub use reader::{DossierRow, DossierState, Reader};
pub use recovery::{Recovery, Safekeeping, keep_recovery, recover};
pub use register::{Record, Register};
pub use room::Room;
pub use sealing::{Named, Place, StoredSamples, Unsealed};
pub use store::{Act, Store};
