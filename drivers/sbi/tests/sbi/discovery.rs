//! Who is listed, who may be opened, and the sentence for who may not.

use crate::world::{AUTHORITY, World};
use std::fs;
use std::time::Duration;
use tram_device::{Access, DeviceError, DeviceKind, Factory};
use tram_sbi::{Anchors, Bus, Dialect, Environment, Kind, SbiError};
use tram_sbi_emulator::{Device, Fault, Modality, Spec, Trouble, Verb};

fn slap_reader(serial: &str) -> Device {
    Device::new(serial, Spec::Mds095, Modality::SlapReader)
}

fn access(world: &World) -> Vec<(String, DeviceKind, Option<DeviceError>)> {
    let driver = world.driver(Environment::Developer);
    let row = |listing: tram_device::Listing| {
        let refused = match listing.access {
            Access::Ready => None,
            Access::Refused(error) => Some(error),
        };
        (listing.origin.serial, listing.kind, refused)
    };
    driver.list().into_iter().map(row).collect()
}

#[test]
fn devices_of_both_dialects_are_found_on_any_port_with_their_kind() {
    let world = World::default();
    for (serial, port, spec, modality) in [
        ("TEST-A", 4501, Spec::Mds095, Modality::SlapReader),
        ("TEST-B", 4555, Spec::Sbi10, Modality::IrisCamera),
        ("TEST-C", 4600, Spec::Sbi10, Modality::FaceCamera),
    ] {
        world.host(Device::new(serial, spec, modality), port, Duration::ZERO, Duration::MAX);
    }
    let driver = world.driver(Environment::Developer);
    let found: Vec<_> =
        driver.devices().into_iter().map(|device| (device.id.serial, device.port, device.dialect)).collect();
    let expected = [
        ("TEST-A", 4501, Dialect::Mds095),
        ("TEST-B", 4555, Dialect::Sbi10),
        ("TEST-C", 4600, Dialect::Sbi10),
    ];
    assert_eq!(found, expected.map(|(serial, port, dialect)| (serial.to_owned(), port, dialect)));
    // A portrait is not taken from a preview with the device's marks in it.
    let listed = access(&world);
    assert!(matches!(
        listed.as_slice(),
        [
            (_, DeviceKind::FingerReader, None),
            (_, DeviceKind::IrisCamera, None),
            (_, DeviceKind::Camera, Some(DeviceError::Unsupported { .. })),
        ]
    ));
}

#[test]
fn what_keeps_a_device_from_opening_is_said() {
    type Change = fn(&mut Device);
    let changes: [(Change, &str); 5] = [
        (|device| device.status = "Busy", "capturing for another program"),
        (|device| device.status = "Not Ready", "not ready"),
        (|device| device.status = "Not Registered", "not registered"),
        (|device| device.purpose = "Auth", "not for Registration"),
        (|device| device.env = "Production", "registered for Production, this station works in Developer"),
    ];
    for (change, says) in changes {
        let mut device = slap_reader("TEST-SLAP-0001");
        change(&mut device);
        let refused = access(&World::with([device])).remove(0).2;
        let refused = refused.expect("refused").to_string();
        assert!(refused.contains(says), "{refused}");
    }
    for (fault, says) in [
        (Fault::WrongSignature, "the signature over the device info is wrong"),
        (Fault::Impostor, "no trusted provider"),
        (Fault::Expired, "not valid today"),
        (Fault::Silent, "does not answer"),
        (Fault::Truncated(50), "breaks off"),
        (Fault::Garbage(5), "not SBI"),
    ] {
        let world = World::with([slap_reader("TEST-SLAP-0001")]);
        world.service(0, |service| service.set_script(vec![Trouble { verb: Verb::Info, nth: 0, fault }]));
        let refused = access(&world).remove(0).2.expect("refused");
        assert!(refused.to_string().contains(says), "{refused}");
    }
}

#[test]
fn of_two_devices_with_one_serial_number_neither_is_used_until_one_is_gone() {
    let world = World::with([slap_reader("TEST-SAME")]);
    world.host(slap_reader("TEST-SAME"), 4590, Duration::ZERO, Duration::from_secs(5));
    let driver = world.driver(Environment::Developer);
    assert_eq!(
        driver.open_device(Kind::Finger, "TEST-SAME").err(),
        Some(SbiError::Duplicate { serial: "TEST-SAME".to_owned(), ports: vec![4501, 4590] })
    );
    world.sleep(Duration::from_secs(6));
    assert_eq!(driver.open_device(Kind::Finger, "TEST-SAME").expect("one is left").device().port, 4501);
}

#[test]
fn a_device_is_open_once_and_its_service_is_not_disturbed_meanwhile() {
    let world = World::with([slap_reader("TEST-SLAP-0001")]);
    let driver = world.driver(Environment::Developer);
    let session = driver.open_device(Kind::Finger, "TEST-SLAP-0001").expect("opens");
    assert_eq!(driver.open_device(Kind::Finger, "TEST-SLAP-0001").err(), Some(SbiError::Busy));
    let asked = world.requests().len();
    assert_eq!(driver.list().len(), 1);
    assert_eq!(world.requests().len(), asked);
    drop(session);
    driver.open_device(Kind::Finger, "TEST-SLAP-0001").expect("opens again");
}

#[test]
fn a_mute_port_does_not_slow_every_look() {
    let world = World::with([slap_reader("TEST-SLAP-0001")]);
    let silent = |nth| Trouble { verb: Verb::Discover, nth, fault: Fault::Silent };
    world.service(0, |service| service.set_script((0..9).map(silent).collect()));
    let driver = world.driver(Environment::Developer);
    let look = || {
        let began = world.now();
        assert!(driver.list().is_empty());
        world.now().saturating_sub(began).as_millis()
    };
    assert!(look() >= 500);
    assert!(look() < 200);
}

#[test]
fn anchors_are_read_from_a_folder_in_either_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Anchors::read(&folder.path().join("none")).expect("holds none");
    assert!(missing.is_empty());
    fs::write(folder.path().join("broken.der"), b"no certificate").expect("writes");
    assert!(Anchors::read(folder.path()).expect("reads").is_empty());
    fs::write(folder.path().join("provider.pem"), pem_of(AUTHORITY.certificate())).expect("writes");
    assert!(!Anchors::read(folder.path()).expect("reads").is_empty());
}

fn pem_of(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
