//! Every widget of the theme, in the pages it was made for. People, places and figures are invented.
//!
//! `cargo run -p tram-theme --example gallery -- worklist` opens one page; Ctrl with the number changes it. Pages:
//! worklist, portrait, fingers, form, states, citizen, dialog.

mod citizen;
mod fingers;
mod form;
mod frame;
mod pictures;
mod portrait;
mod states;
mod worklist;

use eframe::egui::{self, Key, Vec2};
use tram_theme as theme;
use tram_theme::{Ink, Shortcut, Toasts};

use pictures::Pictures;

/// What the pages remember between frames.
struct Gallery {
    page: usize,
    pictures: Pictures,
    search: String,
    name: String,
    ward: String,
    number: String,
    secret: String,
    procedure: usize,
    consent: bool,
    ink: Ink,
    toasts: Toasts,
    dialog: bool,
}

const PAGES: [&str; 7] = ["worklist", "portrait", "fingers", "form", "states", "citizen", "dialog"];

fn main() -> eframe::Result {
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.next().unwrap_or_default();
    let page = PAGES.iter().position(|name| *name == wanted).unwrap_or(0);
    let mut number = || arguments.next().and_then(|text| text.parse::<f32>().ok());
    let size = Vec2::new(number().unwrap_or(1440.0), number().unwrap_or(900.0));
    let zoom = number().unwrap_or(1.0);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(size).with_decorations(false),
        ..Default::default()
    };
    eframe::run_native(
        "Gallery",
        options,
        Box::new(move |creation| {
            theme::install(&creation.egui_ctx);
            creation.egui_ctx.set_zoom_factor(zoom);
            Ok(Box::new(Gallery::new(&creation.egui_ctx, page)?))
        }),
    )
}

impl Gallery {
    fn new(ctx: &egui::Context, page: usize) -> Result<Self, image::ImageError> {
        let mut toasts = Toasts::default();
        if PAGES.get(page) == Some(&"states") {
            toasts.push(theme::Status::Good, "Đã in giấy hẹn cho Lò A Páo");
            toasts.push(theme::Status::Bad, "Máy in thẻ hết ruy băng: thay cuộn mới rồi bấm nút xanh");
        }
        Ok(Self {
            page,
            pictures: Pictures::new(ctx)?,
            search: String::new(),
            name: "Hoàng Thị Ngân".to_owned(),
            ward: "quảng".to_owned(),
            number: "02219400".to_owned(),
            secret: String::new(),
            procedure: 1,
            consent: true,
            ink: Ink::default(),
            toasts,
            dialog: true,
        })
    }
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7];
        for (page, key) in keys.into_iter().enumerate() {
            if Shortcut::ctrl(key).pressed(ui) {
                self.page = page;
            }
        }
        match self.page {
            0 => worklist::show(self, ui),
            1 => portrait::show(self, ui),
            2 => fingers::show(self, ui),
            3 => form::show(self, ui),
            4 => states::show(ui),
            5 => citizen::show(ui),
            _ => {
                portrait::show(self, ui);
                states::dialog(self, ui);
            }
        }
        self.toasts.show(ui.ctx(), "Đóng");
    }
}
