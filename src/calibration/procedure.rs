//! From the pictures of a procedure to its figures, one function for each class of devices.

use crate::camera::background::Background;
use crate::camera::illumination::Illumination;
use crate::camera::lens::Lens;
use crate::camera::patches::{self, Colours};
use crate::chart::{self, card, face, tone};
use crate::charuco::Board;
use crate::colour::{Lab, lab};
use crate::edge::Sfr;
use crate::finger::noise::SignalToNoise;
use crate::finger::resolution::Resolution;
use crate::finger::sine::Target;
use crate::finger::tone::Tone;
use crate::finger::uniformity::Uniformity;
use crate::finger::{geometry, platen, sine};
use crate::lattice::Grid;
use crate::placement::Placement;
use crate::printer::alignment::Alignment;
use crate::printer::curve::RibbonCurve;
use crate::quantity::{Measurement, Quantity};
use crate::{CalibrationError, Plane};
use tram_biometric::{GrayImage, Rect, RgbImage};

/// Distance of the pupils that the expected eye distance in pixels is told for, in millimetres.
const PUPILS_MM: f64 = 62.0;

/// The pictures of a fingerprint reader's procedure.
#[derive(Clone, Debug)]
pub struct FingerPictures {
    /// The dot target.
    pub grid: GrayImage,
    /// The chart of steps, edges and strips.
    pub tone: GrayImage,
    /// Frames of the clean empty platen, at least two.
    pub empty: Vec<GrayImage>,
    /// Frames of the dark target, at least one.
    pub dark: Vec<GrayImage>,
    /// Two frames right after a finger was lifted.
    pub lifted: [GrayImage; 2],
}

/// Figures of a fingerprint reader.
///
/// # Errors
/// What the first picture that cannot be measured lacks.
pub fn finger(pictures: &FingerPictures) -> Result<Vec<Measurement>, CalibrationError> {
    let mut figures = ruled(&pictures.grid)?;
    figures.extend(toned(&pictures.tone)?);
    figures.extend(fields(pictures)?);
    Ok(figures)
}

/// Figures from the dot target alone.
///
/// # Errors
/// [`CalibrationError::NoGrid`].
pub fn ruled(picture: &GrayImage) -> Result<Vec<Measurement>, CalibrationError> {
    let grid = Grid::find(&Plane::of_gray(picture), chart::FINGER_PITCH_MM)?;
    let none = CalibrationError::NoGrid { found: grid.len() };
    let resolution = Resolution::of(&grid).ok_or_else(|| none.clone())?;
    let nominal = nominal(picture);
    let spacing = geometry::spacing(&grid, nominal);
    Ok(vec![
        Measurement::new(Quantity::ResolutionX, resolution.x_ppi),
        Measurement::new(Quantity::ResolutionY, resolution.y_ppi),
        Measurement::new(Quantity::GeometricDistortion, geometry::distortion_px(&grid).ok_or(none)?),
        Measurement::new(Quantity::ShortSpacing, spacing.short_mm),
        Measurement::new(Quantity::LongSpacing, spacing.long_percent),
    ])
}

/// The resolution a reader says it has; 500 ppi where it says nothing.
fn nominal(picture: &GrayImage) -> f64 {
    if picture.ppi() == 0 { 500.0 } else { f64::from(picture.ppi()) }
}

/// Figures from the chart of steps, edges and strips.
///
/// # Errors
/// [`CalibrationError::NoMarks`], [`CalibrationError::NoEdge`], [`CalibrationError::TooLittle`].
pub fn toned(picture: &GrayImage) -> Result<Vec<Measurement>, CalibrationError> {
    let plane = Plane::of_gray(picture);
    let placement = Placement::find(&plane, &tone::MARKS)?;
    let steps: Vec<(f64, f64)> = tone::STEPS
        .into_iter()
        .enumerate()
        .map(|(index, share)| (share, placement.level(&plane, tone::step(index))))
        .collect();
    let answer = Tone::of(&steps).ok_or(CalibrationError::TooLittle("the grey steps are all alike"))?;
    let sharpness = worst_edge(&plane, &placement)?;
    let mut figures = vec![
        Measurement::new(Quantity::GreyLinearity, answer.linearity),
        Measurement::new(Quantity::DynamicRange, answer.range),
        Measurement::new(Quantity::Sfr50, sharpness),
    ];
    let target = Target { modulation: tone::MODULATION, black: answer.black };
    for (index, (frequency, quantity)) in tone::FREQUENCIES.into_iter().zip(MTF).enumerate() {
        let area = tone::strip(index).inner(0.85);
        let strip = window(&plane, &placement, area)?;
        let ((x0, y0), (x1, y1)) = (
            placement.pixel((area.x, area.y + area.height / 2.0)),
            placement.pixel((area.x + 1.0, area.y + area.height / 2.0)),
        );
        let length = (x1 - x0).hypot(y1 - y0);
        // Across lines that lean, a row of the picture crosses fewer of them.
        let cycles = f64::from(frequency) / length * ((x1 - x0) / length);
        let slope = -(y1 - y0) / (x1 - x0);
        if let Some(response) = sine::response(&strip, cycles, target, slope) {
            figures.push(Measurement::new(quantity, response));
        }
    }
    Ok(figures)
}

