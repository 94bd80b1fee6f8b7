//! What the station knows of the centre's log, and whether what it is shown next continues it (RFC 9162, 2.1.4).
//!
//! Every receipt signs the whole log up to its packet. A centre that lost, changed or hid an entry, or that keeps another
//! log for somebody else, cannot prove that the log it shows continues the one it signed for before.

use crate::protocol::Checkpoint;
use tram_packet::Receipt;
use tram_packet::merkle::{Tree, verify_consistency};

/// The log as it was last proven to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    seen: Option<Checkpoint>,
}

/// The centre's log contradicts what the centre signed or showed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the centre's log of {} entries does not continue that of {} entries", offered.size, seen.size)]
pub struct Fork {
    /// Before.
    pub seen: Checkpoint,
    /// Now.
    pub offered: Checkpoint,
}

/// What has to be known before a log is believed to continue the one that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Nothing: it is the first one, or they are equally long.
    None,
    /// The proof that the log of `earlier` entries is the beginning of that of `size`.
    Consistency {
        /// The shorter of the two.
        earlier: u64,
        /// The longer.
        size: u64,
    },
    /// It is younger than what was seen: the centre was restored from a backup meanwhile.
    Restored,
}

impl Log {
    /// The log as it was kept over a restart.
    pub fn new(seen: Option<Checkpoint>) -> Self {
        Self { seen }
    }

    /// The last checkpoint that was proven.
    pub fn seen(&self) -> Option<&Checkpoint> {
        self.seen.as_ref()
    }

    /// What to ask the centre about the log as a receipt signs it.
    pub fn question(&self, receipt: &Receipt) -> Question {
        let size = receipt.tree().size;
        match &self.seen {
            None => Question::None,
            Some(seen) if receipt.epoch > seen.epoch => Question::Restored,
            Some(seen) => between(seen.size, size),
        }
    }

    /// Believes a receipt's log if the path proves it to be one with the log that was seen. A receipt from before a
    /// restoration is believed if what it signs is still the beginning of the log.
    ///
    /// # Errors
    /// [`Fork`].
    pub fn believe(&mut self, receipt: &Receipt, path: &[tram_packet::Digest]) -> Result<(), Fork> {
        let Tree { size, root } = receipt.tree();
        let epoch = self.seen.map_or(receipt.epoch, |seen| seen.epoch);
        self.link(Checkpoint { epoch, size, root }, path)
    }

    /// What to ask the centre about a checkpoint. A log that shrank or began anew says that the centre was restored.
    pub fn question_of(&self, checkpoint: &Checkpoint) -> Question {
        match &self.seen {
            None => Question::None,
            Some(seen) if seen.epoch != checkpoint.epoch || checkpoint.size < seen.size => Question::Restored,
            Some(seen) => between(seen.size, checkpoint.size),
        }
    }

    /// Believes a checkpoint if the path proves it to continue the one that was seen.
    ///
    /// # Errors
    /// [`Fork`].
    pub fn link(&mut self, offered: Checkpoint, path: &[tram_packet::Digest]) -> Result<(), Fork> {
        let Some(seen) = self.seen else {
            self.seen = Some(offered);
            return Ok(());
        };
        let (first, second) = if offered.size < seen.size { (offered, seen) } else { (seen, offered) };
        if seen.epoch == offered.epoch && verify_consistency(tree(&first), tree(&second), path) {
            self.seen = Some(second);
            Ok(())
        } else {
            Err(Fork { seen, offered })
        }
    }

    /// The centre was restored: from here on this is its log.
    pub fn begin_anew(&mut self, checkpoint: Checkpoint) {
        self.seen = Some(checkpoint);
    }
}

fn tree(checkpoint: &Checkpoint) -> Tree {
    Tree { size: checkpoint.size, root: checkpoint.root }
}

fn between(one: u64, other: u64) -> Question {
    if one == other {
        Question::None
    } else {
        Question::Consistency { earlier: one.min(other), size: one.max(other) }
    }
}
