//! What all prints of one enrollment say together: swapped hands, the same finger captured as two, and who else was
//! here with these fingers. Sentences are in [`crate::advice`].

use tram_biometric::FingerPosition;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::sequence;

/// Two prints of different fingers score this once in a hundred thousand: 45 pairs of ten fingers give one false alarm
/// in two thousand enrollments. Two captures of one finger in one sitting score far above.
const SURE: Score = Score(64.0);
/// Two prints of different fingers score this once in a million: every print of an enrollment is compared with the fingers
/// of all officers.
const OFFICERS: Score = Score(76.0);
/// A single print and a slap finger that should be one finger and score less than this do not fit, if both are rich.
const APART: Score = Score(15.0);
const RICH: usize = 25;

/// A print of the enrollment, ready for comparison.
pub struct Print {
    /// Which finger it was captured as.
    pub position: FingerPosition,
    /// Whether it was cut out of a slap.
    pub from_slap: bool,
    /// Its template.
    pub ready: Prepared,
}

/// What is wrong with the prints as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// One hand was captured as both.
    OneHandTwice,
    /// The hands of the slaps were swapped against the single prints.
    HandsSwapped,
    /// One finger was captured as two.
    Repeated {
        /// Captured as this,
        finger: FingerPosition,
        /// and as this.
        other: FingerPosition,
    },
    /// A finger of a slap is another one by the single prints.
    Swapped {
        /// The finger it was captured as.
        finger: FingerPosition,
        /// The finger it is.
        matches: FingerPosition,
    },
    /// A finger of a slap does not fit its single print.
    Unlike {
        /// The finger.
        finger: FingerPosition,
    },
    /// Somebody with these fingers was enrolled at this station.
    Enrolled {
        /// The dossier's number.
        dossier: String,
    },
    /// They are an officer's of this station.
    Officer {
        /// Whose.
        name: String,
    },
}

/// What is wrong with these prints, the gravest first.
pub fn findings(prints: &[Print]) -> Vec<Finding> {
    let group = |from_slap: bool| -> Vec<(FingerPosition, Prepared)> {
        let those = prints.iter().filter(|print| print.from_slap == from_slap);
        those.map(|print| (print.position, print.ready.clone())).collect()
    };
    let (slaps, singles) = (group(true), group(false));
    let mut pairs: Vec<(FingerPosition, FingerPosition)> = Vec::new();
    for (finger, other, score) in sequence::twice(&slaps).into_iter().chain(sequence::twice(&singles)) {
        if score >= SURE && !pairs.contains(&(finger, other)) {
            pairs.push((finger, other));
        }
    }
    let (mut swapped, mut unlike) = (Vec::new(), Vec::new());
    for found in sequence::check(&slaps, &singles) {
        match found {
            sequence::Finding::Swapped { position, matches, .. } => swapped.push((position, matches)),
            sequence::Finding::Unsure { position, score } => {
                let rich = |group: &[(FingerPosition, Prepared)]| {
                    let own = group.iter().find(|(finger, _)| *finger == position);
                    own.is_some_and(|(_, print)| print.template().minutiae().len() >= RICH)
                };
                if score < APART && rich(&slaps) && rich(&singles) {
                    unlike.push(position);
                }
            }
            sequence::Finding::InPlace { .. } => {}
        }
    }
    let mut found = Vec::new();
    found.extend(told(&pairs, Finding::OneHandTwice, |(finger, other)| Finding::Repeated { finger, other }));
    found.extend(told(&swapped, Finding::HandsSwapped, |(finger, matches)| Finding::Swapped {
        finger,
        matches,
    }));
    found.extend(unlike.into_iter().map(|finger| Finding::Unlike { finger }));
    found
}

/// Each pair by itself, or all as one when several cross from hand to hand.
fn told(
    pairs: &[(FingerPosition, FingerPosition)],
    whole_hand: Finding,
    one: impl Fn((FingerPosition, FingerPosition)) -> Finding,
) -> Vec<Finding> {
    let crossing = pairs.iter().filter(|(a, b)| a.hand() != b.hand()).count();
    if crossing >= 2 { vec![whole_hand] } else { pairs.iter().copied().map(one).collect() }
}

/// Whether a print of an enrollment is an officer's finger.
pub fn is_officers(print: &Prepared, finger: &Prepared) -> bool {
    print.compare(finger) >= OFFICERS
}

/// What the comparison of one finger of a person with one of another says for one person: minus the decimal logarithm
/// of the rate at which different fingers score as high; 0 for what is no match.
pub fn strength(score: Score) -> f32 {
    // A match is one in a thousand; ten times fewer score twelve more.
    if score.is_match() { 3.0 + (score.0 - Score::MATCH.0) / 12.0 } else { 0.0 }
}

/// The strength, added over fingers, from which two people are taken to be one: a false alarm in a thousand enrollments
/// among fifty thousand people.
pub const ONE_PERSON: f32 = 8.0;
