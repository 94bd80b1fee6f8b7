//! Dark quadrilaterals, with OpenCV's image processing. The only module of this crate that knows OpenCV.

use crate::fit::Place;
use crate::{CalibrationError, Plane};
use opencv::core::{self, Mat, Point, Size, Vector};
use opencv::imgproc;

/// Sides of the neighbourhoods a pixel is held against, as shares of the picture's shorter side: for boards far and near.
const AROUND: [f64; 3] = [1.0 / 36.0, 1.0 / 14.0, 1.0 / 6.0];
/// A dark pixel is below the mean around it by so many levels.
const DARKER: f64 = 7.0;
/// The shortest outline, in pixels: a marker whose cells are hardly more than a pixel wide.
const SHORTEST: usize = 40;
/// How far an outline may be from its polygon, as a share of its length.
const TOLERANCE: f64 = 0.035;

/// Corners of all dark quadrilaterals, clockwise; the same one may come several times.
pub(crate) fn find(plane: &Plane) -> Result<Vec<[Place; 4]>, CalibrationError> {
    outlines(plane).map_err(|error| CalibrationError::Library(error.to_string()))
}

fn outlines(plane: &Plane) -> opencv::Result<Vec<[Place; 4]>> {
    let levels: Vec<u8> = plane.levels().iter().map(|level| level.round().clamp(0.0, 255.0) as u8).collect();
    let picture = Mat::new_rows_cols_with_data(plane.height() as i32, plane.width() as i32, &levels)?;
    let mut smooth = Mat::default();
    let three = Size::new(3, 3);
    let border = core::BORDER_REPLICATE;
    imgproc::blur(&picture, &mut smooth, three, Point::new(-1, -1), border)?;
    let shorter = plane.width().min(plane.height()) as f64;
    let mut quads = Vec::new();
    for share in AROUND {
        let side = ((shorter * share / 2.0) as i32).max(2) * 2 + 1;
        let mut dark = Mat::default();
        let (mean, inverse) = (imgproc::ADAPTIVE_THRESH_MEAN_C, imgproc::THRESH_BINARY_INV);
        imgproc::adaptive_threshold(&smooth, &mut dark, 255.0, mean, inverse, side, DARKER)?;
        let mut contours = Vector::<Vector<Point>>::new();
        let (all, every) = (imgproc::RETR_LIST, imgproc::CHAIN_APPROX_NONE);
        imgproc::find_contours(&dark, &mut contours, all, every, Point::new(0, 0))?;
        for contour in contours.iter().filter(|contour| contour.len() >= SHORTEST) {
            quads.extend(quadrilateral(&contour)?);
        }
    }
    Ok(quads)
}

fn quadrilateral(contour: &Vector<Point>) -> opencv::Result<Option<[Place; 4]>> {
    let mut polygon = Vector::<Point>::new();
    imgproc::approx_poly_dp(contour, &mut polygon, TOLERANCE * contour.len() as f64, true)?;
    let corners: Vec<Place> =
        polygon.iter().map(|corner| (f64::from(corner.x), f64::from(corner.y))).collect();
    let Ok(mut corners) = <[Place; 4]>::try_from(corners) else { return Ok(None) };
    if !imgproc::is_contour_convex(&polygon)? {
        return Ok(None);
    }
    let [a, b, c, d] = corners;
    if (b.0 - a.0) * (c.1 - b.1) < (b.1 - a.1) * (c.0 - b.0) {
        corners.reverse();
    }
    // An outline runs through the middles of the outermost dark pixels: half a pixel inside.
    let middle = ((a.0 + b.0 + c.0 + d.0) / 4.0, (a.1 + b.1 + c.1 + d.1) / 4.0);
    Ok(Some(corners.map(|(x, y)| {
        let far = (x - middle.0).hypot(y - middle.1).max(1.0);
        let grown = 1.0 + std::f64::consts::FRAC_1_SQRT_2 / far;
        (middle.0 + (x - middle.0) * grown, middle.1 + (y - middle.1) * grown)
    })))
}
