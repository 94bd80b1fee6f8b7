//! `tram devices`: what the drivers see, and what a technician does with it.

use crate::compose;
use crate::engine::Bench;
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tram_device::recording::Recording;
use tram_device::session::{self, Trial};
use tram_device::{DeviceKind, Factory, Listing};
use tram_workflow::lists::DeviceState;

/// How long a person may take to put a finger on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Without a command: list every device the drivers see, also those that cannot be opened, and why.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Devices {
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open a device, let it do its work once, and say what came.
    Test {
        #[command(flatten)]
        device: Chosen,
    },
    /// Test a device and write what went over its wire to a file, without the person, for the developer of its driver.
    Record {
        #[command(flatten)]
        device: Chosen,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Play a recording through its driver and compare what comes with what the recording expects.
    Replay {
        /// The recording.
        file: PathBuf,
    },
    /// Write the udev rules that let the station open its devices.
    Rules,
}

#[derive(Debug, Args)]
struct Chosen {
    /// The device's port or driver as `tram devices` lists them.
    device: String,
    /// Print a test card too, which costs a blank.
    #[arg(long)]
    test_card: bool,
}

impl Chosen {
    fn trial(&self) -> Trial {
        if self.test_card { Trial::TestCard } else { Trial::Look }
    }

    /// The first device that is meant, and its driver.
    fn find<'a>(&self, drivers: &'a [Box<dyn Factory>]) -> anyhow::Result<(&'a dyn Factory, Listing)> {
        let listings =
            drivers.iter().flat_map(|driver| driver.list().into_iter().map(move |l| (driver.as_ref(), l)));
        let mut meant =
            listings.filter(|(driver, l)| [driver.driver(), &l.port].contains(&self.device.as_str()));
        meant.next().with_context(|| format!("no device {}: see `tram devices`", self.device))
    }
}

/// Lists, tests, records, replays.
pub(super) fn run(home: &Home, asked: Devices, out: &mut dyn Write) -> anyhow::Result<()> {
    let demonstration =
        home.membership().is_ok_and(|member| member.station.profile == tram_packet::Profile::Test);
    let config = demonstration.then(|| tram_virtual::Config::demonstration(home.cards()));
    let (drivers, _stage) = compose::drivers(home, config);
    match asked.command {
        None => {
            let bench = Bench::new(drivers);
            bench.look();
            list(&bench, asked.json, out)
        }
        Some(Command::Test { device: chosen }) => {
            let (driver, listing) = chosen.find(&drivers)?;
            ask_for_a_finger(&listing, out)?;
            let mut device = driver.open(&listing)?;
            say(&session::try_out(&mut device, chosen.trial(), PATIENCE), out)
        }
        Some(Command::Record { device: chosen, out: file }) => {
            let (driver, listing) = chosen.find(&drivers)?;
            ask_for_a_finger(&listing, out)?;
            let open = |sink| driver.record(&listing, sink);
            let (came, recording) = session::record(driver, chosen.trial(), PATIENCE, open)?;
            std::fs::write(&file, recording.to_text())
                .with_context(|| format!("{} cannot be written", file.display()))?;
            writeln!(out, "{}: {} events, no picture", file.display(), recording.events.len())?;
            say(&came, out)
        }
        Some(Command::Replay { file }) => replay(&drivers, &file, out),
        Some(Command::Rules) => {
            writeln!(out, "# The devices of this station's drivers; written by `tram devices rules`.")?;
            for rule in drivers.iter().flat_map(|driver| driver.udev_rules()) {
                writeln!(out, "{rule}")?;
            }
            Ok(())
        }
    }
}

fn ask_for_a_finger(listing: &Listing, out: &mut dyn Write) -> anyhow::Result<()> {
    if listing.kind == DeviceKind::FingerReader {
        writeln!(out, "the reader wants a finger within {} seconds", PATIENCE.as_secs())?;
    }
    Ok(())
}

fn say(lines: &[String], out: &mut dyn Write) -> anyhow::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    if lines.iter().any(|line| line.starts_with("error")) {
        bail!("the device does not do its work");
    }
    Ok(())
}

fn replay(drivers: &[Box<dyn Factory>], file: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let source = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let recording = Recording::read(BufReader::new(source))?;
    let driver = drivers.iter().find(|driver| driver.driver() == recording.driver);
    let driver = driver.with_context(|| format!("this station has no driver {}", recording.driver))?;
    match session::check(driver.as_ref(), &recording) {
        Ok(()) => {
            writeln!(out, "{}: as expected: {}", recording.driver, recording.expected.join("; "))?;
            Ok(())
        }
        Err(came) => {
            let expected = recording.expected.join("; ");
            bail!("the recording expects \"{expected}\", the driver gives \"{}\"", came.join("; "))
        }
    }
}

fn list(bench: &Bench, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let rows = bench.rows();
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                let trouble = match &row.state {
                    DeviceState::Ready => None,
                    DeviceState::Failed(error) => Some(error.to_string()),
                };
                serde_json::json!({
                    "kind": format!("{:?}", row.kind), "driver": row.origin.driver, "model": row.origin.model,
                    "serial": row.origin.serial, "virtual": row.origin.is_virtual, "port": row.port,
                    "in_use": row.in_use, "trouble": trouble,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for row in &rows {
        let state = match &row.state {
            DeviceState::Ready => "ready".to_owned(),
            DeviceState::Failed(error) => error.to_string(),
        };
        let origin = &row.origin;
        let mark = if origin.is_virtual { " (virtual)" } else { "" };
        writeln!(out, "{:?}: {} {}{mark} at {}: {state}", row.kind, origin.driver, origin.model, row.port)?;
    }
    if rows.is_empty() {
        writeln!(out, "no devices")?;
    }
    Ok(())
}
