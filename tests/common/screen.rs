//! The real window on a real X server without a screen, and a keyboard before it. What the window does is read in the
//! station's own store, not in its pixels.

use super::{OFFICER, Process, Station, binary};
use std::cell::Cell;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tram_enrollment::{Enrollment, PortraitAttempt, Step};
use tram_store::Reader;

/// How long one step may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Signs the officer in.
pub(crate) fn sign_in(screen: &Screen) {
    screen.type_in(OFFICER.0);
    screen.press("Return");
    screen.type_in(OFFICER.1);
    screen.press("Return");
}

/// One citizen by keyboard, from the worklist to the slip.
pub(crate) fn enroll(screen: &Screen, station: &Station) {
    screen.repeat("ctrl+n", || newest(station).is_some());
    screen.repeat("alt+2", || newest(station).is_some_and(|draft| draft.procedure.is_some()));
    screen.repeat("Return", || is_at(station, Step::Applicant));
    screen.type_in("nguyen thi");
    // The search answers while it is typed; Enter takes the first of the found, then goes on.
    screen.repeat("Return", || is_at(station, Step::Portrait));
    // The portrait, three slaps and ten rolled fingers take themselves.
    wait(|| newest(station).is_some_and(|draft| draft.portrait().is_some()));
    screen.repeat("F4", || {
        newest(station).is_some_and(|draft| draft.portrait().is_some_and(PortraitAttempt::is_confirmed))
    });
    screen.repeat("Return", || is_at(station, Step::Fingers));
    wait(|| newest(station).is_some_and(|draft| draft.finger_attempts.len() >= 13));
    screen.repeat("Return", || is_at(station, Step::Irises));
    wait(|| newest(station).is_some_and(|draft| draft.irises.len() == 2));
    screen.repeat("Return", || is_at(station, Step::Signature));
    screen.repeat("F2", || newest(station).is_some_and(|draft| draft.signature.is_some()));
    screen.repeat("Return", || is_at(station, Step::Review));
    screen.repeat("F4", || newest(station).is_some_and(|draft| draft.consent.is_some()));
    screen.repeat("Return", || sealed(station) == 1);
}

fn wait(done: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < until, "the window stands still");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn reader(station: &Station) -> Option<Reader> {
    Reader::open(&station.home().database(), &station.home().database_key().ok()?).ok()
}

fn newest(station: &Station) -> Option<Enrollment> {
    let reader = reader(station)?;
    let drafts = reader.drafts().ok()?;
    reader.load(*drafts.first()?).ok()?
}

fn is_at(station: &Station, step: Step) -> bool {
    newest(station).is_some_and(|draft| draft.step == step)
}

fn sealed(station: &Station) -> usize {
    let rows = reader(station).and_then(|reader| reader.outbox(time::OffsetDateTime::UNIX_EPOCH).ok());
    rows.map_or(0, |rows| rows.len())
}

/// An X server that shows nothing, with the smallest screen the station is made for.
pub(crate) struct Screen {
    display: String,
    _server: Process,
    pressed: Cell<u32>,
}

impl Screen {
    pub(crate) fn start() -> Option<Self> {
        for tool in ["Xvfb", "xdotool"] {
            let found =
                Command::new("sh").args(["-c", &format!("command -v {tool}")]).stdout(Stdio::null()).status();
            if !found.is_ok_and(|status| status.success()) {
                println!("skipped: {tool} is not on this machine");
                return None;
            }
        }
        let mut server = Process::start(
            Command::new("sh").args(["-c", "exec Xvfb -displayfd 1 -screen 0 1280x720x24 2>/dev/null"]),
        );
        let display = server.wait_for("");
        Some(Self { display: format!(":{}", display.trim()), _server: server, pressed: Cell::new(0) })
    }

    /// Opens the station's window and waits until it takes keys.
    pub(crate) fn open(&self, station: &Station) -> Process {
        let mut command = Command::new(binary("tram"));
        command.arg("--home").arg(station.home().dir()).arg("station");
        command.env("DISPLAY", &self.display).env("LIBGL_ALWAYS_SOFTWARE", "1").env_remove("WAYLAND_DISPLAY");
        let window = Process::start(&mut command);
        wait(|| {
            let id = self.tell(&["search", "--onlyvisible", "--class", "tram"]);
            id.lines().next().is_some_and(|id| !self.tell(&["windowfocus", "--sync", id]).contains("rror"))
        });
        // The first picture is there, and with it the first field.
        std::thread::sleep(Duration::from_secs(2));
        window
    }

    /// Opens the citizen's window beside the officer's and closes it again.
    pub(crate) fn show_citizen(&self) {
        let windows = || self.tell(&["search", "--onlyvisible", "--class", "tram"]).lines().count();
        let before = windows();
        self.repeat("ctrl+d", || windows() == before + 1);
        self.repeat("ctrl+d", || windows() == before);
    }

    fn tell(&self, words: &[&str]) -> String {
        let output =
            Command::new("xdotool").args(words).env("DISPLAY", &self.display).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn type_in(&self, text: &str) {
        self.tell(&["type", "--delay", "40", text]);
    }

    /// How many keys were pressed, typing aside.
    pub(crate) fn pressed(&self) -> u32 {
        self.pressed.get()
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: &str) {
        self.pressed.set(self.pressed.get() + 1);
        self.tell(&["key", key]);
        std::thread::sleep(Duration::from_millis(400));
    }

    /// Presses a key until it has done what it does: the window may still be busy with the last one.
    fn repeat(&self, key: &str, done: impl Fn() -> bool) {
        let until = Instant::now() + PATIENCE;
        while !done() {
            assert!(Instant::now() < until, "{key} does nothing");
            self.press(key);
            let soon = Instant::now() + Duration::from_secs(2);
            while !done() && Instant::now() < soon {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}
