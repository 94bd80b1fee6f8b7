use crate::emulator::Emulator;
use crate::line::origin;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tram_device::Device;
use tram_device::recording::{Nothing, Recorder, digest};
use tram_device::session::{self, Trial};
use tram_device::testing::EmulatedBytes;
use tram_device::testing::recordings::kept;
use tram_zfm::{Reader, Zfm};

#[test]
fn a_recorded_touch_gives_its_picture() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-zfm.txt");
    let driver = Zfm::new(std::iter::empty::<PathBuf>());
    let recording = kept(&file, || {
        let session = session::record(&driver, Trial::Look, Duration::from_secs(30), |sink| {
            let wire = EmulatedBytes::new(Emulator::fast(|_| true));
            let wire = Recorder::new(wire, "zfm", "TEST emulated module", Box::new(Nothing), sink);
            Ok(Device::FingerReader(Box::new(Reader::open(wire, origin())?)))
        });
        let (came, recording) = session.expect("it opens");
        let drawn: Vec<u8> = Emulator::levels(1).into_iter().map(|level| level * 17).collect();
        assert_eq!(came, [format!("picture 256x288 at 500 ppi, digest {:016x}", digest(&drawn))]);
        assert_eq!(came, recording.expected);
        recording
    });
    let recording = recording.expect("it belongs to the project");
    assert_eq!(session::check(&driver, &recording), Ok(()));
}
