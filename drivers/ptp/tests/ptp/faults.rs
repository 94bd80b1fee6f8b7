use crate::emulator::{Emulator, Kind, live, still};
use crate::taking::{SECOND, open, pixels};
use tram_device::testing::{EmulatedUsb, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::{Camera, Device, DeviceError, DeviceKind, StillCamera};

const SCRIPTS: usize = 400;
/// Transfers of a session: opening, some live pictures, one still.
const SESSION_TRANSFERS: u32 = 60;

/// One session; each error is answered by starting again. Says what the session was doing when the first one struck.
fn session(kind: Kind, fault: (usize, Fault), truth: &[Vec<u8>]) -> Option<(&'static str, DeviceError)> {
    let wire = Faulty::new(EmulatedUsb::new(Emulator::new(kind)), [fault]);
    let mut camera = match open(wire) {
        Ok(camera) => camera,
        Err(error) => return Some(("opening", error)),
    };
    let mut first_error = None;
    let check = |pixels: &[u8]| assert!(truth.iter().any(|t| t == pixels), "a wrong picture after {fault:?}");
    let (mut lives, mut stills) = (if kind == Kind::Eos { 4 } else { 0 }, 1);
    for _ in 0..12 {
        if lives > 0 {
            let seen = camera.start().and_then(|()| camera.next_frame(SECOND));
            match seen {
                Ok(frame) => frame.iter().for_each(|frame| {
                    lives -= 1;
                    check(frame.image.pixels());
                }),
                Err(error) => drop(first_error.get_or_insert(("live picture", error))),
            }
        } else if stills > 0 {
            match camera.take(2 * SECOND) {
                Ok(image) => {
                    stills -= 1;
                    check(image.pixels());
                }
                Err(error) => drop(first_error.get_or_insert(("still", error))),
            }
        }
    }
    let gone = matches!(first_error, Some((_, DeviceError::Gone { .. })));
    assert!(gone || (lives, stills) == (0, 0), "stuck after {fault:?}: {first_error:?}");
    first_error
}

#[test]
fn no_fault_hangs_or_deceives() {
    let mut truth: Vec<Vec<u8>> = (1..=12).map(|number| pixels(&live(number))).collect();
    truth.extend((1..=12).map(|number| pixels(&still(number))));
    let mut table = FaultTable::default();
    for kind in [Kind::Eos, Kind::Generic] {
        for (at, fault) in Fault::random(0x7e57_ab1e, SESSION_TRANSFERS, 3000).take(SCRIPTS) {
            let state = session(kind, (at, fault), &truth).map_or("without effect", |(state, _)| state);
            table.count(fault, state);
        }
    }
    println!("{}", table.of("ptp"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("ptp", DeviceKind::Camera, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::new(Kind::Eos)), fault);
        Ok(Device::Camera(Box::new(open(wire)?)))
    });
    println!("{}", table.expect("it works again").of("ptp"));
}
