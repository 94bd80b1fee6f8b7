//! The links of a station's audit chain: each row's digest covers the row and the digest before it, so that nothing
//! can be inserted, removed, changed or put in another order without every later digest being wrong. The head goes
//! into every packet, which anchors the chain at the centre.

use crate::PacketError;
use crate::cbor;
use crate::id::{Digest, PacketId};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;
use tram_enrollment::OfficerId;

/// Something that was done at the station. Says who and to which dossier or thing, never personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Counts from 1, without gaps.
    pub number: u64,
    /// By the wall clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who, where somebody was signed in.
    pub officer: Option<OfficerId>,
    /// What, by the word of an [`AuditAction`](crate::AuditAction).
    pub action: String,
    /// To what: a dossier, packet or order by its id.
    pub subject: String,
}

/// The end of a chain: how long it is, and the digest that covers all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChain {
    /// Rows so far.
    pub length: u64,
    /// Covers them all; of the empty chain, the digest of nothing.
    pub head: Digest,
}

impl Default for AuditChain {
    fn default() -> Self {
        Self { length: 0, head: Digest::of(&[]) }
    }
}

impl AuditChain {
    /// The chain with one more row.
    ///
    /// # Errors
    /// [`PacketError::Mismatch`] when the row's number is not the next.
    pub fn link(self, row: &AuditRow) -> Result<Self, PacketError> {
        let length = self.length + 1;
        if row.number != length {
            return Err(PacketError::Mismatch { what: "an audit row's number" });
        }
        let head = Digest::of_parts([self.head.as_bytes(), &cbor::encode(row)?]);
        Ok(Self { length, head })
    }

    /// Follows rows with the digest recorded for each, to the end of the chain.
    ///
    /// # Errors
    /// [`PacketError::Mismatch`] at the first row that does not belong where it is.
    pub fn follow<'a>(
        self,
        rows: impl IntoIterator<Item = (&'a AuditRow, Digest)>,
    ) -> Result<Self, PacketError> {
        rows.into_iter().try_fold(self, |chain, (row, recorded)| {
            let chain = chain.link(row)?;
            if chain.head == recorded {
                Ok(chain)
            } else {
                Err(PacketError::Mismatch { what: "an audit row's digest" })
            }
        })
    }
}

/// A word for how the chain stood once that the station cannot change any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The chain as it stood.
    pub chain: AuditChain,
    /// Who said so.
    pub by: AnchoredBy,
}

/// Who vouches for an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchoredBy {
    /// The signed head of a packet that is still here.
    Packet(PacketId),
    /// A receipt: the centre signed it.
    Receipt(PacketId),
}

impl fmt::Display for AnchoredBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packet(packet) => write!(f, "the head of packet {packet}"),
            Self::Receipt(packet) => write!(f, "the centre's receipt for packet {packet}"),
        }
    }
}

/// Something that is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Rows were removed, or a row stands where another belongs.
    #[error("after row {after} of the audit chain comes row {found}")]
    OutOfPlace {
        /// The row before.
        after: u64,
        /// The row found.
        found: u64,
    },
    /// The row was changed, inserted or moved: its digest is not that of the row after the one before it.
    #[error("row {number} of the audit chain does not follow from the one before it")]
    Broken {
        /// The row.
        number: u64,
    },
    /// The chain hangs together, but it is not the one that was anchored: it was written anew.
    #[error("the audit chain of {length} rows is another than {by} names")]
    Forked {
        /// Rows that were anchored.
        length: u64,
        /// Where.
        by: AnchoredBy,
    },
    /// Rows at the end are gone.
    #[error("the audit chain ends after {length} rows; {by} names {anchored}")]
    CutShort {
        /// Rows there are.
        length: u64,
        /// Rows there were.
        anchored: u64,
        /// Where.
        by: AnchoredBy,
    },
}

/// Follows a chain from its first row and holds it against its anchors. Where something is wrong it goes on from there, so
/// that one finding does not hide the next.
pub struct Examination {
    chain: AuditChain,
    /// By length, longest first.
    anchors: Vec<Anchor>,
    findings: Vec<Finding>,
}

impl Examination {
    /// An examination against these anchors, in any order.
    pub fn new(mut anchors: Vec<Anchor>) -> Self {
        anchors.sort_by_key(|anchor| std::cmp::Reverse(anchor.chain.length));
        let mut examination = Self { chain: AuditChain::default(), anchors, findings: Vec::new() };
        examination.compare();
        examination
    }

