//! Centres as separate processes, and what they say and use.

use crate::common::browser::Browser;
use crate::common::postgres::Postgres;
use crate::common::{Process, Station, eventually, printed};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tram_packet::StationKey;

const OFFICER: &str = "thu.nt";
/// Clock ticks of `/proc/PID/stat`.
const TICKS: f64 = 100.0;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Register {
    Embedded,
    Postgres,
}

/// One centre and the processes that serve it.
pub(crate) struct Served {
    processes: Vec<Process>,
    postgres: Option<Postgres>,
    folder: PathBuf,
    passphrase: String,
    _own: TempDir,
}

impl Served {
    /// `None` where `PostgreSQL` is asked for and not installed.
    pub(crate) fn start(register: Register, processes: usize) -> Option<Self> {
        let postgres = (register == Register::Postgres).then(Postgres::start);
        let postgres = match postgres {
            Some(None) => return None,
            Some(started) => started,
            None => None,
        };
        let own = TempDir::new().unwrap();
        let folder = own.path().join("centre");
        let address = postgres.as_ref().map(Postgres::address);
        let named = ["init", "--name", "TEST centre", "--profile", "test"];
        let on: Vec<&str> = address.iter().flat_map(|address| ["--postgres", address.as_str()]).collect();
        printed(&folder, &[&named, on.as_slice()].concat());
        let added = printed(&folder, &["officer", "add", OFFICER, "--name", "Ngô Thị Thử"]);
        let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
        let processes = (0..processes).map(|_| Process::start(&folder)).collect();
        Some(Self { processes, postgres, folder, passphrase, _own: own })
    }

    /// A station that joined and sends to one of the processes, in turn.
    pub(crate) fn station(&self, number: usize) -> Station {
        let port = self.processes[number % self.processes.len()].port;
        let code =
            printed(&self.folder, &["station", "code", "--address", &format!("https://localhost:{port}")]);
        let key = Arc::new(StationKey::generate().unwrap());
        let membership = crate::common::joined(&code, &*key);
        Station::signed_in(key, membership, OFFICER, &self.passphrase)
    }

    /// The ids of its processes.
    pub(crate) fn processes(&self) -> Vec<u32> {
        self.processes.iter().map(Process::id).collect()
    }

    /// CPU time of all processes so far.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        self.processes.iter().map(|process| cpu(&stat(process.id()))).sum()
    }

    /// CPU time of the database and its back ends so far; those that ended are not counted.
    pub(crate) fn database_cpu_seconds(&self) -> f64 {
        let Some(postgres) = &self.postgres else { return 0.0 };
        let group = postgres.id().to_string();
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .map(stat)
            .filter(|fields| fields.get(2) == Some(&group))
            .map(|fields| cpu(&fields))
            .sum()
    }

    /// Until the matcher has nothing to do.
    pub(crate) fn wait_until_cleared(&self) {
        eventually("everything searched", || {
            let due = self.metrics(0).into_iter().any(|(name, _)| name.contains("\"due\""));
            (!due).then_some(())
        });
    }

    /// Milliseconds by stage, of all processes together.
    pub(crate) fn stages(&self) -> BTreeMap<String, f64> {
        let mut stages: BTreeMap<String, f64> = BTreeMap::new();
        for process in 0..self.processes.len() {
            for (name, value) in self.metrics(process) {
                if let Some(stage) = name.strip_prefix("tram_stage_seconds_sum{stage=\"") {
                    *stages.entry(stage.trim_end_matches("\"}").to_owned()).or_default() += value * 1e3;
                }
            }
        }
        stages
    }

    fn metrics(&self, process: usize) -> Vec<(String, f64)> {
        let text = Browser::at(&self.folder, self.processes[process].port).get("/metrics").text();
        let line = |line: &str| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        text.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect()
    }
}

/// The fields of `/proc/PID/stat` after the program's name: state, parent, group, …
fn stat(process: u32) -> Vec<String> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = text.rsplit_once(')').map(|(_, fields)| fields.to_owned()).unwrap_or_default();
    fields.split_whitespace().map(str::to_owned).collect()
}

/// User and system time, fields 14 and 15 of proc(5).
fn cpu(fields: &[String]) -> f64 {
    let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS
}
