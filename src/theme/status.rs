//! What a thing is worth, said three ways at once: a colour, a sign and (by the caller) a word.

use egui::Color32;

use crate::icon::Icon;
use crate::tokens;

/// The state of a device, a measure, a dossier, a finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Passed, working, received.
    Good,
    /// Works, but somebody should look.
    Attention,
    /// Failed, refused, disconnected.
    Bad,
    /// Worth knowing.
    Info,
    /// Neither good nor bad; not yet known.
    Neutral,
    /// Happening now.
    Live,
}

impl Status {
    /// All of them, in the order of a legend.
    pub const ALL: [Self; 6] =
        [Self::Good, Self::Attention, Self::Bad, Self::Info, Self::Neutral, Self::Live];

    /// Colour of text on [`Status::soft`] or on a surface.
    pub fn ink(self) -> Color32 {
        match self {
            Self::Good => tokens::GOOD_INK,
            Self::Attention => tokens::ATTENTION,
            Self::Bad => tokens::BAD,
            Self::Info | Self::Live => tokens::PRIMARY_INK,
            Self::Neutral => tokens::NEUTRAL_INK,
        }
    }

    /// Colour of an outline on a surface.
    pub fn line(self) -> Color32 {
        match self {
            Self::Good => tokens::GOOD,
            Self::Attention => tokens::ATTENTION_LINE,
            Self::Bad => tokens::BAD,
            Self::Info | Self::Live => tokens::PRIMARY,
            Self::Neutral => tokens::CONTROL,
        }
    }

    /// The pale ground of a chip, a notice, a finger.
    pub fn soft(self) -> Color32 {
        match self {
            Self::Good => tokens::GOOD_SOFT,
            Self::Attention => tokens::ATTENTION_SOFT,
            Self::Bad => tokens::BAD_SOFT,
            Self::Info | Self::Live => tokens::PRIMARY_SOFT,
            Self::Neutral => tokens::NEUTRAL_SOFT,
        }
    }

    /// Colour on the bar, on the citizen's screen and over video.
    pub fn on_dark(self) -> Color32 {
        match self {
            Self::Good | Self::Live => tokens::LIVE,
            Self::Attention => tokens::LIVE_ATTENTION,
            Self::Bad => tokens::LIVE_BAD,
            Self::Info | Self::Neutral => tokens::ON_BAR_MUTED,
        }
    }

    /// The sign.
    pub fn icon(self) -> Icon {
        match self {
            Self::Good => Icon::Check,
            Self::Attention => Icon::Exclamation,
            Self::Bad => Icon::Cross,
            Self::Info => Icon::Info,
            Self::Neutral => Icon::Ring,
            Self::Live => Icon::Dot,
        }
    }
}
