//! A session without the finger, which the driver still follows: data packets whose content is zeros, with checksums
//! that fit. The line brings packets in pieces of any length, so the place in the packet is kept between them.

use crate::packet::{CHECKSUM_BYTES, HEAD_BYTES, Kind, START};
use tram_device::recording::{Redact, Source};

/// Where the kind stands in a packet, after start and address; the length follows it.
const KIND_AT: usize = 6;

/// The longest answer that is no picture.
const ANSWER_BYTES: usize = 64;

/// Takes the finger out of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redaction {
    /// The head of the packet at hand, as far as it came.
    head: Vec<u8>,
    /// What of the packet came after its head.
    passed: usize,
}

impl Redaction {
    /// What stands in the place of this byte.
    fn replace(&mut self, byte: u8) -> u8 {
        if self.head.len() < HEAD_BYTES {
            self.head.push(byte);
            // Between packets there is noise, or a picture whose head was lost.
            if self.head.iter().zip(START).any(|(got, start)| *got != start) {
                self.head.clear();
                return 0;
            }
            return byte;
        }
        let &[.., kind, high, low] = self.head.as_slice() else { return byte };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_kept = Kind::of(kind) == Some(Kind::Acknowledge) && length <= ANSWER_BYTES;
        let content = length.saturating_sub(CHECKSUM_BYTES);
        let at = self.passed;
        self.passed += 1;
        let sum = self.head.iter().skip(KIND_AT).fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let [sum_high, sum_low] = sum.to_be_bytes();
        if self.passed >= length {
            self.head.clear();
            self.passed = 0;
        }
        match at.checked_sub(content) {
            _ if is_kept => byte,
            None => 0,
            Some(0) => sum_high,
            Some(_) => sum_low,
        }
    }
}

impl Redact for Redaction {
    fn came(&mut self, source: Source, data: &mut [u8]) {
        if source == Source::Stream {
            for byte in data {
                *byte = self.replace(*byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Inbox, Packet};
    use proptest::prelude::*;

    fn packet(kind: Kind, content: &[u8]) -> Vec<u8> {
        let length = content.len() as u16 + 2;
        let body = [&[kind as u8][..], &length.to_be_bytes(), content].concat();
        let sum = body.iter().map(|byte| u16::from(*byte)).sum::<u16>();
        [&START[..], &[0xff; 4], &body, &sum.to_be_bytes()].concat()
    }

    proptest! {
        /// However the line is disturbed and cut: as many bytes go on as came, and none of a picture.
        #[test]
        fn nothing_of_a_picture_passes(
            cuts in prop::collection::vec(1..200_usize, 1..40),
            at in 0..600_usize,
            wrong: u8,
        ) {
            let mut line = [packet(Kind::Data, &[0x5a; 128]), packet(Kind::Data, &[0x5a; 128])].concat().repeat(2);
            if let Some(byte) = line.get_mut(at) {
                *byte = wrong;
            }
            let mut redaction = Redaction::default();
            let mut begun = 0;
            for cut in cuts.into_iter().cycle() {
                if begun == line.len() {
                    break;
                }
                let end = (begun + cut).min(line.len());
                redaction.came(Source::Stream, &mut line[begun..end]);
                begun = end;
            }
            let passed = line.into_iter().filter(|byte| *byte == 0x5a).count();
            // A disturbed byte may look like an answer's head, and an answer has at most so many bytes.
            prop_assert!(passed <= ANSWER_BYTES, "{passed} bytes of the picture");
        }
    }

    #[test]
    fn pictures_go_and_everything_else_stays() {
        let line = [
            packet(Kind::Acknowledge, &[0]),
            packet(Kind::Data, &[0x5a; 128]),
            packet(Kind::LastData, &[0x77; 64]),
            packet(Kind::Acknowledge, &[2, 0x5a]),
        ]
        .concat();
        for piece in [1, 7, 64, 512] {
            let (mut redaction, mut inbox, mut found) = (Redaction::default(), Inbox::default(), Vec::new());
            for bytes in line.chunks(piece) {
                let mut bytes = bytes.to_vec();
                redaction.came(Source::Stream, &mut bytes);
                inbox.add(&bytes);
            }
            while let Some(packet) = inbox.take().expect("its checksum fits") {
                found.push(packet);
            }
            let packet = |kind, content: &[u8]| Packet { kind, content: content.to_vec() };
            let expected = [
                packet(Kind::Acknowledge, &[0]),
                packet(Kind::Data, &[0; 128]),
                packet(Kind::LastData, &[0; 64]),
                packet(Kind::Acknowledge, &[2, 0x5a]),
            ];
            assert_eq!(found, expected, "in pieces of {piece}");
        }
    }
}
