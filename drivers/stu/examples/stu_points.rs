//! Takes some points of a signature from the first pad on the bus and says what came. With `return` as the last argument it
//! is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::process::ExitCode;
use tram_device::session::Trial;
use tram_device::testing::lab::{at_work, ended};
use tram_stu::Stu;

fn main() -> ExitCode {
    ended(at_work(&Stu, Trial::Look, |line| println!("{line}")))
}
