//! Takes some points of a signature from the first pad on the bus and says what came. With `return` as the last argument it
//! is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use tram_device::DeviceError;
use tram_device::session::Trial;
use tram_device::testing::lab::at_work;
use tram_stu::Stu;

fn main() -> Result<(), DeviceError> {
    println!("{}", at_work(&Stu, Trial::Look, |line| println!("{line}"))?);
    Ok(())
}
