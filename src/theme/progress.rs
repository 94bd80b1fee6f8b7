//! How far it is.

use egui::{Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::text::CAPTION;
use crate::tokens::{self, space};

/// Shows a bar filled to `fraction` (0 to 1) with what it counts below it.
pub fn progress(ui: &mut Ui, fraction: f32, label: &str) -> Response {
    let response = bar(ui, fraction, label, [tokens::PRIMARY, tokens::OUTLINE]);
    ui.add_space(space::XS - ui.spacing().item_spacing.y);
    CAPTION.show(ui, label, tokens::MUTED);
    response
}

/// The bar alone, in the colours of its filled and its empty part.
pub(crate) fn bar(ui: &mut Ui, fraction: f32, label: &str, [full, empty]: [Color32; 2]) -> Response {
    const HEIGHT: f32 = 8.0;
    let fraction = fraction.clamp(0.0, 1.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(fraction) * 100.0),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, label)
    });
    let radius = HEIGHT / 2.0;
    ui.painter().rect_filled(rect, radius, empty);
    if fraction > 0.0 {
        let width = (rect.width() * fraction).max(HEIGHT);
        ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(width, HEIGHT)), radius, full);
    }
    response
}
