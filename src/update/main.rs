//! `tram-update`: makes and takes signed sets.

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tram_update::catalogue::{Catalogue, Trust};
use tram_update::{UpdateError, ceremony, mirror, publish, slots, take};

/// Signed sets of Trạm: the population extract, reference data and the application.
#[derive(Debug, Parser)]
#[command(name = "tram-update", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the keys and an empty repository; prints the root's SHA-256, which stations pin
    Begin {
        /// The repository, a folder that is not there yet
        repository: PathBuf,
        /// The keys, a folder that is not there yet; it belongs on a medium that is kept offline
        #[arg(long)]
        keys: PathBuf,
    },
    /// Publish the files of a folder as the next edition
    Publish {
        /// The repository
        repository: PathBuf,
        /// The folder of the files
        #[arg(long)]
        from: PathBuf,
        /// The keys
        #[arg(long)]
        keys: PathBuf,
    },
    /// Copy what is missing of a repository into another folder, such as a USB stick
    Carry {
        /// The repository
        repository: PathBuf,
        /// The other folder
        to: PathBuf,
    },
    /// Verify a repository and bring a folder to what its edition says
    Take {
        /// The repository
        repository: PathBuf,
        #[command(flatten)]
        trust: TrustArguments,
        /// Only files whose names begin so
        #[arg(long, default_value = "")]
        beginning: String,
        /// The folder
        #[arg(long)]
        into: PathBuf,
    },
    /// Verify a repository and install the application from it, to be tried from the next start on
    Install {
        /// The repository
        repository: PathBuf,
        #[command(flatten)]
        trust: TrustArguments,
        /// The application's file in it
        #[arg(long, default_value = "tram-x86_64")]
        name: String,
        /// The folder of versions
        #[arg(long, default_value = "/var/lib/tram/slots")]
        slots: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct TrustArguments {
    /// The SHA-256 of the first root
    #[arg(long)]
    root: String,
    /// A folder that remembers what was seen
    #[arg(long)]
    seen: PathBuf,
}

impl From<TrustArguments> for Trust {
    fn from(arguments: TrustArguments) -> Self {
        Self { root: arguments.root, seen: arguments.seen }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(said) => {
            writeln!(std::io::stdout(), "{said}").ok();
            ExitCode::SUCCESS
        }
        Err(error) => {
            writeln!(std::io::stderr(), "tram-update: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(execute(command))
}

async fn execute(command: Command) -> anyhow::Result<String> {
    let now = Timestamp::now();
    Ok(match command {
        Command::Begin { repository, keys } => ceremony::begin(&repository, &keys, now).await?,
        Command::Publish { repository, from, keys } => {
            let edition = publish::publish(&repository, &keys, &from, now).await?;
            let (files, bytes) = edition.new;
            format!("edition {}: {} files, {files} new with {bytes} bytes", edition.version, edition.files)
        }
        Command::Carry { repository, to } => {
            let fetched = mirror::mirror(&to, &mut |path| read(&repository, path), &|_name| true)?;
            format!("{} files, {} bytes", fetched.files, fetched.bytes)
        }
        Command::Take { repository, trust, beginning, into } => {
            let catalogue = Catalogue::open(&repository, &trust.into()).await?;
            let taken = take::take(&catalogue, &beginning, &into).await?;
            let stale = if catalogue.demand_fresh(now).is_err() { "; there may be a newer one" } else { "" };
            format!(
                "edition {}{stale}: {} files written with {} bytes, {} kept, {} removed",
                catalogue.version(),
                taken.written,
                taken.bytes,
                taken.kept,
                taken.removed
            )
        }
        Command::Install { repository, trust, name, slots } => {
            let catalogue = Catalogue::open(&repository, &trust.into()).await?;
            catalogue.demand_fresh(now)?;
            let program = catalogue.read(&name).await?;
            let version = catalogue.version();
            if slots::install(&slots, &program, version)? {
                format!("version {version} is tried from the next start on")
            } else {
                format!("version {version} is there already, or did not prove itself before")
            }
        }
    })
}

fn read(repository: &Path, path: &str) -> Result<Option<Vec<u8>>, UpdateError> {
    let path = repository.join(path);
    if path.exists() { Ok(Some(std::fs::read(path)?)) } else { Ok(None) }
}
