//! The whole examination of one picture: find the faces, mesh the largest, measure it.

use crate::assessment::Assessment;
use crate::detector::{Detection, Detector, closer_squares};
use crate::face::Face;
use crate::geometry::Square;
use crate::measure::{self, MeasureKind};
use crate::mesh::{Mesher, SeenEye, Side, eye_squares};
use crate::track::Track;
use crate::{PortraitError, RuleSet};
use tram_biometric::RgbImage;

/// Shortest and longest side of a picture that is examined, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 64..=8192;
/// Below this the mesh network says there is no face where the detector saw one.
const MESH_CONFIDENCE: f32 = 0.5;
/// A second face smaller than this share of the first is somebody passing by, who will not be in the cut picture.
const BYSTANDER: f32 = 0.02;

/// A part of an examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Finding faces in the whole picture.
    Detector,
    /// The 468 points.
    Mesh,
    /// Both irises and lids.
    Eyes,
    /// Preparing what the measures look at.
    View,
    /// Taking one measure.
    Measure(MeasureKind),
}

/// Face networks and rules, ready to examine pictures. Keep one for each worker thread: it costs some ten megabytes and
/// a tenth of a second to make, and examining takes `&mut self`.
pub struct Engine {
    detector: Detector,
    mesher: Mesher,
    rules: RuleSet,
    track: Option<Track>,
}

impl Engine {
    /// An engine that judges by the newest rules shipped with the station.
    pub fn new() -> Result<Self, PortraitError> {
        Self::with_rules(RuleSet::newest()?)
    }

    /// An engine that judges by the rules of a certain day.
    pub fn with_rules(rules: RuleSet) -> Result<Self, PortraitError> {
        Ok(Self { detector: Detector::new()?, mesher: Mesher::new()?, rules, track: None })
    }

    /// The rules it judges by.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Examines a picture as the camera gave it, not mirrored.
    ///
    /// # Errors
    /// When a side is not between 64 and 8192 pixels, or a network does not run. A picture without a face is no
    /// error: its assessment says so.
    pub fn assess(&mut self, image: &RgbImage) -> Result<Assessment, PortraitError> {
        let followed = self.track.take();
        let assessment = self.examine(image, Pace::Alone, &mut |_| {});
        self.track = followed;
        assessment
    }

    /// Examines the next frame of a live picture as [`Self::assess`] does, but looks for the face where it was: the detector
    /// looks again only now and then, and when the face is lost. So a second person is noticed up to ten frames late, and
    /// one far behind the first when the closer look has come round to where they are.
    ///
    /// # Errors
    /// As [`Self::assess`].
    pub fn follow(&mut self, image: &RgbImage) -> Result<Assessment, PortraitError> {
        self.follow_by_stages(image, &mut |_| {})
    }

