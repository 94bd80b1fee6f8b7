//! Invented fingers before this project's own matcher: it must take them for what they are.
#![allow(clippy::expect_used, clippy::indexing_slicing)] // Helpers of tests.

use tram_biometric::FingerPosition;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::template;
use tram_synthetic::{ImpressionParams, Master, SlapParams, slap};

#[test]
fn touches_of_one_finger_match_and_those_of_different_fingers_do_not() {
    let masters = (0..5).map(|person| Master::grow(person, FingerPosition::RightIndex));
    let touches: Vec<(u64, Prepared)> = (0..)
        .zip(masters)
        .flat_map(|(person, master)| {
            let touch = move |touch| master.impression(&ImpressionParams::casual(10 * person + touch, 0.9));
            (0..2).map(move |number| (person, Prepared::new(template::extract(&touch(number)))))
        })
        .collect();
    for (place, (person, touch)) in touches.iter().enumerate() {
        for (other_person, other) in &touches[place + 1..] {
            let score = touch.compare(other);
            assert_eq!(score.is_match(), person == other_person, "{person} {other_person}: {score:?}");
        }
    }
}

#[test]
fn a_finger_of_a_slap_matches_the_same_finger_alone() {
    let masters = [FingerPosition::LeftThumb, FingerPosition::RightThumb].map(|thumb| Master::grow(9, thumb));
    let both = slap(FingerPosition::PlainThumbs, &masters.each_ref(), &SlapParams::casual(1));
    let alone = masters
        .each_ref()
        .map(|master| template::extract(&master.impression(&ImpressionParams::casual(2, 0.9))));
    for (place, (_, area)) in both.fingers.iter().enumerate() {
        let cut = template::extract(&both.image.crop(*area).expect("lies in the picture"));
        let scores = alone.each_ref().map(|print| tram_fingerprint::matching::compare(&cut, print));
        assert!(scores[place].is_match() && scores[1 - place] < Score::MATCH, "{scores:?}");
    }
}

#[test]
fn extraction_finds_the_true_minutiae_and_their_directions() {
    let (mut truths, mut found) = (0, 0);
    for person in 0..4 {
        let master = Master::grow(person, FingerPosition::TEN[person as usize]);
        let params = ImpressionParams { size: (480, 600), ..ImpressionParams::casual(person, 0.95) };
        let extracted = template::extract(&master.impression(&params));
        for truth in master.minutiae_under(&params) {
            truths += 1;
            found += u32::from(extracted.minutiae().iter().any(|seen| {
                let away = (f32::from(seen.x) - truth.x).hypot(f32::from(seen.y) - truth.y);
                let turned = f32::from(seen.angle) * std::f32::consts::TAU / 256.0 - truth.direction;
                away < 10.0 && turned.cos() > 0.8
            }));
        }
    }
    assert!(truths > 100 && found * 10 > truths * 9, "{found} of {truths}");
}
