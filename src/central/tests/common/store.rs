//! An object store that is not ours (`moto`'s server), where one is at hand.

use super::{eventually, free_port};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The store, ended with its owner.
pub(crate) struct Store {
    server: Child,
    port: u16,
}

impl Store {
    pub(crate) fn start() -> Option<Self> {
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

    /// Makes a centre that is there already keep its packets here.
    pub(crate) fn keep_packets_of(&self, folder: &Path) {
        let made = Command::new(env!("CARGO_BIN_EXE_tram-central"))
            .arg("--dir")
            .arg(folder)
            .args(["bucket", "--bucket", "tram", "--endpoint", &format!("http://127.0.0.1:{}", self.port)])
            .envs([("AWS_ACCESS_KEY_ID", "TEST"), ("AWS_SECRET_ACCESS_KEY", "TEST")])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// The objects it has.
    pub(crate) fn listed(&self) -> String {
        self.ask("GET", "/tram?list-type=2")
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
