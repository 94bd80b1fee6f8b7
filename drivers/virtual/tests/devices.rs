//! Each virtual device through the trait the application knows it by, whole and with everything that can go wrong.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Helpers of tests.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, RgbImage};
use tram_device::{
    Access, Camera, CardJob, CardPrinter, Device, DeviceError, DeviceKind, Factory as _, FingerFrame,
    FingerReader, FingerRequest, Printed, PrinterFault,
};
use tram_virtual::{Config, Ending, Handle, Pace, Shot, Trouble, VirtualFactory, devices};

const SOON: Duration = Duration::from_millis(1);

fn immediate() -> (VirtualFactory, Handle) {
    devices(Config::immediate(std::env::temp_dir().join("unused")))
}

fn open(driver: &VirtualFactory, kind: DeviceKind) -> Result<Device, DeviceError> {
    let listing = driver.list().into_iter().find(|listing| listing.kind == kind).expect("is listed");
    assert!(listing.origin.is_virtual && listing.origin.model.contains("VIRTUAL"));
    driver.open(&listing)
}

fn reader(driver: &VirtualFactory) -> Box<dyn FingerReader> {
    match open(driver, DeviceKind::FingerReader) {
        Ok(Device::FingerReader(reader)) => reader,
        other => panic!("{other:?}"),
    }
}

fn camera(driver: &VirtualFactory) -> Box<dyn Camera> {
    match open(driver, DeviceKind::Camera) {
        Ok(Device::Camera(camera)) => camera,
        other => panic!("{other:?}"),
    }
}

fn printer(driver: &VirtualFactory) -> Box<dyn CardPrinter> {
    match open(driver, DeviceKind::CardPrinter) {
        Ok(Device::CardPrinter(printer)) => printer,
        other => panic!("{other:?}"),
    }
}

fn plain(position: FingerPosition) -> FingerRequest {
    FingerRequest { position, impression: Impression::Plain }
}

/// Every picture of one capture.
fn capture(reader: &mut dyn FingerReader, request: FingerRequest) -> Result<Vec<FingerFrame>, DeviceError> {
    reader.begin(request)?;
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame(SOON)? {
        frames.push(frame);
    }
    Ok(frames)
}

/// How much of the last picture is dark, in thousandths.
fn dark(frames: &[FingerFrame]) -> usize {
    let pixels = frames.last().expect("has pictures").image.pixels();
    1000 * pixels.iter().filter(|level| **level < 128).count() / pixels.len()
}

#[test]
fn a_capture_shows_fingers_landing_and_ends_with_one_final_picture() {
    let (driver, hands) = immediate();
    hands.put_person(1);
    let mut reader = reader(&driver);
    let requests = [
        (plain(FingerPosition::LeftIndex), (480, 600)),
        (FingerRequest { position: FingerPosition::RightThumb, impression: Impression::Rolled }, (800, 750)),
        (plain(FingerPosition::PlainThumbs), (1600, 1500)),
    ];
    for (request, size) in requests {
        let frames = capture(&mut *reader, request).expect("captures");
        assert_eq!(
            frames.iter().map(|frame| frame.is_final).collect::<Vec<_>>(),
            [false, false, false, true]
        );
        for frame in &frames {
            assert_eq!((frame.image.width(), frame.image.height(), frame.image.ppi()), (size.0, size.1, 500));
        }
        assert!(dark(&frames[..1]) < dark(&frames), "the finger lands");
    }
}

#[test]
fn touches_of_one_finger_differ_and_nobody_leaves_nothing() {
    let (driver, hands) = immediate();
    let mut reader = reader(&driver);
    let request = plain(FingerPosition::RightIndex);
    assert!(capture(&mut *reader, request).expect("waits").is_empty(), "nobody is there");
    hands.put_person(2);
    let first = capture(&mut *reader, request).expect("captures");
    let second = capture(&mut *reader, request).expect("captures");
    assert_ne!(first.last().map(|frame| &frame.image), second.last().map(|frame| &frame.image));
    hands.set_missing(&[FingerPosition::RightIndex]);
    assert!(capture(&mut *reader, request).expect("waits").is_empty(), "the finger is missing");
}

