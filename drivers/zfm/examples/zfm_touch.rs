//! Takes one picture with the module at a serial port, the first argument, and says what came. With `return` as the last
//! it is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::path::PathBuf;
use std::process::ExitCode;
use tram_device::session::Trial;
use tram_device::testing::lab::{at_work, ended};
use tram_zfm::Zfm;

fn main() -> ExitCode {
    let port = std::env::args().nth(1).unwrap_or_default();
    ended(at_work(&Zfm::new([PathBuf::from(port)]), Trial::Look, |line| println!("{line}")))
}
