use crate::emulator::{Emulator, Kind, live, still};
use std::time::Duration;
use tram_biometric::{Origin, RgbImage};
use tram_device::testing::EmulatedUsb;
use tram_device::transport::UsbTransport;
use tram_device::{Camera, DeviceError, StillCamera};
use tram_ptp::PtpCamera;

pub(crate) const ENDPOINTS: (u8, u8) = (0x02, 0x81);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn open<T: UsbTransport>(wire: T) -> Result<PtpCamera<T>, DeviceError> {
    let [driver, model, serial] = ["ptp", "TEST camera", ""].map(str::to_owned);
    PtpCamera::open(wire, ENDPOINTS, Origin { driver, model, serial, is_virtual: true })
}

/// The pixels a driver must make of a JPEG file.
pub(crate) fn pixels(jpeg: &[u8]) -> Vec<u8> {
    image::load_from_memory(jpeg).expect("our own").into_rgb8().into_raw()
}

fn shows(image: &RgbImage, jpeg: &[u8]) -> bool {
    image.pixels() == pixels(jpeg)
}

#[test]
fn an_eos_shows_live_pictures_and_takes_stills_in_between() {
    for kind in [Kind::Eos, Kind::EosWithoutEmptyPackets, Kind::EosBusy] {
        let mut wire = EmulatedUsb::new(Emulator::new(kind));
        let mut camera = open(&mut wire).expect("it answers");
        assert_eq!(
            (camera.description().model.as_str(), camera.description().version.as_str()),
            ("TEST EOS", "1.0.0")
        );
        assert!(camera.next_frame(SECOND).expect("nothing is wrong").is_none(), "not started");
        camera.start().expect("it answers");
        let mut number = 0;
        for release in 1..=3 {
            for _ in 0..5 {
                number += 1;
                let frame = camera.next_frame(SECOND).expect("nothing is wrong").expect("a picture");
                assert!(shows(&frame.image, &live(number)), "live picture {number} of {kind:?}");
            }
            let stills = camera.stills().expect("it takes them");
            let taken = stills.take(5 * SECOND).expect("it takes one");
            assert!(shows(&taken, &still(release)), "still {release} of {kind:?}");
        }
        camera.stop().expect("it answers");
        assert!(camera.next_frame(SECOND).expect("nothing is wrong").is_none(), "stopped");
        // The one that was there stays; no citizen's does.
        assert_eq!((wire.device.stored(), wire.device.complaints.as_slice()), (1, &[][..]), "{kind:?}");
    }
}

#[test]
fn a_camera_of_the_standard_takes_stills_and_keeps_none() {
    for kind in [Kind::Generic, Kind::GenericWithRaw] {
        let mut wire = EmulatedUsb::new(Emulator::new(kind));
        let mut camera = open(&mut wire).expect("it answers");
        assert!(matches!(camera.start(), Err(DeviceError::Unsupported { .. })));
        for release in 1..=2 {
            let taken = camera.take(5 * SECOND).expect("it takes one");
            assert!(shows(&taken, &still(release)), "still {release} of {kind:?}");
        }
        assert_eq!((wire.device.stored(), wire.device.complaints.as_slice()), (1, &[][..]), "{kind:?}");
    }
}

#[test]
fn what_is_no_camera_and_what_gives_no_picture_is_refused() {
    let store = open(EmulatedUsb::new(Emulator::new(Kind::Store)));
    assert!(matches!(store, Err(DeviceError::Unsupported { .. })));
    let mut blind = open(EmulatedUsb::new(Emulator::new(Kind::NeverTakes))).expect("it answers");
    assert!(matches!(blind.take(2 * SECOND), Err(DeviceError::Timeout { .. })));
    let mut noisy = open(EmulatedUsb::new(Emulator::new(Kind::EosSendsNoise))).expect("it answers");
    assert!(matches!(noisy.take(2 * SECOND), Err(DeviceError::Garbage { .. })));
    noisy.start().expect("the session begins anew");
    assert!(noisy.next_frame(SECOND).expect("nothing is wrong").is_some());
}
