//! Prints a test card on the first printer on the bus and says how that ended. With `return` as the last argument the
//! printer is asked for its state until it is unplugged and after it is plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::process::ExitCode;
use tram_device::session::Trial;
use tram_device::testing::lab::{at_work, ended};
use tram_evolis::Evolis;

fn main() -> ExitCode {
    ended(at_work(&Evolis::default(), Trial::TestCard, |line| println!("{line}")))
}
