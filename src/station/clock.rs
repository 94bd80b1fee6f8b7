//! The wall clock of the station, in the time of Việt Nam.
//!
//! A machine whose clock battery is dead wakes in 1970 or in 2069. Days matter here: rules, keys and certificates are
//! dated. So what the machine says is believed only where it can be true beside what the centre signed for: not before
//! that, and not years after. What the centre signs for when it is asked mends the rest. Order never comes from here.

use std::sync::atomic::{AtomicI64, Ordering};
use time::{Duration, OffsetDateTime, UtcOffset};

/// No station is away from its centre for longer than that.
const PLAUSIBLE: Duration = Duration::days(2 * 365);

/// Milliseconds that are added to what the machine says.
static CORRECTION: AtomicI64 = AtomicI64::new(0);

/// Now, at UTC+7: the country has one time and no summer time.
pub(crate) fn now() -> OffsetDateTime {
    corrected(machine(), Duration::milliseconds(CORRECTION.load(Ordering::Relaxed)))
        .to_offset(UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC))
}

fn machine() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn corrected(machine: OffsetDateTime, correction: Duration) -> OffsetDateTime {
    machine.checked_add(correction).unwrap_or(machine)
}

/// At the start: the latest time the centre signed for. Gives how far the machine is off, where it cannot be right.
pub(crate) fn start_from(signed: OffsetDateTime) -> Option<Duration> {
    let off = implausible(machine(), signed)?;
    correct(-off);
    Some(off)
}

/// The centre signed for this moment: gives how far the machine's clock is ahead of it.
pub(crate) fn measured(signed: OffsetDateTime) -> Duration {
    let ahead = machine() - signed;
    correct(-ahead);
    ahead
}

fn correct(by: Duration) {
    let millis = i64::try_from(by.whole_milliseconds()).unwrap_or(0);
    CORRECTION.store(millis, Ordering::Relaxed);
}

fn implausible(machine: OffsetDateTime, signed: OffsetDateTime) -> Option<Duration> {
    let ahead = machine - signed;
    (ahead.is_negative() || ahead > PLAUSIBLE).then_some(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_dead_battery_is_seen_and_an_ordinary_clock_is_left_alone() {
        let signed = datetime!(2026-11-22 08:00 UTC);
        for plausible in [signed, signed + Duration::days(300), signed + PLAUSIBLE] {
            assert_eq!(implausible(plausible, signed), None);
        }
        for dead in
            [datetime!(1970-01-01 00:00:10 UTC), datetime!(2069-06-01 12:00 UTC), signed - Duration::DAY]
        {
            let off = implausible(dead, signed).unwrap();
            assert_eq!(corrected(dead, -off), signed, "it goes on from what was signed");
        }
    }
}
