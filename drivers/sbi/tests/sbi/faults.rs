//! Randomized fault scripts: whatever a service does, the driver neither hangs nor panics, takes no image that is not
//! the device's own for this capture, and is back at work soon after the device is.

use crate::world::World;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression};
use tram_device::finger::FinishingReader;
use tram_device::testing::{FaultTable, under_mishaps};
use tram_device::{Access, Device as Opened, DeviceError, DeviceKind, Factory, FingerReader, FingerRequest};
use tram_sbi::{Bus, Environment, Part};
use tram_sbi_emulator::{Device, Fault, Modality, Spec, Trouble, Verb};

const SCRIPTS: u64 = 320;
const SERIAL: &str = "TEST-SLAP-0001";
/// How often the station looks for devices, and how soon it tries one again that failed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_millis(300);
/// After this the device has to work again.
const BACK_AT_WORK: Duration = Duration::from_secs(3);
/// A session of two captures, with the longest patience for each of two faults.
const SESSION: Duration = Duration::from_secs(90);
const VERBS: [Verb; 4] = [Verb::Discover, Verb::Info, Verb::Stream, Verb::Capture];
const STEPS: [FingerPosition; 2] = [FingerPosition::PlainRightFour, FingerPosition::PlainThumbs];

/// The faults of the table by name, each drawn anew.
fn fault(kind: usize, draw: &mut impl FnMut(u64) -> u64) -> (&'static str, Fault) {
    match kind {
        0 => ("slow", Fault::Slow(Duration::from_millis(100 + draw(4000)))),
        1 => ("silent", Fault::Silent),
        2 => ("garbage", Fault::Garbage(draw(u64::MAX))),
        3 => ("bytes changed", Fault::Mutated(draw(u64::MAX))),
        4 => ("truncated body", Fault::Truncated(draw(100) as u8)),
        5 => ("wrong signature", Fault::WrongSignature),
        6 => ("impostor's key", Fault::Impostor),
        7 => ("expired key", Fault::Expired),
        8 => ("wrong transaction id", Fault::WrongTransaction),
        9 => ("replayed timestamp", Fault::OldTimestamp),
        10 => ("broken hash chain", Fault::BrokenChain),
        11 => ("wrong environment", Fault::WrongEnvironment),
        12 => ("wrong purpose", Fault::WrongPurpose),
        13 => ("another device's id", Fault::OtherDevice),
        14 => ("one image missing", Fault::OneMissing),
        15 => ("one image twice", Fault::OneTwice),
        16 => ("record of another part", Fault::WrongRecord),
        17 => ("damaged record", Fault::DamagedRecord),
        18 => ("busy", Fault::Busy),
        19 => ("nothing there", Fault::NothingThere),
        20 => ("maker's error", Fault::VendorError),
        21 => ("died, same port", died(draw, 4501)),
        22 => ("died, port moved", died(draw, 4502)),
        _ => ("duplicate serial", Fault::Slow(Duration::ZERO)),
    }
}

const KINDS: usize = 24;

fn died(draw: &mut impl FnMut(u64) -> u64, port: u16) -> Fault {
    Fault::Died { after: draw(100) as u8, away: Duration::from_millis(200 + draw(4000)), port }
}

/// What the faults of one session did.
struct Told {
    errors: Vec<DeviceError>,
    /// From the return of a service that had died to a device that is armed again.
    back: Option<Duration>,
}

