//! The fingerprint step.

use eframe::egui;
use tram_theme::{
    Attempt, AttemptState, Card, Finger, FingerState, Hands, Measure, Page, Sample, Status, attempts,
    finger_legend, notice, samples, text,
};

use crate::{Gallery, frame};

pub(crate) const FINGERS: [Finger<'static>; 10] = {
    const fn finger(state: FingerState, score: Option<u8>, name: &'static str) -> Finger<'static> {
        Finger { state, score, name }
    }
    [
        finger(FingerState::Open, None, "Ngón cái phải: chưa lấy"),
        finger(FingerState::Passed, Some(64), "Ngón trỏ phải: đạt, 64"),
        finger(FingerState::Passed, Some(71), "Ngón giữa phải: đạt, 71"),
        finger(FingerState::Below, Some(31), "Ngón áp út phải: dưới ngưỡng, 31"),
        finger(FingerState::Live, None, "Ngón út phải: đang quét"),
        finger(FingerState::Open, None, "Ngón cái trái: chưa lấy"),
        finger(FingerState::Failed, None, "Ngón trỏ trái: không lấy được"),
        finger(FingerState::Exception, None, "Ngón giữa trái: mất đốt trên"),
        finger(FingerState::Open, None, "Ngón áp út trái: chưa lấy"),
        finger(FingerState::Open, None, "Ngón út trái: chưa lấy"),
    ]
};

pub(crate) fn show(gallery: &mut Gallery, ui: &mut egui::Ui) {
    let steps = frame::steps(2);
    Page::new(
        frame::top_bar(),
        "Bốn ngón tay phải",
        "Lượt 1 trong 3: bốn ngón phải, bốn ngón trái, hai ngón cái",
    )
    .rail(frame::rail(&steps))
    .actions(frame::actions(Some("Còn ngón út phải chưa lấy: quét lại, hoặc bấm F6 để ghi lý do")))
    .show_with_evidence(ui, gallery, glass, |ui, _| evidence(ui));
}

fn glass(ui: &mut egui::Ui, gallery: &mut Gallery) {
    let print = |index| gallery.pictures.print(index);
    let list = [
        Sample { name: "Trỏ", picture: print(0), status: Status::Good, word: "đạt · 64" },
        Sample { name: "Giữa", picture: print(1), status: Status::Good, word: "đạt · 71" },
        Sample { name: "Áp út", picture: print(2), status: Status::Attention, word: "hơi khô · 31" },
        Sample { name: "Út", picture: None, status: Status::Live, word: "đang quét" },
    ];
    let height = ui.available_height();
    Card::titled("Ảnh từ máy quét").chip(Status::Live, "500 ppi · đang quét").least_height(height).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing.y = 16.0;
            samples(ui, &list, (ui.available_height() - 240.0).clamp(120.0, 260.0));
            notice(ui, Status::Attention, "Ngón áp út hơi khô: mời công dân chạm khăn ẩm rồi đặt lại");
            let made = |word, state| Attempt { word, state, picture: None };
            attempts(
                ui,
                "Lần",
                &[
                    made("1 · 52", AttemptState::Made),
                    made("2 · 56", AttemptState::Kept),
                    made("3", AttemptState::Open),
                ],
                "Giữ ảnh tốt nhất của từng ngón qua các lần",
            );
        },
    );
}

fn evidence(ui: &mut egui::Ui) {
    Card::titled("Hai bàn tay").show(ui, |ui| {
        Hands::both(&FINGERS).captions("Trái", "Phải").most_height(300.0).show(ui);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            finger_legend(ui, FingerState::Passed, "đạt");
            finger_legend(ui, FingerState::Below, "dưới ngưỡng");
            finger_legend(ui, FingerState::Live, "đang quét");
            finger_legend(ui, FingerState::Failed, "không lấy được");
            finger_legend(ui, FingerState::Exception, "ngoại lệ");
            finger_legend(ui, FingerState::Open, "chưa lấy");
        });
    });
    Card::titled("Kiểm tra tự động").show(ui, |ui| {
        Measure::new("Đủ bốn ngón, đúng tay phải", Status::Good, "đạt").show(ui);
        Measure::new("Không trùng ngón đã lấy", Status::Good, "đạt").show(ui);
        Measure::new("Chưa có ai giống trong chuyến này", Status::Good, "1.204 người · 0,03 s").show(ui);
        Measure::new("Mặt kính sạch", Status::Good, "đạt").show(ui);
    });
    Card::titled("Tay trái, ngón giữa").show(ui, |ui| {
        text::muted(ui, "Mất đốt trên, có ảnh kèm. Đội trưởng đã xác nhận 09:40.");
    });
}
