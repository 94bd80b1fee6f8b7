//! Rows of the lists the station shows.

use std::path::PathBuf;
use std::time::Duration;
use time::OffsetDateTime;
use tram_biometric::Origin;
use tram_capture::{DeviceError, DeviceKind, PrinterStatus};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{DossierNumber, EnrollmentId, Step};
use tram_packet::{AuditRow, OrderId, PacketId};

/// How far a dossier is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DossierState {
    /// Not sealed yet; the officer was at this step.
    Draft(Step),
    /// Sealed and waiting for the centre.
    Sealed,
    /// The centre signed for it.
    Received,
    /// The centre will not take it as it is; a person must look.
    Quarantined,
    /// The card can be printed.
    CardOrdered,
    /// The card is printed and waits for the citizen.
    CardPrinted,
    /// The citizen has the card.
    HandedOver,
    /// Withdrawn by a further packet.
    Withdrawn,
}

/// A dossier on the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierRow {
    /// Names it.
    pub id: EnrollmentId,
    /// Its number.
    pub dossier: DossierNumber,
    /// The applicant, empty while unknown.
    pub name: String,
    /// The procedure's code, empty while not chosen.
    pub procedure: String,
    /// How far it is.
    pub state: DossierState,
    /// When it last changed.
    pub changed_at: OffsetDateTime,
}

/// How far a packet is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketState {
    /// Waiting for its turn or for the network.
    Waiting {
        /// Attempts so far.
        attempts: u32,
        /// When it is tried again, if a time is set.
        next_try: Option<OffsetDateTime>,
        /// Why the last attempt ended.
        last_error: Option<Phrase>,
    },
    /// On its way now.
    Sending {
        /// Bytes the centre has.
        sent: u64,
    },
    /// The centre signed for it; the station has verified the receipt.
    Receipted,
    /// Purged: only the receipt is left.
    Purged,
    /// The centre refuses it as it is. It is kept.
    Quarantined {
        /// What the centre said.
        reason: Phrase,
    },
}

/// A packet in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Names it.
    pub packet: PacketId,
    /// The dossier it carries.
    pub dossier: DossierNumber,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was sealed.
    pub sealed_at: OffsetDateTime,
    /// How far it is.
    pub state: PacketState,
}

/// What is known of the way to the centre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Not tried yet.
    #[default]
    Unknown,
    /// The centre answered at its last contact.
    Up {
        /// When.
        since: OffsetDateTime,
    },
    /// The centre cannot be reached.
    Down {
        /// Since when.
        since: OffsetDateTime,
        /// Why, for the technician.
        reason: String,
    },
    /// What answers is not our centre. Nothing is sent to it.
    Untrusted {
        /// Since when.
        since: OffsetDateTime,
        /// Why, for the technician.
        reason: String,
    },
}

/// The copy of the sealed packets on a second medium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mirror {
    /// The site keeps none.
    #[default]
    Unset,
    /// Every packet lies there too.
    Whole,
    /// It cannot be written.
    Failing {
        /// Since when.
        since: OffsetDateTime,
        /// Why, and what to do.
        reason: Phrase,
    },
}

/// The outbox as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    /// Every packet not purged, and those purged today.
    pub rows: Vec<OutboxRow>,
    /// The way to the centre.
    pub link: Link,
    /// The copy on a second medium.
    pub mirror: Mirror,
    /// How fast packets are sent and when, where a technician set it.
    pub pace: Option<Phrase>,
    /// How the centre's log contradicts what the centre signed, where it does: nothing is deleted until a supervisor has
    /// settled it.
    pub contradiction: Option<String>,
}

impl Outbox {
    /// How many packets the centre has not signed for.
    pub fn waiting(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| !matches!(row.state, PacketState::Receipted | PacketState::Purged))
            .count()
    }
}

/// The audit chain as an inspector sees it: everything can be read, nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditView {
    /// The newest entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Entries in all.
    pub length: u64,
    /// Packets and receipts the chain was held against.
    pub anchored: usize,
    /// What is wrong with it, for the inspector; nothing, where it is whole.
    pub findings: Vec<String>,
}

/// What a fingerprint reader can take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Four fingers at once.
    pub slaps: bool,
    /// Rolled fingers.
    pub rolled: bool,
}

/// Whether a device can be used now.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceState {
    /// Open and answering.
    Ready,
    /// Not usable, and why.
    Failed(DeviceError),
}

/// What the station has learned of a device since it started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceLog {
    /// What the device says of itself, names and values: its firmware, what it counts.
    pub about: Vec<(String, String)>,
    /// How often it failed.
    pub failures: u32,
    /// The last failure and when that was, also after it was mended.
    pub last_failure: Option<(OffsetDateTime, DeviceError)>,
    /// The last live test.
    pub trial: Option<Trial>,
}

/// A live test of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Trial {
    /// It runs; a reader waits for a finger, a card or a code.
    Running,
    /// It ended.
    Ended {
        /// What came, for the technician: sizes and digests, no picture.
        came: Vec<String>,
        /// Whether the device did its work.
        worked: bool,
        /// Where the session was recorded, without the person.
        recording: Option<PathBuf>,
    },
}

/// A device as the station knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceRow {
    /// What it is for.
    pub kind: DeviceKind,
    /// Driver, model, serial number, whether it is virtual.
    pub origin: Origin,
    /// Where it is plugged in.
    pub port: String,
    /// Whether this one is used for its kind.
    pub in_use: bool,
    /// Whether it can be used now.
    pub state: DeviceState,
    /// For fingerprint readers.
    pub reach: Reach,
    /// For card printers.
    pub printer: Option<PrinterStatus>,
    /// What has been learned of it.
    pub log: DeviceLog,
}

/// How far a card order is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Not printed yet.
    Ordered,
    /// A print ended in doubt: a person must look at the card.
    Doubtful,
    /// Printed, waiting for the citizen.
    Printed,
    /// Handed over.
    HandedOver,
}

/// A card the centre ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Names it.
    pub order: OrderId,
    /// The enrollment it comes from.
    pub enrollment: EnrollmentId,
    /// The name on the card.
    pub name: String,
    /// The number on the card.
    pub personal_number: String,
    /// How far it is.
    pub state: OrderState,
    /// When it last changed.
    pub changed_at: OffsetDateTime,
}

/// Something said for a moment at the edge of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: Phrase,
    /// Whether it tells of trouble.
    pub is_trouble: bool,
    /// Since when it stands.
    pub since: OffsetDateTime,
}

impl Notice {
    /// How long a notice stands.
    pub const STANDS: Duration = Duration::from_secs(6);
}
