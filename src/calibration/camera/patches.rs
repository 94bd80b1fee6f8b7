//! The 24-patch chart: colour, white balance, exposure, noise.
//!
//! Each patch's mean colour against its reference, both in CIELAB under D50. Colour: CIEDE2000, mean and largest over the
//! 24. White balance: mean distance in a* and b* of the four middle greys. Exposure: mean difference in L* of the same
//! greys, signed. Noise: standard deviation of L* within the grey patches, the mean of them.

use crate::colour::{Lab, ciede2000, lab, light, lightness};
use crate::placement::{Area, Placement};
use crate::statistics::mean;
use tram_biometric::RgbImage;

/// Reference colours of the 24-patch chart in reading order, CIELAB under D50, as published for charts made before
/// November 2014; newer charts come with values of their own. The last row goes from white to black.
pub const REFERENCE: [Lab; 24] = [
    [37.986, 13.555, 14.059],
    [65.711, 18.130, 17.810],
    [49.927, -4.880, -21.925],
    [43.139, -13.095, 21.905],
    [55.112, 8.844, -25.399],
    [70.719, -33.397, -0.199],
    [62.661, 36.067, 57.096],
    [40.020, 10.410, -45.964],
    [51.124, 48.239, 16.248],
    [30.325, 22.976, -21.587],
    [72.532, -23.709, 57.255],
    [71.941, 19.363, 67.857],
    [28.778, 14.179, -50.297],
    [55.261, -38.342, 31.370],
    [42.101, 53.378, 28.190],
    [81.733, 4.039, 79.819],
    [51.935, 49.986, -14.574],
    [51.038, -28.631, -28.638],
    [96.539, -0.425, 1.186],
    [81.257, -0.638, -0.335],
    [66.766, -0.734, -0.504],
    [50.867, -0.153, -0.270],
    [35.656, -0.421, -1.231],
    [20.461, -0.079, -0.973],
];

/// What the patches say about a camera and its light.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    /// Mean CIEDE2000.
    pub mean: f64,
    /// Largest CIEDE2000.
    pub largest: f64,
    /// Distance of the middle greys from their reference in a* and b*.
    pub white_balance: f64,
    /// L* of the middle greys less their reference: positive is too bright.
    pub exposure: f64,
}

impl Colours {
    /// Compares measured with reference colours, patch by patch; `greys` of them, from `first_grey`, are the middle greys.
    pub fn of(measured: &[Lab], reference: &[Lab], greys: std::ops::Range<usize>) -> Self {
        let pairs = || measured.iter().zip(reference);
        let differences = || pairs().map(|(measured, reference)| ciede2000(*reference, *measured));
        let middle = || pairs().skip(greys.start).take(greys.len());
        Self {
            mean: mean(differences()),
            largest: differences().fold(0.0, f64::max),
            white_balance: mean(middle().map(|(m, r)| (m[1] - r[1]).hypot(m[2] - r[2]))),
            exposure: mean(middle().map(|(m, r)| m[0] - r[0])),
        }
    }
}

/// The middle greys among the 24: without white, which clips, and black, which flares.
pub const GREYS: std::ops::Range<usize> = 19..23;

/// The colour of each patch.
pub fn read(image: &RgbImage, placement: &Placement, patches: &[Area]) -> Vec<Lab> {
    patches.iter().map(|patch| lab(placement.colour(image, *patch))).collect()
}

/// The mean over patches of the standard deviation of L*.
pub fn noise(image: &RgbImage, placement: &Placement, patches: &[Area]) -> f64 {
    mean(patches.iter().map(|patch| {
        let area = patch.inner(0.6);
        let ((x0, y0), (x1, y1)) =
            (placement.pixel((area.x, area.y)), placement.pixel((area.x + area.width, area.y + area.height)));
        let span =
            |from: f64, to: f64| from.min(to).max(0.0).round() as u32..from.max(to).max(0.0).round() as u32;
        let pixels = span(y0, y1).flat_map(|y| span(x0, x1).filter_map(move |x| image.get(x, y)));
        let values: Vec<f64> = pixels.map(|pixel| lightness(luminance(pixel))).collect();
        let middle = mean(values.iter().copied());
        mean(values.iter().map(|value| (value - middle).powi(2))).sqrt()
    }))
}

/// Luminance, 0 to 1, of an sRGB pixel.
pub(crate) fn luminance(pixel: [u8; 3]) -> f64 {
    let [r, g, b] = pixel.map(|level| light(f64::from(level)));
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
