//! Vietnamese text: one stored form (NFC) and one search key without diacritics.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The stored form: NFC, single spaces, none at the ends.
pub fn tidy(text: &str) -> String {
    text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The search key: no diacritics, đ as d, lower case, single spaces. Both tone placements (hòa, hoà) and the
/// Icelandic Ð of old data fold to the same key.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'đ' | 'ð' => 'd',
            other => other,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_key() {
        for (spelling, key) in [
            ("Nguyễn Thị Hoà", "nguyen thi hoa"),
            ("NGUYỄN  THỊ HÒA ", "nguyen thi hoa"),
            ("Đặng Ðình Thuỷ", "dang dinh thuy"),
            ("Krông Y Bhô", "krong y bho"),
            ("H'Blơi Niê", "h'bloi nie"),
        ] {
            assert_eq!(fold(spelling), key);
            assert_eq!(fold(&spelling.nfd().collect::<String>()), key);
        }
        assert_eq!(tidy(" Lo\u{300}  A Páo\t"), "Lò A Páo");
    }
}
