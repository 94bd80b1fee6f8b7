//! What the end-to-end tests share: real processes, each ended with its test, and a wire that can be cut.

#![allow(dead_code)] // Each test uses its part.
// A test's own tools may panic: that is how a test fails.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "../../src/central/tests/common/ports.rs"]
pub(crate) mod ports;
pub(crate) mod screen;

use ports::free_port;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tram_biometric::{Language, SampleId};
use tram_enrollment::OfficerId;
use tram_station::compose;
use tram_station::engine::Engine;
use tram_station::headless::Headless;
use tram_station::home::Home;
use tram_store::{OutboxRow, Reader};
use tram_workflow::Secret;
use tram_workflow::officer::{Identify, Plan, ScriptedOfficer};

/// An officer of the demonstration and the passphrase everybody may know.
pub(crate) const OFFICER: (&str, &str) = ("khanh.lv", "sen trang 2026");

/// The officer who enrolls somebody of the register.
pub(crate) fn scripted_officer(citizen: &str, passphrase: &str) -> ScriptedOfficer {
    ScriptedOfficer {
        id: OfficerId(OFFICER.0.into()),
        passphrase: Secret::new(passphrase.into()),
        plan: Plan {
            procedure: "identity-card.exchange".into(),
            identify: Identify::Register(citizen.into()),
            exceptions: Vec::new(),
            approval: None,
        },
        draft: None,
    }
}

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
        Self::start_told(command.stdin(Stdio::null()))
    }

    /// Started with a standard input of its own.
    fn start_told(command: &mut Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
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

    /// Waits for the end, which must be a failure, and gives every line.
    pub(crate) fn fails(mut self) -> String {
        let status = self.child.wait().expect("ended");
        self.seen.extend(self.lines.iter());
        let seen = self.seen.join("\n");
        assert!(!status.success(), "it did not fail:\n{seen}");
        seen
    }

    /// Waits for the end, whatever it is.
    pub(crate) fn ends(mut self) -> std::process::ExitStatus {
        self.child.wait().expect("ended")
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
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
    central: Process,
    port: u16,
    code: String,
}

impl Demonstration {
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut central = Process::start(
            Command::new(binary("tram-central")).arg("--dir").arg(folder.path().join("central")).args([
                "demo",
                "--port",
                &free_port().to_string(),
            ]),
        );
        let line = central.wait_for("#");
        let code = line.split_whitespace().find(|word| word.contains('#')).expect("a code").to_owned();
        let port = code.rsplit_once('#')?.0.rsplit_once(':')?.1.parse().expect("a port");
        Some(Self { folder, central, port, code })
    }

    /// The centre's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().join("central")
    }

    /// The same centre at its port again, in another environment.
    pub(crate) fn restart_in(self, environment: &[(String, String)]) -> Self {
        let Self { folder, central, port, code } = self;
        central.kill();
        let mut program = Command::new(binary("tram-central"));
        program.envs(environment.iter().cloned()).arg("--dir").arg(folder.path().join("central"));
        let mut central = Process::start(program.args(["demo", "--port", &port.to_string()]));
        central.wait_for("#");
        Self { folder, central, port, code }
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

    /// The one-time code a station joins with.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Any command of this centre, which succeeds.
    pub(crate) fn central(&self, words: &[&str]) -> Vec<String> {
        self.run_central(words).succeeds()
    }

    /// Any command of this centre, which fails.
    pub(crate) fn central_fails(&self, words: &[&str]) -> String {
        self.run_central(words).fails()
    }

    fn run_central(&self, words: &[&str]) -> Process {
        let folder = self.folder.path().join("central");
        Process::start(Command::new(binary("tram-central")).arg("--dir").arg(folder).args(words))
    }

    /// A second station of the same centre.
    pub(crate) fn another_station(&self) -> Station {
        self.another_station_under(Command::new(binary("tram")))
    }

    /// The same, which joins under this program: `tram`, or what starts it.
    pub(crate) fn another_station_under(&self, mut tram: Command) -> Station {
        let address = format!("https://localhost:{}", self.port);
        let said = self.central(&["station", "code", "--address", &address, "--name", "TEST 2"]);
        let code = said.iter().flat_map(|line| line.split_whitespace()).find(|word| word.contains('#'));
        let code = code.expect("a code").to_owned();
        let home = self.folder.path().join("colleague");
        Process::start(tram.arg("--home").arg(&home).args(["join", &code])).succeeds();
        Station { home: Home::open(Some(home)).expect("a home") }
    }

    /// A station in this folder.
    pub(crate) fn station_at(&self, home: &Path) -> Station {
        self.joined(home, &[])
    }

    /// A station whose keys are held as these words ask.
    pub(crate) fn station_held_by(&self, words: &[&str]) -> Station {
        self.joined(&self.folder.path().join("station"), words)
    }

    fn joined(&self, home: &Path, words: &[&str]) -> Station {
        let mut join = Command::new(binary("tram"));
        join.arg("--home").arg(home).args(["join", &self.code]).args(words);
        Process::start(&mut join).succeeds();
        Station { home: Home::open(Some(home.to_owned())).expect("a home") }
    }

    /// Publishes the demonstration's rules with a line changed.
    pub(crate) fn publish_changed(&self, line: &str, into: &str) {
        let rules = include_str!("../../assets/reference/rules.toml");
        assert!(rules.contains(line), "the rules have the line {line:?}");
        let path = self.folder.path().join("rules.toml");
        std::fs::write(&path, rules.replace(line, into)).expect("written");
        self.central(&["reference", "publish", "--rules", path.to_str().expect("text")]);
    }

    /// The registered persons, a line each.
    pub(crate) fn persons(&self) -> Vec<String> {
        self.central(&["persons", "list"])
            .into_iter()
            .filter(|line| line.chars().any(|c| c.is_ascii_digit()))
            .collect()
    }

    /// What the centre opened of each packet equals what the station journalled, and every picture what the station held
    /// before it was purged.
    pub(crate) fn contents_equal(&self, reader: &Reader, rows: &[OutboxRow], held: &Digests) {
        for row in rows {
            let shown = self.central(&["packet", "show", &row.packet.to_string()]).join("\n");
            let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
            let enrollment = reader.load(row.enrollment).expect("readable").expect("journalled");
            let json = |value: serde_json::Result<serde_json::Value>| value.expect("JSON");
            assert_eq!(shown["applicant"], json(serde_json::to_value(&enrollment.applicant)));
            assert_eq!(shown["exceptions"], json(serde_json::to_value(&enrollment.exceptions)));
            assert_eq!(shown["consent"], json(serde_json::to_value(&enrollment.consent)));
            let arrived: BTreeSet<(String, String, String)> = shown["samples"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|sample| {
                    let word = |name: &str| sample[name].as_str().expect("text").to_owned();
                    (word("id"), sample["role"].to_string(), word("sha256"))
                })
                .collect();
            let captured: BTreeSet<(String, String, String)> = tram_packet::contents::samples_of(&enrollment)
                .into_iter()
                .map(|(id, role)| {
                    let role = json(serde_json::to_value(role)).to_string();
                    (id.to_string(), role, held[&id].to_string())
                })
                .collect();
            assert_eq!(arrived, captured, "the pictures of {}", row.dossier);
        }
    }
}

