//! Takes some points of a signature from the first pad on the bus and says what came.
#![allow(clippy::print_stdout)] // A tool.

use tram_device::DeviceError;
use tram_device::session::Trial;
use tram_device::testing::lab::try_first;
use tram_stu::Stu;

fn main() -> Result<(), DeviceError> {
    println!("{}", try_first(&Stu, Trial::Look)?);
    Ok(())
}
