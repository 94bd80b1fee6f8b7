//! Takes one picture with the module at a serial port, the argument, and says what came.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::path::PathBuf;
use tram_device::session::Trial;
use tram_device::testing::lab::try_first;
use tram_zfm::Zfm;

fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("name a serial port")?;
    println!("{}", try_first(&Zfm::new([PathBuf::from(port)]), Trial::Look)?);
    Ok(())
}
