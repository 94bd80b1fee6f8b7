//! How fast the lane may send, and in which hours: an office's link also carries the counter's other work.

use std::num::NonZeroU32;
use std::time::Duration;
use time::Time;

/// What the lane keeps to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// At most so many bytes of packets in a second; none for as fast as the link is.
    pub bytes_per_second: Option<NonZeroU32>,
    /// When packets may be sent, by the office's clock; none for always.
    pub hours: Option<Hours>,
}

/// From a time of day to another; past midnight where the end is not after the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Sending may begin.
    pub from: Time,
    /// No chunk is begun from here on.
    pub to: Time,
}

impl Hours {
    /// How long to wait at this time of day until packets may be sent; nothing within the hours.
    pub fn wait(&self, now: Time) -> Duration {
        let open = if self.from < self.to {
            self.from <= now && now < self.to
        } else {
            now >= self.from || now < self.to
        };
        if open { Duration::ZERO } else { until(now, self.from) }
    }
}

/// From a time of day to the next of another.
fn until(now: Time, then: Time) -> Duration {
    let day = time::Duration::DAY;
    let ahead = then - now;
    let ahead = if ahead.is_negative() { ahead + day } else { ahead };
    ahead.try_into().unwrap_or_default()
}

impl Pace {
    /// How long a chunk of so many bytes takes at this pace.
    pub(crate) fn time_for(&self, bytes: u64) -> Duration {
        self.bytes_per_second
            .map_or(Duration::ZERO, |rate| Duration::from_secs_f64(bytes as f64 / f64::from(rate.get())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::time;

    #[test]
    fn hours_open_and_close_also_past_midnight() {
        let evening = Hours { from: time!(17:30), to: time!(22:00) };
        let night = Hours { from: time!(22:00), to: time!(6:00) };
        let minutes = |minutes| Duration::from_mins(minutes);
        for (hours, now, wait) in [
            (evening, time!(17:30), 0),
            (evening, time!(21:59), 0),
            (evening, time!(22:00), 19 * 60 + 30),
            (evening, time!(8:00), 9 * 60 + 30),
            (night, time!(23:00), 0),
            (night, time!(5:59), 0),
            (night, time!(6:00), 16 * 60),
            (night, time!(21:59), 1),
        ] {
            assert_eq!(hours.wait(now), minutes(wait), "{hours:?} at {now}");
        }
    }
}
