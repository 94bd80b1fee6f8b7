use crate::emulator::{Emulator, Kind};
use std::path::Path;
use tram_device::recording::{Event, Nothing, Redact};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::usb_session;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_ptp::Ptp;

fn session(redaction: Box<dyn Redact>) -> (Vec<String>, tram_device::recording::Recording) {
    let model = "TEST emulated EOS".to_owned();
    let identity = UsbIdentity { vendor: 0x04a9, product: 0x32b4, endpoints: Some((0x02, 0x81)), model };
    usb_session(&Ptp, &identity, redaction, Emulator::new(Kind::Eos), Trial::Look).expect("it opens")
}

#[test]
fn a_recorded_live_picture_is_replayed_and_a_redacted_one_shows_nothing() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-eos.txt");
    let recording = kept(&file, || {
        let (came, recording) = session(Box::new(Nothing));
        assert_eq!(came, recording.expected);
        recording
    });
    assert_eq!(session::check(&Ptp, &recording.expect("it belongs to the project")), Ok(()));

    let (came, redacted) = session(Ptp::redaction());
    assert!(came[0].starts_with("frame 96x64"), "{came:?}");
    assert!(redacted.expected[0].starts_with("frame 16x16"), "{:?}", redacted.expected);
    assert_eq!(session::check(&Ptp, &redacted), Ok(()));
    let longest = redacted.events.iter().filter_map(|(_, event)| match event {
        Event::Came { outcome: Ok(data), .. } => Some(data),
        _ => None,
    });
    let longest = longest.max_by_key(|data| data.len()).expect("something came");
    assert!(longest.len() > 1000 && longest[1000..].iter().all(|byte| *byte == 0), "{} bytes", longest.len());
}
