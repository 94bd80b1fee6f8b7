//! The scrambling of pictures, and the challenge of the Microsoft reader v2.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

/// Which bits of the key make the next one: a linear feedback shift register of 32 bits.
const TAPS: u32 = 0x9248_144d;
/// The bits of the key that make one byte of the key stream, least significant first.
const STREAM_BITS: [u32; 8] = [4, 8, 11, 14, 18, 21, 24, 29];
/// The key every Microsoft reader v2 shares.
const CHALLENGE_KEY: [u8; 16] =
    [0x79, 0xac, 0x91, 0x79, 0x5c, 0xa1, 0x47, 0x8e, 0x98, 0xe0, 0x0f, 0x3c, 0x59, 0x8f, 0x5f, 0x4b];

/// The key stream of one picture.
#[derive(Clone, Copy)]
pub(crate) struct KeyStream(u32);

impl KeyStream {
    /// Starts from the key that the reader gave, freed from the host's seed.
    pub(crate) fn new(key: u32) -> Self {
        Self(key)
    }

    fn next(&mut self) -> u8 {
        let byte = (0..).zip(STREAM_BITS).fold(0, |byte, (at, bit)| byte | ((self.0 >> bit & 1) as u8) << at);
        let parity = (self.0 & TAPS).count_ones() & 1;
        self.0 = self.0 >> 1 | parity << 31;
        byte
    }

    /// Lets `count` bytes of the stream pass unused.
    pub(crate) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// Unscrambles a block. Each byte was sent one place late; the last one is lost and becomes 0.
    pub(crate) fn unscramble(&mut self, block: &[u8]) -> Vec<u8> {
        let late = block.iter().skip(1).map(|byte| byte ^ self.next());
        let mut plain: Vec<u8> = late.collect();
        if !block.is_empty() {
            self.next();
            plain.push(0);
        }
        plain
    }
}

/// The answer to a challenge: AES-128 of one block.
pub(crate) fn answer_challenge(challenge: [u8; 16]) -> [u8; 16] {
    let mut block = challenge.into();
    Aes128::new(&CHALLENGE_KEY.into()).encrypt_block(&mut block);
    block.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_aes_128() {
        // FIPS 197, appendix B would need its own key; this pair was computed with openssl enc -aes-128-ecb.
        let answer = answer_challenge([0; 16]);
        assert_eq!(hex::encode(answer), "a9d42a98c20cea8f0eb61f17f8f6c001");
    }

    #[test]
    fn a_skipped_byte_counts_like_a_used_one() {
        let (mut used, mut skipped) = (KeyStream::new(0x1234_5678), KeyStream::new(0x1234_5678));
        used.unscramble(&[0; 700]);
        skipped.skip(700);
        assert_eq!(used.unscramble(&[0; 9]), skipped.unscramble(&[0; 9]));
    }
}
