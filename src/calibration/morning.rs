//! The morning test: what is needed today, in at most a minute, green or a sentence with what to do.
//!
//! [`Morning`] is a pure state machine: it names the next check with the time it may take, is told what was observed, and
//! judges. A check that has not answered in its time is red and the test goes on, so the whole never takes longer than
//! the sum of its parts. [`probe`] observes through the traits of `drivers/device`.

pub mod probe;

use crate::camera::background::Background;
use crate::camera::site;
use crate::finger::platen;
use crate::limits::{DeviceClass, Limits};
use crate::quantity::{Measurement, Quantity};
use crate::standing::Standing;
use crate::{Plane, finding::Finding};
use std::time::Duration;
use tram_biometric::{GrayImage, Language, Rect, RgbImage};
use tram_device::{DeviceError, PrinterStatus};

/// The whole test is over by then.
pub const LONGEST: Duration = Duration::from_mins(1);

/// One thing that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// The station's clock against the centre's, or against the newest thing the station has signed.
    Clock,
    /// Battery or mains.
    Battery,
    /// Room on the disk.
    Disk,
    /// Whether the device's certificate holds.
    Certificate(DeviceClass),
    /// The empty platen.
    Platen,
    /// The empty chair before the camera.
    Background,
    /// The printer and what is in it.
    Printer,
}

impl Check {
    /// How long it may take. The sum over all checks stays below a minute.
    pub fn allowed(self) -> Duration {
        Duration::from_secs(match self {
            Self::Clock | Self::Battery | Self::Disk | Self::Certificate(_) => 1,
            Self::Platen => 20,
            Self::Background | Self::Printer => 15,
        })
    }

    /// What the officer does for it; `None` where the station looks by itself.
    pub fn instruction(self, language: Language) -> Option<&'static str> {
        let (vi, en) = match self {
            Self::Platen => (
                "Lau mặt kính đầu đọc vân tay và không đặt tay lên",
                "Wipe the fingerprint reader's platen and keep hands off it",
            ),
            Self::Background => (
                "Để trống ghế trước máy ảnh và bật đèn",
                "Leave the chair before the camera empty and switch on the lamps",
            ),
            _ => return None,
        };
        Some(language.pick(vi, en))
    }
}

/// What the day needs and what it is held against.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Devices in use today.
    pub devices: Vec<DeviceClass>,
    /// The platen as it was when the certificate was made: the mean of several frames. Without it only the certificate
    /// and the reader's answer count.
    pub clean_platen: Option<Plane>,
    /// The sites the camera was calibrated at, with its picture of the empty chair there.
    pub sites: Vec<(String, RgbImage)>,
    /// Cards expected today.
    pub cards: u32,
    /// The limits in force.
    pub limits: Limits,
}

/// What was seen in a check.
#[derive(Clone, Debug)]
pub enum Observation {
    /// Seconds the station's clock is ahead; `None` when there is nothing to compare it with.
    Clock(Option<i64>),
    /// Charge in percent and whether mains is there; `None` for a machine without battery.
    Battery(Option<(u8, bool)>),
    /// Room left in bytes.
    Disk(u64),
    /// Where the device stands.
    Standing(Standing),
    /// Frames of the empty platen, newest last.
    Platen(Vec<GrayImage>),
    /// The newest picture of the empty chair.
    Picture(RgbImage),
    /// The printer's own word.
    Printer(PrinterStatus),
    /// The device did not do what it was asked.
    Trouble(DeviceError),
    /// Nothing in the time allowed.
    NoAnswer,
}

/// How one check came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub check: Check,
    /// Whether it is green.
    pub is_good: bool,
    /// What was found and, when red, what to do, in Vietnamese.
    pub vi: String,
    /// The same in English.
    pub en: String,
}

/// A morning test under way.
#[derive(Clone, Debug)]
pub struct Morning {
    plan: Plan,
    open: Vec<Check>,
    outcomes: Vec<Outcome>,
}

