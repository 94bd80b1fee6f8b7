//! The frames on the line: EF01, address, kind, length, content, checksum; numbers big-endian.

use tram_device::DeviceError;

pub(crate) const START: [u8; 2] = [0xef, 0x01];
/// Every module answers to this address until it is given another one.
const ADDRESS: [u8; 4] = [0xff; 4];
/// Start, address, kind and length.
pub(crate) const HEAD_BYTES: usize = 9;
pub(crate) const CHECKSUM_BYTES: usize = 2;
/// The largest data packet a module can be set to.
const MAX_CONTENT_BYTES: usize = 256;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Command = 0x01,
    Data = 0x02,
    Acknowledge = 0x07,
    LastData = 0x08,
}

impl Kind {
    pub(crate) fn of(byte: u8) -> Option<Self> {
        [Self::Command, Self::Data, Self::Acknowledge, Self::LastData]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// One packet whose checksum fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) kind: Kind,
    pub(crate) content: Vec<u8>,
}

/// A command as it goes on the line.
pub(crate) fn command(content: &[u8]) -> Vec<u8> {
    let [high, low] = ((content.len() + CHECKSUM_BYTES) as u16).to_be_bytes();
    let summed = [&[Kind::Command as u8, high, low], content].concat();
    [START.as_slice(), &ADDRESS, &summed, &checksum(&summed).to_be_bytes()].concat()
}

fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)))
}

/// Bytes that came and are not yet a whole packet. Holds one packet at most, and what was read with it.
#[derive(Default)]
pub(crate) struct Inbox(Vec<u8>);

impl Inbox {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The next whole packet, or `None` when more bytes are needed.
    pub(crate) fn take(&mut self) -> Result<Option<Packet>, DeviceError> {
        let Some((head, rest)) = self.0.split_at_checked(HEAD_BYTES) else { return Ok(None) };
        let &[s0, s1, a0, a1, a2, a3, kind, high, low] = head else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(kind) = Kind::of(kind).filter(|_| [s0, s1] == START && [a0, a1, a2, a3] == ADDRESS) else {
            return Err(garbage("no packet begins like this"));
        };
        let Some(count) = length.checked_sub(CHECKSUM_BYTES).filter(|n| *n <= MAX_CONTENT_BYTES) else {
            return Err(garbage("a packet of impossible length"));
        };
        let (Some(content), Some(sum)) = (rest.get(..count), rest.get(count..length)) else {
            return Ok(None);
        };
        let summed = [&[kind as u8, high, low], content].concat();
        if checksum(&summed).to_be_bytes() != sum {
            return Err(garbage("a packet with a wrong checksum"));
        }
        let packet = Packet { kind, content: content.to_vec() };
        self.0.drain(..HEAD_BYTES + length);
        Ok(Some(packet))
    }
}

pub(crate) fn garbage(detail: &str) -> DeviceError {
    DeviceError::Garbage { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_command_is_what_the_manual_prints() {
        // GenImg, and VfyPwd with password 0, as printed in the ZFM-20 manual.
        assert_eq!(command(&[0x01]), [0xef, 1, 0xff, 0xff, 0xff, 0xff, 1, 0, 3, 1, 0, 5]);
        let verify = [0xef, 1, 0xff, 0xff, 0xff, 0xff, 1, 0, 7, 0x13, 0, 0, 0, 0, 0, 0x1b];
        assert_eq!(command(&[0x13, 0, 0, 0, 0]), verify);
    }

    proptest! {
        #[test]
        fn packets_are_found_however_they_are_cut(content in prop::collection::vec(any::<u8>(), 1..200), cut in 0..210_usize) {
            let bytes = [command(&content), command(&[7])].concat();
            let (first, rest) = bytes.split_at(cut.min(bytes.len()));
            let mut inbox = Inbox::default();
            let mut found = Vec::new();
            for part in [first, rest] {
                inbox.add(part);
                while let Some(packet) = inbox.take().expect("well formed") {
                    found.push(packet.content);
                }
            }
            prop_assert_eq!(found, vec![content, vec![7]]);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut inbox = Inbox::default();
            inbox.add(&[&START[..], &ADDRESS, &bytes].concat());
            while let Ok(Some(packet)) = inbox.take() {
                prop_assert!(packet.content.len() <= MAX_CONTENT_BYTES);
            }
        }

        #[test]
        fn one_wrong_byte_is_noticed(content in prop::collection::vec(any::<u8>(), 1..40), at in 0..50_usize, bit in 0..8_u8) {
            let mut bytes = command(&content);
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let mut inbox = Inbox::default();
            inbox.add(&bytes);
            // A longer length waits for more; everything else is refused.
            prop_assert!(!matches!(inbox.take(), Ok(Some(_))));
        }
    }
}
