//! `tram packet`: sealed packets as files.

use crate::home::Home;
use anyhow::Context as _;
use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;

/// What can be done with a packet.
#[derive(Debug, Subcommand)]
pub(super) enum PacketCommand {
    /// Verify that a packet is whole and signed by this station.
    Verify {
        /// The packet.
        file: PathBuf,
    },
}

/// Carries it out.
pub(super) fn run(home: &Home, command: PacketCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        PacketCommand::Verify { file } => verify(home, &file, out),
    }
}

fn verify(home: &Home, file: &std::path::Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let packet = tram_packet::SealedPacket::parse(bytes)?;
    let key = home.station_key()?;
    let header = packet.verify(tram_packet::Signer::public_key(key.as_ref()))?;
    writeln!(
        out,
        "{}: whole; number {} of station {}, {} parts, {} bytes",
        header.packet,
        header.sequence,
        header.station,
        header.parts.len(),
        packet.bytes().len()
    )?;
    Ok(())
}
