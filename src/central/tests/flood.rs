//! Many packets, each sent by five senders at once over links that are cut at random: each is registered once, as it
//! was sealed. A few dozen by default, 100,000 with `TRAM_LONG`; `TRAM_FLOOD` says another number.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::link::{Fate, Link};
use common::memory::{Chance, Held};
use common::{Central, Station, TEST, excepted, printed, ten_fingers};
use std::time::Instant;
use tram_packet::{Digest, PacketId, PacketKind, SampleRole};
use tram_sync::Transport as _;

const SENDERS: u64 = 5;
/// Sealed, sent and compared together.
const BATCH: u64 = 500;
/// Bytes of a packet's one sample.
const BODY: usize = 8 * 1024;

fn how_many() -> u64 {
    let said = std::env::var("TRAM_FLOOD").ok().map(|number| number.parse().unwrap());
    said.unwrap_or(if std::env::var_os("TRAM_LONG").is_some() { 100_000 } else { 40 })
}

#[test]
fn packets_sent_five_times_at_once_over_broken_links_arrive_once() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let (count, started) = (how_many(), Instant::now());
    let links: Vec<Link> = (0..SENDERS).map(|sender| Link::to(central.port, fates(sender))).collect();
    let mut receipted = 0;
    while receipted < count {
        receipted += batch(&mut station, &links, BATCH.min(count - receipted), receipted);
        println!("{receipted} packets after {:.0} s", started.elapsed().as_secs_f32());
    }
    let cuts: usize =
        links.iter().map(|link| link.connections.load(std::sync::atomic::Ordering::SeqCst)).sum();
    println!("{count} packets, {SENDERS} senders each, {cuts} connections");
    assert_eq!(central.persons().len() as u64, count);
    assert_eq!(station.centre().checkpoint().unwrap().size, count);
    let list = printed(central.folder(), &["packet", "list"]);
    assert_eq!(list.lines().filter(|line| line.contains("registered")).count() as u64, count);
    assert!(printed(central.folder(), &["station", "list"]).contains("0 missing, 0 forked"));
}

/// Of a sender's connections, one in three is cut on the way there, one on the way back.
fn fates(sender: u64) -> impl Fn(usize) -> Fate {
    move |number| {
        let mut chance = Chance(sender << 32 | number as u64);
        match chance.next() % 3 {
            0 => Fate::Cut((chance.next() % 60_000) as usize),
            1 => Fate::Answers((chance.next() % 40) as usize),
            _ => Fate::Pass,
        }
    }
}

/// Seals some, sends each by every sender over its own link, and compares what is held with what was sealed.
fn batch(station: &mut Station, links: &[Link], count: u64, after: u64) -> u64 {
    let sealed: Vec<PacketId> = (after..after + count)
        .map(|citizen| {
            let mut contents = station.contents(PacketKind::Enrollment, citizen, 1, TEST);
            contents.samples.retain(|sample| sample.role == SampleRole::Signature);
            contents.samples[0].sample.bytes.resize(BODY, 0);
            contents.exceptions = ten_fingers().map(excepted).collect();
            station.seal_contents(contents)
        })
        .collect();
    let packets = std::mem::take(&mut station.outbox.packets);
    let receipts: Vec<Vec<Vec<u8>>> = std::thread::scope(|scope| {
        let senders: Vec<_> = links
            .iter()
            .map(|link| {
                let mut sender = Station::of(station);
                for packet in &sealed {
                    sender.outbox.packets.insert(*packet, Held::new(packets[packet].bytes.clone()));
                }
                let ids = &sealed;
                scope.spawn(move || {
                    sender.sync_over(sender.centre_at(link.port));
                    ids.iter().map(|id| sender.outbox.packets[id].receipt.clone().unwrap()).collect()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(receipts.iter().all(|of_sender| *of_sender == receipts[0]), "one receipt for all senders");
    for (packet, receipt) in sealed.iter().zip(&receipts[0]) {
        let key = station.bundle.centre_key(tram_packet::Receipt::signed_by(receipt).unwrap()).unwrap();
        let receipt = tram_packet::Receipt::verify(receipt, key).unwrap();
        assert_eq!((receipt.packet, receipt.digest), (*packet, Digest::of(&packets[packet].bytes)));
    }
    station.sealed.clear();
    count
}
