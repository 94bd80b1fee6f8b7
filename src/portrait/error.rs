//! What can go wrong, said so that a person can act on it.

/// Why a portrait could not be examined, cut or written.
#[derive(Debug, thiserror::Error)]
pub enum PortraitError {
    /// A network shipped with the station does not load or run: the installation is damaged.
    #[error("the face network {network} does not run ({reason}); reinstall the station")]
    Network {
        /// File name of the model.
        network: &'static str,
        /// What OpenCV says.
        reason: String,
    },
    /// A network answered with another shape than the one it was shipped with.
    #[error("the face network {0} answers in an unknown shape; reinstall the station")]
    Shape(&'static str),
    /// The picture is smaller than any use of it allows, or larger than memory is kept for.
    #[error(
        "a picture of {width} by {height} pixels cannot be used; take one between 64 and 8192 pixels a side"
    )]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The bytes are no picture, or a damaged one.
    #[error("the picture file cannot be read: {0}")]
    Unreadable(String),
    /// The encoder refused.
    #[error("the picture cannot be written: {0}")]
    Encode(String),
    /// Even the lowest quality does not fit.
    #[error("the picture does not fit into {budget} bytes; the smallest possible is {smallest}")]
    Budget {
        /// Bytes allowed.
        budget: usize,
        /// Bytes of the smallest file the encoder makes.
        smallest: usize,
    },
    /// The rules file shipped with the station is damaged.
    #[error("the portrait rules cannot be read ({0}); reinstall the station")]
    Rules(String),
}
