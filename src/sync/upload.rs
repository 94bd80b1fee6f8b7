//! One packet on its way: announced, asked how far it is, sent chunk by chunk, its receipt asked for.

use crate::lane::PacketState;
use crate::outbox::Waiting;
use crate::protocol::{Announce, Announced};
use crate::reason::Reason;
use crate::transport::{Failure, Transport};
use std::time::Duration;

/// So many times an upload may lose ground before the packet has to wait.
const REVERSES: u32 = 3;
/// So many times the receipt is asked for before the packet has to wait.
const QUESTIONS: u32 = 10;

/// A packet under way.
pub(crate) struct Upload {
    pub(crate) waiting: Waiting,
    phase: Phase,
    /// Where the centre wants the bytes, once it was announced.
    path: String,
    /// Bytes the centre has.
    sent: u64,
    reverses: u32,
    asked: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Announce,
    Ask,
    Send,
    Receipt,
}

/// What an exchange led to.
pub(crate) enum Outcome {
    /// To the next exchange, after a moment.
    Onward { wait: Duration },
    /// The centre has more bytes than before.
    Advanced,
    /// The centre turns out to have more bytes than was known: a link that is cut and still moves is no dead link.
    Gained,
    /// A receipt, not yet believed.
    Receipt(Vec<u8>),
}

/// What went wrong: at the other end or by our own judgement.
pub(crate) enum Trouble {
    Failed(Failure),
    Own(Reason),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self::Own(reason)
    }
}

const AT_ONCE: Outcome = Outcome::Onward { wait: Duration::ZERO };

impl Upload {
    pub(crate) fn of(waiting: Waiting) -> Self {
        Self { waiting, phase: Phase::Announce, path: String::new(), sent: 0, reverses: 0, asked: 0 }
    }

    /// Where the next bytes begin, when bytes are what the next exchange carries.
    pub(crate) fn sends_from(&self) -> Option<u64> {
        (self.phase == Phase::Send).then_some(self.sent)
    }

    pub(crate) fn state(&self) -> PacketState {
        match self.phase {
            Phase::Receipt => PacketState::Sent,
            _ => PacketState::Sending { sent: self.sent, size: self.waiting.size },
        }
    }

    /// Where to go on after a cut: the centre is asked how far it got.
    pub(crate) fn rewind(&mut self) {
        if self.phase == Phase::Send {
            self.phase = Phase::Ask;
        }
    }

    /// Ground was lost. It happens once when a centre crashes; a centre where it goes on happening is broken.
    pub(crate) fn reverse(&mut self, what: &str) -> Result<(), Reason> {
        self.reverses += 1;
        if self.reverses > REVERSES { Err(misbehaving(what)) } else { Ok(()) }
    }

    /// One exchange with the centre; `chunk` are the bytes from [`sends_from`](Self::sends_from) on.
    pub(crate) fn exchange(
        &mut self,
        transport: &mut impl Transport,
        chunk: &[u8],
    ) -> Result<Outcome, Trouble> {
        match self.phase {
            Phase::Announce => self.announce(transport),
            Phase::Ask => self.ask(transport),
            Phase::Send => self.send(transport, chunk),
            Phase::Receipt => self.ask_receipt(transport),
        }
    }

    fn announce(&mut self, transport: &mut impl Transport) -> Result<Outcome, Trouble> {
        let Waiting { packet, sha256, size, .. } = self.waiting;
        match transport.announce(&Announce { packet, sha256, size })? {
            Announced::Held { receipt } => Ok(Outcome::Receipt(receipt.0)),
            Announced::Wanted { upload } => {
                self.path = upload;
                self.phase = Phase::Ask;
                Ok(AT_ONCE)
            }
        }
    }

    fn ask(&mut self, transport: &mut impl Transport) -> Result<Outcome, Trouble> {
        let received = transport.received(&self.path)?;
        let size = self.waiting.size;
        if received.offset > size || received.length.is_some_and(|length| length != size) {
            return Err(misbehaving(&format!("offset {} of {size}", received.offset)).into());
        }
        if received.offset < self.sent {
            self.reverse("an upload lost ground")?;
        }
        // Of a chunk that was cut off, the centre keeps what came.
        let has_gained = received.offset > self.sent;
        self.arrive_at(received.offset);
        Ok(if has_gained { Outcome::Gained } else { AT_ONCE })
    }

    fn send(&mut self, transport: &mut impl Transport, chunk: &[u8]) -> Result<Outcome, Trouble> {
        let offset = transport.append(&self.path, self.sent, chunk)?;
        if offset < self.sent || offset > self.sent + chunk.len() as u64 {
            return Err(misbehaving(&format!("offset {offset} after {}", self.sent)).into());
        }
        if offset == self.sent {
            self.reverse("a chunk was taken but not counted")?;
            return Ok(AT_ONCE);
        }
        self.arrive_at(offset);
        Ok(Outcome::Advanced)
    }

    fn arrive_at(&mut self, offset: u64) {
        self.sent = offset;
        self.phase = if offset == self.waiting.size { Phase::Receipt } else { Phase::Send };
    }

    /// The centre examines a packet in well under a second; a busy one gets more and more time.
    fn ask_receipt(&mut self, transport: &mut impl Transport) -> Result<Outcome, Trouble> {
        match transport.receipt(self.waiting.packet)? {
            Some(receipt) => Ok(Outcome::Receipt(receipt)),
            None if self.asked < QUESTIONS => {
                self.asked += 1;
                Ok(Outcome::Onward { wait: Duration::from_millis(50) * (1 << self.asked.min(8)) })
            }
            None => Err(Reason::Busy.into()),
        }
    }
}

fn misbehaving(what: &str) -> Reason {
    Reason::Misbehaving { what: what.to_owned() }
}
