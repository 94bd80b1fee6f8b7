//! Full-jitter exponential back-off: after the n-th failure in a row, anything between nothing and 2ⁿ seconds.
//! Stations that lost the same link come back spread out instead of all at once.

use std::time::Duration;

/// The ceiling after the first failure.
pub const FIRST: Duration = Duration::from_secs(1);

/// The ceiling after many failures.
pub const LONGEST: Duration = Duration::from_mins(15);

/// How long to wait after `failures` in a row; `random` is uniform over all of `u64`.
pub fn delay(failures: u32, random: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(20);
    let ceiling = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    ceiling.mul_f64(random as f64 / u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_a_quarter_of_an_hour() {
        for (failures, ceiling) in [(0, 1), (1, 1), (2, 2), (5, 16), (10, 512), (11, 900), (1000, 900)] {
            assert_eq!(delay(failures, u64::MAX), Duration::from_secs(ceiling), "{failures}");
            assert_eq!(delay(failures, 0), Duration::ZERO);
        }
    }
}
