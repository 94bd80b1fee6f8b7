//! What only the frames before tell of a slap: that the hand moves, that the platen was dirty or showed the last hand.

use crate::finger::Problems;
use tram_biometric::GrayImage;
use tram_fingerprint::live;
use tram_fingerprint::quality::{FingerQuality, Problem};

/// Fingers whose middles moved by more than this since the last look move, pixels (0.8 mm).
const MOVED: f32 = 16.0;

/// Looks at the frames of one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlapWatch {
    /// The middles of the fingers at the last look.
    before: Vec<(f32, f32)>,
    /// What was wrong with the platen when it was empty last.
    platen: Option<Problem>,
}

impl SlapWatch {
    /// What is the matter, the fingers' middles in pixels and their own problems given.
    pub(crate) fn look(
        &mut self,
        image: &GrayImage,
        middles: &[(f32, f32)],
        qualities: &[FingerQuality],
        alone: Vec<Option<Problem>>,
    ) -> Problems {
        if middles.is_empty() || qualities.iter().all(live::is_ghost) {
            self.before.clear();
            self.platen = if middles.is_empty() { live::empty_platen(image) } else { Some(Problem::Ghost) };
            return Problems { platen: self.platen, fingers: alone };
        }
        let ways = middles.iter().zip(&self.before).map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1));
        let moved = self.before.len() == middles.len() && ways.fold(0.0, f32::max) > MOVED;
        self.before = middles.to_vec();
        let fingers =
            alone.into_iter().map(|problem| if moved { Some(Problem::Moved) } else { problem }).collect();
        Problems { platen: self.platen, fingers }
    }
}
