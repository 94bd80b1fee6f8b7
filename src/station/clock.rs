//! The wall clock of the station, in the time of Việt Nam.

use time::{OffsetDateTime, UtcOffset};

/// Now, at UTC+7: the country has one time and no summer time.
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc().to_offset(UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC))
}
