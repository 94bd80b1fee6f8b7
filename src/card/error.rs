//! What can go wrong between a citizen's data and a printed card, one sentence a variant.

/// Why a card, a slip, a machine-readable zone or a QR could not be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// The personal number is not twelve digits.
    #[error("the personal identification number must have exactly 12 digits")]
    PersonalNumber,
    /// No name, or nothing of it is left once it is written in the letters A to Z.
    #[error("the name is empty, so the machine-readable zone has nothing to hold")]
    EmptyName,
    /// A letter that Doc 9303-3 section 6 gives no Latin spelling for.
    #[error(
        "the letter U+{0:04X} in the name cannot be written in the machine-readable zone; correct the name"
    )]
    Letter(u32),
    /// Not three lines of thirty characters A–Z, 0–9 and `<`.
    #[error(
        "this is not a machine-readable zone of an identity card: three lines of 30 characters are needed"
    )]
    MrzShape,
    /// A check digit does not fit its field.
    #[error("the check digit of the {0} is wrong: read the card again")]
    MrzCheckDigit(&'static str),
    /// A field of the zone holds what it cannot hold.
    #[error("the {0} in the machine-readable zone cannot be read: read the card again")]
    MrzField(&'static str),
    /// The bytes of a QR are not UTF-8.
    #[error("the QR is not in Unicode (UTF-8): an old or foreign code, type the data in by hand")]
    QrEncoding,
    /// Fewer fields than any generation of the card has, or far too many bytes.
    #[error("this QR is not one of a Vietnamese identity card")]
    NotACardQr,
    /// A field of the QR holds what it cannot hold.
    #[error("the {0} in the QR cannot be read: compare with the printed card and type it in")]
    QrField(&'static str),
    /// A field holds the separator of the QR's own fields.
    #[error("the {0} contains the sign | which the QR uses between its fields; correct it")]
    QrSeparator(&'static str),
    /// More than a symbol of the given size can hold and still be read.
    #[error("the QR's contents are too long for its place: shorten the address")]
    QrTooLong,
    /// Text that would have to be set too small to be read.
    #[error("the {0} is too long for its place: shorten it")]
    TextTooLong(String),
    /// The typeface lacks a letter.
    #[error("the typeface has no letter for U+{0:04X}; correct the text")]
    Glyph(u32),
    /// A built-in typeface cannot be parsed: the program itself is damaged.
    #[error("a typeface inside this program is damaged; install it again")]
    Typeface,
    /// A template file is not well formed.
    #[error("the card template cannot be used: {0}")]
    Template(String),
    /// A font could not be cut down for a PDF.
    #[error("the typeface could not be embedded in the PDF; install the program again")]
    Subset,
    /// A picture could not be written in its file format.
    #[error("the picture could not be encoded as {0}")]
    Encode(&'static str),
}
