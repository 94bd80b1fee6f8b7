//! Stations with the production workflow, store and lane, a centre in memory, and links between them, on one simulated
//! clock; all chance comes from one seed.

mod seams;

pub(crate) use seams::Bug;

use crate::common::{Call, Chance, Fate, MemoryCentre, status, unreachable};
use crate::desk::{Around, Desk, Told};
use crate::materials::Materials;
use seams::{Shared, StoreOutbox, Wire, act};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use time::OffsetDateTime;
use tram_packet::{Digest, PacketId, Signer as _};
use tram_store::{PacketState, Store, StoreError};
use tram_sync::{Checkpoint, Failure, Lane, LaneState};

/// A station that runs; a crash takes all of it but the folder.
struct Running {
    desk: Desk,
    outbox: StoreOutbox,
    lane: Lane<Wire>,
    wake_at: Duration,
    is_idle: bool,
}

struct Station {
    path: PathBuf,
    running: Option<Running>,
    told: Told,
    /// The last number its desk took.
    number: u128,
}

/// Dossiers each station enrolls.
const DOSSIERS: usize = 2;

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
        let stations = (0..materials.casts.len())
            .map(|number| {
                let path = folder.path().join(format!("{number}.db"));
                std::fs::copy(&materials.template, &path).unwrap();
                // As large as the reserve, and taking no room: the disk is not what is simulated here.
                let reserve =
                    std::fs::File::create(folder.path().join(format!("{number}.db.reserve"))).unwrap();
                reserve.set_len(32 * 1024 * 1024).unwrap();
                let number = (number as u128 + 1) << 32;
                Station { path, running: None, told: Told::default(), number }
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
            let mut moves = 0..2_000;
            while self.sealed(number) < DOSSIERS {
                self.work(number);
                if moves.next().is_none() {
                    return self.verdict().and(Err(format!("the desk of station {number} stands still")));
                }
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
            0..=3 => {
                for _ in 0..=self.chance.next() % 40 {
                    self.work(number);
                }
            }
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

    /// The officer of a station does the next thing; now and then the power fails before they hear what came of it.
    fn work(&mut self, number: usize) {
        if self.sealed(number) >= DOSSIERS {
            return;
        }
        let cut = self.chance.next().is_multiple_of(150);
        let (materials, bug) = (self.materials, self.bug);
        self.running(number);
        let Station { running: Some(Running { desk, outbox, .. }), told, number: last, .. } =
            &mut self.stations[number]
        else {
            return;
        };
        let mut around =
            Around { store: &mut outbox.store, cast: &materials.casts[number], bug, number: last };
        desk.work(&mut around, told, cut);
        if cut {
            self.stations[number].running = None;
        }
    }

    /// How many packets a station has sealed.
    fn sealed(&mut self, number: usize) -> usize {
        self.running(number).outbox.store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap().len()
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
                desk: Desk::open(&self.materials.reference, &store),
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
        let Running { outbox, lane, wake_at, is_idle, .. } = self.running(number);
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
            self.running(number);
            let Station { running: Some(Running { outbox, .. }), told, .. } = &self.stations[number] else {
                return Err("a station does not run".into());
            };
            let store = &outbox.store;
            let rows = store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap();
            store.read().check().map_err(|error| error.to_string())?;
            store.read().verify_audit().map_err(|error| error.to_string())?;
            if let Some(evidence) = store.read().distrusted().unwrap() {
                return Err(format!("distrusted: {evidence}"));
            }
            for (dossier, kept) in &told.kept {
                let events = store.read().events(*dossier).unwrap().len() as u64;
                if events < *kept {
                    return Err(format!(
                        "dossier {dossier} has {events} of the {kept} events said to be kept"
                    ));
                }
            }
            for (packet, digest) in &told.sealed {
                if !rows.iter().any(|row| row.packet == *packet && row.digest == *digest) {
                    return Err(format!("packet {packet} is not in the outbox"));
                }
            }
            for row in &rows {
                match (there.get(&row.packet).map(Vec::as_slice), &row.state) {
                    (Some([digest]), PacketState::Received | PacketState::Purged)
                        if *digest == row.digest => {}
                    (found, state) => {
                        return Err(format!("packet {} is {state:?}, at the centre {found:?}", row.packet));
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
