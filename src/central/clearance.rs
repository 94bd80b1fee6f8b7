//! The queue of registered enrollments whose fingers were not yet looked for among all others. Packets are receipted
//! before and cards ordered after it, so that a busy or broken matcher delays cards and endangers nothing.
//!
//! One thread of one process works through it in the order of the log; of two enrollments with one person's fingers,
//! the one looked at later meets the other, however close they came.

use crate::api::App;
use crate::centre::Centre;
use crate::database::{Claim, Transaction, Value, values};
use crate::error::CentralError;
use crate::matcher::{Finger, Likeness, Matcher};
use crate::officers::text;
use crate::stages::Stage;
use crate::{adjudication, orders, pictures, secret};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;
use time::OffsetDateTime;
use tram_biometric::FingerPosition;
use tram_enrollment::ReferenceData;
use tram_fingerprint::template;
use tram_packet::{Contents, Opened, PacketId, Profile, SampleRole};
use uuid::Uuid;

/// Other processes and the command line ring no bell here.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After a failure.
const REST: Duration = Duration::from_secs(10);
/// What is said of a packet whose fingers cannot be looked for.
const UNREAD: &str = "none of its fingers can be read";

/// Another enrollment that may be of the same person, or may not be although it says so.
pub(crate) struct Candidate {
    pub(crate) packet: PacketId,
    pub(crate) question: adjudication::Question,
    pub(crate) likeness: Likeness,
}

/// Puts a registered enrollment into the queue.
pub(crate) fn make_due(
    tx: &Transaction<'_>,
    packet: PacketId,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    tx.execute(
        "INSERT INTO clearance (packet, subject, state, since) VALUES (?1, ?2, 'due', ?3)",
        values![packet.to_string(), secret::number()? >> 4, text(now)],
    )?;
    Ok(())
}

