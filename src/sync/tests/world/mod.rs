//! Stations with the production store and lane, a centre in memory, and links between them, on one simulated clock; all
//! chance comes from one seed.

use crate::common::{Call, Chance, Fate, MemoryCentre, status, unreachable};
use crate::materials::Materials;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use time::OffsetDateTime;
use tram_packet::{Digest, PacketId, PublicKey, Receipt, SealedPacket, Signer as _};
use tram_store::{Act, PacketState, Sealing, Store, StoreError};
use tram_sync::protocol::Base64;
use tram_sync::{
    Announce, Announced, Checkpoint, Failure, Fork, Lane, LaneState, Outbox, OutboxError, Reason, Received,
    Transport, Waiting,
};

/// Defects that other systems had, each at a seam between the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The centre says that it has bytes which it has not, and signs for what was announced.
    SignsForWhatIsNotThere,
    /// The centre enters a packet anew each time its last byte comes.
    EntersTwice,
    /// The centre changes an entry of its log.
    RewritesItsLog,
    /// The centre signs before its disk has the packet, and then loses power.
    SignsTooEarly,
    /// The station forgets the receipt it said it had stored.
    ForgetsReceipts,
    /// The station looks once what waits, and never again.
    OverlooksWhatCameLater,
    /// The station sets a packet aside at the first error.
    GivesUp,
    /// The station notes the restored centre's checkpoint, but does not offer again what the centre lost.
    KeepsTheCheckpointOnly,
    /// The station reads a byte beside the place it was asked for, after a cut.
    ReadsBesideThePlace,
    /// The centre answers with the receipt of another packet.
    AnswersForAnother,
}

type Shared<T> = Rc<RefCell<T>>;

/// A station's way to the centre.
pub(crate) struct Wire(Shared<MemoryCentre>, Option<Bug>);

impl Wire {
    /// The first receipt there is, where the defect is that it is given for every packet.
    fn of_another(&self) -> Option<Vec<u8>> {
        let first = self.0.borrow().registered.first().map(|(_, _, receipt)| receipt.clone());
        first.filter(|_| self.1 == Some(Bug::AnswersForAnother))
    }
}

impl Transport for Wire {
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure> {
        match self.of_another() {
            Some(receipt) => Ok(Announced::Held { receipt: Base64(receipt) }),
            None => (&mut *self.0.borrow_mut()).announce(announce),
        }
    }
    fn received(&mut self, upload: &str) -> Result<Received, Failure> {
        (&mut *self.0.borrow_mut()).received(upload)
    }
    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        (&mut *self.0.borrow_mut()).append(upload, offset, chunk)
    }
    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure> {
        match self.of_another() {
            Some(receipt) => Ok(Some(receipt)),
            None => (&mut *self.0.borrow_mut()).receipt(packet),
        }
    }
    fn checkpoint(&mut self) -> Result<Checkpoint, Failure> {
        (&mut *self.0.borrow_mut()).checkpoint()
    }
    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure> {
        (&mut *self.0.borrow_mut()).consistency(earlier, size)
    }
}

/// The production store behind the lane, as the station's engine puts it there.
struct StoreOutbox {
    store: Store,
    centre: PublicKey,
    bug: Option<Bug>,
    looked: Option<Vec<Waiting>>,
}

fn act() -> Act<'static> {
    Act { officer: None, at: OffsetDateTime::UNIX_EPOCH }
}

fn outbox_error(error: &StoreError) -> OutboxError {
    OutboxError(error.to_string())
}

