//! What was done at stations beside their dossiers, as they or their packets tell it, held against the rules of its day.
//!
//! A station tells it as soon as it reaches the centre; its next packet tells it again, which stations without a link have
//! alone. What lacks the second signature that the rules ask for, or is not signed as it should be, stands in the list until two
//! people have asked and let it stand (`act propose deed`). The packet that told it goes its own way: its citizen has no
//! part in it.

use crate::centre::Centre;
use crate::database::{Row, Transaction, values};
use crate::demands::sentence;
use crate::error::{CentralError, Refusal};
use crate::keyring::Register;
use crate::officers::text;
use axum::http::StatusCode;
use std::iter;
use tram_packet::deed::DeedKind;
use tram_packet::{Deed, Digest, PacketId, SignedDeed, VerifiedDeed};

/// What cannot be believed is of this kind.
const UNREADABLE: &str = "unreadable";

/// Something done at a station, as the list shows it.
#[derive(Clone, Debug)]
pub struct ListedDeed {
    /// Names it.
    pub number: u64,
    /// The station.
    pub station: String,
    /// What, in a word.
    pub kind: String,
    /// The card order, or how many packets.
    pub subject: String,
    /// Who did it; empty when that cannot be read.
    pub officer: String,
    /// Who signed too; empty where nobody did.
    pub supervisor: String,
    /// When, by the station's clock.
    pub at: String,
    /// `sound`, `lacking`, `unverified`, `accepted`.
    pub state: String,
    /// Why it is in that state; empty when it is sound.
    pub why: String,
}

/// A statement and what the rules say to it.
pub(crate) struct Judged<'a> {
    signed: &'a SignedDeed,
    /// None when it cannot be believed.
    told: Option<VerifiedDeed>,
    state: &'static str,
    why: Option<String>,
}

impl Centre {
    /// Takes a station's own word, before any packet brings it.
    ///
    /// # Errors
    /// [`CentralError::Refused`] when it is no statement; [`CentralError::Database`].
    pub(crate) fn hear(&self, station: &str, signed: SignedDeed) -> Result<(), CentralError> {
        if let Err(error) = signed.claimed() {
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "unsound", error.to_string()).into());
        }
        let told = [signed];
        let judged = self.judged(&told, station)?;
        self.database.transact(|tx| keep(tx, None, station, &judged))
    }

    /// What a station tells of deeds, held against the rules. Before the transaction: the keys are in the register.
    pub(crate) fn judged<'a>(
        &self,
        deeds: &'a [SignedDeed],
        station: &str,
    ) -> Result<Vec<Judged<'a>>, CentralError> {
        let (rules, keyring) = (self.rules()?, Register::of(&self.database));
        let judge = |signed: &'a SignedDeed| {
            let told = match keyring.checked(signed.verify(&keyring))? {
                Err(error) => {
                    return Ok(Judged {
                        signed,
                        told: None,
                        state: "unverified",
                        why: Some(error.to_string()),
                    });
                }
                Ok(told) => told,
            };
            let VerifiedDeed { deed, officer, supervisor } = &told;
            let (matter, day) = (deed.kind.matter(), self.day_of(deed.at, station, &rules)?);
            let is_by_two = supervisor.as_ref().is_some_and(|person| person.is_second_to(officer));
            let lacks = !is_by_two && rules.asks_second_person(matter, day);
            let signers: Vec<_> = iter::once(officer).chain(supervisor).collect();
            let mut doubts = keyring.doubts(station, &signers, deed.at.min(self.now()))?;
            doubts.extend((deed.station != station).then_some("another station did it"));
            doubts.extend((lacks && supervisor.is_some()).then(|| sentence(matter)));
            let (state, why) = match (doubts.is_empty(), lacks) {
                (false, _) => ("unverified", Some(doubts.join("; "))),
                (true, true) => ("lacking", Some(sentence(matter).to_owned())),
                (true, false) => ("sound", None),
            };
            Ok(Judged { signed, told: Some(told), state, why })
        };
        deeds.iter().map(judge).collect()
    }

    /// What waits for two people, then the others, the latest first.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn deeds(&self, most: u32) -> Result<Vec<ListedDeed>, CentralError> {
        let rows = self.database.query(
            "SELECT number, station, kind, subject, coalesce(officer, ''), coalesce(supervisor, ''),
                    coalesce(done_at, ''), state, coalesce(why, '') FROM deed
             ORDER BY CASE WHEN state IN ('lacking', 'unverified') THEN 0 ELSE 1 END, number DESC LIMIT ?1",
            values![most],
        )?;
        rows.iter().map(listed).collect()
    }

    /// Rows that are not what their station signed.
    pub(crate) fn changed_deeds(&self) -> Result<Vec<String>, CentralError> {
        let rows = self.database.query(
            "SELECT number, sha256, signed, kind, subject, officer, done_at FROM deed ORDER BY number",
            values![],
        )?;
        let mut problems = Vec::new();
        for row in rows {
            let signed = SignedDeed(row.get(2)?);
            let held = [3, 4, 5, 6].map(|column| row.get::<Option<String>>(column));
            let held = held.into_iter().collect::<Result<Vec<_>, _>>()?;
            // Who may sign for what changes with the years; what was signed does not.
            let is_as_signed = held.first() == Some(&Some(UNREADABLE.to_owned()))
                || held == columns(signed.claimed().ok().as_ref());
            if Digest::from_hex(&row.get::<String>(1)?) != Some(signed.digest()) || !is_as_signed {
                let number: u64 = row.get(0)?;
                problems.push(format!("deed {number}: it is not what was signed at the station"));
            }
        }
        Ok(problems)
    }
}

