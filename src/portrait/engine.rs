//! The whole examination of one picture: find the faces, mesh the largest, measure it.

use crate::assessment::Assessment;
use crate::detector::{Detection, Detector};
use crate::face::Face;
use crate::landmark;
use crate::measure;
use crate::mesh::{Mesher, Side};
use crate::{PortraitError, RuleSet};
use tram_biometric::RgbImage;

/// Shortest and longest side of a picture that is examined, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 64..=8192;
/// Below this the mesh network says there is no face where the detector saw one.
const MESH_CONFIDENCE: f32 = 0.5;
/// A second face smaller than this share of the first is somebody passing by, who will not be in the cut picture.
const BYSTANDER: f32 = 0.02;

/// Face networks and rules, ready to examine pictures. Keep one for each worker thread: it costs some ten megabytes and
/// a tenth of a second to make, and examining takes `&mut self`.
pub struct Engine {
    detector: Detector,
    mesher: Mesher,
    rules: RuleSet,
}

impl Engine {
    /// An engine that judges by the newest rules shipped with the station.
    pub fn new() -> Result<Self, PortraitError> {
        Self::with_rules(RuleSet::newest()?)
    }

    /// An engine that judges by the rules of a certain day.
    pub fn with_rules(rules: RuleSet) -> Result<Self, PortraitError> {
        Ok(Self { detector: Detector::new()?, mesher: Mesher::new()?, rules })
    }

    /// Examines a picture as the camera gave it, not mirrored.
    ///
    /// # Errors
    /// When a side is not between 64 and 8192 pixels, or a network does not run. A picture without a face is no
    /// error: its assessment says so.
    pub fn assess(&mut self, image: &RgbImage) -> Result<Assessment, PortraitError> {
        let (width, height) = (image.width(), image.height());
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            return Err(PortraitError::Size { width, height });
        }
        let detections = self.detector.detect(image)?;
        let faces = count(&detections);
        let face = match detections.first() {
            Some(first) => self.face(image, first)?,
            None => None,
        };
        let faces = if face.is_some() { faces } else { 0 };
        let measures = measure::all(image, &detections, face.as_ref(), &self.rules);
        Ok(Assessment { width, height, faces, face, measures })
    }

    /// The face under a detection, or `None` where the mesh finds none.
    fn face(&mut self, image: &RgbImage, detection: &Detection) -> Result<Option<Face>, PortraitError> {
        let (mesh, confidence) = self.mesher.mesh(image, detection.mesh_square())?;
        if confidence < MESH_CONFIDENCE {
            return Ok(None);
        }
        let at = |index: usize| mesh.get(index).map(|point| point.at).unwrap_or_default();
        let right = self.mesher.eye(
            image,
            at(landmark::RIGHT_EYE_OUTER),
            at(landmark::RIGHT_EYE_INNER),
            Side::Right,
        )?;
        let left =
            self.mesher.eye(image, at(landmark::LEFT_EYE_INNER), at(landmark::LEFT_EYE_OUTER), Side::Left)?;
        Ok(Some(Face::new(mesh, [right, left], confidence, (image.width(), image.height()))))
    }
}

/// How many faces stand before the camera; passers-by far behind do not count.
fn count(detections: &[Detection]) -> usize {
    let largest = detections.first().map_or(0.0, Detection::area);
    detections.iter().filter(|each| each.area() >= BYSTANDER * largest).count()
}
