use crate::emulator::Emulator;
use std::path::Path;
use tram_device::recording::Nothing;
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::usb_session;
use tram_device::usb_driver::UsbIdentity;
use tram_magicard::Magicard;

#[test]
fn a_recorded_test_card_is_printed_again_byte_for_byte() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/test-card.txt");
    let driver = Magicard::default();
    let recording = kept(&file, || {
        let model = "TEST emulated printer".to_owned();
        let identity = UsbIdentity { vendor: 0x0c1f, product: 0x4800, endpoints: Some((0x01, 0x82)), model };
        let session = usb_session(&driver, &identity, Box::new(Nothing), Emulator::new(), Trial::TestCard);
        let (came, recording) = session.expect("it opens");
        assert_eq!(came, recording.expected);
        recording
    });
    let recording = recording.expect("it belongs to the project");
    assert_eq!(session::check(&driver, &recording), Ok(()));
    println!("{}: {}", recording.about, recording.expected.join("; "));
}
