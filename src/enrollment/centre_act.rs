//! What one person at the centre may not do alone, where the rules say so.

use serde::{Deserialize, Serialize};

/// Something done at the centre, by its name in the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CentreAct {
    /// A packet that was held is registered all the same: an override of what held it.
    Release,
    /// A withdrawal that no supervisor signed for deletes an enrollment.
    Withdraw,
    /// The extract of a place leaves the centre.
    Export,
    /// An officer who was barred signs in again.
    UnbarOfficer,
    /// A station that was barred is let in again.
    UnbarStation,
}

impl CentreAct {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Release, Self::Withdraw, Self::Export, Self::UnbarOfficer, Self::UnbarStation];
}
