//! Pictures: how they are fitted, rounded and faded.

use egui::epaint::RectShape;
use egui::{
    Color32, CornerRadius, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, TextureHandle,
    TextureId, Ui, Vec2, WidgetInfo, pos2,
};

use crate::tokens::{self, radius};

/// A picture that is already a texture. Make one texture for a stream and `set()` it; never one for each frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picture {
    /// The texture.
    pub texture: TextureId,
    /// Its width and height in pixels.
    pub size: Vec2,
}

impl From<&TextureHandle> for Picture {
    fn from(handle: &TextureHandle) -> Self {
        Self { texture: handle.id(), size: handle.size_vec2() }
    }
}

impl Picture {
    /// Shows the whole of it, as large as it fits into `room`, with a thin outline; `name` is heard.
    pub fn show(self, ui: &mut Ui, name: &str, room: Vec2) -> Response {
        let scale = (room.x / self.size.x).min(room.y / self.size.y).max(0.0);
        let (rect, response) = ui.allocate_exact_size(self.size * scale, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
        let rounded = CornerRadius::same(radius::CHIP);
        self.contain(ui.painter(), rect, rounded, tokens::UNTINTED);
        ui.painter().rect_stroke(rect, rounded, Stroke::new(1.0, tokens::OUTLINE), StrokeKind::Outside);
        response
    }

    /// Paints it over the whole of `rect`, cutting what does not fit; `mirrored` swaps left and right.
    pub(crate) fn cover(
        self,
        painter: &Painter,
        rect: Rect,
        radius: CornerRadius,
        tint: Color32,
        mirrored: bool,
    ) {
        let scale = (rect.width() / self.size.x).max(rect.height() / self.size.y);
        let seen = rect.size() / (self.size * scale).max(Vec2::splat(1.0));
        let mut uv = Rect::from_center_size(pos2(0.5, 0.5), seen);
        if mirrored {
            std::mem::swap(&mut uv.min.x, &mut uv.max.x);
        }
        painter.add(RectShape::filled(rect, radius, tint).with_texture(self.texture, uv));
    }

    /// Paints the whole of it in the middle of `rect`.
    pub(crate) fn contain(self, painter: &Painter, rect: Rect, radius: CornerRadius, tint: Color32) {
        let scale = (rect.width() / self.size.x).min(rect.height() / self.size.y);
        let place = Rect::from_center_size(rect.center(), self.size * scale);
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.add(RectShape::filled(place, radius, tint).with_texture(self.texture, uv));
    }
}
