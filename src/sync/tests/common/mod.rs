//! An outbox and a centre in memory; the centre fails as a script says.

#![allow(dead_code)] // Each test file uses its part.

use std::collections::BTreeMap;
use std::time::Duration;
use time::OffsetDateTime;
use tram_packet::{AuditChain, Digest, Es256Key, PacketId, Receipt, Signer as _, merkle};
use tram_sync::protocol::Base64;
use tram_sync::{
    Announce, Announced, Checkpoint, Failure, Fork, Lane, Outbox, OutboxError, Progress, Reason, Received,
    Transport, Waiting,
};
use uuid::Uuid;

/// A packet at the station.
pub(crate) struct Held {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: Digest,
    pub(crate) attempts: u32,
    pub(crate) receipt: Option<Vec<u8>>,
    pub(crate) set_aside: Option<Reason>,
}

impl Held {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { sha256: Digest::of(&bytes), bytes, attempts: 0, receipt: None, set_aside: None }
    }
}

/// Reads a packet's bytes, or fails at it.
type Disk = fn(PacketId, Vec<u8>) -> Result<Vec<u8>, OutboxError>;

#[derive(Default)]
pub(crate) struct MemoryOutbox {
    pub(crate) packets: BTreeMap<PacketId, Held>,
    /// Writes that the store would have had to make durable.
    pub(crate) writes: usize,
    /// So many calls of `store_receipt` fail.
    pub(crate) broken_receipts: usize,
    /// What the disk makes of a packet's bytes, where it is a bad one.
    pub(crate) disk: Option<Disk>,
    /// The log was found to contradict itself.
    pub(crate) fork: Option<Fork>,
}

impl MemoryOutbox {
    pub(crate) fn with(count: usize, size: usize) -> Self {
        let mut outbox = Self::default();
        (0..count).for_each(|number| {
            outbox.add(number, size);
        });
        outbox
    }

    pub(crate) fn add(&mut self, number: usize, size: usize) -> PacketId {
        let id = PacketId(Uuid::from_u128(number as u128 + 1));
        let bytes: Vec<u8> = (0..size).map(|at| (at * 31 + number * 7) as u8).collect();
        self.packets.insert(id, Held::new(bytes));
        id
    }

    pub(crate) fn receipted(&self) -> usize {
        self.packets.values().filter(|held| held.receipt.is_some()).count()
    }

    fn held(&mut self, packet: PacketId) -> Result<&mut Held, OutboxError> {
        self.writes += 1;
        self.packets.get_mut(&packet).ok_or_else(|| OutboxError("no such packet".into()))
    }

    fn without_receipt(&self, is_asked: fn(&Held) -> bool) -> Vec<Waiting> {
        self.packets
            .iter()
            .filter(|(_, held)| held.receipt.is_none() && is_asked(held))
            .map(|(packet, held)| Waiting {
                packet: *packet,
                sha256: held.sha256,
                size: held.bytes.len() as u64,
                attempts: held.attempts,
            })
            .collect()
    }
}

impl Outbox for MemoryOutbox {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        Ok(self.without_receipt(|held| held.set_aside.is_none()))
    }

    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        Ok(self.without_receipt(|held| held.set_aside.is_some()))
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        let rest = self.packets[&packet].bytes.get(offset as usize..).unwrap_or_default();
        let bytes = rest[..length.min(rest.len())].to_vec();
        self.disk.map_or(Ok(bytes.clone()), |disk| disk(packet, bytes))
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        self.writes += 1;
        self.fork = Some(*fork);
        Ok(())
    }

    fn record_attempt(&mut self, packet: PacketId, _reason: &Reason) -> Result<(), OutboxError> {
        self.held(packet)?.attempts += 1;
        Ok(())
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        if self.broken_receipts > 0 {
            self.broken_receipts -= 1;
            return Err(OutboxError("disk full".into()));
        }
        assert_eq!(receipt.packet, packet);
        let held = self.held(packet)?;
        assert!(held.receipt.is_none(), "receipted twice");
        held.receipt = Some(signed.to_vec());
        Ok(())
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.held(packet)?.set_aside = Some(reason.clone());
        Ok(())
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        self.writes += 1;
        self.packets.values_mut().for_each(|held| held.receipt = None);
        Ok(())
    }
}

/// One exchange, as the script sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Announce(PacketId),
    Received(PacketId),
    Append { packet: PacketId, offset: u64, length: usize },
    Receipt(PacketId),
    Checkpoint,
    Consistency { earlier: u64, size: u64 },
}

/// What a script does to an exchange.
pub(crate) enum Fate {
    /// It goes through.
    Pass,
    /// It fails before the centre sees it.
    Fail(Failure),
    /// The centre does it, and the answer is lost.
    Lose,
    /// The centre answers with this offset, whatever it has.
    Offset(u64),
}

type Script = Box<dyn FnMut(Call) -> Fate>;

