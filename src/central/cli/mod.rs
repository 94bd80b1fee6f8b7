//! The command line. Exit codes: 0 done, 1 not done (one sentence on standard error), 2 wrong use.

mod acts;
mod adjudicate;
mod care;
mod serving;
mod show;

use crate::centre::Centre;
use crate::demo;
use crate::officers::Person;
use crate::population::Exported;
use crate::reference::{RULES, SealTo, UNITS};
use crate::s3::Access;
use crate::secret;
use crate::serve::Addresses;
use acts::ActCommand;
use adjudicate::{AdjudicateCommand, AdjudicatorCommand};
use anyhow::Context as _;
use care::{ClientCommand, LogCommand};
use clap::{Parser, Subcommand, ValueEnum};
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tram_packet::{PacketId, Profile};
use uuid::Uuid;

/// The centre of Trạm: receives enrollment packets from stations, loses none, and can prove it.
#[derive(Debug, Parser)]
#[command(name = "tram-central", version)]
pub struct Arguments {
    /// The centre's folder
    #[arg(long, global = true, env = "TRAM_CENTRAL_DIR", default_value = "tram-central-data")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take in the packets of a courier's file
    Deliver {
        /// The file a station made with `tram courier out`
        file: PathBuf,
        /// Where the receipts go, for the courier to carry home; a file that does not exist yet
        #[arg(long)]
        receipts: PathBuf,
    },
    /// Make the ministry's recovery key; stations wrap their database keys for it from the next edition on
    Recovery {
        /// Where its private half is written, on a medium that leaves this place
        private: PathBuf,
    },
    /// Start a demonstration centre on this machine, made at the first start
    Demo {
        /// The port to listen on; 0 takes any free one
        #[arg(long, default_value_t = 8443)]
        port: u16,
    },
    /// Make a centre in a folder that holds none
    Init {
        /// Its name, shown at stations
        #[arg(long)]
        name: String,
        /// What it takes
        #[arg(long, value_enum, default_value = "service")]
        profile: ProfileArgument,
        /// Keep the register on a database server (Postgres), such as "host=/run/postgresql dbname=tram"
        #[arg(long)]
        postgres: Option<String>,
        /// PEM file of the authority that the server's certificate must be of; without it the connection is not encrypted
        #[arg(long, requires = "postgres")]
        postgres_ca: Option<PathBuf>,
    },
    /// Keep packets in a bucket of an object store that speaks S3; for a centre that has none yet. The key is read from
    /// the environment variables `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`
    Bucket {
        /// The store's address, such as <https://store.example:9000>
        #[arg(long)]
        endpoint: String,
        /// The bucket's name
        #[arg(long)]
        bucket: String,
        /// Its region
        #[arg(long, default_value = "us-east-1")]
        region: String,
        /// PEM file of the authority that the store's certificate must be of
        #[arg(long)]
        authority: Option<PathBuf>,
    },
    /// Serve stations
    Serve {
        /// Address and port to listen on
        #[arg(long, default_value = "0.0.0.0:8443")]
        listen: SocketAddr,
        /// A name or address stations know the centre by; may be given several times
        #[arg(long = "host", default_value = "localhost")]
        hosts: Vec<String>,
        /// Address and port where adjudicators sign in with a browser
        #[arg(long)]
        desk: Option<SocketAddr>,
        /// Address and port of the OSIA interfaces, for other systems
        #[arg(long)]
        osia: Option<SocketAddr>,
    },
    /// Write a copy of register, keys and packets to a folder, while the centre serves or not
    Backup {
        /// A folder that is not there yet
        to: PathBuf,
    },
    /// Say that register or packets were restored from a backup: stations then send again what came after it
    Restored,
    /// The log of everything received and decided
    #[command(subcommand)]
    Log(LogCommand),
    /// Other systems, which ask by the OSIA interfaces
    #[command(subcommand)]
    Client(ClientCommand),
    /// People who may sign in at stations
    #[command(subcommand)]
    Officer(OfficerCommand),
    /// Stations
    #[command(subcommand)]
    Station(StationCommand),
    /// Registered persons
    #[command(subcommand)]
    Persons(PersonsCommand),
    /// Packets
    #[command(subcommand)]
    Packet(PacketCommand),
    /// Enrollments whose fingers are somebody else's
    #[command(subcommand)]
    Adjudicate(AdjudicateCommand),
    /// What nobody at the centre does alone, where the rules say so
    #[command(subcommand)]
    Act(ActCommand),
    /// What was done at stations beside their dossiers: blanks given up, packets copied out, and what lacks a second
    /// signature
    Deeds,
    /// People who decide on them
    #[command(subcommand)]
    Adjudicator(AdjudicatorCommand),
    /// Reference data
    #[command(subcommand)]
    Reference(ReferenceCommand),
    /// Write the man page to standard output
    #[command(hide = true)]
    Man,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileArgument {
    /// Registers people; refuses everything virtual, synthetic or TEST
    Service,
    /// Demonstration, training, tests
    Test,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArgument {
    Officer,
    TeamLead,
    Supervisor,
    Technician,
    Inspector,
    Trainer,
}

#[derive(Debug, Subcommand)]
enum OfficerCommand {
    /// Make an officer; prints the first passphrase once
    Add {
        /// Typed at sign-in, such as khanh.lv
        id: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// Rank or title
        #[arg(long, default_value = "")]
        title: String,
        #[arg(long, value_enum, default_value = "officer")]
        role: RoleArgument,
    },
    /// All officers
    List,
    /// Give an officer a new key; prints the new passphrase once
    Reset {
        /// The officer's id
        id: String,
    },
    /// Bar an officer from signing in; what they captured stays
    Revoke {
        /// The officer's id
        id: String,
    },
    /// Let an officer who was barred sign in again
    Unbar {
        /// The officer's id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum StationCommand {
    /// Print a one-time code that admits a station
    Code {
        /// The centre's address as the station sees it
        #[arg(long, default_value = "https://localhost:8443")]
        address: String,
        /// The office's code in the ministry's tree
        #[arg(long, default_value = demo::OFFICE.0)]
        office: String,
        /// The office's name
        #[arg(long, default_value = demo::OFFICE.1)]
        name: String,
    },
    /// All stations, with gaps and forks in their packets
    List,
    /// Bar a station; what it captured may still arrive
    Revoke {
        /// The station's id
        id: String,
    },
    /// Let a station that was barred in again
    Unbar {
        /// The station's id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum PersonsCommand {
    /// All persons (personal data: mind who looks on)
    List,
    /// Write the extract of a place as sealed files, or what changed since the last time, to be published as a signed set with `tram-update`
    Export {
        /// The first three digits of the numbers, such as 022
        place: String,
        /// The folder
        to: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum PacketCommand {
    /// All packets with their state
    List,
    /// Register a packet that is held: its station or officer is barred, a supervisor's signature is missing, or none of
    /// its fingers can be read
    Release {
        /// The packet's id
        id: Uuid,
    },
    /// Open a packet and show what it says, as JSON (personal data: mind who looks on)
    Show {
        /// The packet's id
        id: Uuid,
    },
}

#[derive(Debug, Subcommand)]
enum ReferenceCommand {
    /// Publish a new edition from files, or from the built-in rules
    Publish {
        /// TOML
        #[arg(long)]
        rules: Option<PathBuf>,
        /// CSV of code,name,province
        #[arg(long)]
        units: Option<PathBuf>,
    },
    /// Write the edition in force into a folder, to be published in the same signed set as the extracts
    Export {
        /// The folder
        to: PathBuf,
    },
    /// Have stations seal packets to another kind of key from a new edition on; what was sealed before is still opened
    SealTo {
        /// The kind
        #[arg(value_enum)]
        kind: SealTo,
    },
}

/// Runs a command.
pub fn run(arguments: Arguments) -> ExitCode {
    log::set_logger(&LOGGER).ok();
    let debug = std::env::var_os("TRAM_LOG").is_some_and(|level| level == "debug");
    log::set_max_level(if debug { log::LevelFilter::Debug } else { log::LevelFilter::Info });
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "tram-central: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

fn execute(Arguments { dir, command }: Arguments) -> anyhow::Result<()> {
    let open = || Centre::open(&dir);
    match command {
        Command::Demo { port } => serving::run_demo(demo::open(&dir)?, port),
        Command::Init { name, profile, postgres, postgres_ca } => {
            let profile = match profile {
                ProfileArgument::Service => Profile::Service,
                ProfileArgument::Test => Profile::Test,
            };
            let centre = match postgres {
                Some(address) => {
                    Centre::make_on_server(&dir, &name, profile, &address, postgres_ca.as_deref())?
                }
                None => Centre::make(&dir, &name, profile)?,
            };
            centre.publish_first()?;
            say(format_args!("{name}: made in {}", dir.display()))
        }
        Command::Bucket { endpoint, bucket, region, authority } => {
            let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
            let authority = authority.map(fs::read_to_string).transpose()?;
            let (key, secret) = (variable("AWS_ACCESS_KEY_ID")?, variable("AWS_SECRET_ACCESS_KEY")?);
            let access = Access { endpoint, bucket, region, key, secret, authority };
            Ok(open()?.keep_in_bucket(&access)?)
        }
        Command::Serve { listen, hosts, desk, osia } => {
            serving::run(open()?, Addresses { stations: listen, desk, osia }, &hosts)
        }
        Command::Backup { to } => care::backup(&open()?, &to),
        Command::Man => {
            let man = clap_mangen::Man::new(<Arguments as clap::CommandFactory>::command());
            Ok(man.render(&mut std::io::stdout())?)
        }
        Command::Restored => care::restored(&open()?),
        Command::Log(command) => care::log(&open()?, command),
        Command::Client(command) => care::client(&open()?, command),
        Command::Officer(command) => officer(&open()?, command),
        Command::Station(command) => station(&open()?, command),
        Command::Persons(PersonsCommand::List) => show::persons(&open()?),
        Command::Persons(PersonsCommand::Export { place, to }) => {
            say_exported(open()?.export_population(&place, &to)?)
        }
        Command::Packet(PacketCommand::List) => show::packets(&open()?),
        Command::Packet(PacketCommand::Release { id }) => Ok(open()?.release(PacketId(id))?),
        Command::Packet(PacketCommand::Show { id }) => show::packet(&open()?, PacketId(id)),
        Command::Deliver { file, receipts } => {
            let delivered = open()?.deliver(&file, &receipts)?;
            for (packet, why) in &delivered.refused {
                say(format_args!("{packet} is not taken: {why}"))?;
            }
            let (held, station) = (delivered.held, &delivered.station);
            say(format_args!(
                "{held} packets of {station} are held; their receipts are in {}",
                receipts.display()
            ))
        }
        Command::Recovery { private } => {
            anyhow::ensure!(!private.exists(), "{} is there already", private.display());
            crate::keys::Keys::make_recovery(&dir.join("keys"), &private)?;
            let edition = open()?.publish_again()?;
            say(format_args!(
                "edition {edition} names the recovery key; take {} away from here: it opens stations' databases",
                private.display()
            ))
        }
        Command::Adjudicate(command) => adjudicate::adjudicate(&open()?, command),
        Command::Act(command) => acts::act(&open()?, command),
        Command::Deeds => show::deeds(&open()?),
        Command::Adjudicator(command) => adjudicate::adjudicator(&open()?, command),
        Command::Reference(ReferenceCommand::Export { to }) => {
            say(format_args!("edition {} is in {}", open()?.export_reference(&to)?, to.display()))
        }
        Command::Reference(ReferenceCommand::SealTo { kind }) => {
            say(format_args!("edition {}", open()?.have_sealed_to(kind)?))
        }
        Command::Reference(ReferenceCommand::Publish { rules, units }) => {
            let read = |path: Option<PathBuf>, built_in: &str| match path {
                Some(path) => fs::read_to_string(&path).with_context(|| path.display().to_string()),
                None => Ok(built_in.to_owned()),
            };
            let edition = open()?.publish(&read(rules, RULES)?, &read(units, UNITS)?)?;
            say(format_args!("edition {edition}"))
        }
    }
}

fn officer(centre: &Centre, command: OfficerCommand) -> anyhow::Result<()> {
    match command {
        OfficerCommand::Add { id, name, title, role } => {
            let role = match role {
                RoleArgument::Officer => tram_enrollment::Role::Officer,
                RoleArgument::TeamLead => tram_enrollment::Role::TeamLead,
                RoleArgument::Supervisor => tram_enrollment::Role::Supervisor,
                RoleArgument::Technician => tram_enrollment::Role::Technician,
                RoleArgument::Inspector => tram_enrollment::Role::Inspector,
                RoleArgument::Trainer => tram_enrollment::Role::Trainer,
            };
            let passphrase = secret::passphrase()?;
            centre.add_officer(Person { id: &id, name: &name, title: &title, role }, &passphrase)?;
            say_passphrase(centre, &id, &passphrase)
        }
        OfficerCommand::List => show::officers(centre),
        OfficerCommand::Reset { id } => {
            let passphrase = centre.reset_officer(&id)?;
            say_passphrase(centre, &id, &passphrase)
        }
        OfficerCommand::Revoke { id } => {
            centre.revoke_officer(&id)?;
            say(format_args!("{id} is barred from edition {} on", centre.publish_again()?))
        }
        OfficerCommand::Unbar { id } => {
            centre.unbar_officer(&id)?;
            say(format_args!("{id} signs in again from edition {} on", centre.publish_again()?))
        }
    }
}

fn say_passphrase(centre: &Centre, id: &str, passphrase: &str) -> anyhow::Result<()> {
    let edition = centre.publish_again()?;
    say(format_args!(
        "{id}: {passphrase}\nStations take it over with edition {edition}. The passphrase is not shown again."
    ))
}

fn station(centre: &Centre, command: StationCommand) -> anyhow::Result<()> {
    match command {
        StationCommand::Code { address, office, name } => {
            say(format_args!("{}", centre.station_code(&address, &office, &name)?))
        }
        StationCommand::List => show::stations(centre),
        StationCommand::Revoke { id } => {
            centre.revoke_station(&id)?;
            say(format_args!("{id} is barred from edition {} on", centre.publish_again()?))
        }
        StationCommand::Unbar { id } => {
            centre.unbar_station(&id)?;
            say(format_args!("{id} is let in again from edition {} on", centre.publish_again()?))
        }
    }
}

fn say_exported(made: Exported) -> anyhow::Result<()> {
    say(format_args!("{} people, {} changed, {} files written", made.people, made.changed, made.written))
}

/// A line on standard output.
fn say(line: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Lines on standard error: `level target: message`. Messages never name a person.
struct Logger;

static LOGGER: Logger = Logger;

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("tram") || metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let (level, target) = (record.level(), record.target());
            writeln!(std::io::stderr(), "{level:5} {target}: {}", record.args()).ok();
        }
    }

    fn flush(&self) {}
}
