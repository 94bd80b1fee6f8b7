//! The technician at the station's own window with the virtual devices: every procedure step by step with the keys,
//! certificates signed and verified offline, a device that fails refused by itself, a supervisor's exception, the
//! morning test.

// Outside of test functions, but in a test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod common;
#[path = "technician/desk.rs"]
mod desk;

#[path = "technician/network_camera.rs"]
mod network_camera;
#[path = "screens/raster.rs"]
mod raster;

use common::{Demonstration, OFFICER, Station};
use desk::Desk;
use egui::Key;
use std::sync::Arc;
use std::time::Instant;
use tram_calibration::Standing;
use tram_capture::{DeviceError, DeviceKind};
use tram_device::Factory;
use tram_virtual::{Config, Defect};
use tram_workflow::bench::{Signing, Taken};
use tram_workflow::lists::DeviceState;
use tram_workflow::{Screen, State};

const TECHNICIAN: (&str, &str) = ("minh.tq", "song em 2026");
/// The camera's site and the lot of the printer's ribbon.
const UNDER: &str = "TEST-01";
const KEYS: [Key; 4] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
const SUPERVISOR: (&str, &str) = ("hoa.nt", "nui xanh 2026");

fn start(demonstration: &Demonstration) -> (Station, Desk<'static>) {
    let station = demonstration.station_behind(demonstration.centre_port());
    let desk = Desk::open(&station);
    (station, desk)
}

fn taken(state: &State, at: usize) -> Option<&Taken> {
    state.bench.procedure.as_ref()?.taken.get(at)
}

/// The key of a device on the shelf, once all four lie there.
fn key_of(desk: &mut Desk<'_>, kind: DeviceKind) -> Key {
    desk.wait(|state| state.bench.shelf.as_ref().is_some_and(|shelf| shelf.len() == KEYS.len()));
    let shelf = desk.state().bench.shelf.clone().unwrap();
    KEYS[shelf.iter().position(|shelved| shelved.kind == kind).unwrap()]
}

/// Goes through a procedure with F2 and Enter, and signs it; the time it took with nobody reading.
fn calibrate(desk: &mut Desk<'_>, kind: DeviceKind) {
    let key = key_of(desk, kind);
    measure(desk, key, kind);
}

fn measure(desk: &mut Desk<'_>, key: Key, kind: DeviceKind) {
    let begun = Instant::now();
    desk.press_alt(key);
    desk.wait(|state| state.bench.procedure.as_ref().is_some_and(|procedure| procedure.kind == kind));
    let steps = desk.state().bench.procedure.as_ref().unwrap().steps().len();
    for at in 0..steps {
        desk.press(Key::F2);
        desk.wait(|state| !matches!(taken(state, at), Some(Taken::Open | Taken::Running)));
        desk.picture(&format!("{kind:?}-{at}"));
        assert!(matches!(taken(desk.state(), at), Some(Taken::Measured(_))), "{:?}", taken(desk.state(), at));
        if at + 1 < steps {
            desk.press(Key::Enter);
        }
    }
    desk.press(Key::F4);
    if desk.state().bench.procedure.as_ref().unwrap().lacks_under() {
        desk.type_in(UNDER);
        desk.press(Key::Tab);
    }
    desk.type_in(TECHNICIAN.1);
    desk.picture(&format!("{kind:?}-sign"));
    desk.press(Key::Enter);
    desk.wait(|state| {
        let signing = state.bench.procedure.as_ref().map(|procedure| &procedure.signing);
        matches!(signing, Some(Signing::Signed { .. } | Signing::Refused(_)))
    });
    println!("{kind:?}: {steps} steps measured and signed in {:.1} s", begun.elapsed().as_secs_f64());
    desk.picture(&format!("{kind:?}-signed"));
}

