//! Working days and deadlines.

use std::collections::BTreeSet;
use time::{Date, Weekday};

/// Days the offices are closed besides Saturday and Sunday. Announced yearly, so part of the reference data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
}

impl Calendar {
    /// A calendar with these holidays.
    pub fn new(holidays: impl IntoIterator<Item = Date>) -> Self {
        Self { holidays: holidays.into_iter().collect() }
    }

    /// Whether offices work on this day.
    pub fn is_working(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&day)
    }

    /// The day that ends a time of `days` working days; the day of reception does not count.
    pub fn deadline(&self, received_on: Date, days: u16) -> Date {
        let mut day = received_on;
        let mut left = days;
        while left > 0 {
            let Some(next) = day.next_day() else { return day };
            day = next;
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let calendar = Calendar::new([date!(2026 - 11 - 24)]);
        for (received, days, deadline) in [
            (date!(2026 - 11 - 20), 1, date!(2026 - 11 - 23)),
            (date!(2026 - 11 - 22), 1, date!(2026 - 11 - 23)),
            (date!(2026 - 11 - 23), 7, date!(2026 - 12 - 03)),
            (date!(2026 - 11 - 23), 0, date!(2026 - 11 - 23)),
        ] {
            assert_eq!(calendar.deadline(received, days), deadline, "{received} + {days}");
        }
    }
}
