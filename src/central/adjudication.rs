//! Two enrollments, and the question whether they are of one person. The matcher asks, a person answers with a reason,
//! and the signed answer enters the log in the transaction that acts on it.

use crate::adjudicators::SignedIn;
use crate::centre::Centre;
use crate::clearance::{Candidate, packet_id, settle};
use crate::database::{Row, Transaction, values};
use crate::error::CentralError;
use crate::journal;
use crate::matcher::Alike;
use crate::merkle;
use crate::officers::{from_json, json, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use time::OffsetDateTime;
use tram_packet::{PacketId, PublicKey, Signer as _};

/// A reason has so many characters at least and at most.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// Why two enrollments are to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Two people by their numbers, one by their fingers.
    SameFingers,
    /// One person by the number, and not shown to be by the fingers.
    OtherFingers,
}

impl Question {
    /// As the register and decisions write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameFingers => "same_fingers",
            Self::OtherFingers => "other_fingers",
        }
    }

    fn from_name(name: &str) -> Self {
        if name == "same_fingers" { Self::SameFingers } else { Self::OtherFingers }
    }

    /// What a person reads, in Vietnamese and English.
    pub fn sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::SameFingers => (
                "Vân tay giống nhau, số định danh khác nhau",
                "Alike fingers under different personal numbers",
            ),
            Self::OtherFingers => {
                ("Cùng số định danh, vân tay không khớp", "One personal number, fingers that do not agree")
            }
        }
    }
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Verdict {
    /// One person
    Same,
    /// Two people
    Different,
}

impl Verdict {
    /// As the register and decisions write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
        }
    }

    /// From what a form or the register says.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Same, Self::Different].into_iter().find(|verdict| verdict.name() == name)
    }

    /// Whether the later enrollment may stand.
    fn lets_stand(self, question: Question) -> bool {
        match question {
            Question::SameFingers => self == Self::Different,
            Question::OtherFingers => self == Self::Same,
        }
    }
}

/// Two enrollments to compare.
#[derive(Clone, Debug)]
pub struct Case {
    /// Names it.
    pub number: u64,
    /// The one that waits.
    pub packet: PacketId,
    /// The one that was there.
    pub candidate: PacketId,
    /// Why.
    pub question: Question,
    /// What speaks for one person; see [`crate::matcher`].
    pub strength: f32,
    /// The fingers, compared.
    pub fingers: Vec<Alike>,
    /// When it was opened.
    pub opened_at: String,
    /// The signed decision, once there is one; its leaf is in the log at this place.
    pub decided: Option<(String, u64)>,
}

const CASES: &str =
    "SELECT number, adjudication.packet, candidate, question, strength, scores, opened_at, record, log_index
    FROM adjudication JOIN clearance ON clearance.packet = adjudication.packet";

pub(crate) fn open(
    tx: &Transaction<'_>,
    packet: PacketId,
    candidate: &Candidate,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    tx.execute(
        "INSERT INTO adjudication (packet, candidate, question, strength, scores, opened_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (packet, candidate) DO NOTHING",
        values![
            packet.to_string(),
            candidate.packet.to_string(),
            candidate.question.name(),
            (candidate.likeness.strength * 10.0).round() as u64,
            json(&candidate.likeness.fingers)?,
            text(now),
        ],
    )?;
    Ok(())
}