    /// The next row with the digest recorded for it.
    ///
    /// # Errors
    /// [`PacketError::Format`] when a row cannot be written as one.
    pub fn row(&mut self, row: &AuditRow, recorded: Digest) -> Result<(), PacketError> {
        let after = self.chain.length;
        if row.number != after + 1 {
            self.findings.push(Finding::OutOfPlace { after, found: row.number });
        }
        let head = Digest::of_parts([self.chain.head.as_bytes(), &cbor::encode(row)?]);
        if head != recorded {
            self.findings.push(Finding::Broken { number: row.number });
        }
        self.chain = AuditChain { length: row.number, head: recorded };
        self.compare();
        Ok(())
    }

    /// The end of the chain, and everything that is wrong with it.
    pub fn end(self) -> (AuditChain, Vec<Finding>) {
        let Self { chain, anchors, mut findings } = self;
        let length = chain.length;
        findings.extend(anchors.into_iter().rev().map(|Anchor { chain, by }| Finding::CutShort {
            length,
            anchored: chain.length,
            by,
        }));
        (chain, findings)
    }

    /// Holds the chain as it stands against the anchors of its length; those of rows that were jumped over cannot hold.
    fn compare(&mut self) {
        while let Some(anchor) = self.anchors.last().filter(|anchor| anchor.chain.length <= self.chain.length)
        {
            if anchor.chain != self.chain {
                self.findings.push(Finding::Forked { length: anchor.chain.length, by: anchor.by });
            }
            self.anchors.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    type Rows = Vec<(AuditRow, Digest)>;

    fn row(number: u64, subject: &str) -> AuditRow {
        AuditRow {
            number,
            at: datetime!(2026-11-22 08:00 UTC),
            officer: Some(OfficerId("khanh.lv".into())),
            action: "sealed".into(),
            subject: subject.into(),
        }
    }

    /// A chain of these subjects, as whoever holds the station could write it.
    fn written(subjects: &[String]) -> (Rows, AuditChain) {
        let mut chain = AuditChain::default();
        let rows = (1..)
            .zip(subjects)
            .map(|(number, subject)| {
                let row = row(number, subject);
                chain = chain.link(&row).unwrap();
                (row, chain.head)
            })
            .collect();
        (rows, chain)
    }

    fn examine(rows: &Rows, anchors: Vec<Anchor>) -> Vec<Finding> {
        let mut examination = Examination::new(anchors);
        for (row, digest) in rows {
            examination.row(row, *digest).unwrap();
        }
        examination.end().1
    }

    fn anchor(chain: AuditChain) -> Anchor {
        Anchor { chain, by: AnchoredBy::Receipt(PacketId(Uuid::nil())) }
    }

    proptest! {
        /// Clumsily: rows are touched and their digests left. Found without any anchor.
        #[test]
        fn rows_that_are_inserted_removed_changed_or_moved_are_found(
            length in 2_usize..30, at in 0_usize..29, to in 0_usize..29, kind in 0..5,
        ) {
            let subjects: Vec<String> = (0..length).map(|number| format!("packet {number}")).collect();
            let (rows, chain) = written(&subjects);
            prop_assert_eq!(examine(&rows, vec![anchor(chain)]), Vec::new());
            let (at, to) = (at % length, to % length);
            let mut touched = rows.clone();
            match kind {
                0 => drop(touched.remove(at)),
                1 => touched.insert(to, rows[at].clone()),
                2 => touched.swap(at, to),
                3 => touched[at].0.subject.push('x'),
                _ => touched[at].0.number += 1,
            }
            // The end that is cut off leaves a whole chain: only an anchor knows that there was more.
            let cut = kind == 0 && at == length - 1;
            let same = touched == rows;
            prop_assert_eq!(examine(&touched, Vec::new()).is_empty(), same || cut);
            prop_assert_eq!(examine(&touched, vec![anchor(chain)]).is_empty(), same);
        }

        /// Cleverly: all digests are written anew. Found by the first anchor after the place.
        #[test]
        fn a_chain_that_was_written_anew_is_found_by_its_anchors(
            length in 2_usize..30, at in 0_usize..29, anchored in 0_usize..29, kind in 0..4,
        ) {
            let subjects: Vec<String> = (0..length).map(|number| format!("packet {number}")).collect();
            let (at, anchored) = (at % length, 1 + anchored % length);
            let (_, known) = written(&subjects[..anchored]);
            let mut others = subjects.clone();
            match kind {
                0 => drop(others.remove(at)),
                1 => others.insert(at, "another".into()),
                2 => others[at].push('x'),
                _ => others.truncate(at),
            }
            let (forged, _) = written(&others);
            prop_assert_eq!(examine(&forged, Vec::new()), Vec::new(), "without an anchor nobody can tell");
            let findings = examine(&forged, vec![anchor(known)]);
            let short = others.len() < anchored;
            let touched = at < anchored;
            prop_assert_eq!(
                findings.iter().any(|finding| matches!(finding, Finding::CutShort { .. })), short, "{:?}", &findings
            );
            prop_assert_eq!(!findings.is_empty(), touched || short, "{:?}", findings);
        }
    }
}