#[test]
fn a_missing_or_lifted_finger_leaves_less_ink() {
    let (driver, hands) = immediate();
    hands.put_person(3);
    let mut reader = reader(&driver);
    let request = plain(FingerPosition::PlainThumbs);
    let both = dark(&capture(&mut *reader, request).expect("captures"));
    hands.trouble(Trouble::OneFingerShort);
    let lifted = dark(&capture(&mut *reader, request).expect("captures"));
    hands.set_missing(&[FingerPosition::LeftThumb]);
    let missing = dark(&capture(&mut *reader, request).expect("captures"));
    assert!(lifted < both * 7 / 10 && missing < both * 7 / 10, "{both} {lifted} {missing}");
}

#[test]
fn trouble_lasts_for_one_capture() {
    let (driver, hands) = immediate();
    hands.put_person(4);
    let mut reader = reader(&driver);
    let request = plain(FingerPosition::RightMiddle);
    let usual = dark(&capture(&mut *reader, request).expect("captures"));
    for (trouble, least, most) in [
        (Trouble::Light, 0, usual * 7 / 10),
        (Trouble::Partial, 0, usual * 6 / 10),
        (Trouble::Dry, 0, usual * 8 / 10),
        (Trouble::Wet, usual * 12 / 10, 1000),
    ] {
        hands.trouble(trouble);
        let ink = dark(&capture(&mut *reader, request).expect("captures"));
        assert!((least..=most).contains(&ink), "{trouble:?}: {ink} beside {usual}");
    }
    hands.trouble(Trouble::Garbage);
    assert!(matches!(capture(&mut *reader, request), Err(DeviceError::Garbage { .. })));
    assert_eq!(capture(&mut *reader, request).expect("recovers").len(), 4);
}

#[test]
fn a_pulled_plug_is_gone_until_it_is_plugged_in_and_opened_again() {
    let (driver, hands) = immediate();
    hands.put_person(5);
    let mut held = reader(&driver);
    let request = plain(FingerPosition::LeftThumb);
    hands.trouble(Trouble::Unplug);
    assert!(matches!(capture(&mut *held, request), Err(DeviceError::Gone { .. })));
    assert!(driver.list().iter().all(|listing| listing.kind != DeviceKind::FingerReader));
    hands.plug(DeviceKind::FingerReader);
    assert!(matches!(held.begin(request), Err(DeviceError::Gone { .. })), "the old handle stays dead");
    drop(held);
    assert_eq!(capture(&mut *reader(&driver), request).expect("captures").len(), 4);
}

#[test]
fn a_device_is_opened_once_and_listed_with_the_reason_when_it_cannot_be() {
    let (driver, hands) = immediate();
    let first = open(&driver, DeviceKind::Camera).expect("opens");
    assert!(matches!(open(&driver, DeviceKind::Camera), Err(DeviceError::Busy { .. })));
    drop(first);
    let reason = DeviceError::PermissionDenied { detail: "TEST".into() };
    hands.refuse(DeviceKind::Camera, Some(reason.clone()));
    assert_eq!(open(&driver, DeviceKind::Camera).err(), Some(reason));
    let listings = driver.list();
    assert!(
        listings.iter().any(|listing| matches!(listing.access, Access::Refused(_))) && listings.len() == 4
    );
    hands.refuse(DeviceKind::Camera, None);
    assert!(open(&driver, DeviceKind::Camera).is_ok());
}

#[test]
fn slaps_are_not_rolled() {
    let (driver, _) = immediate();
    let mut reader = reader(&driver);
    let rolled = FingerRequest { position: FingerPosition::PlainLeftFour, impression: Impression::Rolled };
    assert!(!reader.supports(rolled));
    assert!(matches!(reader.begin(rolled), Err(DeviceError::Unsupported { .. })));
}

/// The mean level of a picture.
fn brightness(image: &RgbImage) -> u64 {
    image.pixels().iter().map(|level| u64::from(*level)).sum::<u64>() / image.pixels().len() as u64
}

/// How much neighbouring pixels differ.
fn sharpness(image: &RgbImage) -> u64 {
    image.pixels().windows(4).map(|window| u64::from(window[0].abs_diff(window[3]))).sum()
}

#[test]
fn the_camera_follows_its_script_and_can_be_unplugged() {
    let (driver, hands) = immediate();
    let mut camera = camera(&driver);
    assert!(camera.next_frame(SOON).expect("waits").is_none(), "not started");
    camera.start().expect("starts");
    hands.show(vec![Shot::dark(1), Shot::blurred(1), Shot::good()]);
    let mut next = || camera.next_frame(SOON).expect("is there").expect("has a frame").image;
    let [dark, blurred, good] = [next(), next(), next()];
    assert_eq!((good.width(), good.height()), (1280, 720));
    assert!(brightness(&dark) * 2 < brightness(&good));
    assert!(sharpness(&blurred) * 4 < sharpness(&good) * 3);
    assert!((0..30).any(|_| next() != good), "nobody stands quite still");
    hands.unplug(DeviceKind::Camera);
    assert!(matches!(camera.next_frame(SOON), Err(DeviceError::Gone { .. })));
}

