//! Where a figure of a device is heading: a straight line through its certificates, and the day on which it will leave its
//! limits.

use crate::certificate::Certificate;
use crate::finding::Finding;
use crate::fit::line;
use crate::quantity::Quantity;
use time::{Date, Duration};

/// A line through two points says nothing about its own error.
const FEWEST: usize = 3;
/// What lies farther ahead is not foretold.
const FARTHEST_DAYS: f64 = 730.0;

/// One figure over the certificates of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Day and value of each certificate that has the figure, oldest first.
    pub points: Vec<(Date, f64)>,
    /// Change a day, in the quantity's unit.
    pub slope: f64,
    /// The day on which the line leaves the newest certificate's limits, when that is within two years and the change is
    /// more than what scatters about the line.
    pub leaves_on: Option<Date>,
}

/// The trend of a figure; `None` for fewer than three certificates that have it, or all of one day.
pub fn trend(certificates: &[Certificate], quantity: Quantity) -> Option<Trend> {
    let mut found: Vec<(Date, &Finding)> = certificates
        .iter()
        .filter_map(|certificate| {
            let finding = certificate.findings.iter().find(|finding| finding.quantity == quantity)?;
            Some((certificate.issued.date(), finding))
        })
        .collect();
    found.sort_by_key(|(day, _)| *day);
    let ((first, _), (last, newest)) = (*found.first()?, *found.last()?);
    let days = |day: Date| (day - first).whole_days() as f64;
    let points: Vec<(f64, f64)> = found.iter().map(|(day, finding)| (days(*day), finding.value)).collect();
    if points.len() < FEWEST {
        return None;
    }
    let (offset, slope) = line(points.iter().copied())?;
    let scatter = points.iter().map(|(day, value)| (value - offset - slope * day).abs()).fold(0.0, f64::max);
    let is_moving = slope.abs() * days(last) > 2.0 * scatter;
    let end = if slope > 0.0 { newest.at_most } else { newest.at_least };
    let ahead =
        end.map(|end| (end - offset) / slope).filter(|day| is_moving && *day - days(last) < FARTHEST_DAYS);
    Some(Trend {
        points: found.iter().map(|(day, finding)| (*day, finding.value)).collect(),
        slope,
        leaves_on: ahead.and_then(|day| first.checked_add(Duration::days(day.max(days(last)).ceil() as i64))),
    })
}
