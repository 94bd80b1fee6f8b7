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
/// The setting that says whose turn at the search it is.
const TURN: &str = "search";
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

/// This process' turn at the search.
struct Turn {
    /// The part is this process' as long as it is held.
    claim: Claim,
    /// Written into the register when the turn begins: from then on no answer of the turn before counts, even where its
    /// process has not heard yet that it is over.
    name: String,
    matcher: Matcher,
}

impl Turn {
    /// Begins one; `None` while another process has it.
    fn begin(centre: &Centre) -> Result<Option<Self>, CentralError> {
        let Some(claim) = centre.claim("matching")? else { return Ok(None) };
        let name = secret::number()?.to_string();
        centre.database.set(TURN, &name)?;
        // What the turn before searched is all there now.
        let mut matcher = Matcher::open(&centre.templates_path())?;
        centre.catch_up(&mut matcher)?;
        Ok(Some(Self { claim, name, matcher }))
    }

    /// Whether it still is this turn; until the transaction ends, no other one begins.
    fn goes_on(&self, tx: &Transaction<'_>) -> Result<bool, CentralError> {
        let same = "UPDATE setting SET value = value WHERE name = ?1 AND value = ?2";
        Ok(tx.execute(same, values![TURN, &self.name])? == 1)
    }
}

fn run(app: &Weak<App>) {
    let mut turn = None;
    while let Some(app) = app.upgrade() {
        let pause = match work(&app.centre, &mut turn) {
            Ok(pause) => pause,
            Err(error) => {
                log::error!("the search for duplicates: {error}");
                REST
            }
        };
        app.centre.bell.wait(pause);
    }
}

fn work(centre: &Centre, turn: &mut Option<Turn>) -> Result<Duration, CentralError> {
    if !turn.as_ref().is_some_and(|turn| turn.claim.is_held()) {
        // Given up first: whoever had it meanwhile searched what these templates lack.
        *turn = None;
        *turn = Turn::begin(centre)?;
    }
    let Some(turn) = turn else { return Ok(LOOK_EVERY) };
    let mut pause = LOOK_EVERY;
    for packet in centre.due()? {
        if !turn.claim.is_held() {
            break;
        }
        if let Err(error) = centre.stages.time(Stage::Search, || centre.search(turn, packet)) {
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
    fn search(&self, turn: &mut Turn, packet: PacketId) -> Result<(), CentralError> {
        let Some(standing) = self.standing(packet)? else {
            // Corrected or withdrawn meanwhile: there will be no card to hold back.
            return self.database.transact(|tx| settle(tx, packet, "clear", None, self.now()));
        };
        let opened = self.opened(packet)?;
        let samples = best_fingers(&opened.contents);
        let fingers = extract(&samples);
        let note = (fingers.is_empty() && !samples.is_empty()).then_some(UNREAD);
        let candidates = self.candidates(&turn.matcher, &standing, packet, &fingers)?;
        turn.matcher.add(standing.subject, &fingers)?;
        let now = self.now();
        let held = note.is_some() || !candidates.is_empty();
        let rules = self.rules()?;
        self.database.transact(|tx| {
            // Another process may have searched since, with more fingers than this one had: its answers stand.
            let due = "UPDATE clearance SET since = ?2 WHERE packet = ?1 AND state = 'due'";
            if !turn.goes_on(tx)? || tx.execute(due, values![packet.to_string(), text(now)])? != 1 {
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
            // Whoever claims a number shows that person's fingers: a hand that is hidden proves nothing.
            if other.packet != packet && likeness.others > 0 && !likeness.is_one_person() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_has_the_turn_and_knows_when_another_began_one() {
        let folder = tempfile::tempdir().unwrap();
        let centre = crate::demo::open(folder.path()).unwrap();
        let turn = Turn::begin(&centre).unwrap().unwrap();
        assert!(Turn::begin(&centre).unwrap().is_none(), "while this one goes on");
        let goes_on = || centre.database.transact(|tx| turn.goes_on(tx)).unwrap();
        assert!(goes_on());
        // As another process does, once the database server has given this one's session up.
        centre.database.set(TURN, "another").unwrap();
        assert!(!goes_on());
    }
}
