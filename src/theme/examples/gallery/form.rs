//! The information step: fields, choices, suggestions, signature.

use eframe::egui::{self, Key};
use tram_theme::{
    Card, Choice, Field, Page, Shortcut, Status, Suggestion, notice, scroll, signature_pad, suggestions,
};

use crate::{Gallery, frame};

pub(crate) fn show(gallery: &mut Gallery, ui: &mut egui::Ui) {
    let steps = frame::steps(0);
    Page::new(frame::top_bar(), "Thông tin", "Lấy từ cơ sở dữ liệu dân cư; chỉ sửa điều công dân nói khác")
        .rail(frame::rail(&steps))
        .actions(frame::actions(None))
        .show_with_evidence(
            ui,
            gallery,
            |ui, gallery| {
                let height = ui.available_height();
                scroll(ui, "fields", |ui| {
                    Card::titled("Người đề nghị").least_height(height).show(ui, |ui| {
                        ui.spacing_mut().item_spacing.y = 16.0;
                        fields(gallery, ui);
                    });
                });
            },
            |ui, gallery| {
                Card::titled("Thủ tục").show(ui, |ui| {
                    let list = [
                        ("Cấp lần đầu", "Từ đủ 14 tuổi, chưa có thẻ"),
                        ("Cấp đổi", "Thẻ hỏng, sai thông tin, đến tuổi đổi"),
                        ("Cấp lại", "Mất thẻ"),
                    ];
                    let keys = [Key::Num1, Key::Num2, Key::Num3];
                    for (index, ((label, detail), key)) in list.into_iter().zip(keys).enumerate() {
                        let choice = Choice::new(label, gallery.procedure == index).detail(detail);
                        if choice.shortcut(Shortcut::alt(key)).chosen(ui) {
                            gallery.procedure = index;
                        }
                    }
                });
                if Choice::tick("Đồng ý tích hợp thông tin", gallery.consent)
                    .detail("Công dân đã nghe đọc và đồng ý")
                    .chosen(ui)
                {
                    gallery.consent = !gallery.consent;
                }
                Card::titled("Chữ ký").show(ui, |ui| {
                    signature_pad(ui, "Ô chữ ký", &mut gallery.ink, "Mời công dân ký trên dòng này", 150.0);
                });
            },
        );
}

fn fields(gallery: &mut Gallery, ui: &mut egui::Ui) {
    Field::new("Họ, chữ đệm và tên khai sinh", &mut gallery.name)
        .source(Some("Cơ sở dữ liệu dân cư, 22/11/2026"))
        .show(ui);
    ui.spacing_mut().item_spacing.x = 16.0;
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            Field::new("Số định danh cá nhân", &mut gallery.number)
                .error(Some("Thiếu 4 chữ số: số định danh có 12 chữ số"))
                .show(left);
            Field::new("Mật khẩu", &mut gallery.secret).secret().hint("Ít nhất 8 ký tự").show(right);
        }
    });
    let mut birth = "12/03/1994".to_owned();
    Field::new("Ngày sinh", &mut birth).read_only().source(Some("Chỉ sửa ở cơ quan hộ tịch")).show(ui);
    let response = Field::new("Nơi thường trú", &mut gallery.ward).show(ui);
    if gallery.ink.strokes.is_empty() && ui.ctx().cumulative_pass_nr() == 3 {
        response.request_focus();
    }
    let item = |title: &str, detail: &str| Suggestion { title: title.to_owned(), detail: detail.to_owned() };
    let items = [
        item("Xã Quảng La", "Quảng Ninh · gồm Bằng Cả, Dân Chủ, Quảng La cũ"),
        item("Xã Quảng Tân", "Quảng Ninh"),
        item("Phường Quảng Yên", "Quảng Ninh"),
    ];
    if let Some(taken) = suggestions(ui, &response, &items).and_then(|index| items.get(index)) {
        gallery.ward.clone_from(&taken.title);
    }
    notice(ui, Status::Info, "Công dân khai nơi ở hiện tại khác: ghi vào ô ghi chú của tờ khai");
}
