//! What every office does the same way for every dossier.

use serde::{Deserialize, Serialize};
use time::Date;

/// A way of working as it is in force between two days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// First day it is in force.
    pub valid_from: Date,
    /// Last day it is in force, open where absent.
    pub valid_to: Option<Date>,
    /// The act it follows.
    pub act: String,
    /// Who issues: the first line of a slip.
    pub authority: String,
    /// Whole days a packet stays at the station after the centre has signed for it.
    pub retention_days: u16,
    /// Minutes without a touch after which the screen locks.
    pub idle_lock_minutes: u16,
}
