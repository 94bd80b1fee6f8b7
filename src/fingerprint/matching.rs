//! 1:1 comparison of templates.

use crate::template::Template;

pub(crate) mod alignment;
pub(crate) mod cylinders;
pub(crate) mod relaxation;

pub use alignment::Evidence;
use cylinders::Cylinder;

/// How alike two prints are; larger is more alike.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(pub f32);

impl Score {
    /// The threshold of [`Score::is_match`]: about one false match in a thousand comparisons of different fingers.
    pub const MATCH: Self = Self(5.2);

    /// Whether the two prints are taken to come from one finger.
    pub fn is_match(self) -> bool {
        self >= Self::MATCH
    }
}

/// A template made ready for many comparisons.
#[derive(Clone)]
pub struct Prepared {
    template: Template,
    cylinders: Vec<Option<Cylinder>>,
}

impl Prepared {
    /// Computes what does not depend on the other print.
    pub fn new(template: Template) -> Self {
        let cylinders = cylinders::of(&template);
        Self { template, cylinders }
    }

    /// Compares with another; symmetric but for rounding.
    pub fn compare(&self, other: &Self) -> Score {
        Score(self.evidence(other).score())
    }

    /// What speaks for one finger.
    pub fn evidence(&self, other: &Self) -> Evidence {
        let similar = cylinders::most_similar(self, other);
        let relaxed = relaxation::relax(&self.template, &other.template, similar);
        alignment::evidence(&self.template, &other.template, &relaxed)
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
