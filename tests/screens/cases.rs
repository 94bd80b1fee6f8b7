//! The states every screen is shown in.

use crate::fixture::{
    NOW, ORDER, SLAPS, at, at_irises, at_work, broken_devices, captured, citizen, closed, device, devices,
    examined, excepted, fingers, irises, loading, orders, outbox, paper, phrase, portrait, reference, signed,
    slip,
};
use egui::{Key, Modifiers};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{EyeLabel, FingerPosition, Language, Quality};
use tram_capture::{
    DeviceKind, FingerView, Guidance, IrisGuidance, IrisView, Measure, PortraitView, PrintStage, Printed,
};
use tram_enrollment::{AttackHint, Event, ExceptionKind, Field, OfficerId, Role, Step};
use tram_packet::AuditRow;
use tram_portrait::{Limit, MeasureKind};
use tram_workflow::dossier::Sealing;
use tram_workflow::lists::{AuditView, DeviceState, Link, OrderState};
use tram_workflow::state::{Handover, OwnFinger, PassphraseHelp, Printing, Refusal};
use tram_workflow::{Action, Screen, State, apply};

/// One state of one screen.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) state: State,
    /// Pressed before it is looked at.
    pub(crate) keys: Vec<(Modifiers, Key)>,
    /// Whether camera and reader give pictures.
    pub(crate) is_live: bool,
    /// Whether a snapshot is kept.
    pub(crate) is_pictured: bool,
    says: [&'static str; 2],
}

impl Case {
    /// What must be on it, in words.
    pub(crate) fn shows(&self, language: Language) -> impl Iterator<Item = &'static str> {
        let [vi, en] = self.says;
        Some(language.pick(vi, en)).filter(|words| !words.is_empty()).into_iter()
    }

    fn keys(mut self, keys: &[Key]) -> Self {
        self.keys = keys.iter().map(|key| (Modifiers::NONE, *key)).collect();
        self
    }

    pub(crate) fn modified(mut self, keys: &[(Modifiers, Key)]) -> Self {
        self.keys = keys.to_vec();
        self
    }

    pub(crate) fn dark(mut self) -> Self {
        self.is_live = false;
        self
    }

    pub(crate) fn pictured(mut self) -> Self {
        self.is_pictured = true;
        self
    }
}

pub(crate) fn case(name: &'static str, state: State, says: [&'static str; 2]) -> Case {
    Case { name, state, keys: Vec::new(), is_live: true, is_pictured: false, says }
}

/// What an inspector sees of a record with two entries.
fn audit(findings: Vec<String>) -> State {
    let row = |number, action: &str| AuditRow {
        number,
        at: NOW,
        officer: Some(OfficerId("khanh.lv".into())),
        action: action.into(),
        subject: "TEST".into(),
    };
    let rows = vec![row(2, "sealed"), row(1, "signed_in")];
    let view = AuditView { rows, length: 2, anchored: 1, findings };
    with(loading(Role::Inspector), [Action::Audit(Ok(view))])
}

pub(crate) fn with(mut state: State, actions: impl IntoIterator<Item = Action>) -> State {
    for action in actions {
        apply(&mut state, action);
    }
    state
}

fn changed(mut state: State, change: impl FnOnce(&mut State)) -> State {
    change(&mut state);
    state
}

/// The same under rules that ask for two people here.
fn by_two(mut state: State, matter: &str) -> State {
    state.reference = reference(&format!("second_person = [\"{matter}\"]"));
    state
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = people();
    cases.extend(worklist());
    cases.extend(applicant());
    cases.extend(portrait_step());
    cases.extend(portrait_by_the_officer());
    cases.extend(finger_step());
    cases.extend(iris_step());
    cases.extend(last_steps());
    cases.extend(lists());
    cases.extend(cards());
    cases.extend(crate::bench::all());
    cases
}

