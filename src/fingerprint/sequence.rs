//! Sequence check: does every finger of the slaps match its own single or rolled print, and no other one
//! better? Finds swapped hands, swapped fingers and the same finger captured twice.

use crate::matching::{Prepared, Score};
use tram_biometric::FingerPosition;

/// What a sequence check found for one finger of a slap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding {
    /// It matches its own single print.
    InPlace {
        /// The finger.
        position: FingerPosition,
        /// How well.
        score: Score,
    },
    /// It matches the single print of another finger.
    Swapped {
        /// The finger it was captured as.
        position: FingerPosition,
        /// The finger it matches.
        matches: FingerPosition,
        /// How well.
        score: Score,
    },
    /// It matches none: too poor, or a finger of which there is no single print.
    Unsure {
        /// The finger.
        position: FingerPosition,
        /// The score against its own single print, 0 without one.
        score: Score,
    },
}

/// Compares every slap finger with every single print.
pub fn check(slaps: &[(FingerPosition, Prepared)], singles: &[(FingerPosition, Prepared)]) -> Vec<Finding> {
    slaps
        .iter()
        .map(|(position, finger)| {
            let position = *position;
            let scores: Vec<(FingerPosition, Score)> =
                singles.iter().map(|(single, print)| (*single, finger.compare(print))).collect();
            let own = scores.iter().find(|(single, _)| *single == position).map_or(Score(0.0), |(_, s)| *s);
            let best = scores.into_iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0));
            match best {
                Some((matches, score)) if score.is_match() && matches != position && score > own => {
                    Finding::Swapped { position, matches, score }
                }
                _ if own.is_match() => Finding::InPlace { position, score: own },
                _ => Finding::Unsure { position, score: own },
            }
        })
        .collect()
}

/// The pairs of prints that show one finger though they should show two.
pub fn twice(prints: &[(FingerPosition, Prepared)]) -> Vec<(FingerPosition, FingerPosition, Score)> {
    let mut found = Vec::new();
    for (i, (first, a)) in prints.iter().enumerate() {
        for (second, b) in prints.iter().skip(i + 1) {
            let score = a.compare(b);
            if first != second && score.is_match() {
                found.push((*first, *second, score));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::template::extract;
    use FingerPosition as F;

    fn print(seed: u64, degrees: f32) -> Prepared {
        Prepared::new(extract(&Drawn::finger(seed, 26).placed(360, 440, (180.0, 220.0), degrees)))
    }

    #[test]
    fn swapped_missing_and_repeated_fingers_are_found() {
        let singles =
            [(F::RightIndex, print(1, 0.0)), (F::RightMiddle, print(2, 0.0)), (F::RightRing, print(3, 0.0))];
        let slaps = [
            (F::RightIndex, print(1, 15.0)),
            (F::RightMiddle, print(3, -8.0)),
            (F::RightRing, print(9, 0.0)),
        ];
        let found = check(&slaps, &singles);
        assert!(matches!(found[0], Finding::InPlace { position: F::RightIndex, .. }), "{found:?}");
        assert!(matches!(found[1], Finding::Swapped { matches: F::RightRing, .. }), "{found:?}");
        assert!(matches!(found[2], Finding::Unsure { position: F::RightRing, .. }), "{found:?}");

        let repeated =
            [(F::LeftIndex, print(4, 0.0)), (F::LeftMiddle, print(5, 0.0)), (F::LeftRing, print(4, 10.0))];
        let pairs: Vec<_> = twice(&repeated).into_iter().map(|(a, b, _)| (a, b)).collect();
        assert_eq!(pairs, [(F::LeftIndex, F::LeftRing)]);
    }
}
