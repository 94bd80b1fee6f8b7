//! The states of the technician's bench and of the morning test.

#![allow(clippy::expect_used, clippy::fn_params_excessive_bools)] // Outside of test functions, but in a test.

use crate::cases::{Case, case, with};
use crate::fixture::{NOW, device, devices, loading, phrase};
use egui::{Key, Modifiers};
use time::Duration;
use tram_calibration::bench::Shown;
use tram_calibration::morning::Check;
use tram_calibration::{
    CalibratedDevice, Certificate, CertificateId, DeviceClass, Issue, Limits, Measurement, Quantity, Refusal,
    Standing, Verdict,
};
use tram_capture::{DeviceError, DeviceKind};
use tram_enrollment::Role;
use tram_workflow::bench::{BenchAction, BenchHeard, Fault, Looked, Morning, SelfTest, Shelved};
use tram_workflow::lists::DeviceState;
use tram_workflow::{Action, Screen, State};
use uuid::Uuid;

fn heard(heard: BenchHeard) -> Action {
    Action::BenchHeard(heard)
}

/// Figures in the middle of their limits, with one moved away.
fn certificate(class: DeviceClass, device: &CalibratedDevice, days_ago: i64, drift: f64) -> Certificate {
    let limits = Limits::shipped().expect("sound");
    let middle = |least: Option<f64>, most: Option<f64>| match (least, most) {
        (Some(least), Some(most)) => f64::midpoint(least, most),
        (Some(least), None) => least * 1.2,
        (None, most) => most.unwrap_or_default() * 0.4,
    };
    let figures: Vec<Measurement> = limits
        .of(class)
        .map(|limit| Measurement::new(limit.quantity, middle(limit.at_least, limit.at_most)))
        .map(|figure| match figure.quantity {
            Quantity::Dirt => Measurement::new(Quantity::Dirt, 0.2 + drift),
            _ => figure,
        })
        .collect();
    let issue = Issue {
        id: CertificateId(Uuid::from_u128(days_ago as u128)),
        issued: NOW - Duration::days(days_ago),
        station: "TEST-STATION".into(),
        technician: "minh.tq".into(),
        under: String::new(),
        pictures: Vec::new(),
    };
    let verdict = Verdict::of(class, &figures, &limits);
    Certificate::issue(issue, class, device.clone(), verdict, &limits).expect("complete")
}

fn shelved(kind: DeviceKind, class: DeviceClass, standing: Standing, certificates: &[(i64, f64)]) -> Shelved {
    let origin = device(kind, DeviceState::Ready).origin;
    let device = CalibratedDevice::new(&origin, "TEST-1.0");
    let certificates: Vec<Certificate> =
        certificates.iter().map(|(days, drift)| certificate(class, &device, *days, *drift)).collect();
    let trend = tram_calibration::trend::trend(&certificates, Quantity::Dirt);
    Shelved {
        kind,
        class,
        device,
        standing,
        trends: trend.map(|trend| (Quantity::Dirt, trend)).into_iter().collect(),
        changed: Vec::new(),
        faults: Vec::new(),
        certificates,
    }
}

fn shelf() -> Vec<Shelved> {
    let good = Standing::Good { days_left: 171, uses_left: 18_420 };
    let mut reader =
        shelved(DeviceKind::FingerReader, DeviceClass::SlapReader, good, &[(9, 0.5), (190, 0.3), (380, 0.1)]);
    reader.faults = vec![Fault {
        at: NOW - Duration::hours(2),
        words: "Vệt mờ ở góc trái sau khi rơi".into(),
        has_picture: true,
    }];
    let expired = Standing::Refused(Refusal::Expired((NOW - Duration::days(3)).date()));
    let mut camera = shelved(DeviceKind::Camera, DeviceClass::Camera, expired, &[(93, 0.0)]);
    camera.changed = vec![("firmware".into(), "TEST-1.0".into(), "TEST-1.1".into())];
    let none = Standing::Refused(Refusal::NoCertificate);
    vec![reader, camera, shelved(DeviceKind::CardPrinter, DeviceClass::CardPrinter, none, &[])]
}

/// A technician before the shelf.
fn technician() -> State {
    with(loading(Role::Technician), [Action::Devices(devices()), heard(BenchHeard::Shelf(shelf()))])
}

fn procedure(actions: impl IntoIterator<Item = Action>) -> State {
    let open = Action::Bench(BenchAction::Open(DeviceKind::FingerReader));
    with(with(technician(), [open]), actions)
}

fn findings(dirt: f64) -> Vec<tram_calibration::Finding> {
    let figures = [
        Measurement::new(Quantity::AdjacentLight, 1.2),
        Measurement::new(Quantity::PixelLight, 4.1),
        Measurement::new(Quantity::SquareLight, 3.7),
        Measurement::new(Quantity::Dirt, dirt),
    ];
    Verdict::of(DeviceClass::SlapReader, &figures, &Limits::shipped().expect("sound")).findings
}

