//! The marker segments of a WSQ file: reading with bounds, and writing.

use super::checked_size;
use super::huffman::{self, Code, Decoder};
use super::quantize::{Bins, TABLE, floor};
use super::wavelet::Filters;
use crate::FingerprintError;
use std::fmt::Write as _;
use tram_biometric::GrayImage;

const START: u16 = 0xffa0;
const END: u16 = 0xffa1;
const FRAME: u16 = 0xffa2;
const BLOCK: u16 = 0xffa3;
const TRANSFORM: u16 = 0xffa4;
const QUANTIZATION: u16 = 0xffa5;
const HUFFMAN: u16 = 0xffa6;
const RESTART: u16 = 0xffa7;
const COMMENT: u16 = 0xffa8;
/// Files number their Huffman tables 0 to 7.
const MOST_CODES: usize = 8;
const MOST_COMMENTS: usize = 64;

/// What follows in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Frame,
    Block,
    Transform,
    Quantization,
    Huffman,
    /// Something with a length that says nothing about the picture.
    Other,
    Comment,
}

/// Size of the picture and how its levels were scaled to ±128.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    shift: f32,
    scale: f32,
}

impl Frame {
    pub(super) fn for_pixels(pixels: &[u8], width: usize, height: usize) -> Self {
        let sum: u64 = pixels.iter().map(|&level| u64::from(level)).sum();
        let (low, high) = pixels.iter().fold((255u8, 0u8), |(l, h), &p| (l.min(p), h.max(p)));
        let shift = sum as f32 / pixels.len().max(1) as f32;
        let reach = (shift - f32::from(low)).max(f32::from(high) - shift) / 128.0;
        Self { width, height, shift, scale: if reach > 0.0 { reach } else { 1.0 } }
    }

    pub(super) fn scaled(&self, pixels: &[u8]) -> Vec<f32> {
        let factor = 1.0 / self.scale;
        pixels.iter().map(|&level| (f32::from(level) - self.shift) * factor).collect()
    }

    pub(super) fn levels(&self, values: &[f32]) -> Vec<u8> {
        // Overshoot becomes black or white.
        let level = |value: &f32| floor((value * self.scale + self.shift + 0.5).clamp(0.0, 255.0)) as u8;
        values.iter().map(level).collect()
    }
}

/// What has been read so far.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) frame: Option<Frame>,
    pub(super) bins: Option<Bins>,
    pub(super) filters: Option<Filters>,
    pub(super) comments: Vec<String>,
    /// The numbers of all blocks so far, `count` of them, and zeros after.
    pub(super) coefficients: Vec<i16>,
    pub(super) count: usize,
    codes: [Option<Code>; MOST_CODES],
}

