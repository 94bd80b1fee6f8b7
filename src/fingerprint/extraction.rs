//! From a picture to minutiae: ridge field, waves, phase residues, and which of those to believe.

pub(crate) mod residues;
pub(crate) mod waves;

use crate::ridges::RidgeField;
use crate::template::Minutia;
use tram_biometric::GrayImage;
use waves::Waves;

/// A finger has fewer; what comes after is noise.
pub(crate) const MOST_MINUTIAE: usize = 100;

/// The minutiae of one finger, best first.
pub(crate) fn minutiae(image: &GrayImage, field: &RidgeField) -> Vec<Minutia> {
    let waves = Waves::of(image, field);
    let residues = residues::without_dipoles(residues::find(&waves, field), field);
    let mut minutiae: Vec<Minutia> =
        residues.iter().filter_map(|residue| residue.minutia(&waves, field)).collect();
    minutiae.sort_by(|a, b| (b.quality, a.y, a.x).cmp(&(a.quality, b.y, b.x)));
    minutiae.truncate(MOST_MINUTIAE);
    minutiae
}
