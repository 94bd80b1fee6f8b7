//! The page an officer starts from.

use eframe::egui::{self, Key};
use tram_theme::{
    ActionBar, Button, Card, Cell, Field, Figure, Measure, Page, Shortcut, Status, Table, figures, text,
};

use crate::{Gallery, frame};

pub(crate) fn show(gallery: &mut Gallery, ui: &mut egui::Ui) {
    let actions: ActionBar<'_, ()> =
        ActionBar::new().note("F1 phím tắt · F5 hàng chờ gửi · F8 thiết bị · F9 chuyến công tác · F12 khóa");
    Page::new(frame::top_bar(), "", "").actions(actions).show(ui, |ui| {
        head(ui);
        Field::search("Tìm hồ sơ", &mut gallery.search)
            .hint("Tìm theo số định danh, CMND cũ, họ tên không dấu, hoặc quét mã QR trên thẻ")
            .shortcut(Shortcut::ctrl(Key::K))
            .show(ui);
        figures(
            ui,
            &[
                Figure {
                    name: "Hôm nay",
                    value: "23",
                    remark: "trên 60 người có hẹn",
                    status: Status::Neutral,
                },
                Figure {
                    name: "Trung bình một người",
                    value: "5 ph 40 s",
                    remark: "nhanh hơn hôm qua 35 s",
                    status: Status::Good,
                },
                Figure {
                    name: "Chờ gửi",
                    value: "7",
                    remark: "mất mạng 38 phút, dữ liệu an toàn",
                    status: Status::Attention,
                },
                Figure {
                    name: "Pin còn đủ cho",
                    value: "31 người",
                    remark: "khoảng 3 giờ 10 phút",
                    status: Status::Neutral,
                },
            ],
        );
        lists(ui);
    });
}

fn head(ui: &mut egui::Ui) {
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            ui.set_width(ui.available_width() - 200.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            text::title(ui, "Chào buổi sáng, đồng chí Khánh");
            text::muted(ui, "Chủ nhật 22/11/2026 · bản Khe Lèn · chuyến 14, ngày 2 trong 3");
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let _ = Button::primary("Hồ sơ mới").shortcut(Shortcut::key(Key::F2)).large().activated(ui);
        });
    });
}

fn lists(ui: &mut egui::Ui) {
    let rows: [(&str, &str, Status, &str, &str); 5] = [
        ("Hoàng Thị Ngân", "Cấp đổi thẻ", Status::Info, "Vân tay · dở dang", "09:42"),
        ("Lò A Páo", "Cấp lần đầu, 14 tuổi", Status::Attention, "Chờ đội trưởng duyệt", "09:31"),
        ("Krông Y Bhô", "Cấp lại, mất thẻ", Status::Neutral, "Đã ký, chờ gửi", "09:20"),
        ("Nguyễn Văn Thủy", "Cấp đổi thẻ + mức 2", Status::Good, "Trung tâm đã nhận", "09:02"),
        ("Vàng Thị Mỷ", "Cấp lần đầu", Status::Bad, "Trùng vân tay, cần xem", "08:51"),
    ];
    ui.horizontal_top(|ui| {
        let left = (ui.available_width() - 16.0) * 0.66;
        ui.spacing_mut().item_spacing.x = 16.0;
        ui.vertical(|ui| {
            ui.set_width(left);
            Table::new("Hồ sơ trong ngày", &[2.5, 2.3, 2.6, 0.6]).show(ui, rows.len(), |index| {
                rows.get(index)
                    .map(|&(name, what, status, word, time)| {
                        vec![Cell::Name(name), Cell::Text(what), Cell::Chip(status, word), Cell::Text(time)]
                    })
                    .unwrap_or_default()
            });
        });
        ui.vertical(|ui| {
            Card::titled("Thiết bị sáng nay").show(ui, |ui| {
                Measure::new("Camera chân dung", Status::Good, "hiệu chuẩn 12 ngày").show(ui);
                Measure::new("Máy quét vân tay", Status::Good, "500,4 ppi").show(ui);
                Measure::new("Máy in thẻ", Status::Attention, "12 phôi, ruy băng 30 %").show(ui);
                Measure::new("Đầu ghi chip", Status::Good, "sẵn sàng").show(ui);
                Measure::new("Khóa trạm", Status::Good, "TPM").show(ui);
                Measure::new("Đồng hồ", Status::Good, "lệch 0,4 s").show(ui);
                text::caption(ui, "Kiểm tra buổi sáng: 47 giây, kỹ thuật viên Bàn Văn Tú ký");
            });
        });
    });
}
