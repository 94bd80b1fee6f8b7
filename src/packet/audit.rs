//! The links of a station's audit chain: each row's digest covers the row and the digest before it, so that nothing
//! can be inserted, removed, changed or put in another order without every later digest being wrong. The head goes
//! into every packet, which anchors the chain at the centre.

use crate::PacketError;
use crate::cbor;
use crate::id::Digest;
use serde::{Deserialize, Serialize};
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
    /// What, such as `sealed`.
    pub action: String,
    /// To what: a dossier, packet or order by its id.
    pub subject: String,
}

/// The end of a chain: how long it is, and the digest that covers all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn any_tampering_breaks_the_chain() {
        let mut chain = AuditChain::default();
        let mut rows = Vec::new();
        for number in 1..=4 {
            let row = AuditRow {
                number,
                at: datetime!(2026-11-22 08:00 UTC),
                officer: Some(OfficerId("khanh.lv".into())),
                action: "sealed".into(),
                subject: format!("packet {number}"),
            };
            chain = chain.link(&row).unwrap();
            rows.push((row, chain.head));
        }
        let follow = |rows: &[(AuditRow, Digest)]| {
            AuditChain::default().follow(rows.iter().map(|(row, digest)| (row, *digest)))
        };
        assert_eq!(follow(&rows), Ok(chain));

        let tampered = [
            {
                let mut rows = rows.clone();
                rows.remove(1);
                rows
            },
            {
                let mut rows = rows.clone();
                rows.swap(1, 2);
                rows
            },
            {
                let mut rows = rows.clone();
                rows.insert(1, rows[2].clone());
                rows
            },
            {
                let mut rows = rows.clone();
                rows[2].0.subject = "packet 9".into();
                rows
            },
        ];
        for rows in &tampered {
            assert!(follow(rows).is_err());
        }
        assert_ne!(follow(&rows[..3]), Ok(chain), "a chain cut short has another head");
    }
}
