//! What the site brings: whom it trusts, which environment it works in, the time, and randomness.

use crate::{Anchors, Environment};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// Passed in by the station, so that the driver has neither clock nor keys of its own.
#[derive(Clone)]
pub struct Site {
    /// The providers' certificates.
    pub anchors: Anchors,
    /// Devices of any other environment are refused.
    pub environment: Environment,
    /// The station's clock.
    pub clock: Arc<dyn Fn() -> OffsetDateTime + Send + Sync>,
    /// Where the numbers of transactions come from: unpredictable, so that no answer can have been made before.
    pub random: Arc<dyn Fn() -> u128 + Send + Sync>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({})", self.environment)
    }
}
