//! The reference tus server under the same bytes: what it takes, it has neither verified nor synced.

use crate::Run;
use crate::common::free_port;
use crate::common::memory::MemoryOutbox;
use crate::load::Load;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use tram_packet::PacketId;
use tram_sync::OutboxError;
use tram_sync::relay::{Places, Relay};

/// Nothing is cut here, so nothing is looked up.
impl Places for MemoryOutbox {
    fn place(&self, _: PacketId) -> Option<String> {
        None
    }

    fn keep(&mut self, _: PacketId, _: Option<&str>) -> Result<(), OutboxError> {
        Ok(())
    }
}

/// `None` where npm brought no server.
pub(crate) fn run(load: &Load) -> Option<Run> {
    let modules = PathBuf::from(std::env::var_os("TRAM_NODE_MODULES")?);
    if !modules.join("@tus/server").exists() {
        return None;
    }
    let store = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/independent/tus_server.mjs");
    let beside = modules.parent()?.join("tus_server.mjs");
    std::fs::copy(script, &beside).unwrap();
    let port = free_port();
    let mut server = Command::new("node")
        .arg(beside)
        .arg(store.path())
        .arg(port.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut outboxes = load.unsent();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for outbox in &mut outboxes {
            scope.spawn(move || {
                let relay = Relay::new(&format!("http://127.0.0.1:{port}/files"));
                relay.bring(outbox).unwrap()
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    server.kill().ok();
    server.wait().ok();
    Some(Run { seconds, ..Run::default() })
}
