//! A slap of four fingers as the emulated service gave it, played again from the project's recording, and what is left of
//! one that is recorded at a station.

use crate::world::World;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tram_device::Factory;
use tram_device::recording::{Event, Nothing, Recording};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_sbi::tape::Recorded;
use tram_sbi::{Environment, Sbi};
use tram_sbi_emulator::{Device, Modality, Spec};

const PATIENCE: Duration = Duration::from_secs(10);

fn world(capture_time: Duration) -> World {
    World::with([Device {
        picture: (48, 64),
        capture_time,
        ..Device::new("TEST-SLAP-0001", Spec::Sbi10, Modality::SlapReader)
    }])
}

/// One capture with nothing taken out.
fn whole(world: &World) -> (Vec<String>, Recording) {
    let site = world.site(Environment::Developer);
    session::record(&world.driver(Environment::Developer), Trial::Look, PATIENCE, |sink| {
        let (bus, site) = Recorded::new(Arc::new(world.clone()), &site, || Box::new(Nothing), sink);
        let driver = Sbi::on(bus, site);
        driver.open(&driver.list()[0])
    })
    .expect("it opens")
}

#[test]
fn a_recorded_finger_is_verified_and_taken_again() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-slap.txt");
    let recording = kept(&file, || {
        let (came, recording) = whole(&world(Duration::from_millis(300)));
        assert_eq!(came, recording.expected);
        recording
    });
    let recording = recording.expect("it belongs to the project");
    let anywhere = World::default().driver(Environment::Production);
    assert_eq!(session::check(&anywhere, &recording), Ok(()));
    assert!(recording.expected[0].starts_with("finished RightIndex"), "{:?}", recording.expected);
}

#[test]
fn what_is_recorded_at_a_station_has_no_picture() {
    let world = world(Duration::from_millis(300));
    let driver = world.driver(Environment::Developer);
    let (came, recording) =
        session::record(&driver, Trial::Look, PATIENCE, |sink| driver.record(&driver.list()[0], sink))
            .expect("it opens");
    assert!(came[0].starts_with("finished"), "{came:?}");
    assert_eq!(session::check(&driver, &recording), Ok(()), "it is replayed as far as it goes");
    let is_picture = |event: &Event| match event {
        Event::Read { data } => [&b"biometrics"[..], &[0xff, 0xd8, 0xff]]
            .iter()
            .any(|mark| data.windows(mark.len()).any(|window| window == *mark)),
        _ => false,
    };
    assert!(!recording.events.iter().any(|(_, event)| is_picture(event)));
    assert!(whole(&world).1.events.iter().any(|(_, event)| is_picture(event)));
}
