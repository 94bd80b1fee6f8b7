//! Where the print lies on the card.
//!
//! The card's four edges are found in the scan to a fraction of a pixel and fitted with lines, which leaves the rounded
//! corners out; they give the map from scan to card. The printed marks, through that map, against where they should
//! be: offset in millimetres, rotation in degrees, scale in percent.

use crate::fit::{Affine, Homography, line};
use crate::placement::{Marks, Placement};
use crate::statistics::{mean, quantile};
use crate::{CalibrationError, Plane};

/// Width and height of an ID-1 card in millimetres (ISO/IEC 7810).
pub const CARD_MM: (f64, f64) = (85.60, 53.98);

/// Places along each edge that are looked at.
const PROBES: usize = 60;

/// How the print lies on the card.
#[derive(Clone, Copy, Debug)]
pub struct Alignment {
    /// Of the print's middle to the right, in millimetres.
    pub offset_x_mm: f64,
    /// Of the print's middle down, in millimetres.
    pub offset_y_mm: f64,
    /// Clockwise, in degrees.
    pub rotation_degrees: f64,
    /// Width of the print too large, in percent.
    pub scale_x_percent: f64,
    /// Height of the print too large, in percent.
    pub scale_y_percent: f64,
}

impl Alignment {
    /// From a scan and the place of the printed marks in it.
    ///
    /// # Errors
    /// [`CalibrationError::NoCard`] when the edges are not found.
    pub fn of(scan: &Plane, marks: &Marks, placement: &Placement) -> Result<Self, CalibrationError> {
        let card = card_from_scan(scan).ok_or(CalibrationError::NoCard)?;
        let middle = (CARD_MM.0 / 2.0, CARD_MM.1 / 2.0);
        let pairs = marks
            .corners
            .into_iter()
            .zip(placement.marks())
            .map(|((u, v), mark)| ((u - middle.0, v - middle.1), card.apply(mark)));
        let Affine { x: [x, xu, xv], y: [y, yu, yv] } =
            Affine::fit(pairs).ok_or(CalibrationError::NoMarks)?;
        Ok(Self {
            offset_x_mm: x - middle.0,
            offset_y_mm: y - middle.1,
            rotation_degrees: (yu - xv).atan2(xu + yv).to_degrees(),
            scale_x_percent: 100.0 * (xu.hypot(yu) - 1.0),
            scale_y_percent: 100.0 * (xv.hypot(yv) - 1.0),
        })
    }
}

/// An edge as the line `across = offset + slope · along`.
type Edge = (f64, f64);

fn card_from_scan(scan: &Plane) -> Option<Homography> {
    let lying = scan.transposed();
    let (left, right) = edges(scan)?;
    let (top, bottom) = edges(&lying)?;
    let corner = |upright: Edge, lying: Edge| {
        // x = a + b y and y = c + d x.
        let y = (lying.0 + lying.1 * upright.0) / (1.0 - lying.1 * upright.1);
        (upright.0 + upright.1 * y, y)
    };
    let (width, height) = CARD_MM;
    let pairs = [
        (corner(left, top), (0.0, 0.0)),
        (corner(right, top), (width, 0.0)),
        (corner(right, bottom), (width, height)),
        (corner(left, bottom), (0.0, height)),
    ];
    Homography::fit(&pairs)
}

/// The left and the right edge of the bright card on its dark ground.
fn edges(scan: &Plane) -> Option<(Edge, Edge)> {
    let (width, height) = (scan.width(), scan.height());
    let mut sorted: Vec<f64> = scan.levels().iter().copied().map(f64::from).collect();
    let (dark, bright) = (quantile(&mut sorted, 0.02), quantile(&mut sorted, 0.9));
    if bright - dark < 40.0 {
        return None;
    }
    let half = f64::midpoint(dark, bright);
    let level = |x: usize, y: usize| f64::from(scan.at(x as isize, y as isize));
    let is_card = |y: usize| (0..width).filter(|x| level(*x, y) > half).count() * 4 > width;
    let (first, last) = ((0..height).find(|y| is_card(*y))?, (0..height).rfind(|y| is_card(*y))?);
    let (tall, margin) = (last - first, (last - first) * 15 / 100);
    if tall < 100 {
        return None;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for probe in 0..PROBES {
        let y = first + margin + (tall - 2 * margin) * probe / (PROBES - 1);
        let crossing = |x: usize| {
            let (a, b) = (level(x - 1, y), level(x, y));
            x as f64 - 1.0 + (half - a) / (b - a)
        };
        let is_edge = |x: &usize| (level(*x - 1, y) > half) != (level(*x, y) > half);
        left.extend((1..width).find(is_edge).map(|x| (y as f64, crossing(x))));
        right.extend((1..width).rfind(is_edge).map(|x| (y as f64, crossing(x))));
    }
    Some((straight(&left)?, straight(&right)?))
}

/// The line through most of the points: those far off a first line are left out of the second.
fn straight(points: &[(f64, f64)]) -> Option<Edge> {
    let (offset, slope) = middle_line(points)?;
    let near = points.iter().copied().filter(|(y, x)| (x - offset - slope * y).abs() < 1.5);
    line(near)
}

/// The median slope between points half the edge apart, and the median offset: dust does not turn it.
fn middle_line(points: &[(f64, f64)]) -> Option<Edge> {
    let half = points.len() / 2;
    let slope = |(a, b): (&(f64, f64), &(f64, f64))| (b.1 - a.1) / (b.0 - a.0);
    let mut slopes: Vec<f64> =
        points.iter().zip(points.get(half..)?).filter(|(a, b)| b.0 > a.0).map(slope).collect();
    let slope = quantile(&mut slopes, 0.5);
    let mut offsets: Vec<f64> = points.iter().map(|(y, x)| x - slope * y).collect();
    let offset = quantile(&mut offsets, 0.5);
    (points.len() >= PROBES / 2).then_some((offset, slope))
}

/// How well the printer keeps its place: mean distance of the offsets of several cards from their mean, in millimetres.
pub fn spread_mm(cards: &[Alignment]) -> f64 {
    let (x, y) =
        (mean(cards.iter().map(|card| card.offset_x_mm)), mean(cards.iter().map(|card| card.offset_y_mm)));
    mean(cards.iter().map(|card| (card.offset_x_mm - x).hypot(card.offset_y_mm - y)))
}
