//! The station's certificate, renewed by itself before it ends, or when dossier numbers run low: new ones come with it. The key
//! stays.

use super::vault::{self, ask};
use crate::clock::now;
use crossbeam_channel::Sender;
use tram_keys::StationSigner;
use tram_sync::{Centre, Membership};

/// So many dossier numbers last a busy desk for a month.
const FEW_NUMBERS: u64 = 1_000;

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
    let left = ask(vault, |vault, _| vault.store().read().numbers_left().ok()).flatten();
    if !due && left.is_none_or(|left| left >= FEW_NUMBERS) {
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
