//! States of the station as the workers would bring them, made by the workflow itself.

#![allow(clippy::expect_used)] // Outside of test functions, but in a test.

use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use time::macros::{date, datetime};
use tram_biometric::{
    Encoding, EyeLabel, FingerPosition, GrayImage, Impression, Origin, Quality, RgbImage, SampleId,
};
use tram_capture::{DeviceError, DeviceKind, PrinterFault, PrinterStatus};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{
    AttackHint, Check, Consent, DossierNumber, Enrollment, EnrollmentId, Event, ExceptionKind, Field,
    Findings, FingerCut, IrisCut, OfficerId, ReferenceData, Role, SampleRef, Source, Step,
};
use tram_packet::{OrderId, PacketId};
use tram_workflow::dossier::{Citizen, Picture, Slip};
use tram_workflow::lists::{
    DeviceLog, DeviceRow, DeviceState, DossierRow, DossierState, Link, Mirror, OrderRow, OrderState, Outbox,
    OutboxRow, PacketState, Reach,
};
use tram_workflow::state::Officer;
use tram_workflow::{Action, Secret, State, Station, apply};
use uuid::Uuid;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-23 08:42 +7);
pub(crate) const ID: EnrollmentId = EnrollmentId(Uuid::from_u128(7));
pub(crate) const ORDER: OrderId = OrderId(Uuid::from_u128(70));
const PACKET: PacketId = PacketId(Uuid::from_u128(700));
/// The bytes of one sample on the screen: the same picture stands for all of a kind.
const PORTRAIT: SampleId = SampleId(1);
const CROP: SampleId = SampleId(2);
const SIGNATURE: SampleId = SampleId(4);

pub(crate) fn phrase(vi: &str, en: &str) -> Phrase {
    Phrase { vi: vi.into(), en: en.into() }
}

/// The published reference data, with this line in place of the one about second persons.
pub(crate) fn reference(second_person: &str) -> Arc<ReferenceData> {
    let rules = include_str!("../../assets/reference/rules.toml");
    let rules = rules.replace("second_person = []", second_person);
    let units = include_str!("../../assets/reference/units.csv");
    Arc::new(ReferenceData::parse(&rules, units).expect("the published reference data is sound"))
}

/// A station nobody has signed in to.
pub(crate) fn closed() -> State {
    let station = Station {
        id: "G01.822.054-03".into(),
        name: "Công an xã Quảng La · máy 03".into(),
        unit: "G01.822.054".into(),
        is_demonstration: true,
        ..Station::default()
    };
    State::new(station, reference("second_person = []"), NOW)
}

/// An officer has signed in; every list is still loading.
pub(crate) fn loading(role: Role) -> State {
    let mut state = closed();
    let id = OfficerId("khanh.lv".into());
    apply(&mut state, Action::SignIn { officer: id.clone(), passphrase: Secret::default() });
    apply(&mut state, Action::SignedIn(Ok(Officer { id, name: "Thượng úy Lò Văn Khánh".into(), role })));
    state
}

/// A station at work: devices there, lists loaded.
pub(crate) fn at_work() -> State {
    let mut state = loading(Role::Officer);
    apply(&mut state, Action::Devices(devices()));
    apply(&mut state, Action::Worklist(dossiers()));
    apply(&mut state, Action::Outbox(outbox(Link::Up { since: NOW })));
    apply(&mut state, Action::Orders(orders()));
    apply(&mut state, Action::Blanks(212));
    state
}

pub(crate) fn device(kind: DeviceKind, state: DeviceState) -> DeviceRow {
    let model = match kind {
        DeviceKind::Camera => "VIRTUAL camera",
        DeviceKind::FingerReader => "VIRTUAL slap reader",
        DeviceKind::IrisCamera => "VIRTUAL iris camera",
        DeviceKind::CardPrinter => "VIRTUAL card printer",
        DeviceKind::CardReader => "VIRTUAL card reader",
        DeviceKind::SignaturePad => "VIRTUAL signature pad",
        DeviceKind::CodeReader => "VIRTUAL code reader",
    };
    let printer = (kind == DeviceKind::CardPrinter).then_some(PrinterStatus {
        fault: None,
        ribbon_left: Some(40),
        blanks_left: Some(8),
    });
    DeviceRow {
        kind,
        origin: Origin {
            driver: "virtual".into(),
            model: model.into(),
            serial: "TEST-1".into(),
            is_virtual: true,
        },
        port: "virtual:1".into(),
        in_use: true,
        state,
        reach: Reach { slaps: true, rolled: false },
        printer,
        log: DeviceLog { about: vec![("firmware".into(), "TEST 1.0".into())], ..DeviceLog::default() },
    }
}

