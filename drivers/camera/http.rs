//! Just enough HTTP/1.1 to receive an endless answer, with every length bounded.

use std::fmt;
use std::io::{self, BufRead, Read};

/// Longest line of a header.
const MAX_LINE_BYTES: usize = 4 * 1024;
/// Most header lines.
const MAX_LINES: usize = 64;

/// Why an answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The connection broke, ended or fell silent.
    #[error("the connection failed: {0}")]
    Connection(#[from] io::Error),
    /// The server answers but does not give video.
    #[error("the camera answers {0}")]
    Status(String),
    /// What came is not what the protocol allows.
    #[error("the camera sends {0}")]
    Garbage(String),
}

/// Where a camera is: `http://host[:port]/path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    path: String,
}

impl Address {
    /// Reads an address; the error says what is wrong with it.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or("the address must begin with http://")?;
        if url.chars().any(|c| c.is_ascii_control() || c == ' ' || !c.is_ascii()) {
            return Err("the address has characters that do not belong there".to_owned());
        }
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        if authority.contains('@') {
            return Err("an address with a password in it is not supported".to_owned());
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_e| format!("{port:?} is not a port"))?)
            }
            _ => (authority, 80),
        };
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() {
            return Err("the address names no host".to_owned());
        }
        Ok(Self { host: host.to_owned(), port, path: path.to_owned() })
    }

    /// The request for the stream.
    pub(crate) fn request(&self) -> String {
        let Self { host, port, path } = self;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: multipart/x-mixed-replace\r\n\
             Connection: close\r\n\r\n"
        )
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}{}", self.host, self.port, self.path)
    }
}

/// Header fields, names in lower case.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads fields up to the empty line.
    pub(crate) fn read(source: &mut impl BufRead) -> Result<Self, HttpError> {
        let mut fields = Vec::new();
        loop {
            let line = read_line(source)?;
            if line.is_empty() {
                return Ok(Self(fields));
            }
            if fields.len() >= MAX_LINES {
                return Err(HttpError::Garbage("endless headers".to_owned()));
            }
            if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// One line without its end.
pub(crate) fn read_line(source: &mut impl BufRead) -> Result<String, HttpError> {
    let mut line = Vec::new();
    let count = source.by_ref().take(MAX_LINE_BYTES as u64).read_until(b'\n', &mut line)?;
    if count == 0 {
        return Err(HttpError::Connection(io::ErrorKind::UnexpectedEof.into()));
    }
    if line.pop() != Some(b'\n') {
        return Err(HttpError::Garbage("a header line without end".to_owned()));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Reads the status line and the fields of an answer and hands over its body.
pub(crate) fn answer<R: BufRead>(mut source: R) -> Result<(Fields, Body<R>), HttpError> {
    let status = read_line(&mut source)?;
    let mut words = status.split_ascii_whitespace();
    if !words.next().is_some_and(|version| version.starts_with("HTTP/1.")) {
        return Err(HttpError::Garbage("something that is not HTTP".to_owned()));
    }
    let fields = Fields::read(&mut source)?;
    if words.next() != Some("200") {
        let text: String = status.chars().filter(|c| !c.is_control()).take(80).collect();
        return Err(HttpError::Status(text));
    }
    let is_chunked = fields.get("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
    let framing = if is_chunked { Framing::Chunks { left: 0 } } else { Framing::ToTheEnd };
    Ok((fields, Body { source, framing }))
}

enum Framing {
    ToTheEnd,
    /// RFC 9112, section 7.1.
    Chunks {
        left: u64,
    },
}

/// The body of an answer, freed of its chunks.
pub(crate) struct Body<R> {
    source: R,
    framing: Framing,
}

impl<R: BufRead> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Framing::Chunks { left } = &mut self.framing else { return self.source.read(buffer) };
        if *left == 0 {
            *left = next_chunk(&mut self.source).map_err(io::Error::other)?;
        }
        let count = self.source.by_ref().take(*left).read(buffer)?;
        *left -= count as u64;
        if *left == 0 && count > 0 {
            // The line end after the chunk.
            read_line(&mut self.source).map_err(io::Error::other)?;
        }
        Ok(count)
    }
}

/// The size of the next chunk; 0 is the end.
fn next_chunk(source: &mut impl BufRead) -> Result<u64, HttpError> {
    let line = read_line(source)?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16).map_err(|_e| HttpError::Garbage("a chunk without size".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_explained() {
        for (url, expected) in [
            ("http://cam/video", Some(("cam", 80))),
            ("http://127.0.0.1:8080", Some(("127.0.0.1", 8080))),
            ("http://[::1]:81/x?y=1", Some(("::1", 81))),
            ("http://[::1]/x", Some(("::1", 80))),
            ("https://cam/", None),
            ("http://", None),
            ("http://me:secret@cam/", None),
            ("http://cam:99999/", None),
            ("http://cam/\r\nX: y", None),
        ] {
            let address = Address::parse(url).ok();
            assert_eq!(address.as_ref().map(|a| (a.host.as_str(), a.port)), expected, "{url}");
        }
    }

    #[test]
    fn chunks_are_joined() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n";
        let (_, mut body) = answer(text.as_bytes()).expect("well formed");
        let mut joined = String::new();
        body.read_to_string(&mut joined).expect("three chunks");
        assert_eq!(joined, "abcde");
    }
}
