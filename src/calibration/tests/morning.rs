//! The morning test: its order, its minute, its verdicts, and what it makes of devices that fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::ops::ControlFlow;
use std::time::Duration;
use tram_biometric::{GrayImage, Origin, RgbImage};
use tram_calibration::morning::{Check, LONGEST, Morning, Observation, Plan, probe};
use tram_calibration::{DeviceClass, Limits, Plane, Refusal, Standing};
use tram_device::{
    Camera, CardJob, CardPrinter, DeviceError, FingerFrame, FingerReader, FingerRequest, PrintStage, Printed,
    PrinterFault, PrinterStatus, VideoFrame,
};

const GOOD: Standing = Standing::Good { days_left: 30, uses_left: 1000 };

fn plan() -> Plan {
    Plan {
        devices: vec![DeviceClass::FingerReader, DeviceClass::Camera, DeviceClass::CardPrinter],
        clean_platen: Some(Plane::of_gray(&platen(200))),
        sites: Vec::new(),
        cards: 40,
        limits: Limits::shipped().unwrap(),
    }
}

fn platen(level: u8) -> GrayImage {
    GrayImage::from_fn(200, 240, 500, |x, y| level + ((x * 7 + y * 3) % 3) as u8)
}

fn wall(level: u8) -> RgbImage {
    RgbImage::new(240, 180, vec![level; 240 * 180 * 3]).unwrap()
}

fn status() -> PrinterStatus {
    PrinterStatus { fault: None, ribbon_left: Some(120), blanks_left: None }
}

/// What a good station shows in each check.
fn good(check: Check) -> Observation {
    match check {
        Check::Clock => Observation::Clock(Some(-3)),
        Check::Battery => Observation::Battery(Some((93, false))),
        Check::Disk => Observation::Disk(80_000_000_000),
        Check::Certificate(_) => Observation::Standing(GOOD),
        Check::Platen => Observation::Platen(vec![platen(200); 4]),
        Check::Background => Observation::Picture(wall(240)),
        Check::Printer => Observation::Printer(status()),
    }
}

/// Runs the test, with another observation in one check.
fn run(plan: Plan, other: Option<&(Check, Observation)>) -> Morning {
    let mut morning = Morning::new(plan);
    while let Some(check) = morning.next() {
        let replaced = other.filter(|(at, _)| *at == check).map(|(_, observation)| observation.clone());
        morning.observe(&replaced.unwrap_or_else(|| good(check)), Duration::from_millis(300));
    }
    morning
}

#[test]
fn everything_that_is_needed_fits_into_a_minute() {
    let every = Plan { devices: DeviceClass::ALL.to_vec(), ..plan() };
    let mut morning = Morning::new(every);
    let mut longest = Duration::ZERO;
    let mut seen = Vec::new();
    while let Some(check) = morning.next() {
        longest += check.allowed();
        seen.push(check);
        morning.observe(&good(check), check.allowed());
    }
    assert!(longest <= LONGEST, "{longest:?}");
    assert_eq!(seen.len(), 11, "{seen:?}");
    assert!(morning.is_green(), "{:?}", morning.outcomes());
    // What asks for the officer's hands comes last.
    let first_by_hand =
        seen.iter().position(|check| check.instruction(tram_biometric::Language::English).is_some());
    assert!(
        seen[first_by_hand.unwrap()..]
            .iter()
            .all(|check| check.instruction(tram_biometric::Language::Vietnamese).is_some())
    );
}

#[test]
fn only_what_the_day_needs_is_looked_at() {
    let bare = run(Plan { devices: Vec::new(), ..plan() }, None);
    assert_eq!(bare.outcomes().len(), 3);
    let camera = run(Plan { devices: vec![DeviceClass::Camera], ..plan() }, None);
    assert!(
        camera
            .outcomes()
            .iter()
            .all(|outcome| outcome.check != Check::Printer && outcome.check != Check::Platen)
    );
}

#[test]
fn each_thing_wrong_is_red_with_a_sentence_and_the_rest_stays_green() {
    let dirty = GrayImage::from_fn(200, 240, 500, |x, y| if x < 60 && y < 60 { 120 } else { 200 });
    let printer = |change: fn(&mut PrinterStatus)| {
        let mut status = status();
        change(&mut status);
        Observation::Printer(status)
    };
    let gone = || Observation::Trouble(DeviceError::Gone { detail: String::new() });
    let class = DeviceClass::Camera;
    for (check, observation) in [
        (Check::Clock, Observation::Clock(Some(-4000))),
        (Check::Clock, Observation::Clock(Some(i64::MIN))),
        (Check::Battery, Observation::Battery(Some((20, false)))),
        (Check::Disk, Observation::Disk(100_000)),
        (Check::Certificate(class), Observation::Standing(Standing::Refused(Refusal::NoCertificate))),
        (Check::Platen, Observation::Platen(vec![dirty; 2])),
        (Check::Platen, Observation::Platen(vec![platen(150); 2])),
        (Check::Platen, Observation::Platen(Vec::new())),
        (Check::Platen, Observation::Platen(vec![GrayImage::from_fn(9, 9, 500, |_, _| 200)])),
        (Check::Platen, gone()),
        (Check::Background, Observation::Picture(wall(90))),
        (Check::Background, Observation::Picture(RgbImage::new(9, 9, vec![250; 243]).unwrap())),
        (Check::Background, gone()),
        (Check::Background, Observation::NoAnswer),
        (Check::Printer, printer(|status| status.fault = Some(PrinterFault::NoRibbon))),
        (Check::Printer, printer(|status| status.ribbon_left = Some(12))),
        (Check::Printer, printer(|status| status.blanks_left = Some(0))),
        // An answer to another question is no answer.
        (Check::Printer, Observation::Disk(u64::MAX)),
    ] {
        let morning = run(plan(), Some(&(check, observation.clone())));
        assert!(!morning.is_green(), "{check:?} {observation:?}");
        for outcome in morning.outcomes() {
            assert_eq!(outcome.is_good, outcome.check != check, "{outcome:?}");
            assert!(outcome.vi.len() > 5 && outcome.en.len() > 5 && outcome.vi != outcome.en, "{outcome:?}");
        }
    }
}

