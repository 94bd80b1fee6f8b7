//! What a lane believes: receipts that are proven, and a log that only grows.

use super::LaneState;
use super::{CHECK_EVERY, Lane, PacketState, Progress, working};
use crate::log::Question;
use crate::outbox::{Outbox, OutboxError, Waiting};
use crate::protocol::Checkpoint;
use crate::reason::Reason;
use crate::transport::{Failure, Transport};
use crate::verdict::{Verdict, verdict};
use std::time::Duration;
use tram_packet::{Digest, PublicKey, Receipt};

/// A receipt that is signed, for this packet's own bytes, and not yet proven to be in the log that was seen before.
pub(super) struct Unproven {
    pub(super) waiting: Waiting,
    pub(super) signed: Vec<u8>,
    receipt: Receipt,
}

impl<T: Transport> Lane<T> {
    /// Asks how far the centre's log has come, and whether it continues what it was: one question for each step. A log
    /// that shrank or began anew says that the centre was restored from a backup: everything is offered again.
    pub(super) fn check(
        &mut self,
        outbox: &mut dyn Outbox,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        let (checkpoint, path) = match self.ask_log() {
            Ok(Some(answer)) => answer,
            Ok(None) => return Ok(working(now)),
            Err(failure) => return Ok(self.unchecked(&failure, now, random)),
        };
        if self.log.question_of(&checkpoint) == Question::Restored {
            outbox.offer_again()?;
            self.turns.clear();
            self.log.begin_anew(checkpoint);
        } else if let Err(fork) = self.log.link(checkpoint, &path) {
            if !self.still_contradicts() {
                return Ok(working(now));
            }
            outbox.distrust(&fork)?;
            return Ok(self.stop(Reason::Forked, now));
        }
        self.check_at = now + CHECK_EVERY;
        Ok(working(now))
    }

    /// Before a contradiction is held against the centre it is asked once more: one that was restored between two
    /// questions, or cannot say now, is judged by what it says next.
    fn still_contradicts(&mut self) -> bool {
        let Ok(checkpoint) = self.transport.checkpoint() else { return false };
        self.log.question_of(&checkpoint) != Question::Restored
    }

    /// One exchange; `None` while there is another question to ask.
    fn ask_log(&mut self) -> Result<Option<(Checkpoint, Vec<Digest>)>, Failure> {
        let (checkpoint, is_fresh) = match self.offered.take() {
            Some(offered) => (offered, false),
            None => (self.transport.checkpoint()?, true),
        };
        match self.log.question_of(&checkpoint) {
            Question::Consistency { .. } if is_fresh => {
                self.offered = Some(checkpoint);
                Ok(None)
            }
            Question::Consistency { earlier, size } => {
                Ok(Some((checkpoint, self.transport.consistency(earlier, size)?)))
            }
            Question::None | Question::Restored => Ok(Some((checkpoint, Vec::new()))),
        }
    }

    pub(super) fn unchecked(&mut self, failure: &Failure, now: Duration, random: u64) -> Progress {
        match verdict(failure) {
            Verdict::Stop(reason) => self.stop(reason, now),
            Verdict::Pause(reason, asked) => self.pause(reason, asked, now, random),
            // A relay without a log still takes bytes.
            _ => {
                self.check_at = now + CHECK_EVERY;
                working(now)
            }
        }
    }

    /// Believes a receipt only when the centre's key signed it for exactly these bytes, its own proof holds, and the log
    /// it signs is one with the log that was seen.
    pub(super) fn receive(
        &mut self,
        outbox: &mut dyn Outbox,
        waiting: &Waiting,
        signed: &[u8],
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        let waiting = *waiting;
        let receipt = believable(signed, &self.centre_keys).filter(|receipt| waiting.is_answered_by(receipt));
        let Some(receipt) = receipt else {
            return self.postpone(outbox, &waiting, Reason::BadReceipt, now, random);
        };
        let unproven = Unproven { waiting, signed: signed.to_vec(), receipt };
        if matches!(self.log.question(&unproven.receipt), Question::Consistency { .. }) {
            self.unproven = Some(unproven);
            let packet = Some((waiting.packet, PacketState::Sent));
            return Ok(Progress { lane: LaneState::Working, packet, wake_at: now });
        }
        self.prove(outbox, unproven, now, random)
    }

    pub(super) fn prove(
        &mut self,
        outbox: &mut dyn Outbox,
        unproven: Unproven,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        let path = match self.log.question(&unproven.receipt) {
            Question::None => Vec::new(),
            Question::Consistency { earlier, size } => match self.transport.consistency(earlier, size) {
                Ok(path) => path,
                Err(failure) => return self.not_proven(outbox, unproven, &failure, now, random),
            },
            Question::Restored => {
                // What the centre lost is offered again first; then this packet is announced anew.
                self.check_at = now;
                let because = Reason::Misbehaving { what: "the centre was restored meanwhile".into() };
                return self.postpone(outbox, &unproven.waiting, because, now, random);
            }
        };
        let Unproven { waiting, signed, receipt } = unproven;
        let packet = waiting.packet;
        let is_from_before = self.log.seen().is_some_and(|seen| receipt.epoch < seen.epoch);
        if let Err(fork) = self.log.believe(&receipt, &path) {
            if is_from_before {
                // What it signed for was lost with the restoration: that is no contradiction, the packet is announced anew.
                let because =
                    Reason::Misbehaving { what: "a receipt from before the centre was restored".into() };
                return self.postpone(outbox, &waiting, because, now, random);
            }
            self.check_at = now;
            if !self.still_contradicts() {
                let because = Reason::Misbehaving { what: "the centre was restored meanwhile".into() };
                return self.postpone(outbox, &waiting, because, now, random);
            }
            outbox.distrust(&fork)?;
            return Ok(self.stop(Reason::Forked, now));
        }
        outbox.store_receipt(packet, &signed, &receipt)?;
        self.turns.remove(&packet);
        self.advanced();
        let packet = Some((packet, PacketState::Receipted));
        Ok(Progress { lane: LaneState::Working, packet, wake_at: now })
    }

    fn not_proven(
        &mut self,
        outbox: &mut dyn Outbox,
        unproven: Unproven,
        failure: &Failure,
        now: Duration,
        random: u64,
    ) -> Result<Progress, OutboxError> {
        match verdict(failure) {
            Verdict::Stop(reason) => Ok(self.stop(reason, now)),
            Verdict::Pause(reason, asked) => {
                self.unproven = Some(unproven);
                Ok(self.pause(reason, asked, now, random))
            }
            Verdict::Ask => self.postpone(outbox, &unproven.waiting, Reason::BadReceipt, now, random),
            // A centre that was restored meanwhile has a shorter log than its receipt says.
            Verdict::Postpone(reason) | Verdict::SetAside(reason) => {
                self.check_at = now;
                self.postpone(outbox, &unproven.waiting, reason, now, random)
            }
        }
    }
}

/// A receipt that one of these keys signed and whose own proof holds.
pub(crate) fn believable(signed: &[u8], centre_keys: &[PublicKey]) -> Option<Receipt> {
    let kid = Receipt::signed_by(signed).ok()?;
    let key = centre_keys.iter().find(|key| key.kid() == kid)?;
    Receipt::verify(signed, key).ok()
}
