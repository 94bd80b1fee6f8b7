//! From pieces of ridge pattern to the fingers of a hand. Lengths are in cells of 0.41 mm.

use super::blobs::{Blob, blobs, edges};
use crate::plane::Plane;
use std::f32::consts::PI;
use tram_biometric::Hand;

/// Cells in a millimetre at 500 ppi.
const MM: f32 = 500.0 / 25.4 / crate::ridges::CELL as f32;
/// A fingertip shows at least this much, square millimetres.
const LEAST_AREA_MM2: f32 = 35.0;
/// A larger piece of a slap may be two fingers that touch, square millimetres.
const LARGE_AREA_MM2: f32 = 200.0;
/// Two fingers that touch are wider than any one, millimetres,
const WIDEST_MM: f32 = 27.0;
/// or as wide as a broad finger with a waist: a column with less than this share of both sides.
const BROAD_MM: f32 = 19.0;
const WAIST: f32 = 0.7;
/// A distal phalanx is at most this many times as long as wide; a longer piece holds the next phalanx too.
const LONGEST: f32 = 1.8;
const CUT_TO: f32 = 1.5;
/// How much a hand is expected upright: the lengthening of a piece that would outweigh it.
const UPRIGHT: f32 = 0.1;
/// Hands turn at most this far from upright, radians.
const MOST_TURN: f32 = 50f32.to_radians();
/// Four prints that agree may all be off by this much, radians: hands push and turn as they land.
const LEAST_UNSURE: f32 = 4f32.to_radians();
/// A finger leans at most this far from its hand, radians,
const MOST_LEAN: f32 = 18f32.to_radians();
/// and half of what its print says is believed when the print is this much lengthened.
const HALF_BELIEVED: f32 = 0.2;

/// A frame turned with the hand: u to its right, v down along its fingers.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    /// Clockwise from upright.
    pub(crate) radians: f32,
    /// How far it may be off, radians: what the pieces' own directions leave open.
    unsure: f32,
}

impl Frame {
    pub(crate) fn turned(self, x: f32, y: f32) -> (f32, f32) {
        let (sin, cos) = self.radians.sin_cos();
        (cos * x + sin * y, cos * y - sin * x)
    }

    pub(crate) fn to_picture(self, u: f32, v: f32) -> (f32, f32) {
        let (sin, cos) = self.radians.sin_cos();
        (cos * u - sin * v, sin * u + cos * v)
    }

    /// Left, top, right and bottom edge of a piece in this frame.
    pub(crate) fn bounds(self, blob: &Blob) -> (f32, f32, f32, f32) {
        edges(blob.cells.iter().map(|&(x, y)| self.turned(x, y)))
    }

    /// The frame of one finger. Its ink lengthens along the finger, but also across where the print was cut short:
    /// the less it is lengthened, the nearer the hand's own direction.
    pub(crate) fn of_finger(self, blob: &Blob) -> Self {
        let (xx, yy, xy) = blob.moments();
        let lengthened = (xx - yy).hypot(2.0 * xy) / (xx + yy).max(f32::EPSILON);
        let apart = upright_angle(xx, yy, xy) - self.radians;
        // An axis has no direction: a turn by half a circle is the same.
        let apart = apart - PI * (apart / PI).round();
        let lean = apart * lengthened / (lengthened + HALF_BELIEVED);
        Self { radians: self.radians + lean.clamp(-MOST_LEAN, MOST_LEAN), ..self }
    }
}

/// The clockwise angle from upright of the long axis of a piece, in (-π/2, π/2].
fn upright_angle(xx: f32, yy: f32, xy: f32) -> f32 {
    // The axis (sin r, -cos r) points up: turning clockwise moves it right, y being down.
    0.5 * (-2.0 * xy).atan2(yy - xx)
}

/// The fingers in the mask from left to right and the frame they lie in.
pub(crate) fn fingers(mask: &Plane<bool>, slap: bool) -> (Frame, Vec<Blob>) {
    let cells = |area_mm2: f32| (area_mm2 * MM * MM) as usize;
    let large = if slap { cells(LARGE_AREA_MM2) } else { usize::MAX };
    let pieces = blobs(mask, cells(LEAST_AREA_MM2), large);
    let frame = frame(&pieces);
    let mut fingers = tips(frame, &pieces);
    for finger in &mut fingers {
        shorten(frame, finger);
    }
    if slap {
        fingers = fingers.into_iter().flat_map(|finger| split(frame, finger)).collect();
    }
    drop_scraps(mask, &mut fingers);
    let middle = |blob: &Blob| {
        let (x, y) = blob.centre();
        frame.turned(x, y).0
    };
    fingers.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    (frame, fingers)
}

/// The direction most of the long pieces agree on, upright where they are round.
fn frame(pieces: &[Blob]) -> Frame {
    // Directions as twice their angle, each as long as its piece is lengthened and large.
    let (mut along, mut across, mut all) = (0.0f32, 0.0f32, f32::EPSILON);
    for piece in pieces {
        let (xx, yy, xy) = piece.moments();
        let size = piece.cells.len() as f32;
        let weight = size / (xx + yy).max(1.0);
        along += UPRIGHT * size + weight * (yy - xx);
        across += weight * -2.0 * xy;
        all += UPRIGHT * size + weight * (xx - yy).hypot(2.0 * xy);
    }
    let radians = 0.5 * across.atan2(along);
    let disagreement = (1.0 - along.hypot(across) / all).max(0.0);
    // The circular standard deviation of the angles, and of their mean.
    let spread = 0.5 * (2.0 * disagreement).sqrt();
    let unsure = (spread / (pieces.len().max(1) as f32).sqrt()).hypot(LEAST_UNSURE);
    if radians.abs() <= MOST_TURN { Frame { radians, unsure } } else { Frame { radians: 0.0, unsure } }
}

