//! What every office does the same way for every dossier.

use crate::Enrollment;
use crate::centre_act::CentreAct;
use serde::{Deserialize, Serialize};
use time::Date;
use tram_biometric::Language;

/// Something an officer may not decide alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A finger was not captured.
    FingerExcepted,
    /// A portrait is kept although a check fails.
    PortraitKept,
    /// The applicant did not sign.
    NotSigned,
    /// A sealed dossier is withdrawn: deleted, as far as that can be.
    PacketWithdrawn,
    /// Packets or a copy of the database leave the station in a file.
    PacketsExported,
    /// A blank card is given up as spoiled.
    BlankSpoiled,
}

impl Matter {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::FingerExcepted,
        Self::PortraitKept,
        Self::NotSigned,
        Self::PacketWithdrawn,
        Self::PacketsExported,
        Self::BlankSpoiled,
    ];

    /// Whether a dossier holds this, so that it is sealed by two; what is done to a sealed one, or beside it, is asked for
    /// then and there.
    pub fn concerns(self, enrollment: &Enrollment) -> bool {
        match self {
            Self::FingerExcepted => !enrollment.exceptions.is_empty(),
            Self::PortraitKept => {
                enrollment.portrait().is_some_and(|portrait| portrait.override_reason.is_some())
            }
            Self::NotSigned => enrollment.unsigned.is_some(),
            Self::PacketWithdrawn | Self::PacketsExported | Self::BlankSpoiled => false,
        }
    }

    /// What the supervisor reads.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::FingerExcepted => ("Có ngón tay không lấy được", "A finger was not captured"),
            Self::PortraitKept => ("Giữ ảnh chân dung chưa đạt", "A portrait is kept that fails a check"),
            Self::NotSigned => ("Công dân không ký", "The applicant did not sign"),
            Self::PacketWithdrawn => ("Rút hồ sơ đã niêm phong", "A sealed dossier is withdrawn"),
            Self::PacketsExported => ("Chép hồ sơ ra khỏi trạm", "Packets leave the station in a file"),
            Self::BlankSpoiled => ("Hủy một phôi thẻ", "A blank card is given up"),
        };
        language.pick(vi, en)
    }
}

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
    /// Days a station may go without a word from the centre before nobody new is let in to enroll; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_days: Option<u16>,
    /// What a supervisor must sign for too.
    #[serde(default)]
    pub second_person: Vec<Matter>,
    /// What nobody at the centre does alone.
    #[serde(default)]
    pub two_at_the_centre: Vec<CentreAct>,
}
