//! Officers' cards in the readers: whose is there, and that the one an officer signed in with is still there.

use super::vault::{self, ask};
use super::{Outlet, Slot};
use crate::home::Home;
use crossbeam_channel::{Sender, bounded};
use std::thread::Builder;
use std::time::Duration;
use tram_keys::{Cards, KeysError};
use tram_workflow::Action;

/// A pulled card locks the station within this time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// After so many failures in a row the library is left alone.
const GIVEN_UP: u32 = 3;
/// A card that computes takes a second at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets a library of cards answer, and goes on without it where it does not: a pulled card has stopped some for ever.
///
/// # Errors
/// What the library said, or that it says nothing.
pub(super) fn patiently<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeysError> + Send + 'static,
) -> Result<T, KeysError> {
    let (tell, answer) = bounded(1);
    let asked = Builder::new().name("card library".into()).spawn(move || {
        // Whoever asked may have gone on.
        tell.send(work()).ok();
    });
    let silent = |why: String| KeysError::Card(why);
    asked.map_err(|error| silent(error.to_string()))?;
    answer.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(silent("the reader does not answer".into())))
}

/// The thread's work; nothing where no cards can be read.
pub(super) fn run(home: &Home, watched: &Slot<String>, vault: &Sender<vault::Job>, outlet: &Outlet) {
    let Some(module) = home.card_module() else { return };
    let cards = match Cards::load(&module) {
        Ok(cards) => cards,
        Err(error) => {
            log::warn!("officers' cards cannot be read: {error}");
            return;
        }
    };
    let (mut before, mut failures) = (Vec::<String>::new(), 0);
    loop {
        // Readers that cannot be asked show no card: who signed in with one is not there for sure.
        let asked = cards.clone();
        let asked = patiently(move || asked.present());
        failures = if asked.is_ok() { 0 } else { failures + 1 };
        let present = asked.unwrap_or_default();
        let pulled = watched.newest().1.is_some_and(|serial| !present.contains(&serial));
        if pulled {
            watched.clear();
            outlet.send(Action::Lock);
        }
        if present != before {
            let asked = present.clone();
            let holder =
                ask(vault, move |vault, _| asked.iter().find_map(|serial| vault.card_holder(serial)));
            outlet.send(Action::CardIn(holder.flatten()));
            before = present;
        }
        if failures == GIVEN_UP {
            log::warn!("the library of officers' cards does not answer: passphrases still do");
            return;
        }
        if outlet.wait_closed(LOOK_EVERY) {
            return;
        }
    }
}