fn people() -> Vec<Case> {
    let refused = |refusal| with(closed(), [Action::SignedIn(Err(refusal))]);
    let help = |help| changed(closed(), |state| state.help = Some(help));
    let finger = |state, own_finger| changed(state, |state| state.own_finger = own_finger);
    let locked = || with(at(Step::Portrait, Vec::new()), [Action::Lock]);
    let devices = || with(at_work(), [Action::Go(Screen::Devices)]);
    let card = |state: State| {
        let holder = at_work().officer().cloned();
        with(state, [Action::CardIn(holder)])
    };
    let poor = phrase("Vân tay chưa đủ rõ", "This print is too poor");
    vec![
        case("sign_in", closed(), ["Đăng nhập", "Sign in"]).pictured(),
        case("sign_in_wrong", refused(Refusal::Wrong), ["mật khẩu không đúng", "is wrong"]),
        case("sign_in_wait", refused(Refusal::Wait(Duration::from_secs(30))), ["30 giây", "30 s"]),
        case("sign_in_expired", refused(Refusal::Expired), ["hết hạn", "has ended"]),
        case(
            "sign_in_failed",
            refused(Refusal::Failed(phrase("Đĩa đầy", "Disk full"))),
            ["Đĩa đầy", "Disk full"],
        ),
        case("passphrase", help(PassphraseHelp::default()), ["Đặt lại mật khẩu", "A new passphrase"]),
        case(
            "passphrase_refused",
            help(PassphraseHelp { busy: false, refused: Some(Refusal::Wrong) }),
            ["không đúng", "is wrong"],
        ),
        case("lock", locked(), ["đã khóa", "is locked"]),
        case("sign_in_card", card(closed()), ["Mã PIN của thẻ", "The card's PIN"]).pictured(),
        case("lock_card", card(locked()), ["Dùng mật khẩu", "Use the passphrase"]),
        case("own_card", devices(), ["Giữ thẻ của bạn", "Keep your card"])
            .modified(&[(Modifiers::CTRL, Key::T)])
            .pictured(),
        case("lock_finger", finger(locked(), OwnFinger::Opens), ["vân tay", "finger"]).pictured(),
        case("lock_finger_live", finger(locked(), OwnFinger::Opening(FingerView::default())), ["", ""]),
        case("own_finger", finger(devices(), OwnFinger::Keeping(FingerView::default())), ["", ""]).pictured(),
        case("own_finger_refused", finger(devices(), OwnFinger::Refused(poor)), ["chưa đủ rõ", "too poor"]),
        case("help", at_work(), ["Phím tắt", "Keys"]).keys(&[Key::F1]),
        case(
            "halted",
            with(at_work(), [Action::JournalFailed(phrase("Đĩa đầy: xóa bớt tệp", "The disk is full"))]),
            ["Đĩa đầy", "The disk is full"],
        ),
    ]
}

fn worklist() -> Vec<Case> {
    let offline = Link::Down { since: NOW - time::Duration::minutes(38), reason: "TEST".into() };
    let empty = with(loading(Role::Officer), [Action::Worklist(Vec::new()), Action::Devices(Vec::new())]);
    vec![
        case("worklist_loading", loading(Role::Officer), ["Đang đọc hồ sơ", "Reading the station"]),
        case("worklist_empty", empty, ["Chưa có hồ sơ nào", "No dossiers yet"]),
        case("worklist", at_work(), ["Hoàng Thị Ngân", "Draft"]).pictured(),
        case("worklist_offline", with(at_work(), [Action::Outbox(outbox(offline))]), ["Mất mạng", "Offline"]),
        case(
            "worklist_broken",
            with(at_work(), [Action::Devices(broken_devices())]),
            ["không dùng được", "not usable"],
        ),
        case(
            "notice",
            changed(at_work(), |state| state.notice("Mất kết nối máy ảnh", "The camera is gone", true)),
            ["Mất kết nối", "is gone"],
        ),
        case(
            "procedure_none",
            changed(at(Step::Procedure, Vec::new()), |state| state.reference = Arc::default()),
            ["Chưa có thủ tục nào", "No procedure"],
        ),
        case("procedure", at(Step::Procedure, Vec::new()), ["Cấp đổi", "Exchange"]),
    ]
}

