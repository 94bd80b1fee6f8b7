//! How soon a library that failed is tried again.

use std::time::{Duration, Instant};

/// A library that failed once is tried again at once, so that a citizen hardly waits; one that keeps failing is not.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The failures of one library.
#[derive(Debug, Default)]
pub struct Patience {
    failures: u32,
    last: Option<Instant>,
}

impl Patience {
    /// Its process was lost.
    pub(crate) fn lost(&mut self, now: Instant) {
        self.failures += 1;
        self.last = Some(now);
    }

    /// It brought a picture.
    pub(crate) fn worked(&mut self) {
        *self = Self::default();
    }

    /// How long it must still be left alone.
    pub(crate) fn pause(&self, now: Instant) -> Duration {
        let Some(last) = self.last else { return Duration::ZERO };
        let pause = match self.failures {
            0 | 1 => Duration::ZERO,
            more => FIRST_PAUSE.saturating_mul(1 << (more - 2).min(8)).min(LONGEST_PAUSE),
        };
        (last + pause).saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_is_followed_by_a_longer_pause_up_to_a_picture() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        for expected in [0, 0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] {
            assert_eq!(patience.pause(now), Duration::from_millis(expected));
            patience.lost(now);
        }
        assert_eq!(patience.pause(now + LONGEST_PAUSE), Duration::ZERO);
        patience.worked();
        assert_eq!(patience.pause(now), Duration::ZERO);
    }
}