impl Morning {
    /// A test of what the plan needs: first what takes no time, then what the officer must do something for, while the
    /// cheap failures are already on the screen.
    pub fn new(plan: Plan) -> Self {
        let uses = |class: &DeviceClass| plan.devices.contains(class);
        let mut open = vec![Check::Clock, Check::Battery, Check::Disk];
        open.extend(DeviceClass::ALL.into_iter().filter(uses).map(Check::Certificate));
        if uses(&DeviceClass::CardPrinter) {
            open.push(Check::Printer);
        }
        if uses(&DeviceClass::FingerReader) || uses(&DeviceClass::SlapReader) {
            open.push(Check::Platen);
        }
        if uses(&DeviceClass::Camera) {
            open.push(Check::Background);
        }
        open.reverse();
        Self { plan, open, outcomes: Vec::new() }
    }

    /// What to look at next; `None` when all is done.
    pub fn next(&self) -> Option<Check> {
        self.open.last().copied()
    }

    /// Takes what was observed in the check that [`Morning::next`] named, and how long it took.
    pub fn observe(&mut self, observation: &Observation, took: Duration) {
        let Some(check) = self.open.pop() else { return };
        let late = took > check.allowed();
        let judged = judge(check, if late { &Observation::NoAnswer } else { observation }, &self.plan);
        let (is_good, vi, en) = match judged {
            Ok((vi, en)) => (true, vi, en),
            Err((vi, en)) => (false, vi, en),
        };
        self.outcomes.push(Outcome { check, is_good, vi, en });
    }

    /// How the checks so far came out, in their order.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Whether all is done and green.
    pub fn is_green(&self) -> bool {
        self.open.is_empty() && self.outcomes.iter().all(|outcome| outcome.is_good)
    }
}

/// A sentence in both languages.
type Sentence = (String, String);

fn said(vi: impl Into<String>, en: impl Into<String>) -> Sentence {
    (vi.into(), en.into())
}

fn judge(check: Check, observation: &Observation, plan: &Plan) -> Result<Sentence, Sentence> {
    match (check, observation) {
        (Check::Clock, Observation::Clock(ahead)) => clock(*ahead),
        (Check::Battery, Observation::Battery(battery)) => battery_lasts(*battery),
        (Check::Disk, Observation::Disk(room)) => disk(*room),
        (Check::Certificate(class), Observation::Standing(standing)) => certificate(class, standing),
        (Check::Platen, Observation::Platen(frames)) => empty_platen(frames, plan),
        (Check::Background, Observation::Picture(picture)) => background(picture, plan),
        (Check::Printer, Observation::Printer(status)) => printer(status, plan.cards),
        (_, Observation::Trouble(error)) => {
            Err(said(error.advice(Language::Vietnamese), error.advice(Language::English)))
        }
        _ => Err(said(
            "Không có trả lời trong thời gian cho phép: rút thiết bị ra cắm lại rồi thử lại",
            "No answer in the time allowed: plug the device in again and repeat",
        )),
    }
}

/// Signatures and deadlines bear the station's time.
const WORST_CLOCK: u64 = 120;

fn clock(ahead: Option<i64>) -> Result<Sentence, Sentence> {
    match ahead {
        Some(ahead) if ahead.unsigned_abs() > WORST_CLOCK => Err(said(
            format!("Đồng hồ lệch {ahead} giây: đặt lại giờ trước khi làm việc"),
            format!("The clock is {ahead} seconds off: set it before you start"),
        )),
        Some(_) => Ok(said("Đồng hồ đúng", "The clock is right")),
        None => Ok(said("Chưa có gì để đối chiếu đồng hồ", "Nothing to compare the clock with yet")),
    }
}

fn battery_lasts(battery: Option<(u8, bool)>) -> Result<Sentence, Sentence> {
    match battery {
        None => Ok(said("Máy dùng điện lưới", "The machine runs on mains")),
        Some((charge, true)) => {
            Ok(said(format!("Có điện lưới, pin {charge} %"), format!("On mains, battery {charge} %")))
        }
        Some((charge, false)) if charge < 60 => Err(said(
            format!("Pin còn {charge} %: cắm sạc trước khi nhận người dân"),
            format!("The battery is at {charge} %: plug in before the first citizen"),
        )),
        Some((charge, false)) => Ok(said(format!("Pin {charge} %"), format!("Battery {charge} %"))),
    }
}

/// A day of enrollments is some hundred megabytes; this is a week.
const LEAST_ROOM: u64 = 2_000_000_000;