fn applicant() -> Vec<Case> {
    let open = || with(at(Step::Applicant, Vec::new()), [Action::Search("hoang thi".into())]);
    let found = |found| with(open(), [Action::Found { query: "hoang thi".into(), found }]);
    let people = vec![citizen("Hoàng Thị Ngân"), citizen("Hoàng Thị Nga"), citizen("Hoàng Thị Nguyệt")];
    let form = || with(found(Ok(people.clone())), [Action::Take(0)]);
    let typed = || with(at(Step::Applicant, Vec::new()), [Action::TypeIn]);
    let edited = [Action::Typed(Field::FullName, "Hoàng Thị Ngần".into()), Action::Commit(Field::FullName)];
    vec![
        case("search_empty", at(Step::Applicant, Vec::new()), ["Bắt đầu gõ", "Start typing"]),
        case("search_loading", open(), ["Đang tìm", "Searching"]),
        case("search_none", found(Ok(Vec::new())), ["Không tìm thấy", "Nobody found"]),
        case(
            "search_failed",
            found(Err(phrase("Không đọc được", "Not readable"))),
            ["Không đọc được", "Not readable"],
        ),
        case("search", found(Ok(people.clone())), ["Hoàng Thị Nguyệt", "Find the citizen"]).pictured(),
        case(
            "scan",
            with(at(Step::Applicant, Vec::new()), [Action::ScanCode(true)]),
            ["Đưa mã QR trên thẻ", "Hold the card's code"],
        ),
        case("form", form(), ["CSDL dân cư", "population database"]).pictured(),
        case("form_typed", typed(), ["không bắt buộc", "optional"]),
        case(
            "form_problems",
            with(typed(), [Action::Continue]),
            ["Cần nhập mục này", "This field is needed"],
        ),
        case("form_reason", with(form(), edited), ["Vì sao sửa", "Why is it changed"]),
    ]
}

fn measure(kind: MeasureKind, score: u8, passes: bool) -> Measure {
    let limit = Limit { at_least: Some(50.0), at_most: None };
    Measure { kind, native: f32::from(score), score: Quality::new(score), limit, passes }
}

fn portrait_step() -> Vec<Case> {
    let open = || at(Step::Portrait, Vec::new());
    let measures = vec![
        measure(MeasureKind::CardFrame, 92, true),
        measure(MeasureKind::HeadPoseYaw, 98, true),
        measure(MeasureKind::LuminanceMean, 91, true),
        measure(MeasureKind::IlluminationUniformity, 38, false),
        measure(MeasureKind::BackgroundUniformity, 95, true),
        measure(MeasureKind::Sharpness, 84, true),
        measure(MeasureKind::EyesOpen, 99, true),
        measure(MeasureKind::MouthClosed, 88, true),
    ];
    let seen =
        |guidance, held| Action::PortraitSeen(PortraitView { guidance, measures: measures.clone(), held });
    let gone = Action::CaptureTrouble(Some(phrase("Máy ảnh đã rút: cắm lại cáp", "The camera is unplugged")));
    let taken = |failing: &[&str]| with(open(), [captured(portrait(failing))]);
    vec![
        case("portrait_waiting", open(), ["Đang mở máy ảnh", "Opening the camera"]).dark(),
        case(
            "portrait_guidance",
            with(open(), [seen(Some(Guidance::UnevenLight), 0.0)]),
            ["chưa đạt", "fails"],
        )
        .pictured(),
        case("portrait", with(open(), [seen(None, 0.7)]), ["Ảnh chân dung", "Portrait"]).pictured(),
        case("portrait_trouble", with(open(), [gone]), ["cắm lại cáp", "unplugged"]),
        case("portrait_taken", taken(&[]), ["Chụp lại", "Retake"]),
        case("portrait_fails", taken(&["Sharpness"]), ["Giữ ảnh này", "Keep this one"]),
        case("portrait_keep", taken(&["Sharpness"]), ["Vì sao giữ", "Why is this picture kept"])
            .keys(&[Key::F7]),
    ]
}

/// What was taken, before an officer who looks at it.
fn portrait_by_the_officer() -> Vec<Case> {
    let taken =
        |failing: &[&str], hints| with(at(Step::Portrait, Vec::new()), [captured(examined(failing, hints))]);
    let screen = AttackHint { name: "Moire".into(), evidence: 2_610, flagged: true };
    let confirmed = with(taken(&[], Vec::new()), [Action::ConfirmPortrait(Vec::new())]);
    vec![
        case("portrait_confirm", taken(&[], Vec::new()), ["xác nhận", "confirm"]).pictured(),
        case("portrait_confirmed", confirmed, ["Đã xem, đúng là", "Seen, and so it is"]),
        case("portrait_measures", taken(&["Sharpness"], Vec::new()), ["≥ 0,42", "≥ 0.42"])
            .keys(&[Key::F8])
            .pictured(),
        case("portrait_waive", taken(&[], Vec::new()), ["Điều gì được miễn", "What is waived"])
            .keys(&[Key::F6]),
        case("portrait_hint", taken(&[], vec![screen]), ["vân lưới", "regular grid"]),
    ]
}

