//! What the centre takes in on this machine, with one process on the embedded register and with one, two and four on
//! `PostgreSQL`, beside `@tus/server` and a bare copy and sync of the same bytes from the same run; where the time goes and
//! what the processors do; and what the search for duplicates costs.
//!
//! `cargo bench --workspace --bench ingest [-- PACKETS STATIONS ROUNDS]`, with `TRAM_NODE_MODULES` for `@tus/server`.
//! Senders are threads of this program on the same machine. Each row is the median of its rounds, which take turns.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_imports
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "ingest/load.rs"]
mod load;
#[path = "ingest/profile.rs"]
mod profile;
#[path = "ingest/search.rs"]
mod search;
#[path = "ingest/served.rs"]
mod served;
#[path = "ingest/tus.rs"]
mod tus;

use load::Load;
use profile::Profile;
use served::{Register, Served};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

/// What one round of one row came to.
#[derive(Clone, Default)]
struct Run {
    /// Until everything was receipted, or copied.
    seconds: f64,
    /// Until everything was searched for duplicates too.
    cleared_seconds: f64,
    /// CPU time of the receiving processes until then.
    cpu_seconds: f64,
    /// CPU time of the database's.
    database_cpu_seconds: f64,
    /// Milliseconds by stage.
    stages: BTreeMap<String, f64>,
    /// Percent of the receiving processes' CPU time by what it is spent on, until everything was receipted.
    profile: BTreeMap<&'static str, f64>,
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let (packets, stations) = (numbers.next().unwrap_or(40), numbers.next().unwrap_or(4));
    let rounds = numbers.next().unwrap_or(3);
    let mut runs: BTreeMap<&str, Vec<Run>> = BTreeMap::new();
    let mut sizes = Vec::new();
    for _ in 0..rounds {
        let mut take = |row, run: Option<Run>| runs.entry(row).or_default().extend(run);
        for (row, register, processes) in [
            ("4 centre, embedded register, 1 process", Register::Embedded, 1),
            ("5 centre, PostgreSQL, 1 process", Register::Postgres, 1),
            ("6 centre, PostgreSQL, 2 processes", Register::Postgres, 2),
            ("7 centre, PostgreSQL, 4 processes", Register::Postgres, 4),
        ] {
            let Some(served) = Served::start(register, processes) else { continue };
            let mut load = Load::seal(&served, packets, stations);
            sizes = load.sizes();
            take(row, Some(centre(&served, &mut load)));
            if row.starts_with('4') {
                take("1 bare copy, one file a packet, each synced with its folder", Some(bare(&sizes, true)));
                take("2 bare copy, nothing synced", Some(bare(&sizes, false)));
                take("3 @tus/server: no TLS, no signature, nothing synced", tus::run(&load));
            }
        }
    }
    report(&sizes, stations, &runs);
    search::search();
}

/// All stations send at once, until all is receipted; then the matcher finishes.
fn centre(served: &Served, load: &mut Load) -> Run {
    let (before, database_before) = (served.cpu_seconds(), served.database_cpu_seconds());
    let started = Instant::now();
    let mut profile = Profile::of(&served.processes());
    load.send();
    let seconds = started.elapsed().as_secs_f64();
    profile.iter_mut().for_each(Profile::stop);
    served.wait_until_cleared();
    Run {
        seconds,
        cleared_seconds: started.elapsed().as_secs_f64(),
        cpu_seconds: served.cpu_seconds() - before,
        database_cpu_seconds: served.database_cpu_seconds() - database_before,
        stages: served.stages(),
        profile: profile.map(|profile| profile.shares()).unwrap_or_default(),
    }
}

/// The limit: every packet's bytes written to a file of its own.
fn bare(sizes: &[usize], synced: bool) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let bytes = vec![0x5a; sizes.iter().copied().max().unwrap_or(0)];
    let started = Instant::now();
    for (number, size) in sizes.iter().enumerate() {
        let mut file = File::create(folder.path().join(number.to_string())).unwrap();
        file.write_all(&bytes[..*size]).unwrap();
        if synced {
            file.sync_all().unwrap();
            File::open(folder.path()).unwrap().sync_all().unwrap();
        }
    }
    Run { seconds: started.elapsed().as_secs_f64(), ..Run::default() }
}

fn report(sizes: &[usize], stations: usize, runs: &BTreeMap<&str, Vec<Run>>) {
    let (count, bytes) = (sizes.len() as f64, sizes.iter().sum::<usize>() as f64);
    println!("{} packets of {:.2} MB from {stations} stations at once", sizes.len(), bytes / 1e6 / count);
    println!("| what | packets/s | MB/s | packets/s searched too | CPU ms a packet | database's CPU ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let or_dash = |value: f64| if value > 0.0 { format!("{value:.1}") } else { "–".to_owned() };
    for (row, runs) in runs.iter().filter(|(_, runs)| !runs.is_empty()) {
        let middle = |of: &dyn Fn(&Run) -> f64| median(runs.iter().map(of).collect());
        let seconds = middle(&|run| run.seconds);
        let searched = middle(&|run| run.cleared_seconds);
        let rate = if searched > 0.0 { count / searched } else { 0.0 };
        println!(
            "| {} | {:.1} | {:.1} | {} | {} | {} |",
            &row[2..],
            count / seconds,
            bytes / 1e6 / seconds,
            or_dash(rate),
            or_dash(middle(&|run| run.cpu_seconds) * 1e3 / count),
            or_dash(middle(&|run| run.database_cpu_seconds) * 1e3 / count),
        );
    }
    for (row, runs) in runs.iter().filter(|(_, runs)| runs.iter().any(|run| !run.stages.is_empty())) {
        let stages = runs[0].stages.keys().map(|stage| {
            let millis = median(runs.iter().filter_map(|run| run.stages.get(stage).copied()).collect());
            format!("{stage} {:.2}", millis / count)
        });
        println!("{}: ms a packet by stage: {}", &row[2..], stages.collect::<Vec<_>>().join(", "));
        let shares = runs[0].profile.keys().map(|work| {
            let share = median(runs.iter().filter_map(|run| run.profile.get(work).copied()).collect());
            format!("{work} {share:.1} %")
        });
        println!("{}: CPU until the receipts: {}", &row[2..], shares.collect::<Vec<_>>().join(", "));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