#[test]
fn video_keeps_its_pace_and_drops_what_nobody_fetches() {
    let pace = Pace { camera: Duration::from_millis(20), ..Pace::NONE };
    let (driver, _) = devices(Config { pace, ..Config::immediate("unused") });
    let mut camera = camera(&driver);
    camera.start().expect("starts");
    assert!(camera.next_frame(SOON).expect("waits").is_none(), "the first frame is not due");
    let first = camera.next_frame(Duration::from_secs(1)).expect("is there").expect("has a frame");
    std::thread::sleep(Duration::from_millis(200));
    let second = camera.next_frame(Duration::from_secs(1)).expect("is there").expect("has a frame");
    assert!(second.taken.saturating_sub(first.taken) >= Duration::from_millis(180), "no queue of old frames");
}

fn job(id: &str) -> CardJob {
    let side = |level| RgbImage::new(2, 1, vec![level; 6]).expect("fills");
    CardJob { id: id.into(), front: side(10), back: Some(side(20)) }
}

fn print(printer: &mut dyn CardPrinter, id: &str) -> Result<Printed, DeviceError> {
    printer.print(&job(id), &mut |_| ControlFlow::Continue(()))
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn cards_come_out_as_files_and_stock_is_counted() {
    let folder = tempfile::tempdir().expect("has a folder");
    let (driver, hands) = devices(Config { blanks: 2, ..Config::immediate(folder.path().join("cards")) });
    let mut printer = printer(&driver);
    assert_eq!(print(&mut *printer, "../TEST 1"), Ok(Printed::Complete));
    assert_eq!(print(&mut *printer, "TEST-2"), Ok(Printed::Complete));
    assert_eq!(print(&mut *printer, "TEST-3"), Err(DeviceError::Printer(PrinterFault::NoBlanks)));
    let names = [
        "VIRTUAL-0001-___TEST_1-back.png",
        "VIRTUAL-0001-___TEST_1-front.png",
        "VIRTUAL-0002-TEST-2-back.png",
        "VIRTUAL-0002-TEST-2-front.png",
    ];
    assert_eq!(files(&folder.path().join("cards")), names);
    let [card, _] = &hands.printed()[..] else { panic!("two cards") };
    let front = image::open(&card.front).expect("is a picture").into_rgb8();
    assert_eq!((card.job.as_str(), front.into_raw()), ("../TEST 1", vec![10; 6]));
    hands.refill(5, 0);
    let status = printer.status().expect("answers");
    assert_eq!((status.fault, status.blanks_left), (Some(PrinterFault::NoRibbon), Some(5)));
}

#[test]
fn a_card_that_does_not_end_well_says_so() {
    let folder = tempfile::tempdir().expect("has a folder");
    let (driver, hands) = devices(Config::immediate(folder.path()));
    let mut held = printer(&driver);
    hands.set_printer_fault(Some(PrinterFault::CoverOpen));
    assert_eq!(print(&mut *held, "TEST"), Err(DeviceError::Printer(PrinterFault::CoverOpen)));
    hands.set_printer_fault(None);
    assert_eq!(held.print(&job("TEST"), &mut |_| ControlFlow::Break(())), Ok(Printed::Cancelled));
    assert!(files(folder.path()).is_empty(), "no blank was used");

    hands.next_card(Ending::Silent);
    assert_eq!(print(&mut *held, "TEST"), Ok(Printed::Doubtful));
    hands.next_card(Ending::Stuck);
    assert_eq!(print(&mut *held, "TEST"), Ok(Printed::Doubtful));
    assert_eq!(print(&mut *held, "TEST"), Err(DeviceError::Printer(PrinterFault::Jam)));
    hands.set_printer_fault(None);
    hands.next_card(Ending::Unplugged);
    assert!(matches!(print(&mut *held, "TEST"), Err(DeviceError::Gone { .. })));
    assert_eq!(hands.printed().len(), 1, "the silent card came out");

    hands.plug(DeviceKind::CardPrinter);
    drop(held);
    let status = printer(&driver).status().expect("answers");
    assert_eq!(status.blanks_left, Some(98));
}
