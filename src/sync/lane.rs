//! One packet after the other, one exchange with the centre per [`step`](Lane::step).
//!
//! A worker thread calls `step` and sleeps until [`Progress::wake_at`]; nothing here sleeps, reads a clock or keeps
//! anything that a restart would miss. `now` is monotonic (since the start of the program or machine), because wall
//! clocks of stations jump.

mod proof;
mod state;

pub(crate) use proof::believable;
pub use state::{LaneState, PacketState, Progress};

use crate::backoff;
use crate::log::Log;
use crate::outbox::{Outbox, OutboxError, Waiting};
use crate::pace::Pace;
use crate::protocol::{Checkpoint, LARGEST_CHUNK};
use crate::reason::Reason;
use crate::transport::{Failure, Transport};
use crate::upload::{Outcome, Trouble, Upload};
use crate::verdict::{Verdict, verdict};
use proof::Unproven;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use time::Time;
use tram_packet::{Hasher, PacketId, PublicKey};

/// Chunks begin at this many bytes, double when one goes through and halve when one does not.
const FIRST_CHUNK: usize = 64 * 1024;
const SMALLEST_CHUNK: usize = 16 * 1024;
/// How often an idle lane asks how far the centre's log has come.
const CHECK_EVERY: Duration = Duration::from_hours(1);
/// So many failures at different packets, with no success in between, and the fault is the centre's.
const BREAKER: u32 = 5;

/// When a packet that failed is tried again, and how often it failed in a row.
#[derive(Clone, Copy)]
struct Turn {
    failures: u32,
    next_try: Duration,
}

/// The station's sending side: holds at most a chunk of a packet in memory.
pub struct Lane<T> {
    transport: T,
    centre_keys: Vec<PublicKey>,
    upload: Option<Upload>,
    unproven: Option<Unproven>,
    turns: BTreeMap<PacketId, Turn>,
    chunk: usize,
    /// Failures of the lane in a row.
    failures: u32,
    /// Failures of packets in a row.
    packet_failures: u32,
    halt: Option<LaneState>,
    log: Log,
    /// A checkpoint that is not yet proven to continue the one that was seen.
    offered: Option<Checkpoint>,
    check_at: Duration,
    pace: Pace,
    /// No chunk is sent before, to keep the pace.
    chunk_at: Duration,
    /// Nothing is sent before, to keep the hours.
    rest_until: Duration,
}

impl<T: Transport> Lane<T> {
    /// A newer edition of the reference data names these keys.
    pub fn trust(&mut self, centre_keys: Vec<PublicKey>) {
        self.centre_keys = centre_keys;
    }

    /// Speaks over another wire from now on, such as one that shows a new certificate.
    pub fn speak_over(&mut self, transport: T) {
        self.transport = transport;
    }

    /// Keeps this pace from now on. To be called again now and then with the office's time of day.
    pub fn keep(&mut self, pace: &Pace, now: Duration, time_of_day: Time) {
        self.pace = pace.clone();
        self.rest_until = now + pace.hours.map_or(Duration::ZERO, |hours| hours.wait(time_of_day));
    }

    /// Forgets every pause: somebody mended something or pressed "send now".
    pub fn hurry(&mut self) {
        self.halt = None;
        self.failures = 0;
        self.packet_failures = 0;
        self.turns.clear();
    }