fn passes(state: &State) -> bool {
    match &state.bench.procedure.as_ref().unwrap().signing {
        Signing::Signed { certificate, papers } => {
            assert!(papers.iter().all(|paper| std::fs::read(paper).unwrap().starts_with(b"%PDF")));
            if !certificate.passes() {
                let failed = certificate.findings.iter().filter(|finding| !finding.passes());
                let english = tram_biometric::Language::English;
                failed.for_each(|finding| println!("{}", finding.sentence(english)));
            }
            certificate.passes()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_device_is_calibrated_with_the_keys_and_its_certificate_verifies() {
    let Some(demonstration) = Demonstration::start() else { return };
    let (station, mut desk) = start(&demonstration);
    desk.sign_in(TECHNICIAN);
    desk.wait(|state| {
        state.screen == Screen::Bench && state.bench.shelf.as_ref().is_some_and(|s| s.len() == 4)
    });
    desk.picture("shelf-before");
    let kinds: Vec<DeviceKind> =
        desk.state().bench.shelf.iter().flatten().map(|shelved| shelved.kind).collect();
    for kind in kinds {
        calibrate(&mut desk, kind);
        assert!(passes(desk.state()), "{kind:?}");
        desk.press(Key::Escape);
        desk.wait(|state| state.bench.procedure.is_none());
    }
    let all_good = |state: &State| {
        let is_good = |standing: &Standing| matches!(standing, Standing::Good { .. });
        state.bench.shelf.iter().flatten().filter(|shelved| is_good(&shelved.standing)).count() == 4
    };
    desk.wait(all_good);
    desk.picture("shelf-after");
    desk.press_ctrl(Key::T);
    desk.wait(|state| state.bench.checks.is_some());
    desk.picture("self-test");
    desk.press_ctrl(Key::J);
    desk.wait(|state| state.bench.morning.as_ref().is_some_and(|morning| morning.is_done));
    desk.picture("morning");
    let morning = desk.state().bench.morning.clone().unwrap();
    let looked: Vec<String> =
        morning.looked.iter().map(|looked| format!("{} {}", looked.is_good, looked.said.en)).collect();
    println!("{looked:#?}");
    assert!(looked.iter().any(|said| said.contains(UNDER)), "the camera knows its site");

    // Another light than when the camera was calibrated here.
    desk.hands().spoil(Some(Defect::LampOut));
    desk.press(Key::Enter);
    desk.wait(|state| state.screen == Screen::Bench);
    desk.press_ctrl(Key::J);
    desk.wait(|state| {
        state.bench.morning.as_ref().is_some_and(|morning| morning.is_done && !morning.is_green())
    });
    desk.picture("morning-red");
    drop(desk);

    // Offline, by the command line: whole, and signed by people and a station that are known.
    let folder = station.home().certificates();
    let signed: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "cose"))
        .collect();
    assert_eq!(signed.len(), 4);
    for file in signed {
        let lines = station.tram(&["calibrate", "verify", file.to_str().unwrap()]).succeeds();
        assert!(lines.iter().any(|line| line.contains("PASSED")), "{lines:?}");
        let mut forged = std::fs::read(&file).unwrap();
        let middle = forged.len() / 2;
        forged[middle] ^= 1;
        std::fs::write(&file, forged).unwrap();
        station.tram(&["calibrate", "verify", file.to_str().unwrap()]).fails();
    }
}

#[test]
fn a_device_that_failed_is_refused_by_itself_until_a_supervisor_allows_it() {
    let Some(demonstration) = Demonstration::start() else { return };
    let (_station, mut desk) = start(&demonstration);
    desk.hands().spoil(Some(Defect::Stain));
    desk.sign_in(TECHNICIAN);
    calibrate(&mut desk, DeviceKind::FingerReader);
    assert!(!passes(desk.state()), "a stained platen fails");
    desk.press(Key::Escape);
    desk.sign_out();

    desk.sign_in(OFFICER);
    let refused = |state: &State| {
        let reader = state.device(DeviceKind::FingerReader);
        reader.is_some_and(|row| matches!(row.state, DeviceState::Failed(DeviceError::Uncalibrated { .. })))
    };
    desk.wait(refused);
    desk.press(Key::F9);
    desk.wait(|state| state.screen == Screen::Devices && state.bench.shelf.is_some());
    desk.picture("refused");
    desk.press_ctrl(Key::E);
    for typed in ["Mặt kính vẫn dùng được một ngày", "2", SUPERVISOR.0, SUPERVISOR.1] {
        desk.type_in(typed);
        desk.press(Key::Tab);
    }
    desk.picture("exception");
    desk.press(Key::F4);
    desk.wait(|state| !refused(state));
    desk.wait(|state| {
        let shelved = state.bench.shelved(DeviceKind::FingerReader);
        shelved.is_some_and(|shelved| matches!(shelved.standing, Standing::Excepted { .. }))
    });
    desk.picture("excepted");
}

#[test]
fn a_dark_ribbon_gets_a_curve_and_prints_as_meant() {
    let Some(demonstration) = Demonstration::start() else { return };
    let (_station, mut desk) = start(&demonstration);
    desk.hands().spoil(Some(Defect::DarkRibbon));
    desk.sign_in(TECHNICIAN);
    calibrate(&mut desk, DeviceKind::CardPrinter);
    assert!(passes(desk.state()), "the proof, printed through the curve, has the right colours");
    let Signing::Signed { certificate, .. } = &desk.state().bench.procedure.as_ref().unwrap().signing else {
        panic!("signed")
    };
    assert_eq!(certificate.under, UNDER);
    let cards = desk.hands().printed();
    assert_eq!(cards.len(), 2, "the test card and the proof");
    assert_ne!(std::fs::read(&cards[0].front).unwrap(), std::fs::read(&cards[1].front).unwrap());
}

#[test]
fn a_network_camera_is_calibrated_through_its_own_driver() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let (scene, hands) = tram_virtual::devices(Config::immediate(station.home().cards()));
    let url = format!("http://{}/", network_camera::serve(scene));
    let driver: Box<dyn Factory> = Box::new(tram_camera::Mjpeg::new([url]));
    let mut desk = Desk::open_with(&station, Arc::new(vec![driver]), Some(hands));
    desk.sign_in(TECHNICIAN);
    desk.wait(|state| state.bench.shelf.as_ref().is_some_and(|shelf| shelf.len() == 1));
    measure(&mut desk, Key::Num1, DeviceKind::Camera);
    assert!(passes(desk.state()));
    let Signing::Signed { certificate, .. } = &desk.state().bench.procedure.as_ref().unwrap().signing else {
        panic!("signed")
    };
    assert_eq!((certificate.device.driver.as_str(), certificate.device.is_virtual), ("mjpeg", false));
}
