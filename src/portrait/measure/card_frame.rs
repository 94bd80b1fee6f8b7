//! Room for the card's frame. Ours: whether the card picture can be cut out of this picture.
//!
//! Native: room between the frame and the nearest edge of the picture, as a share of the frame's width; negative where the
//! frame reaches beyond. Score: 100 where it fits, falling with the share that is missing.

use super::view::View;
use crate::crop;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let frame = crop::CARD.frame(view.face);
    let over = frame.overhang(view.image.width() as f32, view.image.height() as f32);
    let worst = over.left.max(over.right).max(over.top).max(over.bottom);
    f64::from(-worst / frame.width())
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 + native.min(0.0)))
}
