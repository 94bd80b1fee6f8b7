//! Everything in every state, on one page.

use eframe::egui::{self, Key};
use tram_theme::dialog::{Dialog, paragraph};
use tram_theme::{
    Button, Card, Icon, Page, Shortcut, Status, Table, Video, chip, empty, loading, notice, progress, text,
};

use crate::{Gallery, frame};

pub(crate) fn show(ui: &mut egui::Ui) {
    Page::<()>::new(frame::top_bar(), "Trạng thái", "Mọi thành phần, mọi trạng thái").show(ui, |ui| {
        Card::titled("Nút").show(ui, buttons);
        Card::titled("Trạng thái").show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let words = ["đạt", "dưới ngưỡng", "không đạt", "thông tin", "chưa biết", "đang quét"];
                for (status, word) in Status::ALL.into_iter().zip(words) {
                    chip(ui, status, word);
                }
            });
            notice(ui, Status::Bad, "Máy quét vân tay đã rút: cắm lại cáp USB, hồ sơ vẫn còn nguyên");
            notice(ui, Status::Good, "Đã ký và niêm phong; gói tin sẽ được gửi khi có mạng");
        });
        ui.spacing_mut().item_spacing.x = 16.0;
        ui.columns(3, |columns| {
            if let [a, b, c] = columns {
                Card::titled("Đang tải").least_height(260.0).show(a, |ui| {
                    loading(ui, "Đang tìm trong 1.204 hồ sơ…", 4);
                    ui.add_space(12.0);
                    progress(ui, 0.58, "Đã gửi 7 trong 12 hồ sơ");
                });
                Card::new().least_height(260.0).show(b, |ui| {
                    empty(ui, Icon::Tray, "Chưa có hồ sơ nào", "Bấm F2 để nhận công dân đầu tiên");
                });
                c.allocate_ui(egui::vec2(c.available_width(), 260.0), |ui| {
                    Video::new("Hình từ camera", None, "Chưa thấy camera: cắm cáp USB vào cổng bên phải")
                        .show(ui);
                });
            }
        });
        Table::new("Hàng chờ gửi", &[1.0]).empty("Mọi hồ sơ đã được trung tâm nhận").show(ui, 0, |_| vec![]);
    });
}

fn buttons(ui: &mut egui::Ui) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::F2)).show(ui).request_focus();
        Button::secondary("Chụp lại").shortcut(Shortcut::key(Key::F3)).show(ui);
        Button::quiet("Xem lịch sử").icon(Icon::Document).show(ui);
        Button::danger("Hủy hồ sơ…").shortcut(Shortcut::ctrl(Key::Delete)).show(ui);
        Button::primary("Tiếp tục").blocked(Some("Còn thiếu ảnh")).show(ui);
        Button::secondary("ẪNH ĐỄ ỖI").icon(Icon::Camera).show(ui);
    });
    text::caption(ui, "Nút thứ năm chưa dùng được và nói vì sao khi trỏ vào");
}

pub(crate) fn dialog(gallery: &mut Gallery, ui: &egui::Ui) {
    if !gallery.dialog {
        return;
    }
    let answer = Dialog::new("Hủy hồ sơ của Hoàng Thị Ngân?", Status::Bad)
        .answer(false, Button::secondary("Giữ lại").shortcut(Shortcut::key(Key::Escape)))
        .answer(true, Button::danger("Hủy hồ sơ"))
        .show(ui.ctx(), |ui| {
            paragraph(
                ui,
                "Ảnh và vân tay đã lấy sẽ không được gửi. Việc hủy được ghi vào nhật ký với tên đồng chí.",
            );
        });
    if answer.is_some() {
        gallery.dialog = false;
    }
}