    /// At most one exchange with the centre. `random` is uniform over all of `u64`.
    ///
    /// # Errors
    /// [`OutboxError`]: the store must be mended first; nothing was lost.
    pub fn step(
        &mut self,
        outbox: &mut dyn Outbox,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        if let Some(halt) = self.halt.as_ref()
            && let Some(until) = halt.until().filter(|until| now < *until)
        {
            return Ok(Progress { lane: halt.clone(), packet: None, wake_at: until });
        }
        self.halt = None;
        if now < self.rest_until {
            let (until, because) = (self.rest_until, Reason::OutOfHours);
            let lane = LaneState::Pausing { until, because };
            return Ok(Progress { lane, packet: None, wake_at: until });
        }
        if let Some(unproven) = self.unproven.take() {
            return self.prove(outbox, unproven, now, random);
        }
        if self.upload.is_none() && now >= self.check_at {
            return self.check(outbox, now, random);
        }
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => match self.choose(outbox, now)? {
                None => return Ok(self.idle(now)),
                Some(waiting) => match is_sound(outbox, &waiting) {
                    Ok(true) => Upload::of(waiting),
                    Ok(false) => return self.set_aside(outbox, &waiting, Reason::DamagedHere, now, random),
                    // One that cannot be read is in nobody's way. A disk that takes nothing any more says so here.
                    Err(_) => return self.postpone(outbox, &waiting, Reason::DamagedHere, now, random),
                },
            },
        };
        let chunk = match upload.sends_from() {
            Some(_) if now < self.chunk_at => return Ok(self.go_on(upload, self.chunk_at)),
            Some(offset) => outbox.read(upload.waiting.packet, offset, self.chunk_size())?,
            None => Vec::new(),
        };
        match upload.exchange(&mut self.transport, &chunk) {
            Ok(Outcome::Onward { wait }) => Ok(self.go_on(upload, now + wait)),
            Ok(Outcome::Advanced) => {
                self.advanced();
                self.chunk = (self.chunk * 2).min(LARGEST_CHUNK);
                self.chunk_at = now + self.pace.time_for(chunk.len() as u64);
                let wake_at = if upload.sends_from().is_some() { self.chunk_at } else { now };
                Ok(self.go_on(upload, wake_at))
            }
            Ok(Outcome::Gained) => {
                self.advanced();
                Ok(self.go_on(upload, now))
            }
            Ok(Outcome::Receipt(signed)) => self.receive(outbox, &upload.waiting, &signed, now, random),
            Err(Trouble::Own(reason)) => self.postpone(outbox, &upload.waiting, reason, now, random),
            Err(Trouble::Failed(failure)) => self.failed(outbox, upload, &failure, now, random),
        }
    }

    /// What the link takes, and no more than a second's worth of the pace.
    fn chunk_size(&self) -> usize {
        let second = self.pace.bytes_per_second.map_or(usize::MAX, |rate| rate.get() as usize);
        self.chunk.min(second.max(SMALLEST_CHUNK))
    }

    fn go_on(&mut self, upload: Upload, wake_at: Duration) -> Progress {
        let packet = Some((upload.waiting.packet, upload.state()));
        self.upload = Some(upload);
        Progress { lane: LaneState::Working, packet, wake_at }
    }

    /// Takes the first packet whose turn it is; those that wait for theirs are never in the way.
    fn choose(&mut self, outbox: &mut dyn Outbox, now: Duration) -> Result<Option<Waiting>, OutboxError> {
        let waiting = outbox.waiting()?;
        if !self.turns.is_empty() {
            let still: BTreeSet<PacketId> = waiting.iter().map(|waiting| waiting.packet).collect();
            self.turns.retain(|packet, _| still.contains(packet));
        }
        let due = |packet: &PacketId| self.turns.get(packet).is_none_or(|turn| turn.next_try <= now);
        Ok(waiting.into_iter().find(|waiting| due(&waiting.packet)))
    }

    fn idle(&mut self, now: Duration) -> Progress {
        if self.turns.is_empty() {
            self.advanced();
        }
        let next = self.turns.values().map(|turn| turn.next_try).min();
        let wake_at = next.map_or(self.check_at, |next| next.min(self.check_at)).max(now);
        Progress { lane: LaneState::Idle, packet: None, wake_at }
    }

    fn failed(
        &mut self,
        outbox: &mut dyn Outbox,
        mut upload: Upload,
        failure: &Failure,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        match verdict(failure) {
            Verdict::Stop(reason) => Ok(self.stop(reason, now)),
            Verdict::Pause(because, asked) => {
                outbox.record_attempt(upload.waiting.packet, &because)?;
                upload.waiting.attempts += 1;
                upload.rewind();
                self.chunk = (self.chunk / 2).max(SMALLEST_CHUNK);
                let mut progress = self.pause(because.clone(), asked, now, random);
                let attempts = upload.waiting.attempts;
                let state = PacketState::Waiting { attempts, next_try: progress.wake_at, because };
                progress.packet = Some((upload.waiting.packet, state));
                self.upload = Some(upload);
                Ok(progress)
            }
            Verdict::Ask => match upload.reverse("offsets differ again and again") {
                Ok(()) => {
                    upload.rewind();
                    Ok(self.go_on(upload, now))
                }
                Err(reason) => self.postpone(outbox, &upload.waiting, reason, now, random),
            },
            Verdict::Postpone(reason) => self.postpone(outbox, &upload.waiting, reason, now, random),
            Verdict::SetAside(reason) => self.set_aside(outbox, &upload.waiting, reason, now, random),
        }
    }

    /// The packet waits; the others go on.
    fn postpone(
        &mut self,
        outbox: &mut dyn Outbox,
        waiting: &Waiting,
        because: Reason,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        outbox.record_attempt(waiting.packet, &because)?;
        let failures = self.turns.get(&waiting.packet).map_or(0, |turn| turn.failures) + 1;
        let next_try = now + backoff::delay(failures, random);
        self.turns.insert(waiting.packet, Turn { failures, next_try });
        let state =
            PacketState::Waiting { attempts: waiting.attempts + 1, next_try, because: because.clone() };
        Ok(self.count_failure((waiting.packet, state), because, now, random))
    }

    fn set_aside(
        &mut self,
        outbox: &mut dyn Outbox,
        waiting: &Waiting,
        because: Reason,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        outbox.quarantine(waiting.packet, &because)?;
        self.turns.remove(&waiting.packet);
        let state = PacketState::Quarantined { because: because.clone() };
        Ok(self.count_failure((waiting.packet, state), because, now, random))
    }

    /// One packet failed and the next has its turn; after several in a row it is not the packets.
    fn count_failure(
        &mut self,
        packet: (PacketId, PacketState),
        because: Reason,
        now: Duration,
        random: u64,
    ) -> Progress {
        self.packet_failures += 1;
        let mut progress = Progress { lane: LaneState::Working, packet: Some(packet), wake_at: now };
        if self.packet_failures >= BREAKER {
            self.packet_failures = 0;
            let halted = self.pause(because, None, now, random);
            progress.lane = halted.lane;
            progress.wake_at = halted.wake_at;
        }
        progress
    }

    /// The whole lane waits: what failed would fail for every packet.
    fn pause(&mut self, because: Reason, asked: Option<Duration>, now: Duration, random: u64) -> Progress {
        self.failures += 1;
        // Whatever comes back after an absence may be another than the one that went.
        self.check_at = now;
        let asked = asked.unwrap_or_default().min(backoff::LONGEST);
        let until = now + backoff::delay(self.failures, random).max(asked);
        self.halted(LaneState::Pausing { until, because }, until)
    }

    fn stop(&mut self, because: Reason, now: Duration) -> Progress {
        let until = now + backoff::LONGEST;
        self.halted(LaneState::Stopped { until, because }, until)
    }

    fn halted(&mut self, halt: LaneState, until: Duration) -> Progress {
        self.halt = Some(halt.clone());
        Progress { lane: halt, packet: None, wake_at: until }
    }

    /// Bytes arrived, or nothing is left to send. A centre that merely answers has achieved nothing.
    fn advanced(&mut self) {
        self.failures = 0;
        self.packet_failures = 0;
    }
}

