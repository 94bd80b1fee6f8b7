//! What a lane does, and what became of a packet: the words its owner hears.

use crate::reason::Reason;
use std::time::Duration;
use tram_packet::PacketId;

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

impl LaneState {
    pub(super) fn until(&self) -> Option<Duration> {
        match self {
            Self::Pausing { until, .. } | Self::Stopped { until, .. } => Some(*until),
            Self::Working | Self::Idle => None,
        }
    }
}
