//! `tram-central`: see [`tram_central::cli`].

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    tram_central::cli::run(tram_central::cli::Arguments::parse())
}
