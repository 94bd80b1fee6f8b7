//! One packet after the other, one exchange with the centre per [`step`](Lane::step).
//!
//! A worker thread calls `step` and sleeps until [`Progress::wake_at`]; nothing here sleeps, reads a clock or keeps
//! anything that a restart would miss. `now` is monotonic (since the start of the program or machine), because wall
//! clocks of stations jump.

use crate::backoff;
use crate::outbox::{Outbox, OutboxError, Waiting};
use crate::protocol::{Checkpoint, LARGEST_CHUNK};
use crate::reason::Reason;
use crate::transport::{Failure, Transport};
use crate::upload::{Outcome, Trouble, Upload};
use crate::verdict::{Verdict, verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tram_packet::{PacketId, PublicKey, Receipt};

/// Chunks begin at this many bytes, double when one goes through and halve when one does not.
const FIRST_CHUNK: usize = 64 * 1024;
const SMALLEST_CHUNK: usize = 16 * 1024;
/// How often an idle lane asks how far the centre's log has come.
const CHECK_EVERY: Duration = Duration::from_hours(1);
/// So many failures at different packets, with no success in between, and the fault is the centre's.
const BREAKER: u32 = 5;

/// What the lane as a whole does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// Call [`Lane::step`] again at once.
    Working,
    /// Nothing waits.
    Idle,
    /// Nothing is sent before `until`.
    Pausing {
        /// On the clock of `now`.
        until: Duration,
        /// Why.
        because: Reason,
    },
    /// Somebody has to act; the lane looks again at `until` by itself.
    Stopped {
        /// On the clock of `now`.
        until: Duration,
        /// Why.
        because: Reason,
    },
}

/// What became of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketState {
    /// It failed for the `attempts`-th time and waits.
    Waiting {
        /// Failures so far.
        attempts: u32,
        /// On the clock of `now`.
        next_try: Duration,
        /// Why it failed last.
        because: Reason,
    },
    /// Its bytes go up.
    Sending {
        /// Bytes the centre has.
        sent: u64,
        /// Bytes in all.
        size: u64,
    },
    /// All bytes are there; the centre examines them.
    Sent,
    /// The receipt is stored.
    Receipted,
    /// Set aside.
    Quarantined {
        /// Why.
        because: Reason,
    },
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The lane now.
    pub lane: LaneState,
    /// The packet the step was about, if any.
    pub packet: Option<(PacketId, PacketState)>,
    /// When to call [`Lane::step`] again, on the clock of `now`; earlier is harmless.
    pub wake_at: Duration,
}

/// When a packet that failed is tried again, and how often it failed in a row.
#[derive(Clone, Copy)]
struct Turn {
    failures: u32,
    next_try: Duration,
}

/// The station's sending side: holds at most one packet in memory.
pub struct Lane<T> {
    transport: T,
    centre_keys: Vec<PublicKey>,
    upload: Option<Upload>,
    turns: BTreeMap<PacketId, Turn>,
    chunk: usize,
    /// Failures of the lane in a row.
    failures: u32,
    /// Failures of packets in a row.
    packet_failures: u32,
    halt: Option<LaneState>,
    seen: Option<Checkpoint>,
    check_at: Duration,
}

impl<T: Transport> Lane<T> {
    /// A lane that believes receipts signed by these keys of the centre, and remembers the last checkpoint it saw.
    pub fn new(transport: T, centre_keys: Vec<PublicKey>, seen: Option<Checkpoint>) -> Self {
        Self {
            transport,
            centre_keys,
            upload: None,
            turns: BTreeMap::new(),
            chunk: FIRST_CHUNK,
            failures: 0,
            packet_failures: 0,
            halt: None,
            seen,
            check_at: Duration::ZERO,
        }
    }

    /// A newer edition of the reference data names these keys.
    pub fn trust(&mut self, centre_keys: Vec<PublicKey>) {
        self.centre_keys = centre_keys;
    }

