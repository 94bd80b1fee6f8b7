//! What nobody at the centre does alone, where the rules in force say so: one person proposes and signs, another one
//! signs too and thereby carries it out. Both signatures are one entry of the log, in the transaction that acts.
//!
//! Who: adjudicators, by their own keys. Not inspectors, who change nothing, and nobody twice.

use crate::adjudicators::SignedIn;
use crate::centre::Centre;
use crate::clearance::packet_id;
use crate::database::{Row, Transaction, values};
use crate::error::CentralError;
use crate::officers::{from_json, json, text};
use crate::population::Exported;
use crate::{deeds, journal, merkle, population};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::path::Path;
use tram_enrollment::CentreAct;
use tram_packet::{PublicKey, Signer as _};

/// A reason has so many characters at least and at most.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// What two people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ActKind {
    /// Register a packet that is held
    Release,
    /// Write the extract of a place
    Export,
    /// Let an officer who was barred sign in again
    UnbarOfficer,
    /// Let a station that was barred in again
    UnbarStation,
    /// Let stand what was done at a station without the second signature the rules ask for
    Deed,
}

impl ActKind {
    const ALL: [Self; 5] = [Self::Release, Self::Export, Self::UnbarOfficer, Self::UnbarStation, Self::Deed];

    /// As the register and records write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Export => "export",
            Self::UnbarOfficer => "unbar-officer",
            Self::UnbarStation => "unbar-station",
            Self::Deed => "deed",
        }
    }
}

/// Something proposed by one person, which waits for another.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Names it.
    pub number: u64,
    /// What.
    pub kind: ActKind,
    /// A packet, a place, an officer, a station or a deed's number.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: String,
    /// Lines with the proposer's signature.
    signed: String,
}

/// What came of an act beside its record.
#[derive(Debug)]
pub enum Done {
    /// An extract.
    Exported(Exported),
    /// An edition of the reference data.
    Published(u32),
    /// Nothing else.
    Recorded,
}

const PROPOSALS: &str = "SELECT number, kind, subject, reason, proposed_by, proposed_at, proposal FROM act";

impl Centre {
    /// Refuses what the rules in force leave to two people.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it takes two.
    pub(crate) fn may_be_done_alone(&self, act: CentreAct, kind: ActKind) -> Result<(), CentralError> {
        let rules = self.rules()?;
        let practice = rules.practice(self.now().date());
        if practice.is_some_and(|practice| practice.two_at_the_centre.contains(&act)) {
            return Err(CentralError::Setup(format!(
                "by the rules in force this takes two people: one runs `tram-central act propose {}`, another one \
                 `tram-central act second`",
                kind.name()
            )));
        }
        Ok(())
    }

    /// Proposes something; gives the number another person carries it out by.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the reason is too short or long, there is no such place, or this person may not decide.
    pub fn propose(
        &self,
        kind: ActKind,
        subject: &str,
        reason: &str,
        who: &SignedIn,
    ) -> Result<u64, CentralError> {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (subject, reason) = (line(subject), line(reason));
        if !REASON.contains(&reason.chars().count()) {
            return Err(CentralError::Setup("a reason has 5 to 500 characters".into()));
        }
        if kind == ActKind::Export {
            population::make_sure_of_place(&subject)?;
        }
        self.make_sure_of(who)?;
        let now = text(self.now());
        let mut lines = format!("tram act 1\nact {}\nsubject {subject}\nreason {reason}\n", kind.name());
        sign(&mut lines, "by", who, &now)?;
        let made = self.database.transact(|tx| {
            tx.first(
                "INSERT INTO act (kind, subject, reason, proposed_by, proposed_at, proposal)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING number",
                values![kind.name(), &subject, &reason, who.id.as_str(), &now, &lines],
            )
        })?;
        made.ok_or_else(|| CentralError::Setup("the proposal was not kept".into()))?.get(0)
    }

