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

#[cfg(test)]
mod tests {
    use crate::drawn::Drawn;
    use crate::template::extract;

    #[test]
    fn every_ridge_that_begins_is_found_where_it_begins() {
        for seed in 1..6 {
            let finger = Drawn::finger(seed, 24);
            let template = extract(&finger.image());
            let found = |x: f32, y: f32| {
                template.minutiae().iter().any(|m| (f32::from(m.x) - x).hypot(f32::from(m.y) - y) < 6.0)
            };
            let hits = finger.dislocations.iter().filter(|d| found(150.0 + d.0, 190.0 + d.1)).count();
            assert!(hits >= 21, "finger {seed}: {hits} of 24");
            let extra = template.minutiae().len() - hits;
            assert!(extra <= 4, "finger {seed}: {extra} that were not drawn");
        }
    }

    #[test]
    fn a_picture_without_ridges_has_no_minutiae() {
        for level in [0, 128, 255] {
            let blank = tram_biometric::GrayImage::from_fn(200, 200, 500, |_, _| level);
            assert!(extract(&blank).minutiae().is_empty());
        }
        let tiny = tram_biometric::GrayImage::from_fn(3, 1, 500, |x, _| (100 * x) as u8);
        assert!(extract(&tiny).minutiae().is_empty());
    }
}