/// Pieces with no other piece above them.
fn tips(frame: Frame, pieces: &[Blob]) -> Vec<Blob> {
    let boxes: Vec<_> = pieces.iter().map(|piece| frame.bounds(piece)).collect();
    let below = |i: usize, mine: &(f32, f32, f32, f32)| {
        boxes.iter().enumerate().any(|(j, other)| {
            let common = mine.2.min(other.2) - mine.0.max(other.0);
            let narrower = (mine.2 - mine.0).min(other.2 - other.0);
            let higher = f32::midpoint(other.1, other.3) < mine.1;
            i != j && higher && common > 0.4 * narrower
        })
    };
    let kept = boxes.iter().enumerate().filter(|(i, mine)| !below(*i, mine)).map(|(i, _)| i);
    kept.filter_map(|i| pieces.get(i).cloned()).collect()
}

/// Cuts a piece that is longer than a fingertip.
fn shorten(frame: Frame, finger: &mut Blob) {
    let frame = frame.of_finger(finger);
    let (left, top, right, bottom) = frame.bounds(finger);
    let width = right - left;
    if bottom - top > LONGEST * width {
        finger.cells.retain(|&(x, y)| frame.turned(x, y).1 < top + CUT_TO * width);
    }
}

/// Splits a piece that is too wide for one finger, or wide with a waist, where it is thinnest.
fn split(frame: Frame, finger: Blob) -> Vec<Blob> {
    let (left, _, right, _) = frame.bounds(&finger);
    let width = right - left;
    if width < BROAD_MM * MM {
        return vec![finger];
    }
    let mut columns = vec![0u32; width.ceil() as usize + 1];
    for &(x, y) in &finger.cells {
        if let Some(column) = columns.get_mut((frame.turned(x, y).0 - left) as usize) {
            *column += 1;
        }
    }
    let fingers = (width / (17.0 * MM)).round().max(2.0);
    let (from, to) = ((0.6 * width / fingers) as usize, (width - 0.6 * width / fingers) as usize);
    let smooth = |i: usize| columns.iter().skip(i.saturating_sub(1)).take(3).sum::<u32>();
    let Some(valley) = (from..=to.max(from)).min_by_key(|&i| smooth(i)) else { return vec![finger] };
    let most = |side: &[u32]| side.iter().max().copied().unwrap_or(0) as f32;
    let (before, after) = columns.split_at(valley.min(columns.len()));
    if width < WIDEST_MM * MM && smooth(valley) as f32 / 3.0 > WAIST * most(before).min(most(after)) {
        return vec![finger];
    }
    let at = left + valley as f32 + 0.5;
    let (first, second): (Vec<_>, Vec<_>) =
        finger.cells.iter().partition(|&&(x, y)| frame.turned(x, y).0 < at);
    let least = (LEAST_AREA_MM2 * MM * MM) as usize;
    if first.len() < least || second.len() < least {
        return vec![finger];
    }
    [first, second].into_iter().flat_map(|cells| split(frame, Blob { cells })).collect()
}

/// Drops pieces at the edge of the picture that are small beside the others: a neighbouring print, the palm.
fn drop_scraps(mask: &Plane<bool>, fingers: &mut Vec<Blob>) {
    let mut areas: Vec<usize> = fingers.iter().map(|f| f.cells.len()).collect();
    areas.sort_unstable();
    let usual = areas.get(areas.len() / 2).copied().unwrap_or(0) as f32;
    fingers.retain(|finger| {
        let (left, top, right, bottom) = finger.bounds();
        let at_edge =
            left < 1.0 || top < 1.0 || right > mask.width as f32 - 1.0 || bottom > mask.height as f32 - 1.0;
        let area = finger.cells.len() as f32;
        area > if at_edge { 0.4 } else { 0.25 } * usual
    });
}

/// How the tips of a hand lie, millimetres: the little finger's below the index finger's, the ring finger's below the
/// middle finger's.
const LITTLE_DROP_MM: f32 = 15.0;
const RING_DROP_MM: f32 = 6.0;
/// How far hands differ in these.
const DROP_SPREAD_MM: f32 = 7.0;
/// The index finger's print is larger than the little finger's by about this much, in natural logarithms of areas;
const LARGER: f32 = 0.35;
/// prints differ by this.
const LARGER_SPREAD: f32 = 0.3;
/// The odds from which a hand is known, as their logarithm: 40 to 1.
const KNOWN: f32 = 3.7;

/// Which hand four fingers look like, `None` when unsure. Each sign speaks as the logarithm of the odds of two normal
/// distributions, one for each hand, that differ in the sign of their mean; where the fingers disagree about the
/// hand's direction, tips say less.
pub(crate) fn looks_like(frame: Frame, fingers: &[Blob]) -> Option<Hand> {
    let [first, second, third, last] = fingers else { return None };
    let speaks = |mean: f32, seen: f32, variance: f32| 2.0 * mean * seen / variance;
    let drop = |left: &Blob, right: &Blob, mean: f32| {
        let (left, right) = (frame.bounds(left), frame.bounds(right));
        let tilted = (right.0 - left.0) / MM * frame.unsure;
        speaks(mean, (right.1 - left.1) / MM, DROP_SPREAD_MM.powi(2) + tilted.powi(2))
    };
    let larger = (first.cells.len() as f32 / last.cells.len().max(1) as f32).ln();
    let odds = drop(first, last, LITTLE_DROP_MM)
        + drop(second, third, RING_DROP_MM)
        + speaks(LARGER, larger, LARGER_SPREAD.powi(2));
    match odds {
        odds if odds > KNOWN => Some(Hand::Right),
        odds if odds < -KNOWN => Some(Hand::Left),
        _ => None,
    }
}
