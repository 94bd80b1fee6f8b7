//! 1:N: who of many this finger may be. Every finger of the gallery is looked at through short codes of
//! its minutiae, and only the most promising are compared in full.
//!
//! A code is a minutia cylinder folded to 96 bits. The first stage finds for each code of the probe the
//! nearest of the other finger and counts the pairs of such matches that agree in distance and turn; it
//! costs microseconds where a full comparison costs hundreds.

use crate::FingerprintError;
use crate::matching::{Prepared, Score};
use crate::template::Template;
use std::f32::consts::TAU;

/// Minutiae of a finger that have a code, the best ones.
const CODES: usize = 32;
/// Codes less alike than this, of 1, say nothing.
const ALIKE: f32 = 0.3;
/// Two matched codes agree when one puts the other within this of its place, pixels,
const NEAR: f32 = 20.0;
/// and their turns differ by less than this, in 256 steps a turn; no hand turns by more than a quarter.
const TURN: u8 = 18;
const QUARTER: u8 = 64;
/// The share of the gallery that is compared in full, and the least number.
const SHARE: usize = 100;
const LEAST: usize = 100;

/// A finger of the gallery.
#[derive(Clone)]
struct Enrolled {
    id: u64,
    codes: Codes,
    template: Template,
}

/// The codes of a finger, in columns so that they are compared in one sweep.
#[derive(Clone, Default)]
struct Codes {
    low: Vec<u64>,
    high: Vec<u64>,
    /// Square roots of the numbers of bits.
    sizes: Vec<f32>,
    directions: Vec<u8>,
    places: Vec<(f32, f32)>,
}

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
    fingers: Vec<Enrolled>,
}

impl Gallery {
    /// An empty gallery.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many fingers it holds.
    pub fn len(&self) -> usize {
        self.fingers.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.fingers.is_empty()
    }

    /// Adds a finger.
    pub fn add(&mut self, id: u64, finger: &Prepared) {
        let (codes, template) = (Codes::of(finger), finger.template().clone());
        self.fingers.push(Enrolled { id, codes, template });
    }

    /// The fingers that match, best first, at most `most`.
    pub fn search(&self, probe: &Prepared, most: usize) -> Vec<Candidate> {
        let promising = self.promising(probe, (self.len() / SHARE).max(LEAST));
        let full = promising.iter().filter_map(|&place| {
            let finger = self.fingers.get(place)?;
            let score = probe.compare(&Prepared::new(finger.template.clone()));
            score.is_match().then_some(Candidate { id: finger.id, score })
        });
        let mut found: Vec<Candidate> = full.collect();
        found.sort_by(|a, b| b.score.0.total_cmp(&a.score.0).then(a.id.cmp(&b.id)));
        found.truncate(most);
        found
    }

    /// The places (in order of adding) of the `most` fingers that look likest at a glance, best first.
    pub fn promising(&self, probe: &Prepared, most: usize) -> Vec<usize> {
        let codes = Codes::of(probe);
        let mut ranked: Vec<(u32, usize)> =
            self.fingers.iter().map(|finger| codes.nearness(&finger.codes)).zip(0..).collect();
        if ranked.len() > most {
            ranked.select_nth_unstable_by(most, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            ranked.truncate(most);
        }
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().map(|(_, place)| place).collect()
    }

    /// The bytes of the finger added last, to be appended to those of the others.
    pub fn last_to_bytes(&self) -> Vec<u8> {
        self.fingers.last().map(Enrolled::to_bytes).unwrap_or_default()
    }

    /// The bytes of all fingers.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.fingers.iter().flat_map(Enrolled::to_bytes).collect()
    }

    /// Reads what [`Gallery::to_bytes`] or repeated [`Gallery::last_to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FingerprintError::Template`] with the offset in the whole where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        let (mut fingers, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let (finger, length) = Enrolled::read(bytes, at)?;
            fingers.push(finger);
            at += length;
        }
        Ok(Self { fingers })
    }
}

impl Enrolled {
    /// Number, count of codes, codes of 16 + 1 + 4 bytes, length of the template, template; big-endian.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.id.to_be_bytes().to_vec();
        out.push(self.codes.directions.len() as u8);
        let words = self.codes.low.iter().zip(&self.codes.high);
        for ((low, high), (direction, place)) in
            words.zip(self.codes.directions.iter().zip(&self.codes.places))
        {
            out.extend(low.to_be_bytes());
            out.extend(high.to_be_bytes());
            out.push(*direction);
            out.extend((place.0 as u16).to_be_bytes());
            out.extend((place.1 as u16).to_be_bytes());
        }
        let template = self.template.to_bytes();
        out.extend((template.len() as u16).to_be_bytes());
        out.extend(template);
        out
    }

    fn read(bytes: &[u8], start: usize) -> Result<(Self, usize), FingerprintError> {
        let mut at = start;
        let mut take = |count: usize, field: &'static str| {
            let taken = bytes.get(at..at + count).ok_or(FingerprintError::Template { offset: at, field })?;
            at += count;
            Ok::<_, FingerprintError>(taken)
        };
        let number = |taken: &[u8]| taken.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
        let id = number(take(8, "number")?);
        let count = number(take(1, "count of codes")?) as usize;
        if count > CODES {
            return Err(FingerprintError::Template { offset: start + 8, field: "count of codes" });
        }
        let mut codes = Codes::default();
        for _ in 0..count {
            let (low, high) = (number(take(8, "code")?), number(take(8, "code")?));
            let direction = number(take(1, "code")?) as u8;
            let place = (number(take(2, "code")?) as u16, number(take(2, "code")?) as u16);
            codes.push(low, high, direction, place);
        }
        let length = number(take(2, "length of the template")?) as usize;
        let template = take(length, "template")?;
        let template = Template::from_bytes(template).map_err(|error| match error {
            FingerprintError::Template { offset, field } => {
                FingerprintError::Template { offset: at - length + offset, field }
            }
            other => other,
        })?;
        Ok((Self { id, codes, template }, at - start))
    }
}

