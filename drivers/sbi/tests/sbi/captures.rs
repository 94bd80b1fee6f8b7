//! Captures as they should be.

use crate::world::World;
use std::time::Duration;
use tram_biometric::{EyeLabel, FingerPosition, Impression};
use tram_device::finger::{FinishedFinger, FinishingReader};
use tram_device::{
    Device as Opened, DeviceError, Factory, FingerReader, FingerRequest, IrisFrame, IrisPicture,
};
use tram_sbi::record::Codec;
use tram_sbi::{Captured, ChainForm, Environment, Kind, Part, SbiError, Seen, Session, Target};
use tram_sbi_emulator::records::Encoding;
use tram_sbi_emulator::{Chain, Device, Fault, Modality, Spec, Trouble, Verb};

const SERIAL: &str = "TEST-SLAP-0001";
const SECOND: Duration = Duration::from_secs(1);
const RIGHT_SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain };

fn slap_reader(spec: Spec) -> Device {
    Device::new(SERIAL, spec, Modality::SlapReader)
}

/// Polls until the capture has come; the previews before it count.
fn capture(session: &mut Session<World>) -> Result<(Vec<Captured>, usize), SbiError> {
    let mut previews = 0;
    for _ in 0..1000 {
        match session.poll(SECOND)? {
            Some(Seen::Captured(images)) => return Ok((images, previews)),
            Some(Seen::Preview(_)) => previews += 1,
            None => {}
        }
    }
    panic!("no capture came");
}

fn expected(world: &World, parts: &[Part], touch: u32) -> Vec<Vec<u8>> {
    let name = |part: &Part| part.sub_type().unwrap_or("Face");
    parts.iter().map(|part| world.service(0, |service| service.record(name(part), touch))).collect()
}

#[test]
fn every_target_comes_whole_and_in_order_from_every_kind_of_device() {
    use FingerPosition as F;
    for (modality, kind, target, parts) in [
        (Modality::SlapReader, Kind::Finger, Target::Fingers(F::PlainRightFour), 4),
        (Modality::SlapReader, Kind::Finger, Target::Fingers(F::PlainLeftFour), 4),
        (Modality::SlapReader, Kind::Finger, Target::Fingers(F::PlainThumbs), 2),
        (Modality::SlapReader, Kind::Finger, Target::Fingers(F::LeftRing), 1),
        (Modality::SingleReader, Kind::Finger, Target::Fingers(F::RightThumb), 1),
        (Modality::IrisCamera, Kind::Iris, Target::Irises, 2),
        (Modality::IrisCamera, Kind::Iris, Target::LeftIris, 1),
        (Modality::FaceCamera, Kind::Face, Target::Face, 1),
    ] {
        for (spec, chain, has_trust_module) in
            [(Spec::Mds095, Chain::Bytes, false), (Spec::Sbi10, Chain::Hexadecimal, true)]
        {
            let device = Device { chain, has_trust_module, ..Device::new(SERIAL, spec, modality) };
            let world = World::with([device]);
            let driver = world.driver(Environment::Developer);
            let mut session = driver.open_device(kind, SERIAL).expect("opens");
            // Twice: the second capture chains from the first.
            for touch in 1..=2 {
                session.begin(target, &[]).expect("begins");
                let (images, previews) = capture(&mut session).expect("captures");
                let records: Vec<Vec<u8>> = images.iter().map(|image| image.record.clone()).collect();
                assert_eq!(images.len(), parts, "{target} {spec:?}");
                assert_eq!(records, expected(&world, &target.parts(&[]), touch), "{target} {spec:?}");
                assert!(previews > 0 && images.iter().all(|image| image.quality.score() == 78));
            }
            let form = if chain == Chain::Bytes { ChainForm::Bytes } else { ChainForm::Hexadecimal };
            assert_eq!(session.chain_form(), Some(form));
        }
    }
}

