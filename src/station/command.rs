//! The command line of `tram`.

use crate::compose;
use crate::engine::Engine;
use crate::headless::Headless;
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tram_biometric::FingerPosition;
use tram_enrollment::{ExceptionKind, Field, OfficerId};
use tram_workflow::Secret;
use tram_workflow::lists::DeviceState;
use tram_workflow::officer::{Identify, Plan, ScriptedOfficer};

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
    Enroll(Enroll),
    /// List the packets of this station and how far each is.
    Outbox {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// List every device the drivers see, also those that cannot be opened, and why.
    Devices {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look at sealed packets.
    Packet {
        #[command(subcommand)]
        command: PacketCommand,
    },
    /// Say what is missing on this machine and how to mend it.
    Doctor,
    /// Write the man page to standard output.
    #[command(hide = true)]
    Man,
}

#[derive(Debug, Subcommand)]
enum PacketCommand {
    /// Verify that a packet is whole and signed by this station.
    Verify {
        /// The packet.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Enroll {
    /// Without a window; the only way so far.
    #[arg(long, required = true)]
    headless: bool,
    /// Who enrolls; the passphrase is read from `TRAM_PASSPHRASE` or the first line of standard input.
    #[arg(long)]
    officer: String,
    /// A personal number or a name of the register.
    #[arg(long, conflicts_with = "typed")]
    citizen: Option<String>,
    /// Fields typed in by hand, as FIELD=VALUE (`full_name`, `birth_date`, …), for someone the register does not know.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = parse_field)]
    typed: Vec<(Field, String)>,
    /// The procedure's code.
    #[arg(long, default_value = "identity-card.exchange")]
    procedure: String,
    /// Fingers the citizen does not have, by their codes 1 to 10.
    #[arg(long, value_name = "CODE")]
    missing: Vec<u8>,
    /// Go on with the newest draft instead of opening a new dossier.
    #[arg(long)]
    resume: bool,
    /// Do not wait for the centre and print no card: leave the packet in the outbox.
    #[arg(long)]
    no_card: bool,
    /// Where the pictures of the slip and the card are left; else the station's directory.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn parse_field(text: &str) -> Result<(Field, String), String> {
    let (field, value) = text.split_once('=').ok_or("it is FIELD=VALUE")?;
    let field = Field::ALL
        .into_iter()
        .find(|known| serde_json::to_value(known).is_ok_and(|name| name == field))
        .ok_or_else(|| format!("there is no field {field}"))?;
    Ok((field, value.to_owned()))
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
        Command::Enroll(enroll) => self::enroll(&Home::open(cli.home)?, enroll, &mut out),
        Command::Outbox { json } => outbox(&Home::open(cli.home)?, json, &mut out),
        Command::Devices { json } => devices(&Home::open(cli.home)?, json, &mut out),
        Command::Packet { command: PacketCommand::Verify { file } } => {
            verify(&Home::open(cli.home)?, &file, &mut out)
        }
    }
}

fn enroll(home: &Home, asked: Enroll, out: &mut dyn Write) -> anyhow::Result<()> {
    let passphrase = passphrase()?;
    let identify = match asked.citizen {
        Some(query) => Identify::Register(query),
        None if asked.typed.is_empty() => bail!("name a citizen with --citizen, or type one in with --typed"),
        None => Identify::Typed(asked.typed),
    };
    let exceptions = asked
        .missing
        .iter()
        .map(|code| {
            let finger = FingerPosition::from_code(*code).filter(|_| (1..=10).contains(code));
            finger.map(|finger| (finger, ExceptionKind::Missing, "Không có ngón này".to_owned()))
        })
        .collect::<Option<_>>()
        .context("finger codes are 1 to 10")?;
    let devices = tram_virtual::Config::immediate(home.cards());
    let (drivers, stage) = compose::drivers(home, Some(devices));
    let (engine, state) = Engine::start(home, drivers, stage, Arc::new(|| {}))?;
    if !state.station.is_demonstration {
        bail!("virtual devices belong to demonstrations: this station is in service");
    }
    let mut officer = ScriptedOfficer {
        id: OfficerId(asked.officer),
        passphrase,
        plan: Plan { procedure: asked.procedure, identify, exceptions },
        draft: None,
    };
    let mut flow = Headless::new(engine, state, out);
    if asked.resume {
        officer.draft = flow.newest_draft(&officer)?;
    }
    let slip = flow.enroll(&officer)?;
    let enrollment = flow.state.dossier.as_ref().map(|dossier| dossier.enrollment.id);
    let folder = asked.out.unwrap_or_else(|| home.dir().to_owned());
    let page = folder.join(format!("slip-{}.png", slip.dossier));
    crate::pictures::save(&slip.page, &page)?;
    flow.say(&format!("slip: {} and {}", slip.pdf.display(), page.display()))?;
    if asked.no_card {
        return Ok(());
    }
    flow.drain_outbox()?;
    flow.say("outbox: the centre has signed for everything")?;
    flow.issue(enrollment.context("the dossier is gone")?)?;
    let faces =
        flow.state.card.as_ref().and_then(|card| card.faces.clone()).context("no card was rendered")?;
    for (face, side) in [(faces.0, "front"), (faces.1, "back")] {
        let path = folder.join(format!("card-{}-{side}.png", slip.dossier));
        crate::pictures::save(&face, &path)?;
        flow.say(&format!("card: {}", path.display()))?;
    }
    Ok(())
}

/// From the environment or the first line of standard input: never from the command line, where others can read it.
fn passphrase() -> anyhow::Result<Secret> {
    if let Ok(passphrase) = std::env::var("TRAM_PASSPHRASE") {
        return Ok(Secret::new(passphrase));
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn outbox(home: &Home, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let reader = tram_store::Reader::open(&home.database(), &home.database_key()?)?;
    let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH)?;
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                serde_json::json!({
                    "packet": row.packet.to_string(), "dossier": row.dossier.as_str(), "sequence": row.sequence,
                    "bytes": row.size, "state": state_word(&row.state), "attempts": row.attempts,
                    "trouble": row.trouble,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for row in &rows {
        let trouble = row.trouble.as_deref().map_or_else(String::new, |trouble| format!("  {trouble}"));
        writeln!(
            out,
            "{}  {}  {:>9} bytes  {}{trouble}",
            row.packet,
            row.dossier,
            row.size,
            state_word(&row.state)
        )?;
    }
    if rows.is_empty() {
        writeln!(out, "the outbox is empty")?;
    }
    Ok(())
}

fn state_word(state: &tram_store::PacketState) -> &'static str {
    match state {
        tram_store::PacketState::Waiting => "waiting",
        tram_store::PacketState::Received => "received",
        tram_store::PacketState::Purged => "purged",
        tram_store::PacketState::Quarantined { .. } => "quarantined",
    }
}

fn devices(home: &Home, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let demonstration =
        home.membership().is_ok_and(|member| member.station.profile == tram_packet::Profile::Test);
    let config = demonstration.then(|| tram_virtual::Config::demonstration(home.cards()));
    let (drivers, _stage) = compose::drivers(home, config);
    let bench = crate::engine::Bench::new(drivers);
    bench.look();
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
