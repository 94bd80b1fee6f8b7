//! The real window on a real X server without a screen, driven by keyboard from sign-in to the slip.
//!
//! Needs Xvfb and xdotool; without them it says so and passes.

#![allow(clippy::expect_used, clippy::print_stdout)] // Outside of test functions, but in a test.

mod common;

use common::screen::{Screen, enroll, sign_in};
use common::{Cutter, Demonstration};

#[test]
fn one_citizen_goes_from_sign_in_to_the_slip_by_keyboard() {
    let Some(screen) = Screen::start() else { return };
    let Some(demonstration) = Demonstration::start() else { return };
    // A wire that is never cut.
    let wire = Cutter::before(demonstration.centre_port(), 0, u64::MAX);
    let station = demonstration.station_behind(wire.port());
    let _window = screen.open(&station);

    sign_in(&screen);
    screen.show_citizen();
    enroll(&screen, &station);

    let slips = std::fs::read_dir(station.home().slips()).expect("a folder of slips").count();
    assert_eq!(slips, 1, "the slip is there to be printed");
}
