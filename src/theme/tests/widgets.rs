//! Every widget is found by its name, works by keyboard, and has a glyph for every letter.
//!
//! The harness itself fails on a missing glyph and on an input without a name.

use egui::{Key, Modifiers, Role, Ui};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tram_theme::{
    ActionBar, Attempt, AttemptState, Button, Choice, Citizen, Dialog, Field, Finger, FingerState, Hands,
    Ink, Measure, Page, Pill, Rail, Sample, Shortcut, Status, Step, StepState, Suggestion, Toasts, TopBar,
    TopBarPress, Video,
};

fn harness<'a, S: 'a>(size: [f32; 2], state: S, show: impl FnMut(&mut Ui, &mut S) + 'a) -> Harness<'a, S> {
    Harness::builder().with_size(size).with_context_setup(tram_theme::install).build_ui_state(show, state)
}

/// The 134 letters with marks, and their plain neighbours.
const LETTERS: &str = "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY aăâbcdđeêghiklmnoôơpqrstuưvxy 0123456789 \
    ÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ \
    àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ · … – — “ ” « » % °";

#[test]
fn every_vietnamese_letter_is_in_every_weight() {
    let mut harness = harness([900.0, 600.0], (), |ui, ()| {
        use tram_theme::text::{BODY, HEADING};
        for face in [BODY, BODY.medium(), HEADING, BODY.weight(tram_theme::fonts::Weight::Bold)] {
            face.show(ui, LETTERS, tram_theme::tokens::INK);
        }
    });
    harness.run();
}

#[test]
fn stacked_marks_stay_clear_of_the_line_above() {
    let harness = harness([400.0, 300.0], (), |_, ()| {});
    for face in [tram_theme::text::CAPTION, tram_theme::text::HEADING, tram_theme::text::CITIZEN] {
        assert!(face.line_height() >= 1.35 * face.size);
        let galley = harness.ctx.fonts_mut(|fonts| {
            fonts.layout_no_wrap("ẪỄỖặg".to_owned(), face.font(), tram_theme::tokens::INK)
        });
        let painted = galley.mesh_bounds.height();
        assert!(painted <= face.line_height() + 1.5, "{painted} in a line of {}", face.line_height());
    }
}

#[test]
fn a_button_fires_by_click_by_key_and_by_enter_when_focused() {
    let mut harness = harness([400.0, 200.0], 0_u32, |ui, count| {
        if Button::primary("Hồ sơ mới").shortcut(Shortcut::key(Key::F2)).activated(ui) {
            *count += 1;
        }
    });
    harness.get_by_role_and_label(Role::Button, "Hồ sơ mới").click();
    harness.run();
    harness.key_press(Key::F2);
    harness.run();
    harness.get_by_label("Hồ sơ mới").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), 3);
}

#[test]
fn a_blocked_button_does_nothing() {
    let mut harness = harness([400.0, 200.0], false, |ui, fired| {
        let button = Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::F2));
        *fired |= button.blocked(Some("Còn thiếu ảnh")).activated(ui);
    });
    harness.key_press(Key::F2);
    harness.run();
    harness.get_by_label("Tiếp tục").click();
    harness.run();
    assert!(!*harness.state());
}

#[test]
fn enter_belongs_to_what_has_the_focus() {
    let mut harness = harness([400.0, 200.0], (0, 0), |ui, (back, onward)| {
        *back += u32::from(Button::secondary("Quay lại").show(ui).clicked());
        *onward += u32::from(Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::Enter)).activated(ui));
    });
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), (0, 1));
    harness.get_by_label("Quay lại").focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), (1, 1));
}

#[test]
fn a_field_is_found_by_its_label_and_says_what_is_wrong() {
    let mut harness = harness([500.0, 300.0], String::new(), |ui, value| {
        Field::new("Họ và tên", value).error(Some("Chưa có họ tên")).show(ui);
    });
    harness.get_by_role_and_label(Role::TextInput, "Họ và tên").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Họ và tên").type_text("Lò A Páo");
    harness.run();
    assert_eq!(harness.state(), "Lò A Páo");
    harness.get_by_label("Chưa có họ tên");
}

