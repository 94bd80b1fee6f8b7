//! From an iris camera of the contract to the pictures that are kept, by the rules that are shipped, on drawn eyes.

#![allow(clippy::expect_used, clippy::panic)] // Helpers of tests.

use std::time::Duration;
use tram_biometric::{EyeLabel, SampleId};
use tram_capture::{IrisAnswer, IrisCapturing, IrisGuidance, iris};
use tram_device::{Device, DeviceError, DeviceKind, Factory as _, IrisCamera};
use tram_portrait::RuleSet;
use tram_portrait::iris::IrisShot;
use tram_virtual::{Config, Handle, IrisTrouble, VirtualFactory, devices};

fn camera() -> (Box<dyn IrisCamera>, VirtualFactory, Handle) {
    let (driver, hands) = devices(Config::immediate(std::env::temp_dir().join("unused")));
    (open(&driver).expect("opens"), driver, hands)
}

fn open(driver: &VirtualFactory) -> Result<Box<dyn IrisCamera>, DeviceError> {
    let listing = driver.list().into_iter().find(|listing| listing.kind == DeviceKind::IrisCamera);
    match driver.open(&listing.expect("listed"))? {
        Device::IrisCamera(camera) => Ok(camera),
        other => panic!("{other:?}"),
    }
}

/// Plays a capture to its end: what was said on the way, and what was taken.
fn play(
    camera: &mut dyn IrisCamera,
    attempts: u8,
) -> Result<(Vec<IrisGuidance>, Vec<IrisShot>), DeviceError> {
    let rules = RuleSet::newest().expect("shipped");
    let mut capturing = IrisCapturing::new(&EyeLabel::BOTH, &rules, attempts);
    let mut said = Vec::new();
    camera.begin(&EyeLabel::BOTH)?;
    loop {
        let Some(frame) = camera.next_frame(Duration::from_millis(20))? else { continue };
        match capturing.on_frame(frame).expect("decodes") {
            IrisAnswer::Preview(picture) => assert_eq!((picture.width(), picture.height()), (640, 480)),
            IrisAnswer::Again(view, eyes) => {
                said.extend(view.guidance.map(|(_, guidance)| guidance));
                camera.begin(&eyes)?;
            }
            IrisAnswer::Taken(shots) => return Ok((said, shots)),
        }
    }
}

#[test]
fn two_good_eyes_of_anybody_are_taken_at_once_and_kept_as_pictures_of_their_own() {
    let (mut camera, _, hands) = camera();
    for person in 1..=12 {
        hands.put_person(person);
        let (said, shots) = play(camera.as_mut(), 3).expect("captures");
        let failing: Vec<_> = shots.iter().map(|shot| (shot.eye, shot.failing.clone())).collect();
        assert!(said.is_empty(), "person {person}: {said:?}, {failing:?}");
        assert_eq!(failing, [(EyeLabel::Right, vec![]), (EyeLabel::Left, vec![])], "person {person}");
        let mut number = 0;
        let next = || {
            number += 1;
            SampleId(number)
        };
        let kept = iris::samples(&shots, camera.origin(), next).expect("encodes");
        assert!(kept.iter().all(|(cut, sample)| cut.sample.id == sample.id && sample.origin.is_virtual));
    }
}

#[test]
fn what_goes_wrong_is_said_and_the_next_attempt_is_good() {
    let (mut camera, _, hands) = camera();
    hands.put_person(3);
    for (trouble, expected) in
        [(IrisTrouble::NoEye, IrisGuidance::NoEye), (IrisTrouble::SameEyeTwice, IrisGuidance::SameEyeTwice)]
    {
        hands.iris_trouble(trouble);
        let (said, shots) = play(camera.as_mut(), 3).expect("captures");
        assert_eq!(said, [expected]);
        assert!(shots.len() == 2 && shots.iter().all(IrisShot::passes));
    }
    // Closed lids all the time: the attempts are used up, and what is kept says what it breaks or is not there.
    for _ in 0..2 {
        hands.iris_trouble(IrisTrouble::HalfClosed);
    }
    let (_, shots) = play(camera.as_mut(), 2).expect("captures");
    assert!(shots.iter().all(|shot| !shot.passes()), "{shots:?}");
}

#[test]
fn a_camera_pulled_in_mid_capture_is_opened_again_when_it_is_back() {
    let (mut camera, driver, hands) = camera();
    hands.put_person(5);
    hands.iris_trouble(IrisTrouble::Unplug);
    assert!(matches!(play(camera.as_mut(), 3), Err(DeviceError::Gone { .. })));
    drop(camera);
    hands.plug(DeviceKind::IrisCamera);
    let (_, shots) = play(open(&driver).expect("back").as_mut(), 3).expect("captures");
    assert_eq!(shots.len(), 2);
}
