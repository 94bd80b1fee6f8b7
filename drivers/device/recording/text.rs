//! One line of a recording.

use super::{Event, Failure, Sent};
use crate::transport::{Recipient, Request, RequestKind};
use std::fmt;
use std::str::SplitAsciiWhitespace;
use std::time::Duration;

/// An event as it stands in the file.
pub(super) struct Line<'a>(pub(super) Duration, pub(super) &'a Event);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(at, event) = self;
        write!(f, "{} ", at.as_micros())?;
        match event {
            Event::ControlOut { request, data, outcome } => {
                write!(f, "out {request} {} {}", Bytes(data), Outcome(outcome.map(|()| [].as_slice())))
            }
            Event::ControlIn { request, length, outcome } => {
                write!(f, "in {request} {length} {}", Outcome(outcome.as_deref().map_err(|e| *e)))
            }
            Event::Submit { endpoint, length } => write!(f, "submit {endpoint:02x} {length}"),
            Event::Came { endpoint, outcome } => {
                write!(f, "came {endpoint:02x} {}", Outcome(outcome.as_deref().map_err(|e| *e)))
            }
            Event::Quiet { endpoint } => write!(f, "quiet {endpoint:02x}"),
            Event::BulkOut { endpoint, data, outcome } => {
                write!(f, "bulk {endpoint:02x} {data} {}", Outcome(outcome.map(|()| [].as_slice())))
            }
            Event::Write { data } => write!(f, "write {}", Bytes(data)),
            Event::Read { data } => write!(f, "read {}", Bytes(data)),
            Event::Silent => f.write_str("silent"),
            Event::Closed => f.write_str("closed"),
        }
    }
}

/// Hexadecimal; `-` for no bytes, so that a line always has the same number of words.
struct Bytes<'a>(&'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "-".to_owned() } else { hex::encode(self.0) }.as_str())
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(data) => Bytes(data).fmt(f),
            Self::Digest { length, digest } => write!(f, "#{length}:{digest:016x}"),
        }
    }
}

struct Outcome<'a>(Result<&'a [u8], Failure>);

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(data) => write!(f, "= {}", Bytes(data)),
            Err(Failure::Gone) => f.write_str("! gone"),
            Err(Failure::Timeout) => f.write_str("! timeout"),
            Err(Failure::Stall) => f.write_str("! stall"),
        }
    }
}

/// Reads one line; the error says what is wrong with it.
pub(super) fn parse(line: &str) -> Result<(Duration, Event), String> {
    let mut words = Words(line.split_ascii_whitespace());
    let at = Duration::from_micros(words.number("a time in microseconds")?);
    let event = match words.next("an event")? {
        "out" => {
            let request = words.request()?;
            let data = words.bytes()?;
            Event::ControlOut { request, data, outcome: words.outcome()?.map(|_| ()) }
        }
        "in" => {
            let request = words.request()?;
            let length = words.number("a length")?;
            Event::ControlIn { request, length, outcome: words.outcome()? }
        }
        "submit" => Event::Submit { endpoint: words.hex8()?, length: words.number("a length")? },
        "came" => Event::Came { endpoint: words.hex8()?, outcome: words.outcome()? },
        "quiet" => Event::Quiet { endpoint: words.hex8()? },
        "bulk" => {
            let endpoint = words.hex8()?;
            let data = words.sent()?;
            Event::BulkOut { endpoint, data, outcome: words.outcome()?.map(|_| ()) }
        }
        "write" => Event::Write { data: words.bytes()? },
        "read" => Event::Read { data: words.bytes()? },
        "silent" => Event::Silent,
        "closed" => Event::Closed,
        other => return Err(format!("no event is called {other:?}")),
    };
    words.end()?;
    Ok((at, event))
}

struct Words<'a>(SplitAsciiWhitespace<'a>);

impl<'a> Words<'a> {
    fn next(&mut self, wanted: &str) -> Result<&'a str, String> {
        self.0.next().ok_or_else(|| format!("{wanted} is missing"))
    }

    fn number<T: std::str::FromStr>(&mut self, wanted: &str) -> Result<T, String> {
        self.next(wanted)?.parse().ok().ok_or_else(|| format!("{wanted} is not a number in range"))
    }

    fn hex16(&mut self) -> Result<u16, String> {
        u16::from_str_radix(self.next("a hexadecimal number")?, 16).map_err(|e| e.to_string())
    }

    fn hex8(&mut self) -> Result<u8, String> {
        u8::from_str_radix(self.next("a hexadecimal byte")?, 16).map_err(|e| e.to_string())
    }

    fn bytes(&mut self) -> Result<Vec<u8>, String> {
        match self.next("bytes")? {
            "-" => Ok(Vec::new()),
            digits => hex::decode(digits).map_err(|e| e.to_string()),
        }
    }

    fn sent(&mut self) -> Result<Sent, String> {
        let mut ahead = self.0.clone();
        let Some((length, digest)) = ahead
            .next()
            .and_then(|word| word.strip_prefix('#'))
            .map(|word| word.split_once(':').unwrap_or((word, "")))
        else {
            return self.bytes().map(Sent::Whole);
        };
        self.0 = ahead;
        let length = length.parse().ok().ok_or("a length is not a number in range")?;
        let digest = u64::from_str_radix(digest, 16).map_err(|e| e.to_string())?;
        Ok(Sent::Digest { length, digest })
    }

    fn request(&mut self) -> Result<Request, String> {
        let request_type = self.hex8()?;
        let kind = match request_type >> 5 {
            0 => RequestKind::Standard,
            1 => RequestKind::Class,
            2 => RequestKind::Vendor,
            _ => return Err("the request type is unknown".to_owned()),
        };
        let recipient = match request_type & 0x1f {
            0 => Recipient::Device,
            1 => Recipient::Interface,
            2 => Recipient::Endpoint,
            _ => return Err("the recipient is unknown".to_owned()),
        };
        Ok(Request { kind, recipient, request: self.hex8()?, value: self.hex16()?, index: self.hex16()? })
    }

    fn outcome(&mut self) -> Result<Result<Vec<u8>, Failure>, String> {
        match self.next("an outcome")? {
            "=" => self.bytes().map(Ok),
            "!" => match self.next("a failure")? {
                "gone" => Ok(Err(Failure::Gone)),
                "timeout" => Ok(Err(Failure::Timeout)),
                "stall" => Ok(Err(Failure::Stall)),
                other => Err(format!("no failure is called {other:?}")),
            },
            other => Err(format!("= or ! is expected, not {other:?}")),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        self.0.next().map_or(Ok(()), |more| Err(format!("{more:?} is too much")))
    }
}