/// Tells the matcher's thread that there is work.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits until it rings, at most so long.
    fn wait(&self, most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(rung, most, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

/// Starts the thread; it ends with the server.
pub(crate) fn start(app: Weak<App>) -> std::io::Result<()> {
    thread::Builder::new().name("matcher".into()).spawn(move || run(&app)).map(drop)
}

fn run(app: &Weak<App>) {
    // The part is this process' as long as the claim is held.
    let mut part = None;
    let mut matcher = None;
    while let Some(app) = app.upgrade() {
        let pause = match work(&app.centre, &mut part, &mut matcher) {
            Ok(pause) => pause,
            Err(error) => {
                log::error!("the search for duplicates: {error}");
                REST
            }
        };
        app.centre.bell.wait(pause);
    }
}

fn work(
    centre: &Centre,
    part: &mut Option<Claim>,
    matcher: &mut Option<Matcher>,
) -> Result<Duration, CentralError> {
    if !part.as_ref().is_some_and(Claim::is_held) {
        // Whoever had it meanwhile searched what this process' templates lack.
        *matcher = None;
        *part = centre.claim("matching")?;
    }
    if part.is_none() {
        return Ok(LOOK_EVERY);
    }
    if matcher.is_none() {
        let mut opened = Matcher::open(&centre.templates_path())?;
        centre.catch_up(&mut opened)?;
        *matcher = Some(opened);
    }
    let Some(matcher) = matcher else { return Ok(REST) };
    let mut pause = LOOK_EVERY;
    for packet in centre.due()? {
        if !part.as_ref().is_some_and(Claim::is_held) {
            break;
        }
        if let Err(error) = centre.stages.time(Stage::Search, || centre.search(matcher, packet)) {
            // The others do not wait for it.
            log::error!("packet {packet} was not searched for duplicates: {error}");
            pause = REST;
        }
    }
    Ok(pause)
}

impl Centre {
    fn due(&self) -> Result<Vec<PacketId>, CentralError> {
        let rows = self.database.query(
            "SELECT clearance.packet FROM clearance JOIN packet ON packet.id = clearance.packet
             WHERE clearance.state = 'due' ORDER BY packet.log_index LIMIT 1000",
            values![],
        )?;
        rows.iter().map(|row| packet_id(&row.get::<String>(0)?)).collect()
    }

    /// Adds what was searched before and is missing: the file of templates was lost, or restored from a backup.
    fn catch_up(&self, matcher: &mut Matcher) -> Result<(), CentralError> {
        let searched = "SELECT packet, subject FROM clearance WHERE state <> 'due'";
        for row in self.database.query(searched, values![])? {
            let subject = row.get(1)?;
            if !matcher.knows(subject) {
                let opened = self.opened(packet_id(&row.get::<String>(0)?)?)?;
                matcher.add(subject, &extract(&best_fingers(&opened.contents)))?;
            }
        }
        log::info!("{} fingers to search in", matcher.fingers());
        Ok(())
    }

    /// Looks for the fingers of an enrollment among all others, and orders its card when they are nobody else's.
    ///
    /// # Errors
    /// [`CentralError::Disk`], [`CentralError::Database`]: then it is still due.
    pub fn search(&self, matcher: &mut Matcher, packet: PacketId) -> Result<(), CentralError> {
        let Some(standing) = self.standing(packet)? else {
            // Corrected or withdrawn meanwhile: there will be no card to hold back.
            return self.database.transact(|tx| settle(tx, packet, "clear", None, self.now()));
        };
        let opened = self.opened(packet)?;
        let samples = best_fingers(&opened.contents);
        let fingers = extract(&samples);
        let note = (fingers.is_empty() && !samples.is_empty()).then_some(UNREAD);
        let candidates = self.candidates(matcher, &standing, packet, &fingers)?;
        matcher.add(standing.subject, &fingers)?;
        let now = self.now();
        let held = note.is_some() || !candidates.is_empty();
        let rules = self.rules()?;
        self.database.transact(|tx| {
            // Another process may have searched for it since, with more fingers than this one had: that answer stands.
            let due = "UPDATE clearance SET since = ?2 WHERE packet = ?1 AND state = 'due'";
            if tx.execute(due, values![packet.to_string(), text(now)])? != 1 {
                return Ok(());
            }
            for candidate in &candidates {
                adjudication::open(tx, packet, candidate, now)?;
            }
            settle(tx, packet, if held { "held" } else { "clear" }, note, now)?;
            if held { Ok(()) } else { self.order(tx, packet, &opened, &rules) }
        })?;
        if held {
            log::warn!("packet {packet}: no card before a person decides");
        }
        Ok(())
    }

    /// Here the register takes over from the matcher: what a likeness means depends on who the two say they are.
    fn candidates(
        &self,
        matcher: &Matcher,
        standing: &Standing,
        packet: PacketId,
        fingers: &[Finger],
    ) -> Result<Vec<Candidate>, CentralError> {
        let mut candidates = Vec::new();
        for (subject, likeness) in matcher.search(standing.subject, fingers)? {
            let other = self.standing_with("subject = ?1", subject.into())?;
            for other in other.into_iter().filter(|other| !standing.is_of_one_number(other)) {
                let question = adjudication::Question::SameFingers;
                candidates.push(Candidate { packet: other.packet, question, likeness: likeness.clone() });
            }
        }
        if standing.number.is_empty() {
            return Ok(candidates);
        }
        for other in self.standing_with("personal_number = ?1", standing.number.as_str().into())? {
            let likeness = matcher.compare(fingers, other.subject)?;
            if other.packet != packet && likeness.is_another_person() {
                let question = adjudication::Question::OtherFingers;
                candidates.push(Candidate { packet: other.packet, question, likeness });
            }
        }
        Ok(candidates)
    }

    fn standing(&self, packet: PacketId) -> Result<Option<Standing>, CentralError> {
        Ok(self.standing_with("packet = ?1", packet.to_string().into())?.into_iter().next())
    }

    fn standing_with(&self, condition: &str, value: Value) -> Result<Vec<Standing>, CentralError> {
        let rows = self.database.query(
            &format!(
                "SELECT packet, subject, personal_number FROM standing_enrollment
                 WHERE {condition} AND clearance <> 'refused'"
            ),
            &[value],
        )?;
        rows.iter()
            .map(|row| {
                let packet = packet_id(&row.get::<String>(0)?)?;
                Ok(Standing { packet, subject: row.get(1)?, number: row.get(2)? })
            })
            .collect()
    }

    /// Orders the card of an enrollment that is clear, by rules read before the transaction began: an embedded register
    /// answers one at a time. In service, people order cards.
    pub(crate) fn order(
        &self,
        tx: &Transaction<'_>,
        packet: PacketId,
        opened: &Opened,
        rules: &ReferenceData,
    ) -> Result<(), CentralError> {
        if self.profile == Profile::Test {
            orders::make(tx, self, packet, opened, rules, self.now())?;
        }
        Ok(())
    }

    /// Clears a packet that is held for nothing but fingers that cannot be read: a person decided so.
    pub(crate) fn clear_unread(
        &self,
        tx: &Transaction<'_>,
        packet: PacketId,
        opened: &Opened,
        rules: &ReferenceData,
    ) -> Result<(), CentralError> {
        let cleared = tx.execute(
            "UPDATE clearance SET state = 'clear', since = ?2 WHERE packet = ?1 AND state = 'held' AND note = ?3
             AND NOT EXISTS (SELECT 1 FROM adjudication WHERE adjudication.packet = ?1 AND decision IS NULL)",
            values![packet.to_string(), text(self.now()), UNREAD],
        )?;
        if cleared != 1 {
            return Err(CentralError::Setup(format!(
                "packet {packet} does not wait for this decision; see `tram-central adjudicate list`"
            )));
        }
        self.order(tx, packet, opened, rules)
    }
}

/// An enrollment that counts.
struct Standing {
    packet: PacketId,
    subject: u64,
    number: String,
}

impl Standing {
    fn is_of_one_number(&self, other: &Self) -> bool {
        !self.number.is_empty() && self.number == other.number
    }
}

/// Ends what an enrollment was due or held for.
pub(crate) fn settle(
    tx: &Transaction<'_>,
    packet: PacketId,
    state: &str,
    note: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    tx.execute(
        "UPDATE clearance SET state = ?2, note = ?3, since = ?4 WHERE packet = ?1 AND state IN ('due', 'held')",
        values![packet.to_string(), state, note, text(now)],
    )?;
    Ok(())
}

/// The best sample of each finger.
pub(crate) fn best_fingers(contents: &Contents) -> BTreeMap<FingerPosition, &tram_biometric::Sample> {
    let mut best: BTreeMap<FingerPosition, &tram_biometric::Sample> = BTreeMap::new();
    for sample in &contents.samples {
        if let SampleRole::Finger { position, .. } = sample.role {
            let held = best.entry(position).or_insert(&sample.sample);
            if sample.sample.quality > held.quality {
                *held = &sample.sample;
            }
        }
    }
    best
}

/// The templates of the fingers that can be read, each on a thread of its own.
fn extract(samples: &BTreeMap<FingerPosition, &tram_biometric::Sample>) -> Vec<Finger> {
    thread::scope(|scope| {
        let extractions: Vec<_> = samples
            .iter()
            .map(|(position, sample)| {
                scope.spawn(move || {
                    let template = template::extract(&pictures::gray(sample)?);
                    let is_finger = !template.minutiae().is_empty();
                    is_finger.then_some(Finger { position: *position, template })
                })
            })
            .collect();
        extractions.into_iter().filter_map(|extraction| extraction.join().ok().flatten()).collect()
    })
}

pub(crate) fn packet_id(text: &str) -> Result<PacketId, CentralError> {
    let id = Uuid::parse_str(text).map_err(|error| CentralError::Setup(format!("a packet's id: {error}")))?;
    Ok(PacketId(id))
}
