//! How a station reaches its centre: by whose clock certificates are judged, and through whom the bytes go.

use std::net::SocketAddr;
use time::OffsetDateTime;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Tells the time: certificates are judged by it. A station's own clock may be wrong by years, and its owner knows.
pub type Clock = fn() -> OffsetDateTime;

/// A way to the centre.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// The station's clock.
    pub clock: Clock,
    /// A colleague's station on the same network that passes the bytes on, tried when the centre itself is not reached. It
    /// sees TLS and no more: the centre's certificate is still the centre's.
    pub through: Option<SocketAddr>,
}

impl Way {
    /// Straight to the centre.
    pub fn straight(clock: Clock) -> Self {
        Self { clock, through: None }
    }
}

/// The centre's own addresses, then the colleague's.
#[derive(Debug)]
pub(crate) struct WayResolver {
    pub(crate) through: Option<SocketAddr>,
}

impl Resolver for WayResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let direct = DefaultResolver::default().resolve(uri, config, timeout);
        let Some(through) = self.through else { return direct };
        let mut addresses = self.empty();
        // A station without any network cannot even look the name up.
        for address in direct.iter().flat_map(|found| found.iter()).take(4) {
            addresses.push(*address);
        }
        addresses.push(through);
        Ok(addresses)
    }
}