impl Outbox for StoreOutbox {
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError> {
        let rows = self.store.read().waiting().map_err(|error| outbox_error(&error))?;
        let waiting: Vec<Waiting> = rows
            .into_iter()
            .map(|row| Waiting {
                packet: row.packet,
                sha256: row.digest,
                size: row.size,
                attempts: row.attempts,
            })
            .collect();
        if self.bug == Some(Bug::OverlooksWhatCameLater) {
            let known = self.looked.get_or_insert_with(|| waiting.clone());
            return Ok(waiting
                .into_iter()
                .filter(|waiting| known.iter().any(|one| one.packet == waiting.packet))
                .collect());
        }
        Ok(waiting)
    }

    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError> {
        let beside = u64::from(self.bug == Some(Bug::ReadsBesideThePlace) && offset > 0 && length > 1);
        self.store.read().packet_part(packet, offset + beside, length).map_err(|error| outbox_error(&error))
    }

    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::GivesUp) {
            return self.quarantine(packet, reason);
        }
        self.store
            .record_attempt(packet, &reason.to_string(), OffsetDateTime::UNIX_EPOCH)
            .map_err(|error| outbox_error(&error))
    }

    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        _receipt: &Receipt,
    ) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::ForgetsReceipts) {
            return Ok(());
        }
        self.store
            .store_receipt(packet, signed, &self.centre, act())
            .map(drop)
            .map_err(|error| outbox_error(&error))
    }

    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError> {
        self.store.quarantine(packet, &reason.to_string(), act()).map_err(|error| outbox_error(&error))
    }

    fn offer_again(&mut self) -> Result<(), OutboxError> {
        if self.bug == Some(Bug::KeepsTheCheckpointOnly) {
            return Ok(());
        }
        self.store.offer_again(act()).map(drop).map_err(|error| outbox_error(&error))
    }

    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError> {
        self.store.distrust(&fork.to_string(), act()).map_err(|error| outbox_error(&error))
    }
}

/// A station that runs; a crash takes all of it but the folder.
struct Running {
    outbox: StoreOutbox,
    lane: Lane<Wire>,
    wake_at: Duration,
    is_idle: bool,
}

struct Station {
    path: PathBuf,
    running: Option<Running>,
    /// How many of its dossiers are sealed.
    sealed: usize,
}

/// What the links do, set anew now and then.
#[derive(Clone, Copy)]
enum Weather {
    Fair,
    Foul,
    Cut,
}

/// A simulated world.
pub(crate) struct World<'a> {
    materials: &'a Materials,
    chance: Chance,
    now: Duration,
    centre: Shared<MemoryCentre>,
    weather: Shared<Weather>,
    backup: Vec<(PacketId, Digest, Vec<u8>)>,
    stations: Vec<Station>,
    bug: Option<Bug>,
    steps: usize,
    _folder: tempfile::TempDir,
}

