//! Pictures out of `multipart/x-mixed-replace`, the way network cameras send video.

use crate::http::{Fields, HttpError, answer, read_line};
use crate::picture::MAX_FRAME_BYTES;
use std::io::{self, BufRead, BufReader, Read};

/// Lines without a picture before a stream counts as garbage.
const MAX_IDLE_LINES: usize = 64;

/// The pictures of one answer.
pub(crate) struct Pictures<R: BufRead> {
    body: BufReader<crate::http::Body<R>>,
}

impl<R: BufRead> Pictures<R> {
    /// Reads the head of the answer.
    pub(crate) fn open(source: R) -> Result<Self, HttpError> {
        let (fields, body) = answer(source)?;
        let kind = fields.get("content-type").unwrap_or_default().to_ascii_lowercase();
        if !kind.starts_with("multipart/") {
            return Err(HttpError::Garbage("no multipart stream".to_owned()));
        }
        Ok(Self { body: BufReader::new(body) })
    }

    /// The next picture, still encoded.
    pub(crate) fn next(&mut self) -> Result<Vec<u8>, HttpError> {
        // Cameras disagree whether the boundary they announce has its dashes, so the one they use counts.
        let boundary = self.find_boundary()?;
        let fields = Fields::read(&mut self.body)?;
        match fields.get("content-length").map(str::parse::<usize>) {
            Some(Ok(length)) if length <= MAX_FRAME_BYTES => self.read_counted(length),
            Some(_) => Err(HttpError::Garbage("a frame of impossible length".to_owned())),
            None => self.read_to(&boundary),
        }
    }

    fn find_boundary(&mut self) -> Result<String, HttpError> {
        for _ in 0..MAX_IDLE_LINES {
            let line = read_line(&mut self.body)?;
            if line.starts_with("--") {
                return Ok(line);
            }
        }
        Err(HttpError::Garbage("no frames between its lines".to_owned()))
    }

