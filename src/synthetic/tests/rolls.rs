//! Invented fingers rolled from nail to nail: stitched cleanly whatever the skin, slips measured, and the rolled print
//! matches a plain one of the same finger.
#![allow(clippy::expect_used)] // Helpers of tests.

use tram_biometric::FingerPosition;
use tram_fingerprint::matching::compare;
use tram_fingerprint::roll::{RollProblem, Rolled, stitch};
use tram_fingerprint::template::extract;
use tram_synthetic::{ImpressionParams, Master, RollParams};

fn finger(person: u64) -> Master {
    let position = FingerPosition::TEN.into_iter().cycle().nth(person as usize).expect("ten");
    Master::grow(person, position)
}

/// A roll of skin as dry, worn and turned as people's is.
fn rolled(person: u64, slip: f32) -> Rolled {
    let clean = RollParams::default();
    let ImpressionParams { moisture, wear, pressure, rotation_deg, .. } =
        ImpressionParams::casual(person, 0.7);
    let touch = ImpressionParams { seed: person, moisture, wear, pressure, rotation_deg, ..clean.touch };
    stitch(&finger(person).roll(&RollParams { touch, slip, ..clean })).expect("frames")
}

#[test]
fn slips_are_measured_and_clean_rolls_of_every_skin_are_left_alone() {
    for person in 0..8 {
        let clean = rolled(person, 0.0);
        assert_eq!(clean.problem, None, "{person}: {} px, smeared {}", clean.slip_px, clean.smeared);
        for slip in [15.0, -30.0, 60.0] {
            let slid = rolled(person, slip);
            assert_eq!(slid.problem, Some(RollProblem::Slipped), "{person}: {slip}");
            assert!((slid.slip_px - slip.abs()).abs() < 3.0, "{person}: {} px for {slip}", slid.slip_px);
        }
    }
}

#[test]
fn a_rolled_print_matches_a_plain_one_of_the_same_finger_and_no_other() {
    let plain = |person| extract(&finger(person).impression(&ImpressionParams::casual(90 + person, 0.9)));
    for person in 0..4 {
        let print = extract(&rolled(person, 0.0).image);
        assert!(compare(&print, &plain(person)).is_match(), "{person}");
        assert!(!compare(&print, &plain(person + 1)).is_match(), "{person}");
    }
}