/// A code and the one most alike of the other finger.
struct Match {
    weight: f32,
    /// From the first to the second, 256 steps a turn, and its sine and cosine.
    turn: u8,
    sin: f32,
    cos: f32,
    mine: (f32, f32),
    theirs: (f32, f32),
}

impl Match {
    /// Whether both follow from one rigid motion.
    fn agrees(&self, other: &Self) -> bool {
        let apart = self.turn.wrapping_sub(other.turn);
        let (x, y) = (other.mine.0 - self.mine.0, other.mine.1 - self.mine.1);
        let (u, v) = (other.theirs.0 - self.theirs.0, other.theirs.1 - self.theirs.1);
        let (dx, dy) = (self.cos * x - self.sin * y - u, self.sin * x + self.cos * y - v);
        apart.min(apart.wrapping_neg()) < TURN && dx * dx + dy * dy < NEAR * NEAR
    }
}

impl Codes {
    fn of(finger: &Prepared) -> Self {
        let mut codes = Self::default();
        let minutiae = finger.template().minutiae().iter().zip(&finger.cylinders);
        for (minutia, cylinder) in minutiae.filter_map(|(m, c)| Some((m, c.as_ref()?))).take(CODES) {
            let (low, high) = cylinder.folded();
            codes.push(low, high, minutia.angle, (minutia.x, minutia.y));
        }
        codes
    }

    fn push(&mut self, low: u64, high: u64, direction: u8, (x, y): (u16, u16)) {
        self.low.push(low);
        self.high.push(high);
        self.sizes.push(((low.count_ones() + high.count_ones()) as f32).sqrt());
        self.directions.push(direction);
        self.places.push((f32::from(x), f32::from(y)));
    }

    /// How much speaks for one finger at a glance: the nearest codes that agree with each other in place
    /// and turn.
    fn nearness(&self, other: &Self) -> u32 {
        let mut matched: Vec<Match> = Vec::with_capacity(CODES);
        for (i, (&direction, &mine)) in self.directions.iter().zip(&self.places).enumerate() {
            let Some((alike, j)) = self.nearest(i, other) else { continue };
            if let (Some(d), Some(&theirs)) = (other.directions.get(j), other.places.get(j)) {
                let turn = direction.wrapping_sub(*d);
                let (sin, cos) = (f32::from(turn) * TAU / 256.0).sin_cos();
                matched.push(Match { weight: alike - ALIKE, turn, sin, cos, mine, theirs });
            }
        }
        let mut sum = 0.0;
        for (i, one) in matched.iter().enumerate() {
            for another in matched.iter().take(i).filter(|another| one.agrees(another)) {
                sum += one.weight * another.weight;
            }
        }
        (sum * 1e4) as u32
    }

    /// The code of the other finger most alike, and how much, when that is enough.
    fn nearest(&self, i: usize, other: &Self) -> Option<(f32, usize)> {
        let (low, high) = (self.low.get(i)?, self.high.get(i)?);
        let (size, direction) = (self.sizes.get(i)?, self.directions.get(i)?);
        let mut ratios = [1.0f32; CODES];
        let theirs = other.low.iter().zip(&other.high).zip(other.sizes.iter().zip(&other.directions));
        for (ratio, ((l, h), (s, d))) in ratios.iter_mut().zip(theirs) {
            let apart = (low ^ l).count_ones() + (high ^ h).count_ones();
            let turn = direction.wrapping_sub(*d);
            let turned = if turn.min(turn.wrapping_neg()) > QUARTER { 1.0 } else { 0.0 };
            *ratio = apart as f32 / ((size + s) * (size + s) + 1.0) + turned;
        }
        let (mut least, mut place) = ((1.0 - ALIKE) * (1.0 - ALIKE), None);
        for (j, &ratio) in ratios.iter().enumerate() {
            if ratio < least {
                (least, place) = (ratio, Some(j));
            }
        }
        place.map(|j| (1.0 - least.sqrt(), j))
    }
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
        let found = gallery.search(&Prepared::new(extract(&again)), 3);
        assert_eq!(found.iter().map(|c| c.id).collect::<Vec<_>>(), [5]);
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
