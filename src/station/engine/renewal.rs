//! The station's certificate, renewed by itself before it ends; the key stays.

use super::vault::{self, ask};
use crate::clock::now;
use crossbeam_channel::Sender;
use tram_keys::StationSigner;
use tram_sync::{Centre, Membership};

/// The membership with its new certificate, which is kept already; `None` while the old one goes on: it is not due,
/// the centre refused, or the disk did. Then it is asked for again with the next measuring of the clock.
pub(super) fn renew_when_due(
    centre: &Centre,
    vault: &Sender<vault::Job>,
    membership: &Membership,
    key: &StationSigner,
) -> Option<Membership> {
    let due = membership.is_renewal_due(now()).unwrap_or_else(|error| {
        log::error!("the station's certificate: {error}");
        false
    });
    if !due {
        return None;
    }
    match membership.renew(centre, key.public_key()) {
        Ok(renewed) => {
            let keep = renewed.clone();
            let kept = ask(vault, move |vault, _| vault.keep_membership(keep))?;
            kept.inspect_err(|error| log::error!("the new certificate cannot be kept: {error:#}")).ok()?;
            log::info!("the station has a new certificate");
            Some(renewed)
        }
        Err(error) => {
            log::warn!("the station's certificate is not renewed: {error}");
            None
        }
    }
}
