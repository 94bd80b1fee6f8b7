//! Whose code the centre's processors run while it takes packets in, by `perf` (Debian: linux-perf) where it is installed:
//! samples of the processors' clock, each counted by the function it hit.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What a thread or a function does, by a part of its name; the first that fits. Of the search's threads it is the
/// thread's name, of the kernel the module's.
const WORK: [(&str, &[&str]); 7] = [
    ("fingers read and searched for", &["matcher"]),
    ("kernel: files, network, scheduling", &["kernel"]),
    ("register (SQLite)", &["sqlite"]),
    (
        "signatures, key agreement",
        &["p256", "bigint", "primeorder", "elliptic", "nistz256", "25519", "ecdsa", "fiat_", "fe_"],
    ),
    (
        "encryption and digests, of packets and TLS",
        &["gcm", "ghash", "aes", "sha256", "sha1", "sha512", "chacha", "poly1305", "sha2"],
    ),
    ("memory moved, taken, wiped", &["mem", "alloc", "free", "zeroize"]),
    ("TLS, HTTP, threads", &["rustls", "hyper", "http", "axum", "tokio", "mio", "futures", "tower"]),
];

/// `perf` at work.
pub(crate) struct Profile {
    perf: Child,
    folder: TempDir,
}

impl Profile {
    pub(crate) fn of(processes: &[u32]) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let ids: Vec<String> = processes.iter().map(u32::to_string).collect();
        let perf = Command::new("perf")
            .args(["record", "-q", "-F", "499", "-e", "cpu-clock", "-p", &ids.join(","), "-o"])
            .arg(file(&folder))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { perf, folder })
    }

    pub(crate) fn stop(&mut self) {
        Command::new("kill").args(["-INT", &self.perf.id().to_string()]).status().unwrap();
        self.perf.wait().unwrap();
    }

    /// The share of each kind of work, in percent.
    pub(crate) fn shares(&self) -> BTreeMap<&'static str, f64> {
        let report = Command::new("perf")
            .args([
                "report",
                "--stdio",
                "-q",
                "--no-children",
                "-F",
                "overhead,comm,dso,symbol",
                "-t",
                ";",
                "-i",
            ])
            .arg(file(&self.folder))
            .output()
            .unwrap();
        let mut shares = BTreeMap::new();
        for line in String::from_utf8_lossy(&report.stdout).lines() {
            let Some((share, of)) = line.split_once(';') else { continue };
            let Ok(share) = share.trim().trim_end_matches('%').parse::<f64>() else { continue };
            *shares.entry(work(of)).or_default() += share;
        }
        shares
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("perf.data")
}

fn work(of: &str) -> &'static str {
    let fits = |(_, names): &&(&str, &[&str])| names.iter().any(|name| of.contains(name));
    WORK.iter().find(fits).map_or("the rest", |(work, _)| work)
}
