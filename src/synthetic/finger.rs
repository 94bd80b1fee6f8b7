//! A finger that nobody has: its pattern, from which impressions are taken.

use crate::minutiae::Minutia;
use crate::orientation::{Class, Flow};
use crate::random::Random;
use crate::ridges::Ridges;
use std::fmt;
use tram_biometric::FingerPosition;

/// The resolution of everything here, pixels per inch.
pub const PPI: u16 = 500;

/// The whole skin of one fingertip from nail to nail, 500 ppi: what every impression of this finger is taken from.
#[derive(Clone)]
pub struct Master {
    pub(crate) ridges: Ridges,
    pub(crate) scale: f32,
    /// Keeps what belongs to the finger and not to one touch: creases, pores.
    pub(crate) skin_seed: u64,
    position: FingerPosition,
    class: Class,
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Master({:?}, {:?})", self.position, self.class)
    }
}

impl Master {
    /// Grows the finger at `position` of the person `seed`: the same pair gives the same finger.
    ///
    /// For a slap or [`FingerPosition::Unknown`] it is a finger of middle size. Takes about a tenth of a second.
    pub fn grow(seed: u64, position: FingerPosition) -> Self {
        let (mut random, Build { class, scale, flow }) = build(seed, position);
        let (width, height) = skin(scale);
        let ridges = Ridges::grow(&mut random, &flow, width, height, scale);
        Self { ridges, scale, skin_seed: random.bits(), position, class }
    }

    /// Which finger it is.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// Its minutiae from nail to nail, places from the middle of the skin.
    pub fn minutiae(&self) -> &[Minutia] {
        &self.ridges.minutiae
    }

    /// Its pattern.
    pub fn class(&self) -> Class {
        self.class
    }
}

/// What a finger is before its ridges grow.
pub(crate) struct Build {
    pub(crate) class: Class,
    /// Of the middle size.
    pub(crate) scale: f32,
    pub(crate) flow: Flow,
}

/// The build of a finger, and the chance that is left for its ridges.
pub(crate) fn build(seed: u64, position: FingerPosition) -> (Random, Build) {
    let person = &mut Random::new(seed, 2);
    let (hand_size, ridge_period) = (person.between(0.92, 1.06), person.between(7.5, 9.6));
    let mut random = Random::new(seed, 100 + u64::from(position.code()));
    let class = Class::pick(&mut random, position);
    let scale = hand_size * relative_size(position);
    let period = ridge_period * random.between(0.96, 1.04);
    let flow = Flow::new(&mut random, class, period);
    (random, Build { class, scale, flow })
}

/// Width and height of the skin, px.
pub(crate) fn skin(scale: f32) -> (usize, usize) {
    ((WIDTH * scale) as usize, (HEIGHT * scale) as usize)
}

/// A finger of middle size from nail to nail and from tip to joint, px.
const WIDTH: f32 = 480.0;
const HEIGHT: f32 = 540.0;

fn relative_size(position: FingerPosition) -> f32 {
    match position.code() {
        1 | 6 => 1.18,
        3 | 8 => 1.03,
        4 | 9 => 0.98,
        5 | 10 => 0.84,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImpressionParams, SlapParams, slap};

    #[test]
    fn a_touch_is_the_same_for_the_same_seeds_and_dark_where_the_finger_lies() {
        let master = Master::grow(3, FingerPosition::RightIndex);
        let again = Master::grow(3, FingerPosition::RightIndex);
        let params = ImpressionParams::casual(1, 0.9);
        let touch = master.impression(&params);
        assert_eq!(touch, again.impression(&params));
        assert_ne!(touch, master.impression(&ImpressionParams { seed: 2, ..params }));
        let dark = touch.pixels().iter().filter(|level| **level < 128).count() as f32;
        let share = dark / touch.pixels().len() as f32;
        assert!((0.12..0.35).contains(&share), "{share}");
        assert_eq!((touch.width(), touch.height(), touch.ppi()), (400, 500, PPI));
    }

    #[test]
    fn senseless_touches_still_make_a_picture() {
        let master = Master::grow(4, FingerPosition::LeftLittle);
        for value in [0.0, -1e9, f32::NAN, f32::INFINITY] {
            let params = ImpressionParams {
                size: (20, 0),
                shift: (value, value),
                rotation_deg: value,
                moisture: value,
                pressure: value,
                contact: (value, value),
                touched: (value, value),
                ..ImpressionParams::default()
            };
            assert_eq!(master.impression(&params).pixels().len(), 20);
        }
    }

    #[test]
    fn a_missing_finger_leaves_its_place_empty() {
        let hand = [FingerPosition::RightIndex, FingerPosition::RightRing, FingerPosition::RightLittle];
        let masters = hand.map(|finger| Master::grow(5, finger));
        let masters: Vec<&Master> = masters.iter().collect();
        let slap = slap(FingerPosition::PlainRightFour, &masters, &SlapParams::default());
        assert_eq!(slap.fingers.iter().map(|(finger, _)| *finger).collect::<Vec<_>>(), hand);
        let inside = |x: u32, y: u32| {
            let covers = |low: u32, size: u32, at: u32| (low..low + size).contains(&at);
            slap.fingers
                .iter()
                .any(|(_, box_)| covers(box_.x, box_.width, x) && covers(box_.y, box_.height, y))
        };
        let strays = (0..1500)
            .flat_map(|y| (0..1600).map(move |x| (x, y)))
            .filter(|(x, y)| slap.image.get(*x, *y).is_some_and(|level| level < 100) && !inside(*x, *y))
            .count();
        assert!(strays < 10, "{strays}");
    }

    #[test]
    fn classes_are_as_frequent_as_on_people() {
        let whorls = |position| {
            (0..2_000)
                .filter(|seed| Class::pick(&mut Random::new(*seed, 9), position) == Class::Whorl)
                .count()
        };
        assert!((700..950).contains(&whorls(FingerPosition::RightThumb)));
        assert!((230..420).contains(&whorls(FingerPosition::LeftLittle)));
    }
}