#[test]
fn images_are_found_in_their_records() {
    for (modality, kind, target, encoding, codec, ppi) in [
        (
            Modality::SlapReader,
            Kind::Finger,
            Target::Fingers(FingerPosition::LeftIndex),
            Encoding::Raw,
            Codec::Raw,
            Some(500),
        ),
        (
            Modality::SlapReader,
            Kind::Finger,
            Target::Fingers(FingerPosition::LeftIndex),
            Encoding::Png,
            Codec::Png,
            Some(500),
        ),
        (Modality::IrisCamera, Kind::Iris, Target::RightIris, Encoding::Raw, Codec::Raw, None),
        (Modality::FaceCamera, Kind::Face, Target::Face, Encoding::Raw, Codec::Jpeg, None),
    ] {
        let world = World::with([Device { encoding, ..Device::new(SERIAL, Spec::Sbi10, modality) }]);
        let driver = world.driver(Environment::Developer);
        let mut session = driver.open_device(kind, SERIAL).expect("opens");
        session.begin(target, &[]).expect("begins");
        let (images, _) = capture(&mut session).expect("captures");
        let image = &images[0].image;
        assert_eq!((image.codec, image.width, image.height, image.ppi), (codec, 300, 400, ppi));
        assert_eq!(image.part, Some(target.parts(&[])[0]));
        assert_eq!(image.bytes.end, images[0].record.len());
    }
}

#[test]
fn missing_fingers_are_neither_asked_for_nor_awaited() {
    let world = World::with([slap_reader(Spec::Mds095)]);
    let driver = world.driver(Environment::Developer);
    let mut session = driver.open_device(Kind::Finger, SERIAL).expect("opens");
    let missing = [Part::Finger(FingerPosition::RightRing), Part::Finger(FingerPosition::LeftThumb)];
    session.begin(Target::Fingers(FingerPosition::PlainRightFour), &missing).expect("begins");
    let (images, _) = capture(&mut session).expect("captures");
    let parts: Vec<String> = images.iter().map(|image| image.part.to_string()).collect();
    assert_eq!(parts, ["Right IndexFinger", "Right MiddleFinger", "Right LittleFinger"]);
    let request = world.requests().into_iter().find(|request| request.verb == "RCAPTURE").expect("asked");
    assert_eq!(request.body["bio"][0]["exception"], serde_json::json!(["Right RingFinger"]));
    assert_eq!(request.body["bio"][0]["count"], 3);
    let alone = Target::Fingers(FingerPosition::LeftThumb);
    assert!(matches!(session.begin(alone, &missing), Err(SbiError::Unsupported(_))));
}

#[test]
fn an_iris_camera_of_the_contract_shows_its_preview_and_hands_out_what_was_signed() {
    let world = World::with([Device::new(SERIAL, Spec::Sbi10, Modality::IrisCamera)]);
    let driver = world.driver(Environment::Developer);
    let listing = driver.list().into_iter().next().expect("listed");
    let Ok(Opened::IrisCamera(mut camera)) = driver.open(&listing) else { panic!("no iris camera") };
    for (touch, eyes) in [(1, EyeLabel::BOTH.as_slice()), (2, &[EyeLabel::Left])] {
        camera.begin(eyes).expect("begins");
        let mut previews = 0;
        let taken = (0..1000).find_map(|_| match camera.next_frame(SECOND).expect("answers") {
            Some(IrisFrame::Preview(_)) => {
                previews += 1;
                None
            }
            Some(IrisFrame::Finished(taken)) => Some(taken),
            None => None,
        });
        let mut taken = taken.expect("captures");
        taken.sort_by_key(|(eye, _)| *eye);
        let part = |eye: &EyeLabel| if *eye == EyeLabel::Right { Part::RightIris } else { Part::LeftIris };
        let parts: Vec<Part> = eyes.iter().map(part).collect();
        let records = expected(&world, &parts, touch).into_iter().map(IrisPicture::Record);
        let wanted: Vec<(EyeLabel, IrisPicture)> = eyes.iter().copied().zip(records).collect();
        assert_eq!(taken, wanted);
        assert!(previews > 0);
    }
    assert!(matches!(camera.begin(&[]), Err(DeviceError::Unsupported { .. })));
}

