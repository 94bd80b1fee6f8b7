//! What a card printer is given: both faces of one card.

use crate::{CardData, CardError, Side, Template};
use image::RgbImage;

/// One card to print. Panels, ribbons and the black channel are the printer driver's business.
#[derive(Clone)]
pub struct PrintJob {
    /// The front, 1016×648 pixels at 300 dpi on the card of 2024.
    pub front: RgbImage,
    /// The back, the same size.
    pub back: RgbImage,
    /// Whether the card is a specimen, which both faces also say.
    pub specimen: bool,
}

impl PrintJob {
    /// Renders both faces.
    ///
    /// # Errors
    /// What [`Template::render`] finds.
    pub fn new(template: &Template, card: &CardData) -> Result<Self, CardError> {
        Ok(Self {
            front: template.render(card, Side::Front)?,
            back: template.render(card, Side::Back)?,
            specimen: card.specimen,
        })
    }
}

impl std::fmt::Debug for PrintJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrintJob").field("specimen", &self.specimen).finish_non_exhaustive()
    }
}
