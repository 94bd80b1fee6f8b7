//! 1:N: who of many this finger may be, in three looks. Every finger of the gallery is looked at through short codes
//! of its minutiae; the likeliest of them through the full surroundings of their minutiae; and the most promising of
//! these are compared in full.
//!
//! | module | holds |
//! | --- | --- |
//! | `codes` | a minutia cylinder in 96 bits, and the nearest of another finger |
//! | `agreement` | how many matches of minutiae follow from one motion |
//! | `bytes` | the gallery as bytes |

mod agreement;
mod bytes;
mod codes;

use crate::FingerprintError;
use crate::matching::{Prepared, Score};
use crate::template::Template;
use codes::Codes;

/// The share of the gallery that is compared in full, and the least number.
const SHARE: usize = 100;
const LEAST: usize = 100;
/// How many times as many have their surroundings looked at.
const WIDER: usize = 6;

/// A finger of the gallery that may be the probe's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The number it was added under.
    pub id: u64,
    /// How alike they are, by full comparison.
    pub score: Score,
}

/// Fingers to search in. Grows as people are enrolled; several fingers may share a number.
#[derive(Clone, Default)]
pub struct Gallery {
    ids: Vec<u64>,
    codes: Codes,
    templates: Vec<Template>,
}

impl Gallery {
    /// An empty gallery.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many fingers it holds.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds a finger.
    pub fn add(&mut self, id: u64, finger: &Prepared) {
        self.ids.push(id);
        self.codes.add(finger);
        self.templates.push(finger.template().clone());
    }

    /// The fingers that match, best first, at most `most`.
    pub fn search(&self, probe: &Prepared, most: usize) -> Vec<Candidate> {
        self.search_among(probe, most, |_| true)
    }

    /// The same among the fingers whose numbers are wanted: who knows which finger it is spares the other nine tenths.
    pub fn search_among(
        &self,
        probe: &Prepared,
        most: usize,
        wanted: impl Fn(u64) -> bool,
    ) -> Vec<Candidate> {
        let places: Vec<usize> =
            (0..).zip(&self.ids).filter(|(_, id)| wanted(**id)).map(|(at, _)| at).collect();
        let promising = self.looked_at(probe, &places, (places.len() / SHARE).max(LEAST));
        let full = promising.into_iter().filter_map(|(place, finger)| {
            let score = probe.compare(&finger);
            score.is_match().then_some(Candidate { id: *self.ids.get(place)?, score })
        });
        let mut found: Vec<Candidate> = full.collect();
        found.sort_by(|a, b| b.score.0.total_cmp(&a.score.0).then(a.id.cmp(&b.id)));
        found.truncate(most);
        found
    }

    /// The places (in order of adding) of the `most` fingers that look likest after the second look, best first.
    pub fn promising(&self, probe: &Prepared, most: usize) -> Vec<usize> {
        self.looked_at(probe, &self.all(), most).into_iter().map(|(place, _)| place).collect()
    }

    /// The places of the `most` fingers that look likest at the first glance, best first.
    pub fn glanced(&self, probe: &Prepared, most: usize) -> Vec<usize> {
        self.glanced_among(probe, &self.all(), most)
    }

    fn all(&self) -> Vec<usize> {
        (0..self.len()).collect()
    }

    fn glanced_among(&self, probe: &Prepared, places: &[usize], most: usize) -> Vec<usize> {
        let standing = codes::glance(probe, &self.codes, places);
        best(standing, most).into_iter().filter_map(|i| places.get(i).copied()).collect()
    }

    /// The promising fingers of these places, ready for comparison.
    fn looked_at(&self, probe: &Prepared, places: &[usize], most: usize) -> Vec<(usize, Prepared)> {
        let glanced = self.glanced_among(probe, places, most.saturating_mul(WIDER));
        let ready: Vec<(usize, Prepared)> = glanced
            .into_iter()
            .filter_map(|place| Some((place, Prepared::new(self.templates.get(place)?.clone()))))
            .collect();
        let standing = agreement::of_surroundings(probe, &ready);
        let mut ready: Vec<Option<(usize, Prepared)>> = ready.into_iter().map(Some).collect();
        best(standing, most).into_iter().filter_map(|i| ready.get_mut(i)?.take()).collect()
    }

    /// The bytes of the finger added last, to be appended to those of the others.
    pub fn last_to_bytes(&self) -> Vec<u8> {
        self.len().checked_sub(1).map(|last| bytes::write(self, last)).unwrap_or_default()
    }

    /// The bytes of all fingers.
    pub fn to_bytes(&self) -> Vec<u8> {
        (0..self.len()).flat_map(|place| bytes::write(self, place)).collect()
    }

    /// Reads what [`Gallery::to_bytes`] or repeated [`Gallery::last_to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FingerprintError::Template`] with the offset in the whole where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        bytes::read(bytes)
    }
}

/// The places of the `most` highest, best first; the first of equals.
fn best(standing: Vec<u32>, most: usize) -> Vec<usize> {
    let mut ranked: Vec<(u32, usize)> = standing.into_iter().zip(0..).collect();
    if ranked.len() > most {
        ranked.select_nth_unstable_by(most, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(most);
    }
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::template::extract;

    fn gallery(fingers: u64) -> Gallery {
        let mut gallery = Gallery::new();
        for seed in 1..=fingers {
            gallery.add(seed, &Prepared::new(extract(&Drawn::finger(seed, 26).image())));
        }
        gallery
    }

    #[test]
    fn the_right_finger_is_found_and_a_stranger_is_not() {
        let gallery = gallery(12);
        let again = Drawn::finger(5, 26).placed(360, 440, (180.0, 220.0), 12.0);
        let probe = Prepared::new(extract(&again));
        let found = gallery.search(&probe, 3);
        assert_eq!(found.iter().map(|c| c.id).collect::<Vec<_>>(), [5]);
        assert_eq!(gallery.search_among(&probe, 3, |id| id % 2 == 1).len(), 1, "5 is odd");
        assert_eq!(gallery.search_among(&probe, 3, |id| id % 2 == 0), []);
        let stranger = Prepared::new(extract(&Drawn::finger(99, 26).image()));
        assert_eq!(gallery.search(&stranger, 3), []);
    }

    #[test]
    fn bytes_bring_the_gallery_back_and_damage_is_refused() {
        let gallery = gallery(2);
        let bytes = gallery.to_bytes();
        let back = Gallery::from_bytes(&bytes).expect("reads");
        assert_eq!(back.to_bytes(), bytes);
        assert!(bytes.ends_with(&back.last_to_bytes()));
        for cut in [1, 9, 40, bytes.len() - 1] {
            assert!(Gallery::from_bytes(&bytes[..cut]).is_err(), "{cut}");
        }
    }
}
