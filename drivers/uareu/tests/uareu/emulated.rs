//! The driver against an emulated reader that works, or differs in one known way.

use crate::emulator::{Emulator, Quirk};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::testing::EmulatedUsb;
use tram_device::{DeviceError, FingerReader, FingerRequest};
use tram_uareu::{IDS, Reader};

const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::LeftThumb, impression: Impression::Plain };
const MINUTE: Duration = Duration::from_mins(1);

fn open(quirk: Option<Quirk>) -> Result<Reader<EmulatedUsb<Emulator>>, DeviceError> {
    let product = if quirk == Some(Quirk::WantsChallenge) { 0x00ca } else { 0x000a };
    let id = IDS.iter().find(|id| id.product == product).expect("in the table");
    let origin = Origin {
        driver: "uareu".to_owned(),
        model: id.model.to_owned(),
        serial: "TEST".to_owned(),
        is_virtual: true,
    };
    Reader::open(EmulatedUsb::new(Emulator::new(quirk)), id, origin, Arc::new(|| 0xdead_beef))
}

#[test]
fn every_touch_gives_one_picture_true_to_the_pixel() {
    for quirk in [
        None,
        Some(Quirk::SendsPlain),
        Some(Quirk::ChangesKey),
        Some(Quirk::StartsFailed),
        Some(Quirk::Babbles),
        Some(Quirk::WantsChallenge),
    ] {
        let mut reader = open(quirk).expect("it wakes");
        reader.begin(ONE_FINGER).expect("it arms");
        let mut last = Duration::ZERO;
        for touch in 1..=3 {
            let frame = reader.next_frame(MINUTE).expect("it captures").expect("a finger comes");
            let mut expected = Emulator::new(quirk).expected(touch);
            if quirk == Some(Quirk::WantsChallenge) {
                expected.reverse();
            }
            assert!(frame.image.pixels() == expected, "touch {touch} of {quirk:?}");
            assert_eq!((frame.image.width(), frame.image.height(), frame.image.ppi()), (384, 290, 512));
            assert!(frame.is_final && frame.taken > last);
            last = frame.taken;
        }
        reader.end().expect("it disarms");
        assert!(reader.next_frame(MINUTE).expect("off is no error").is_none());
    }
}

#[test]
fn a_finger_that_stays_is_not_taken_for_the_next() {
    let mut reader = open(Some(Quirk::FingerStays)).expect("it wakes");
    reader.begin(ONE_FINGER).expect("it arms");
    assert!(reader.next_frame(MINUTE).expect("it captures").is_some());
    reader.end().expect("it disarms");
    reader.begin(ONE_FINGER).expect("it arms again");
    assert!(reader.next_frame(MINUTE).expect("it waits").is_none());
}

#[test]
fn waiting_ends_when_it_should() {
    let mut reader = open(None).expect("it wakes");
    reader.begin(ONE_FINGER).expect("it arms");
    for _ in 0..3 {
        let frame = reader.next_frame(Duration::from_millis(10)).expect("nothing is wrong");
        assert!(frame.is_none(), "the finger comes after 40 ms");
    }
}

#[test]
fn what_a_reader_cannot_do_is_said() {
    let mut reader = open(None).expect("it wakes");
    for (position, impression) in [
        (FingerPosition::PlainRightFour, Impression::Plain),
        (FingerPosition::RightIndex, Impression::Rolled),
    ] {
        let request = FingerRequest { position, impression };
        assert!(!reader.supports(request));
        assert!(matches!(reader.begin(request), Err(DeviceError::Unsupported { .. })));
    }
}

#[test]
fn a_broken_reader_is_refused_and_can_be_armed_again() {
    assert!(matches!(open(Some(Quirk::NeverPowers)), Err(DeviceError::Timeout { .. })));
    for (quirk, says) in [
        (Quirk::Dies, "died"),
        (Quirk::SendsOnly(0), "cut off"),
        (Quirk::SendsOnly(63), "cut off"),
        (Quirk::SendsOnly(50_000), "announced"),
        (Quirk::SendsOnly(64 + 384 * 288), "announced"),
    ] {
        let mut reader = open(Some(quirk)).expect("it wakes");
        for _ in 0..2 {
            reader.begin(ONE_FINGER).expect("it arms, also after the error");
            match reader.next_frame(MINUTE) {
                Err(DeviceError::Garbage { detail }) => assert!(detail.contains(says), "{detail}"),
                // The finger was not seen to leave, so the next arming waits for that first.
                Ok(None) => {}
                other => panic!("{quirk:?}: {other:?}"),
            }
        }
    }
}
