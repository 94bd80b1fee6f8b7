//! Huffman coding of quantized numbers: runs of zeros 1 to 100, values -73 to 74, and escapes for the rest.

#![allow(clippy::indexing_slicing)] // Tables have one entry for every byte or every prefix that indexes them.

/// Symbols of the code: 1 to 100 a run of zeros, 107 to 254 a value plus 180, and between them escapes.
const ESCAPE_POSITIVE_8: u8 = 101;
const ESCAPE_NEGATIVE_8: u8 = 102;
const ESCAPE_POSITIVE_16: u8 = 103;
const ESCAPE_NEGATIVE_16: u8 = 104;
const ESCAPE_RUN_8: u8 = 105;
const ESCAPE_RUN_16: u8 = 106;
const LONGEST_RUN: u32 = 100;
const LARGEST: i16 = 74;
/// No code word is longer.
const MOST_BITS: usize = 16;
/// Code words up to this length are found in one step.
const QUICK_BITS: u32 = 11;

/// A canonical code: how many words of each length, and their symbols in order.
#[derive(Clone, Default)]
pub(super) struct Code {
    pub(super) counts: [u8; MOST_BITS],
    pub(super) symbols: Vec<u8>,
}

/// One coded step: a symbol and the bits after it.
struct Step {
    symbol: u8,
    extra: u16,
    extra_bits: u32,
}

fn value_step(value: i16) -> Step {
    let size = value.unsigned_abs();
    let (symbol, extra_bits) = match (value, size) {
        (v, _) if v > -LARGEST && v <= LARGEST => ((v + 180) as u8, 0),
        (v, ..=255) => (if v > 0 { ESCAPE_POSITIVE_8 } else { ESCAPE_NEGATIVE_8 }, 8),
        (v, _) => (if v > 0 { ESCAPE_POSITIVE_16 } else { ESCAPE_NEGATIVE_16 }, 16),
    };
    Step { symbol, extra: size, extra_bits }
}

fn run_step(run: u32) -> Step {
    let (symbol, extra_bits) = if run <= LONGEST_RUN {
        (run as u8, 0)
    } else if run <= 0xff {
        (ESCAPE_RUN_8, 8)
    } else {
        (ESCAPE_RUN_16, 16)
    };
    Step { symbol, extra: run as u16, extra_bits }
}

/// Calls `take` for every step that codes `numbers`.
fn steps(numbers: &[i16], mut take: impl FnMut(Step)) {
    let mut run = 0;
    for &number in numbers {
        if number == 0 && run < 0xffff {
            run += 1;
            continue;
        }
        if run > 0 {
            take(run_step(run));
        }
        if number == 0 {
            run = 1;
        } else {
            run = 0;
            take(value_step(number));
        }
    }
    if run > 0 {
        take(run_step(run));
    }
}

impl Code {
    /// The best code for these blocks with words of at most 16 bits, none of them all ones.
    pub(super) fn for_blocks(blocks: &[&Vec<i16>]) -> Self {
        // The symbol 256 never occurs and takes the word of all ones (ITU-T T.81, K.2).
        let mut frequencies = [0u32; 257];
        frequencies[256] = 1;
        for block in blocks {
            steps(block, |step| frequencies[usize::from(step.symbol)] += 1);
        }
        let lengths = word_lengths(frequencies);
        let mut code = Self { counts: shortened(&lengths), symbols: Vec::new() };
        let mut symbols: Vec<usize> = (0..256).filter(|&symbol| lengths[symbol] > 0).collect();
        symbols.sort_by_key(|&symbol| (lengths[symbol], symbol));
        code.symbols = symbols.into_iter().map(|symbol| symbol as u8).collect();
        code
    }

