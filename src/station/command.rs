//! The command line of `tram`.

mod calibrate;
mod devices;
mod enroll;
mod mirror;
mod outbox;
mod packet;

use crate::home::Home;
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Trạm: the station that enrolls citizens and issues identity cards.
///
/// Exit codes: 0 done, 1 not done (the reason is on standard error), 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "tram", version)]
pub struct Cli {
    /// The station's directory; else `TRAM_HOME`, else tram/station in the user's data directory.
    #[arg(long, global = true)]
    home: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the station's window.
    Station,
    /// Join a centre with the one-time code its operator printed.
    Join {
        /// As printed: https://HOST:PORT#SECRET.DIGEST
        code: String,
    },
    /// Enroll a citizen of the demonstration's register without a window, on the virtual devices.
    Enroll(enroll::Enroll),
    /// List the packets of this station and how far each is.
    Outbox {
        /// First send what waits to the centre, without the window, while no other `tram` runs here.
        #[arg(long)]
        send: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Keep a copy of every sealed packet on a second medium, such as an SD card, or bring packets back from it.
    Mirror(mirror::Asked),
    /// List every device the drivers see, also those that cannot be opened, and why; test, record and replay them.
    Devices(devices::Devices),
    /// Look at sealed packets.
    Packet {
        #[command(subcommand)]
        command: packet::PacketCommand,
    },
    /// Measure devices from pictures of charts, and verify calibration certificates.
    Calibrate {
        #[command(subcommand)]
        command: calibrate::CalibrateCommand,
    },
    /// Say what is missing on this machine and how to mend it.
    Doctor,
    /// Write the man page to standard output.
    #[command(hide = true)]
    Man,
}

/// Runs the command line and gives the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The one place that speaks to a terminal's error stream.
            writeln!(std::io::stderr(), "tram: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match cli.command {
        Command::Man => {
            let man = clap_mangen::Man::new(<Cli as clap::CommandFactory>::command());
            man.render(&mut out)?;
            Ok(())
        }
        Command::Doctor => crate::doctor::run(&Home::open(cli.home)?, &mut out),
        Command::Join { code } => {
            let membership = Home::open(cli.home)?.join(&code)?;
            let station = membership.station;
            writeln!(out, "{} joined {} as {}", station.office_name, membership.address, station.station)?;
            Ok(())
        }
        Command::Station => {
            drop(out);
            crate::window::run(&Home::open(cli.home)?)
        }
        Command::Enroll(enroll) => enroll::run(&Home::open(cli.home)?, enroll, &mut out),
        Command::Outbox { send, json } => {
            let home = Home::open(cli.home)?;
            let sent = if send { outbox::send(&home, &mut out) } else { Ok(()) };
            outbox::list(&home, json, &mut out)?;
            sent
        }
        Command::Mirror(asked) => mirror::run(&Home::open(cli.home)?, &asked, &mut out),
        Command::Devices(asked) => devices::run(&Home::open(cli.home)?, asked, &mut out),
        Command::Calibrate { command } => calibrate::run(cli.home, command, &mut out),
        Command::Packet { command } => packet::run(&Home::open(cli.home)?, command, &mut out),
    }
}
