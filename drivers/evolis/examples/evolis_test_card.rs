//! Prints a test card on the first printer on the bus and says how that ended.
#![allow(clippy::print_stdout)] // A tool.

use tram_device::DeviceError;
use tram_device::session::Trial;
use tram_device::testing::lab::try_first;
use tram_evolis::Evolis;

fn main() -> Result<(), DeviceError> {
    println!("{}", try_first(&Evolis::default(), Trial::TestCard)?);
    Ok(())
}