fn disk(room: u64) -> Result<Sentence, Sentence> {
    let megabytes = room / 1_000_000;
    if room < LEAST_ROOM {
        Err(said(
            format!("Ổ đĩa còn {megabytes} MB: đồng bộ hồ sơ hoặc báo kỹ thuật viên"),
            format!("The disk has {megabytes} MB left: synchronize or call the technician"),
        ))
    } else {
        Ok(said(format!("Ổ đĩa còn {megabytes} MB"), format!("The disk has {megabytes} MB left")))
    }
}

fn certificate(class: DeviceClass, standing: &Standing) -> Result<Sentence, Sentence> {
    let sentence = |language: Language| {
        let name = class.name(language);
        format!("{name}: {}", standing.sentence(language))
    };
    let both = said(sentence(Language::Vietnamese), sentence(Language::English));
    if standing.may_be_used() { Ok(both) } else { Err(both) }
}

/// Holds a figure against the limits of its class; what has no limit passes.
fn within(plan: &Plan, class: DeviceClass, figure: Measurement) -> Result<(), Sentence> {
    let Some(limit) = plan.limits.find(class, figure.quantity) else { return Ok(()) };
    let finding = Finding::new(figure.value, limit);
    if finding.passes() {
        return Ok(());
    }
    Err(said(finding.sentence(Language::Vietnamese), finding.sentence(Language::English)))
}

fn empty_platen(frames: &[GrayImage], plan: &Plan) -> Result<Sentence, Sentence> {
    let class = if plan.devices.contains(&DeviceClass::SlapReader) {
        DeviceClass::SlapReader
    } else {
        DeviceClass::FingerReader
    };
    let unusable = |error: crate::CalibrationError| {
        said(error.advice(Language::Vietnamese), error.advice(Language::English))
    };
    let now = Plane::mean(frames).map_err(unusable)?;
    let dead = platen::dead_ppm(&[&now]).map_err(unusable)?;
    within(plan, class, Measurement::new(Quantity::DeadPixels, dead))?;
    if let Some(clean) = &plan.clean_platen {
        let dirt = platen::dirt_percent(&now, clean).map_err(unusable)?;
        within(plan, class, Measurement::new(Quantity::Dirt, dirt))?;
        let drift = platen::drift(&now, clean).map_err(unusable)?;
        within(plan, class, Measurement::new(Quantity::PlatenDrift, drift))?;
    }
    Ok(said("Mặt kính sạch", "The platen is clean"))
}

fn background(picture: &RgbImage, plan: &Plan) -> Result<Sentence, Sentence> {
    let whole = Rect { x: 0, y: 0, width: picture.width(), height: picture.height() };
    let seen = Background::of(picture, whole)
        .map_err(|error| said(error.advice(Language::Vietnamese), error.advice(Language::English)))?;
    for (quantity, value) in [
        (Quantity::BackgroundLightness, seen.lightness),
        (Quantity::BackgroundChroma, seen.chroma),
        (Quantity::BackgroundUnevenness, seen.unevenness),
    ] {
        within(plan, DeviceClass::Camera, Measurement::new(quantity, value))?;
    }
    let Some((site, drift)) = site::nearest(picture, &plan.sites) else {
        return Ok(said("Phông nền sáng và đều", "The background is light and even"));
    };
    within(plan, DeviceClass::Camera, Measurement::new(Quantity::SiteDrift, drift))?;
    Ok(said(
        format!("Phông nền sáng và đều, như lúc hiệu chuẩn ở {site}"),
        format!("The background is light and even, as when calibrated at {site}"),
    ))
}

fn printer(status: &PrinterStatus, cards: u32) -> Result<Sentence, Sentence> {
    if let Some(fault) = status.fault {
        return Err(said(fault.advice(Language::Vietnamese), fault.advice(Language::English)));
    }
    for (left, vi, en) in
        [(status.ribbon_left, "Ruy băng", "The ribbon"), (status.blanks_left, "Phôi thẻ", "The feeder")]
    {
        if let Some(left) = left.filter(|left| *left < cards) {
            return Err(said(
                format!("{vi} còn đủ {left} thẻ, hôm nay cần {cards}: chuẩn bị cuộn mới hoặc nạp thêm"),
                format!("{en} lasts for {left} cards and today needs {cards}: have more ready"),
            ));
        }
    }
    Ok(said("Máy in sẵn sàng", "The printer is ready"))
}
