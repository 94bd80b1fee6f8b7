//! What was done beside the dossiers, told to the centre as soon as it answers.
//!
//! The next packet tells it again, and nothing but that packet's receipt lets it rest: what is remembered here is only what
//! need not be said twice while the station runs.

use super::vault::{self, ask};
use crossbeam_channel::Sender;
use std::collections::BTreeSet;
use tram_packet::{Digest, SignedDeed};
use tram_sync::{Centre, Failure};

/// So many in one round; the others in the next.
const AT_ONCE: usize = 64;

/// What a centre heard.
#[derive(Default)]
pub(super) struct Told {
    /// How often the centre had been restored from a backup by then.
    epoch: Option<u32>,
    deeds: BTreeSet<Digest>,
}

impl Told {
    /// Tells what this centre has not heard. What it will not hear is left to the packet.
    ///
    /// # Errors
    /// [`Failure`] when it does not answer any more.
    pub(super) fn tell(
        &mut self,
        centre: &Centre,
        vault: &Sender<vault::Job>,
        epoch: Option<u32>,
    ) -> Result<(), Failure> {
        let most = self.deeds.len() + AT_ONCE;
        let untold = ask(vault, move |vault, _| vault.store().read().untold_deeds(most));
        let Some(Ok(untold)) = untold else { return Ok(()) };
        for deed in self.news(epoch, untold) {
            match centre.tell(&deed) {
                Err(Failure::Status { status, detail, .. }) if status < 500 => {
                    log::warn!(
                        "the centre does not hear what was done here ({status} {detail}): a packet tells it"
                    );
                }
                told => told?,
            }
            self.deeds.insert(deed.digest());
        }
        Ok(())
    }

    /// What a centre of this epoch has not heard.
    fn news(&mut self, epoch: Option<u32>, untold: Vec<SignedDeed>) -> Vec<SignedDeed> {
        if self.epoch != epoch {
            // What came after the backup is forgotten there.
            *self = Self { epoch, deeds: BTreeSet::new() };
        }
        untold.into_iter().filter(|deed| !self.deeds.contains(&deed.digest())).take(AT_ONCE).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_twice_but_to_a_centre_that_was_restored() {
        let deeds: Vec<SignedDeed> = (0..100).map(|number| SignedDeed(vec![number])).collect();
        let mut told = Told::default();
        for (epoch, count) in [(None, 64), (None, 36), (None, 0), (Some(2), 64), (Some(2), 36), (Some(3), 64)]
        {
            let news = told.news(epoch, deeds.clone());
            assert_eq!(news.len(), count, "{epoch:?}");
            told.deeds.extend(news.iter().map(SignedDeed::digest));
        }
    }
}