/// In the order of the strips.
const MTF: [Quantity; 8] = [
    Quantity::Mtf1,
    Quantity::Mtf2,
    Quantity::Mtf3,
    Quantity::Mtf4,
    Quantity::Mtf5,
    Quantity::Mtf6,
    Quantity::Mtf8,
    Quantity::Mtf10,
];

/// The smaller of the two directions' 50 % frequencies.
fn worst_edge(plane: &Plane, placement: &Placement) -> Result<f64, CalibrationError> {
    let upright = Sfr::of(&window(plane, placement, tone::UPRIGHT_EDGE)?)?;
    let lying = Sfr::of(&window(plane, placement, tone::LYING_EDGE)?.transposed())?;
    Ok(upright.frequency_at(0.5).min(lying.frequency_at(0.5)))
}

/// The pixels of an area of a chart that stands nearly upright, as they are: resampling would blur them.
pub(crate) fn window(
    plane: &Plane,
    placement: &Placement,
    area: crate::placement::Area,
) -> Result<Plane, CalibrationError> {
    let (x0, y0) = placement.pixel((area.x, area.y));
    let (x1, y1) = placement.pixel((area.x + area.width, area.y + area.height));
    let start = |from: f64, to: f64| from.min(to).max(0.0).round() as u32;
    let length = |from: f64, to: f64| (from - to).abs().round() as u32;
    let part = Rect { x: start(x0, x1), y: start(y0, y1), width: length(x0, x1), height: length(y0, y1) };
    plane.crop(part).ok_or(CalibrationError::TooLittle("a part of the chart is outside the picture"))
}

/// Figures from the light and the dark field and after a lift.
fn fields(pictures: &FingerPictures) -> Result<Vec<Measurement>, CalibrationError> {
    let mut figures = light(&pictures.empty)?;
    figures.extend(dark(&pictures.empty, &pictures.dark)?);
    figures.extend(lifted(&pictures.empty, &pictures.lifted)?);
    Ok(figures)
}

/// Figures from frames of the clean empty platen. Evenness is of a single frame: that is what a capture is.
///
/// # Errors
/// [`CalibrationError::Frames`], [`CalibrationError::TooLittle`].
pub fn light(empty: &[GrayImage]) -> Result<Vec<Measurement>, CalibrationError> {
    let first = empty.first().ok_or(CalibrationError::Frames)?;
    let even = Uniformity::of(&Plane::of_gray(first), nominal(first))?;
    Ok(vec![
        Measurement::new(Quantity::AdjacentLight, even.adjacent),
        Measurement::new(Quantity::PixelLight, even.pixel),
        Measurement::new(Quantity::SquareLight, even.square),
        Measurement::new(Quantity::Dirt, platen::stain_percent(&Plane::mean(empty)?)),
    ])
}

/// Figures from frames of the dark target beside those of the empty platen. Evenness and noise are of single frames.
///
/// # Errors
/// [`CalibrationError::Frames`], [`CalibrationError::TooLittle`].
pub fn dark(empty: &[GrayImage], dark: &[GrayImage]) -> Result<Vec<Measurement>, CalibrationError> {
    let first = empty.first().ok_or(CalibrationError::Frames)?;
    let one_dark = Plane::of_gray(dark.first().ok_or(CalibrationError::Frames)?);
    let ppi = nominal(first);
    let even = Uniformity::of(&one_dark, ppi)?;
    let noise = SignalToNoise::of(&Plane::of_gray(first), &one_dark, ppi)?;
    let dead = platen::dead_ppm(&[&Plane::mean(empty)?, &Plane::mean(dark)?])?;
    Ok(vec![
        Measurement::new(Quantity::AdjacentDark, even.adjacent),
        Measurement::new(Quantity::PixelDark, even.pixel),
        Measurement::new(Quantity::SquareDark, even.square),
        Measurement::new(Quantity::SnrLight, noise.light),
        Measurement::new(Quantity::SnrDark, noise.dark),
        Measurement::new(Quantity::DeadPixels, dead),
    ])
}