#[test]
fn what_comes_too_late_does_not_count() {
    let mut morning = Morning::new(plan());
    while let Some(check) = morning.next() {
        morning.observe(&good(check), check.allowed() + Duration::from_millis(1));
    }
    assert!(morning.outcomes().iter().all(|outcome| !outcome.is_good));
    morning.observe(&Observation::NoAnswer, Duration::ZERO);
    assert_eq!(morning.next(), None, "nothing happens after the end");
}

/// A device that plays a script of answers.
struct Played<T> {
    origin: Origin,
    answers: Vec<Result<Option<T>, DeviceError>>,
    running: bool,
}

impl<T> Played<T> {
    fn new(mut answers: Vec<Result<Option<T>, DeviceError>>) -> Self {
        answers.reverse();
        let origin =
            Origin { driver: "played".into(), model: "TEST".into(), serial: "1".into(), is_virtual: true };
        Self { origin, answers, running: false }
    }

    fn next(&mut self) -> Result<Option<T>, DeviceError> {
        assert!(self.running);
        self.answers.pop().unwrap_or(Ok(None))
    }
}

impl FingerReader for Played<FingerFrame> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn supports(&self, _: FingerRequest) -> bool {
        true
    }

    fn begin(&mut self, _: FingerRequest) -> Result<(), DeviceError> {
        self.running = true;
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        assert!(timeout * 4 < Check::Platen.allowed());
        self.next()
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.running = false;
        Ok(())
    }
}

impl Camera for Played<VideoFrame> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn start(&mut self) -> Result<(), DeviceError> {
        self.running = true;
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<VideoFrame>, DeviceError> {
        assert!(timeout * 4 < Check::Background.allowed());
        self.next()
    }

    fn stop(&mut self) -> Result<(), DeviceError> {
        self.running = false;
        Ok(())
    }
}

impl CardPrinter for Played<PrinterStatus> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn status(&mut self) -> Result<PrinterStatus, DeviceError> {
        self.answers.pop().unwrap().map(Option::unwrap)
    }

    fn print(
        &mut self,
        _: &CardJob,
        _: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        unreachable!("the morning test prints nothing")
    }
}

#[test]
fn devices_are_observed_through_their_traits_and_left_at_rest() {
    let frame = || Ok(Some(FingerFrame { image: platen(200), taken: Duration::ZERO, is_final: false }));
    let video = |level: u8| Ok(Some(VideoFrame { image: wall(level), taken: Duration::ZERO }));
    let gone = || DeviceError::Gone { detail: "pulled".into() };

    let mut reader = Played::new(vec![frame(), frame(), Ok(None)]);
    assert!(matches!(probe::platen(&mut reader), Observation::Platen(frames) if frames.len() == 2));
    assert!(!reader.running);
    let mut reader = Played::<FingerFrame>::new(vec![]);
    assert!(matches!(probe::platen(&mut reader), Observation::NoAnswer));
    let mut reader = Played::new(vec![frame(), Err(gone())]);
    assert!(matches!(probe::platen(&mut reader), Observation::Trouble(DeviceError::Gone { .. })));
    assert!(!reader.running);

    // The newest picture counts: the first ones come before the exposure has settled.
    let mut camera = Played::new(vec![video(20), video(120), video(240)]);
    assert!(
        matches!(probe::camera(&mut camera), Observation::Picture(picture) if picture.pixels()[0] == 240)
    );
    assert!(!camera.running);
    let mut camera = Played::<VideoFrame>::new(vec![Err(gone())]);
    assert!(matches!(probe::camera(&mut camera), Observation::Trouble(_)));

    let mut printer = Played::new(vec![Ok(Some(status()))]);
    assert!(matches!(probe::printer(&mut printer), Observation::Printer(_)));
}

#[test]
fn the_empty_chair_is_held_against_the_site_it_is_most_like() {
    let sites = vec![("xã".to_owned(), wall(238)), ("chợ".to_owned(), wall(250))];
    let plan = || Plan { devices: vec![DeviceClass::Camera], sites: sites.clone(), ..plan() };
    let said = |level| {
        let seen = (Check::Background, Observation::Picture(wall(level)));
        let morning = run(plan(), Some(&seen));
        morning.outcomes().iter().find(|outcome| outcome.check == Check::Background).unwrap().clone()
    };
    let like = said(239);
    assert!(like.is_good && like.en.contains("xã"), "{like:?}");
    // Light enough by itself, and yet not the light the camera was calibrated in.
    let other = said(205);
    assert!(!other.is_good && other.en.contains("calibration at this site"), "{other:?}");
}
