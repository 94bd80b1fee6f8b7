//! The process that loads a maker's library: what it is asked, its heartbeat, its end.

use crate::words::{Answer, MAX_LINE_BYTES, ROOM_BYTES, Request, failure};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tram_device::DeviceError;

/// Silence after which the process does not live any more; it says so four times a second.
const HEARTBEAT_PATIENCE: Duration = Duration::from_secs(2);
/// How much longer than it was told a call may take.
const GRACE: Duration = Duration::from_millis(1500);
/// How long loading a library may take.
const START_PATIENCE: Duration = Duration::from_secs(5);
const READ_STEP: Duration = Duration::from_millis(100);
const READ_BYTES: usize = 4096;

/// A running process. It ends with this value.
pub(crate) struct Process {
    child: Child,
    socket: UnixStream,
    memory: Option<File>,
    incoming: Vec<u8>,
    heard: Instant,
}

impl Process {
    /// Starts the program and lets it load the library.
    pub(crate) fn start(program: &Path, library: &Path) -> Result<Self, DeviceError> {
        let gone =
            |error: std::io::Error| DeviceError::Gone { detail: format!("{}: {error}", program.display()) };
        let (socket, theirs) = UnixStream::pair().map_err(gone)?;
        socket.set_read_timeout(Some(READ_STEP)).map_err(gone)?;
        socket.set_write_timeout(Some(GRACE)).map_err(gone)?;
        let child = Command::new(program)
            .arg(library)
            .stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)))
            // Whatever a library prints may name a person.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(gone)?;
        let mut process = Self { child, socket, memory: None, incoming: Vec::new(), heard: Instant::now() };
        match process.answer(START_PATIENCE, "its start")? {
            Answer::Memory(file) => {
                let path = format!("/proc/{}/fd/{file}", process.child.id());
                process.memory = Some(File::open(path).map_err(gone)?);
                Ok(process)
            }
            Answer::Failed(result) => Err(failure(result, "its start")),
            other => Err(confused(&other)),
        }
    }

    /// Asks and waits for the answer, so much longer than `patience` as an answer takes.
    pub(crate) fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer, DeviceError> {
        let name = request.to_string();
        let lost = |error: std::io::Error| DeviceError::Gone {
            detail: format!("the maker's library crashed before {name}: {error}"),
        };
        self.heard = Instant::now();
        self.socket.write_all(format!("{request}\n").as_bytes()).map_err(lost)?;
        self.answer(patience, &name)
    }

    /// The next answer that is no heartbeat.
    pub(crate) fn answer(&mut self, patience: Duration, what: &str) -> Result<Answer, DeviceError> {
        let deadline = Instant::now() + patience + GRACE;
        loop {
            while let Some(line) = self.line()? {
                match Answer::parse(&line) {
                    Some(Answer::Beat) => {}
                    Some(answer) => return Ok(answer),
                    None => return Err(garbage("it says what is no answer")),
                }
            }
            let now = Instant::now();
            let silent = now.duration_since(self.heard) > HEARTBEAT_PATIENCE;
            if silent || now > deadline {
                let why = if silent { "fell silent" } else { "hangs" };
                return Err(DeviceError::Gone { detail: format!("the maker's library {why} in {what}") });
            }
            self.listen(what)?;
        }
    }

    fn listen(&mut self, what: &str) -> Result<(), DeviceError> {
        let mut piece = [0; READ_BYTES];
        match self.socket.read(&mut piece) {
            Ok(0) => Err(DeviceError::Gone { detail: format!("the maker's library crashed in {what}") }),
            Ok(count) => {
                self.heard = Instant::now();
                self.incoming.extend(piece.iter().take(count));
                Ok(())
            }
            Err(e)
                if matches!(
                    e.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                Ok(())
            }
            Err(error) => {
                Err(DeviceError::Gone { detail: format!("the maker's library crashed in {what}: {error}") })
            }
        }
    }

    fn line(&mut self) -> Result<Option<String>, DeviceError> {
        match self.incoming.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                let line: Vec<u8> = self.incoming.drain(..=end).take(end).collect();
                Ok(Some(String::from_utf8_lossy(&line).into_owned()))
            }
            None if self.incoming.len() > MAX_LINE_BYTES => Err(garbage("it says more than a line")),
            None => Ok(None),
        }
    }

    /// The first bytes of the memory that both see.
    pub(crate) fn picture(&self, bytes: usize) -> Result<Vec<u8>, DeviceError> {
        if bytes > ROOM_BYTES {
            return Err(garbage(&format!("a picture of {bytes} bytes")));
        }
        let mut pixels = vec![0; bytes];
        let memory = self.memory.as_ref().ok_or_else(|| garbage("a picture before its memory"))?;
        memory.read_exact_at(&mut pixels, 0).map_err(|error| garbage(&error.to_string()))?;
        Ok(pixels)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already cannot be ended; one that was killed is soon gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn confused(answer: &Answer) -> DeviceError {
    garbage(&format!("{answer:?} answers something else"))
}

fn garbage(detail: &str) -> DeviceError {
    DeviceError::Garbage { detail: format!("the maker's library: {detail}") }
}
