//! Dated procedures with their fees and times.

use serde::{Deserialize, Serialize};
use time::Date;
use tram_biometric::Language;

/// What the applicant wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureKind {
    /// Cấp lần đầu.
    FirstIssue,
    /// Cấp đổi.
    Exchange,
    /// Cấp lại.
    Reissue,
}

/// A procedure as it is in force between two days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// The code it has in the catalogue, named in the packet.
    pub code: String,
    /// First issue, exchange or reissue.
    pub kind: ProcedureKind,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// First day it is in force.
    pub valid_from: Date,
    /// Last day it is in force, open where absent.
    pub valid_to: Option<Date>,
    /// The act it follows.
    pub act: String,
    /// Working days the law allows.
    pub statutory_days: u16,
    /// Working days this unit promises; the appointment uses these.
    pub committed_days: u16,
    /// Fee in đồng.
    pub fee_vnd: u32,
    /// The capture policy's id.
    pub policy: String,
}

impl Procedure {
    /// The name in the language asked for.
    pub fn name(&self, language: Language) -> &str {
        language.pick(&self.name_vi, &self.name_en)
    }
}