    fn read_counted(&mut self, length: usize) -> Result<Vec<u8>, HttpError> {
        let mut bytes = Vec::new();
        let count = self.body.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        if count < length {
            return Err(HttpError::Connection(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(bytes)
    }

    /// Reads up to the line with the boundary and leaves that line to the next picture.
    fn read_to(&mut self, boundary: &str) -> Result<Vec<u8>, HttpError> {
        let mut bytes = Vec::new();
        loop {
            let available = self.body.fill_buf()?;
            if available.is_empty() {
                return Err(HttpError::Connection(io::ErrorKind::UnexpectedEof.into()));
            }
            let line_end = available.iter().position(|byte| *byte == b'\n');
            let (part, is_line_end) = match line_end.and_then(|at| available.get(..=at)) {
                Some(line) => (line, true),
                None => (available, false),
            };
            bytes.extend_from_slice(part);
            let count = part.len();
            self.body.consume(count);
            if is_line_end && self.is_at(boundary)? {
                let end = bytes
                    .strip_suffix(b"\r\n")
                    .or(bytes.strip_suffix(b"\n"))
                    .map_or(bytes.len(), <[u8]>::len);
                bytes.truncate(end);
                return Ok(bytes);
            }
            if bytes.len() > MAX_FRAME_BYTES {
                return Err(HttpError::Garbage("a frame without end".to_owned()));
            }
        }
    }

    /// Whether the next bytes are the boundary. They stay unread.
    fn is_at(&mut self, boundary: &str) -> Result<bool, HttpError> {
        let available = self.body.fill_buf()?;
        let wanted = boundary.as_bytes();
        // A boundary cut by the end of the buffer is taken by its beginning; the next line then decides.
        let count = wanted.len().min(available.len());
        Ok(count > 0 && available.get(..count) == wanted.get(..count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tram_device::testing::{Fault, FaultTable};

    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=--b\r\n\r\n";

    fn pictures(stream: &[u8]) -> (Vec<Vec<u8>>, HttpError) {
        let mut pictures = match Pictures::open(stream) {
            Ok(pictures) => pictures,
            Err(error) => return (Vec::new(), error),
        };
        let mut found = Vec::new();
        loop {
            match pictures.next() {
                Ok(picture) => found.push(picture),
                Err(error) => return (found, error),
            }
        }
    }

    #[test]
    fn frames_come_with_and_without_their_length() {
        let counted = "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\na\n--b\r\n";
        let uncounted = "--b\r\nContent-Type: image/jpeg\r\n\r\nx\r\ny\r\n";
        let stream = [HEAD, counted, uncounted, counted, uncounted, "--b--\r\n"].concat();
        let (found, end) = pictures(stream.as_bytes());
        let expected: [&[u8]; 4] = [b"a\n--b", b"x\r\ny", b"a\n--b", b"x\r\ny"];
        assert_eq!(found, expected);
        assert!(matches!(end, HttpError::Connection(_)));
    }

    #[test]
    fn what_is_no_video_is_refused() {
        let endless = format!("{HEAD}--b\r\n{}", "X: y\r\n".repeat(100));
        let long_line = format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(10_000));
        let oversized = format!("{HEAD}--b\r\nContent-Length: 99999999999\r\n\r\n");
        let no_frames = format!("{HEAD}{}", "hello\r\n".repeat(100));
        for (stream, says) in [
            ("220 mail.example ESMTP\r\n", "not HTTP"),
            ("HTTP/1.1 401 Unauthorized\r\n\r\n", "401 Unauthorized"),
            ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "no multipart stream"),
            (&endless, "endless headers"),
            (&long_line, "without end"),
            (&oversized, "impossible length"),
            (&no_frames, "no frames"),
        ] {
            let (found, error) = pictures(stream.as_bytes());
            assert!(found.is_empty());
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    /// Eight frames, half of them without their length.
    fn stream(frames: &[Vec<u8>]) -> Vec<u8> {
        let part = |(number, frame): (usize, &Vec<u8>)| {
            let length =
                if number % 2 == 0 { format!("Content-Length: {}\r\n", frame.len()) } else { String::new() };
            [format!("--b\r\nContent-Type: image/jpeg\r\n{length}\r\n").as_bytes(), frame, b"\r\n"].concat()
        };
        let parts = frames.iter().enumerate().map(part);
        [HEAD.as_bytes().to_vec()].into_iter().chain(parts).collect::<Vec<_>>().concat()
    }

    /// A connection that ends, or loses, repeats or garbles bytes somewhere. What comes whole is one of the frames that were
    /// sent; where bytes were changed inside a frame, nothing in this protocol could tell.
    #[test]
    fn no_fault_hangs_or_deceives() {
        let frames: Vec<Vec<u8>> =
            (0..8_u8).map(|n| (0..600_u16).map(|at| (at as u8).wrapping_mul(7) ^ n << 4).collect()).collect();
        let whole = stream(&frames);
        let mut table = FaultTable::default();
        for (at, fault) in Fault::random(0x0c4a_e4a5, whole.len() as u32, 40).take(400) {
            let (before, after) = whole.split_at(at);
            let gone = match fault {
                Fault::Short(count) => count,
                Fault::Garbage(_) | Fault::Long => 20,
                _ => 0,
            };
            let rest = after.get(gone..).unwrap_or_default();
            let damaged = match fault {
                Fault::Short(_) => [before, rest].concat(),
                Fault::Garbage(seed) => [before, &[(seed >> 16) as u8; 20], rest].concat(),
                Fault::Long => [before, after].concat().repeat(2),
                // A connection that fell silent is cut.
                _ => before.to_vec(),
            };
            let (found, _) = pictures(&damaged);
            let false_ones = found.iter().filter(|frame| !frames.contains(frame)).count();
            // One frame may have changed, and where its end was lost it runs into the next.
            let changes = matches!(fault, Fault::Garbage(_) | Fault::Short(_) | Fault::Long);
            assert!(false_ones <= usize::from(changes), "{false_ones} after {fault:?} at {at}");
            let state = match (at < HEAD.len(), found.len()) {
                (true, _) => "answer's head",
                (_, 8..) => "without effect",
                _ if whole.get(at..).is_some_and(|rest| rest.starts_with(b"--b")) => "between frames",
                _ => "frame",
            };
            table.count(fault, state);
        }
        println!("{}", table.of("mjpeg, byte by byte"));
    }

    proptest! {
        #[test]
        fn any_stream_ends(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let (found, _) = pictures(&[HEAD.as_bytes(), b"--b\r\n", &bytes].concat());
            prop_assert!(found.iter().map(Vec::len).sum::<usize>() <= bytes.len());
        }
    }
}
