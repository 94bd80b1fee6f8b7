//! Bytes that belong together: what came without a pause.

use std::time::Duration;

/// The longest code: a QR code of version 40 holds 4,296 characters.
const MAX_CODE_BYTES: usize = 4_296;
/// Silence that ends a code. At 9,600 baud a byte takes one millisecond; between the lines of a machine-readable zone
/// readers pause for some more.
pub(crate) const QUIET: Duration = Duration::from_millis(100);

/// A burst that is coming in.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    bytes: Vec<u8>,
    last: Option<Duration>,
    /// Whether it is no code, to its end.
    is_torn: bool,
}

impl Burst {
    /// Whether nothing has come since the last code.
    pub(crate) fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Bytes that came by this time.
    pub(crate) fn add(&mut self, bytes: &[u8], now: Duration) {
        if bytes.is_empty() {
            return;
        }
        self.last = Some(now);
        // What is longer than any code is none.
        self.is_torn |= self.bytes.len() + bytes.len() > MAX_CODE_BYTES;
        if !self.is_torn {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// It holds what cannot be told: it is no code.
    pub(crate) fn tear(&mut self) {
        self.is_torn = true;
    }

    /// The wire failed, and nobody knows what was lost with it: what comes next may be the rest of a code.
    pub(crate) fn lose(&mut self) {
        *self = Self { is_torn: true, ..Self::default() };
    }

    /// The code, if silence has ended it. Noise that is no text is dropped.
    pub(crate) fn take(&mut self, now: Duration) -> Option<Vec<u8>> {
        if now < self.last? + QUIET {
            return None;
        }
        let Self { bytes, is_torn, .. } = std::mem::take(self);
        let text = String::from_utf8(bytes).ok().filter(|_| !is_torn)?;
        let lines: Vec<&str> =
            text.split(['\r', '\n']).map(str::trim_end).filter(|line| !line.is_empty()).collect();
        // The separators of GS1 and ISO/IEC 15434 are all that codes hold of control characters.
        let is_text = |c: char| !c.is_control() || matches!(c, '\u{1d}' | '\u{1e}' | '\u{4}');
        (!lines.is_empty() && lines.iter().all(|line| line.chars().all(is_text)))
            .then(|| lines.join("\n").into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let mut burst = Burst::default();
        for piece in pieces {
            burst.add(piece, Duration::ZERO);
            assert_eq!(burst.take(QUIET / 2), None);
        }
        burst.take(QUIET)
    }

    #[test]
    fn a_burst_is_a_code() {
        for (pieces, expected) in [
            (&[&b"079123456789|TEST\r"[..]][..], Some("079123456789|TEST")),
            (&[b"0791", b"23456789\r", b"\n"], Some("079123456789")),
            (&[b"I<VNMTEST\r", b"8001014M\r", b"TEST<<TEST\r"], Some("I<VNMTEST\n8001014M\nTEST<<TEST")),
            (&["Nguyễn".as_bytes()], Some("Nguyễn")),
            (&[b"\r\n"], None),
            (&[b"\x00\xff\x12"], None),
            (&[&[b'1'; 5000]], None),
            (&[], None),
        ] {
            assert_eq!(taken(pieces), expected.map(|text| text.as_bytes().to_vec()), "{pieces:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_code_or_none(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
            let code = taken(&[&bytes]);
            prop_assert!(code.is_none_or(|code| code.len() <= MAX_CODE_BYTES && std::str::from_utf8(&code).is_ok()));
        }
    }
}
