//! Dots put in their rows and columns.

use crate::dots::{self, Dot};
use crate::fit::Place;
use crate::{CalibrationError, Plane};
use std::collections::{BTreeMap, VecDeque};

/// Fewer dots than this say nothing about a picture.
const FEWEST: usize = 16;

/// The dots of a ruled target by column and row, column 0 and row 0 near the middle of the picture.
#[derive(Clone, Debug)]
pub struct Grid {
    nodes: BTreeMap<(i32, i32), Place>,
    pitch_mm: f64,
}

impl Grid {
    /// Finds the dots of a target whose dots stand `pitch_mm` apart. The target may be turned by up to 30°.
    ///
    /// # Errors
    /// [`CalibrationError::NoGrid`] when fewer than 16 dots stand in rows and columns.
    pub fn find(plane: &Plane, pitch_mm: f64) -> Result<Self, CalibrationError> {
        let dots = alike(dots::find(plane));
        let nodes = assign(&dots).unwrap_or_default();
        if nodes.len() < FEWEST {
            return Err(CalibrationError::NoGrid { found: nodes.len() });
        }
        Ok(Self { nodes, pitch_mm })
    }

    /// Each dot's place on the target in millimetres and in the picture in pixels.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Place, Place)> {
        let pitch = self.pitch_mm;
        self.nodes.iter().map(move |((column, row), place)| {
            ((f64::from(*column) * pitch, f64::from(*row) * pitch), *place)
        })
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = ((i32, i32), Place)> {
        self.nodes.iter().map(|(node, place)| (*node, *place))
    }

    pub(crate) fn pitch_mm(&self) -> f64 {
        self.pitch_mm
    }

    /// How many dots were found.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: a grid has dots.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// The dots whose size is near the common one.
fn alike(mut dots: Vec<Dot>) -> Vec<Dot> {
    dots.sort_by(|a, b| a.radius.total_cmp(&b.radius));
    let common = dots.get(dots.len() / 2).map_or(0.0, |dot| dot.radius);
    dots.retain(|dot| dot.radius > 0.6 * common && dot.radius < 1.6 * common);
    dots
}

/// The step along a row and the step along a column at one dot.
type Steps = (Place, Place);

fn assign(dots: &[Dot]) -> Option<BTreeMap<(i32, i32), Place>> {
    let count = dots.len() as f64;
    let middle =
        dots.iter().fold((0.0, 0.0), |m, dot| (m.0 + dot.place.0 / count, m.1 + dot.place.1 / count));
    let start = dots.iter().min_by(|a, b| distance(a.place, middle).total_cmp(&distance(b.place, middle)))?;
    let steps = first_steps(dots, start.place)?;
    let mut nodes = BTreeMap::from([((0, 0), start.place)]);
    let mut queue = VecDeque::from([((0_i32, 0_i32), start.place, steps)]);
    while let Some(((column, row), place, (right, down))) = queue.pop_front() {
        let four = [(1, 0, right), (-1, 0, minus(right)), (0, 1, down), (0, -1, minus(down))];
        for (across, along, step) in four {
            let node = (column + across, row + along);
            if nodes.contains_key(&node) {
                continue;
            }
            let expected = (place.0 + step.0, place.1 + step.1);
            let Some(found) = nearest(dots, expected, 0.3 * step.0.hypot(step.1)) else { continue };
            nodes.insert(node, found);
            let made = (found.0 - place.0, found.1 - place.1);
            let made = if across + along < 0 { minus(made) } else { made };
            queue.push_back((node, found, if across == 0 { (right, made) } else { (made, down) }));
        }
    }
    Some(nodes)
}

/// The neighbour most to the right and the one most below the first dot.
fn first_steps(dots: &[Dot], start: Place) -> Option<Steps> {
    let away = |dot: &Dot| (dot.place.0 - start.0, dot.place.1 - start.1);
    let nearest = dots.iter().map(|dot| distance(dot.place, start)).filter(|far| *far > 1.0);
    let reach = 1.3 * nearest.min_by(f64::total_cmp)?;
    let near: Vec<Place> =
        dots.iter().map(away).filter(|step| (1.0..reach).contains(&step.0.hypot(step.1))).collect();
    let right = near.iter().filter(|step| step.0 > step.1.abs() * 1.7).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let down = near.iter().filter(|step| step.1 > step.0.abs() * 1.7).min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((*right, *down))
}

fn nearest(dots: &[Dot], place: Place, within: f64) -> Option<Place> {
    let near = dots.iter().map(|dot| dot.place).filter(|dot| distance(*dot, place) < within);
    near.min_by(|a, b| distance(*a, place).total_cmp(&distance(*b, place)))
}

fn distance(a: Place, b: Place) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn minus(step: Place) -> Place {
    (-step.0, -step.1)
}
