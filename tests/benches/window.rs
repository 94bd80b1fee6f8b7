//! The station's window measured from outside: seconds and keys of a whole enrollment, memory and processor time before
//! it, after it and at rest.
//!
//!     cargo build --release --bins && cargo bench -p tram-tests --bench window

#![allow(clippy::expect_used, clippy::print_stdout)] // A measurement tells on the terminal.

#[path = "../common/mod.rs"]
mod common;

use common::Demonstration;
use common::screen::{Screen, enroll, sign_in};
use std::time::{Duration, Instant};

fn main() {
    let Some(screen) = Screen::start() else { return };
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let window = screen.open(&station);
    tell("sign-in page", window.id());
    sign_in(&screen);
    std::thread::sleep(Duration::from_secs(3));
    tell("worklist", window.id());
    let (keys, began) = (screen.pressed(), Instant::now());
    enroll(&screen, &station);
    let took = began.elapsed();
    println!("one citizen, worklist to slip: {:.1} s, {} keys", took.as_secs_f32(), screen.pressed() - keys);
    tell("slip", window.id());
    screen.press("Return");
    std::thread::sleep(Duration::from_secs(10));
    tell("worklist again", window.id());
    let before = ticks(window.id());
    std::thread::sleep(Duration::from_mins(1));
    println!("at rest: {} hundredths of a second of processor in a minute", ticks(window.id()) - before);
}

/// Resident memory now and at its highest.
fn tell(place: &str, process: u32) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let megabytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).expect("told");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u32>().ok()).expect("a number") / 1024
    };
    println!("{place}: {} MB, highest {} MB", megabytes("VmRSS:"), megabytes("VmHWM:"));
}

/// Processor time used so far, in the kernel's hundredths of a second.
fn ticks(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum()
}
