//! Where a chart lies in a picture: its four corner marks and the key mark that tells up from down.

use crate::dots::{self, Dot};
use crate::fit::{Homography, Place};
use crate::statistics::trimmed_mean;
use crate::{CalibrationError, Plane};
use tram_biometric::RgbImage;

/// The marks of a chart in millimetres from its top left corner.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Centres of the corner marks: top left, top right, bottom right, bottom left.
    pub corners: [Place; 4],
    /// Centre of the key mark, which only stands beside the top left mark.
    pub key: Place,
}

/// An upright area of a chart in millimetres.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// The inner part, `share` of each side, with the same middle: away from the blurred border.
    pub(crate) fn inner(self, share: f64) -> Self {
        let cut = (1.0 - share) / 2.0;
        Self {
            x: self.x + self.width * cut,
            y: self.y + self.height * cut,
            width: self.width * share,
            height: self.height * share,
        }
    }

    pub(crate) fn middle(self) -> Place {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// The map from a chart to a picture of it.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    map: Homography,
    marks: [Place; 4],
}

impl Placement {
    /// Finds the chart; it may be turned by quarters and a little, and seen aslant.
    ///
    /// # Errors
    /// [`CalibrationError::NoMarks`] when the marks, or the key among them, are not in the picture.
    pub fn find(plane: &Plane, marks: &Marks) -> Result<Self, CalibrationError> {
        let dots = dots::find(plane);
        // The marks are of one size; which of the round things in the picture that is, the key tells.
        let placed = dots.iter().find_map(|mark| {
            let alike = |dot: &&Dot| (0.75..1.33).contains(&(dot.radius / mark.radius));
            let places: Vec<Place> = dots.iter().filter(alike).map(|dot| dot.place).collect();
            Self::with_key(corners(&places, mark.radius)?, marks, &places, mark.radius)
        });
        placed.ok_or(CalibrationError::NoMarks)
    }

    /// The turn of the chart in which a mark stands where the key must be.
    fn with_key(found: [Place; 4], marks: &Marks, places: &[Place], radius: f64) -> Option<Self> {
        (0..4).find_map(|turn| {
            let mut seen = found;
            seen.rotate_left(turn);
            let pairs: Vec<_> = marks.corners.into_iter().zip(seen).collect();
            let map = Homography::fit(&pairs)?;
            let (x, y) = map.apply(marks.key);
            let has_key = places.iter().any(|place| (place.0 - x).hypot(place.1 - y) < 0.6 * radius);
            has_key.then_some(Self { map, marks: seen })
        })
    }

    /// Where a place of the chart lies in the picture, in pixels.
    pub fn pixel(&self, place: Place) -> Place {
        self.map.apply(place)
    }

    /// The corner marks in the picture, in the chart's order.
    pub(crate) fn marks(&self) -> [Place; 4] {
        self.marks
    }

    /// Pixels on a millimetre of the chart, to the right and down, at a place.
    pub(crate) fn pixels_per_mm(&self, (x, y): Place) -> (f64, f64) {
        let (here, right, down) = (self.pixel((x, y)), self.pixel((x + 1.0, y)), self.pixel((x, y + 1.0)));
        let far = |to: Place| (to.0 - here.0).hypot(to.1 - here.1);
        (far(right), far(down))
    }

    /// The pixels of an area's inner 60 %, as places.
    fn places(&self, area: Area) -> impl Iterator<Item = Place> {
        let area = area.inner(0.6);
        let (across, along) = self.pixels_per_mm(area.middle());
        let count = |pixels: f64| pixels.round().clamp(1.0, 400.0) as u32;
        let (columns, rows) = (count(area.width * across), count(area.height * along));
        let map = self.map;
        (0..rows).flat_map(move |row| {
            (0..columns).map(move |column| {
                let u = (f64::from(column) + 0.5) / f64::from(columns);
                let v = (f64::from(row) + 0.5) / f64::from(rows);
                map.apply((area.x + u * area.width, area.y + v * area.height))
            })
        })
    }

    /// The mean level of a patch, without what is far off.
    pub fn level(&self, plane: &Plane, area: Area) -> f64 {
        let mut levels: Vec<f64> = self
            .places(area)
            .map(|(x, y)| f64::from(plane.at(x.round() as isize, y.round() as isize)))
            .collect();
        trimmed_mean(&mut levels)
    }

    /// The mean colour of a patch in sRGB levels, without what is far off.
    pub fn colour(&self, image: &RgbImage, area: Area) -> [f64; 3] {
        let mut channels = [const { Vec::new() }; 3];
        let pixels = self.places(area).filter_map(|(x, y)| image.get(x.round() as u32, y.round() as u32));
        for pixel in pixels {
            channels.iter_mut().zip(pixel).for_each(|(channel, level)| channel.push(f64::from(level)));
        }
        channels.map(|mut channel| trimmed_mean(&mut channel))
    }
}

/// The four outermost places: top left, top right, bottom right, bottom left; `None` when they are no corners.
fn corners(places: &[Place], radius: f64) -> Option<[Place; 4]> {
    let outermost = |towards: Place| {
        let along = |place: Place| place.0 * towards.0 + place.1 * towards.1;
        places.iter().copied().max_by(|a, b| along(*a).total_cmp(&along(*b)))
    };
    let found =
        [outermost((-1.0, -1.0))?, outermost((1.0, -1.0))?, outermost((1.0, 1.0))?, outermost((-1.0, 1.0))?];
    let [a, b, c, d] = found;
    let is_corner = |p: Place, q: Place, r: Place| {
        (q.0 - p.0) * (r.1 - q.1) - (q.1 - p.1) * (r.0 - q.0) > 16.0 * radius * radius
    };
    (is_corner(a, b, c) && is_corner(b, c, d) && is_corner(c, d, a) && is_corner(d, a, b)).then_some(found)
}
