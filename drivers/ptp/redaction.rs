//! A session without the person: every picture becomes a grey one of the same length in bytes.

use crate::container::{HEADER_BYTES, Header, Kind};
use crate::eos;
use crate::session::operation;
use image::codecs::jpeg::JpegEncoder;
use tram_device::recording::{Redact, Source};

/// A live picture stands behind the length and kind of its record.
const RECORD_HEAD_BYTES: usize = 8;

/// Follows the containers through the pieces they come in.
#[derive(Default)]
pub(crate) struct Redaction {
    grey: Vec<u8>,
    /// Bytes of the container that are still to come.
    left: usize,
    /// Of a picture: how many bytes come before it, and then how many of it have come.
    before: usize,
    within: Option<usize>,
}

impl Redaction {
    /// A JPEG file that shows nothing. Readers of JPEG pay no heed to what comes behind it.
    fn grey(&mut self) -> &[u8] {
        if self.grey.is_empty() {
            let nothing = image::RgbImage::from_pixel(16, 16, image::Rgb([128; 3]));
            // Writing into memory does not fail; were it to, zeros stand in the picture's place.
            let _ = JpegEncoder::new(&mut self.grey).encode_image(&nothing);
        }
        &self.grey
    }

    fn begin(&mut self, header: &Header) {
        let is_data = header.kind == Kind::Data;
        let head = match header.code {
            operation::GET_OBJECT | eos::operation::GET_PARTIAL_OBJECT if is_data => Some(0),
            eos::operation::GET_VIEW_FINDER if is_data => Some(RECORD_HEAD_BYTES),
            _ => None,
        };
        self.left = header.length;
        self.before = HEADER_BYTES + head.unwrap_or_default();
        self.within = head.map(|_| 0);
    }
}

impl Redact for Redaction {
    fn came(&mut self, source: Source, data: &mut [u8]) {
        if !matches!(source, Source::Endpoint(_)) {
            return;
        }
        let grey = self.grey().to_vec();
        let mut rest = data;
        while !rest.is_empty() {
            if self.left == 0 {
                match Header::read(rest) {
                    Some(Ok(header)) => self.begin(&header),
                    // What is no container may be a part of a picture.
                    Some(Err(_)) | None => return rest.fill(0),
                }
            }
            let (of_this, of_next) = rest.split_at_mut(self.left.min(rest.len()));
            self.left -= of_this.len();
            let kept = self.before.min(of_this.len());
            self.before -= kept;
            if let Some(at) = &mut self.within {
                for byte in of_this.iter_mut().skip(kept) {
                    *byte = grey.get(*at).copied().unwrap_or_default();
                    *at += 1;
                }
            }
            rest = of_next;
        }
    }
}
