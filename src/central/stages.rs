//! Where the time of taking packets in goes: summed by stage since the process started, for those who watch.
//!
//! A stage's time is that of the clock on the wall, waiting for the disk or the database included.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A part of a packet's way.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    /// Entering an announcement.
    Announce,
    /// Writing a chunk and syncing it.
    Chunk,
    /// Reading the whole packet and digesting it.
    Read,
    /// Parts, signatures, decryption.
    Open,
    /// Moving it to where it stays, and syncing that.
    Keep,
    /// Log, receipt and rows, committed.
    Register,
    /// Looking for its fingers among all others.
    Search,
}

/// By their places in [`Stages`].
const NAMES: [&str; 7] = ["announce", "chunk", "read", "open", "keep", "register", "search"];

#[derive(Debug, Default)]
struct Sum {
    nanos: AtomicU64,
    count: AtomicU64,
}

/// The sums.
#[derive(Debug, Default)]
pub(crate) struct Stages([Sum; NAMES.len()]);

impl Stages {
    /// Does a stage's work and counts its time, also when it fails.
    pub(crate) fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let made = work();
        self.add(stage, started.elapsed());
        made
    }

    fn add(&self, stage: Stage, took: Duration) {
        if let Some(sum) = self.0.get(stage as usize) {
            sum.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
            sum.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// As Prometheus' text format has a summary without quantiles.
    pub(crate) fn prometheus(&self) -> String {
        const NAME: &str = "tram_stage_seconds";
        let mut text = format!("# HELP {NAME} Time of taking packets in, by stage\n# TYPE {NAME} summary\n");
        for (name, sum) in NAMES.iter().zip(&self.0) {
            let seconds = Duration::from_nanos(sum.nanos.load(Ordering::Relaxed)).as_secs_f64();
            let count = sum.count.load(Ordering::Relaxed);
            writeln!(text, "{NAME}_sum{{stage=\"{name}\"}} {seconds}").ok();
            writeln!(text, "{NAME}_count{{stage=\"{name}\"}} {count}").ok();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_counts_under_its_own_name() {
        let stages = Stages::default();
        for (stage, name) in [
            (Stage::Announce, "announce"),
            (Stage::Chunk, "chunk"),
            (Stage::Read, "read"),
            (Stage::Open, "open"),
            (Stage::Keep, "keep"),
            (Stage::Register, "register"),
            (Stage::Search, "search"),
        ] {
            stages.time(stage, || std::thread::sleep(Duration::from_millis(2)));
            let text = stages.prometheus();
            assert!(text.contains(&format!("tram_stage_seconds_count{{stage=\"{name}\"}} 1\n")), "{text}");
            let sum = text.split(&format!("_sum{{stage=\"{name}\"}} ")).nth(1).unwrap();
            assert!(sum.lines().next().unwrap().parse::<f64>().unwrap() >= 0.002, "{text}");
        }
    }
}
