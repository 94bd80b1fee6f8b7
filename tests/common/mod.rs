//! What the end-to-end tests share: real processes, each ended with its test, and a wire that can be cut.

#![allow(dead_code)] // Each test uses its part.
// A test's own tools may panic: that is how a test fails.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tram_station::home::Home;
use tram_store::{OutboxRow, Reader};

/// An officer of the demonstration and the passphrase everybody may know.
pub(crate) const OFFICER: (&str, &str) = ("khanh.lv", "sen trang 2026");

/// A binary of this build.
pub(crate) fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
    let path = folder.join(name);
    assert!(
        path.exists(),
        "{} is not built: run `cargo build --bins` first, as packaging/test does",
        path.display()
    );
    path
}

/// A process that ends with its owner.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (tell, lines) = channel();
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let other = tell.clone();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        std::thread::spawn(move || {
            BufReader::new(err).lines().map_while(Result::ok).try_for_each(|line| other.send(line))
        });
        Self { child, lines, seen: Vec::new() }
    }

    /// Waits for a line that holds this.
    pub(crate) fn wait_for(&mut self, what: &str) -> String {
        let until = Instant::now() + Duration::from_mins(3);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line with {what:?} came:\n{}", self.seen.join("\n"))
            };
            self.seen.push(line.clone());
            if line.contains(what) {
                return line;
            }
        }
    }

    /// SIGKILL, as the power cut does it.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Waits for the end, which must be a success.
    pub(crate) fn succeeds(mut self) -> Vec<String> {
        let status = self.child.wait().expect("ended");
        self.seen.extend(self.lines.iter());
        assert!(status.success(), "it failed:\n{}", self.seen.join("\n"));
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A demonstration centre of its own in a folder of its own.
pub(crate) struct Demonstration {
    folder: tempfile::TempDir,
    _central: Process,
    port: u16,
    code: String,
}

impl Demonstration {
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut central = Process::start(
            Command::new(binary("tram-central"))
                .arg("--dir")
                .arg(folder.path().join("central"))
                .args(["demo", "--port", "0"]),
        );
        let line = central.wait_for("#");
        let code = line.split_whitespace().find(|word| word.contains('#')).expect("a code").to_owned();
        let port = code.rsplit_once('#')?.0.rsplit_once(':')?.1.parse().expect("a port");
        Some(Self { folder, _central: central, port, code })
    }

    pub(crate) fn centre_port(&self) -> u16 {
        self.port
    }

    /// A station that joined the centre and reaches it through another port from now on.
    pub(crate) fn station_behind(&self, port: u16) -> Station {
        let home = self.folder.path().join("station");
        Process::start(Command::new(binary("tram")).arg("--home").arg(&home).args(["join", &self.code]))
            .succeeds();
        let path = home.join("membership.json");
        let text = std::fs::read_to_string(&path).expect("joined");
        let moved = text.replace(&format!(":{}\"", self.port), &format!(":{port}\""));
        assert!(moved.contains(&format!(":{port}\"")), "the address names the port");
        std::fs::write(&path, moved).expect("written");
        Station { home: Home::open(Some(home)).expect("a home") }
    }

    fn central(&self, words: &[&str]) -> Vec<String> {
        Process::start(
            Command::new(binary("tram-central"))
                .arg("--dir")
                .arg(self.folder.path().join("central"))
                .args(words),
        )
        .succeeds()
    }

    /// The registered persons, a line each.
    pub(crate) fn persons(&self) -> Vec<String> {
        self.central(&["persons", "list"])
            .into_iter()
            .filter(|line| line.chars().any(|c| c.is_ascii_digit()))
            .collect()
    }

    /// What the centre opened of each packet equals what the station journalled.
    pub(crate) fn contents_equal(&self, reader: &Reader, rows: &[OutboxRow]) {
        for row in rows {
            let shown = self.central(&["packet", "show", &row.packet.to_string()]).join("\n");
            let enrollment = reader.load(row.enrollment).expect("readable").expect("journalled");
            for (field, known) in enrollment.applicant.fields() {
                assert!(shown.contains(&known.value), "{field:?} of {} is not at the centre", row.dossier);
            }
            for (sample, _) in tram_packet::contents::samples_of(&enrollment) {
                let name = uuid::Uuid::from_u128(sample.0);
                let found = shown.contains(&name.to_string()) || shown.contains(&sample.to_string());
                assert!(found, "sample {sample} of {} is not at the centre", row.dossier);
            }
        }
    }
}

/// A station on disk, run headless.
pub(crate) struct Station {
    home: Home,
}

impl Station {
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn enroll(&self, words: &[&str]) -> Process {
        Process::start(
            Command::new(binary("tram"))
                .arg("--home")
                .arg(self.home.dir())
                .args(["enroll", "--headless", "--officer", OFFICER.0])
                .args(words)
                .env("TRAM_PASSPHRASE", OFFICER.1),
        )
    }

    /// Whether a dossier is not sealed yet.
    pub(crate) fn has_draft(&self) -> bool {
        let reader =
            Reader::open(&self.home.database(), &self.home.database_key().expect("a key")).expect("opens");
        !reader.drafts().expect("readable").is_empty()
    }
}

/// A wire to a server that is cut the first few times a connection has carried so many bytes towards it.
pub(crate) struct Cutter {
    port: u16,
    cuts: Arc<AtomicU32>,
}

impl Cutter {
    pub(crate) fn before(server: u16, times: u32, after: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let cuts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&cuts);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                carry(&client, &server, times, after, &counted);
            }
        });
        Self { port, cuts }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn cuts(&self) -> u32 {
        self.cuts.load(Ordering::SeqCst)
    }
}

fn carry(client: &TcpStream, server: &TcpStream, times: u32, after: u64, cuts: &Arc<AtomicU32>) {
    let carried = Arc::new(AtomicU64::new(0));
    let pairs =
        [(client.try_clone(), server.try_clone(), true), (server.try_clone(), client.try_clone(), false)];
    for (from, to, counts) in pairs {
        let (Ok(mut from), Ok(mut to)) = (from, to) else { return };
        let (carried, cuts) = (Arc::clone(&carried), Arc::clone(cuts));
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                if counts
                    && carried.fetch_add(length as u64, Ordering::SeqCst) > after
                    && cuts
                        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| (n < times).then_some(n + 1))
                        .is_ok()
                {
                    break;
                }
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
            from.shutdown(Shutdown::Both).ok();
            to.shutdown(Shutdown::Both).ok();
        });
    }
}
