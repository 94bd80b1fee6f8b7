//! What stands where something will be: while it loads, and when there is nothing.

use egui::{Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::icon::Icon;
use crate::text::{BODY, HEADING};
use crate::tokens::{self, radius, space};

/// Shows what is awaited, and `rows` pale rows where it will stand.
///
/// Nothing turns or blinks: a picture that does not move costs no battery and promises no speed.
pub fn loading(ui: &mut Ui, sentence: &str, rows: usize) -> Response {
    const HEIGHT: f32 = 20.0;
    // Ends at different places, as words do.
    const LENGTHS: [f32; 4] = [0.92, 0.74, 0.84, 0.58];
    let response = BODY.show(ui, sentence, tokens::MUTED);
    for length in LENGTHS.iter().cycle().take(rows) {
        let width = ui.available_width() * length;
        let (rect, _) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
        ui.painter().rect_filled(rect, radius::CHIP, tokens::NEUTRAL_SOFT);
    }
    response
}

/// Says that there is nothing, and what would bring something.
pub fn empty(ui: &mut Ui, icon: Icon, title: &str, sentence: &str) -> Response {
    ui.vertical_centered(|ui| {
        ui.add_space(space::XXL);
        let (rect, response) = ui.allocate_exact_size(vec2(40.0, 40.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, title));
        icon.paint(ui.painter(), rect, tokens::CONTROL);
        ui.add_space(space::S);
        HEADING.show(ui, title, tokens::INK);
        BODY.show(ui, sentence, tokens::MUTED);
        ui.add_space(space::XXL);
    })
    .response
}
