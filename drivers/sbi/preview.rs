//! Live pictures: JPEG frames out of a `multipart/x-mixed-replace` stream.
//!
//! The device draws marks, colours and its own messages into them, so they are for looking at and never kept.

use crate::SbiError;
use crate::exchange::Exchange;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, Limits};
use std::io::Cursor;
use std::time::Duration;
use tram_biometric::GrayImage;
use tram_device::transport::ByteTransport;

/// Largest encoded frame.
const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes between frames.
const MAX_IDLE_BYTES: usize = 4 * 1024;
/// Longest side of a preview.
const MAX_SIDE: u32 = 4096;

/// A running stream.
#[derive(Debug)]
pub(crate) struct Preview<W>(Exchange<W>);

impl<W: ByteTransport> Preview<W> {
    pub(crate) fn new(exchange: Exchange<W>) -> Self {
        Self(exchange)
    }

    /// The newest frame that came within `step`, still encoded; older ones are dropped.
    pub(crate) fn poll(&mut self, step: Duration) -> Result<Option<Vec<u8>>, SbiError> {
        let reply = self.0.receive(step)?;
        if reply.has_head() && (reply.status != 200 || !reply.content_type.starts_with("multipart/")) {
            return Err(SbiError::Garbage("no video where video was asked for".to_owned()));
        }
        let mut newest = None;
        while let Some(frame) =
            take_frame(&mut reply.body).map_err(|what| SbiError::Garbage(what.to_owned()))?
        {
            newest = Some(frame);
        }
        match newest {
            None if reply.is_whole() => Err(SbiError::Gone("the preview ended".to_owned())),
            newest => Ok(newest),
        }
    }
}

/// Takes the first whole frame off the stream, or nothing when none is whole yet.
///
/// Services disagree whether the boundary they announce has its dashes, so any line that begins with two dashes and is
/// followed by fields counts.
pub(crate) fn take_frame(stream: &mut Vec<u8>) -> Result<Option<Vec<u8>>, &'static str> {
    let Some(start) = find(stream, b"--") else {
        return if stream.len() > MAX_IDLE_BYTES { Err("no frames between its lines") } else { Ok(None) };
    };
    let Some(head) = stream.get(start..).and_then(|rest| find(rest, b"\r\n\r\n")) else {
        return if stream.len() - start > MAX_IDLE_BYTES { Err("endless frame fields") } else { Ok(None) };
    };
    let body = start + head + 4;
    let fields = String::from_utf8_lossy(stream.get(start..body).unwrap_or_default()).to_ascii_lowercase();
    let length = fields.lines().find_map(|line| line.strip_prefix("content-length:"));
    let end = match length.map(|length| length.trim().parse::<usize>()) {
        Some(Ok(length)) if length <= MAX_FRAME_BYTES => {
            Some(body + length).filter(|end| *end <= stream.len())
        }
        Some(_) => return Err("a frame of impossible length"),
        None => stream.get(body..).and_then(|rest| find(rest, b"\r\n--")).map(|at| body + at),
    };
    let Some(end) = end else {
        return if stream.len() - body > MAX_FRAME_BYTES { Err("a frame without end") } else { Ok(None) };
    };
    let frame = stream.get(body..end).unwrap_or_default().to_vec();
    stream.drain(..end);
    Ok(Some(frame))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The picture of a frame in grey, `inches` wide as far as is known; `None` when it is damaged, as one now and then is.
pub(crate) fn decode(jpeg: &[u8], inches: f32) -> Option<GrayImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    let mut decoder = JpegDecoder::new(Cursor::new(jpeg)).ok()?;
    decoder.set_limits(limits).ok()?;
    let picture = DynamicImage::from_decoder(decoder).ok()?.into_luma8();
    let (width, height) = picture.dimensions();
    GrayImage::new(width, height, (width as f32 / inches).round() as u16, picture.into_raw()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn frames_come_with_and_without_their_length_and_in_pieces() {
        let counted =
            "--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: 6\r\n\r\na\r\n--b\r\n\r\n";
        let uncounted = "--BoundaryString\r\nContent-Type: image/jpeg\r\n\r\nx-y\r\n";
        let text = [counted, uncounted, counted, "--BoundaryString\r\n"].concat();
        for piece in [1, 10, 1000] {
            let (mut stream, mut found) = (Vec::new(), Vec::new());
            for bytes in text.as_bytes().chunks(piece) {
                stream.extend_from_slice(bytes);
                while let Some(frame) = take_frame(&mut stream).expect("well formed") {
                    found.push(frame);
                }
            }
            let expected: [&[u8]; 3] = [b"a\r\n--b", b"x-y", b"a\r\n--b"];
            assert_eq!(found, expected, "by {piece}");
        }
    }

    proptest! {
        #[test]
        fn any_stream_gives_frames_or_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for head in ["", "--b\r\n\r\n", "--b\r\nContent-Length: 9\r\n\r\n", "--b\r\nContent-Length: 999999999\r\n\r\n"] {
                let mut stream = [head.as_bytes(), &bytes].concat();
                let length = stream.len();
                if let Ok(Some(frame)) = take_frame(&mut stream) {
                    prop_assert!(frame.len() + stream.len() <= length);
                }
            }
            let _ = decode(&[&[0xff, 0xd8, 0xff, 0xc0], bytes.as_slice()].concat(), 3.2);
        }
    }
}
