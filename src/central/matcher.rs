//! Who of many these fingers may be.
//!
//! The matcher knows subjects by a random number and by the templates of their fingers,
//! which it keeps in a file of its own. It never sees a name, a date or a picture, and nothing in the register leads
//! from a person to a template but that number.
//!
//! Single fingers are searched; subjects they point to are compared finger by finger. What speaks for one person is
//! summed up as *strength*: minus the decimal logarithm of the rate at which fingers of different people score as
//! high, added over fingers. Fingers of one person are not independent, so the demand is set well above what the
//! product of their rates would ask for a million subjects.

use crate::error::CentralError;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use tram_biometric::FingerPosition;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::template::Template;

/// So many fingers of a probe, the richest ones, are searched among all others.
const SEARCHED: usize = 4;
/// The subjects one finger may point to.
const MOST: usize = 10;
/// The score that ten times fewer pairs of different fingers reach, above [`Score::MATCH`], which one in a thousand does.
const TENFOLD: f32 = 12.0;
/// A finger found at another position was compared with ten times as many.
const ELSEWHERE: f32 = 1.0;
/// The strength at which two subjects are taken to be one person, by the fingers both have.
const DEMAND: [f32; 4] = [f32::INFINITY, 4.0, 8.0, 9.0];

/// A subject without fingers was looked at too.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS subject (number INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS finger (
    subject  INTEGER NOT NULL REFERENCES subject (number),
    position INTEGER NOT NULL,
    template BLOB NOT NULL,
    searched BLOB NOT NULL,
    PRIMARY KEY (subject, position)
) STRICT;";

/// One finger of a subject.
#[derive(Clone)]
pub struct Finger {
    /// Which.
    pub position: FingerPosition,
    /// Its minutiae.
    pub template: Template,
}

/// Two fingers that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// Of the probe.
    pub probe: FingerPosition,
    /// Of the other subject.
    pub other: FingerPosition,
    /// The comparison's score.
    pub score: f32,
}

/// How alike two subjects are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Likeness {
    /// What speaks for one person; see the module.
    pub strength: f32,
    /// Fingers both have.
    pub common: usize,
    /// Fingers the other has.
    pub others: usize,
    /// The best partner of each finger of the probe.
    pub fingers: Vec<Alike>,
}

impl Likeness {
    /// Whether they are taken to be one person.
    pub fn is_one_person(&self) -> bool {
        let demand = DEMAND.get(self.common.min(DEMAND.len() - 1)).copied().unwrap_or(f32::INFINITY);
        self.strength >= demand
    }
}

/// The subjects to search in.
pub struct Matcher {
    store: Connection,
    gallery: Gallery,
    subjects: BTreeSet<u64>,
}

impl Matcher {
    /// Opens the templates in a file, made where there is none.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Templates`].
    pub fn open(path: &Path) -> Result<Self, CentralError> {
        let store = Connection::open(path)?;
        store.pragma_update(None, "journal_mode", "WAL")?;
        store.pragma_update(None, "synchronous", "FULL")?;
        store.pragma_update(None, "secure_delete", true)?;
        store.execute_batch(SCHEMA)?;
        let subjects = column(&store, "SELECT number FROM subject", |row| Ok(row.get::<_, i64>(0)? as u64))?;
        let searched = "SELECT searched FROM finger ORDER BY subject, position";
        let bytes = column(&store, searched, |row| row.get::<_, Vec<u8>>(0))?.concat();
        let subjects = subjects.into_iter().collect();
        Ok(Self { store, gallery: Gallery::from_bytes(&bytes)?, subjects })
    }

    /// Fingers to search in.
    pub fn fingers(&self) -> usize {
        self.gallery.len()
    }

    /// Whether a subject was added.
    pub fn knows(&self, subject: u64) -> bool {
        self.subjects.contains(&subject)
    }

