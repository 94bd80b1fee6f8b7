//! The markers' bits: the first of `OpenCV`'s `DICT_4X4_50`.

use super::layout::MARKERS;

/// Sixteen bits of each marker by rows, the highest first, 1 is white.
const CODES: [u16; MARKERS] = [
    0xb532, 0x0f9a, 0x332d, 0x9946, 0x549e, 0x79cd, 0x9e2e, 0xc4f2, 0xfeda, 0xcf56, 0xf991, 0x11a7, 0x0eb7,
    0x2a0f, 0x24b1, 0x263e, 0x4665, 0x6600, 0x6c5e, 0x76af, 0x868b, 0xb02b, 0xccd5, 0xdd82, 0xfe47, 0x9471,
    0xace4, 0xa554, 0x2123, 0x346f, 0x4415, 0x57b2, 0x9ecf, 0xf0cb, 0x08ae, 0x0929, 0x1875, 0x04ff,
];
/// Bits that may be misread: any two markers of the dictionary, turned in any way, differ in at least three.
const MISREAD: u32 = 1;

/// Whether a bit of a marker is white; `false` for what is no marker of the board.
pub fn is_white(marker: usize, row: usize, column: usize) -> bool {
    CODES.get(marker).is_some_and(|code| code >> (15 - (4 * row + column)) & 1 == 1)
}

/// What sixteen bits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A marker of the board, and how many quarters it is turned clockwise in the picture.
    Marker(usize, usize),
    /// A marker seen in a mirror.
    Mirrored,
    /// None of the board's.
    Unknown,
}

/// Looks the bits up.
pub(crate) fn look_up(bits: u16) -> Reading {
    let found = (0..4).scan(bits, |turned, turn| {
        let known = CODES.iter().position(|code| (code ^ *turned).count_ones() <= MISREAD);
        *turned = turned_back(*turned);
        Some(known.map(|id| Reading::Marker(id, turn)))
    });
    let as_seen = found.flatten().next();
    as_seen.unwrap_or_else(|| {
        let turns = std::iter::successors(Some(mirrored(bits)), |bits| Some(turned_back(*bits))).take(4);
        let is_known = |bits: u16| CODES.iter().any(|code| (code ^ bits).count_ones() <= MISREAD);
        if turns.into_iter().any(is_known) { Reading::Mirrored } else { Reading::Unknown }
    })
}

fn made(bit: impl Fn(usize, usize) -> u16) -> u16 {
    (0..16).fold(0, |bits, at| bits << 1 | bit(at / 4, at % 4))
}

fn at(bits: u16, row: usize, column: usize) -> u16 {
    bits >> (15 - (4 * row + column)) & 1
}

/// Turned by a quarter against the clock: what was at the top right is at the top left.
fn turned_back(bits: u16) -> u16 {
    made(|row, column| at(bits, column, 3 - row))
}

fn mirrored(bits: u16) -> u16 {
    made(|row, column| at(bits, row, 3 - column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_known_turned_and_with_one_bit_misread() {
        for (id, code) in CODES.into_iter().enumerate() {
            let mut seen = code;
            for turn in [0, 3, 2, 1] {
                assert_eq!(look_up(seen), Reading::Marker(id, turn));
                for bit in 0..16 {
                    assert_eq!(look_up(seen ^ (1 << bit)), Reading::Marker(id, turn));
                }
                seen = turned_back(seen);
            }
        }
    }

    #[test]
    fn most_markers_in_a_mirror_are_known_as_such() {
        let readings = CODES.map(|code| look_up(mirrored(code)));
        let known = readings.iter().filter(|reading| **reading == Reading::Mirrored).count();
        assert!(known > 30, "{known} of {MARKERS}");
        assert_eq!(look_up(0xffff), Reading::Unknown);
    }
}
