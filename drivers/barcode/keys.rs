//! What a keyboard says (HID 1.11, appendix B.1) and which character that is on the layout of the United States, which
//! code readers are delivered with (HID Usage Tables 1.4, chapter 10).

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A character of ASCII.
    Character(u8),
    /// A key that is none: what was read holds more than a keyboard can say.
    Other,
}

/// Left and right shift; every other modifier makes a character something else.
const SHIFT: u8 = 0x22;
const ENTER: u8 = 40;
const DIGITS: [[u8; 10]; 2] = [*b"1234567890", *b"!@#$%^&*()"];
/// From 44, the space, on; 50 is a key of other layouts.
const SIGNS: [[u8; 13]; 2] = [*b" -=[]\\\0;'`,./", *b" _+{}|\0:\"~<>?"];
/// Keypad from 84 on.
const KEYPAD: [u8; 16] = *b"/*-+\r1234567890.";

/// The keys that are down.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keys {
    down: [u8; 6],
}

impl Keys {
    /// What a report says that the one before did not. Bytes that are no report say nothing.
    pub(crate) fn typed(&mut self, report: &[u8]) -> Vec<Key> {
        let &[modifiers, _, a, b, c, d, e, f, ..] = report else { return Vec::new() };
        let now = [a, b, c, d, e, f];
        // 1 is "too many at once": nobody knows what was typed.
        let new = now.iter().filter(|key| **key != 0 && !self.down.contains(key));
        let typed = new.map(|key| character(*key, modifiers)).collect();
        self.down = now;
        typed
    }
}

fn character(key: u8, modifiers: u8) -> Key {
    let shifted = usize::from(modifiers & SHIFT != 0);
    let from = |table: &[u8], first: u8| table.get(usize::from(key - first)).copied();
    let found = match key {
        _ if modifiers & !SHIFT != 0 => None,
        4..=29 => Some(if shifted == 1 { b'A' } else { b'a' } + key - 4),
        30..=39 => DIGITS.get(shifted).and_then(|row| from(row, 30)),
        // Enter and tab end a line of what was read.
        ENTER | 43 => Some(b'\r'),
        44..=56 => SIGNS.get(shifted).and_then(|row| from(row, 44)).filter(|sign| *sign != 0),
        84..=99 => from(&KEYPAD, 84),
        _ => None,
    };
    found.map_or(Key::Other, Key::Character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reports_become_what_was_typed() {
        let report = |modifiers: u8, keys: [u8; 6]| [&[modifiers, 0][..], &keys].concat();
        let mut keys = Keys::default();
        let mut typed = |modifiers, pressed| keys.typed(&report(modifiers, pressed));
        assert_eq!(typed(0, [4, 0, 0, 0, 0, 0]), [Key::Character(b'a')]);
        assert_eq!(typed(0, [4, 0, 0, 0, 0, 0]), [], "held, not typed again");
        assert_eq!(typed(0, [4, 5, 0, 0, 0, 0]), [Key::Character(b'b')]);
        assert_eq!(typed(0, [0; 6]), []);
        assert_eq!(typed(2, [0x31, 0, 0, 0, 0, 0]), [Key::Character(b'|')]);
        assert_eq!(typed(0x20, [54, 55, 0, 0, 0, 0]), [Key::Character(b'<'), Key::Character(b'>')]);
        assert_eq!(typed(0, [39, 40, 0, 0, 0, 0]), [Key::Character(b'0'), Key::Character(b'\r')]);
        assert_eq!(typed(4, [84, 0, 0, 0, 0, 0]), [Key::Other], "with Alt");
        assert_eq!(typed(0, [1; 6]), [Key::Other; 6], "too many at once");
    }

    proptest! {
        #[test]
        fn any_report_is_read(reports in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 0..20)) {
            let mut keys = Keys::default();
            for report in reports {
                for key in keys.typed(&report) {
                    prop_assert!(matches!(key, Key::Other | Key::Character(b' '..=b'~' | b'\r')));
                }
            }
        }
    }
}
