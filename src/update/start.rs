//! `tram-start`: starts the version of the application that works, or tries the new one and comes back from it.
//!
//! A new version proves itself by answering `--version` and then running for a minute or ending well. It is small and
//! does not change with the application, so that a broken application cannot break the way back.

use clap::Parser;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};
use tram_update::slots;

/// Start the application; a new version that does not prove itself is given up for the one before.
#[derive(Debug, Parser)]
#[command(name = "tram-start", version)]
struct Arguments {
    /// The folder of versions
    #[arg(long, default_value = "/var/lib/tram/slots")]
    slots: PathBuf,
    /// The program to start where no version was installed
    #[arg(long, default_value = "/usr/bin/tram")]
    packaged: PathBuf,
    /// Seconds a new version must run to have proven itself
    #[arg(long, default_value_t = 60)]
    proven_after: u64,
    /// What the application is started with
    passed_on: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    loop {
        let Some(start) = slots::next(&arguments.slots)? else {
            return Ok(code(Command::new(&arguments.packaged).args(&arguments.passed_on).status()?));
        };
        if !start.is_trial {
            return Ok(code(Command::new(&start.program).args(&arguments.passed_on).status()?));
        }
        if let Some(status) = try_out(arguments, &start.program)? {
            return Ok(code(status));
        }
        say("the new version did not prove itself in this start");
    }
}

/// How a new version ended that proved itself; `None` when it did not.
fn try_out(arguments: &Arguments, program: &Path) -> anyhow::Result<Option<ExitStatus>> {
    let answers = Command::new(program).arg("--version").output();
    if !answers.is_ok_and(|answer| answer.status.success()) {
        return Ok(None);
    }
    let mut child = Command::new(program).args(&arguments.passed_on).spawn()?;
    let proven = Duration::from_secs(arguments.proven_after);
    let ended = wait(&mut child, proven)?;
    if ended.is_some_and(|status| !status.success()) {
        return Ok(None);
    }
    slots::confirm(&arguments.slots)?;
    ended.map_or_else(|| Ok(Some(child.wait()?)), |status| Ok(Some(status)))
}

/// How it ended, if it did within this time.
fn wait(child: &mut Child, most: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < most {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.try_wait()
}

fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

fn say(line: &str) {
    writeln!(std::io::stderr(), "tram-start: {line}").ok();
}