#[test]
fn esc_leaves_the_field_before_it_leaves_the_page() {
    let mut harness = harness([500.0, 300.0], (String::new(), 0_u32), |ui, (value, back)| {
        Field::new("Họ và tên", value).show(ui);
        *back += u32::from(Button::secondary("Quay lại").shortcut(Shortcut::key(Key::Escape)).activated(ui));
    });
    harness.get_by_role(Role::TextInput).focus();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().1, 0);
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().1, 1);
}

#[test]
fn suggestions_are_taken_by_arrow_and_enter() {
    let items = ["Xã Quảng La", "Phường Quảng Yên"]
        .map(|title| Suggestion { title: title.to_owned(), detail: "Quảng Ninh".to_owned() });
    let mut harness = harness([500.0, 400.0], (String::from("quảng"), None), move |ui, (value, taken)| {
        let response = Field::search("Nơi thường trú", value).show(ui);
        if let Some(index) = tram_theme::suggestions(ui, &response, &items) {
            *taken = Some(index);
        }
    });
    harness.get_by_role(Role::TextInput).focus();
    harness.run();
    harness.get_by_label("Xã Quảng La Quảng Ninh");
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().1, Some(1));
}

#[test]
fn suggestions_are_taken_by_the_pointer() {
    let items = [Suggestion { title: "Xã Quảng La".to_owned(), detail: String::new() }];
    let mut harness = harness([500.0, 400.0], (String::from("q"), None), move |ui, (value, taken)| {
        let response = Field::new("Nơi thường trú", value).show(ui);
        if let Some(index) = tram_theme::suggestions(ui, &response, &items) {
            *taken = Some(index);
        }
    });
    harness.get_by_role(Role::TextInput).focus();
    harness.run();
    harness.get_by_label("Xã Quảng La").click();
    harness.run();
    assert_eq!(harness.state().1, Some(0));
}

#[test]
fn a_choice_says_whether_it_is_chosen() {
    let mut harness = harness([400.0, 300.0], 0_usize, |ui, chosen| {
        for (index, label) in ["Cấp đổi", "Cấp lại"].into_iter().enumerate() {
            if Choice::new(label, *chosen == index).detail("Mất thẻ").chosen(ui) {
                *chosen = index;
            }
        }
    });
    harness.get_by_role_and_label(Role::RadioButton, "Cấp lại").click();
    harness.run();
    assert_eq!(*harness.state(), 1);
}

#[test]
fn a_tick_is_set_and_taken_back() {
    let mut harness = harness([400.0, 300.0], false, |ui, agreed| {
        if Choice::tick("Đồng ý", *agreed).chosen(ui) {
            *agreed = !*agreed;
        }
    });
    for expected in [true, false] {
        harness.get_by_role_and_label(Role::CheckBox, "Đồng ý").click();
        harness.run();
        assert_eq!(*harness.state(), expected);
    }
}

