//! Messages changed by chance, for the tests that feed parsers with them.
#![allow(clippy::indexing_slicing)] // In a test.

/// Chance that is the same every time (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    /// For one run.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One message changed in up to eight places; never the same as any of the corpus.
pub(crate) fn mutated(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    const TELLING: [u8; 12] = [0, 1, 0x18, 0x1b, 0x40, 0x5b, 0x5f, 0x80, 0x9f, 0xbf, 0x7f, 0xff];
    let mut bytes = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len());
        match chance.next() % 8 {
            _ if bytes.is_empty() => bytes.push(chance.next() as u8),
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = chance.next() as u8,
            2 => bytes[at] = TELLING[chance.below(TELLING.len())],
            3 => bytes.truncate(at),
            4 => bytes.insert(at, TELLING[chance.below(TELLING.len())]),
            5 => drop(bytes.remove(at)),
            6 => {
                let end = (at + chance.below(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len());
                let end = (from + chance.below(200)).min(other.len());
                let to = (at + end - from).min(bytes.len());
                bytes.splice(at..to, other[from..end].iter().copied());
            }
        }
    }
    if corpus.contains(&bytes) {
        bytes.push(0);
    }
    bytes
}
