//! What the examination of one picture found.

use crate::face::Face;
use crate::guidance::{self, Guidance};
use crate::measure::{Measure, MeasureKind};

/// The findings about one picture.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Faces before the camera; passers-by far behind are not counted.
    pub faces: usize,
    /// The largest face.
    pub face: Option<Face>,
    /// Every measure, in the order of [`MeasureKind`]. Empty without a face.
    pub measures: Vec<Measure>,
}

impl Assessment {
    /// The one most important thing to change, or `None` when the picture is good.
    pub fn guidance(&self) -> Option<Guidance> {
        guidance::most_important(self)
    }

    /// Whether there is exactly one face and every measure with a limit keeps it.
    pub fn passes(&self) -> bool {
        self.faces == 1 && self.measures.iter().all(|measure| measure.passes)
    }

    /// The measure of this kind, if it was taken.
    pub fn measure(&self, kind: MeasureKind) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.kind == kind)
    }
}
