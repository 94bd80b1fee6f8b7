//! How packets get from a station to its centre: the protocol both sides speak, and the station's side of it.
//!
//! A packet is announced, its bytes go up by tus 1.0 in small chunks that resume where a cut left them, and the centre's
//! signed receipt comes back. Only a receipt that verifies counts: no HTTP status is an acknowledgement. What fails is
//! tried again later, never in the way of the packets behind it; what the centre refuses for good is set aside
//! with its reason. Nothing here ever deletes.
//!
//! This crate must never know a screen, a clock, a thread or how an outbox is stored: time and chance are passed in,
//! packets come from an [`Outbox`], and the wire is a [`Transport`] that a test can replace.
//!
//! | module | holds |
//! | --- | --- |
//! | [`protocol`] | the messages, as JSON |
//! | [`join`] | how a station is admitted with a one-time code |
//! | [`renewal`] | its certificate renewed in time |
//! | [`outbox`] | what the lane asks of the store |
//! | [`transport`] | what the lane asks of the wire, and how that fails |
//! | [`lane`] | one packet after the other, one exchange per step |
//! | [`log`] | the centre's log: whether it continues what it was |
//! | [`pace`] | a bandwidth cap, and hours in which nothing is sent |
//! | [`courier`] | packets carried to the centre in a file, and receipts carried home |
//! | [`carry`] | packets that lie in a folder, sent for whoever put them there |
//! | [`relay`] | any tus 1.0 server that takes the bytes meanwhile |
//! | [`way`] | by whose clock, and through whom |
//! | [`reason`] | why a packet or the lane waits, in both languages |
//! | [`backoff`] | full-jitter exponential back-off |
//! | [`centre`] | the wire: HTTP/1.1 over TLS with the centre's own authority pinned |

pub mod backoff;
pub mod carry;
pub mod centre;
pub mod courier;
mod error;
pub mod join;
pub mod lane;
pub mod log;
pub mod outbox;
pub mod pace;
pub mod protocol;
pub mod reason;
pub mod relay;
pub mod renewal;
mod tls;
pub mod transport;
mod upload;
mod verdict;
pub mod way;

pub use centre::Centre;
pub use error::SyncError;
pub use join::{JoinCode, Membership};
pub use lane::{Lane, LaneState, PacketState, Progress};
pub use log::{Fork, Log};
pub use outbox::{Outbox, OutboxError, Waiting};
pub use pace::{Hours, Pace};
pub use protocol::{Announce, Announced, Checkpoint};
pub use reason::Reason;
pub use tls::Identity;
pub use transport::{Failure, Received, Transport};
pub use way::Way;