    /// What waits for a second person, oldest first.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn proposals(&self) -> Result<Vec<Proposal>, CentralError> {
        let waiting = format!("{PROPOSALS} WHERE record IS NULL ORDER BY number");
        self.database.query(&waiting, values![])?.iter().map(read).collect()
    }

    /// Signs a proposal as the second person and carries it out. An extract is written into `to` once it is in the log that
    /// it may be.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it does not wait, when this person proposed it or may not decide, when who proposed it
    /// may not any more, and whatever the act itself is refused for.
    pub fn second(&self, number: u64, who: &SignedIn, to: Option<&Path>) -> Result<Done, CentralError> {
        let waiting = format!("{PROPOSALS} WHERE number = ?1 AND record IS NULL");
        let row = self.database.first(&waiting, values![number])?;
        let proposal = read(&row.ok_or_else(|| no_longer(number))?)?;
        self.make_sure_of(who)?;
        if proposal.by == who.id {
            return Err(CentralError::Setup(format!("{} proposed it; it takes another person", who.id)));
        }
        let known = self.adjudicators()?.into_iter().find(|known| known.id == proposal.by);
        let stands = known.is_some_and(|known| {
            !known.revoked && !known.is_inspector && is_signed_by(&proposal.signed, "by", &known.public_key)
        });
        if !stands {
            return Err(CentralError::Setup(format!("{}, who proposed it, may not any more", proposal.by)));
        }
        if proposal.kind == ActKind::Export && to.is_none() {
            return Err(CentralError::Setup("an extract is written somewhere: say where with --to".into()));
        }
        let mut record = proposal.signed.clone();
        sign(&mut record, "second", who, &text(self.now()))?;
        self.carry_out(&proposal, who, &record)?;
        log::info!("act {number}: {} by two people", proposal.kind.name());
        match (proposal.kind, to) {
            (ActKind::Export, Some(to)) => self.write_extract(&proposal.subject, to).map(Done::Exported),
            // Who is barred is told to stations by the reference data.
            (ActKind::UnbarOfficer | ActKind::UnbarStation, _) => self.publish_again().map(Done::Published),
            (ActKind::Export | ActKind::Release | ActKind::Deed, _) => Ok(Done::Recorded),
        }
    }

    fn carry_out(&self, proposal: &Proposal, who: &SignedIn, record: &str) -> Result<(), CentralError> {
        let held = match proposal.kind {
            ActKind::Release => Some(self.held(packet_id(&proposal.subject)?)?),
            ActKind::Export | ActKind::UnbarOfficer | ActKind::UnbarStation | ActKind::Deed => None,
        };
        self.database.transact(|tx| {
            let log_index = journal::next(tx)?;
            let done = "UPDATE act SET done_by = ?2, record = ?3, log_index = ?4 WHERE number = ?1 AND record IS NULL";
            if tx.execute(done, values![proposal.number, who.id.as_str(), record, log_index])? != 1 {
                return Err(no_longer(proposal.number));
            }
            journal::enter(tx, log_index, merkle::record_leaf(record))?;
            match (proposal.kind, &held) {
                (ActKind::Release, Some(held)) => self.release_held(tx, held),
                (ActKind::UnbarOfficer, _) => unbar(tx, "officer", &proposal.subject),
                (ActKind::UnbarStation, _) => unbar(tx, "station", &proposal.subject),
                (ActKind::Deed, _) => deeds::accept(tx, &proposal.subject),
                (ActKind::Export | ActKind::Release, _) => Ok(()),
            }
        })?;
        self.bell.ring();
        Ok(())
    }

    fn make_sure_of(&self, who: &SignedIn) -> Result<(), CentralError> {
        if self.may_decide(who)? {
            Ok(())
        } else {
            Err(CentralError::Setup(format!("{} may not decide here", who.id)))
        }
    }
}

/// Lets somebody in again who was barred.
pub(crate) fn unbar(tx: &Transaction<'_>, table: &str, id: &str) -> Result<(), CentralError> {
    let unbar = format!("UPDATE {table} SET revoked_at = NULL WHERE id = ?1 AND revoked_at IS NOT NULL");
    if tx.execute(&unbar, values![id])? == 1 {
        Ok(())
    } else {
        Err(CentralError::Setup(format!("there is no {table} {id} that is barred")))
    }
}

/// Adds who and when, the key, and its signature over all lines before.
fn sign(lines: &mut String, role: &str, who: &SignedIn, at: &str) -> Result<(), CentralError> {
    write!(lines, "{role} {}\n{role}-at {at}\n{role}-key {}\n", who.id, json(who.key.public_key())?).ok();
    let signature = who.key.sign(lines.as_bytes())?;
    writeln!(lines, "{role}-signature {}", STANDARD.encode(signature)).ok();
    Ok(())
}

/// Whether the lines up to this role's signature were signed with this key.
fn is_signed_by(lines: &str, role: &str, key: &PublicKey) -> bool {
    let check = || {
        let (signed, rest) = lines.split_once(&format!("\n{role}-signature "))?;
        let signature = STANDARD.decode(rest.lines().next()?).ok()?;
        Some(key.verifies(format!("{signed}\n").as_bytes(), &signature))
    };
    check().unwrap_or(false)
}

/// Whether a record was signed by two people with the keys it names.
pub fn is_signed_by_two(record: &str) -> bool {
    let value = |name: &str| record.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let is_signed = |role: &str| {
        let key = value(&format!("{role}-key")).and_then(|key| from_json(key).ok());
        key.is_some_and(|key| is_signed_by(record, role, &key))
    };
    is_signed("by") && is_signed("second") && value("by") != value("second")
}

fn no_longer(number: u64) -> CentralError {
    CentralError::Setup(format!("act {number} does not wait for a second person"))
}

fn read(row: &Row) -> Result<Proposal, CentralError> {
    let kind: String = row.get(1)?;
    let known = ActKind::ALL.into_iter().find(|known| known.name() == kind);
    Ok(Proposal {
        number: row.get(0)?,
        kind: known.ok_or_else(|| CentralError::Setup(format!("an act of an unknown kind: {kind}")))?,
        subject: row.get(2)?,
        reason: row.get(3)?,
        by: row.get(4)?,
        at: row.get(5)?,
        signed: row.get(6)?,
    })
}