fn iris_step() -> Vec<Case> {
    let open = || at_irises(Vec::new());
    let seen =
        Action::IrisSeen(IrisView { guidance: Some((EyeLabel::Left, IrisGuidance::OpenWide)), attempts: 2 });
    let gone =
        Action::CaptureTrouble(Some(phrase("Máy chụp mống mắt đã rút", "The iris camera is unplugged")));
    let taken = |failing: &[&str]| with(open(), [captured(irises(&EyeLabel::BOTH, failing))]);
    let excepted =
        Event::IrisExcepted { eye: EyeLabel::Left, kind: ExceptionKind::Missing, note: "mắt giả".into() };
    vec![
        case("irises_waiting", open(), ["chờ máy chụp", "waiting for the camera"]).dark(),
        case("irises_live", with(open(), [seen]), ["Mời mở to mắt", "Open the eyes wide"]).pictured(),
        case("irises_trouble", with(open(), [gone]), ["đã rút", "unplugged"]),
        case("irises_taken", taken(&[]), ["Đã lấy đủ", "Both irises"]).dark().pictured(),
        case("irises_fail", taken(&["UsableArea"]), ["che mống mắt", "cover the iris"]).dark(),
        case("irises_keep", taken(&["UsableArea"]), ["Vì sao giữ", "Why is this picture kept"])
            .keys(&[Key::F7])
            .dark(),
        case("irises_except", open(), ["Mắt nào", "Which eye"]).keys(&[Key::F6]),
        case(
            "irises_excepted",
            at_irises(vec![irises(&[EyeLabel::Right], &[]), excepted]),
            ["mắt giả", "mắt giả"],
        )
        .dark(),
    ]
}

fn finger_step() -> Vec<Case> {
    let open = |since| at(Step::Fingers, since);
    let gone = Action::CaptureTrouble(Some(phrase("Máy quét đã rút", "The reader is unplugged")));
    let missing =
        || open(vec![excepted(FingerPosition::LeftThumb), fingers(SLAPS[0], 64), fingers(SLAPS[1], 31)]);
    let done = || open(SLAPS.map(|slap| fingers(slap, 71)).to_vec());
    let child = changed(open(Vec::new()), |state| {
        if let Some(dossier) = &mut state.dossier {
            dossier.fingers.sequence.clear();
        }
    });
    let seen = Action::FingersSeen(FingerView::default());
    vec![
        case("fingers_waiting", open(Vec::new()), ["chờ máy quét", "waiting for the reader"]).dark(),
        case("fingers_scanning", with(open(Vec::new()), [seen]), ["đang quét", "scanning"]),
        case("fingers_trouble", with(open(Vec::new()), [gone]), ["Máy quét đã rút", "unplugged"]),
        case("fingers", missing(), ["mất đốt trên", "Excepted fingers"]).dark().pictured(),
        case("fingers_done", done(), ["Đã lấy đủ", "All fingerprints"]).dark(),
        case("fingers_child", child, ["không lấy vân tay", "No fingerprints"]),
        case("fingers_except", open(Vec::new()), ["Ngón nào", "Which finger"]).keys(&[Key::F6]),
        case("fingers_photo", missing(), ["Ảnh hai bàn tay", "Photo of both hands"]).keys(&[Key::F8]),
    ]
}