/// What was pressed on the page of the test below.
type Pressed = (Option<TopBarPress>, Option<usize>, Option<&'static str>);

fn page(ui: &mut Ui, pressed: &mut Pressed) {
    let step = |label, state| Step { label, state };
    let steps = [
        step("Thông tin", StepState::Done),
        step("Ảnh chân dung", StepState::Current),
        step("Vân tay", StepState::Open),
        step("Giấy hẹn", StepState::Locked),
    ];
    let output = Page::new(
        TopBar {
            product: "Trạm",
            place: "Công an xã Quảng La · máy 03",
            mark: "TRÌNH DIỄN",
            pills: &[Pill { status: Status::Bad, word: "Mất mạng · 7 hồ sơ chờ gửi" }],
            officer: "Thượng úy Lò Văn Khánh",
            clock: "09:42",
        },
        "Ảnh chân dung",
        "Tự chụp khi mọi yêu cầu đạt",
    )
    .rail(Rail {
        citizen: Citizen { name: "Hoàng Thị Ngân", detail: "sinh 1994", procedure: "Cấp đổi" },
        steps: &steps,
        saved: "Bản nháp đã lưu 2 giây trước",
    })
    .actions(
        ActionBar::new()
            .left("back", Button::secondary("Quay lại").shortcut(Shortcut::key(Key::Escape)))
            .note("F1 trợ giúp")
            .right("next", Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::Enter))),
    )
    .show_with_evidence(
        ui,
        &mut (),
        |ui, ()| {
            Video::new("Hình từ camera", None, "Đang chờ camera…")
                .guidance(Status::Live, "Giữ nguyên")
                .show(ui);
        },
        |ui, ()| {
            Measure::new("Độ nét", Status::Good, "84").show(ui);
        },
    );
    if output.top_bar.is_some() || output.step.is_some() || output.action.is_some() {
        *pressed = (output.top_bar, output.step, output.action);
    }
}

#[test]
fn a_page_tells_what_was_pressed() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1440.0, 900.0], 1.0), ([1280.0, 720.0], 1.5)] {
        let mut harness = Harness::builder()
            .with_size(size)
            .with_pixels_per_point(zoom)
            .with_context_setup(tram_theme::install)
            .build_ui_state(page, Pressed::default());
        harness.get_by_label("Vân tay").click();
        harness.run();
        assert_eq!(harness.state().1, Some(2));
        harness.get_by_label("Mất mạng · 7 hồ sơ chờ gửi").click();
        harness.run();
        assert_eq!(harness.state().0, Some(TopBarPress::Pill(0)));
        harness.get_by_label("Tiếp tục").click();
        harness.run();
        assert_eq!(harness.state().2, Some("next"));
        harness.key_press(Key::Escape);
        harness.run();
        assert_eq!(harness.state().2, Some("back"));
    }
}

#[test]
fn tab_walks_a_page_in_reading_order() {
    let mut harness = harness([1280.0, 720.0], Pressed::default(), page);
    let order = [
        "Mất mạng · 7 hồ sơ chờ gửi",
        "Thượng úy Lò Văn Khánh",
        "Thông tin",
        "Ảnh chân dung",
        "Vân tay",
        "Quay lại",
        "Tiếp tục",
    ];
    for name in order {
        harness.key_press(Key::Tab);
        harness.run();
        let focused = harness.get_all_by_label(name).any(|node| node.is_focused());
        assert!(focused, "{name} has not the focus");
    }
}

#[test]
fn a_dialog_takes_the_keys_and_starts_at_the_harmless_answer() {
    let mut harness = harness([900.0, 600.0], (0_u32, None), |ui, (below, answer)| {
        *below += u32::from(Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::F2)).activated(ui));
        let dialog = Dialog::new("Hủy hồ sơ?", Status::Bad)
            .answer("keep", Button::secondary("Giữ lại").shortcut(Shortcut::key(Key::Escape)))
            .answer("drop", Button::danger("Hủy hồ sơ"));
        if answer.is_none() {
            *answer = dialog.show(ui.ctx(), |_| {});
        }
    });
    harness.run();
    harness.key_press(Key::F2);
    harness.run();
    assert_eq!(harness.state().0, 0, "the page below still takes keys");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().1, Some("keep"));
}

