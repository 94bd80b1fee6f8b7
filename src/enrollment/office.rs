//! Officers, roles and rights.

use serde::{Deserialize, Serialize};
use std::fmt;
use tram_biometric::Language;

/// Characters of the shortest passphrase that is taken.
pub const SHORTEST_PASSPHRASE: usize = 10;

/// Names an officer: short, typed at sign-in, such as `khanh.lv`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficerId(pub String);

impl fmt::Display for OfficerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OfficerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficerId({})", self.0)
    }
}

/// What a person is at the station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Cán bộ thu nhận: enrolls citizens and hands over cards.
    Officer,
    /// Tổ trưởng: leads a mobile team; an officer who also helps others back in.
    TeamLead,
    /// Đội trưởng: an officer who also approves, helps others back in and inspects.
    Supervisor,
    /// Kỹ thuật viên: devices, never citizen data.
    Technician,
    /// Thanh tra: reads the audit chain and the outbox, and changes nothing.
    Inspector,
    /// Người hướng dẫn: enrolls invented citizens in a demonstration, and nobody in service.
    Trainer,
}

impl Role {
    /// What is shown beside the name.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Officer => ("Cán bộ thu nhận", "Desk officer"),
            Self::TeamLead => ("Tổ trưởng", "Team lead"),
            Self::Supervisor => ("Đội trưởng", "Supervisor"),
            Self::Technician => ("Kỹ thuật viên", "Technician"),
            Self::Inspector => ("Thanh tra", "Inspector"),
            Self::Trainer => ("Người hướng dẫn", "Trainer"),
        };
        language.pick(vi, en)
    }

    /// Whether this role works in demonstrations only: what it seals is TEST.
    pub fn is_for_training(self) -> bool {
        self == Self::Trainer
    }

    /// Whether this role may vouch for a new key of somebody in another one. Nobody makes a key that may do more than they
    /// may themselves: who vouches for a key may hold it, too.
    pub fn may_renew(self, other: Self) -> bool {
        self.may(Right::ResetPassphrase)
            && (self == Self::Supervisor || matches!(other, Self::Officer | Self::TeamLead | Self::Trainer))
    }

    /// Whether this role may do this.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Enroll | Right::HandOver => {
                matches!(self, Self::Officer | Self::TeamLead | Self::Supervisor | Self::Trainer)
            }
            Right::ResetPassphrase => matches!(self, Self::TeamLead | Self::Supervisor),
            Right::ApproveException => self == Self::Supervisor,
            Right::Inspect => matches!(self, Self::Inspector | Self::Supervisor),
            Right::SeeDevices => true,
            Right::ServiceDevices => self == Self::Technician,
        }
    }
}

/// What may be allowed to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// See the worklist, search the register, capture, seal.
    Enroll,
    /// Print and hand over cards.
    HandOver,
    /// Give an officer who forgot it a new passphrase.
    ResetPassphrase,
    /// Sign off what a rule leaves to a second person.
    ApproveException,
    /// Read everything that was done at the station, and change nothing.
    Inspect,
    /// See the device page.
    SeeDevices,
    /// Test, record and calibrate devices.
    ServiceDevices,
}