    /// Every word with its length and symbol, shortest first.
    fn words(&self) -> impl Iterator<Item = (u32, u32, u8)> + '_ {
        let lengths = self.counts.iter().zip(1u32..);
        let lengths = lengths.flat_map(|(&count, bits)| std::iter::repeat_n(bits, usize::from(count)));
        let mut next = 0u32;
        let mut last = 0;
        lengths.zip(&self.symbols).map(move |(bits, &symbol)| {
            next <<= bits - last;
            last = bits;
            next += 1;
            (next - 1, bits, symbol)
        })
    }

    /// The numbers as bytes, with a zero after every 0xff.
    pub(super) fn compressed(&self, numbers: &[i16]) -> Vec<u8> {
        let mut words = [(0u32, 0u32); 256];
        for (word, bits, symbol) in self.words() {
            words[usize::from(symbol)] = (word, bits);
        }
        let mut out = BitWriter::default();
        steps(numbers, |step| {
            let (word, bits) = words[usize::from(step.symbol)];
            out.put(word, bits);
            if step.extra_bits > 0 {
                out.put(u32::from(step.extra), step.extra_bits);
            }
        });
        out.finish()
    }

    /// Whether the words are few enough for their lengths.
    pub(super) fn is_sound(&self) -> bool {
        let words: u32 = self.counts.iter().map(|&count| u32::from(count)).sum();
        let space: u64 =
            self.counts.iter().zip(1..).map(|(&count, bits)| u64::from(count) << (16 - bits)).sum();
        words as usize == self.symbols.len() && words <= 256 && space <= 1 << 16
    }
}

/// Lengths of the words by merging the two rarest again and again.
fn word_lengths(mut frequencies: [u32; 257]) -> [usize; 257] {
    let mut lengths = [0usize; 257];
    let mut chain: [Option<usize>; 257] = [None; 257];
    loop {
        let Some(first) = rarest(&frequencies, None) else { return lengths };
        let Some(second) = rarest(&frequencies, Some(first)) else {
            lengths[first] = lengths[first].max(1);
            return lengths;
        };
        frequencies[first] += frequencies[second];
        frequencies[second] = 0;
        let mut end = first;
        lengths[end] += 1;
        while let Some(next) = chain[end] {
            end = next;
            lengths[end] += 1;
        }
        chain[end] = Some(second);
        let mut next = Some(second);
        while let Some(symbol) = next {
            lengths[symbol] += 1;
            next = chain[symbol];
        }
    }
}

/// The symbol that occurs least, the last of equals, leaving one out.
fn rarest(frequencies: &[u32; 257], without: Option<usize>) -> Option<usize> {
    let present = frequencies.iter().enumerate().rev().filter(|&(i, &f)| f > 0 && Some(i) != without);
    present.min_by_key(|&(_, &frequency)| frequency).map(|(symbol, _)| symbol)
}

/// How many words of each length, none above 16 bits, the reserved one taken off the longest.
fn shortened(lengths: &[usize; 257]) -> [u8; MOST_BITS] {
    let mut counts = [0i32; 258];
    for &length in lengths.iter().filter(|&&length| length > 0) {
        counts[length] += 1;
    }
    for length in (MOST_BITS + 1..258).rev() {
        while counts[length] > 0 {
            let shorter = (1..length - 1).rev().find(|&l| counts[l] > 0).unwrap_or(1);
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    if let Some(longest) = (1..=MOST_BITS).rev().find(|&length| counts[length] > 0) {
        counts[longest] -= 1;
    }
    std::array::from_fn(|i| counts[i + 1].clamp(0, 255) as u8)
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, value: u32, bits: u32) {
        self.pending = self.pending << bits | u64::from(value);
        self.count += bits;
        while self.count >= 8 {
            self.count -= 8;
            self.byte((self.pending >> self.count) as u8);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }

    /// Fills the last byte with ones, which begin no word.
    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            let missing = 8 - self.count;
            self.put((1 << missing) - 1, missing);
        }
        self.bytes
    }
}

/// A code ready for reading.
pub(super) struct Decoder {
    /// For every prefix of `QUICK_BITS`: symbol and length, length 0 where the word is longer or there is none.
    quick: Vec<(u8, u8)>,
    /// The longer words, aligned to 16 bits: word, length, symbol.
    long: Vec<(u32, u32, u8)>,
}