    /// The last checkpoint seen: to be kept over restarts.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.seen.as_ref()
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
        if self.upload.is_none() && now >= self.check_at {
            return self.check(outbox, now, random);
        }
        let chosen = match self.upload.take() {
            Some(upload) => Some(upload),
            None => self.choose(outbox, now)?,
        };
        let Some(mut upload) = chosen else { return Ok(self.idle(now)) };
        if !upload.is_sound() {
            return self.set_aside(outbox, &upload.waiting, Reason::DamagedHere, now);
        }
        match upload.exchange(&mut self.transport, self.chunk) {
            Ok(Outcome::Onward { wait }) => Ok(self.go_on(upload, now + wait)),
            Ok(Outcome::Advanced) => {
                self.advanced();
                self.chunk = (self.chunk * 2).min(LARGEST_CHUNK);
                Ok(self.go_on(upload, now))
            }
            Ok(Outcome::Receipt(signed)) => self.receive(outbox, &upload.waiting, &signed, now, random),
            Err(Trouble::Own(reason)) => self.postpone(outbox, &upload.waiting, reason, now, random),
            Err(Trouble::Failed(failure)) => self.failed(outbox, upload, &failure, now, random),
        }
    }

    fn go_on(&mut self, upload: Upload, wake_at: Duration) -> Progress {
        let packet = Some((upload.waiting.packet, upload.state()));
        self.upload = Some(upload);
        Progress { lane: LaneState::Working, packet, wake_at }
    }

    /// Takes the first packet whose turn it is; those that wait for theirs are never in the way.
    fn choose(&mut self, outbox: &mut dyn Outbox, now: Duration) -> Result<Option<Upload>, OutboxError> {
        let waiting = outbox.waiting()?;
        if !self.turns.is_empty() {
            let still: BTreeSet<PacketId> = waiting.iter().map(|waiting| waiting.packet).collect();
            self.turns.retain(|packet, _| still.contains(packet));
        }
        let due = |packet: &PacketId| self.turns.get(packet).is_none_or(|turn| turn.next_try <= now);
        let Some(waiting) = waiting.into_iter().find(|waiting| due(&waiting.packet)) else { return Ok(None) };
        Ok(Some(Upload::of(waiting, outbox.bytes(waiting.packet)?)))
    }

    fn idle(&mut self, now: Duration) -> Progress {
        if self.turns.is_empty() {
            self.advanced();
        }
        let next = self.turns.values().map(|turn| turn.next_try).min();
        let wake_at = next.map_or(self.check_at, |next| next.min(self.check_at)).max(now);
        Progress { lane: LaneState::Idle, packet: None, wake_at }
    }

    /// A log that shrank or began anew says that the centre was restored from a backup: everything is offered again.
    fn check(
        &mut self,
        outbox: &mut dyn Outbox,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        match self.transport.checkpoint() {
            Ok(checkpoint) => {
                let restored = self
                    .seen
                    .is_some_and(|seen| seen.epoch != checkpoint.epoch || checkpoint.size < seen.size);
                if restored {
                    outbox.offer_again()?;
                    self.turns.clear();
                }
                self.seen = Some(checkpoint);
                self.check_at = now + CHECK_EVERY;
                Ok(Progress { lane: LaneState::Working, packet: None, wake_at: now })
            }
            Err(failure) => match verdict(&failure) {
                Verdict::Stop(reason) => Ok(self.stop(reason, now)),
                Verdict::Pause(reason, asked) => Ok(self.pause(reason, asked, now, random)),
                // A relay without a log still takes bytes.
                _ => {
                    self.check_at = now + CHECK_EVERY;
                    Ok(Progress { lane: LaneState::Working, packet: None, wake_at: now })
                }
            },
        }
    }

    /// Believes a receipt only when the centre's key signed it for exactly these bytes.
    fn receive(
        &mut self,
        outbox: &mut dyn Outbox,
        waiting: &Waiting,
        signed: &[u8],
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        let Waiting { packet, sha256, .. } = *waiting;
        let receipt = Receipt::signed_by(signed)
            .ok()
            .and_then(|kid| self.centre_keys.iter().find(|key| key.kid() == kid))
            .and_then(|key| Receipt::verify(signed, key).ok())
            .filter(|receipt| receipt.packet == packet && receipt.digest == sha256);
        let Some(receipt) = receipt else {
            return self.postpone(outbox, waiting, Reason::BadReceipt, now, random);
        };
        outbox.store_receipt(packet, signed, &receipt)?;
        self.remember(&receipt);
        self.turns.remove(&packet);
        self.advanced();
        let packet = Some((packet, PacketState::Receipted));
        Ok(Progress { lane: LaneState::Working, packet, wake_at: now })
    }

    /// A receipt says how far the log has come at least; a new epoch is for [`check`](Self::check) to act on.
    fn remember(&mut self, receipt: &Receipt) {
        if let Some(seen) = self.seen.as_mut().filter(|seen| seen.epoch == receipt.epoch) {
            seen.size = seen.size.max(receipt.log_index + 1);
        }
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
            Verdict::SetAside(reason) => self.set_aside(outbox, &upload.waiting, reason, now),
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
        self.packet_failures += 1;
        let state =
            PacketState::Waiting { attempts: waiting.attempts + 1, next_try, because: because.clone() };
        let mut progress =
            Progress { lane: LaneState::Working, packet: Some((waiting.packet, state)), wake_at: now };
        if self.packet_failures >= BREAKER {
            self.packet_failures = 0;
            let halted = self.pause(because, None, now, random);
            progress.lane = halted.lane;
            progress.wake_at = halted.wake_at;
        }
        Ok(progress)
    }

    fn set_aside(
        &mut self,
        outbox: &mut dyn Outbox,
        waiting: &Waiting,
        because: Reason,
        now: Duration,
    ) -> Result<Progress, OutboxError> {
        outbox.quarantine(waiting.packet, &because)?;
        self.turns.remove(&waiting.packet);
        let packet = Some((waiting.packet, PacketState::Quarantined { because }));
        Ok(Progress { lane: LaneState::Working, packet, wake_at: now })
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

impl LaneState {
    fn until(&self) -> Option<Duration> {
        match self {
            Self::Pausing { until, .. } | Self::Stopped { until, .. } => Some(*until),
            Self::Working | Self::Idle => None,
        }
    }
}
