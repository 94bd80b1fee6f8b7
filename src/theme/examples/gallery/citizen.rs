//! The citizen's screen.

use eframe::egui;
use tram_theme::{CitizenScreen, Hands, Language};

use crate::fingers::FINGERS;

pub(crate) fn show(ui: &mut egui::Ui) {
    let screen = CitizenScreen {
        note: "Bước 3 trong 6 · còn khoảng 3 phút",
        fraction: 0.38,
        languages: &[
            Language { name: "Tiếng Việt", chosen: true },
            Language { name: "English", chosen: false },
        ],
        sentence: "Mời bà đặt bốn ngón tay phải lên mặt kính",
        detail: "Giữ yên hai giây. Ngón áp út hơi khô: chạm khăn ẩm rồi đặt lại.",
    };
    screen.show(ui, |ui| {
        Hands::right(&FINGERS).centred().show(ui);
    });
}