/// Reads a file from its start.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    begun: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, begun: false }
    }

    fn wrong(&self, field: &'static str) -> FingerprintError {
        FingerprintError::Wsq { offset: self.at, field }
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FingerprintError> {
        let taken = self.bytes.get(self.at..self.at + N).and_then(|taken| taken.try_into().ok());
        let taken = taken.ok_or_else(|| self.wrong(field))?;
        self.at += N;
        Ok(taken)
    }

    fn u8(&mut self, field: &'static str) -> Result<u8, FingerprintError> {
        self.array(field).map(u8::from_be_bytes)
    }

    fn u16(&mut self, field: &'static str) -> Result<u16, FingerprintError> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// A number given as an exponent of ten and 16 bits.
    fn scaled(&mut self, field: &'static str) -> Result<f32, FingerprintError> {
        let exponent = self.u8(field)?;
        Ok((f64::from(self.u16(field)?) / 10f64.powi(i32::from(exponent))) as f32)
    }

    /// The next marker; `None` at the end of the picture.
    pub(super) fn marker(&mut self) -> Result<Option<Marker>, FingerprintError> {
        if !self.begun {
            self.begun = true;
            if self.u16("start of image")? != START {
                self.at = 0;
                return Err(self.wrong("start of image"));
            }
        }
        Ok(Some(match self.u16("marker")? {
            END => return Ok(None),
            FRAME => Marker::Frame,
            BLOCK => Marker::Block,
            TRANSFORM => Marker::Transform,
            QUANTIZATION => Marker::Quantization,
            HUFFMAN => Marker::Huffman,
            COMMENT => Marker::Comment,
            RESTART => Marker::Other,
            _ => return Err(self.wrong("marker")),
        }))
    }

    /// Reads the segment after any marker but that of a block.
    pub(super) fn table(&mut self, marker: Marker, tables: &mut Tables) -> Result<(), FingerprintError> {
        let start = self.at;
        let length = usize::from(self.u16("segment length")?);
        let end = start + length;
        if length < 2 || end > self.bytes.len() {
            return Err(self.wrong("segment length"));
        }
        match marker {
            Marker::Frame => tables.frame = Some(self.frame()?),
            Marker::Transform => tables.filters = Some(self.filters()?),
            Marker::Quantization => tables.bins = Some(self.bins()?),
            Marker::Huffman => {
                while self.at < end {
                    self.code(tables)?;
                }
            }
            Marker::Comment if tables.comments.len() < MOST_COMMENTS => {
                let text = self.bytes.get(self.at..end).unwrap_or_default();
                tables.comments.push(String::from_utf8_lossy(text).trim_end_matches('\0').to_owned());
            }
            Marker::Comment | Marker::Other | Marker::Block => {}
        }
        if self.at > end {
            return Err(self.wrong("segment length"));
        }
        self.at = end;
        Ok(())
    }

    fn frame(&mut self) -> Result<Frame, FingerprintError> {
        let [_black, _white] = self.array("frame header")?;
        let (height, width) = (self.u16("height")?, self.u16("width")?);
        let (width, height) = checked_size(u32::from(width), u32::from(height))?;
        if width == 0 || height == 0 {
            return Err(self.wrong("size"));
        }
        let (shift, scale) = (self.scaled("shift")?, self.scaled("scale")?);
        let _encoder_and_software: [u8; 3] = self.array("frame header")?;
        Ok(Frame { width, height, shift, scale })
    }

    fn filters(&mut self) -> Result<Filters, FingerprintError> {
        if self.array("filter lengths")? != [9, 7] {
            return Err(self.wrong("filter lengths other than 9 and 7"));
        }
        let mut filters = Filters { nine: [0.0; 5], seven: [0.0; 4] };
        for tap in filters.nine.iter_mut().chain(&mut filters.seven) {
            let [sign, exponent] = self.array("filter tap")?;
            let size = f64::from(u32::from_be_bytes(self.array("filter tap")?));
            let size = (size / 10f64.powi(i32::from(exponent))) as f32;
            *tap = if sign == 0 { size } else { -size };
        }
        Ok(filters)
    }

    fn bins(&mut self) -> Result<Bins, FingerprintError> {
        let mut bins = Bins { centre: self.scaled("bin centre")?, width: [0.0; TABLE], zero: [0.0; TABLE] };
        for (width, zero) in bins.width.iter_mut().zip(&mut bins.zero) {
            *width = self.scaled("bin width")?;
            *zero = self.scaled("zero bin")?;
        }
        Ok(bins)
    }

    fn code(&mut self, tables: &mut Tables) -> Result<(), FingerprintError> {
        let number = usize::from(self.u8("Huffman table number")?);
        let counts: [u8; 16] = self.array("Huffman table")?;
        let words: usize = counts.iter().map(|&count| usize::from(count)).sum();
        let symbols = self.bytes.get(self.at..self.at + words).ok_or_else(|| self.wrong("Huffman table"))?;
        let code = Code { counts, symbols: symbols.to_vec() };
        if !code.is_sound() {
            return Err(self.wrong("Huffman table"));
        }
        let place = tables.codes.get_mut(number).ok_or_else(|| self.wrong("Huffman table number"))?;
        *place = Some(code);
        self.at += words;
        Ok(())
    }

    /// Reads a block of coefficients up to the marker after it.
    pub(super) fn block(&mut self, tables: &mut Tables) -> Result<(), FingerprintError> {
        if self.u16("block header")? != 3 {
            return Err(self.wrong("block header"));
        }
        let number = usize::from(self.u8("block header")?);
        let code = tables.codes.get(number).and_then(Option::as_ref);
        let code = code.ok_or_else(|| self.wrong("Huffman table of the block"))?;
        let frame = tables.frame.ok_or_else(|| self.wrong("block before the frame header"))?;
        let most = frame.width * frame.height;
        let bytes = self.bytes.get(self.at..).unwrap_or_default();
        // All zeros are taken at once, untouched memory; checked_size has bounded them.
        if tables.coefficients.is_empty() {
            tables.coefficients = vec![0; most];
        }
        let (decoder, numbers) = (Decoder::new(code), &mut tables.coefficients);
        let taken = huffman::read_block(bytes, &decoder, numbers, &mut tables.count)
            .map_err(|huffman::Damaged| self.wrong("coefficients"))?;
        self.at += taken;
        Ok(())
    }
}

/// Resolution in a `NIST_COM` comment, 0 without one.
pub(super) fn ppi_of(comments: &[String]) -> u16 {
    let nist = comments.iter().filter(|comment| comment.starts_with("NIST_COM"));
    let lines = nist.flat_map(|comment| comment.lines());
    lines.filter_map(|line| line.strip_prefix("PPI ")).find_map(|ppi| ppi.trim().parse().ok()).unwrap_or(0)
}

/// The comment NIST's tools write and read.
pub(super) fn nist_comment(image: &GrayImage, rate: f32) -> String {
    let ppi = if image.ppi() == 0 { -1 } else { i32::from(image.ppi()) };
    let mut text = String::from("NIST_COM 9\n");
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "PIX_WIDTH {}\nPIX_HEIGHT {}\nPIX_DEPTH 8\nPPI {ppi}\nLOSSY 1\nCOLORSPACE GRAY\nCOMPRESSION WSQ\nWSQ_BITRATE {rate:.6}",
        image.width(),
        image.height(),
    );
    text
}

