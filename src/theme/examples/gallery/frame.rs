//! What all pages of the gallery share.

use eframe::egui::Key;
use tram_theme::{ActionBar, Button, Citizen, Icon, Pill, Rail, Shortcut, Status, Step, StepState, TopBar};

pub(crate) fn top_bar() -> TopBar<'static> {
    TopBar {
        product: "Trạm",
        place: "Công an xã Quảng La · máy 03",
        mark: "TRÌNH DIỄN",
        pills: &[
            Pill { status: Status::Good, word: "Camera" },
            Pill { status: Status::Good, word: "Vân tay" },
            Pill { status: Status::Attention, word: "Máy in: còn 12 phôi" },
            Pill { status: Status::Bad, word: "Mất mạng · 7 hồ sơ chờ gửi" },
        ],
        officer: "Thượng úy Lò Văn Khánh",
        clock: "09:42",
    }
}

pub(crate) fn steps(current: usize) -> Vec<Step<'static>> {
    ["Thông tin", "Ảnh chân dung", "Vân tay", "Giấy tờ", "Kiểm tra và ký", "Giấy hẹn"]
        .into_iter()
        .enumerate()
        .map(|(index, label)| {
            let state = match index.cmp(&current) {
                std::cmp::Ordering::Less if index == 1 => StepState::Attention,
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater if index == 5 => StepState::Locked,
                std::cmp::Ordering::Greater => StepState::Open,
            };
            Step { label, state }
        })
        .collect()
}

pub(crate) fn rail<'a>(steps: &'a [Step<'a>]) -> Rail<'a> {
    Rail {
        citizen: Citizen {
            name: "Hoàng Thị Ngân",
            detail: "022 1 94 ······ · sinh 12/03/1994",
            procedure: "Cấp đổi thẻ căn cước",
        },
        steps,
        saved: "Bản nháp đã lưu 2 giây trước",
    }
}

pub(crate) fn actions(onward: Option<&str>) -> ActionBar<'_, ()> {
    ActionBar::new()
        .left((), Button::secondary("Quay lại").icon(Icon::ChevronLeft).shortcut(Shortcut::key(Key::Escape)))
        .left((), Button::secondary("Không lấy được…").shortcut(Shortcut::key(Key::F6)))
        .note("F1 trợ giúp · F12 khóa màn hình")
        .right((), Button::secondary("Chụp lại").shortcut(Shortcut::key(Key::F3)))
        .right((), Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::Enter)).blocked(onward))
}