pub(crate) fn devices() -> Vec<DeviceRow> {
    [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::CardPrinter]
        .map(|kind| device(kind, DeviceState::Ready))
        .to_vec()
}

pub(crate) fn broken_devices() -> Vec<DeviceRow> {
    vec![
        device(DeviceKind::Camera, DeviceState::Failed(DeviceError::Gone { detail: "TEST".into() })),
        device(DeviceKind::CardPrinter, DeviceState::Failed(DeviceError::Printer(PrinterFault::NoRibbon))),
    ]
}

fn number(running: u32) -> DossierNumber {
    DossierNumber::new("G01.822.054", NOW.date(), running)
}

pub(crate) fn dossiers() -> Vec<DossierRow> {
    let states = [
        ("Hoàng Thị Ngân", "identity-card.exchange", DossierState::Draft(Step::Fingers)),
        ("Lò A Páo", "identity-card.first-issue", DossierState::Sealed),
        ("Krông Y Bhô", "identity-card.reissue", DossierState::Received),
        ("Nguyễn Văn Thủy", "identity-card.exchange", DossierState::CardOrdered),
        ("Vàng Thị Mỷ", "identity-card.first-issue", DossierState::Quarantined),
        ("", "", DossierState::Draft(Step::Procedure)),
        ("Bàn Văn Tú", "identity-card.exchange", DossierState::CardPrinted),
        ("H'Blơi Niê", "identity-card.exchange", DossierState::HandedOver),
        ("Chẩu Thị Lả", "identity-card.exchange", DossierState::Withdrawn),
    ];
    let rows = states.into_iter().zip(890_001..);
    rows.map(|((name, procedure, state), running)| DossierRow {
        id: EnrollmentId(Uuid::from_u128(u128::from(running))),
        dossier: number(running),
        name: name.into(),
        procedure: procedure.into(),
        state,
        changed_at: NOW - time::Duration::minutes(i64::from(running - 890_000) * 7),
    })
    .collect()
}

pub(crate) fn outbox(link: Link) -> Outbox {
    let waiting = |attempts, last_error: Option<Phrase>| PacketState::Waiting {
        attempts,
        next_try: (attempts > 0).then_some(NOW + time::Duration::minutes(2)),
        last_error,
    };
    let states = [
        PacketState::Sending { sent: 310_000 },
        waiting(0, None),
        waiting(3, Some(phrase("Trung tâm đang bận", "The centre is busy"))),
        PacketState::Receipted,
        PacketState::Purged,
        PacketState::Quarantined {
            reason: phrase(
                "Trung tâm đã có gói khác cùng mã",
                "The centre holds another packet of the same name",
            ),
        },
    ];
    let rows = states.into_iter().zip(890_001..);
    let rows = rows.map(|(state, running)| OutboxRow {
        packet: PacketId(Uuid::from_u128(u128::from(running))),
        dossier: number(running),
        bytes: 842_113,
        sealed_at: NOW - time::Duration::minutes(9),
        state,
    });
    Outbox { rows: rows.collect(), link, mirror: Mirror::Whole, pace: None, contradiction: None }
}

pub(crate) fn orders() -> Vec<OrderRow> {
    let states = [OrderState::Ordered, OrderState::Doubtful, OrderState::Printed, OrderState::HandedOver];
    let names = ["Nguyễn Văn Thủy", "Bàn Văn Tú", "Lò A Páo", "H'Blơi Niê"];
    let rows = states.into_iter().zip(names).zip(70_u128..);
    rows.map(|((state, name), id)| OrderRow {
        order: OrderId(Uuid::from_u128(id)),
        enrollment: EnrollmentId(Uuid::from_u128(id)),
        name: name.into(),
        personal_number: "022094900001".into(),
        state,
        changed_at: NOW,
    })
    .collect()
}

pub(crate) fn citizen(name: &str) -> Citizen {
    let fields = [
        (Field::PersonalNumber, "022194900001"),
        (Field::OldNumber, "101234567"),
        (Field::FullName, name),
        (Field::BirthDate, "1994-03-12"),
        (Field::Sex, "female"),
        (Field::Nationality, "VNM"),
        (Field::Ethnicity, "Tày"),
        (Field::BirthPlace, "Quảng Ninh"),
        (Field::ResidenceUnit, "00004"),
        (Field::ResidenceDetail, "Thôn TEST Khe Lèn"),
    ];
    let fields: BTreeMap<Field, String> =
        fields.into_iter().map(|(field, value)| (field, value.to_owned())).collect();
    Citizen { fields, source: Source::Register }
}