fn last_steps() -> Vec<Case> {
    let review = || at(Step::Review, Vec::new());
    let sealing = |sealing| {
        changed(at(Step::Review, Vec::new()), |state| {
            if let Some(dossier) = &mut state.dossier {
                dossier.sealing = sealing;
            }
        })
    };
    let failed =
        Sealing::Failed(phrase("Đĩa đầy, bản nháp còn nguyên", "The disk is full, the draft is whole"));
    let lacking = changed(review(), |state| {
        if let Some(dossier) = &mut state.dossier {
            dossier.enrollment.portraits.clear();
            dossier.enrollment.signature = None;
        }
    });
    let sealed = with(at(Step::Review, Vec::new()), [Action::Consent, Action::Continue]);
    let sealed = with(sealed, [Action::Sealed(Ok(Box::new(slip())))]);
    vec![
        case("signature", at(Step::Signature, Vec::new()), ["Khung ký", "Signature pad"]),
        case(
            "signature_saved",
            with(at(Step::Signature, Vec::new()), [captured(signed())]),
            ["Ký lại", "Sign again"],
        ),
        case(
            "signature_excepted",
            with(at(Step::Signature, Vec::new()), [Action::NotSigning("Trẻ em chưa biết ký".into())]),
            ["Không ký: Trẻ em chưa biết ký", "Not signed: Trẻ em chưa biết ký"],
        ),
        case(
            "review_approval",
            changed(review(), |state| {
                if let Some(dossier) = &mut state.dossier {
                    dossier.asks_approval = true;
                }
            }),
            ["Đội trưởng ký duyệt", "A supervisor signs too"],
        ),
        case("review", review(), ["Công dân đồng ý", "The citizen agrees"]).pictured(),
        case("review_lacking", with(lacking, [Action::Continue]), ["Còn thiếu", "Missing"]),
        case("review_sealing", sealing(Sealing::Running), ["Đang niêm phong", "Sealing the dossier"]),
        case("review_failed", sealing(failed), ["Đĩa đầy", "The disk is full"]),
        case("slip", sealed.clone(), ["03/12/2026", "03/12/2026"]).pictured(),
        case("slip_correct", sealed.clone(), ["Mở lại hồ sơ", "Open the dossier again"])
            .modified(&[(Modifiers::CTRL, Key::E)])
            .pictured(),
        case(
            "slip_withdraw",
            by_two(sealed, "packet_withdrawn"),
            ["Rút hồ sơ đã niêm phong", "Withdraw a sealed"],
        )
        .modified(&[(Modifiers::CTRL, Key::Delete)])
        .pictured(),
    ]
}

fn lists() -> Vec<Case> {
    let go = |state, screen| with(state, [Action::Go(screen)]);
    let link = |link| go(with(at_work(), [Action::Outbox(outbox(link))]), Screen::Outbox);
    let reason = || "TEST".to_owned();
    let since = NOW - time::Duration::minutes(38);
    let devices_of = |devices| go(with(at_work(), [Action::Devices(devices)]), Screen::Devices);
    let mut spare = devices();
    spare.push(tram_workflow::lists::DeviceRow {
        in_use: false,
        ..device(DeviceKind::Camera, DeviceState::Ready)
    });
    vec![
        case(
            "outbox_empty",
            go(loading(Role::Officer), Screen::Outbox),
            ["Không có gói nào", "Nothing is waiting"],
        ),
        case("outbox", link(Link::Up { since: NOW }), ["Đang gửi 36 %", "Sending 36 %"]).pictured(),
        case("audit_loading", loading(Role::Inspector), ["Đang đọc và đối chiếu", "Reading and examining"]),
        case("audit", audit(Vec::new()), ["Nguyên vẹn: 2 mục", "Whole: 2 entries"]),
        case("audit_wrong", audit(vec!["TEST".into()]), ["Không khớp: TEST", "Wrong: TEST"]),
        case(
            "clock_off",
            with(at_work(), [Action::ClockMeasured(time::Duration::days(-20_000))]),
            ["Đồng hồ máy -20000 ngày", "Machine's clock -20000 days"],
        ),
        case("outbox_down", link(Link::Down { since, reason: reason() }), ["38 phút trước", "38 min ago"]),
        case(
            "outbox_untrusted",
            link(Link::Untrusted { since, reason: reason() }),
            ["không phải trung tâm", "not our centre"],
        ),
        case(
            "outbox_contradiction",
            {
                let contradicted = tram_workflow::lists::Outbox {
                    contradiction: Some(reason()),
                    ..outbox(Link::Up { since: NOW })
                };
                go(with(at_work(), [Action::Outbox(contradicted)]), Screen::Outbox)
            },
            ["mâu thuẫn với điều trung tâm đã ký", "contradicts what it has signed"],
        ),
        case(
            "devices_loading",
            go(loading(Role::Officer), Screen::Devices),
            ["Đang tìm thiết bị", "Looking for devices"],
        ),
        case("devices_empty", devices_of(Vec::new()), ["Chưa thấy thiết bị", "No devices found"]),
        case("devices", devices_of(spare), ["THIẾT BỊ ẢO", "VIRTUAL DEVICE"]),
        case("devices_broken", devices_of(broken_devices()), ["không dùng được", "not usable"]),
        case(
            "technician",
            go(with(loading(Role::Technician), [Action::Devices(devices())]), Screen::Devices),
            ["sẵn sàng", "ready"],
        ),
    ]
}

