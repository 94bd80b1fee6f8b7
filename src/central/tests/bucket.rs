//! Packets in a bucket instead of files, on an object store that is not ours (`moto`'s server). Where it is not at hand
//! the test says so and ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::memory::Chance;
use common::{Process, Station, eventually, free_port, printed};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tram_packet::StationKey;
use tram_sync::join::join;
use tram_sync::{Lane, Outbox as _};

struct Store {
    server: Child,
    port: u16,
}

impl Store {
    fn start() -> Option<Self> {
        let python = std::env::var_os("TRAM_INDEPENDENT_PYTHON").map(PathBuf::from)?;
        let program = python.with_file_name("moto_server");
        if !program.exists() {
            return None;
        }
        let port = free_port();
        let server = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let store = Self { server, port };
        eventually("a store", || TcpStream::connect(("127.0.0.1", port)).ok());
        assert!(store.ask("PUT", "/tram").starts_with("HTTP/1.1 200"));
        Some(store)
    }

    /// What the store itself says, asked without us.
    fn ask(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

#[test]
fn packets_are_kept_in_a_bucket_and_nothing_is_receipted_without_it() {
    let Some(store) = Store::start() else {
        println!("skipped: no object store is at hand; packaging/test installs one");
        return;
    };
    let own = TempDir::new().unwrap();
    let folder = own.path().join("centre");
    printed(&folder, &["init", "--name", "TEST centre", "--profile", "test"]);
    let made = Command::new(env!("CARGO_BIN_EXE_tram-central"))
        .arg("--dir")
        .arg(&folder)
        .args(["bucket", "--bucket", "tram", "--endpoint", &format!("http://127.0.0.1:{}", store.port)])
        .envs([("AWS_ACCESS_KEY_ID", "TEST"), ("AWS_SECRET_ACCESS_KEY", "TEST")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let added = printed(&folder, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let process = Process::start(&folder);
    let code =
        printed(&folder, &["station", "code", "--address", &format!("https://localhost:{}", process.port)]);
    let key = Arc::new(StationKey::generate().unwrap());
    let membership = join(&code.trim().parse().unwrap(), &*key).unwrap();
    let mut station = Station::signed_in(key, membership, "thu.nt", &passphrase);
    let packets = [station.enroll(1), station.enroll(2)];
    station.sync();
    let listed = store.ask("GET", "/tram?list-type=2");
    for packet in packets {
        station.receipt(packet);
        assert!(listed.contains(&format!("packets/{packet}")), "{listed}");
    }
    assert_eq!(std::fs::read_dir(folder.join("packets")).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.join("uploads")).unwrap().count(), 0);
    assert_eq!(printed(&folder, &["log", "verify"]), "2 entries, 2 packets: nothing is wrong\n");

    // The store is away: the packet waits at the station, with every byte of it.
    drop(store);
    let third = station.enroll(3);
    let mut lane = Lane::new(station.centre(), station.bundle.centre_keys.clone(), None);
    let (mut now, mut chance) = (Duration::ZERO, Chance(7));
    for _ in 0..20 {
        let progress = lane.step(&mut station.outbox, now, chance.next()).unwrap();
        now = progress.wake_at.max(now + Duration::from_millis(1));
    }
    assert_eq!(station.outbox.waiting().unwrap().len(), 1);
    assert!(station.outbox.packets[&third].receipt.is_none());
}
