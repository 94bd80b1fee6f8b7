//! The mappings against the figures the reference implementation publishes.

use super::*;

/// Native values and scores that BSI's OFIQ 1.0 gives for its 28 example pictures; figures only.
const OFIQ: &str = include_str!("testdata/ofiq_mappings.csv");

#[test]
fn scores_are_those_of_the_reference_implementation() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for line in OFIQ.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let kind: MeasureKind = serde_json::from_str(&format!("\"{}\"", cells[0])).unwrap();
        let (native, score): (f64, u8) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
        let (_, _, map) = METHODS.into_iter().find(|(each, ..)| *each == kind).unwrap();
        if map(native).score() != score {
            wrong.push(format!("{line} but {}", map(native)));
        }
        checked += 1;
    }
    assert!(checked > 300 && wrong.is_empty(), "{checked} checked: {wrong:#?}");
}

#[test]
fn methods_stand_in_the_order_of_their_kinds() {
    assert!(METHODS.windows(2).all(|pair| pair[0].0 < pair[1].0));
}
