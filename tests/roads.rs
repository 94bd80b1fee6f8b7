//! Every road between a station and its centre, and back: a courier's file, a colleague's station, a relay we did not write;
//! with clocks that are wrong by decades, and keys that a TPM holds.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)] // Outside of test functions, but in a test.

mod common;

use common::{Cutter, Demonstration, Process, Station, binary};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tram_store::PacketState;
use tram_workflow::lists::Link;

/// A station that has sealed one dossier and reaches its centre by nothing but `cutter`, which is unplugged.
fn cut_off(demonstration: &Demonstration) -> (Station, Cutter) {
    let cutter = Cutter::before(demonstration.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    assert_eq!(waiting(&station), 1);
    (station, cutter)
}

fn waiting(station: &Station) -> usize {
    let rows = station.reader().outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
    rows.iter().filter(|row| !matches!(row.state, PacketState::Received | PacketState::Purged)).count()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn a_courier_carries_packets_out_and_receipts_home() {
    let Some(demonstration) = Demonstration::start() else { return };
    let (station, _cutter) = cut_off(&demonstration);
    let stick = tempfile::tempdir().expect("a folder");
    let (out, home) = (stick.path().join("out.tram"), stick.path().join("home.tram"));
    let said = station.tram(&["courier", "out", text(&out)]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets are in")), "{said:?}");
    assert_eq!(waiting(&station), 1, "the file changes nothing here");
    station.tram(&["courier", "out", text(&out)]).fails();

    let mut damaged = std::fs::read(&out).expect("read");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let broken = stick.path().join("broken.tram");
    std::fs::write(&broken, damaged).expect("written");
    demonstration.central_fails(&["deliver", text(&broken), "--receipts", text(&home)]);
    assert_eq!(demonstration.persons().len(), 0);

    for _ in 0..2 {
        let said = demonstration.central(&["deliver", text(&out), "--receipts", text(&home)]);
        assert!(said.iter().any(|line| line.contains("1 packets")), "{said:?}");
        assert_eq!(demonstration.persons().len(), 1, "twice is once");
        std::fs::rename(&home, stick.path().join("kept.tram")).expect("moved");
    }
    let said = station.tram(&["courier", "home", text(&stick.path().join("kept.tram"))]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets are received")), "{said:?}");
    assert_eq!(waiting(&station), 0);
    let said = station.tram(&["audit", "verify"]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("whole:")), "{said:?}");
}

#[test]
fn a_colleagues_station_passes_everything_on_and_sees_nothing() {
    let Some(demonstration) = Demonstration::start() else { return };
    // Nothing listens where this station looks for its centre.
    let nowhere = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let station = demonstration.station_behind(nowhere);
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    let colleague = demonstration.another_station();
    let mut serving = colleague.tram(&["relay", "serve", "127.0.0.1:0"]);
    let line = serving.wait_for("through");
    let address = line.rsplit(' ').next().expect("an address").to_owned();
    station.tram(&["relay", "through", &address]).succeeds();
    station.send_outbox().succeeds();
    assert_eq!((waiting(&station), demonstration.persons().len()), (0, 1));
    drop(serving);
    station.tram(&["relay", "through", "--off"]).succeeds();
}

/// `@tus/server`, the reference implementation, with its store in a folder; none where npm brings nothing.
fn tus_server(folder: &Path) -> Option<(Process, u16)> {
    let modules = std::env::var_os("TRAM_NODE_MODULES").map(PathBuf::from);
    let Some(modules) = modules.filter(|modules| modules.join("@tus/server").exists()) else {
        println!("skipped: TRAM_NODE_MODULES has no @tus/server; packaging/test brings it");
        return None;
    };
    let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("independent/tus_server.mjs");
    let script_here = modules.parent()?.join("tus_server.mjs");
    std::fs::copy(script, &script_here).ok()?;
    let mut server = Process::start(Command::new("node").arg(script_here).arg(folder).arg(port.to_string()));
    server.wait_for("listening");
    Some((server, port))
}

#[test]
fn a_relay_we_did_not_write_takes_the_bytes_and_a_colleague_carries_them_on() {
    let Some(demonstration) = Demonstration::start() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let Some((server, port)) = tus_server(store.path()) else { return };
    let (station, _cutter) = cut_off(&demonstration);
    let url = format!("http://127.0.0.1:{port}/files");
    for _ in 0..2 {
        let said = station.tram(&["relay", "bring", &url]).succeeds();
        assert!(said.iter().any(|line| line.starts_with("1 packets lie at")), "{said:?}");
    }
    assert_eq!(waiting(&station), 1, "what a relay says counts for nothing");
    drop(server);

    let colleague = demonstration.another_station();
    let said = colleague.tram(&["relay", "carry", text(store.path())]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets are received")), "{said:?}");
    assert_eq!(demonstration.persons().len(), 1, "brought twice, there once");
    let said = station.tram(&["relay", "receipts", text(store.path())]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets of")), "{said:?}");
    assert_eq!(waiting(&station), 0);
}

#[test]
fn what_is_exported_is_the_packet_and_it_is_noted() {
    let Some(demonstration) = Demonstration::start() else { return };
    let (station, cutter) = cut_off(&demonstration);
    let folder = tempfile::tempdir().expect("a folder");
    let said = station.tram(&["outbox", "--export", text(folder.path())]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets")), "{said:?}");
    let file = std::fs::read_dir(folder.path()).expect("listed").next().expect("one").expect("read").path();
    station.tram(&["packet", "verify", text(&file)]).succeeds();
    let noted = station.tram(&["audit", "list"]).succeeds();
    assert!(noted.iter().any(|line| line.contains("exported")), "{noted:?}");
    let copy = folder.path().join("copy.db");
    station.tram(&["backup", text(&copy)]).succeeds();
    assert!(tram_store::Reader::open(&copy, &station.home().database_key().expect("a key")).is_ok());
    cutter.unplug(false);
    station.send_outbox().succeeds();
}

/// Freighter 930, talos 13505, `DietPi` 6581: clocks in 1970 and in 2069 broke certificates, order and tokens. Here a station
/// with such a clock enrolls, seals and sends, says how far the clock is off, and dates nothing by it.
#[test]
fn story_24_a_clock_that_is_wrong_by_decades_changes_nothing_but_says_so() {
    if !Command::new("faketime")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|ran| ran.success())
    {
        println!("skipped: faketime is not there");
        return;
    }
    let Some(demonstration) = Demonstration::start() else { return };
    let tram_at = |clock: &str| {
        let mut program = Command::new("faketime");
        program
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .args(["-f", &format!("@{clock}")])
            .arg(binary("tram"));
        program
    };
    let station = demonstration.station_behind(demonstration.centre_port());
    for (number, clock) in ["1970-01-01 00:00:10", "2069-06-01 12:00:00"].into_iter().enumerate() {
        let citizen = ["pham", "nguyen"][number];
        station.enroll_under(tram_at(clock), &["--citizen", citizen, "--no-card"]).succeeds();
        let mut program = tram_at(clock);
        Process::start(program.arg("--home").arg(station.home().dir()).args(["outbox", "--send"])).succeeds();
        assert_eq!((waiting(&station), demonstration.persons().len()), (0, number + 1), "{clock}");
    }
    // A machine whose battery died before it joined anything judges the centre by when its code was made.
    demonstration.another_station_under(tram_at("1970-01-01 00:00:10"));
    let noted = station.tram(&["audit", "list"]).succeeds();
    assert!(noted.iter().any(|line| line.contains("clock_implausible")), "{noted:?}");
    let year = time::OffsetDateTime::now_utc().year().to_string();
    let dated = |line: &String| line.split_whitespace().nth(1).is_some_and(|at| at.starts_with(&year));
    assert!(noted.iter().all(dated), "{noted:?}");
    station.tram(&["audit", "verify"]).succeeds();
}

/// What `faketime` sets for a program whose clock is so many days ahead; none where it is not there. The program itself
/// would outlive the wrapper that is killed.
fn days_ahead(days: u32) -> Option<Vec<(String, String)>> {
    let ahead = Command::new("faketime").args(["-f", &format!("+{days}d"), "env"]).output().ok()?;
    let set = String::from_utf8(ahead.stdout).ok()?;
    let of_clock = |(name, _): &(&str, &str)| ["LD_PRELOAD", "FAKETIME"].contains(name);
    let values = set.lines().filter_map(|line| line.split_once('=')).filter(of_clock);
    let mut values: Vec<(String, String)> =
        values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    values.push(("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()));
    Some(values)
}

/// At two thirds of its certificate's life the station asks for a new one by itself, for the key it has. A centre that
/// refuses changes nothing: what was captured is delivered with the old one.
#[test]
fn a_certificate_is_renewed_before_it_ends_and_the_old_one_goes_on_when_that_is_refused() {
    let ahead = |days: u32| days_ahead(days).expect("it was there");
    if days_ahead(1).is_none() {
        println!("skipped: faketime is not there");
        return;
    }
    let Some(mut demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let certificate = || station.home().membership().expect("joined").station.certificate.0;
    let tram = |days: u32| {
        let mut program = Command::new(binary("tram"));
        program.envs(ahead(days));
        program
    };
    let contact = |days: u32| {
        Process::start(tram(days).arg("--home").arg(station.home().dir()).args(["outbox", "--send"]))
            .succeeds();
        assert_eq!(waiting(&station), 0);
    };
    let first = certificate();
    // A station speaks to its centre now and then, or nobody signs in there any more.
    for days in [80, 160, 240] {
        demonstration = demonstration.restart_in(&ahead(days));
        contact(days);
        assert_eq!(certificate(), first, "it is not due after {days} days");
    }
    let id = station.home().membership().expect("joined").station.station;
    demonstration.central(&["station", "revoke", &id]);
    let demonstration = demonstration.restart_in(&ahead(310));
    station.enroll_under(tram(310), &["--citizen", "pham", "--no-card"]).succeeds();
    contact(310);
    assert_eq!(certificate(), first, "refused, and it goes on with the old one");
    let held = demonstration.central(&["packet", "list"]);
    assert_eq!(held.iter().filter(|line| line.contains("held")).count(), 1, "{held:?}");

    demonstration.central(&["station", "unbar", &id]);
    contact(310);
    let second = certificate();
    assert_ne!(second, first);
    assert!(station.reader().numbers_left().expect("read") > 10_000, "further numbers came with it");
    let noted = station.tram(&["audit", "list"]).succeeds();
    assert!(noted.iter().any(|line| line.contains("certificate_renewed")), "{noted:?}");
    station.enroll_under(tram(310), &["--citizen", "nguyen", "--no-card"]).succeeds();
    contact(310);
    assert_eq!((certificate(), demonstration.persons().len()), (second, 1), "the new one is let in");
}

/// An ordinary skew is measured against the centre's signed time and shown.
#[test]
fn the_clock_is_measured_against_signed_time() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    flow.run(|_| None, |state| state.clock_ahead.is_some()).expect("measured");
    let ahead = flow.state.clock_ahead.expect("measured");
    assert!(ahead.abs() < time::Duration::minutes(1), "one machine has one clock: {ahead}");
    assert!(matches!(flow.state.outbox.link, Link::Up { .. }));
}

/// The keys in a TPM: joining, TLS, sealing and the receipt, all with a key that is nowhere on the disk; and the packet says so.
#[test]
fn a_station_whose_keys_a_tpm_holds_enrolls_and_its_packet_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(port) = swtpm_port() else { return };
    let tpm = Command::new("swtpm")
        .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
        .arg(format!("dir={}", folder.path().display()))
        .args(["--server", &format!("type=tcp,port={port}")])
        .args(["--ctrl", &format!("type=tcp,port={}", port + 1)])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut tpm) = tpm else {
        println!("skipped: swtpm is not there");
        return;
    };
    let result = std::panic::catch_unwind(|| enroll_with_tpm(port));
    tpm.kill().ok();
    tpm.wait().ok();
    if let Err(failed) = result {
        std::panic::resume_unwind(failed);
    }
}

/// A free port whose next is free too: a TPM's control channel is there.
fn swtpm_port() -> Option<u16> {
    (0..100).find_map(|_| {
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok().map(|_| port)
    })
}

fn enroll_with_tpm(port: u16) {
    let Some(demonstration) = Demonstration::start() else { return };
    let place = format!("swtpm:host=127.0.0.1,port={port}");
    let station = demonstration.station_held_by(&["--keys", "tpm", "--tpm", &place]);
    let said = station.tram(&["keys"]).succeeds();
    assert!(said.iter().any(|line| line.contains("TPM")), "{said:?}");
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    station.send_outbox().succeeds();
    assert_eq!(demonstration.persons().len(), 1);
    let reader = station.reader();
    let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
    let shown = demonstration.central(&["packet", "show", &rows[0].packet.to_string()]).join("\n");
    assert!(shown.contains("\"keys\": \"tpm\""), "{shown}");
}

/// The ministry opens the database of a station whose machine is gone.
#[test]
fn a_dead_machine_takes_nothing_with_it() {
    let Some(demonstration) = Demonstration::start() else { return };
    let stick = tempfile::tempdir().expect("a folder");
    let private = stick.path().join("recovery.key");
    demonstration.central(&["recovery", text(&private)]);
    let (station, _cutter) = cut_off(&demonstration);
    std::fs::remove_file(station.home().dir().join("keys.json")).expect("the machine is dead");
    let key = tram_packet::RecipientKey::from_bytes(&std::fs::read(private).expect("read")).expect("a key");
    let (wrap, database) = (station.home().recovery(), station.home().database());
    let store = tram_store::Store::open_recovered(&database, &wrap, &key).expect("opens");
    let rows = store.read().waiting().expect("readable");
    assert!(rows.len() == 1 && store.read().packet(rows[0].packet).is_ok());
}
