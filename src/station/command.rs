//! The command line of `tram`.

mod audit;
mod calibrate;
mod courier;
mod devices;
mod enroll;
mod finger;
mod keys;
mod mirror;
mod outbox;
mod packet;
mod portrait;
mod relay;
mod sets;
mod terminal;
mod two_people;

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
        #[command(flatten)]
        place: keys::Place,
    },
    /// Say what holds the station's keys.
    Keys {
        #[command(subcommand)]
        command: Option<keys::KeysCommand>,
    },
    /// Enroll a citizen of the demonstration's register without a window, on the virtual devices.
    Enroll(enroll::Enroll),
    /// List the packets of this station and how far each is.
    Outbox {
        /// First send what waits to the centre, without the window, while no other `tram` runs here.
        #[arg(long)]
        send: bool,
        /// Copy every packet the centre has not signed for, also those set aside, into this folder.
        #[arg(long, value_name = "FOLDER")]
        export: Option<PathBuf>,
        #[command(flatten)]
        people: two_people::TwoPeople,
        /// Offer every packet that was set aside to the centre again.
        #[arg(long, conflicts_with = "export")]
        offer_again: bool,
        /// This supervisor has settled with the centre why its log contradicted what it had signed: packets may be deleted
        /// again. The passphrase is asked for.
        #[arg(long, value_name = "SUPERVISOR", conflicts_with_all = ["send", "export"])]
        trust_again: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say or set how fast this station sends, and in which hours, while no other `tram` runs here.
    Pace {
        /// At most so many kilobits in a second; 0 for as fast as the link is.
        #[arg(long, value_name = "KBIT/S")]
        rate: Option<u32>,
        /// Only in these hours by the station's clock, such as 17:30-06:00; `always` for all day.
        #[arg(long, value_name = "HH:MM-HH:MM")]
        hours: Option<String>,
    },
    /// Carry packets to the centre in a file, and receipts home.
    Courier {
        #[command(subcommand)]
        command: courier::CourierCommand,
    },
    /// Reach the centre through others, and let others reach it.
    Relay {
        #[command(subcommand)]
        command: relay::RelayCommand,
    },
    /// Bring the population's extract and the reference data up to what the centre published.
    Sets {
        #[command(subcommand)]
        command: sets::SetsCommand,
    },
    /// Read and examine the audit chain.
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Copy the whole database to a file, under the same key, while the station works; the copy is checked.
    Backup {
        /// Where to.
        file: PathBuf,
        #[command(flatten)]
        people: two_people::TwoPeople,
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
    /// The fingerprint engine on files: quality, minutiae, matching, slaps, WSQ, records, error rates.
    Finger {
        #[command(subcommand)]
        command: finger::FingerCommand,
    },
    /// Measure pictures of faces and of eyes by the rules the station works by.
    Portrait {
        #[command(subcommand)]
        command: portrait::PortraitCommand,
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
        Command::Station => {
            drop(out);
            crate::window::run(&Home::open(cli.home)?)
        }
        Command::Join { code, place } => {
            let home = Home::open(cli.home)?;
            let membership = place.with(|asked| home.join(&code, asked))?;
            let station = membership.station;
            writeln!(out, "{} joined {} as {}", station.office_name, membership.address, station.station)?;
            keys::run(&home, None, &mut out)
        }
        Command::Keys { command: None } => keys::run(&Home::open(cli.home)?, None, &mut out),
        Command::Calibrate { command } => calibrate::run(cli.home, command, &mut out),
        Command::Portrait { command } => portrait::run(command, &mut out),
        Command::Finger { command } => finger::run(command, &mut out),
        other => run_at(&unlocked(Home::open(cli.home)?)?, other, &mut out),
    }
}

/// What needs the station's keys, or may.
fn run_at(home: &Home, command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Command::Doctor => crate::doctor::run(home, out),
        Command::Keys { command } => keys::run(home, command, out),
        Command::Enroll(enroll) => enroll::run(home, enroll, out),
        Command::Outbox { trust_again: Some(supervisor), .. } => outbox::trust_again(home, &supervisor, out),
        Command::Outbox { send, export, people, json, offer_again, .. } => {
            if offer_again {
                outbox::offer_again(home, out)?;
            }
            let sent = if send { outbox::send(home, out) } else { Ok(()) };
            match export {
                Some(folder) => outbox::export(home, &folder, &people, out)?,
                None => outbox::list(home, json, out)?,
            }
            sent
        }
        Command::Pace { rate, hours } => outbox::pace(home, rate, hours.as_deref(), out),
        Command::Courier { command } => courier::run(home, &command, out),
        Command::Relay { command } => relay::run(home, command, out),
        Command::Sets { command } => sets::run(home, &command, out),
        Command::Audit { command } => audit::run(home, &command, out),
        Command::Backup { file, people } => outbox::backup(home, &file, &people, out),
        Command::Mirror(asked) => mirror::run(home, &asked, out),
        Command::Devices(asked) => devices::run(home, asked, out),
        Command::Packet { command } => packet::run(home, command, out),
        // Carried out before anything was unlocked.
        Command::Man
        | Command::Station
        | Command::Join { .. }
        | Command::Calibrate { .. }
        | Command::Finger { .. }
        | Command::Portrait { .. } => Ok(()),
    }
}

/// Asks for the secret of the keys, where they have one and nobody has said it.
fn unlocked(home: Home) -> anyhow::Result<Home> {
    if home.is_locked() {
        home.unlock(&terminal::secret("passphrase or PIN of the station's keys")?)?;
    }
    Ok(home)
}
