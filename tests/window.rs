//! The real window on a real X server without a screen, driven by keyboard from sign-in to the slip.
//!
//! Needs Xvfb and xdotool; without them it says so and passes. What the window does is read in the station's own store,
//! not in its pixels.

#![allow(clippy::expect_used, clippy::print_stdout)] // Outside of test functions, but in a test.

mod common;

use common::{Cutter, Demonstration, OFFICER, Process, Station, binary};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tram_enrollment::{Enrollment, Step};
use tram_store::Reader;

/// How long one step may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn one_citizen_goes_from_sign_in_to_the_slip_by_keyboard() {
    let Some(screen) = Screen::start() else { return };
    let Some(demonstration) = Demonstration::start() else { return };
    // A wire that is never cut.
    let wire = Cutter::before(demonstration.centre_port(), 0, u64::MAX);
    let station = demonstration.station_behind(wire.port());
    let _window = screen.open(&station);

    screen.type_in(OFFICER.0);
    screen.press("Return");
    screen.type_in(OFFICER.1);
    screen.press("Return");
    screen.repeat("ctrl+n", || newest(&station).is_some());
    screen.repeat("alt+2", || newest(&station).is_some_and(|draft| draft.procedure.is_some()));
    screen.repeat("Return", || is_at(&station, Step::Applicant));
    screen.type_in("nguyen thi");
    // The search answers while it is typed; Enter takes the first of the found, then goes on.
    screen.repeat("Return", || is_at(&station, Step::Portrait));
    // The portrait and the fingers take themselves.
    wait(|| newest(&station).is_some_and(|draft| draft.portrait().is_some()));
    screen.repeat("Return", || is_at(&station, Step::Fingers));
    wait(|| newest(&station).is_some_and(|draft| draft.finger_attempts.len() >= 3));
    screen.repeat("Return", || is_at(&station, Step::Signature));
    screen.repeat("F2", || newest(&station).is_some_and(|draft| draft.signature.is_some()));
    screen.repeat("Return", || is_at(&station, Step::Review));
    screen.repeat("F4", || newest(&station).is_some_and(|draft| draft.consent.is_some()));
    screen.repeat("Return", || sealed(&station) == 1);

    let slips = std::fs::read_dir(station.home().slips()).expect("a folder of slips").count();
    assert_eq!(slips, 1, "the slip is there to be printed");
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
struct Screen {
    display: String,
    _server: Process,
}

impl Screen {
    fn start() -> Option<Self> {
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
        Some(Self { display: format!(":{}", display.trim()), _server: server })
    }

    fn open(&self, station: &Station) -> Process {
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

    fn tell(&self, words: &[&str]) -> String {
        let output =
            Command::new("xdotool").args(words).env("DISPLAY", &self.display).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn type_in(&self, text: &str) {
        self.tell(&["type", "--delay", "40", text]);
    }

    fn press(&self, key: &str) {
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
