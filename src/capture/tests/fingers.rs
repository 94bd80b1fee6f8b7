//! Finger steps with invented fingers: rolls from streaming readers, hands that move, dirt, and what all prints of an
//! enrollment say together.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Helpers of tests.

use std::time::Duration;
use tram_biometric::{FingerPosition as F, GrayImage, Impression, Language};
use tram_capture::check::{Finding, Print, findings};
use tram_capture::{FingerSession, FingerTurn, FingerView, advice};
use tram_device::FingerFrame;
use tram_enrollment::CaptureStep;
use tram_fingerprint::matching::{Prepared, compare};
use tram_fingerprint::quality::Problem;
use tram_fingerprint::template::extract;
use tram_synthetic::{ImpressionParams, Master, RollParams, SlapParams, slap};

fn session(position: F, impression: Impression) -> FingerSession {
    FingerSession::new(CaptureStep { position, impression, threshold: 40, attempts: 3 }, Vec::new())
}

/// The answers to these frames, the last of which is the reader's finished picture if `ends`.
fn turns(session: &mut FingerSession, frames: &[GrayImage], ends: bool) -> Vec<FingerTurn> {
    let last = frames.len() - 1;
    let frame = |(i, image): (usize, &GrayImage)| FingerFrame {
        image: image.clone(),
        taken: Duration::from_millis(150 * i as u64),
        is_final: ends && i == last,
    };
    frames.iter().enumerate().map(|at| session.on_frame(&frame(at))).collect()
}

fn watched(turn: &FingerTurn) -> &FingerView {
    match turn {
        FingerTurn::Watch(view) => view,
        FingerTurn::Taken(_) => panic!("taken"),
    }
}

#[test]
fn a_streamed_roll_becomes_one_print_of_the_same_finger() {
    let master = Master::grow(21, F::RightIndex);
    let frames = master.roll(&RollParams::default());
    let mut session = session(F::RightIndex, Impression::Rolled);
    let Some(FingerTurn::Taken(shot)) = turns(&mut session, &frames, true).pop() else {
        panic!("a clean roll is taken")
    };
    let rolled = extract(&shot.fingers[0].image);
    let plain = extract(&master.impression(&ImpressionParams::default()));
    let alone = extract(frames.last().expect("frames"));
    assert!(compare(&rolled, &plain).is_match());
    assert!(rolled.minutiae().len() > alone.minutiae().len() + 10, "{rolled:?} {alone:?}");
}

#[test]
fn a_roll_that_slips_is_refused_with_a_sentence() {
    let master = Master::grow(22, F::RightIndex);
    let frames = master.roll(&RollParams { slip: 60.0, ..RollParams::default() });
    let mut session = session(F::RightIndex, Impression::Rolled);
    let answers = turns(&mut session, &frames, true);
    let view = watched(answers.last().expect("answers"));
    assert!(view.refused && view.roll.is_some(), "{view:?}");
    assert!(advice::sentence(view, Language::English).expect("said").contains("roll"), "{view:?}");
}

#[test]
fn a_picture_the_reader_stitched_itself_is_taken_as_it_is() {
    let master = Master::grow(23, F::RightThumb);
    let landing = |contact: f32| {
        let size = (800, 750);
        master.impression(&ImpressionParams { size, contact: (contact, 1.1), ..ImpressionParams::default() })
    };
    let frames = [landing(0.6), landing(1.1), landing(1.6)];
    let mut session = session(F::RightThumb, Impression::Rolled);
    let Some(FingerTurn::Taken(shot)) = turns(&mut session, &frames, true).pop() else { panic!("taken") };
    assert_eq!(shot.platen, frames[2]);
}

#[test]
fn a_hand_that_moves_and_a_dirty_platen_are_told() {
    let fingers = F::PlainRightFour.fingers();
    let masters: Vec<Master> = fingers.iter().map(|finger| Master::grow(24, *finger)).collect();
    let masters: Vec<&Master> = masters.iter().collect();
    let hand = |shift: f32| {
        slap(F::PlainRightFour, &masters, &SlapParams { shift: (shift, 0.0), ..SlapParams::default() }).image
    };
    let empty = GrayImage::from_fn(1600, 1500, 500, |_, _| 240);
    let dirty = GrayImage::from_fn(1600, 1500, 500, |x, y| {
        if (700..860).contains(&x) && (400..520).contains(&y) { 190 } else { 240 }
    });
    let mut session = session(F::PlainRightFour, Impression::Plain);
    let answers = turns(&mut session, &[empty, hand(0.0), hand(40.0), hand(40.0), dirty], false);
    let views: Vec<&FingerView> = answers.iter().map(watched).collect();
    let moves = |view: &FingerView| view.fingers.iter().any(|finger| finger.problem == Some(Problem::Moved));
    assert_eq!([1, 2, 3].map(|i| moves(views[i])), [false, true, false]);
    assert_eq!(views[0].platen, None);
    assert_eq!(views[4].platen, Some(Problem::DirtyPlaten));
    let said = advice::sentence(views[4], Language::Vietnamese).expect("said");
    assert!(said.contains("lau kính"), "{said}");
}

#[test]
fn swapped_hands_and_repeated_fingers_are_found_and_a_good_enrollment_is_not_blamed() {
    let fingers = [F::RightIndex, F::RightMiddle, F::LeftIndex, F::LeftMiddle];
    let masters = fingers.map(|finger| Master::grow(25, finger));
    let touch = |of: usize, position: F, from_slap: bool| {
        let params = ImpressionParams::casual(of as u64 * 7 + u64::from(from_slap), 0.95);
        let ready = Prepared::new(extract(&masters[of].impression(&params)));
        Print { position, from_slap, ready }
    };
    let singles = || (0..4).map(|i| touch(i, fingers[i], false));
    let as_taken = |order: [usize; 4]| {
        let slaps = order.into_iter().zip(fingers).map(|(of, position)| touch(of, position, true));
        findings(&singles().chain(slaps).collect::<Vec<_>>())
    };
    assert_eq!(as_taken([0, 1, 2, 3]), []);
    assert_eq!(as_taken([2, 3, 0, 1]), [Finding::HandsSwapped]);
    let swapped = |finger, matches| Finding::Swapped { finger, matches };
    assert_eq!(
        as_taken([1, 0, 2, 3]),
        [swapped(F::RightIndex, F::RightMiddle), swapped(F::RightMiddle, F::RightIndex)]
    );
    let twice: Vec<Print> = [touch(0, F::RightIndex, true), touch(1, F::RightMiddle, true)]
        .into_iter()
        .chain([touch(0, F::LeftIndex, true), touch(1, F::LeftMiddle, true)])
        .collect();
    assert_eq!(findings(&twice), [Finding::OneHandTwice]);
    let repeated = [touch(0, F::RightIndex, true), touch(0, F::RightRing, true)];
    assert_eq!(findings(&repeated), [Finding::Repeated { finger: F::RightIndex, other: F::RightRing }]);
}