pub(crate) struct MemoryCentre {
    pub(crate) key: Es256Key,
    /// Announced size and digest, and what arrived.
    pub(crate) uploads: BTreeMap<PacketId, (Announce, Vec<u8>)>,
    /// Registered packets with their receipts, in the log's order.
    pub(crate) registered: Vec<(PacketId, Digest, Vec<u8>)>,
    log: MemoryLog,
    pub(crate) epoch: u32,
    pub(crate) calls: usize,
    pub(crate) bytes: usize,
    pub(crate) script: Script,
}

pub(crate) fn unreachable() -> Failure {
    Failure::Unreachable { what: "cut".into() }
}

pub(crate) fn status(status: u16) -> Failure {
    Failure::Status { status, kind: String::new(), detail: String::new(), retry_after: None }
}

impl MemoryCentre {
    pub(crate) fn new(script: impl FnMut(Call) -> Fate + 'static) -> Self {
        Self {
            key: Es256Key::generate().unwrap(),
            uploads: BTreeMap::new(),
            registered: Vec::new(),
            log: MemoryLog::default(),
            epoch: 1,
            calls: 0,
            bytes: 0,
            script: Box::new(script),
        }
    }

    pub(crate) fn healthy() -> Self {
        Self::new(|_| Fate::Pass)
    }

    fn play<A>(
        &mut self,
        call: Call,
        offset: impl FnOnce(u64) -> Option<A>,
        work: impl FnOnce(&mut Self) -> Result<A, Failure>,
    ) -> Result<A, Failure> {
        self.calls += 1;
        match (self.script)(call) {
            Fate::Pass => work(self),
            Fate::Fail(failure) => Err(failure),
            Fate::Lose => work(self).and(Err(unreachable())),
            Fate::Offset(lie) => offset(lie).map_or_else(|| work(self), Ok),
        }
    }

    fn register(&mut self, packet: PacketId) {
        let Some((announce, bytes)) = self.uploads.get(&packet) else { return };
        if bytes.len() as u64 != announce.size || self.registered.iter().any(|(id, ..)| *id == packet) {
            return;
        }
        if Digest::of(bytes) == announce.sha256 {
            let sha256 = announce.sha256;
            self.enter(packet, sha256);
        } else {
            self.uploads.remove(&packet);
        }
    }

    /// Enters a packet into the log and signs for it.
    pub(crate) fn enter(&mut self, packet: PacketId, sha256: Digest) {
        let log_index = self.registered.len() as u64;
        let log = self.log();
        log.push(merkle::leaf(packet, sha256));
        let receipt = Receipt {
            packet,
            digest: sha256,
            log_index,
            root: log.root(log_index + 1),
            path: log.inclusion(log_index, log_index + 1),
            audit: AuditChain::default(),
            epoch: self.epoch,
            received_at: OffsetDateTime::UNIX_EPOCH,
        };
        self.registered.push((packet, sha256, receipt.sign(&self.key).unwrap()));
    }

    /// What is registered was changed behind the log's back.
    pub(crate) fn forget_log(&mut self) {
        self.log = MemoryLog::default();
    }

    /// The log over what is registered, also after a test changed that.
    pub(crate) fn log(&mut self) -> &mut MemoryLog {
        if self.log.len() != self.registered.len() as u64 {
            let leaves = self.registered.iter().map(|(packet, digest, _)| merkle::leaf(*packet, *digest));
            self.log = MemoryLog::of(leaves);
        }
        &mut self.log
    }

    fn receipt_of(&self, packet: PacketId) -> Option<Vec<u8>> {
        self.registered.iter().find(|(id, ..)| *id == packet).map(|(_, _, receipt)| receipt.clone())
    }
}

fn named(upload: &str) -> PacketId {
    PacketId(Uuid::parse_str(upload.rsplit('/').next().unwrap()).unwrap())
}

impl Transport for &mut MemoryCentre {
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure> {
        let (announce, packet) = (*announce, announce.packet);
        self.play(
            Call::Announce(packet),
            |_| None,
            |centre| {
                if let Some(receipt) = centre.receipt_of(packet) {
                    return Ok(Announced::Held { receipt: Base64(receipt) });
                }
                centre.uploads.entry(packet).or_insert((announce, Vec::new()));
                Ok(Announced::Wanted { upload: format!("/uploads/{packet}") })
            },
        )
    }

    fn received(&mut self, upload: &str) -> Result<Received, Failure> {
        let packet = named(upload);
        let lie = |offset| Some(Received { offset, length: None });
        self.play(Call::Received(packet), lie, |centre| {
            let (announce, bytes) = centre.uploads.get(&packet).ok_or_else(|| status(404))?;
            Ok(Received { offset: bytes.len() as u64, length: Some(announce.size) })
        })
    }

    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        let packet = named(upload);
        self.bytes += chunk.len();
        self.play(Call::Append { packet, offset, length: chunk.len() }, Some, |centre| {
            let (_, bytes) = centre.uploads.get_mut(&packet).ok_or_else(|| status(404))?;
            if bytes.len() as u64 != offset {
                return Err(status(409));
            }
            bytes.extend_from_slice(chunk);
            let now = bytes.len() as u64;
            centre.register(packet);
            Ok(now)
        })
    }

    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure> {
        self.play(
            Call::Receipt(packet),
            |_| None,
            |centre| match centre.receipt_of(packet) {
                None if !centre.uploads.contains_key(&packet) => Err(Failure::Status {
                    status: 422,
                    kind: "digest-mismatch".into(),
                    detail: String::new(),
                    retry_after: None,
                }),
                receipt => Ok(receipt),
            },
        )
    }

    fn checkpoint(&mut self) -> Result<Checkpoint, Failure> {
        self.play(
            Call::Checkpoint,
            |_| None,
            |centre| {
                let (epoch, log) = (centre.epoch, centre.log());
                Ok(Checkpoint { epoch, size: log.len(), root: log.root(log.len()) })
            },
        )
    }

    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure> {
        self.play(
            Call::Consistency { earlier, size },
            |_| None,
            |centre| match centre.log() {
                log if size <= log.len() => Ok(log.consistency(earlier, size)),
                _ => Err(status(404)),
            },
        )
    }
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_parts([[1].as_slice(), left.as_bytes(), right.as_bytes()])
}