/// The ghost, from two frames of the empty platen and two right after a lift.
///
/// # Errors
/// [`CalibrationError::Frames`] for fewer frames, or frames of different sizes.
pub fn lifted(empty: &[GrayImage], lifted: &[GrayImage]) -> Result<Vec<Measurement>, CalibrationError> {
    let ([clean, other, ..], [after, later, ..]) = (empty, lifted) else {
        return Err(CalibrationError::Frames);
    };
    let ppi = nominal(clean);
    let [clean, other, after, later] = [clean, other, after, later].map(Plane::of_gray);
    let ghost = platen::ghost([&after, &later], [&clean, &other], ppi)?;
    Ok(vec![Measurement::new(Quantity::Ghost, ghost)])
}

/// The pictures of a camera's procedure.
#[derive(Clone, Debug)]
pub struct CameraPictures {
    /// The `ChArUco` board where the face will be.
    pub board: RgbImage,
    /// The chart with edge and patches at the same place.
    pub face: RgbImage,
    /// A plain grey sheet at the same place.
    pub sheet: RgbImage,
    /// The empty chair.
    pub background: RgbImage,
    /// Where the face will be in the picture.
    pub face_zone: Rect,
}

/// Figures of a camera. `reference` are the colours of the chart's patches; [`patches::REFERENCE`] where nobody measured
/// them.
///
/// # Errors
/// What the first picture that cannot be measured lacks.
pub fn camera(
    pictures: &CameraPictures,
    reference: &[Lab; 24],
) -> Result<Vec<Measurement>, CalibrationError> {
    let mut figures = lens(&pictures.board)?;
    figures.extend(faced(&pictures.face, reference)?);
    figures.extend(lit(&pictures.sheet, pictures.face_zone)?);
    figures.extend(background(&pictures.background)?);
    Ok(figures)
}

/// Figures of the light from a picture of the grey sheet.
///
/// # Errors
/// [`CalibrationError::TooLittle`].
pub fn lit(sheet: &RgbImage, face_zone: Rect) -> Result<Vec<Measurement>, CalibrationError> {
    let light = Illumination::of(sheet, face_zone)?;
    Ok(vec![
        Measurement::new(Quantity::LightNonuniformity, light.nonuniformity_percent),
        Measurement::new(Quantity::SideLight, light.side_ev),
        Measurement::new(Quantity::TopLight, light.top_ev),
    ])
}

/// Figures of the background from a picture of the empty chair.
///
/// # Errors
/// [`CalibrationError::TooLittle`].
pub fn background(picture: &RgbImage) -> Result<Vec<Measurement>, CalibrationError> {
    let whole = Rect { x: 0, y: 0, width: picture.width(), height: picture.height() };
    let seen = Background::of(picture, whole)?;
    Ok(vec![
        Measurement::new(Quantity::BackgroundLightness, seen.lightness),
        Measurement::new(Quantity::BackgroundChroma, seen.chroma),
        Measurement::new(Quantity::BackgroundUnevenness, seen.unevenness),
    ])
}

/// How far from the middle of the picture the board must reach, in half diagonals: where the portrait's outline is.
const BOARD_REACH: f64 = 0.4;

/// Figures from the `ChArUco` board before a camera.
///
/// # Errors
/// What [`Board::find`] says, and [`CalibrationError::TooLittle`] when the board fills too little of the picture.
pub fn lens(picture: &RgbImage) -> Result<Vec<Measurement>, CalibrationError> {
    let plane = Plane::of_rgb(picture);
    let places = Board::find(&plane)?.pairs();
    let lens = Lens::of(&places, plane.width(), plane.height())
        .ok_or(CalibrationError::NoBoard { found: places.len() })?;
    if lens.reach < BOARD_REACH {
        return Err(CalibrationError::TooLittle("the board fills too little of the picture"));
    }
    Ok(vec![
        Measurement::new(Quantity::LensDistortion, lens.distortion_percent),
        Measurement::new(Quantity::LensResidual, lens.residual_px),
        Measurement::new(Quantity::EyeDistance, lens.pixels_per_mm * PUPILS_MM),
    ])
}