/// The digest of every sample a station holds.
pub(crate) type Digests = BTreeMap<SampleId, tram_packet::Digest>;

/// A station on disk, run headless.
pub(crate) struct Station {
    home: Home,
}

impl Station {
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn enroll(&self, words: &[&str]) -> Process {
        self.enroll_under(Command::new(binary("tram")), words)
    }

    /// The same under another program that starts it, named with all its arguments.
    pub(crate) fn enroll_under(&self, mut program: Command, words: &[&str]) -> Process {
        Process::start(
            program
                .arg("--home")
                .arg(self.home.dir())
                .args(["enroll", "--headless", "--officer", OFFICER.0])
                .args(words)
                .env("TRAM_PASSPHRASE", OFFICER.1),
        )
    }

    /// Sends what waits.
    pub(crate) fn send_outbox(&self) -> Process {
        self.tram(&["outbox", "--send"])
    }

    /// Any command of this station.
    pub(crate) fn tram(&self, words: &[&str]) -> Process {
        Process::start(Command::new(binary("tram")).arg("--home").arg(self.home.dir()).args(words))
    }

    /// Any command of this station, whose questions are answered with these lines.
    pub(crate) fn tram_told(&self, words: &[&str], lines: &[&str]) -> Process {
        let mut answers = tempfile::tempfile().expect("a file");
        answers.write_all(lines.join("\n").as_bytes()).expect("written");
        std::io::Seek::rewind(&mut answers).expect("rewound");
        let mut command = Command::new(binary("tram"));
        command.arg("--home").arg(self.home.dir()).args(words).stdin(answers);
        Process::start_told(&mut command)
    }

