//! Several processes serve one centre behind a load balancer that is not ours (`HAProxy`, TLS passed through, each
//! connection to the next process), the register on a `PostgreSQL` server that the test starts for itself. Either they
//! share one folder, or each has one of its own with nothing but keys, and packets are in an object store that is not ours
//! either. Where one of these is not installed the test says so and ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)] // Tests may, their helpers as well.

mod common;

use common::browser::Browser;
use common::link::{Fate, Link};
use common::memory::{Chance, Held, MemoryOutbox};
use common::postgres::Postgres;
use common::sending::{Receipted, compare, empty, send, small};
use common::store::Store;
use common::{Central, Process, Station, eventually, free_port, printed};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tram_packet::{Digest, PacketId, StationKey};
use tram_sync::{Announce, Announced, Lane, Transport as _};

const PROCESSES: usize = 3;
const STATIONS: usize = 3;
/// Of a station's packets, one in so many has portraits and fingers and takes several chunks.
const LARGE: usize = 10;

/// Packets of each station.
fn how_many() -> usize {
    if std::env::var_os("TRAM_LONG").is_some() { 500 } else { 20 }
}

/// `HAProxy` before some ports, ended with its owner.
struct Balancer {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Balancer {
    fn before(processes: &[Process]) -> Option<Self> {
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        let servers = processes.iter().enumerate().map(|(number, process)| {
            format!("  server p{number} 127.0.0.1:{} check inter 200ms fall 1 rise 1\n", process.port)
        });
        let config = format!(
            "defaults\n  mode tcp\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n  \
             option redispatch\nfrontend stations\n  bind 127.0.0.1:{port}\n  default_backend centre\n\
             backend centre\n  balance roundrobin\n{}",
            servers.collect::<String>()
        );
        let path = folder.path().join("haproxy.cfg");
        std::fs::write(&path, config).unwrap();
        let child = Command::new("haproxy")
            .args(["-db", "-f"])
            .arg(path)
            .env("PATH", "/usr/sbin:/usr/bin:/bin")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let balancer = Self { child, port, _folder: folder };
        eventually("a load balancer", || TcpStream::connect(("127.0.0.1", port)).ok());
        Some(balancer)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A centre with its processes, balanced, and stations.
struct Site {
    stations: Vec<Station>,
    balancer: Balancer,
    processes: Vec<Process>,
    _postgres: Postgres,
    store: Option<Store>,
    folder: TempDir,
}

/// Where packets are, on their way and afterwards.
#[derive(Clone, Copy, PartialEq)]
enum Packets {
    /// In a folder that all processes see.
    Folder,
    /// In a bucket.
    Bucket,
}

impl Site {
    fn start(packets: Packets) -> Option<Self> {
        let Some(postgres) = Postgres::start() else {
            println!("skipped: no PostgreSQL server is installed (Debian: postgresql)");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let centre = folder.path().join("centre");
        let named = ["init", "--name", "TEST centre", "--profile", "test", "--postgres", &postgres.address()];
        printed(&centre, &named);
        let store = if packets == Packets::Bucket {
            let Some(store) = Store::start() else {
                println!("skipped: no object store is at hand; packaging/test installs one");
                return None;
            };
            store.keep_packets_of(&centre);
            Some(store)
        } else {
            None
        };
        let added = printed(&centre, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
        let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
        let folders = (0..PROCESSES).map(|number| match packets {
            Packets::Folder => centre.clone(),
            Packets::Bucket => of_its_own(&centre, number),
        });
        let processes: Vec<Process> = folders.map(|folder| Process::start(&folder)).collect();
        let Some(balancer) = Balancer::before(&processes) else {
            println!("skipped: no load balancer is installed (Debian: haproxy)");
            return None;
        };
        let address = format!("https://localhost:{}", balancer.port);
        let station = |_| {
            let code = printed(&centre, &["station", "code", "--address", &address]);
            let key = Arc::new(StationKey::generate().unwrap());
            let membership = common::joined(&code, &*key);
            Station::signed_in(key, membership, "thu.nt", &passphrase)
        };
        let stations = (0..STATIONS).map(station).collect();
        Some(Self { stations, balancer, processes, _postgres: postgres, store, folder })
    }

    fn centre(&self) -> PathBuf {
        self.folder.path().join("centre")
    }

    /// A process that was killed may leave an object it had not counted yet, one for each sender at most.
    fn nothing_is_left_of_uploads(&self) {
        let Some(store) = &self.store else { return };
        let left = store.listed().matches("uploads/").count();
        assert!(left <= STATIONS, "{left} pieces are left");
    }
}

/// A folder for one process, with what every centre has before its first packet.
fn of_its_own(centre: &Path, number: usize) -> PathBuf {
    let folder = centre.with_file_name(format!("process-{number}"));
    let copied = Command::new("cp").arg("-r").arg(centre).arg(&folder).status().unwrap();
    assert!(copied.success());
    folder
}

/// What a process counted of a stage.
fn counted(centre: &Path, process: &Process, stage: &str) -> u64 {
    let text = Browser::at(centre, process.port).get("/metrics").text();
    let name = format!("tram_stage_seconds_count{{stage=\"{stage}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
}

/// The process that searched for duplicates was the first one, which is gone: another one took its part over, with what the
/// first had searched already.
fn everything_is_searched(centre: &Path, process: &Process) {
    eventually("everything searched", || {
        let text = Browser::at(centre, process.port).get("/metrics").text();
        let is_due = |line: &str| line.starts_with("tram_clearance") && line.contains("\"due\"");
        text.lines().all(|line| !is_due(line) || line.ends_with(" 0")).then_some(())
    });
}

/// Every connection is cut, on the way there or on the way back.
fn fates(sender: u64) -> impl Fn(usize) -> Fate {
    move |number| {
        let mut chance = Chance(sender << 32 | number as u64);
        if chance.one_in(2) {
            Fate::Cut((chance.next() % 400_000) as usize)
        } else {
            Fate::Answers((chance.next() % 40) as usize)
        }
    }
}

#[test]
fn a_process_killed_under_load_behind_a_balancer_takes_nothing_with_it() {
    a_process_is_killed_under_load(Packets::Folder);
}

#[test]
fn nor_does_one_that_shares_no_folder_with_the_others() {
    a_process_is_killed_under_load(Packets::Bucket);
}

fn a_process_is_killed_under_load(packets: Packets) {
    let Some(mut site) = Site::start(packets) else { return };
    let centre = site.centre();
    for (number, station) in site.stations.iter_mut().enumerate() {
        for packet in 0..how_many() {
            let citizen = (number * how_many() + packet) as u64;
            if packet % LARGE == 0 { _ = station.enroll(citizen) } else { small(station, citizen) }
        }
    }
    let links: Vec<Link> =
        (0..STATIONS).map(|sender| Link::to(site.balancer.port, fates(sender as u64))).collect();
    let receipted = Receipted::default();
    let count = || receipted.lock().unwrap().len();
    let all = STATIONS * how_many();
    let (stations, processes) = (&mut site.stations, &mut site.processes);
    let counted_before = std::thread::scope(|scope| {
        for (station, link) in stations.iter_mut().zip(&links) {
            let behind = station.centre_at(link.port);
            scope.spawn(|| send(station, behind, &receipted));
        }
        eventually("a third of the receipts", || (count() >= all / 3).then_some(()));
        let counted_before: Vec<u64> =
            processes.iter().map(|process| counted(&centre, process, "register")).collect();
        processes[0].kill();
        counted_before
    });
    assert_eq!(count(), all);
    let cuts: usize =
        links.iter().map(|link| link.connections.load(std::sync::atomic::Ordering::SeqCst)).sum();
    let counted_after: Vec<u64> =
        site.processes[1..].iter().map(|process| counted(&centre, process, "register")).collect();
    println!(
        "{all} packets over {cuts} connections; registered by each process before one was killed {counted_before:?}, \
         by the others in the end {counted_after:?}"
    );
    assert!(counted_before[0] > 0 && counted_after.iter().all(|count| *count > 0), "all had a part in it");

    // Each receipt is what another process says, and their places are one log without a gap.
    compare(&site.stations, site.processes[1].port);
    assert_eq!(printed(&centre, &["persons", "list"]).lines().count(), all);
    assert_eq!(
        printed(&centre, &["log", "verify"]),
        format!("{all} entries, {all} packets: nothing is wrong\n")
    );
    assert!(!printed(&centre, &["station", "list"]).contains("1 forked"));
    everything_is_searched(&centre, &site.processes[1]);
    site.nothing_is_left_of_uploads();
}

/// One packet, sent to every process at once by as many senders.
#[test]
fn processes_that_share_no_folder_take_one_packet_in_once() {
    let Some(mut site) = Site::start(Packets::Bucket) else { return };
    let [one, ..] = &mut *site.stations else { panic!("there are stations") };
    let packets: Vec<PacketId> = (0..5).map(|citizen| one.enroll(citizen)).collect();
    std::thread::scope(|scope| {
        let sent: Vec<_> = site
            .processes
            .iter()
            .map(|process| {
                let lane = Lane::new(one.centre_at(process.port), one.bundle.centre_keys.clone(), None);
                let mut outbox = MemoryOutbox::default();
                for packet in &packets {
                    outbox.packets.insert(*packet, Held::new(one.outbox.packets[packet].bytes.clone()));
                }
                scope.spawn(move || {
                    empty(&mut outbox, lane, &Receipted::default());
                    outbox
                })
            })
            .collect();
        let outboxes: Vec<_> = sent.into_iter().map(|sender| sender.join().unwrap()).collect();
        for packet in &packets {
            let receipts: Vec<_> = outboxes.iter().map(|outbox| &outbox.packets[packet].receipt).collect();
            assert!(receipts[0].is_some() && receipts.windows(2).all(|pair| pair[0] == pair[1]));
        }
    });
    assert_eq!(
        printed(&site.centre(), &["log", "verify"]),
        format!("{0} entries, {0} packets: nothing is wrong\n", packets.len())
    );
    let listed = site.store.as_ref().unwrap().listed();
    assert_eq!(listed.matches("<Key>packets/").count(), packets.len(), "{listed}");
    assert!(!listed.contains("uploads/"), "{listed}");
}

/// The first chunk to one process, the rest to the next, the receipt from the third.
#[test]
fn an_upload_is_continued_at_another_process() {
    an_upload_is_continued(Packets::Folder);
    an_upload_is_continued(Packets::Bucket);
}

fn an_upload_is_continued(packets: Packets) {
    let Some(mut site) = Site::start(packets) else { return };
    let station = &mut site.stations[0];
    let packet: PacketId = station.enroll(1);
    let bytes = station.outbox.packets[&packet].bytes.clone();
    let [one, two, three] = [0, 1, 2].map(|number| site.processes[number].port);
    let sent = bytes.len() / 2;
    let announce = Announce { packet, sha256: Digest::of(&bytes), size: bytes.len() as u64 };
    let mut first = station.centre_at(one);
    let Announced::Wanted { upload } = first.announce(&announce).unwrap() else { panic!("it is new") };
    assert_eq!(first.append(&upload, 0, &bytes[..sent]).unwrap(), sent as u64);
    site.processes[0].kill();
    let mut second = station.centre_at(two);
    assert_eq!(second.received(&upload).unwrap().offset, sent as u64);
    assert_eq!(second.append(&upload, sent as u64, &bytes[sent..]).unwrap(), bytes.len() as u64);
    let signed = station.centre_at(three).receipt(packet).unwrap().unwrap();
    station.outbox.packets.get_mut(&packet).unwrap().receipt = Some(signed);
    station.receipt(packet);
}

/// A browser signs in at one process, reads at the next, and is still signed in when the first one is gone; what it signs out
/// of, it is signed out of everywhere.
#[test]
fn a_session_at_the_desk_is_known_to_every_process() {
    let Some(postgres) = Postgres::start() else {
        println!("skipped: no PostgreSQL server is installed (Debian: postgresql)");
        return;
    };
    let folder = TempDir::new().unwrap();
    let named = ["init", "--name", "TEST centre", "--profile", "test", "--postgres", &postgres.address()];
    printed(folder.path(), &named);
    let added = printed(folder.path(), &["adjudicator", "add", "thanh.tra", "--name", "TEST", "--inspector"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let desks = [free_port(), free_port()];
    let mut processes =
        desks.map(|desk| Process::start_with(folder.path(), &["--desk", &format!("127.0.0.1:{desk}")]));
    let [one, mut two] = desks.map(|desk| Browser::at(folder.path(), desk));
    let answer = one.post("/sign-in", &format!("id=thanh.tra&passphrase={passphrase}"));
    two.cookie = answer.header("set-cookie").unwrap().split(';').next().map(str::to_owned);
    assert_eq!(two.get("/records").status, 200);
    processes[0].kill();
    let page = two.get("/records").text();
    let form = page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(two.post("/sign-out", &format!("form={form}")).status, 303);
    let back = Process::start_with(folder.path(), &["--desk", &format!("127.0.0.1:{}", desks[0])]);
    let mut one = Browser::at(folder.path(), desks[0]);
    one.cookie = two.cookie.clone();
    assert_eq!(one.get("/records").header("location"), Some("/sign-in"));
    // Failures count wherever they happen: neither process has seen the five by itself that a name has free.
    let mut failed = [0, 0];
    for (desk, browser) in [&one, &two].into_iter().enumerate().cycle() {
        let status = browser.post("/sign-in", "id=thanh.tra&passphrase=wrong").status;
        if status == 429 {
            break;
        }
        assert_eq!(status, 401);
        failed[desk] += 1;
    }
    assert!(failed.iter().all(|failures| *failures < 5), "{failed:?}");
    drop(back);
}

/// Another process still writes the last chunk, of which every byte is there and none is synced: nobody signs before.
#[test]
fn nothing_is_receipted_while_its_last_chunk_is_not_synced() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    let bytes = station.outbox.packets[&packet].bytes.clone();
    let announce = Announce { packet, sha256: Digest::of(&bytes), size: bytes.len() as u64 };
    station.centre().announce(&announce).unwrap();
    let path = central.folder().join("uploads").join(packet.to_string());
    let mut writing = std::fs::File::create(&path).unwrap();
    writing.lock().unwrap();
    writing.write_all(&bytes).unwrap();
    let signed = std::thread::scope(|scope| {
        // An announcement of what is whole takes it in; it waits here for the lock.
        let asks = scope.spawn(|| station.centre().announce(&announce).unwrap());
        let list = || printed(central.folder(), &["packet", "list"]);
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(100));
            assert!(list().contains("announced") && !asks.is_finished());
        }
        drop(writing);
        asks.join().unwrap();
        eventually("a receipt", || station.centre().receipt(packet).unwrap())
    });
    station.outbox.packets.get_mut(&packet).unwrap().receipt = Some(signed);
    station.receipt(packet);
}
