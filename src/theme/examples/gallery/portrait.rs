//! The portrait step.

use eframe::egui::{self, Key};
use tram_theme::{
    Attempt, AttemptState, Card, Measure, Oval, Page, Shortcut, Status, Video, attempts, portrait, text,
};

use crate::{Gallery, frame};

pub(crate) fn show(gallery: &mut Gallery, ui: &mut egui::Ui) {
    let picture = gallery.pictures.portrait();
    let steps = frame::steps(1);
    Page::new(frame::top_bar(), "Ảnh chân dung", "Tự chụp khi mọi yêu cầu đạt trong nửa giây, hoặc bấm F2")
        .rail(frame::rail(&steps))
        .actions(frame::actions(None))
        .show_with_evidence(
            ui,
            &mut (),
            |ui, ()| {
                Video::new("Hình từ camera", Some(picture), "Đang chờ camera…")
                    .oval(Oval::default())
                    .progress(0.72)
                    .guidance(Status::Live, "Giữ nguyên, đang chụp…")
                    .show(ui);
            },
            |ui, ()| {
                Card::titled("Yêu cầu của ảnh").show(ui, |ui| {
                    Measure::new("Nhìn thẳng, mắt mở", Status::Good, "98").show(ui);
                    Measure::new("Miệng khép, nét mặt tự nhiên", Status::Good, "91").show(ui);
                    Measure::new("Ánh sáng đều hai bên", Status::Attention, "58 · trái tối hơn").show(ui);
                    Measure::new("Độ nét", Status::Good, "84").show(ui);
                    Measure::new("Nền trơn, sáng", Status::Good, "95").show(ui);
                    Measure::new("Không kính, không mũ", Status::Good, "đạt").show(ui);
                    let key = Shortcut::key(Key::F4);
                    Measure::new("Thấy rõ hai tai", Status::Info, "cán bộ xác nhận").shortcut(key).show(ui);
                });
                Card::new().show(ui, |ui| {
                    ui.horizontal_top(|ui| {
                        ui.spacing_mut().item_spacing.x = 16.0;
                        ui.vertical(|ui| {
                            text::heading(ui, "Trên thẻ");
                            portrait(ui, "Ảnh trên thẻ", Some(picture), 108.0);
                        });
                        ui.vertical(|ui| {
                            text::heading(ui, "Các lần chụp");
                            let made = |word, state| Attempt { word, state, picture: Some(picture) };
                            let list =
                                [made("1 · 91", AttemptState::Kept), made("2 · 74", AttemptState::Made)];
                            attempts(ui, "", &list, "");
                            text::caption(ui, "Giữ ảnh tốt nhất. Dùng ảnh chưa đạt cần lý do (F7).");
                        });
                    });
                });
            },
        );
}
