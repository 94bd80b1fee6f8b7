//! HTTP/1.1 as far as SBI uses it: requests with verbs of its own, one to a connection, and answers that are taken as
//! they come, every length bounded.

/// What the station calls itself in the `EXT` field.
const APPLICATION: &str = "Tram";
/// How an answer begins.
const VERSION: &[u8] = b"HTTP/1.";
/// Longest head of an answer.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Longest line with the size of a chunk.
const MAX_LINE_BYTES: usize = 256;
/// Longest body held at once: four fingers, uncompressed at 1000 ppi and wrapped twice in base64, fit.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// The bytes of a request. The spelling of the field names is the specification's; services are known that look for
/// exactly it.
pub(crate) fn request(verb: &str, path: &str, port: u16, body: &str) -> Vec<u8> {
    format!(
        "{verb} {path} HTTP/1.1\r\nHOST: 127.0.0.1:{port}\r\nEXT: {APPLICATION}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An answer, as much of it as has come.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The status of the first line, 0 until it has come.
    pub(crate) status: u16,
    /// The field `Content-Type` in lower case.
    pub(crate) content_type: String,
    /// The body, freed of chunks. Who takes from an endless one drains it.
    pub(crate) body: Vec<u8>,
    raw: Vec<u8>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Head,
    /// So many bytes of the body, or of the chunk, are still to come.
    Counted(usize),
    ChunkSize,
    Chunk(usize),
    /// RFC 9112, section 6.3: a body without length lasts as long as the connection.
    Open,
    Whole,
}

impl Reply {
    /// Takes what came.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.raw.extend_from_slice(bytes);
        while self.advance()? {}
        if self.body.len() > MAX_BODY_BYTES { Err("an endless body") } else { Ok(()) }
    }

    /// The connection ended.
    ///
    /// # Errors
    /// When more was announced than came.
    pub(crate) fn close(&mut self) -> Result<(), &'static str> {
        match self.stage {
            Stage::Open => self.stage = Stage::Whole,
            Stage::Whole => {}
            _ => return Err("an answer that breaks off"),
        }
        Ok(())
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.stage == Stage::Whole
    }

    /// Whether nothing has come yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.stage == Stage::Head && self.raw.is_empty()
    }

    /// Whether the head has come.
    pub(crate) fn has_head(&self) -> bool {
        self.stage != Stage::Head
    }

    /// Takes one more piece of what came; false when more must come first.
    fn advance(&mut self) -> Result<bool, &'static str> {
        match self.stage {
            Stage::Head => self.read_head(),
            Stage::Counted(left) => Ok(self.take(left, Stage::Counted)),
            Stage::Chunk(left) => Ok(self.take(left, Stage::Chunk)),
            Stage::ChunkSize => self.read_chunk_size(),
            Stage::Open => {
                self.body.append(&mut self.raw);
                Ok(false)
            }
            Stage::Whole => Ok(false),
        }
    }

    fn take(&mut self, left: usize, stage: fn(usize) -> Stage) -> bool {
        let count = left.min(self.raw.len());
        self.body.extend(self.raw.drain(..count));
        self.stage = match (left - count, stage(0)) {
            (0, Stage::Chunk(_)) => Stage::ChunkSize,
            (0, _) => Stage::Whole,
            (rest, _) => stage(rest),
        };
        left == count
    }

    fn read_chunk_size(&mut self) -> Result<bool, &'static str> {
        let Some(end) = self.raw.iter().position(|byte| *byte == b'\n') else {
            return if self.raw.len() > MAX_LINE_BYTES { Err("a chunk without size") } else { Ok(false) };
        };
        let line: Vec<u8> = self.raw.drain(..=end).collect();
        let line = String::from_utf8_lossy(&line);
        let digits = line.split(';').next().unwrap_or_default().trim();
        // The line end after a chunk is an empty line before the next size.
        if !digits.is_empty() {
            self.stage = match usize::from_str_radix(digits, 16) {
                Ok(0) => Stage::Whole,
                Ok(size) if size <= MAX_BODY_BYTES => Stage::Chunk(size),
                _ => return Err("a chunk without size"),
            };
        }
        Ok(true)
    }

    fn read_head(&mut self) -> Result<bool, &'static str> {
        if !self.raw.iter().zip(VERSION).all(|(byte, wanted)| byte == wanted) {
            return Err("something that is not HTTP");
        }
        let Some(end) = self.raw.windows(4).position(|window| window == b"\r\n\r\n") else {
            return if self.raw.len() > MAX_HEAD_BYTES { Err("endless headers") } else { Ok(false) };
        };
        let head: Vec<u8> = self.raw.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        let mut lines = head.lines();
        let mut words = lines.next().unwrap_or_default().split_ascii_whitespace();
        self.status = words.nth(1).and_then(|status| status.parse().ok()).ok_or("HTTP without a status")?;
        self.stage = Stage::Open;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "content-length" => match value.parse() {
                    Ok(0) => self.stage = Stage::Whole,
                    Ok(length) if length <= MAX_BODY_BYTES => self.stage = Stage::Counted(length),
                    _ => return Err("a body of impossible length"),
                },
                "transfer-encoding" if value == "chunked" => self.stage = Stage::ChunkSize,
                "content-type" => self.content_type = value,
                _ => {}
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reply(text: &str, piece: usize) -> Result<Reply, &'static str> {
        let mut reply = Reply::default();
        for bytes in text.as_bytes().chunks(piece) {
            reply.push(bytes)?;
        }
        reply.close()?;
        Ok(reply)
    }

    #[test]
    fn bodies_end_by_length_chunk_or_connection() {
        for (text, expected) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", Ok("abc")),
            ("HTTP/1.0 200 OK\r\n\r\nabc", Ok("abc")),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                Ok("abc"),
            ),
            ("HTTP/1.1 204 Nothing\r\nContent-Length: 0\r\n\r\n", Ok("")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", Err("an answer that breaks off")),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
                Err("an answer that breaks off"),
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", Err("a chunk without size")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Err("a body of impossible length")),
            ("220 mail ESMTP\r\n\r\n", Err("something that is not HTTP")),
            ("HTTP/1.1\r\n\r\n", Err("HTTP without a status")),
            ("", Err("an answer that breaks off")),
        ] {
            for piece in [1, 7, 1000] {
                let body = reply(text, piece).map(|reply| String::from_utf8_lossy(&reply.body).into_owned());
                assert_eq!(body.as_deref().map_err(|error| *error), expected, "{text:?} by {piece}");
            }
        }
        assert_eq!(reply(&format!("HTTP/1.1 {}", "x".repeat(20_000)), 1000).err(), Some("endless headers"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_are_refused(
            head in "(HTTP/1.1 200 OK\r\n(Transfer-Encoding: chunked|Content-Length: [0-9]{1,4})\r\n\r\n)?",
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let mut reply = Reply::default();
            let _ = reply.push(head.as_bytes()).and_then(|()| reply.push(&bytes)).and_then(|()| reply.close());
            prop_assert!(reply.body.len() <= bytes.len());
        }
    }
}
