//! The `ChArUco` board before a camera: a chessboard whose white squares hold numbered markers, so that every corner has a
//! number of its own and a board that is partly covered or cut by the picture's border still gives the rest.
//!
//! Any `OpenCV` reads the board ([`layout`]). Here dark quadrilaterals come from `OpenCV`'s image processing (`quads`), their
//! numbers from their sixteen bits (`dictionary`, `marker`), and the chessboard's corners from a fit of the crossing
//! itself (`crossing`). Debian's package of `OpenCV`'s own `ChArUco` would bring GPL libraries onto the station.

mod crossing;
mod dictionary;
pub mod layout;
mod marker;
mod quads;

use crate::fit::{Homography, Place};
use crate::statistics::quantile;
use crate::{CalibrationError, Plane};
use crossing::Crossing;
use dictionary::Reading;
use marker::{Frame, Marker};
use std::collections::BTreeMap;

/// Fewer markers than this may be there by accident.
const FEWEST_MARKERS: usize = 4;
/// Fewer corners, or fewer of their rows and columns, determine no lens.
const FEWEST_CORNERS: usize = 12;
const FEWEST_LINES: usize = 3;
/// A corner of which the fit leaves more than so many times what is common, and so much of its contrast, is not seen
/// whole.
const WORSE: f64 = 2.0;
const UNEVEN: f64 = 0.03;
/// A marker whose corners are farther than this from where the other markers say, in sides of its own, is none of the
/// board: the strongest lens the limits know bends less.
const STRAY: f64 = 0.5;

/// The board's inner corners in a picture.
#[derive(Clone, Debug)]
pub struct Board {
    corners: BTreeMap<usize, Place>,
}

impl Board {
    /// Finds the board; it may be turned by up to 135°, seen aslant, and partly covered.
    ///
    /// # Errors
    /// [`CalibrationError::NoBoard`] when it is not there or too little of it is seen,
    /// [`CalibrationError::OtherBoard`], [`CalibrationError::Mirrored`], [`CalibrationError::UpsideDown`] for what it may
    /// be instead.
    pub fn find(plane: &Plane) -> Result<Self, CalibrationError> {
        let frames: Vec<Frame> =
            quads::find(plane)?.into_iter().filter_map(|quad| Frame::read(plane, quad)).collect();
        let seen = markers(&frames);
        let markers = consistent(seen.clone());
        if markers.len() < FEWEST_MARKERS || 2 * markers.len() < seen.len() {
            return Err(absent(&frames));
        }
        if is_upside_down(&markers) {
            return Err(CalibrationError::UpsideDown);
        }
        let corners = alike(
            (0..layout::CORNERS)
                .filter_map(|id| Some((id, crossing::refine(plane, &expected(&markers, id)?)?)))
                .collect(),
        );
        let lines = |line: fn(usize) -> usize| {
            corners.keys().map(|id| line(*id)).collect::<std::collections::BTreeSet<_>>().len()
        };
        let is_enough = corners.len() >= FEWEST_CORNERS
            && lines(|id| id % layout::CORNER_COLUMNS) >= FEWEST_LINES
            && lines(|id| id / layout::CORNER_COLUMNS) >= FEWEST_LINES;
        if is_enough { Ok(Self { corners }) } else { Err(CalibrationError::NoBoard { found: corners.len() }) }
    }

    /// The corners that were found: number, and place in the picture in pixels.
    pub fn corners(&self) -> impl Iterator<Item = (usize, Place)> {
        self.corners.iter().map(|(id, place)| (*id, *place))
    }

    /// Each corner's place on the board in millimetres and in the picture in pixels.
    pub fn pairs(&self) -> Vec<(Place, Place)> {
        self.corners().map(|(id, place)| (layout::corner(id), place)).collect()
    }
}

/// One sighting of each marker of ours.
fn markers(frames: &[Frame]) -> BTreeMap<usize, Marker> {
    frames.iter().filter_map(Frame::marker).map(|marker| (marker.id, marker)).collect()
}

/// The markers that lie as on the board, strays taken away one by one.
fn consistent(mut markers: BTreeMap<usize, Marker>) -> BTreeMap<usize, Marker> {
    while markers.len() >= FEWEST_MARKERS {
        let pairs: Vec<_> = markers.values().flat_map(Marker::pairs).collect();
        let Some(map) = Homography::fit(&pairs) else { break };
        let worst = markers.values().map(|marker| (marker.stray(&map), marker.id));
        let Some((stray, id)) = worst.max_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        if stray <= STRAY {
            return markers;
        }
        markers.remove(&id);
    }
    BTreeMap::new()
}

/// The places of the corners that the fit suits as well as the others: beside a hand's edge it suits worse.
fn alike(crossings: BTreeMap<usize, Crossing>) -> BTreeMap<usize, Place> {
    let common = quantile(&mut crossings.values().map(|each| each.left_over).collect::<Vec<_>>(), 0.5);
    let is_alike = |each: &Crossing| each.left_over < WORSE * common + UNEVEN * each.contrast;
    crossings.into_iter().filter(|(_, each)| is_alike(each)).map(|(id, each)| (id, each.place)).collect()
}

/// What there is instead of the board.
fn absent(frames: &[Frame]) -> CalibrationError {
    let mirrored = frames.iter().filter(|frame| frame.reading == Reading::Mirrored).count();
    let straight = frames.iter().filter(|frame| frame.marker().is_some()).count();
    if mirrored >= FEWEST_MARKERS && mirrored > straight {
        CalibrationError::Mirrored
    } else if frames.iter().filter(|frame| frame.is_too_small()).count() >= FEWEST_MARKERS {
        CalibrationError::TooLittle("the markers are too small to be read")
    } else if frames.len() >= FEWEST_MARKERS {
        CalibrationError::OtherBoard
    } else {
        CalibrationError::NoBoard { found: 0 }
    }
}

/// Whether most markers point down. A quarter turn is how a board is held before a camera turned for portraits.
fn is_upside_down(markers: &BTreeMap<usize, Marker>) -> bool {
    let down = markers.values().filter(|marker| marker.right().0 < -marker.right().1.abs()).count();
    2 * down > markers.len()
}

/// Where the markers beside a corner expect it; `None` when none of them was read.
fn expected(markers: &BTreeMap<usize, Marker>, id: usize) -> Option<crossing::Guess> {
    let (u, v) = layout::corner(id);
    let beside = layout::beside(id);
    let maps: Vec<Homography> =
        beside.iter().filter_map(|marker| Homography::fit(&markers.get(marker)?.pairs())).collect();
    let mean = |at: Place| {
        let places = maps.iter().map(|map| map.apply(at));
        let (x, y) = places.fold((0.0, 0.0), |sum, place| (sum.0 + place.0, sum.1 + place.1));
        (x / maps.len() as f64, y / maps.len() as f64)
    };
    let (place, right, down) = (mean((u, v)), mean((u + 1.0, v)), mean((u, v + 1.0)));
    (!maps.is_empty()).then(|| crossing::Guess {
        place,
        right: (right.0 - place.0, right.1 - place.1),
        down: (down.0 - place.0, down.1 - place.1),
        is_black_below_right: layout::is_black_below_right(id),
    })
}