impl Decoder {
    pub(super) fn new(code: &Code) -> Self {
        let mut decoder = Self { quick: vec![(0, 0); 1 << QUICK_BITS], long: Vec::new() };
        for (word, bits, symbol) in code.words() {
            if bits <= QUICK_BITS {
                let first = (word << (QUICK_BITS - bits)) as usize;
                let end = (first + (1 << (QUICK_BITS - bits))).min(decoder.quick.len());
                decoder.quick[first.min(end)..end].fill((symbol, bits as u8));
            } else {
                decoder.long.push((word << (16 - bits), bits, symbol));
            }
        }
        decoder
    }

    /// The symbol the bits begin with and its length.
    fn symbol(&self, next_16: u32) -> Option<(u8, u32)> {
        let (symbol, bits) = self.quick[(next_16 >> (16 - QUICK_BITS)) as usize];
        if bits > 0 {
            return Some((symbol, u32::from(bits)));
        }
        let found = self.long.iter().find(|(word, bits, _)| next_16 >> (16 - bits) == word >> (16 - bits))?;
        Some((found.2, found.1))
    }
}

/// Why a block could not be read.
pub(super) struct Damaged;

/// Reads one block from `bytes`, appending at most `most` numbers in all, and says how many bytes it took:
/// up to the marker that follows.
pub(super) fn read_block(
    bytes: &[u8],
    decoder: &Decoder,
    numbers: &mut Vec<i16>,
    most: usize,
) -> Result<usize, Damaged> {
    let mut bits = BitReader { bytes, at: 0, pending: 0, count: 0 };
    loop {
        bits.fill();
        let Some((symbol, length)) = decoder.symbol(bits.peek_16()) else { break };
        if length > bits.count {
            break;
        }
        bits.drop(length);
        let run = match symbol {
            1..=100 => usize::from(symbol),
            107..=254 => {
                numbers.push(i16::from(symbol) - 180);
                0
            }
            ESCAPE_POSITIVE_8 => value(numbers, i32::from(bits.take(8)?))?,
            ESCAPE_NEGATIVE_8 => value(numbers, -i32::from(bits.take(8)?))?,
            ESCAPE_POSITIVE_16 => value(numbers, i32::from(bits.take(16)?))?,
            ESCAPE_NEGATIVE_16 => value(numbers, -i32::from(bits.take(16)?))?,
            ESCAPE_RUN_8 => usize::from(bits.take(8)?),
            ESCAPE_RUN_16 => usize::from(bits.take(16)?),
            _ => return Err(Damaged),
        };
        if numbers.len() + run > most {
            return Err(Damaged);
        }
        if run > 0 {
            numbers.resize(numbers.len() + run, 0);
        }
    }
    // What is left must be shorter than a word: filling.
    if bits.count <= MOST_BITS as u32 { Ok(bits.at) } else { Err(Damaged) }
}

fn value(numbers: &mut Vec<i16>, value: i32) -> Result<usize, Damaged> {
    numbers.push(i16::try_from(value).map_err(|_beyond| Damaged)?);
    Ok(0)
}

struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    pending: u64,
    count: u32,
}

impl BitReader<'_> {
    /// Takes bytes until there are bits enough for a word, or a marker or the end comes.
    fn fill(&mut self) {
        while self.count <= 48 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            if byte == 0xff {
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.pending = self.pending << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    /// The next 16 bits, ones after the end.
    fn peek_16(&self) -> u32 {
        let bits = if self.count >= 16 {
            self.pending >> (self.count - 16)
        } else {
            let missing = 16 - self.count;
            self.pending << missing | ((1 << missing) - 1)
        };
        (bits & 0xffff) as u32
    }

    fn drop(&mut self, bits: u32) {
        self.count -= bits;
    }

    fn take(&mut self, bits: u32) -> Result<u16, Damaged> {
        self.fill();
        if bits > self.count {
            return Err(Damaged);
        }
        self.count -= bits;
        Ok((self.pending >> self.count & ((1 << bits) - 1)) as u16)
    }
}