    /// The station in this process, with its virtual devices and nobody signed in.
    pub(crate) fn flow<'a>(&self, lines: &'a mut Vec<u8>) -> (Headless<'a>, tram_virtual::Handle) {
        let devices = tram_virtual::Config::immediate(self.home.cards());
        let (drivers, stage) = compose::drivers(&self.home, Some(devices));
        let hands = stage.clone().expect("virtual devices");
        let (engine, mut state) =
            Engine::start(&self.home, drivers, stage, Arc::new(|| {})).expect("the station starts");
        state.language = Language::English;
        (Headless::new(engine, state, lines), hands)
    }

    /// The samples of every sealed dossier that is not purged.
    pub(crate) fn digests(&self) -> Digests {
        let reader = self.reader();
        let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
        rows.iter()
            .map(|row| reader.load(row.enrollment).expect("readable").expect("journalled"))
            .flat_map(|enrollment| tram_packet::contents::samples_of(&enrollment))
            .map(|(id, _)| (id, tram_packet::Digest::of(&reader.sample(id).expect("held").bytes)))
            .collect()
    }

    /// The dossier that was sealed last.
    pub(crate) fn newest_sealed(&self) -> tram_enrollment::Enrollment {
        let reader = self.reader();
        let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
        let newest = rows.iter().max_by_key(|row| row.sequence).expect("sealed");
        reader.load(newest.enrollment).expect("readable").expect("journalled")
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(&self.home.database(), &self.home.database_key().expect("a key")).expect("opens")
    }

    /// Whether a dossier is not sealed yet.
    pub(crate) fn has_draft(&self) -> bool {
        !self.reader().drafts().expect("readable").is_empty()
    }
}

/// A wire to a server that is cut the first few times a connection has carried so many bytes towards it. While it is
/// unplugged nothing goes through at all, and it can be led to another server.
pub(crate) struct Cutter {
    port: u16,
    server: Arc<AtomicU16>,
    cuts: Arc<AtomicU32>,
    unplugged: Arc<AtomicBool>,
}

impl Cutter {
    pub(crate) fn before(server: u16, times: u32, after: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let cuts = Arc::new(AtomicU32::new(0));
        let unplugged = Arc::new(AtomicBool::new(false));
        let server = Arc::new(AtomicU16::new(server));
        let (counted, gone, to) = (Arc::clone(&cuts), Arc::clone(&unplugged), Arc::clone(&server));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if gone.load(Ordering::SeqCst) {
                    continue;
                }
                let to = to.load(Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                carry(&client, &server, times, after, &counted);
            }
        });
        Self { port, server, cuts, unplugged }
    }

    /// Leads new connections to another server.
    pub(crate) fn lead_to(&self, server: u16) {
        self.server.store(server, Ordering::SeqCst);
    }

    /// Takes the network away or gives it back, for connections from now on.
    pub(crate) fn unplug(&self, unplugged: bool) {
        self.unplugged.store(unplugged, Ordering::SeqCst);
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