impl Centre {
    /// The cases that wait for a person, oldest first.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn open_cases(&self) -> Result<Vec<Case>, CentralError> {
        let waiting = format!(
            "{CASES} WHERE decision IS NULL AND clearance.state = 'held' AND EXISTS
             (SELECT 1 FROM standing_enrollment WHERE standing_enrollment.packet = adjudication.packet) ORDER BY number"
        );
        self.database.query(&waiting, values![])?.iter().map(read).collect()
    }

    /// A case.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such case.
    pub fn case(&self, number: u64) -> Result<Case, CentralError> {
        let row = self.database.first(&format!("{CASES} WHERE number = ?1"), values![number])?;
        read(&row.ok_or_else(|| CentralError::Setup(format!("there is no case {number}")))?)
    }

    /// Decides a case. The enrollment that waited is refused, or its card is ordered when no other case of it is open.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the reason is too short or long, when the case does not wait for a decision, and
    /// when who decides was barred meanwhile.
    pub fn decide(
        &self,
        number: u64,
        verdict: Verdict,
        reason: &str,
        who: &SignedIn,
    ) -> Result<(), CentralError> {
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        if !REASON.contains(&reason.chars().count()) {
            return Err(CentralError::Setup("a reason has 5 to 500 characters".into()));
        }
        if !self.may_decide(who)? {
            return Err(CentralError::Setup(format!("{} may not decide any more", who.id)));
        }
        let case = self.case(number)?;
        let opened = self.opened(case.packet)?;
        let (now, rules) = (self.now(), self.rules()?);
        let record = record(&case, verdict, &reason, who, now)?;
        self.database.transact(|tx| {
            let log_index = journal::next(tx)?;
            let decided = tx.execute(
                "UPDATE adjudication SET decision = ?2, decided_at = ?3, record = ?4, log_index = ?5
                 WHERE number = ?1 AND decision IS NULL AND packet IN (SELECT packet FROM clearance WHERE state = 'held')",
                values![number, verdict.name(), text(now), &record, log_index],
            )?;
            if decided != 1 {
                return Err(CentralError::Setup(format!("case {number} was decided already, or waits no more")));
            }
            journal::enter(tx, log_index, merkle::record_leaf(&record))?;
            if !verdict.lets_stand(case.question) {
                return settle(tx, case.packet, "refused", None, now);
            }
            let open = "SELECT number FROM adjudication WHERE packet = ?1 AND decision IS NULL";
            if tx.first(open, values![case.packet.to_string()])?.is_some() {
                return Ok(());
            }
            settle(tx, case.packet, "clear", None, now)?;
            self.order(tx, case.packet, &opened, &rules)
        })?;
        log::info!("case {number} decided: {}", verdict.name());
        Ok(())
    }
}

/// The decision as it is signed and kept: a line for each thing, the key and its signature over the lines before last.
fn record(
    case: &Case,
    verdict: Verdict,
    reason: &str,
    who: &SignedIn,
    now: OffsetDateTime,
) -> Result<String, CentralError> {
    let mut record = String::from("tram decision 1\n");
    for (name, value) in [
        ("case", case.number.to_string()),
        ("packet", case.packet.to_string()),
        ("candidate", case.candidate.to_string()),
        ("question", case.question.name().to_owned()),
        ("verdict", verdict.name().to_owned()),
        ("reason", reason.to_owned()),
        ("by", who.id.clone()),
        ("at", text(now)),
        ("key", json(who.key.public_key())?),
    ] {
        writeln!(record, "{name} {value}").ok();
    }
    let signature = who.key.sign(record.as_bytes())?;
    writeln!(record, "signature {}", STANDARD.encode(signature)).ok();
    Ok(record)
}

/// Whether a decision was signed with the key it names.
pub fn is_signed(record: &str) -> bool {
    let check = || {
        let (signed, signature) = record.trim_end().rsplit_once("signature ")?;
        let key = signed.lines().find_map(|line| line.strip_prefix("key "))?;
        let key: PublicKey = from_json(key).ok()?;
        Some(key.verifies(signed.as_bytes(), &STANDARD.decode(signature).ok()?))
    };
    check().unwrap_or(false)
}

fn read(row: &Row) -> Result<Case, CentralError> {
    let decided = match (row.get::<Option<String>>(7)?, row.get::<Option<u64>>(8)?) {
        (Some(record), Some(log_index)) => Some((record, log_index)),
        _ => None,
    };
    Ok(Case {
        number: row.get(0)?,
        packet: packet_id(&row.get::<String>(1)?)?,
        candidate: packet_id(&row.get::<String>(2)?)?,
        question: Question::from_name(&row.get::<String>(3)?),
        strength: row.get::<i64>(4)? as f32 / 10.0,
        fingers: from_json(&row.get::<String>(5)?)?,
        opened_at: row.get(6)?,
        decided,
    })
}
