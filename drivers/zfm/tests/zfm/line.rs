use crate::emulator::{Emulator, HEIGHT, WIDTH};
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::testing::EmulatedBytes;
use tram_device::transport::{ByteTransport, Clock, TransportError};
use tram_device::{DeviceError, FingerFrame, FingerReader, FingerRequest};
use tram_zfm::Reader;

pub(crate) const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };
const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn origin() -> Origin {
    Origin {
        driver: "zfm".to_owned(),
        model: "TEST module".to_owned(),
        serial: String::new(),
        is_virtual: true,
    }
}

/// Whether a frame shows touch number `touch`.
pub(crate) fn shows(frame: &FingerFrame, touch: u32) -> bool {
    let size = (frame.image.width() as usize, frame.image.height() as usize, frame.image.ppi());
    let levels = Emulator::levels(touch).into_iter().map(|level| level * 17);
    size == (WIDTH, HEIGHT, 500) && levels.eq(frame.image.pixels().iter().copied())
}

/// On for three seconds of every ten.
fn now_and_then(now: Duration) -> bool {
    now.as_secs() % 10 < 3
}

#[test]
fn a_picture_comes_in_seven_seconds_and_can_be_watched() {
    let mut reader =
        Reader::open(EmulatedBytes::new(Emulator::new(now_and_then)), origin()).expect("it answers");
    reader.begin(ONE_FINGER).expect("it arms");
    let (mut touch, mut watched) = (1, Vec::new());
    for tenth in 0..400 {
        if let Some(frame) = reader.next_frame(SECOND / 10).expect("nothing is wrong") {
            assert!(shows(&frame, touch), "touch {touch}");
            if touch == 1 {
                println!("the first picture after {:.1} s of line time", f64::from(tenth) / 10.0);
            }
            touch += 1;
        }
        if touch == 1 {
            watched.extend(reader.progress());
        }
    }
    assert_eq!(touch, 5, "one picture for each of four touches");
    assert!(watched.is_sorted() && watched.len() > 60 && watched.last() > Some(&0.95));
    assert_eq!(reader.progress(), None);
}

#[test]
fn what_was_on_its_way_never_passes_for_the_next_picture() {
    let mut reader =
        Reader::open(EmulatedBytes::new(Emulator::new(now_and_then)), origin()).expect("it answers");
    reader.begin(ONE_FINGER).expect("it arms");
    assert!(reader.next_frame(2 * SECOND).expect("it works").is_none());
    assert!(reader.progress() > Some(0.1));
    reader.end().expect("it is broken off at once");
    reader.begin(ONE_FINGER).expect("it arms again");
    let frame = reader.next_frame(30 * SECOND).expect("drained").expect("the next touch");
    assert!(shows(&frame, 2));
}

#[test]
fn what_is_no_module_is_refused() {
    /// A line on which something else talks all the time, or nothing does.
    struct Chatter(&'static [u8], Duration);
    impl Clock for Chatter {
        fn now(&self) -> Duration {
            self.1
        }
        fn sleep(&mut self, pause: Duration) {
            self.1 += pause;
        }
    }
    impl ByteTransport for Chatter {
        fn write(&mut self, _: &[u8]) -> Result<(), TransportError> {
            Ok(())
        }
        fn read(&mut self, _: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
            self.1 += timeout + Duration::from_millis(1);
            Ok(self.0.to_vec())
        }
    }
    let silent = Reader::open(Chatter(b"", Duration::ZERO), origin());
    assert!(matches!(silent, Err(DeviceError::Timeout { .. })), "{silent:?}");
    let talking = Reader::open(Chatter(b"$GPGGA,", Duration::ZERO), origin());
    assert!(matches!(talking, Err(DeviceError::Garbage { .. })), "{talking:?}");
}
