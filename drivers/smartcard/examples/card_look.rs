//! Lists the readers of smart cards and asks the first for its card; with an argument, the first whose name holds it.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tram_device::testing::lab::ended;
use tram_device::{Device, Factory};
use tram_smartcard::Pcsc;

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    let listed = Pcsc.list();
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let listing = listed.iter().find(|listing| listing.origin.model.contains(&wanted)).ok_or("no reader")?;
    let Device::CardReader(mut reader) = Pcsc.open(listing)? else { return Err("no reader".into()) };
    let card = reader.await_card(Duration::from_secs(2))?;
    let card = card.map_or_else(
        || "no card in it".to_owned(),
        |atr| format!("a card with an ATR of {} bytes", atr.len()),
    );
    Ok(format!("{}: {card}", listing.origin.model))
}