/// A Merkle tree (RFC 9162, section 2) that keeps the hashes of its full subtrees, by level.
#[derive(Default)]
pub(crate) struct MemoryLog {
    levels: Vec<Vec<Digest>>,
}

impl MemoryLog {
    pub(crate) fn of(leaves: impl IntoIterator<Item = Digest>) -> Self {
        let mut log = Self::default();
        leaves.into_iter().for_each(|leaf| log.push(leaf));
        log
    }

    pub(crate) fn len(&self) -> u64 {
        self.levels.first().map_or(0, Vec::len) as u64
    }

    pub(crate) fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
            let [.., left, right] = self.levels[level].as_slice() else { return };
            if self.levels[level].len() % 2 == 1 {
                return;
            }
            hash = node(*left, *right);
        }
    }

    fn range(&self, first: u64, last: u64) -> Digest {
        let count = last - first;
        if count.is_power_of_two() {
            return self.levels[count.ilog2() as usize][(first / count) as usize];
        }
        let middle = first + count.next_power_of_two() / 2;
        node(self.range(first, middle), self.range(middle, last))
    }

    pub(crate) fn root(&self, size: u64) -> Digest {
        if size == 0 { Digest::of(&[]) } else { self.range(0, size) }
    }

    /// RFC 9162, 2.1.3.1, within the subtree from `first` to `last`.
    fn path(&self, index: u64, first: u64, last: u64) -> Vec<Digest> {
        if last - first < 2 {
            return Vec::new();
        }
        let middle = first + (last - first).next_power_of_two() / 2;
        let (mut path, sibling) = if index < middle {
            (self.path(index, first, middle), self.range(middle, last))
        } else {
            (self.path(index, middle, last), self.range(first, middle))
        };
        path.push(sibling);
        path
    }

    pub(crate) fn inclusion(&self, index: u64, size: u64) -> Vec<Digest> {
        self.path(index, 0, size)
    }

    /// RFC 9162, 2.1.4.1, within a subtree; `known`: whether the verifier has its root already.
    fn subproof(&self, end: u64, first: u64, last: u64, known: bool) -> Vec<Digest> {
        if end == last {
            return if known { Vec::new() } else { vec![self.range(first, last)] };
        }
        let middle = first + (last - first).next_power_of_two() / 2;
        let (mut path, sibling) = if end <= middle {
            (self.subproof(end, first, middle, known), self.range(middle, last))
        } else {
            (self.subproof(end, middle, last, false), self.range(first, middle))
        };
        path.push(sibling);
        path
    }

    pub(crate) fn consistency(&self, earlier: u64, size: u64) -> Vec<Digest> {
        if earlier == 0 || earlier > size { Vec::new() } else { self.subproof(earlier, 0, size, true) }
    }
}

/// Chance that is the same every time (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn one_in(&mut self, many: u64) -> bool {
        self.next().is_multiple_of(many)
    }
}

/// Drives a lane on a simulated clock, until the queue is empty and nothing more is due, or the clock reaches `until`.
pub(crate) fn drive(
    centre: &mut MemoryCentre,
    outbox: &mut MemoryOutbox,
    from: Duration,
    until: Duration,
    mut each: impl FnMut(&Progress, &mut MemoryOutbox),
) -> Option<Checkpoint> {
    let keys = vec![centre.key.public_key().clone()];
    let mut lane = Lane::new(centre, keys, None);
    drive_lane(&mut lane, outbox, from, until, &mut each);
    lane.checkpoint().copied()
}

pub(crate) fn drive_lane<T: Transport>(
    lane: &mut Lane<T>,
    outbox: &mut MemoryOutbox,
    from: Duration,
    until: Duration,
    each: &mut impl FnMut(&Progress, &mut MemoryOutbox),
) {
    let (mut now, mut chance) = (from, Chance(7));
    while now < until {
        // The store's own errors are the worker's to wait out.
        let Ok(progress) = lane.step(outbox, now, chance.next()) else {
            now += Duration::from_secs(1);
            continue;
        };
        each(&progress, outbox);
        if progress.lane == tram_sync::LaneState::Idle && outbox.waiting().unwrap().is_empty() {
            return;
        }
        now = progress.wake_at.max(now + Duration::from_millis(1));
    }
}
