//! The sets thread: brings the population's extract up to what the centre published, while there is a connection. Neither
//! packets nor the officer wait for it.

use super::Outlet;
use super::register;
use super::vault::{self, Vault, ask};
use crate::home::Home;
use crate::sets::{self, EXTRACT_KEY, Source, Taken, Trouble};
use crossbeam_channel::Sender;
use std::time::Duration;
use tram_packet::{AuditAction, Digest, ExtractKey};
use tram_store::Act;
use tram_sync::{Centre, Failure};
use tram_workflow::lists::Link;

/// The centre is asked for a newer set this often.
const ASK_EVERY: Duration = Duration::from_mins(15);
/// Without a connection, or without sets, it is looked again this often; a look costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The thread's work.
pub(super) fn run(
    home: &Home,
    vault: &Sender<vault::Job>,
    register: &Sender<register::Job>,
    outlet: &Outlet,
) {
    loop {
        let pause = match ready(vault) {
            Some(root) => {
                bring(home, vault, register, root);
                ASK_EVERY
            }
            None => LOOK_EVERY,
        };
        if outlet.wait_closed(pause) {
            return;
        }
    }
}

/// The root of the sets, when the centre publishes any and is reached.
fn ready(vault: &Sender<vault::Job>) -> Option<Digest> {
    ask(vault, |vault, _| {
        let is_up = matches!(vault.link(), Link::Up { .. });
        vault.bundle().sets.filter(|_| is_up)
    })?
}

fn bring(home: &Home, vault: &Sender<vault::Job>, register: &Sender<register::Job>, root: Digest) {
    let Some(key) = ask(vault, |vault, _| vault.station_key()) else { return };
    // The certificate may have been renewed since the last time.
    let Some((membership, way)) = ask(vault, |vault, _| (vault.membership(), vault.way())) else { return };
    let centre = match membership.centre(key, way) {
        Ok(centre) => centre,
        Err(error) => return log::error!("the station cannot speak to its centre: {error}"),
    };
    let opener = match opener(&centre, vault) {
        Ok(Some(opener)) => opener,
        Ok(None) => return,
        Err(failure) => return log::warn!("the key of the sets: {failure}"),
    };
    match sets::take(home, Source::Centre(&centre), root, &opener) {
        Ok(taken) => {
            if taken.applied.files > 0 {
                // A register that is busy opens the new extract with the next word.
                register.send(register::Job::Reopen).ok();
                tell(vault, &taken);
            }
        }
        Err(trouble) => refuse(vault, &trouble),
    }
}

/// The key of the sets' files, kept for the days without a connection.
fn opener(centre: &Centre, vault: &Sender<vault::Job>) -> Result<Option<ExtractKey>, Failure> {
    let key = centre.extract_key()?;
    let keep = key.clone();
    Ok(ask(vault, move |vault, _| {
        if let Err(error) = vault.store().set_setting(EXTRACT_KEY, &keep.to_bytes()) {
            log::error!("the key of the sets cannot be kept: {error}");
        }
    })
    .map(|()| key))
}

fn tell(vault: &Sender<vault::Job>, taken: &Taken) {
    let Taken { version, applied, .. } = *taken;
    log::info!("set {version}: {} people new or changed, {} gone", applied.written, applied.gone);
    note(vault, AuditAction::SetTaken, version.to_string());
}

fn refuse(vault: &Sender<vault::Job>, trouble: &Trouble) {
    let why = trouble.phrase().en;
    log::warn!("{why}");
    if trouble.is_refusal() {
        note(vault, AuditAction::SetRefused, why);
    }
}

fn note(vault: &Sender<vault::Job>, action: AuditAction, subject: String) {
    ask(vault, move |vault: &mut Vault, _| {
        let act = Act { officer: None, at: crate::clock::now() };
        if let Err(error) = vault.store().note(act, action, &subject) {
            log::error!("the audit chain: {error}");
        }
    });
}