/// Two captures as the station takes them: look every second, open, arm, and after an error do it again.
fn session(world: &World) -> Told {
    let driver = world.driver(Environment::Developer);
    let mut told = Told { errors: Vec::new(), back: None };
    let mut reader: Option<Box<dyn FingerReader>> = None;
    let mut next_look = Duration::ZERO;
    let mut listing = None;
    let mut done = 0;
    while let Some(position) = STEPS.get(done).copied() {
        assert!(world.now() < SESSION, "stuck: {:?}", told.errors);
        if world.now() >= next_look {
            next_look = world.now() + LOOK_EVERY;
            let listed = driver.list();
            listing = listed.iter().find(|listing| matches!(listing.access, Access::Ready)).cloned();
            told.errors.extend(listed.into_iter().filter_map(|listing| match listing.access {
                Access::Refused(error) => Some(error),
                Access::Ready => None,
            }));
        }
        let request = FingerRequest { position, impression: Impression::Plain };
        let outcome = match (&mut reader, &listing) {
            (Some(reader), _) => turn(reader.as_mut(), world, position),
            (None, None) => {
                world.sleep(next_look.saturating_sub(world.now()));
                Ok(false)
            }
            (None, Some(listing)) => driver.open(listing).and_then(|opened| {
                let Opened::FingerReader(mut opened) = opened else { panic!("no reader") };
                opened.begin(request)?;
                let since = world.there_since(0);
                if !since.is_zero() {
                    told.back.get_or_insert(world.now().saturating_sub(since));
                }
                reader = Some(opened);
                Ok(false)
            }),
        };
        match outcome {
            Ok(true) => {
                done += 1;
                reader = None;
            }
            Ok(false) => {}
            Err(error) => {
                told.errors.push(error);
                reader = None;
                world.sleep(RETRY);
            }
        }
    }
    told
}

/// One frame, and whether the capture was finished with it.
fn turn(reader: &mut dyn FingerReader, world: &World, position: FingerPosition) -> Result<bool, DeviceError> {
    let frame = reader.next_frame(Duration::from_millis(100))?;
    assert!(frame.is_none_or(|frame| !frame.is_final));
    let Some(fingers) = reader.finishing().and_then(FinishingReader::take_finished) else {
        return Ok(false);
    };
    assert_eq!(fingers.iter().map(|finger| finger.position).collect::<Vec<_>>(), position.fingers());
    world.service(0, |service| {
        let touch = service.captures();
        for finger in &fingers {
            let part = Part::Finger(finger.position).sub_type().expect("a finger");
            assert!(finger.record == service.record(part, touch), "a wrong image of {part}");
        }
    });
    Ok(true)
}

#[test]
fn no_fault_hangs_or_deceives() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    let mut table = FaultTable::default();
    let (mut slowest, mut moved) = (Duration::ZERO, 0);
    for script in 0..SCRIPTS {
        let spec = if draw(2) == 0 { Spec::Mds095 } else { Spec::Sbi10 };
        let picture = (48, 64);
        let device = Device { picture, ..Device::new(SERIAL, spec, Modality::SlapReader) };
        let world = World::with([device.clone()]);
        let (name, fault) = fault(script as usize % KINDS, &mut draw);
        let verb = VERBS[draw(4) as usize];
        if name == "duplicate serial" {
            // From the first look on, or in the middle of a capture, which it does not disturb.
            let from = Duration::from_millis(draw(2) * draw(900));
            world.host(device, 4570, from, from + Duration::from_secs(2));
        }
        let trouble = Trouble { verb, nth: draw(2) as u32, fault };
        world.service(0, |service| service.set_script(vec![trouble]));
        let told = session(&world);
        let effect = if told.errors.is_empty() { " without effect" } else { "" };
        table.count_named(name, format!("{verb:?}{effect}"));
        for error in &told.errors {
            assert!(error.to_string().len() > 40, "no sentence: {error}");
        }
        if let (Fault::Died { .. }, Some(back)) = (fault, told.back) {
            assert!(back <= BACK_AT_WORK, "{name} {verb:?}: back after {back:?}");
            slowest = slowest.max(back);
            moved += 1;
        }
    }
    assert!(moved > 5);
    println!("{}", table.of("sbi"));
    println!("armed again {slowest:.1?} at the latest after a service that died was back ({moved} times)");
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("sbi", DeviceKind::FingerReader, 100, |fault| {
        let device = Device { picture: (48, 64), ..Device::new(SERIAL, Spec::Sbi10, Modality::SlapReader) };
        let world = World::with([device]);
        if let Some((at, _)) = fault {
            let (verb, after) = (VERBS[at % VERBS.len()], at as u8 * 3);
            let fault = Fault::Died { after, away: Duration::from_mins(1), port: 4501 };
            world.service(0, |service| service.set_script(vec![Trouble { verb, nth: 0, fault }]));
        }
        let driver = world.driver(Environment::Developer);
        let gone = || DeviceError::Gone { detail: "nothing is listed".to_owned() };
        driver.open(driver.list().first().ok_or_else(gone)?)
    });
    println!("{}", table.expect("it works again").of("sbi"));
}
