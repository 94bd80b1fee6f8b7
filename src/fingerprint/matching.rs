//! 1:1 comparison of templates: local surroundings, relaxation, alignment, evidence, score.
//!
//! | module | holds |
//! | --- | --- |
//! | `cylinders` | what surrounds each minutia, as bits, and which minutiae look alike |
//! | `relaxation` | pairs that agree with each other gain |
//! | `alignment` | one print laid over the other |
//! | `evidence` | what speaks for one finger, and the score made of it |

pub(crate) mod alignment;
pub(crate) mod cylinders;
mod evidence;
pub(crate) mod relaxation;

use crate::template::Template;
use cylinders::Cylinder;

pub use evidence::Evidence;

/// How alike two prints are; larger is more alike.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(pub f32);

impl Score {
    /// The threshold of [`Score::is_match`]: one false match in a thousand comparisons of different fingers
    /// (14,400 such comparisons of five FVC databases). 52 is about one in ten thousand.
    pub const MATCH: Self = Self(40.0);

    /// Whether the two prints are taken to come from one finger.
    pub fn is_match(self) -> bool {
        self >= Self::MATCH
    }
}

/// A minutia ready for arithmetic: pixels and radians with y down.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) direction: f32,
    pub(crate) sin: f32,
    pub(crate) cos: f32,
}

/// A template made ready for many comparisons.
#[derive(Clone)]
pub struct Prepared {
    template: Template,
    pub(crate) points: Vec<Point>,
    pub(crate) cylinders: Vec<Option<Cylinder>>,
}

impl Prepared {
    /// Computes what does not depend on the other print.
    pub fn new(template: Template) -> Self {
        let points: Vec<Point> = template
            .minutiae
            .iter()
            .map(|minutia| {
                let direction = minutia.direction();
                let (sin, cos) = direction.sin_cos();
                Point { x: f32::from(minutia.x), y: f32::from(minutia.y), direction, sin, cos }
            })
            .collect();
        let cylinders = cylinders::of(&points, &template.flow);
        Self { template, points, cylinders }
    }

    /// The template this was made from.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Compares with another; symmetric but for rounding.
    pub fn compare(&self, other: &Self) -> Score {
        self.evidence(other).score()
    }

    /// What speaks for one finger.
    pub fn evidence(&self, other: &Self) -> Evidence {
        let similar = cylinders::most_similar(self, other);
        let relaxed = relaxation::relax(&self.points, &other.points, similar);
        alignment::evidence(self, other, &relaxed)
    }
}

/// Compares two templates.
pub fn compare(a: &Template, b: &Template) -> Score {
    Prepared::new(a.clone()).compare(&Prepared::new(b.clone()))
}

/// A minutia of each print that may be the same, and how sure that is, 0 to 1.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) similarity: f32,
}

/// Best first, ties in a fixed order.
pub(crate) fn by_similarity(p: &Pair, q: &Pair) -> std::cmp::Ordering {
    q.similarity.total_cmp(&p.similarity).then((p.a, p.b).cmp(&(q.a, q.b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::template::extract;

    #[test]
    fn a_moved_and_turned_print_matches_and_another_finger_does_not() {
        let prints: Vec<Prepared> =
            (1..6).map(|seed| Prepared::new(extract(&Drawn::finger(seed, 28).image()))).collect();
        for (seed, first) in (1..).zip(&prints) {
            for (degrees, dx) in [(0.0, 9.0), (20.0, 0.0), (-35.0, -14.0)] {
                let again = Drawn::finger(seed, 28).placed(400, 460, (200.0 + dx, 230.0), degrees);
                let score = first.compare(&Prepared::new(extract(&again)));
                assert!(score.is_match(), "finger {seed} turned {degrees}: {score:?}");
            }
            for other in prints.iter().skip(seed as usize) {
                let (score, back) = (first.compare(other), other.compare(first));
                assert!(!score.is_match(), "finger {seed} against another: {score:?}");
                assert!((score.0 - back.0).abs() < 8.0, "{score:?} and back {back:?}");
            }
        }
    }

    #[test]
    fn nothing_matches_nothing() {
        let blank = extract(&tram_biometric::GrayImage::from_fn(100, 100, 500, |_, _| 255));
        assert_eq!(compare(&blank, &blank), Score(0.0));
    }
}