fn looked(check: Check, is_good: bool, vi: &str, en: &str) -> Looked {
    Looked { check, is_good, said: phrase(vi, en) }
}

fn morning(next: Option<Check>, bad: bool, is_done: bool) -> State {
    let mut seen = vec![
        looked(Check::Clock, true, "Đồng hồ đúng", "The clock is right"),
        looked(Check::Disk, true, "Ổ đĩa còn 120000 MB", "The disk has 120000 MB left"),
    ];
    if bad {
        let (vi, en) = ("Vết bẩn bám lại: 2,1 %: lau mặt kính", "Dirt that stays: 2.1 %: wipe the platen");
        seen.push(looked(Check::Platen, false, vi, en));
    }
    let told = Morning { next, looked: seen, is_done };
    let begin = Action::Bench(BenchAction::Morning);
    with(loading(Role::Officer), [Action::Devices(devices()), begin, heard(BenchHeard::Morning(told))])
}

fn checks() -> Vec<SelfTest> {
    let test = |vi: &str, en: &str, is_good, said: (&str, &str)| SelfTest {
        name: phrase(vi, en),
        is_good,
        said: phrase(said.0, said.1),
    };
    vec![
        test("Bộ mã hoá chip", "Chip encoder", Some(true), ("trả lời", "answers")),
        test(
            "Màn hình thứ hai",
            "Second screen",
            Some(false),
            ("Chỉ có một màn hình", "There is one screen only"),
        ),
        test("TPM", "TPM", None, ("Máy không có TPM", "The machine has no TPM")),
    ]
}

/// A reader that failed, at an officer's desk.
fn refused() -> State {
    let failed = DeviceState::Failed(DeviceError::Uncalibrated { detail: "TEST".into() });
    let standing = Standing::Refused(Refusal::Failed);
    let reader = shelved(DeviceKind::FingerReader, DeviceClass::SlapReader, standing, &[(1, 3.0)]);
    with(
        loading(Role::Officer),
        [
            Action::Devices(vec![device(DeviceKind::FingerReader, failed)]),
            Action::Go(Screen::Devices),
            heard(BenchHeard::Shelf(vec![reader])),
        ],
    )
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    let take = || Action::Bench(BenchAction::Take);
    let measured = |dirt| heard(BenchHeard::Taken(Shown::EmptyPlaten, Ok(findings(dirt))));
    let unmeasured = phrase("Các ảnh không cùng cỡ", "Frames differ in size");
    let failed = heard(BenchHeard::Taken(Shown::EmptyPlaten, Err(unmeasured)));
    let gone = phrase("Thiết bị chưa được kết nối", "The device is not connected");
    vec![
        case("bench_loading", loading(Role::Technician), ["Đang tìm", "Looking for"]),
        case("bench", technician(), ["Chứng nhận đã hết hạn", "The certificate expired"]).pictured(),
        case(
            "bench_empty",
            with(loading(Role::Technician), [heard(BenchHeard::Shelf(Vec::new()))]),
            ["Chưa thấy thiết bị", "No devices found"],
        ),
        case(
            "bench_checks",
            with(technician(), [heard(BenchHeard::Checked(checks()))]),
            ["Chỉ có một màn hình", "one screen only"],
        ),
        case("procedure", procedure([]), ["Lau mặt kính bằng khăn mềm", "Wipe the platen"]),
        case("procedure_running", procedure([take()]), ["Đang đo", "Measuring"]),
        case("procedure_measured", procedure([take(), measured(0.3)]), ["đạt.", "passed."]),
        case("procedure_red", procedure([take(), measured(2.4)]), ["Vết bẩn bám lại", "Dirt that stays"])
            .pictured(),
        case("procedure_failed", procedure([take(), failed]), ["không cùng cỡ", "differ in size"]),
        case(
            "procedure_gone",
            procedure([heard(BenchHeard::Trouble(Some(gone)))]),
            ["chưa được kết nối", "not connected"],
        )
        .dark(),
        case(
            "morning_running",
            morning(Some(Check::Platen), false, false),
            ["không đặt tay lên", "keep hands off"],
        ),
        case("morning_red", morning(None, true, true), ["lau mặt kính", "wipe the platen"]).pictured(),
        case("morning_green", morning(None, false, true), ["Trạm sẵn sàng", "ready for today"]),
        case("device_refused", refused(), ["Lần đo gần nhất không đạt", "failed its last calibration"]),
        case("device_exception", refused(), ["Lý do", "Reason"]).modified(&[(Modifiers::CTRL, Key::E)]),
    ]
}