/// Keeps what was told, by a packet or by the station. A statement that is told twice is one.
pub(crate) fn keep(
    tx: &Transaction<'_>,
    packet: Option<PacketId>,
    station: &str,
    judged: &[Judged<'_>],
) -> Result<(), CentralError> {
    for Judged { signed, told, state, why } in judged {
        if let Some(why) = why {
            log::warn!("station {station}: {why}");
        }
        let [kind, subject, officer, done_at] = columns(told.as_ref().map(|told| &told.deed));
        let supervisor = told.as_ref().and_then(|told| told.supervisor.as_ref()).map(|person| &person.id.0);
        let reason = match told.as_ref().map(|told| &told.deed.kind) {
            Some(DeedKind::BlankSpoiled { reason, .. }) => reason.as_str(),
            _ => "",
        };
        tx.execute(
            "INSERT INTO deed (sha256, packet, station, kind, subject, reason, officer, supervisor, done_at, state, why,
                               signed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (sha256) DO NOTHING",
            values![
                signed.digest().to_string(),
                packet.map(|packet| packet.to_string()),
                station,
                kind,
                subject,
                reason,
                officer,
                supervisor,
                done_at,
                *state,
                why.as_deref(),
                signed.0.as_slice(),
            ],
        )?;
    }
    Ok(())
}

/// Two people let it stand.
pub(crate) fn accept(tx: &Transaction<'_>, number: &str) -> Result<(), CentralError> {
    let none = || CentralError::Setup(format!("there is no deed {number} that waits for two people"));
    let number: u64 = number.parse().map_err(|_no_number| none())?;
    let accepted =
        "UPDATE deed SET state = 'accepted' WHERE number = ?1 AND state IN ('lacking', 'unverified')";
    if tx.execute(accepted, values![number])? == 1 { Ok(()) } else { Err(none()) }
}

/// Kind, subject, officer and time, as the register writes them.
fn columns(deed: Option<&Deed>) -> [Option<String>; 4] {
    let Some(Deed { officer, kind: done, at, .. }) = deed else {
        return [Some(UNREADABLE.into()), Some(String::new()), None, None];
    };
    let (kind, subject) = match done {
        DeedKind::BlankSpoiled { order, .. } => ("blank-spoiled", order.to_string()),
        DeedKind::PacketsExported { packets } => ("packets-exported", packets.to_string()),
        DeedKind::DatabaseCopied => ("database-copied", String::new()),
    };
    [Some(kind.into()), Some(subject), Some(officer.0.clone()), Some(text(*at))]
}

fn listed(row: &Row) -> Result<ListedDeed, CentralError> {
    Ok(ListedDeed {
        number: row.get(0)?,
        station: row.get(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        officer: row.get(4)?,
        supervisor: row.get(5)?,
        at: row.get(6)?,
        state: row.get(7)?,
        why: row.get(8)?,
    })
}
