//! What can go wrong between a citizen's data and a printed card, one sentence a variant, in both languages.

use std::fmt;
use tram_biometric::Language;

/// A part of a card or slip that an error points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are in `name`")]
pub enum Part {
    PersonalNumber,
    OldNumber,
    CancelledNumber,
    FullName,
    BirthDate,
    Sex,
    Nationality,
    Residence,
    BirthRegistration,
    IssueDate,
    ExpiryDate,
    ParentName,
    DocumentType,
    DocumentNumber,
    WholeZone,
    Office,
    Procedure,
    DossierNumber,
    SlipText,
}

impl Part {
    /// What people call it.
    pub fn name(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::PersonalNumber => ("số định danh cá nhân", "personal identification number"),
            Self::OldNumber => ("số chứng minh nhân dân", "nine-digit number"),
            Self::CancelledNumber => ("số định danh đã hủy", "cancelled number"),
            Self::FullName => ("họ và tên", "full name"),
            Self::BirthDate => ("ngày sinh", "date of birth"),
            Self::Sex => ("giới tính", "sex"),
            Self::Nationality => ("quốc tịch", "nationality"),
            Self::Residence => ("nơi cư trú", "place of residence"),
            Self::BirthRegistration => ("nơi đăng ký khai sinh", "place of registration of birth"),
            Self::IssueDate => ("ngày cấp", "date of issue"),
            Self::ExpiryDate => ("ngày hết hạn", "date of expiry"),
            Self::ParentName => ("tên cha, mẹ", "name of a parent"),
            Self::DocumentType => ("loại giấy tờ", "document type"),
            Self::DocumentNumber => ("số giấy tờ", "document number"),
            Self::WholeZone => ("toàn bộ dòng máy đọc", "whole zone"),
            Self::Office => ("tên cơ quan", "name of the office"),
            Self::Procedure => ("tên thủ tục", "name of the procedure"),
            Self::DossierNumber => ("mã hồ sơ", "dossier number"),
            Self::SlipText => ("nội dung giấy hẹn", "text of the slip"),
        };
        language.pick(vi, en)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name(Language::English))
    }
}

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
    MrzCheckDigit(Part),
    /// A field of the zone holds what it cannot hold.
    #[error("the {0} in the machine-readable zone cannot be read: read the card again")]
    MrzField(Part),
    /// The bytes of a QR are not UTF-8, or were mangled on their way.
    #[error("the QR is not in Unicode (UTF-8): set the scanner to UTF-8, or type the data in by hand")]
    QrEncoding,
    /// Fewer fields than any generation of the card has, or far too many bytes.
    #[error("this QR is not one of a Vietnamese identity card")]
    NotACardQr,
    /// A field of the QR holds what it cannot hold.
    #[error("the {0} in the QR cannot be read: compare with the printed card and type it in")]
    QrField(Part),
    /// A field holds the separator of the QR's own fields.
    #[error("the {0} contains the sign | which the QR uses between its fields; correct it")]
    QrSeparator(Part),
    /// More than a symbol of the given size can hold and still be read.
    #[error("the QR's contents are too long for its place: shorten the address")]
    QrTooLong,
    /// Text that would have to be set too small to be read.
    #[error("the {0} is too long for its place: shorten it")]
    TextTooLong(Part),
    /// The typeface lacks a letter.
    #[error("the typeface has no letter for U+{0:04X}; correct the text")]
    Glyph(u32),
    /// A built-in typeface cannot be parsed or cut down: the program itself is damaged.
    #[error("a typeface inside this program is damaged; install it again")]
    Typeface,
    /// A template file is not well formed.
    #[error("the card template cannot be used: {0}")]
    Template(String),
    /// A picture could not be written in its file format.
    #[error("the picture could not be encoded as {0}")]
    Encode(&'static str),
}

impl CardError {
    /// What the officer reads: what is wrong and what to do.
    pub fn advice(&self, language: Language) -> String {
        if language == Language::English {
            return capitalised(&self.to_string());
        }
        let part = |part: &Part| part.name(Language::Vietnamese);
        match self {
            Self::PersonalNumber => "Số định danh cá nhân phải có đúng 12 chữ số".to_owned(),
            Self::EmptyName => "Chưa có họ tên để in dòng máy đọc".to_owned(),
            Self::Letter(code) => {
                format!("Chữ U+{code:04X} trong họ tên không ghi được ở dòng máy đọc: sửa lại họ tên")
            }
            Self::MrzShape => {
                "Đây không phải dòng máy đọc của thẻ căn cước: cần ba dòng, mỗi dòng 30 ký tự".to_owned()
            }
            Self::MrzCheckDigit(of) => format!("Số kiểm tra của {} không đúng: đọc lại thẻ", part(of)),
            Self::MrzField(of) => format!("Không đọc được {} ở dòng máy đọc: đọc lại thẻ", part(of)),
            Self::QrEncoding => {
                "Mã QR không phải Unicode (UTF-8): chỉnh máy quét sang UTF-8 hoặc nhập tay".to_owned()
            }
            Self::NotACardQr => "Mã QR này không phải của thẻ căn cước".to_owned(),
            Self::QrField(of) => format!("Không đọc được {} trong mã QR: xem mặt thẻ và nhập tay", part(of)),
            Self::QrSeparator(of) => {
                capitalised(&format!("{} có dấu | mà mã QR dùng để ngăn các mục: sửa lại", part(of)))
            }
            Self::QrTooLong => "Nội dung mã QR quá dài: rút ngắn địa chỉ".to_owned(),
            Self::TextTooLong(of) => {
                capitalised(&format!("{} quá dài so với chỗ in: rút ngắn lại", part(of)))
            }
            Self::Glyph(code) => format!("Phông chữ không có chữ U+{code:04X}: sửa lại nội dung"),
            Self::Typeface => "Phông chữ trong chương trình bị hỏng: cài lại chương trình".to_owned(),
            Self::Template(detail) => format!("Không dùng được mẫu thẻ: {detail}"),
            Self::Encode(format) => format!("Không ghi được ảnh dạng {format}"),
        }
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_in_both_languages() {
        for (error, vi, en) in [
            (
                CardError::TextTooLong(Part::Residence),
                "Nơi cư trú quá dài so với chỗ in: rút ngắn lại",
                "The place of residence is too long for its place: shorten it",
            ),
            (
                CardError::MrzCheckDigit(Part::BirthDate),
                "Số kiểm tra của ngày sinh không đúng: đọc lại thẻ",
                "The check digit of the date of birth is wrong: read the card again",
            ),
        ] {
            assert_eq!(error.advice(Language::Vietnamese), vi);
            assert_eq!(error.advice(Language::English), en);
        }
    }
}
