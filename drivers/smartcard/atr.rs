//! What a card says of itself when it gets power (ISO/IEC 7816-3, 8.2, and 7816-4, 12.1.1).

/// How a card takes long commands. A card that says nothing is taken for one that knows chaining alone: every card with
/// a file system does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Lc and Le of two bytes.
    pub extended_length: bool,
}

/// Compact-TLV: card capabilities.
const CAPABILITIES: u8 = 7;
/// In the third byte of the capabilities.
const EXTENDED_LENGTH: u8 = 0x40;

impl Capabilities {
    /// From the answer to reset; whatever cannot be read there says nothing.
    pub fn of(atr: &[u8]) -> Self {
        let mut objects = historical(atr).and_then(|bytes| match bytes.split_first()? {
            // The last three bytes are a status indicator.
            (0x00, rest) => rest.get(..rest.len().checked_sub(3)?),
            (0x80, rest) => Some(rest),
            _ => None,
        });
        while let Some((head, rest)) = objects.and_then(<[u8]>::split_first) {
            let Some((value, after)) = rest.split_at_checked(usize::from(head & 0x0f)) else { break };
            if head >> 4 == CAPABILITIES {
                let extended_length = value.get(2).is_some_and(|byte| byte & EXTENDED_LENGTH != 0);
                return Self { extended_length };
            }
            objects = Some(after);
        }
        Self::default()
    }
}

/// The historical bytes, behind as many interface bytes as the format characters announce.
fn historical(atr: &[u8]) -> Option<&[u8]> {
    let (_, mut rest) = atr.split_first()?;
    let mut format = *rest.first()?;
    let count = usize::from(format & 0x0f);
    rest = rest.get(1..)?;
    loop {
        // TA, TB and TC are announced by bits 5 to 7; TD, by bit 8, comes last and announces the next ones.
        let before = (format >> 4 & 7).count_ones() as usize;
        rest = rest.get(before..)?;
        if format & 0x80 == 0 {
            return rest.get(..count);
        }
        format = *rest.first()?;
        rest = rest.get(1..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cards_that_know_extended_length_say_so() {
        for (atr, extended_length) in [
            ("3b85800180 730021c0 00", true),
            ("3b85800180 73002180 00", false),
            // The reference ePass of vsmartcard.
            ("3b9513810180 73ff0100 0b", false),
            // Behind a service TLV, and with the status indicator at the end.
            ("3b87800180 31 01 730021c0 00", true),
            ("3b0800 73000040 009000", true),
            ("3b0800 73000000 009000", false),
            ("3b00", false),
            ("3b", false),
            ("", false),
        ] {
            let bytes = hex::decode(atr.replace(' ', "")).expect("hexadecimal");
            assert_eq!(Capabilities::of(&bytes), Capabilities { extended_length }, "{atr}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Capabilities::of(&bytes);
        }
    }
}
