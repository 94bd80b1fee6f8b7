//! Takes one picture with the module at a serial port, the first argument, and says what came. With `return` as the last
//! it is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::path::PathBuf;
use tram_device::session::Trial;
use tram_device::testing::lab::at_work;
use tram_zfm::Zfm;

fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("name a serial port")?;
    println!("{}", at_work(&Zfm::new([PathBuf::from(port)]), Trial::Look, |line| println!("{line}"))?);
    Ok(())
}
