//! Goodput over a bad link: 256 kbit/s, 200 ms there and back, three exchanges of ten cut somewhere in the middle. All time
//! counts: cuts, pauses, questions, what is sent twice.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)] // Tests may.

mod common;

use common::{Chance, MemoryCentre, MemoryOutbox, unreachable};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tram_packet::{Digest, PacketId, Signer as _};
use tram_sync::protocol::LARGEST_CHUNK;
use tram_sync::{Announce, Announced, Checkpoint, Failure, Lane, Outbox as _, Received, Transport};

const BITS_PER_SECOND: u64 = 256_000;
const ROUND_TRIP: Duration = Duration::from_millis(200);
/// Head lines of a request and its answer, TLS around them.
const OVERHEAD: u64 = 600;
const CUT_PERCENT: u64 = 30;

/// A link on a simulated clock. As at the centre, what came of a chunk before the cut is kept.
struct BadLink {
    centre: MemoryCentre,
    chance: Chance,
    /// What the exchanges of a step took.
    took: Rc<Cell<Duration>>,
    /// Bytes of packets that went over the link, also those that were sent again.
    carried: u64,
    cuts: u64,
}

impl BadLink {
    fn carry(&mut self, bytes: u64) {
        let sending = Duration::from_micros((bytes + OVERHEAD) * 8 * 1_000_000 / BITS_PER_SECOND);
        self.took.set(self.took.get() + sending + ROUND_TRIP);
    }

    #[expect(clippy::mut_mut, reason = "a transport is the reference itself")]
    /// An exchange: cut on the way there or on the way back, or not at all.
    fn exchange<A>(
        &mut self,
        work: impl FnOnce(&mut &mut MemoryCentre) -> Result<A, Failure>,
    ) -> Result<A, Failure> {
        self.carry(0);
        let (is_cut, is_done) = (self.chance.next() % 100 < CUT_PERCENT, self.chance.one_in(2));
        self.cuts += u64::from(is_cut);
        if is_cut && !is_done {
            return Err(unreachable());
        }
        let answer = work(&mut &mut self.centre);
        if is_cut { Err(unreachable()) } else { answer }
    }
}

impl Transport for &mut BadLink {
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure> {
        self.exchange(|centre| centre.announce(announce))
    }

    fn received(&mut self, upload: &str) -> Result<Received, Failure> {
        self.exchange(|centre| centre.received(upload))
    }

    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        let is_cut = self.chance.next() % 100 < CUT_PERCENT;
        let arrives = if is_cut { self.chance.next() as usize % chunk.len() } else { chunk.len() };
        self.carry(arrives as u64);
        self.carried += arrives as u64;
        self.cuts += u64::from(is_cut);
        let now = (&mut &mut self.centre).append(upload, offset, &chunk[..arrives])?;
        if is_cut { Err(unreachable()) } else { Ok(now) }
    }

    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure> {
        self.exchange(|centre| centre.receipt(packet))
    }

    fn checkpoint(&mut self) -> Result<Checkpoint, Failure> {
        self.exchange(|centre| centre.checkpoint())
    }

    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure> {
        self.exchange(|centre| centre.consistency(earlier, size))
    }
}

#[test]
fn goodput_is_four_fifths_of_the_link_though_three_exchanges_of_ten_are_cut() {
    const PACKETS: usize = 20;
    const SIZE: usize = 3_500_000;
    let mut outbox = MemoryOutbox::with(PACKETS, SIZE);
    let took = Rc::new(Cell::new(Duration::ZERO));
    let centre = MemoryCentre::healthy();
    let mut link = BadLink { centre, chance: Chance(11), took: Rc::clone(&took), carried: 0, cuts: 0 };
    let keys = vec![link.centre.key.public_key().clone()];
    let (mut now, mut chance) = (Duration::ZERO, Chance(7));
    let mut lane = Lane::new(&mut link, keys, None);
    while !outbox.waiting().unwrap().is_empty() {
        let progress = lane.step(&mut outbox, now, chance.next()).unwrap();
        now = progress.wake_at.max(now + took.take());
    }
    drop(lane);
    let useful = (PACKETS * SIZE) as u64;
    let capacity = BITS_PER_SECOND as f64 / 8.0 * now.as_secs_f64();
    let goodput = useful as f64 / capacity;
    let twice = link.carried - useful;
    println!(
        "{useful} bytes in {now:.0?} at 256 kbit/s with {} cuts: goodput {:.1} %, {twice} bytes sent twice",
        link.cuts,
        goodput * 100.0
    );
    assert!(goodput >= 0.8, "{goodput}");
    assert!(twice <= link.cuts * LARGEST_CHUNK as u64, "more than a chunk for each cut");
}