/// What happened to a dossier before a step.
pub(crate) fn before(step: Step) -> Vec<Event> {
    let mut events = Vec::new();
    if step > Step::Procedure {
        events.push(Event::ProcedureChosen { code: "identity-card.exchange".into() });
    }
    if step > Step::Applicant {
        let Citizen { fields, source } = citizen("Hoàng Thị Ngân");
        events.push(Event::FieldsFilled { fields, source });
    }
    if step > Step::Portrait {
        events.push(portrait(&[]));
    }
    if step > Step::Fingers {
        events.extend(SLAPS.map(|slap| fingers(slap, 71)));
    }
    if step > Step::Signature {
        events.push(signed());
    }
    if step > Step::Review {
        let statement = "TEST".into();
        events.push(Event::Consented { consent: Consent { statement, given_at: NOW } });
    }
    events.push(Event::StepEntered { step });
    events
}

pub(crate) const SLAPS: [FingerPosition; 3] =
    [FingerPosition::PlainRightFour, FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs];

/// The open dossier at a step, with everything before it done, and what happened since.
pub(crate) fn at(step: Step, since: Vec<Event>) -> State {
    opened(at_work(), step, since)
}

/// The same at the iris step, with an iris camera.
pub(crate) fn at_irises(since: Vec<Event>) -> State {
    let mut state = at_work();
    let mut with_camera = devices();
    with_camera.push(device(DeviceKind::IrisCamera, DeviceState::Ready));
    apply(&mut state, Action::Devices(with_camera));
    opened(state, Step::Irises, since)
}

fn opened(mut state: State, step: Step, since: Vec<Event>) -> State {
    apply(&mut state, Action::NewDossier);
    let opened = Event::Opened {
        dossier: number(890_001),
        station: state.station.id.clone(),
        officer: OfficerId("khanh.lv".into()),
        at: NOW,
    };
    let events = std::iter::once(opened).chain(before(step)).chain(since);
    let enrollment = Box::new(Enrollment::replay(ID, events).expect("opened"));
    apply(&mut state, Action::DossierOpened { enrollment, pictures: pictures() });
    state
}

fn sample(id: SampleId, quality: u8) -> SampleRef {
    SampleRef {
        id,
        encoding: Encoding::Jpeg,
        width: 10,
        height: 10,
        ppi: 500,
        quality: Quality::new(quality),
        origin: device(DeviceKind::Camera, DeviceState::Ready).origin,
    }
}

/// What was found about a portrait that passes but for what is named, with something left to confirm.
pub(crate) fn findings(failing: &[&str], hints: Vec<AttackHint>) -> Findings {
    let check = |name: &str, value, at_least, at_most, score| Check {
        name: name.into(),
        value: Some(value),
        at_least,
        at_most,
        score,
        passes: !failing.contains(&name),
    };
    Findings {
        rules: "2024-07-01".into(),
        checks: vec![
            check("InterEyeDistance", 131_400, Some(90_000), None, 97),
            check("HeadPoseYaw", -2_310, Some(-8_000), Some(8_000), 100),
            check("IlluminationUniformity", 412, Some(250), None, 77),
            check("Sharpness", 381, Some(420), None, 38),
            check("EyesOpen", 91, Some(55), None, 99),
            check("ExpressionNeutrality", -210, None, None, 100),
        ],
        hints,
        to_confirm: ["bare_head", "no_glasses", "both_ears", "tidy_dress"].map(str::to_owned).to_vec(),
    }
}

/// A portrait with everything that was found about it.
pub(crate) fn examined(failing: &[&str], hints: Vec<AttackHint>) -> Event {
    let findings = findings(failing, hints);
    let failing = failing.iter().map(|name| (*name).to_owned()).collect();
    Event::PortraitTaken { full: sample(PORTRAIT, 81), card: sample(CROP, 81), failing, findings }
}

pub(crate) fn irises(eyes: &[EyeLabel], failing: &[&str]) -> Event {
    let failing: Vec<String> = failing.iter().map(|name| (*name).to_owned()).collect();
    let cut = |eye: &EyeLabel| IrisCut {
        eye: *eye,
        sample: sample(SampleId(200 + *eye as u128), 83),
        failing: failing.clone(),
    };
    Event::IrisesTaken { irises: eyes.iter().map(cut).collect() }
}

