//! Short codes of minutiae: a cylinder folded to 96 bits, with the minutia's place and direction.

#![allow(clippy::inline_always)] // See `sweep`.

use super::agreement::{Match, Matches, Turns};
use crate::matching::Prepared;
use crate::sweep::{Sweep, widest};

/// Minutiae of a finger that have a code, the best ones.
pub(super) const MOST: usize = 64;
/// No hand turns by more than a quarter, in 256 steps a turn.
const QUARTER: i32 = 64;
/// Codes less alike than this, of 1, say nothing.
const ALIKE: f32 = 0.3;

/// The code of one minutia.
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub(super) words: [u32; 3],
    /// 256 steps a turn.
    pub(super) direction: u8,
    pub(super) place: (u16, u16),
}

/// The codes of many fingers, in columns so that they are compared in one sweep.
#[derive(Clone, Default)]
pub(super) struct Codes {
    /// Where the codes of each finger end.
    ends: Vec<usize>,
    words: [Vec<u32>; 3],
    /// Square roots of the numbers of bits.
    sizes: Vec<f32>,
    directions: Vec<u8>,
    places: Vec<(f32, f32)>,
}

/// The columns of one finger.
#[derive(Clone, Copy)]
struct Finger<'a> {
    words: [&'a [u32]; 3],
    sizes: &'a [f32],
    directions: &'a [u8],
    places: &'a [(f32, f32)],
}

impl Codes {
    /// Adds the codes of a finger.
    pub(super) fn add(&mut self, finger: &Prepared) {
        let minutiae = finger.template().minutiae().iter().zip(&finger.cylinders);
        let coded = minutiae.filter_map(|(m, cylinder)| Some((m, cylinder.as_ref()?.folded())));
        self.add_codes(coded.take(MOST).map(|(m, words)| Code {
            words,
            direction: m.angle,
            place: (m.x, m.y),
        }));
    }

    /// Adds a finger with these codes.
    pub(super) fn add_codes(&mut self, codes: impl Iterator<Item = Code>) {
        for code in codes {
            let bits: u32 = code.words.iter().map(|word| word.count_ones()).sum();
            for (column, word) in self.words.iter_mut().zip(code.words) {
                column.push(word);
            }
            self.sizes.push((bits as f32).sqrt());
            self.directions.push(code.direction);
            self.places.push((f32::from(code.place.0), f32::from(code.place.1)));
        }
        self.ends.push(self.sizes.len());
    }

    /// The codes of one finger.
    pub(super) fn codes(&self, finger: usize) -> impl ExactSizeIterator<Item = Code> + '_ {
        let one = self.finger(finger);
        let [a, b, c] = one.words;
        let rest = c.iter().zip(one.directions.iter().zip(one.places));
        a.iter().zip(b).zip(rest).map(|((a, b), (c, (&direction, place)))| Code {
            words: [*a, *b, *c],
            direction,
            place: (place.0 as u16, place.1 as u16),
        })
    }

    fn finger(&self, finger: usize) -> Finger<'_> {
        let start = finger.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let range = start..self.ends.get(finger).copied().unwrap_or(start);
        let [a, b, c] = &self.words;
        Finger {
            words: [a, b, c].map(|column| column.get(range.clone()).unwrap_or_default()),
            sizes: self.sizes.get(range.clone()).unwrap_or_default(),
            directions: self.directions.get(range.clone()).unwrap_or_default(),
            places: self.places.get(range).unwrap_or_default(),
        }
    }
}

/// How much speaks for the finger of each of these places at the first glance.
pub(super) fn glance(probe: &Prepared, gallery: &Codes, places: &[usize]) -> Vec<u32> {
    let mut codes = Codes::default();
    codes.add(probe);
    widest(Glance { probe: &codes, gallery, places })
}

struct Glance<'a> {
    probe: &'a Codes,
    gallery: &'a Codes,
    places: &'a [usize],
}

impl Sweep for Glance<'_> {
    type Found = Vec<u32>;

    #[inline(always)]
    fn sweep(self) -> Vec<u32> {
        let (turns, mut matches) = (Turns::new(), Matches::default());
        let mine = self.probe.finger(0);
        let mut standing = Vec::with_capacity(self.places.len());
        for &place in self.places {
            let other = self.gallery.finger(place);
            matches.clear();
            for (i, code) in self.probe.codes(0).enumerate() {
                let size = mine.sizes.get(i).copied().unwrap_or(0.0);
                let Some((alike, j)) = nearest(code, size, other) else { continue };
                if let (Some(d), Some(&theirs)) = (other.directions.get(j), other.places.get(j)) {
                    let turn = code.direction.wrapping_sub(*d);
                    let mine = (f32::from(code.place.0), f32::from(code.place.1));
                    matches.push(&turns, Match { weight: alike - ALIKE, turn, mine, theirs });
                }
            }
            standing.push(matches.agreement(mine.sizes.len() * other.sizes.len()));
        }
        standing
    }
}

/// The code of the other finger most alike, and how much, when that is enough.
#[inline(always)]
fn nearest(code: Code, size: f32, other: Finger<'_>) -> Option<(f32, usize)> {
    // What a positive number's bits say grows with it: the lowest six bits make room for the place.
    const PLACE: u32 = MOST as u32 - 1;
    let [w0, w1, w2] = code.words;
    let [o0, o1, o2] = other.words;
    let mut least = u32::MAX;
    let others = o0.iter().zip(o1).zip(o2).zip(other.sizes.iter().zip(other.directions));
    for (j, (((o0, o1), o2), (s, d))) in (0u32..MOST as u32).zip(others) {
        let apart = (w0 ^ o0).count_ones() + (w1 ^ o1).count_ones() + (w2 ^ o2).count_ones();
        let turn = i32::from(code.direction.wrapping_sub(*d).cast_signed());
        let turned = if turn.abs() > QUARTER { 1.0 } else { 0.0 };
        let sum = size + s;
        let ratio = apart.cast_signed() as f32 / (sum * sum + 1.0) + turned;
        least = least.min((1.0 + ratio).to_bits() & !PLACE | j);
    }
    let ratio = f32::from_bits(least & !PLACE) - 1.0;
    (ratio < (1.0 - ALIKE) * (1.0 - ALIKE)).then(|| (1.0 - ratio.max(0.0).sqrt(), (least & PLACE) as usize))
}
