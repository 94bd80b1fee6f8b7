//! Vietnamese names in the letters A to Z, by ICAO Doc 9303-3 section 6.

use crate::CardError;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The components of a name in capitals A to Z.
///
/// Tones and marks are dropped and Đ becomes D. Apostrophes join what they separate (H'Hen → HHEN); hyphens, commas
/// and spaces part components (Y-Thanh → Y, THANH), as section 4.6 of the same part asks.
///
/// # Errors
/// [`CardError::Letter`] for a letter without a Latin spelling.
pub(crate) fn components(name: &str) -> Result<Vec<String>, CardError> {
    let mut components = vec![String::new()];
    for letter in name.nfd().filter(|&c| !is_combining_mark(c)) {
        match letter {
            '\'' | '’' | 'ʼ' | '‘' | '`' | '.' => {}
            '-' | '–' | ',' => components.push(String::new()),
            c if c.is_whitespace() => components.push(String::new()),
            c => {
                if let Some(component) = components.last_mut() {
                    component.push_str(&latin(c)?);
                }
            }
        }
    }
    components.retain(|component| !component.is_empty());
    Ok(components)
}

fn latin(letter: char) -> Result<String, CardError> {
    if letter.is_ascii_alphabetic() {
        return Ok(letter.to_ascii_uppercase().to_string());
    }
    // Ð (eth) in old Vietnamese data is a broken Đ, never the Icelandic letter.
    Ok(match letter {
        'Đ' | 'đ' | 'Ð' | 'ð' => "D",
        'Æ' | 'æ' => "AE",
        'Œ' | 'œ' | 'Ø' | 'ø' => "OE",
        'ß' | 'ẞ' => "SS",
        'Þ' | 'þ' => "TH",
        'Ł' | 'ł' => "L",
        'Ħ' | 'ħ' => "H",
        'ı' => "I",
        // Ê Đê and Gia Rai.
        'ƀ' | 'Ƀ' => "B",
        other => return Err(CardError::Letter(other.into())),
    }
    .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_and_highland_names() {
        for (name, expected) in [
            ("Nguyễn Văn Ứng", "NGUYEN VAN UNG"),
            ("ĐẶNG ĐỨC", "DANG DUC"),
            ("đỗ Thị Ngọc-Ánh", "DO THI NGOC ANH"),
            ("H'Hen Niê", "HHEN NIE"),
            ("Y’Bliă Ƀuôn Ayŭn Mlŏ", "YBLIA BUON AYUN MLO"),
            ("K’Brểu  Kơ Să K’Ho", "KBREU KO SA KHO"),
            ("Nguye\u{302}\u{303}n", "NGUYEN"),
            ("Ðặng", "DANG"),
            ("王", "!"),
        ] {
            let found = components(name).map_or_else(|_| "!".to_owned(), |parts| parts.join(" "));
            assert_eq!(found, expected, "{name}");
        }
    }
}
