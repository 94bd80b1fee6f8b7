//! The one sentence in the middle.

use egui::{Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::status::Status;
use crate::text::{HEADING, Type};
use crate::tokens::{radius, space};

/// Shows one sentence as wide as there is room: what is wrong and what to do, or what happens now.
pub fn notice(ui: &mut Ui, status: Status, sentence: &str) -> Response {
    strip(ui, status, sentence, HEADING, space::L)
}

/// A sentence on the status' ground with its sign.
pub(crate) fn strip(ui: &mut Ui, status: Status, sentence: &str, face: Type, margin: f32) -> Response {
    const SIGN: f32 = 18.0;
    let width = ui.available_width();
    let left = margin + SIGN + space::M;
    let text = face.wrapped(ui, sentence, status.ink(), width - left - margin);
    let size = vec2(width, text.size().y + 2.0 * (margin - space::XS));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let role = if status == Status::Bad { Role::Alert } else { Role::Status };
    response.widget_info(|| WidgetInfo::labeled(role, true, sentence));
    let painter = ui.painter();
    painter.rect_filled(rect, radius::CONTROL, status.soft());
    let first_line = rect.top() + margin - space::XS + face.line_height() / 2.0;
    status.icon().paint_centred(
        painter,
        pos2(rect.left() + margin + SIGN / 2.0, first_line),
        SIGN,
        status.ink(),
    );
    painter.galley(pos2(rect.left() + left, rect.top() + margin - space::XS), text, status.ink());
    response
}
