//! Size and place of the face in the picture.

use super::{MeasureKind, Value};
use crate::crop;
use crate::detector::Detection;
use crate::face::Face;
use crate::mapping::{Sigmoid, quality};
use tram_biometric::RgbImage;

/// Share of the second largest face in the largest (29794-5, single face present): `100 * (1 - f)`.
pub(super) fn single_face_present(detections: &[Detection]) -> Value {
    let mut areas = detections.iter().map(|each| f64::from(each.area()));
    let largest = areas.next().unwrap_or(0.0);
    let share = if largest > 0.0 { areas.next().unwrap_or(0.0) / largest } else { 0.0 };
    (MeasureKind::SingleFacePresent, share, quality(100.0 * (1.0 - share)))
}

/// Distance between the pupils in pixels, made good for yaw (29794-5, inter-eye distance).
pub(super) fn inter_eye_distance(face: &Face) -> Value {
    let cosine = f64::from(face.pose.yaw.to_radians().cos().max(0.1));
    let native = f64::from(face.eye_distance()) / cosine;
    (MeasureKind::InterEyeDistance, native, Sigmoid::rising(70.0, 20.0).score(native))
}

/// How far the share of T in the picture's height is from 0.45 (29794-5, head size).
pub(super) fn head_size(face: &Face, image: &RgbImage) -> Value {
    let native = (f64::from(face.eye_to_chin()) / f64::from(image.height()) - 0.45).abs();
    let mapping = Sigmoid { h: 200.0, a: 1.0, s: -1.0, x0: 0.0, w: 0.05 };
    (MeasureKind::HeadSize, native, mapping.score(native))
}

/// Room between the card's frame and the nearest edge of the picture, as a share of the frame's width; negative where
/// the frame reaches beyond. Ours: it says whether the card picture can be cut.
pub(super) fn card_frame(face: &Face, image: &RgbImage) -> Value {
    let frame = crop::CARD.frame(face);
    let over = frame.overhang(image.width() as f32, image.height() as f32);
    let worst = over.left.max(over.right).max(over.top).max(over.bottom);
    let native = f64::from(-worst / frame.width());
    (MeasureKind::CardFrame, native, quality(100.0 * (1.0 + native.min(0.0))))
}