#[test]
fn every_finger_is_a_button_of_its_own() {
    const NAMES: [&str; 10] = [
        "Ngón cái phải",
        "Ngón trỏ phải",
        "Ngón giữa phải",
        "Ngón áp út phải",
        "Ngón út phải",
        "Ngón cái trái",
        "Ngón trỏ trái",
        "Ngón giữa trái",
        "Ngón áp út trái",
        "Ngón út trái",
    ];
    let states = [
        FingerState::Open,
        FingerState::Live,
        FingerState::Passed,
        FingerState::Below,
        FingerState::Failed,
        FingerState::Exception,
    ];
    let mut fingers = [Finger { state: FingerState::Open, score: Some(62), name: "" }; 10];
    for (index, finger) in fingers.iter_mut().enumerate() {
        finger.name = NAMES[index];
        finger.state = states[index % states.len()];
    }
    let mut harness = harness([600.0, 400.0], None, move |ui, pressed| {
        if let Some(index) = Hands::both(&fingers).captions("Trái", "Phải").show(ui) {
            *pressed = Some(index);
        }
    });
    for (index, name) in NAMES.iter().enumerate() {
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run();
        assert_eq!(*harness.state(), Some(index), "{name}");
    }
    let smallest = NAMES.iter().map(|name| harness.get_by_label(name).rect());
    for rect in smallest {
        assert!(rect.height() >= 44.0 && rect.width() >= 24.0, "{rect:?}");
    }
}

#[test]
fn the_pen_leaves_strokes() {
    let mut harness = harness([400.0, 300.0], Ink::default(), |ui, ink| {
        tram_theme::signature_pad(ui, "Ô chữ ký", ink, "Ký trên dòng này", 150.0);
    });
    let pad = harness.get_by_label("Ô chữ ký").rect();
    harness.drag_at(pad.center());
    harness.run();
    for step in 1..5 {
        harness.hover_at(pad.center() + egui::vec2(10.0 * step as f32, 5.0));
        harness.run();
    }
    harness.drop_at(pad.center() + egui::vec2(60.0, 20.0));
    harness.run();
    let ink = harness.state();
    assert_eq!(ink.strokes.len(), 1);
    assert!(ink.strokes[0].len() >= 4);
    assert!(ink.strokes[0].iter().all(|point| (0.0..=1.0).contains(&point.x) && point.y >= 0.0));
}

#[test]
fn bad_news_stays_until_it_is_closed() {
    let mut toasts = Toasts::default();
    toasts.push(Status::Good, "Đã in giấy hẹn");
    toasts.push(Status::Bad, "Máy in hết giấy");
    let mut harness = harness([1280.0, 720.0], toasts, |ui, toasts| toasts.show(ui.ctx(), "Đóng"));
    harness.get_by_label("Đã in giấy hẹn");
    harness.input_mut().time = Some(60.0);
    harness.run_steps(2);
    assert!(harness.query_by_label("Đã in giấy hẹn").is_none());
    harness.get_by_label("Đóng").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Máy in hết giấy").is_none());
}

#[test]
fn captured_things_are_named_with_how_they_stand() {
    let mut harness = harness([700.0, 500.0], (None, None), |ui, (sample, attempt)| {
        let list = [Sample { name: "Trỏ", picture: None, status: Status::Good, word: "đạt · 64" }];
        *sample = sample.or(tram_theme::samples(ui, &list, 200.0));
        let made = [
            Attempt { word: "1 · 52", state: AttemptState::Made, picture: None },
            Attempt { word: "2 · 56", state: AttemptState::Kept, picture: None },
            Attempt { word: "3", state: AttemptState::Open, picture: None },
        ];
        *attempt = attempt.or(tram_theme::attempts(ui, "Lần", &made, "Giữ ảnh tốt nhất"));
    });
    harness.get_by_label("Trỏ: đạt · 64").click();
    harness.run();
    harness.get_by_label("2 · 56").click();
    harness.run();
    assert_eq!(*harness.state(), (Some(0), Some(1)));
}

#[test]
fn ctrl_k_brings_the_focus_to_the_search() {
    let mut harness = harness([600.0, 200.0], String::new(), |ui, value| {
        Field::search("Tìm hồ sơ", value).shortcut(Shortcut::ctrl(Key::K)).show(ui);
    });
    harness.key_press_modifiers(Modifiers::CTRL, Key::K);
    harness.run();
    assert!(harness.get_by_role(Role::TextInput).is_focused());
}
