//! Iris cameras: the target in near infrared.
//!
//! The paper's level where eyes will be says how much light the lamps give, its corners against each other how evenly;
//! black toner stays black in near infrared, so paper less black is the contrast. The target's scale gives the pixels
//! across an iris of 11.7 mm, and its slanted edges the sharpness, at three distances: the scale falls with the distance,
//! so near scale over far scale is how much farther the far end lies.

use crate::chart::iris::{BLACK, LYING_EDGE, MARKS, PAPER, UPRIGHT_EDGE};
use crate::edge::Sfr;
use crate::placement::Placement;
use crate::procedure::window;
use crate::quantity::{Measurement, Quantity};
use crate::{CalibrationError, Plane};
use tram_biometric::GrayImage;

/// The iris's mean diameter in millimetres, as ISO/IEC 29794-6 takes it.
pub const IRIS_MM: f64 = 11.7;

/// What one picture of the target shows.
#[derive(Clone, Copy, Debug)]
struct Seen {
    pixels_per_mm: f64,
    /// The frequency of half response, the smaller of both directions, in cycles per pixel.
    sharpness: f64,
}

/// Figures where eyes will be.
///
/// # Errors
/// [`CalibrationError::NoMarks`], [`CalibrationError::NoEdge`].
pub fn working(picture: &GrayImage) -> Result<Vec<Measurement>, CalibrationError> {
    let plane = Plane::of_gray(picture);
    let placement = Placement::find(&plane, &MARKS)?;
    let seen = seen(&plane, &placement)?;
    let paper = PAPER.map(|area| placement.level(&plane, area));
    let (least, most) =
        paper.iter().fold((f64::MAX, f64::MIN), |(a, b), level| (a.min(*level), b.max(*level)));
    let mean = paper.iter().sum::<f64>() / paper.len() as f64;
    Ok(vec![
        Measurement::new(Quantity::IrisLight, mean),
        Measurement::new(Quantity::IrisContrast, mean - placement.level(&plane, BLACK)),
        Measurement::new(Quantity::IrisEvenness, 100.0 * (most - least) / mean.max(1.0)),
        Measurement::new(Quantity::IrisDiameter, seen.pixels_per_mm * IRIS_MM),
        Measurement::new(Quantity::IrisSharpness, seen.sharpness),
    ])
}

/// Figures at the near end.
///
/// # Errors
/// As [`working`].
pub fn near(picture: &GrayImage) -> Result<Vec<Measurement>, CalibrationError> {
    Ok(vec![Measurement::new(Quantity::IrisSharpnessNear, found(picture)?.sharpness)])
}

/// Figures at the far end, and how far that is from the near one.
///
/// # Errors
/// As [`working`].
pub fn far(near: &GrayImage, picture: &GrayImage) -> Result<Vec<Measurement>, CalibrationError> {
    let (near, far) = (found(near)?, found(picture)?);
    Ok(vec![
        Measurement::new(Quantity::IrisSharpnessFar, far.sharpness),
        Measurement::new(
            Quantity::IrisFocusRange,
            100.0 * (near.pixels_per_mm / far.pixels_per_mm.max(1e-9) - 1.0),
        ),
    ])
}

fn found(picture: &GrayImage) -> Result<Seen, CalibrationError> {
    let plane = Plane::of_gray(picture);
    let placement = Placement::find(&plane, &MARKS)?;
    seen(&plane, &placement)
}

fn seen(plane: &Plane, placement: &Placement) -> Result<Seen, CalibrationError> {
    let (across, along) = placement.pixels_per_mm(BLACK.middle());
    let upright = Sfr::of(&window(plane, placement, UPRIGHT_EDGE)?)?;
    let lying = Sfr::of(&window(plane, placement, LYING_EDGE)?.transposed())?;
    Ok(Seen {
        pixels_per_mm: f64::midpoint(across, along),
        sharpness: upright.frequency_at(0.5).min(lying.frequency_at(0.5)),
    })
}
