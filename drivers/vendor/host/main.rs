//! Loads one maker's library and does with it what the station asks over standard input, a socket. It ends when the
//! station does, when the library crashes, and when it takes more memory than it may.

mod library;

use library::{Library, Reader};
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tram_vendor::words::{Answer, MAX_LINE_BYTES, ROOM_BYTES, Request};

const BEAT_EVERY: Duration = Duration::from_millis(250);
/// Address space of the process: a library that leaks ends here, and the machine goes on.
const MEMORY_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// What is no failure of a maker's library but ours.
const GARBAGE: i32 = -6;

fn main() -> Result<(), Box<dyn Error>> {
    let library =
        std::env::args_os().nth(1).ok_or("usage: tram-vendor-host LIBRARY, with a socket as its input")?;
    confine()?;
    let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let voice = Voice(Arc::new(Mutex::new(socket.try_clone()?)));
    let beating = voice.clone();
    thread::Builder::new().name("heartbeat".to_owned()).spawn(move || {
        while beating.say(&Answer::Beat) {
            thread::sleep(BEAT_EVERY);
        }
        leave();
    })?;
    let (requests, wanted) = sync_channel(1);
    thread::Builder::new()
        .name("library".to_owned())
        .spawn(move || work(Path::new(&library), &wanted, &voice))?;
    let mut lines = BufReader::new(socket);
    loop {
        let mut line = String::new();
        let count = lines.by_ref().take(MAX_LINE_BYTES as u64).read_line(&mut line)?;
        let Some(request) = Request::parse(line.trim_end_matches('\n')).filter(|_| count > 0) else {
            leave()
        };
        if requests.send(request).is_err() {
            leave();
        }
    }
}

/// No memory without end, and no picture of a person in a core file.
fn confine() -> Result<(), rustix::io::Errno> {
    let to = |limit: u64| Rlimit { current: Some(limit), maximum: Some(limit) };
    setrlimit(Resource::Core, to(0))?;
    setrlimit(Resource::As, to(MEMORY_BYTES))
}

/// Ends at once: what a library would still do on a regular exit may hang.
fn leave() -> ! {
    std::process::abort()
}

/// Says lines, whole ones from both threads.
#[derive(Clone)]
struct Voice(Arc<Mutex<UnixStream>>);

impl Voice {
    /// Whether anybody still listens.
    fn say(&self, answer: &Answer) -> bool {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        socket.write_all(format!("{answer}\n").as_bytes()).is_ok()
    }
}

/// Does what is asked, one thing after the other.
fn work(path: &Path, wanted: &Receiver<Request>, voice: &Voice) {
    let (Ok(library), Ok(memory)) = (Library::load(path), memory()) else {
        voice.say(&Answer::Failed(GARBAGE));
        leave()
    };
    voice.say(&Answer::Memory(memory.as_raw_fd()));
    let (mut reader, mut pixels) = (None, vec![0; ROOM_BYTES]);
    while let Ok(request) = wanted.recv() {
        let answers = obey(&library, &mut reader, &request, &mut pixels, &memory);
        for answer in answers.unwrap_or_else(|result| vec![Answer::Failed(result)]) {
            if !voice.say(&answer) {
                leave();
            }
        }
    }
}

/// Memory without a name, which the station opens through this process.
fn memory() -> Result<File, rustix::io::Errno> {
    let memory: OwnedFd = memfd_create("picture", MemfdFlags::CLOEXEC)?;
    ftruncate(&memory, ROOM_BYTES as u64)?;
    Ok(File::from(memory))
}

fn obey(
    library: &Library,
    reader: &mut Option<Reader>,
    request: &Request,
    pixels: &mut [u8],
    memory: &File,
) -> Result<Vec<Answer>, i32> {
    const DONE: Answer = Answer::Done { slaps: false, rolled: false };
    let opened = |reader: &mut Option<Reader>| reader.clone().ok_or(GARBAGE);
    match request {
        Request::List => {
            let devices = library.list()?.into_iter().map(Answer::Device);
            Ok(devices.chain([DONE]).collect())
        }
        Request::Open(port) => {
            let (open, slaps, rolled) = library.open(port)?;
            *reader = Some(open);
            Ok(vec![Answer::Done { slaps, rolled }])
        }
        Request::Begin(position, impression) => {
            library.begin(&opened(reader)?, *position, *impression)?;
            Ok(vec![DONE])
        }
        Request::Next(millis) => match library.next(&opened(reader)?, *millis, pixels)? {
            None => Ok(vec![Answer::Nothing]),
            Some(frame) => {
                let bytes = pixels.get(..frame.bytes()).ok_or(GARBAGE)?;
                memory.write_all_at(bytes, 0).map_err(|_full| GARBAGE)?;
                Ok(vec![frame.answer()])
            }
        },
        Request::End => {
            library.end(&opened(reader)?)?;
            Ok(vec![DONE])
        }
    }
}