impl<'a> World<'a> {
    pub(crate) fn new(materials: &'a Materials, seed: u64, bug: Option<Bug>) -> Self {
        let chance = Chance(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
        let weather = Rc::new(RefCell::new(Weather::Fair));
        let (sky, mut luck) = (Rc::clone(&weather), Chance(seed ^ 0xabcd));
        let mut centre = MemoryCentre::new(move |call| fate(*sky.borrow(), call, &mut luck));
        centre.key = tram_packet::Es256Key::from_pkcs8(&materials.centre.to_pkcs8()).unwrap();
        let folder = materials.folder();
        let stations = (0..materials.stations.len())
            .map(|number| {
                let path = folder.path().join(format!("{number}.db"));
                std::fs::copy(&materials.stations[number].template, &path).unwrap();
                // As large as the reserve, and taking no room: the disk is not what is simulated here.
                let reserve =
                    std::fs::File::create(folder.path().join(format!("{number}.db.reserve"))).unwrap();
                reserve.set_len(32 * 1024 * 1024).unwrap();
                Station { path, running: None, sealed: 0 }
            })
            .collect();
        Self {
            materials,
            chance,
            now: Duration::ZERO,
            centre: Rc::new(RefCell::new(centre)),
            weather,
            backup: Vec::new(),
            stations,
            bug,
            steps: 0,
            _folder: folder,
        }
    }

    /// Lets the world go its way, then makes all well and sees what became of it.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        for _ in 0..120 {
            self.happen()?;
        }
        *self.weather.borrow_mut() = Weather::Fair;
        for number in 0..self.stations.len() {
            while self.stations[number].sealed < self.materials.stations[number].packets.len() {
                self.seal(number);
            }
        }
        for _ in 0..3_000 {
            if self.is_quiet() {
                return self.verdict();
            }
            for number in 0..self.stations.len() {
                self.step(number)?;
            }
            self.wait();
        }
        let now = self.now;
        let wakes: Vec<String> = (0..self.stations.len())
            .map(|number| {
                let running = self.running(number);
                let waiting = running.outbox.store.read().waiting().map_or(0, |waiting| waiting.len());
                format!("{:?} with {waiting} waiting", running.wake_at.saturating_sub(now))
            })
            .collect();
        self.verdict().and(Err(format!("it does not come to rest: {wakes:?}")))
    }

    /// One thing happens.
    fn happen(&mut self) -> Result<(), String> {
        let number = self.chance.next() as usize % self.stations.len();
        match self.chance.next() % 40 {
            0..=3 => self.seal(number),
            4 | 5 => self.stations[number].running = None,
            6 | 7 => {
                *self.weather.borrow_mut() =
                    [Weather::Fair, Weather::Foul, Weather::Cut][self.chance.next() as usize % 3];
            }
            8 => self.backup = self.centre.borrow().registered.clone(),
            9 => self.restore(),
            10 => self.purge(number)?,
            11 => self.misbehave(),
            _ => {
                for _ in 0..=self.chance.next() % 8 {
                    self.step(number)?;
                }
                self.wait();
            }
        }
        Ok(())
    }

    /// The centre loses what came since its last backup.
    fn restore(&mut self) {
        let mut centre = self.centre.borrow_mut();
        centre.registered.clone_from(&self.backup);
        centre.uploads.clear();
        centre.forget_log();
        centre.epoch += 1;
    }

    /// The planted defects of the centre.
    fn misbehave(&mut self) {
        let mut centre = self.centre.borrow_mut();
        match self.bug {
            Some(Bug::RewritesItsLog) => {
                if let Some((_, digest, _)) = centre.registered.first_mut() {
                    *digest = Digest::of(b"another");
                    centre.forget_log();
                }
            }
            Some(Bug::SignsTooEarly) => {
                centre.registered.pop();
                centre.forget_log();
            }
            Some(Bug::EntersTwice) => {
                if let Some(entry) = centre.registered.last().cloned() {
                    centre.registered.push(entry);
                }
            }
            Some(Bug::SignsForWhatIsNotThere) => {
                let waiting =
                    centre.uploads.iter().find(|(_, (announce, bytes))| (bytes.len() as u64) < announce.size);
                if let Some((packet, announce)) = waiting.map(|(packet, (announce, _))| (*packet, *announce))
                {
                    centre.enter(packet, announce.sha256);
                    if let Some((_, digest, _)) = centre.registered.last_mut() {
                        *digest = Digest::of(b"a part of it");
                    }
                }
            }
            _ => {}
        }
    }

    fn seal(&mut self, number: usize) {
        let Some((id, packet)) = self.materials.stations[number].packets.get(self.stations[number].sealed)
        else {
            return;
        };
        let sealing =
            Sealing { enrollment: *id, kind: &tram_packet::PacketKind::Enrollment, packet, templates: &[] };
        self.running(number).outbox.store.seal(sealing, act()).unwrap();
        self.stations[number].sealed += 1;
    }

    /// The station, started if it does not run.
    fn running(&mut self, number: usize) -> &mut Running {
        let station = &mut self.stations[number];
        let (centre, bug, now) = (Rc::clone(&self.centre), self.bug, self.now);
        station.running.get_or_insert_with(|| {
            let store = Store::open(&station.path, &self.materials.key).unwrap();
            let seen = store.read().setting("checkpoint").unwrap();
            let seen = seen.map(|seen| serde_json::from_slice(&seen).unwrap());
            let key = self.materials.centre.public_key().clone();
            let lane = Lane::new(Wire(centre, bug), vec![key.clone()], seen);
            Running {
                outbox: StoreOutbox { store, centre: key, bug, looked: None },
                lane,
                wake_at: now,
                is_idle: false,
            }
        })
    }

    /// A step of a station's lane if it is due, and its checkpoint kept.
    fn step(&mut self, number: usize) -> Result<(), String> {
        let (now, random) = (self.now, self.chance.next());
        self.steps += 1;
        let Running { outbox, lane, wake_at, is_idle } = self.running(number);
        if now < *wake_at {
            return Ok(());
        }
        let before = lane.checkpoint().copied();
        let progress = lane.step(outbox, now, random).map_err(|error| error.to_string())?;
        *wake_at = progress.wake_at;
        *is_idle = progress.lane == LaneState::Idle;
        if let Some(seen) = lane.checkpoint().filter(|seen| before.as_ref() != Some(seen)) {
            outbox.store.set_setting("checkpoint", &serde_json::to_vec(seen).unwrap()).unwrap();
        }
        Ok(())
    }

    /// Time passes until the next station has something to do.
    fn wait(&mut self) {
        let next = self.stations.iter().filter_map(|station| Some(station.running.as_ref()?.wake_at)).min();
        self.now = next.unwrap_or(self.now).max(self.now + Duration::from_millis(20));
    }

    /// What the centre has in its backups as well may go: so long a station keeps what it sent.
    fn purge(&mut self, number: usize) -> Result<(), String> {
        let safe: BTreeSet<PacketId> = self.backup.iter().map(|(packet, ..)| *packet).collect();
        let running = self.running(number);
        let purgeable = running.outbox.store.read().purgeable(OffsetDateTime::now_utc()).unwrap();
        for row in purgeable.into_iter().filter(|row| safe.contains(&row.packet)) {
            match running.outbox.store.purge(row.packet, act()) {
                Ok(()) | Err(StoreError::Distrusted) => {}
                Err(error) => return Err(format!("a purge: {error}")),
            }
        }
        Ok(())
    }

    /// Every station rests, and has seen the centre's log as it is. Their hours of looking at it may lie anywhere.
    fn is_quiet(&mut self) -> bool {
        let (epoch, size) = (self.centre.borrow().epoch, self.centre.borrow().registered.len() as u64);
        (0..self.stations.len()).all(|number| {
            let running = self.running(number);
            let has_seen = |seen: &Checkpoint| seen.epoch == epoch && seen.size == size;
            running.is_idle
                && running.lane.checkpoint().is_some_and(has_seen)
                && running.outbox.store.read().waiting().unwrap().is_empty()
        })
    }

    /// Nothing is lost, nothing is there twice, everything that was sealed is at the centre as it was sealed.
    fn verdict(&mut self) -> Result<(), String> {
        let centre = Rc::clone(&self.centre);
        let centre = centre.borrow();
        let mut there: BTreeMap<PacketId, Vec<Digest>> = BTreeMap::new();
        for (packet, digest, _) in &centre.registered {
            there.entry(*packet).or_default().push(*digest);
        }
        for number in 0..self.stations.len() {
            let sealed = &self.materials.stations[number].packets;
            let store = &self.running(number).outbox.store;
            let rows = store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap();
            store.read().check().map_err(|error| error.to_string())?;
            store.read().verify_audit().map_err(|error| error.to_string())?;
            if let Some(evidence) = store.read().distrusted().unwrap() {
                return Err(format!("distrusted: {evidence}"));
            }
            for (_, packet) in sealed {
                let id = packet.header().packet;
                let row =
                    rows.iter().find(|row| row.packet == id).ok_or("a packet is not in the outbox's list")?;
                match (there.get(&id).map(Vec::as_slice), &row.state) {
                    (Some([digest]), PacketState::Received | PacketState::Purged)
                        if *digest == packet.digest() => {}
                    (found, state) => {
                        return Err(format!("packet {id} is {state:?}, at the centre {found:?}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Steps taken, to say how much was simulated.
    pub(crate) fn steps(&self) -> usize {
        self.steps
    }
}

fn fate(weather: Weather, call: Call, luck: &mut Chance) -> Fate {
    match (weather, luck.next() % 12) {
        (Weather::Cut, _) | (Weather::Foul, 0 | 1) => Fate::Fail(unreachable()),
        (Weather::Foul, 2 | 3) => Fate::Lose,
        (Weather::Foul, 4) => {
            let statuses = [500, 502, 503, 409, 423, 460, 404, 507, 429, 401];
            Fate::Fail(status(statuses[luck.next() as usize % statuses.len()]))
        }
        (Weather::Foul, 5) => Fate::Fail(Failure::Garbled { what: "noise".into() }),
        (Weather::Foul, 6) if matches!(call, Call::Append { .. } | Call::Received(_)) => {
            Fate::Offset(luck.next() % 20_000)
        }
        _ => Fate::Pass,
    }
}

/// A packet as it lies with the materials.
pub(crate) type Prepared = (tram_enrollment::EnrollmentId, SealedPacket);
