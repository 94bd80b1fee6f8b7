//! Ports for the programs of a test.

use std::sync::atomic::{AtomicU16, Ordering};

/// A port that nobody has at this moment, nor the one after it, where a demonstration has its desk. Nobody is given it who
/// asks the system for any port: who is killed can come back to it.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Below what the kernel gives out (32768 and up), and apart from other test programs of this hour.
    let first = (std::process::id() % 190 * 100) as u16;
    loop {
        let port = 10_000 + (first + NEXT.fetch_add(2, Ordering::Relaxed)) % 19_000;
        if [port, port + 1].into_iter().all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return port;
        }
    }
}
