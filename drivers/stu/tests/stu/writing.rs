use crate::emulator::Emulator;
use std::path::Path;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::recording::{Event, Nothing};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{EmulatedUsb, Fault, FaultTable, Faulty, under_mishaps, usb_session};
use tram_device::transport::UsbTransport;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{Device, DeviceError, DeviceKind, PenPoint, SignaturePad};
use tram_stu::{Pad, Stu};

fn open<T: UsbTransport>(wire: T) -> Result<Pad<T>, DeviceError> {
    let [driver, model, serial] = ["stu", "TEST pad", ""].map(str::to_owned);
    Pad::open(wire, Origin { driver, model, serial, is_virtual: true })
}

/// What a point must be to be true.
fn is_drawn(point: &PenPoint) -> bool {
    (0..1000).map(Emulator::pen).any(|[pressure, x, y]| {
        let is = |got: f32, drawn: u16, whole: f32| (got * whole - f32::from(drawn)).abs() < 0.5;
        is(point.pressure, pressure, 1023.0) && is(point.x, x, 10_800.0) && is(point.y, y, 6_480.0)
    })
}

#[test]
fn every_point_of_the_pen_comes_in_order() {
    let mut pad = open(EmulatedUsb::new(Emulator::default())).expect("it answers");
    assert!((pad.aspect() - 5.0 / 3.0).abs() < 0.001);
    let mut points = Vec::new();
    while points.len() < 200 {
        points.extend(pad.next_points(Duration::from_millis(20)).expect("nothing is wrong"));
    }
    for (number, point) in points.iter().enumerate() {
        let [pressure, x, _] = Emulator::pen(number as u32);
        assert!((point.x * 10_800.0 - f32::from(x)).abs() < 0.5, "point {number}");
        assert_eq!(point.pressure > 0.0, pressure > 0, "point {number}");
    }
    assert!(points.is_sorted_by_key(|point| point.at));
    pad.clear().expect("it answers");
}

#[test]
fn no_fault_hangs_or_deceives() {
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x0bad_5eed, 60, 8).take(300) {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::default()), [(at, fault)]);
        let outcome = match open(wire) {
            Err(_) => "opening",
            Ok(mut pad) => {
                let came = (0..40).find_map(|_| match pad.next_points(Duration::from_millis(20)) {
                    Ok(points) => {
                        // Noise may look like a report; it never leaves the surface.
                        let is_near =
                            |p: &PenPoint| [p.x, p.y, p.pressure].iter().all(|n| (0.0..=1.0).contains(n));
                        let garbled = matches!(fault, Fault::Garbage(_));
                        assert!(points.iter().all(|p| if garbled { is_near(p) } else { is_drawn(p) }));
                        None
                    }
                    Err(error) => Some(error),
                });
                came.map_or("without effect", |_| "writing")
            }
        };
        table.count(fault, outcome);
    }
    println!("{}", table.of("stu"));
}

#[test]
fn a_recorded_signature_is_replayed_and_a_redacted_one_has_none() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-540.txt");
    let model = "TEST emulated STU-540".to_owned();
    let identity = UsbIdentity { vendor: 0x056a, product: 0x00a8, endpoints: None, model };
    let session = |redaction| usb_session(&Stu, &identity, redaction, Emulator::default(), Trial::Look);
    let recording = kept(&file, || {
        let (came, recording) = session(Box::new(Nothing)).expect("it opens");
        assert_eq!(came, recording.expected);
        recording
    });
    assert_eq!(session::check(&Stu, &recording.expect("it belongs to the project")), Ok(()));
    let (_, redacted) = session(Stu::redaction()).expect("it opens");
    let reports = redacted.events.iter().filter_map(|(_, event)| match event {
        Event::Came { outcome: Ok(data), .. } => Some(data),
        _ => None,
    });
    assert!(reports.clone().count() > 50 && reports.flat_map(|data| &data[1..]).all(|byte| *byte == 0));
    assert_eq!(session::check(&Stu, &redacted), Ok(()));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("stu", DeviceKind::SignaturePad, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::default()), fault);
        Ok(Device::SignaturePad(Box::new(open(wire)?)))
    });
    println!("{}", table.expect("it works again").of("stu"));
}
