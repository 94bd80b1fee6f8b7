//! The database server dies under load and its synchronous standby takes over: whatever a station has a receipt for is
//! there, and receipts come again within half a minute. Where no server is installed the test says so and ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::postgres::Postgres;
use common::sending::{Receipted, compare, send, small};
use common::{Process, Station, eventually, printed};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tram_packet::StationKey;

const STATIONS: usize = 3;
/// The longest that no receipt may come.
const AWAY: Duration = Duration::from_secs(30);

/// Packets of each station.
fn how_many() -> usize {
    if std::env::var_os("TRAM_LONG").is_some() { 500 } else { 20 }
}

#[test]
fn a_primary_killed_under_load_takes_no_receipt_with_it() {
    let Some(mut primary) = Postgres::start() else {
        println!("skipped: no PostgreSQL server is installed (Debian: postgresql)");
        return;
    };
    let standby = primary.standby();
    let folder = TempDir::new().unwrap();
    let folder = folder.path().join("centre");
    let hosts = format!("{},{}", primary.socket().display(), standby.socket().display());
    let address = format!("host={hosts} user=tram dbname=postgres target_session_attrs=read-write");
    printed(&folder, &["init", "--name", "TEST centre", "--profile", "test", "--postgres", &address]);
    let added = printed(&folder, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let processes = [Process::start(&folder), Process::start(&folder)];
    let mut stations: Vec<Station> = (0..STATIONS)
        .map(|number| {
            let address = format!("https://localhost:{}", processes[number % 2].port);
            let code = printed(&folder, &["station", "code", "--address", &address]);
            let key = Arc::new(StationKey::generate().unwrap());
            let membership = common::joined(&code, &*key);
            Station::signed_in(key, membership, "thu.nt", &passphrase)
        })
        .collect();
    for (number, station) in stations.iter_mut().enumerate() {
        (0..how_many()).for_each(|citizen| small(station, (number * how_many() + citizen) as u64));
    }
    let receipted = Receipted::default();
    let count = || receipted.lock().unwrap().len();
    let killed_at = std::thread::scope(|scope| {
        for station in &mut stations {
            scope.spawn(|| send(station, station.centre(), &receipted));
        }
        eventually("a third of the receipts", || (count() >= STATIONS * how_many() / 3).then_some(()));
        let killed_at = Instant::now();
        primary.kill();
        standby.promote();
        killed_at
    });
    let receipted = receipted.into_inner().unwrap();
    let (before, after): (Vec<_>, Vec<_>) = receipted.iter().partition(|(at, _)| *at < killed_at);
    let away = after.iter().map(|(at, _)| *at).min().unwrap() - killed_at;
    let rest = after.iter().map(|(at, _)| *at).max().unwrap() - killed_at;
    println!(
        "{} receipts before the primary was killed, {} after; none for {:.1} s, all after {:.1} s",
        before.len(),
        after.len(),
        away.as_secs_f32(),
        rest.as_secs_f32()
    );
    assert!(away < AWAY, "{away:?}");
    compare(&stations, processes[0].port);
    assert_eq!(printed(&folder, &["persons", "list"]).lines().count(), STATIONS * how_many());
    let kept = printed(&folder, &["packet", "list"]);
    assert_eq!(kept.lines().filter(|line| line.contains("registered")).count(), STATIONS * how_many());
}
