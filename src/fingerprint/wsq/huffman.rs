//! Huffman coding of quantized numbers: runs of zeros 1 to 100, values -73 to 74, and escapes for the rest.

#![allow(clippy::indexing_slicing)] // Tables have one entry for every byte or every prefix that indexes them.

/// Symbols of the code: 1 to 100 a run of zeros, 107 to 254 a value plus 180, and between them escapes.
const ESCAPE_POSITIVE_8: u8 = 101;
const ESCAPE_NEGATIVE_8: u8 = 102;
const ESCAPE_POSITIVE_16: u8 = 103;
const ESCAPE_NEGATIVE_16: u8 = 104;
const ESCAPE_RUN_8: u8 = 105;
const ESCAPE_RUN_16: u8 = 106;
const LONGEST_RUN: u16 = 100;
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

/// One coded step: its symbol in the low eight bits, the number of bits after it in the next eight, and these bits.
#[derive(Clone, Copy)]
struct Step(u32);

impl Step {
    fn new(symbol: u8, extra_bits: u32, extra: u16) -> Self {
        Self(u32::from(extra) << 16 | extra_bits << 8 | u32::from(symbol))
    }

    fn of_value(value: i16) -> Self {
        let size = value.unsigned_abs();
        match (value, size) {
            (v, _) if v > -LARGEST && v <= LARGEST => Self::new((v + 180) as u8, 0, 0),
            (v, ..=255) => Self::new(if v > 0 { ESCAPE_POSITIVE_8 } else { ESCAPE_NEGATIVE_8 }, 8, size),
            (v, _) => Self::new(if v > 0 { ESCAPE_POSITIVE_16 } else { ESCAPE_NEGATIVE_16 }, 16, size),
        }
    }

    fn of_run(run: u16) -> Self {
        if run <= LONGEST_RUN {
            Self::new(run as u8, 0, 0)
        } else if run <= 0xff {
            Self::new(ESCAPE_RUN_8, 8, run)
        } else {
            Self::new(ESCAPE_RUN_16, 16, run)
        }
    }

    fn symbol(self) -> usize {
        (self.0 & 0xff) as usize
    }
}

/// The steps that code the numbers of a block, and how often each symbol occurs.
pub(super) struct Steps {
    steps: Vec<Step>,
    frequencies: [u32; 256],
}

impl Steps {
    pub(super) fn of(numbers: &[i16]) -> Self {
        let mut found = Self { steps: Vec::with_capacity(numbers.len() / 4), frequencies: [0; 256] };
        let mut rest = numbers;
        while let [first, after @ ..] = rest {
            let step = if *first == 0 {
                let run = zeros(&rest[..rest.len().min(0xffff)]);
                rest = &rest[run..];
                Step::of_run(run as u16)
            } else {
                rest = after;
                Step::of_value(*first)
            };
            found.frequencies[step.symbol()] += 1;
            found.steps.push(step);
        }
        found
    }
}

/// How many zeros the numbers begin with, looked at eight at a time.
fn zeros(numbers: &[i16]) -> usize {
    let eights = numbers.chunks_exact(8).take_while(|eight| **eight == [0; 8]).count();
    let rest = &numbers[8 * eights..];
    8 * eights + rest.iter().take_while(|&&number| number == 0).count()
}

impl Code {
    /// The best code for these blocks with words of at most 16 bits, none of them all ones.
    pub(super) fn for_blocks(blocks: &[&Steps]) -> Self {
        // The symbol 256 never occurs and takes the word of all ones (ITU-T T.81, K.2).
        let mut frequencies = [0u32; 257];
        frequencies[256] = 1;
        for block in blocks {
            frequencies.iter_mut().zip(block.frequencies).for_each(|(sum, count)| *sum += count);
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

    /// The steps as bytes, with a zero after every 0xff.
    pub(super) fn compressed(&self, steps: &Steps) -> Vec<u8> {
        let mut words = [(0u32, 0u32); 256];
        for (word, bits, symbol) in self.words() {
            words[usize::from(symbol)] = (word, bits);
        }
        let mut out = BitWriter::with_capacity(steps.steps.len());
        for step in &steps.steps {
            let (word, bits) = words[step.symbol()];
            let extra_bits = step.0 >> 8 & 0xff;
            out.put(word << extra_bits | step.0 >> 16, bits + extra_bits);
        }
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

struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), pending: 0, count: 0 }
    }

    /// Appends at most 32 bits.
    fn put(&mut self, value: u32, bits: u32) {
        self.pending = self.pending << bits | u64::from(value);
        self.count += bits;
        if self.count >= 32 {
            self.count -= 32;
            let four = ((self.pending >> self.count) as u32).to_be_bytes();
            if four.contains(&0xff) {
                for byte in four {
                    self.byte(byte);
                }
            } else {
                self.bytes.extend(four);
            }
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
        let missing = self.count.wrapping_neg() % 8;
        self.pending = self.pending << missing | ((1 << missing) - 1);
        self.count += missing;
        while self.count > 0 {
            self.count -= 8;
            self.byte((self.pending >> self.count) as u8);
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

/// Reads one block from `bytes` into `numbers`, zeros from `count` on, which it moves; says how many bytes it
/// took: up to the marker that follows.
pub(super) fn read_block(
    bytes: &[u8],
    decoder: &Decoder,
    numbers: &mut [i16],
    count: &mut usize,
) -> Result<usize, Damaged> {
    let mut bits = BitReader { bytes, at: 0, pending: 0, count: 0 };
    let mut place = *count;
    loop {
        bits.fill();
        let Some((symbol, length)) = decoder.symbol(bits.peek_16()) else { break };
        if length > bits.count {
            break;
        }
        bits.drop(length);
        let value = match symbol {
            107..=254 => i32::from(symbol) - 180,
            ESCAPE_POSITIVE_8 => i32::from(bits.take(8)?),
            ESCAPE_NEGATIVE_8 => -i32::from(bits.take(8)?),
            ESCAPE_POSITIVE_16 => i32::from(bits.take(16)?),
            ESCAPE_NEGATIVE_16 => -i32::from(bits.take(16)?),
            _ => {
                place += match symbol {
                    1..=100 => usize::from(symbol),
                    ESCAPE_RUN_8 => usize::from(bits.take(8)?),
                    ESCAPE_RUN_16 => usize::from(bits.take(16)?),
                    _ => return Err(Damaged),
                };
                continue;
            }
        };
        *numbers.get_mut(place).ok_or(Damaged)? = i16::try_from(value).map_err(|_beyond| Damaged)?;
        place += 1;
    }
    *count = place;
    // What is left must be shorter than a word: filling.
    if place <= numbers.len() && bits.count <= MOST_BITS as u32 { Ok(bits.at) } else { Err(Damaged) }
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