/// Writes a file from its start.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { bytes: START.to_be_bytes().to_vec() }
    }

    fn segment(&mut self, marker: u16, content: &[u8]) {
        self.bytes.extend(marker.to_be_bytes());
        self.bytes.extend((content.len() as u16 + 2).to_be_bytes());
        self.bytes.extend(content);
    }

    pub(super) fn comment(&mut self, text: &str) {
        self.segment(COMMENT, text.as_bytes());
    }

    pub(super) fn transform_table(&mut self, filters: &Filters) {
        let mut content = vec![9, 7];
        for &tap in filters.nine.iter().chain(&filters.seven) {
            let (exponent, digits) = decimal(f64::from(tap.abs()), f64::from(u32::MAX));
            content.extend([u8::from(tap < 0.0), exponent]);
            content.extend((digits as u32).to_be_bytes());
        }
        self.segment(TRANSFORM, &content);
    }

    pub(super) fn quantization_table(&mut self, bins: &Bins) {
        let mut content = scaled(bins.centre).to_vec();
        for (&width, &zero) in bins.width.iter().zip(&bins.zero) {
            content.extend(scaled(width));
            content.extend(scaled(zero));
        }
        self.segment(QUANTIZATION, &content);
    }

    pub(super) fn frame(&mut self, frame: &Frame) {
        let mut content = vec![0, 255];
        content.extend((frame.height as u16).to_be_bytes());
        content.extend((frame.width as u16).to_be_bytes());
        content.extend(scaled(frame.shift));
        content.extend(scaled(frame.scale));
        content.extend([0, 0, 0]);
        self.segment(FRAME, &content);
    }

    pub(super) fn huffman_table(&mut self, number: u8, code: &Code) {
        let mut content = vec![number];
        content.extend(code.counts);
        content.extend(&code.symbols);
        self.segment(HUFFMAN, &content);
    }

    pub(super) fn block(&mut self, table: u8, compressed: &[u8]) {
        self.segment(BLOCK, &[table]);
        self.bytes.extend(compressed);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend(END.to_be_bytes());
        self.bytes
    }
}

/// A number as an exponent of ten and 16 bits.
fn scaled(value: f32) -> [u8; 3] {
    let (exponent, digits) = decimal(f64::from(value), f64::from(u16::MAX));
    let [high, low] = (digits as u16).to_be_bytes();
    [exponent, high, low]
}

/// The largest power of ten that keeps `value` times it below `most`, and the product rounded.
fn decimal(value: f64, most: f64) -> (u8, f64) {
    if value <= 0.0 {
        return (0, 0.0);
    }
    let mut exponent = 0u8;
    let mut digits = value;
    while digits * 10.0 < most && exponent < 40 {
        digits *= 10.0;
        exponent += 1;
    }
    (exponent, digits.round())
}
