//! The signed things that travel between a station and its centre, and between the centre and its stations.
//!
//! A *packet* is what a station seals: signed inside by station and officer, encrypted to the centre, signed again
//! outside so that anybody on the way can see that it is whole without reading it. A *receipt* is the centre's word
//! that it holds a packet; nothing else allows a station to forget one. `packet.cddl` beside this file writes the
//! formats down; the golden vectors under `golden/` keep them.
//!
//! This crate must never know a database, a file, a network, a screen or a clock: bytes in, bytes out. Time,
//! random numbers and keys are passed in. Large things come from a reader and go to a writer that somebody else opened.
//!
//! | module | holds |
//! | --- | --- |
//! | [`id`] | packet ids, digests, key ids |
//! | [`keys`] | ES256 and Ed25519 keys, [`Signer`] |
//! | [`recipient`] | keys that packets are encrypted to: P-256, X-Wing |
//! | [`sealed_key`] | secrets under a passphrase; an officer's key: the sign-in check |
//! | [`officer`] | officers as the reference data names them, and a new key after a forgotten passphrase |
//! | [`bundle`] | the signed reference data a centre sends to its stations |
//! | [`contents`] | what a packet says, as plain structs |
//! | [`deed`] | what is done at a station beside its dossiers and not by one person alone |
//! | [`equipment`] | what a packet was made with: keys, devices, calibration |
//! | [`extract`] | files of signed sets that only stations may read |
//! | [`header`] | the clear, signed head of a packet, and the packet as bytes |
//! | [`hybrid`] | encryption to a recipient, chunk by chunk |
//! | [`seal`](mod@seal) | contents to packet |
//! | [`open`](mod@open) | packet to contents, and everything that is checked on the way |
//! | [`receipt`] | the centre's signed receipt |
//! | [`keyring`] | whose keys are whose |
//! | [`merkle`] | the centre's log: roots, and proofs that a packet is in it and that it only grew |
//! | [`courier`] | files that are carried: packets to the centre, receipts home |
//! | [`order`] | the centre's signed order of a card |
//! | [`protection`] | what holds a station's keys |
//! | [`slip`] | the signed QR text of the appointment slip |
//! | [`audit`], [`AuditAction`] | the links of a hash chain, what they tell of |
//! | [`random`] | where random numbers come from |

mod audit_action;
mod cbor;
mod cose;
mod error;
mod manifest;

pub mod audit;
pub mod bundle;
pub mod contents;
pub mod courier;
pub mod deed;
pub mod equipment;
pub mod extract;
pub mod header;
pub mod hybrid;
pub mod id;
pub mod keyring;
pub mod keys;
pub mod merkle;
pub mod officer;
pub mod open;
pub mod order;
pub mod protection;
pub mod random;
pub mod receipt;
pub mod recipient;
pub mod seal;
pub mod sealed_key;
pub mod slip;

pub use audit::{AuditChain, AuditRow, Finding};
pub use audit_action::AuditAction;
pub use bundle::{Profile, Recipient, ReferenceBundle};
pub use contents::{AtSealing, Contents, Marks, PacketKind, PacketSample, SampleRole, Times};
pub use deed::{Deed, DeedKind, SignedDeed, VerifiedDeed};
pub use equipment::{Calibration, Equipment, UsedDevice};
pub use error::PacketError;
pub use extract::ExtractKey;
pub use header::{Header, Outside, Part, PartKind, SealedPacket};
pub use id::{Digest, Hasher, Kid, PacketId};
pub use keyring::{Keyring, OfficerIdentity, StationIdentity};
pub use keys::{Algorithm, Es256Key, OfficerKey, PublicKey, Signer, StationKey};
pub use officer::{OfficerRecord, Rekey, SignedRekey};
pub use open::{Inside, Opened, open, open_from};
pub use order::{CardFields, CardOrder, CardSex, OrderId};
pub use protection::KeyProtection;
pub use receipt::Receipt;
pub use recipient::{RecipientKey, RecipientPublicKey};
pub use seal::{Envelope, Prepared, Samples, seal};
pub use sealed_key::{Argon2Cost, SealedKey, SealedSecret};
pub use slip::Slip;