/// Figures from the chart with edge and patches.
///
/// # Errors
/// [`CalibrationError::NoMarks`], [`CalibrationError::NoEdge`], [`CalibrationError::TooLittle`].
pub fn faced(picture: &RgbImage, reference: &[Lab; 24]) -> Result<Vec<Measurement>, CalibrationError> {
    let plane = Plane::of_rgb(picture);
    let placement = Placement::find(&plane, &face::MARKS)?;
    let areas = face::patches();
    let measured = patches::read(picture, &placement, &areas);
    let colours = Colours::of(&measured, reference, patches::GREYS);
    let greys = areas.get(patches::GREYS).unwrap_or_default();
    let edge = Sfr::of(&window(&plane, &placement, face::UPRIGHT_EDGE)?)?;
    Ok(vec![
        Measurement::new(Quantity::Sfr50, edge.frequency_at(0.5)),
        Measurement::new(Quantity::ColourMean, colours.mean),
        Measurement::new(Quantity::ColourLargest, colours.largest),
        Measurement::new(Quantity::WhiteBalance, colours.white_balance),
        Measurement::new(Quantity::Exposure, colours.exposure),
        Measurement::new(Quantity::Noise, patches::noise(picture, &placement, greys)),
    ])
}

/// Figures of a card printer from the scan of its test card. `reference` are the colours of the first card that was
/// accepted on this ribbon; without them the print is held against the colours that were sent.
///
/// # Errors
/// [`CalibrationError::NoMarks`], [`CalibrationError::NoCard`].
pub fn printer(scan: &RgbImage, reference: Option<&[Lab]>) -> Result<Vec<Measurement>, CalibrationError> {
    let mut figures = placed(scan)?;
    figures.extend(coloured(scan, reference)?);
    Ok(figures)
}

/// Figures of where the print lies on the card, and of how dark and bright it gets.
///
/// # Errors
/// [`CalibrationError::NoMarks`], [`CalibrationError::NoCard`].
pub fn placed(scan: &RgbImage) -> Result<Vec<Measurement>, CalibrationError> {
    let plane = Plane::of_rgb(scan);
    let placement = Placement::find(&plane, &card::MARKS)?;
    let alignment = Alignment::of(&plane, &card::MARKS, &placement)?;
    let lightness = greys(scan, &placement).into_iter().map(|(_, lightness)| lightness);
    let (darkest, brightest) = lightness.fold((f64::MAX, f64::MIN), |(a, b), l| (a.min(l), b.max(l)));
    Ok(vec![
        Measurement::new(Quantity::PrintOffsetX, alignment.offset_x_mm),
        Measurement::new(Quantity::PrintOffsetY, alignment.offset_y_mm),
        Measurement::new(Quantity::PrintRotation, alignment.rotation_degrees),
        Measurement::new(Quantity::PrintScaleX, alignment.scale_x_percent),
        Measurement::new(Quantity::PrintScaleY, alignment.scale_y_percent),
        Measurement::new(Quantity::PrintDensity, brightest - darkest),
    ])
}

/// Figures of the print's colours.
///
/// # Errors
/// [`CalibrationError::NoMarks`].
pub fn coloured(scan: &RgbImage, reference: Option<&[Lab]>) -> Result<Vec<Measurement>, CalibrationError> {
    let placement = Placement::find(&Plane::of_rgb(scan), &card::MARKS)?;
    let sent = card::COLOURS.map(|colour| lab(colour.map(f64::from)));
    let measured = patches::read(scan, &placement, &card::patches());
    let colours = Colours::of(&measured, reference.unwrap_or(&sent), card::GREYS);
    Ok(vec![
        Measurement::new(Quantity::PrintColourMean, colours.mean),
        Measurement::new(Quantity::PrintColourLargest, colours.largest),
    ])
}

/// The curve of the ribbon a test card was printed with, as it came out of the printer without one; `None` when the card
/// cannot be read or its greys do not differ.
pub fn ribbon(scan: &RgbImage) -> Option<RibbonCurve> {
    let placement = Placement::find(&Plane::of_rgb(scan), &card::MARKS).ok()?;
    RibbonCurve::of(&greys(scan, &placement))
}

/// The levels of the test card's greys and the L* they came out with.
fn greys(scan: &RgbImage, placement: &Placement) -> Vec<(u8, f64)> {
    let measured = patches::read(scan, placement, &card::patches());
    let greys = card::COLOURS.iter().zip(measured).skip(card::ALL_GREYS.start);
    greys.map(|([level, ..], [lightness, ..])| (*level, lightness)).collect()
}
