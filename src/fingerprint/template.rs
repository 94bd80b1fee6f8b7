//! What is kept of a finger for comparison: its minutiae and a coarse map of its ridge flow, in at most
//! 1.5 KB. The bytes carry a version; reading refuses anything it did not write.

use crate::FingerprintError;
use crate::extraction;
use crate::ridges::RidgeField;
use std::f32::consts::{PI, TAU};
use tram_biometric::GrayImage;

pub(crate) mod bytes;
pub(crate) mod flow;

pub(crate) use flow::Flow;

/// What a minutia is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MinutiaKind {
    /// A ridge ends.
    Ending,
    /// A ridge splits in two.
    Bifurcation,
}

/// One minutia, in pixels of the picture at 500 ppi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutia {
    /// From the left edge.
    pub x: u16,
    /// From the top edge.
    pub y: u16,
    /// Direction towards the side with one ridge more, 256 steps a turn, counter-clockwise from the
    /// right, as ISO/IEC 19794-2 counts.
    pub angle: u8,
    /// Ending or bifurcation.
    pub kind: MinutiaKind,
    /// 0 worst to 100 best.
    pub quality: u8,
}

impl Minutia {
    /// The direction in radians with y down, as the pixels count.
    pub(crate) fn direction(self) -> f32 {
        (f32::from(self.angle) * -TAU / 256.0).rem_euclid(TAU)
    }

    pub(crate) fn angle_of(direction: f32) -> u8 {
        (((-direction).rem_euclid(TAU) / TAU * 256.0).round() as u32 % 256) as u8
    }
}

/// What a comparison needs of a finger. Holds no picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    pub(crate) minutiae: Vec<Minutia>,
    pub(crate) flow: Flow,
}

impl Template {
    /// A template of what is known otherwise than from a picture, such as of an invented finger. `across` is the
    /// direction across the ridges at a pixel, radians with y down, and `None` outside the finger. `minutiae` come best
    /// first; what a template does not hold is left out.
    pub fn of_parts(
        mut minutiae: Vec<Minutia>,
        size: (u32, u32),
        across: impl Fn(f32, f32) -> Option<f32>,
    ) -> Self {
        minutiae.truncate(extraction::MOST_MINUTIAE);
        Self { minutiae, flow: Flow::sampled(size, across) }
    }

    /// The minutiae, best first.
    pub fn minutiae(&self) -> &[Minutia] {
        &self.minutiae
    }

    /// The bytes to store: versioned, at most [`Template::MOST_BYTES`].
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::write(self)
    }

    /// Reads what [`Template::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FingerprintError::Template`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        bytes::read(bytes)
    }

    /// No template is longer.
    pub const MOST_BYTES: usize = 1536;
}

impl std::fmt::Debug for Template {
    /// The count only: a template is personal data and never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({} minutiae)", self.minutiae.len())
    }
}

/// Extracts the template of one finger, about 500 ppi, ridges dark. A picture without a finger gives a
/// template without minutiae, which matches nothing.
pub fn extract(image: &GrayImage) -> Template {
    let field = RidgeField::of(image);
    Template { minutiae: extraction::minutiae(image, &field), flow: Flow::of(&field) }
}

/// The smallest difference of two directions across ridges, radians, at most π/2.
pub(crate) fn line_difference(a: f32, b: f32) -> f32 {
    let d = (a - b).rem_euclid(PI);
    d.min(PI - d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    #[test]
    fn bytes_bring_the_template_back() {
        let template = extract(&Drawn::finger(7, 28).image());
        let bytes = template.to_bytes();
        assert!(bytes.len() <= Template::MOST_BYTES, "{} bytes", bytes.len());
        assert_eq!(Template::from_bytes(&bytes), Ok(template));
    }

    #[test]
    fn the_largest_picture_still_fits() {
        let wide = Drawn { half_width: 900.0, half_height: 700.0, ..Drawn::finger(7, 3) };
        let template = extract(&wide.placed(2000, 1600, (1000.0, 800.0), 0.0));
        let bytes = template.to_bytes();
        assert!(bytes.len() <= Template::MOST_BYTES, "{} bytes", bytes.len());
        assert_eq!(Template::from_bytes(&bytes), Ok(template));
    }

    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| extract(&Drawn::finger(3, 12).image()).to_bytes());

    proptest! {
        #[test]
        fn damaged_bytes_are_refused_or_give_a_template_that_can_be_compared(
            at in any::<usize>(), to in any::<u8>(), cut in any::<usize>(),
        ) {
            let mut bytes = BYTES.clone();
            let length = bytes.len();
            bytes[at % length] = to;
            if let Ok(template) = Template::from_bytes(&bytes) {
                let _ = crate::matching::compare(&template, &template);
            }
            bytes.truncate(cut % length);
            prop_assert!(Template::from_bytes(&bytes).is_err());
        }
    }
}