    /// Adds a subject, durable when this returns; again is harmless.
    ///
    /// # Errors
    /// [`CentralError::Database`]; nothing was added then.
    pub fn add(&mut self, subject: u64, fingers: &[Finger]) -> Result<(), CentralError> {
        if self.knows(subject) {
            return Ok(());
        }
        let mut added = Gallery::new();
        let transaction = self.store.transaction()?;
        transaction.execute("INSERT INTO subject (number) VALUES (?1)", [subject as i64])?;
        for finger in fingers {
            let prepared = Prepared::new(finger.template.clone());
            added.add(number(subject, finger.position), &prepared);
            transaction.execute(
                "INSERT INTO finger (subject, position, template, searched) VALUES (?1, ?2, ?3, ?4)",
                params![
                    subject as i64,
                    finger.position.code(),
                    finger.template.to_bytes(),
                    added.last_to_bytes()
                ],
            )?;
        }
        transaction.commit()?;
        for finger in fingers {
            self.gallery.add(number(subject, finger.position), &Prepared::new(finger.template.clone()));
        }
        self.subjects.insert(subject);
        Ok(())
    }

    /// The subjects that are taken to be the one with these fingers, likest first; `subject` itself is not among them.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Templates`].
    pub fn search(&self, subject: u64, fingers: &[Finger]) -> Result<Vec<(u64, Likeness)>, CentralError> {
        let mut probes: Vec<&Finger> = fingers.iter().collect();
        probes.sort_by_key(|finger| std::cmp::Reverse(finger.template.minutiae().len()));
        let pointed: BTreeSet<u64> = probes
            .into_iter()
            .take(SEARCHED)
            .flat_map(|finger| self.gallery.search(&Prepared::new(finger.template.clone()), MOST))
            .map(|candidate| subject_of(candidate.id))
            .filter(|candidate| *candidate != subject)
            .collect();
        let mut found = Vec::new();
        for candidate in pointed {
            let likeness = self.compare(fingers, candidate)?;
            if likeness.is_one_person() {
                found.push((candidate, likeness));
            }
        }
        found.sort_by(|a, b| b.1.strength.total_cmp(&a.1.strength).then(a.0.cmp(&b.0)));
        Ok(found)
    }

    /// How alike these fingers and a subject's are.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Templates`].
    pub fn compare(&self, fingers: &[Finger], subject: u64) -> Result<Likeness, CentralError> {
        let others = self.fingers_of(subject)?;
        let mut likeness = Likeness { others: others.len(), ..Likeness::default() };
        for finger in fingers {
            likeness.common += usize::from(others.iter().any(|(position, _)| *position == finger.position));
            let prepared = Prepared::new(finger.template.clone());
            let compared = others.iter().map(|(position, other)| {
                let (score, here) = (prepared.compare(other), *position == finger.position);
                let alike = Alike { probe: finger.position, other: *position, score: score.0 };
                (strength(score) - if here { 0.0 } else { ELSEWHERE }, here, alike)
            });
            // Of fingers that say nothing, the one at the same position is told.
            let best = compared.max_by(|a, b| a.0.max(0.0).total_cmp(&b.0.max(0.0)).then(a.1.cmp(&b.1)));
            if let Some((strength, _, alike)) = best {
                likeness.strength += strength.max(0.0);
                likeness.fingers.push(alike);
            }
        }
        Ok(likeness)
    }

    fn fingers_of(&self, subject: u64) -> Result<Vec<(FingerPosition, Prepared)>, CentralError> {
        let mut statement =
            self.store.prepare_cached("SELECT position, template FROM finger WHERE subject = ?1")?;
        let mut rows = statement.query([subject as i64])?;
        let mut fingers = Vec::new();
        while let Some(row) = rows.next()? {
            let position = FingerPosition::from_code(row.get(0)?).unwrap_or(FingerPosition::Unknown);
            fingers.push((position, Prepared::new(Template::from_bytes(&row.get::<_, Vec<u8>>(1)?)?)));
        }
        Ok(fingers)
    }
}

fn column<T>(
    store: &Connection,
    query: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, CentralError> {
    let mut statement = store.prepare(query)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Minus the logarithm of the rate at which different fingers score so high; 0 where they often do.
fn strength(score: Score) -> f32 {
    if score.is_match() { 3.0 + (score.0 - Score::MATCH.0) / TENFOLD } else { 0.0 }
}

/// A finger's number in the gallery.
fn number(subject: u64, position: FingerPosition) -> u64 {
    subject << 4 | u64::from(position.code())
}

fn subject_of(number: u64) -> u64 {
    number >> 4
}
