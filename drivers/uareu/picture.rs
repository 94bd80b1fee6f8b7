//! From what the reader sends to an upright picture with dark ridges.
//!
//! A transfer is a header of 64 bytes and the lines. The header lists blocks of lines: scrambled or plain, under
//! the running key or the next one, sent or left out. Nothing is believed that does not add up to one picture.

use crate::cipher::KeyStream;
use tram_biometric::GrayImage;
use tram_device::DeviceError;

/// Pixels in a line.
pub(crate) const WIDTH: usize = 384;
/// Lines of a picture.
pub(crate) const HEIGHT: usize = 290;
/// The vendor's resolution for all of these readers, the mean of both directions.
pub(crate) const PPI: u16 = 512;
/// What is asked for: header and all lines.
pub(crate) const TRANSFER_BYTES: usize = HEADER_BYTES + WIDTH * HEIGHT;

/// Before the lines.
pub(crate) const HEADER_BYTES: usize = 64;
/// Where the list of blocks begins in the header: two bytes each, flags and lines.
const BLOCKS_AT: usize = 16;
const MAX_BLOCKS: usize = 15;
/// Readers leave out a line here and there and repeat the next one; more would be an invented picture.
const MAX_ABSENT_LINES: usize = 8;
/// Mean difference of neighbouring pixels above which lines are noise: random bytes have 85, ridges at most 40.
const NOISE: u64 = 60;

const NEXT_KEY: u8 = 0x80;
const KEY_RESTS: u8 = 0x04;
const SCRAMBLED: u8 = 0x02;
const ABSENT: u8 = 0x01;

struct Block {
    flags: u8,
    lines: usize,
}

/// A transfer whose header fits its length.
pub(crate) struct Transfer<'a> {
    key_number: u8,
    blocks: Vec<Block>,
    lines: &'a [u8],
}

impl<'a> Transfer<'a> {
    /// Checks the header against what came.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, DeviceError> {
        let refuse = |what: &str| garbage(format!("a picture of {} bytes: {what}", bytes.len()));
        let (header, lines) =
            bytes.split_at_checked(HEADER_BYTES).ok_or_else(|| refuse("its header is cut off"))?;
        let &[_, _, _, _, low, high, key_number, ..] = header else {
            return Err(refuse("its header is cut off"));
        };
        let sent = usize::from(u16::from_le_bytes([low, high]));
        let blocks: Vec<Block> = header
            .get(BLOCKS_AT..)
            .unwrap_or_default()
            .chunks_exact(2)
            .take(MAX_BLOCKS)
            .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
            .map(|[flags, lines]| Block { flags, lines: usize::from(lines) })
            .take_while(|block| block.lines > 0)
            .collect();
        let count = |wanted: bool| -> usize {
            blocks.iter().filter(|b| (b.flags & ABSENT != 0) == wanted).map(|b| b.lines).sum()
        };
        let (absent, present) = (count(true), count(false));
        if blocks.iter().any(|b| b.flags & ABSENT != 0 && b.flags & SCRAMBLED != 0) {
            return Err(refuse("lines are both scrambled and left out"));
        }
        if present != sent || lines.len() != sent * WIDTH {
            return Err(refuse(&format!("{sent} lines are announced, {present} listed")));
        }
        if present + absent != HEIGHT || absent > MAX_ABSENT_LINES {
            return Err(refuse(&format!("{present} lines and {absent} left out")));
        }
        Ok(Self { key_number, blocks, lines })
    }

    /// Unscrambles the lines, each block with the key the reader gives for its number, and fills what was left
    /// out by repeating the line that follows.
    pub(crate) fn unscramble(
        &self,
        mut key_of: impl FnMut(u8) -> Result<u32, DeviceError>,
    ) -> Result<Vec<u8>, DeviceError> {
        let mut key_number = self.key_number;
        // Readers whose pictures are not scrambled set the same flags: only the lines themselves tell.
        let mut stream = match self.lines.get(..2 * WIDTH) {
            Some(first) if is_noise(first) => Some(KeyStream::new(key_of(key_number)?)),
            _ => None,
        };
        let mut picture = Vec::with_capacity(WIDTH * HEIGHT);
        let mut absent = 0;
        let mut rest = self.lines;
        for block in &self.blocks {
            let bytes = block.lines * WIDTH;
            if let Some(stream) = &mut stream
                && block.flags & NEXT_KEY != 0
            {
                key_number = key_number.wrapping_add(1);
                *stream = KeyStream::new(key_of(key_number)?);
            }
            if block.flags & ABSENT != 0 {
                absent += block.lines;
                skip(&mut stream, block, bytes);
                continue;
            }
            let (lines, after) = rest.split_at_checked(bytes).unwrap_or((rest, &[]));
            rest = after;
            let plain = match &mut stream {
                Some(stream) if block.flags & (SCRAMBLED | KEY_RESTS) == SCRAMBLED => {
                    stream.unscramble(lines)
                }
                stream => {
                    skip(stream, block, bytes);
                    lines.to_vec()
                }
            };
            if is_noise(&plain) {
                return Err(garbage("the picture is noise: its key does not fit".to_owned()));
            }
            let following = plain.get(..WIDTH).unwrap_or_default();
            picture.extend(following.repeat(std::mem::take(&mut absent)));
            picture.extend(plain);
        }
        picture.resize(WIDTH * HEIGHT, 0);
        Ok(picture)
    }
}