impl<T> Lane<T> {
    /// A lane that believes receipts signed by these keys of the centre, and remembers the last checkpoint it saw.
    pub fn new(transport: T, centre_keys: Vec<PublicKey>, seen: Option<Checkpoint>) -> Self {
        Self {
            transport,
            centre_keys,
            upload: None,
            unproven: None,
            turns: BTreeMap::new(),
            chunk: FIRST_CHUNK,
            failures: 0,
            packet_failures: 0,
            halt: None,
            log: Log::new(seen),
            offered: None,
            check_at: Duration::ZERO,
            pace: Pace::default(),
            chunk_at: Duration::ZERO,
            rest_until: Duration::ZERO,
        }
    }

    pub(crate) fn centre_keys(&self) -> &[PublicKey] {
        &self.centre_keys
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    /// The last checkpoint seen: to be kept over restarts.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.log.seen()
    }
}

fn working(wake_at: Duration) -> Progress {
    Progress { lane: LaneState::Working, packet: None, wake_at }
}

/// Whether a packet's bytes are those that were sealed: what a disk changed is not sent.
pub(crate) fn is_sound(outbox: &mut dyn Outbox, waiting: &Waiting) -> Result<bool, OutboxError> {
    let mut hasher = Hasher::default();
    let mut offset = 0;
    loop {
        let bytes = outbox.read(waiting.packet, offset, LARGEST_CHUNK)?;
        hasher.update(&bytes);
        offset += bytes.len() as u64;
        if bytes.is_empty() || offset > waiting.size {
            return Ok(offset == waiting.size && hasher.finish() == waiting.sha256);
        }
    }
}