pub(crate) fn portrait(failing: &[&str]) -> Event {
    let failing = failing.iter().map(|name| (*name).to_owned()).collect();
    Event::PortraitTaken {
        full: sample(PORTRAIT, 81),
        card: sample(CROP, 81),
        failing,
        findings: Findings::default(),
    }
}

pub(crate) fn fingers(position: FingerPosition, quality: u8) -> Event {
    let cut = |finger: &FingerPosition| FingerCut {
        position: *finger,
        sample: sample(SampleId(100 + u128::from(finger.code())), quality),
    };
    Event::FingersTaken {
        position,
        impression: Impression::Plain,
        platen: sample(SampleId(99), quality),
        fingers: position.fingers().iter().map(cut).collect(),
    }
}

pub(crate) fn excepted(position: FingerPosition) -> Event {
    Event::FingerExcepted { position, kind: ExceptionKind::Missing, note: "mất đốt trên".into() }
}

pub(crate) fn signed() -> Event {
    Event::Signed { signature: sample(SIGNATURE, 100) }
}

pub(crate) fn captured(event: Event) -> Action {
    Action::Captured { id: ID, event, samples: Vec::new(), pictures: Vec::new() }
}

pub(crate) fn slip() -> Slip {
    Slip {
        packet: outbox(Link::Unknown).rows.first().map_or(PACKET, |row| row.packet),
        bytes: 842_113,
        dossier: number(890_001),
        appointment: date!(2026 - 12 - 03),
        page: Arc::new(paper(420, 594)),
        pdf: "slips/TEST.pdf".into(),
    }
}

/// The head of NASA's portrait of Eileen Collins.
pub(crate) fn astronaut() -> RgbImage {
    let bytes = include_bytes!("../../assets/demo/astronaut.png");
    let picture = image::load_from_memory(bytes).expect("a picture").crop_imm(74, 0, 300, 300).to_rgb8();
    RgbImage::new(picture.width(), picture.height(), picture.into_raw()).expect("fills")
}

/// Rings and arches that only look like a print.
pub(crate) fn print(seed: u32) -> GrayImage {
    GrayImage::from_fn(160, 200, 500, |x, y| {
        let (x, y) = (x as f32 - 80.0 + seed as f32, y as f32 - 90.0);
        let inside = (x / 74.0).powi(2) + ((y - 10.0) / 96.0).powi(2) < 1.0;
        let wave = ((x * x + 1.7 * y * y).sqrt() * 0.62 + (x / 20.0).sin() * 2.0).sin();
        if inside && wave > 0.0 { 60 } else { 245 }
    })
}

/// Rings that only look like an eye.
pub(crate) fn eye() -> GrayImage {
    GrayImage::from_fn(320, 240, 0, |x, y| {
        let (x, y) = (x as f32 - 160.0, y as f32 - 120.0);
        let lids = (y / 62.0).powi(2) + (x / 140.0).powi(2) > 1.0;
        match x.hypot(y) {
            _ if lids => 165,
            away if away < 22.0 => 20,
            away if away < 58.0 => (105.0 + 25.0 * (y.atan2(x) * 17.0).sin()) as u8,
            _ => 205,
        }
    })
}

/// A page or a card with lines where words would be.
pub(crate) fn paper(width: u32, height: u32) -> RgbImage {
    let level = |x: u32, y: u32| {
        let line = y % 24 < 8 && y / 24 % 4 != 3;
        let inside =
            x > width / 10 && x < width / 2 + (y / 24 * 37) % (width * 2 / 5) && y > 30 && y + 30 < height;
        if line && inside { 190 } else { 252 }
    };
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [level(x, y); 3])).collect();
    RgbImage::new(width, height, pixels).expect("fills")
}

fn pictures() -> Vec<(SampleId, Picture)> {
    let face = Picture::Rgb(Arc::new(astronaut()));
    let prints = FingerPosition::TEN.into_iter().map(|finger| {
        let picture = Picture::Gray(Arc::new(print(u32::from(finger.code()))));
        (SampleId(100 + u128::from(finger.code())), picture)
    });
    let hand = Picture::Rgb(Arc::new(paper(400, 160)));
    let eyes = EyeLabel::BOTH.map(|label| (SampleId(200 + label as u128), Picture::Gray(Arc::new(eye()))));
    [(PORTRAIT, face.clone()), (CROP, face), (SIGNATURE, hand)]
        .into_iter()
        .chain(prints)
        .chain(eyes)
        .collect()
}