/// Lets the key run over a block it does not apply to, unless the block says that the key rests.
fn skip(stream: &mut Option<KeyStream>, block: &Block, bytes: usize) {
    if let Some(stream) = stream
        && block.flags & (KEY_RESTS | SCRAMBLED) == 0
    {
        stream.skip(bytes);
    }
}

/// Dark ridges on light, upright. Most models look from below; `is_upright` says which does not.
pub(crate) fn develop(mut picture: Vec<u8>, is_upright: bool) -> Result<GrayImage, DeviceError> {
    for pixel in &mut picture {
        *pixel = 255 - *pixel;
    }
    if !is_upright {
        picture.reverse();
    }
    GrayImage::new(WIDTH as u32, HEIGHT as u32, PPI, picture).map_err(|e| garbage(e.to_string()))
}

/// Whether these lines are scrambled, or were unscrambled with a wrong key.
pub(crate) fn is_noise(lines: &[u8]) -> bool {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum > NOISE * lines.len() as u64
}

fn garbage(detail: String) -> DeviceError {
    DeviceError::Garbage { detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A transfer of grey lines with these blocks.
    fn transfer(sent: u16, blocks: &[(u8, u8)]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_BYTES];
        bytes[4..6].copy_from_slice(&sent.to_le_bytes());
        for (at, (flags, lines)) in blocks.iter().enumerate() {
            bytes[BLOCKS_AT + 2 * at] = *flags;
            bytes[BLOCKS_AT + 2 * at + 1] = *lines;
        }
        bytes.extend((0..sent).flat_map(|line| [line as u8; WIDTH]));
        bytes
    }

    #[test]
    fn only_what_adds_up_is_a_picture() {
        for (sent, blocks, accepted) in [
            (290, &[(0, 200), (0, 90)][..], true),
            (289, &[(0, 72), (1, 1), (0, 217)], true),
            (289, &[(0, 72), (0, 217)], false),
            (290, &[(0, 200), (0, 89)], false),
            (250, &[(0, 250), (1, 40)], false),
            (289, &[(0, 200), (3, 1), (0, 89)], false),
            (0, &[], false),
            (u16::MAX, &[(0, 255); 15], false),
        ] {
            let bytes = transfer(sent, blocks);
            assert_eq!(Transfer::parse(&bytes).is_ok(), accepted, "{sent} lines, {blocks:?}");
            for cut in [0, 5, 63, 64, bytes.len() - 1] {
                assert!(Transfer::parse(&bytes[..cut.min(bytes.len() - 1)]).is_err(), "cut at {cut}");
            }
        }
    }

    proptest! {
        /// Whatever a header says: refused, or a picture of the one size, and never a panic.
        #[test]
        fn any_header_is_read_or_refused(
            sent in 0..400_u16,
            header in prop::collection::vec(any::<u8>(), 48),
            fits: bool,
            missing in 0..700_usize,
        ) {
            let mut bytes = transfer(sent, &[(0, 100), (1, 2), (2, 188)]);
            if !fits {
                bytes[BLOCKS_AT..HEADER_BYTES].copy_from_slice(&header);
            }
            bytes.truncate(bytes.len().saturating_sub(missing / 2));
            if let Ok(picture) = Transfer::parse(&bytes).and_then(|t| t.unscramble(|_| Ok(0x1234_5678))) {
                prop_assert_eq!(picture.len(), WIDTH * HEIGHT);
            }
        }
    }

    #[test]
    fn a_line_left_out_is_the_one_that_follows() {
        let bytes = transfer(289, &[(0, 72), (1, 1), (0, 217)]);
        let no_key = |_| Err(garbage("nothing is scrambled".to_owned()));
        let picture = Transfer::parse(&bytes).and_then(|t| t.unscramble(no_key)).expect("adds up");
        let lines: Vec<u8> = picture.chunks_exact(WIDTH).map(|line| line[0]).collect();
        assert_eq!(lines[70..76], [70, 71, 72, 72, 73, 74]);
        let image = develop(picture, false).expect("fills its size");
        assert_eq!((image.get(0, 0), image.ppi()), (Some(255 - (288 % 256) as u8), 512));
    }
}
