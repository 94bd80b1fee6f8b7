//! What speaks for one finger once the prints lie over each other, and the score made of it.

use super::Score;

/// What speaks for one finger.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Standing of the best local pairs after relaxation.
    pub local: f32,
    /// Minutiae found in both.
    pub matched: f32,
    /// How well they fit, summed: 1 for one that falls exactly on its partner.
    pub fit: f32,
    /// Minutiae of the first print inside the overlap.
    pub in_overlap_a: f32,
    /// Minutiae of the second print inside the overlap.
    pub in_overlap_b: f32,
    /// Mean agreement of ridge directions in the overlap, -1 to 1.
    pub flow: f32,
}

/// Weights of the evidence: a logistic regression over all pairs of five FVC databases together, whose
/// error rates were the same on a database left out of the fit. Shifted so that the threshold is 40.
const LOCAL: f32 = 350.5;
const FIT: f32 = 32.9;
const FLOW: f32 = 31.8;
const OFFSET: f32 = -92.7;

impl Evidence {
    /// The evidence as one number.
    pub fn score(&self) -> Score {
        if self.matched < 2.0 {
            return Score(0.0);
        }
        // The fit counts as much as it is of what could have matched.
        let share = self.fit / (self.in_overlap_a * self.in_overlap_b).max(1.0).sqrt();
        let weighed = LOCAL * self.local.max(0.0).sqrt()
            + FIT * (self.fit * share).sqrt()
            + FLOW * self.flow.max(0.0).powi(2)
            + OFFSET;
        Score(weighed.max(0.0))
    }
}
