//! The lines between the station and the process that loads a maker's library.

use std::fmt;
use tram_device::DeviceError;

/// The longest line.
pub const MAX_LINE_BYTES: usize = 4096;
/// Room for one picture: a ten-print platen at 1000 ppi.
pub const ROOM_BYTES: usize = 16 * 1024 * 1024;

/// What the station asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Which readers there are.
    List,
    /// Open the one at this port.
    Open(String),
    /// Arm it: codes of position and impression.
    Begin(u8, u8),
    /// The next picture within so many milliseconds.
    Next(u32),
    /// Disarm it.
    End,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("list"),
            Self::Open(port) => write!(f, "open {port}"),
            Self::Begin(position, impression) => write!(f, "begin {position} {impression}"),
            Self::Next(millis) => write!(f, "next {millis}"),
            Self::End => f.write_str("end"),
        }
    }
}

impl Request {
    /// Reads a line; `None` for what is none.
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "list" => Some(Self::List),
            "open" => Some(Self::Open(rest.to_owned())),
            "begin" => {
                let (position, impression) = rest.split_once(' ')?;
                Some(Self::Begin(position.parse().ok()?, impression.parse().ok()?))
            }
            "next" => Some(Self::Next(rest.parse().ok()?)),
            "end" => Some(Self::End),
            _ => None,
        }
    }
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It lives.
    Beat,
    /// Pictures will lie in the memory behind this file of its own.
    Memory(i32),
    /// One reader of a list: model, serial number, port.
    Device([String; 3]),
    /// It is done; after `open`, whether slaps and rolled fingers are taken.
    Done {
        /// Four fingers at once.
        slaps: bool,
        /// Rolled fingers.
        rolled: bool,
    },
    /// No picture came.
    Nothing,
    /// A picture lies in the memory.
    Picture {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Pixels per inch.
        ppi: u16,
        /// Whether it is the finished capture.
        is_final: bool,
    },
    /// It failed, with a result of `tram_vendor.h`.
    Failed(i32),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beat => f.write_str("beat"),
            Self::Memory(file) => write!(f, "memory {file}"),
            Self::Device([model, serial, port]) => write!(f, "device {model}\t{serial}\t{port}"),
            Self::Done { slaps, rolled } => write!(f, "done {} {}", u8::from(*slaps), u8::from(*rolled)),
            Self::Nothing => f.write_str("nothing"),
            Self::Picture { width, height, ppi, is_final } => {
                write!(f, "picture {width} {height} {ppi} {}", u8::from(*is_final))
            }
            Self::Failed(result) => write!(f, "failed {result}"),
        }
    }
}

impl Answer {
    /// Reads a line; `None` for what is none.
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut words = rest.split(' ');
        let mut next = || words.next();
        let flag = |word: &str| matches!(word, "0" | "1").then_some(word == "1");
        match word {
            "beat" => Some(Self::Beat),
            "memory" => Some(Self::Memory(rest.parse().ok()?)),
            "device" => {
                let mut parts = rest.splitn(3, '\t').map(str::to_owned);
                Some(Self::Device([parts.next()?, parts.next()?, parts.next()?]))
            }
            "done" => Some(Self::Done { slaps: flag(next()?)?, rolled: flag(next()?)? }),
            "nothing" => Some(Self::Nothing),
            "picture" => Some(Self::Picture {
                width: next()?.parse().ok()?,
                height: next()?.parse().ok()?,
                ppi: next()?.parse().ok()?,
                is_final: flag(next()?)?,
            }),
            "failed" => Some(Self::Failed(rest.parse().ok()?)),
            _ => None,
        }
    }
}

/// What a result of `tram_vendor.h` means.
pub fn failure(result: i32, what: &str) -> DeviceError {
    let detail = format!("the maker's library answers {result} to {what}");
    match result {
        -1 => DeviceError::Gone { detail },
        -2 => DeviceError::Busy { detail },
        -3 => DeviceError::PermissionDenied { detail },
        -4 => DeviceError::Timeout { detail },
        -5 => DeviceError::Unsupported { detail },
        _ => DeviceError::Garbage { detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_survive_the_way() {
        let port = "usb 1.2 left".to_owned();
        for request in [
            Request::List,
            Request::Open(port.clone()),
            Request::Begin(13, 1),
            Request::Next(250),
            Request::End,
        ] {
            assert_eq!(Request::parse(&request.to_string()), Some(request));
        }
        for answer in [
            Answer::Beat,
            Answer::Memory(4),
            Answer::Device(["Ten Print 60".to_owned(), String::new(), port]),
            Answer::Done { slaps: true, rolled: false },
            Answer::Nothing,
            Answer::Picture { width: 1600, height: 1500, ppi: 500, is_final: true },
            Answer::Failed(-3),
        ] {
            assert_eq!(Answer::parse(&answer.to_string()), Some(answer));
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line in "[a-z]{0,8}[ \t0-9a-z-]{0,40}") {
            let _ = Request::parse(&line);
            let _ = Answer::parse(&line);
            for word in ["picture", "done", "device", "failed", "memory"] {
                let _ = Answer::parse(&format!("{word} {line}"));
            }
        }
    }
}