    /// [`Self::follow`], telling when each stage is done: what a bench puts its clock to.
    ///
    /// # Errors
    /// As [`Self::assess`].
    pub fn follow_by_stages(
        &mut self,
        image: &RgbImage,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Assessment, PortraitError> {
        self.examine(image, Pace::Live, done)
    }

    fn examine(
        &mut self,
        image: &RgbImage,
        pace: Pace,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Assessment, PortraitError> {
        let size @ (width, height) = (image.width(), image.height());
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            return Err(PortraitError::Size { width, height });
        }
        let track = self.track.take().filter(|track| track.size == size);
        let (mut track, face) = match track {
            Some(track) if track.is_fresh() => {
                let closer = track.looks_closer();
                let carried = if closer { track.eyes.map(Some) } else { track.rested_eye() };
                match self.face(image, track.square, carried, done)? {
                    Some(face) if closer => {
                        (Some(self.look_closer(image, track.next(&face), done)?), Some(face))
                    }
                    Some(face) => (Some(track.next(&face)), Some(face)),
                    None => self.look(image, None, done)?,
                }
            }
            stale => self.look(image, stale, done)?,
        };
        if pace == Pace::Alone {
            for _part in closer_squares(width, height) {
                track = track.map(|track| self.look_closer(image, track, done)).transpose()?;
            }
        }
        let detections = track.as_ref().map(Track::everybody).unwrap_or_default();
        let faces = if face.is_some() { count(&detections) } else { 0 };
        let carried = track.as_ref().filter(|track| !track.measures_all());
        let carried = carried.map_or(&[][..], |track| track.measures.as_slice());
        let measures = match &face {
            Some(face) => measure::all(image, &detections, face, &self.rules, carried, done),
            None => Vec::new(),
        };
        if let Some(track) = &mut track {
            track.measures.clone_from(&measures);
        }
        self.track = track;
        Ok(Assessment { width, height, faces, face, measures })
    }

    /// Lets the detector look, and finds the face under its largest answer. A face that was followed and is still there
    /// stays where the mesh had it: the detector knows that less exactly.
    fn look(
        &mut self,
        image: &RgbImage,
        followed: Option<Track>,
        done: &mut dyn FnMut(Stage),
    ) -> Result<(Option<Track>, Option<Face>), PortraitError> {
        let detections = self.detector.detect(image)?;
        done(Stage::Detector);
        let Some(first) = detections.first() else { return Ok((None, None)) };
        let followed = followed.filter(|track| track.follows(first));
        let square = followed.as_ref().map_or_else(|| first.mesh_square(), |track| track.square);
        let eyes = followed.as_ref().map_or([None; 2], |track| track.eyes.map(Some));
        let Some(face) = self.face(image, square, eyes, done)? else { return Ok((None, None)) };
        let mut track = Track::new(&face, detections, (image.width(), image.height()));
        if let Some(Track { measures, part, small, .. }) = followed {
            (track.measures, track.part, track.small) = (measures, part, small);
        }
        Ok((Some(track), Some(face)))
    }

    /// Lets the detector look at one part of the picture more closely, for faces far behind the first.
    fn look_closer(
        &mut self,
        image: &RgbImage,
        mut track: Track,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Track, PortraitError> {
        let squares = closer_squares(image.width(), image.height());
        let part = track.part % squares.len().max(1);
        if let Some(square) = squares.get(part) {
            track.small.remove(&part);
            let found = self.detector.detect_closer(image, *square, &track.everybody())?;
            track.small.insert(part, found);
            track.part = part + 1;
            done(Stage::Detector);
        }
        Ok(track)
    }

    /// The face in a square, or `None` where the mesh finds none. An eye that is carried (the right one first) goes along
    /// between its corners instead of being looked at: both while the detector looks, since no frame bears all networks
    /// at once, and else one after the other.
    fn face(
        &mut self,
        image: &RgbImage,
        square: Square,
        carried: [Option<SeenEye>; 2],
        done: &mut dyn FnMut(Stage),
    ) -> Result<Option<Face>, PortraitError> {
        let (mesh, confidence) = self.mesher.mesh(image, square)?;
        done(Stage::Mesh);
        if confidence < MESH_CONFIDENCE {
            return Ok(None);
        }
        let [right, left] = eye_squares(|index| mesh.get(index).map(|point| point.at).unwrap_or_default());
        let [seen_right, seen_left] = carried;
        let mut eye = |seen: Option<SeenEye>, now, side| match seen {
            Some(seen) => Ok(seen.carried(now)),
            None => self.mesher.eye(image, now, side),
        };
        let eyes = [eye(seen_right, right, Side::Right)?, eye(seen_left, left, Side::Left)?];
        done(Stage::Eyes);
        Ok(Some(Face::new(mesh, eyes, confidence, (image.width(), image.height()))))
    }
}

/// How much time an examination has.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// The next frame comes in a thirtieth of a second: one part of the picture is looked at more closely at a time.
    Live,
    /// A picture on its own: all of it is looked at more closely.
    Alone,
}

/// How many faces stand before the camera; passers-by far behind do not count.
fn count(detections: &[Detection]) -> usize {
    let largest = detections.first().map_or(0.0, Detection::area);
    detections.iter().filter(|each| each.area() >= BYSTANDER * largest).count()
}
