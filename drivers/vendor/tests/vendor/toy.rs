use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tram_biometric::{FingerPosition, Impression};
use tram_device::{Access, Device, DeviceError, Factory, FingerReader, FingerRequest, Listing};
use tram_vendor::Vendor;

const SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain };
const SECOND: Duration = Duration::from_secs(1);

/// The library, compiled once.
static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("toy.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor/toy.c");
    let compiled =
        Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    assert!(compiled.expect("a compiler of C, which the build needs too").success());
    (folder, library)
});

fn driver() -> Vendor {
    Vendor::new(env!("CARGO_BIN_EXE_tram-vendor-host").into(), [LIBRARY.1.clone()])
}

fn find(driver: &Vendor, manner: &str) -> Listing {
    let listed = driver.list();
    let meant = listed.into_iter().find(|listing| listing.port == format!("toy:{manner}"));
    meant.expect("the library lists it")
}

fn open(driver: &Vendor, manner: &str) -> Result<Box<dyn FingerReader>, DeviceError> {
    match driver.open(&find(driver, manner))? {
        Device::FingerReader(reader) => Ok(reader),
        other => panic!("{other:?}"),
    }
}

/// Arms and waits for the finished capture.
fn capture(reader: &mut dyn FingerReader) -> Result<usize, DeviceError> {
    reader.begin(SLAP)?;
    for frames in 1..=50 {
        let Some(frame) = reader.next_frame(SECOND)? else { continue };
        let is_true =
            frame.image.pixels().iter().enumerate().all(|(at, level)| *level == (at + frames) as u8);
        assert!(is_true && (frame.image.width(), frame.image.ppi()) == (800, 500), "a wrong picture");
        if frame.is_final {
            reader.end()?;
            return Ok(frames);
        }
    }
    Ok(0)
}

#[test]
fn a_library_that_works_is_a_reader_like_any_other() {
    let driver = driver();
    let listing = find(&driver, "good");
    assert!(
        matches!(listing.access, Access::Ready)
            && listing.origin.serial == "T-0"
            && !listing.origin.is_virtual
    );
    for manner in ["good", "prints"] {
        let mut reader = open(&driver, manner).expect("it opens");
        assert!(
            reader.supports(SLAP)
                && !reader.supports(FingerRequest { impression: Impression::Rolled, ..SLAP })
        );
        assert_eq!(capture(reader.as_mut()), Ok(5), "{manner}");
        reader.begin(SLAP).expect("it arms");
        assert!(reader.next_frame(Duration::from_millis(20)).expect("nothing is wrong").is_none());
    }
    assert!(matches!(open(&driver, "busy"), Err(DeviceError::Busy { .. })));
}

/// What is lost is noticed and the reader is back at work; how soon is said, for three seconds are wanted of each.
#[test]
fn a_library_that_crashes_hangs_or_leaks_is_a_device_lost_and_comes_back() {
    for manner in ["crash", "hang", "stop", "exit", "leak"] {
        let driver = driver();
        let mut reader = open(&driver, manner).expect("it opens");
        let mut last_frame = Instant::now();
        reader.begin(SLAP).expect("it arms");
        let error = loop {
            match reader.next_frame(SECOND) {
                // One that leaks does its work until there is no memory left.
                Ok(Some(frame)) if frame.is_final => reader.begin(SLAP).expect("it arms"),
                Ok(_) => {}
                Err(error) => break error,
            }
            last_frame = Instant::now();
        };
        let noticed = last_frame.elapsed();
        assert!(matches!(error, DeviceError::Gone { .. }), "{manner}: {error}");
        assert!(matches!(reader.next_frame(SECOND), Err(DeviceError::Gone { .. })), "it stays lost");
        let began = Instant::now();
        let mut again = open(&driver, "good").expect("it is started again");
        assert_eq!(capture(again.as_mut()), Ok(5), "{manner}");
        let back = began.elapsed();
        println!("{manner}: noticed in {noticed:.1?} ({error}), whole capture {back:.1?} later");
    }
}

#[test]
fn a_picture_that_cannot_be_is_refused() {
    for manner in ["huge", "negative"] {
        let mut reader = open(&driver(), manner).expect("it opens");
        let outcome = capture(reader.as_mut());
        assert!(matches!(outcome, Err(DeviceError::Garbage { .. })), "{manner}: {outcome:?}");
    }
}

#[test]
fn a_library_that_keeps_crashing_is_left_alone_for_a_while_and_one_that_is_none_says_so() {
    let driver = driver();
    let waits = (0..4).filter(|_| match open(&driver, "crash-open") {
        Err(DeviceError::Gone { detail }) => detail.contains("again in"),
        other => panic!("{:?}", other.err()),
    });
    assert!(waits.count() >= 1, "it is not started again and again");
    let none = Vendor::new(env!("CARGO_BIN_EXE_tram-vendor-host").into(), ["/dev/null".into()]);
    let [listing] = <[Listing; 1]>::try_from(none.list()).expect("the library itself");
    assert!(matches!(listing.access, Access::Refused(_)), "{listing:?}");
}