fn cards() -> Vec<Case> {
    let list = |rows| with(at_work(), [Action::Orders(rows), Action::Go(Screen::Cards)]);
    let open = || with(list(orders()), [Action::OpenOrder(ORDER)]);
    let face = || Arc::new(paper(508, 324));
    let rendered = || with(open(), [Action::CardRendered(Ok((face(), face())))]);
    let printing = |printing| {
        changed(rendered(), |state| {
            if let Some(card) = &mut state.card {
                card.printing = printing;
            }
        })
    };
    let handover = |handover| {
        changed(printing(Printing::Done), |state| {
            if let Some(card) = &mut state.card {
                card.row.state = OrderState::Printed;
                card.handover = handover;
            }
        })
    };
    let no_ribbon = Printing::Failed(phrase("Hết ruy băng: thay cuộn mới", "No ribbon: put a new one in"));
    let doubtful = with(rendered(), [Action::Print, Action::PrintEnded(Ok(Printed::Doubtful))]);
    vec![
        case(
            "orders_loading",
            with(loading(Role::Officer), [Action::Go(Screen::Cards)]),
            ["Đang đọc lệnh", "Reading card orders"],
        ),
        case("orders_empty", list(Vec::new()), ["Chưa có lệnh in", "No card orders"]),
        case("orders", list(orders()), ["Chờ trả", "Waits for the citizen"]),
        case("blanks_low", with(list(orders()), [Action::Blanks(4)]), ["4, sắp hết", "4, almost gone"]),
        case(
            "blanks_unbooked",
            with(list(orders()), [Action::Blanks(-3)]),
            ["0, và 3 phôi đã dùng", "0, and 3 used"],
        ),
        case("blanks_came", list(orders()), ["Đếm phôi trước khi ghi", "Count them first"])
            .modified(&[(Modifiers::CTRL, Key::B)])
            .pictured(),
        case("order_rendering", open(), ["Đang vẽ mặt thẻ", "Rendering the card"]),
        case("order_preview", rendered(), ["Mặt trước", "Front"]),
        case(
            "order_printing",
            printing(Printing::Running(Some(PrintStage::Printing))),
            ["Đang in", "Printing"],
        ),
        case("order_no_ribbon", printing(no_ribbon), ["Hết ruy băng", "No ribbon"]),
        case(
            "order_spoiled",
            by_two(doubtful.clone(), "blank_spoiled"),
            ["Đội trưởng xác nhận phôi hỏng", "A supervisor signs for the spoiled blank"],
        )
        .modified(&[(Modifiers::CTRL, Key::Delete)]),
        case("order_doubtful", doubtful, ["Thẻ trong máy thế nào", "What is the card like"]),
        case(
            "order_live",
            handover(Handover::Live(FingerView::default())),
            ["đặt ngón tay", "place a finger"],
        ),
        case(
            "order",
            handover(Handover::Compared { score: 236.0, is_match: true }),
            ["vân tay khớp", "finger matches"],
        )
        .pictured(),
        case(
            "order_differs",
            handover(Handover::Compared { score: 4.0, is_match: false }),
            ["không khớp", "does not match"],
        ),
        case(
            "order_failed",
            handover(Handover::Failed(phrase("Chưa thấy ngón", "No finger"))),
            ["Chưa thấy ngón", "No finger"],
        ),
        case("order_done", handover(Handover::Done), ["Đã trả thẻ", "has the card"]),
    ]
}