/// Opens the only fingerprint reader of a world.
fn reader(world: &World) -> Box<dyn FingerReader> {
    let driver = world.driver(Environment::Developer);
    let listing = driver.list().into_iter().next().expect("listed");
    match driver.open(&listing).expect("opens") {
        Opened::FingerReader(reader) => reader,
        other => panic!("{other:?}"),
    }
}

fn finish(reader: &mut dyn FingerReader) -> Result<(Vec<FinishedFinger>, usize), DeviceError> {
    let mut frames = 0;
    for _ in 0..1000 {
        let frame = reader.next_frame(SECOND / 10)?;
        assert!(frame.as_ref().is_none_or(|frame| !frame.is_final));
        frames += usize::from(frame.is_some());
        if let Some(fingers) = reader.finishing().and_then(FinishingReader::take_finished) {
            return Ok((fingers, frames));
        }
    }
    panic!("nothing was finished");
}

#[test]
fn a_slap_reader_of_the_contract_shows_previews_and_finishes_its_slaps() {
    let world = World::with([slap_reader(Spec::Mds095)]);
    let mut reader = reader(&world);
    assert!(!reader.supports(FingerRequest { impression: Impression::Rolled, ..RIGHT_SLAP }));
    reader.finishing().expect("it finishes").set_absent(&[FingerPosition::RightLittle]);
    reader.begin(RIGHT_SLAP).expect("begins");
    let (fingers, frames) = finish(reader.as_mut()).expect("captures");
    let positions: Vec<FingerPosition> = fingers.iter().map(|finger| finger.position).collect();
    assert_eq!(
        positions,
        [FingerPosition::RightIndex, FingerPosition::RightMiddle, FingerPosition::RightRing]
    );
    assert!(frames > 0);
    assert!(reader.next_frame(SECOND).expect("disarmed").is_none());
}

#[test]
fn a_single_finger_reader_takes_no_slaps() {
    let world = World::with([Device::new(SERIAL, Spec::Sbi10, Modality::SingleReader)]);
    let mut reader = reader(&world);
    assert!(matches!(reader.begin(RIGHT_SLAP), Err(DeviceError::Unsupported { .. })));
    assert!(reader.supports(FingerRequest { position: FingerPosition::LeftIndex, ..RIGHT_SLAP }));
}

#[test]
fn nobody_there_yet_is_waited_for_and_a_busy_stranger_is_not() {
    let world = World::with([slap_reader(Spec::Sbi10)]);
    world.service(0, |service| service.device.is_occupied = false);
    let mut reader = reader(&world);
    reader.begin(RIGHT_SLAP).expect("begins");
    for _ in 0..400 {
        reader.next_frame(SECOND / 10).expect("still waiting");
        assert!(reader.finishing().and_then(FinishingReader::take_finished).is_none());
    }
    world.service(0, |service| service.device.is_occupied = true);
    assert_eq!(finish(reader.as_mut()).expect("captures").0.len(), 4);
    let nth = world.service(0, |service| service.asked(Verb::Capture));
    let busy = Trouble { verb: Verb::Capture, nth, fault: Fault::Busy };
    world.service(0, |service| service.set_script(vec![busy]));
    reader.begin(RIGHT_SLAP).expect("begins");
    assert!(matches!(finish(reader.as_mut()), Err(DeviceError::Busy { .. })));
}

#[test]
fn a_capture_that_was_left_is_waited_out_and_its_images_are_not_taken() {
    let device = Device { capture_time: 3 * SECOND, ..slap_reader(Spec::Mds095) };
    let world = World::with([device]);
    let mut reader = reader(&world);
    reader.begin(RIGHT_SLAP).expect("begins");
    reader.next_frame(SECOND).expect("preview");
    reader.end().expect("ends");
    let thumbs = FingerRequest { position: FingerPosition::PlainThumbs, ..RIGHT_SLAP };
    reader.begin(thumbs).expect("begins");
    let (fingers, _) = finish(reader.as_mut()).expect("captures");
    let positions: Vec<FingerPosition> = fingers.iter().map(|finger| finger.position).collect();
    assert_eq!(positions, [FingerPosition::LeftThumb, FingerPosition::RightThumb]);
}
