//! The workers: each effect of the workflow goes to the thread that can carry it out, and its results come back as
//! actions. The window and the headless flow run this same engine; neither ever waits for it.
//!
//! Threads, each named: `vault` (the one database writer, keys, sealing), `register` (searches), `devices`, `trial`
//! (tests one), `codes` (readers of codes), `camera`, `portrait` (examines frames), `fingers`, `matcher` (compares
//! prints), `iris`, `voice`, `printer`, `bench` (procedures, morning test), `sync`, `sets` (the population's extract),
//! `mirror`, `lid`, `card` (of the officer), `check` (the database, daily). Channels are bounded; live pictures are
//! latest-value slots.

mod bench;
mod camera;
mod card;
mod check;
mod codes;
mod deeds;
mod devices;
mod fingers;
mod iris;
mod ledger;
mod lid;
mod matcher;
pub(crate) mod mirror;
mod paper;
mod pictures;
mod printer;
mod register;
mod renewal;
mod sets;
mod slip;
mod slot;
mod sync;
mod trial;
mod vault;
mod voice;

pub(crate) use bench::screens_connected;
pub use devices::{Bench, Drivers};
pub use slot::Slot;
pub(crate) use vault::{REFERENCE, phrase_text, safekeeping};

use crate::home::Home;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded, select};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tram_biometric::{GrayImage, Language, RgbImage};
use tram_device::DeviceError;
use tram_enrollment::reference::Phrase;
use tram_workflow::bench::BenchEffect;
use tram_workflow::{Action, Effect, State};

/// The threads that ask the vault, and so end before it.
const ASKING: [&str; 6] = ["sync", "sets", "mirror", "matcher", "bench", "card"];

/// Where the threads send what they bring.
#[derive(Clone)]
pub struct Outlet {
    actions: Sender<Action>,
    wake: Arc<dyn Fn() + Send + Sync>,
    closed: Receiver<Infallible>,
}

impl Outlet {
    /// Brings an action; false when nobody listens any more.
    fn send(&self, action: Action) -> bool {
        let sent = self.actions.send(action).is_ok();
        self.wake();
        sent
    }

    /// Something for the screen changed that is no action: a live picture.
    fn wake(&self) {
        (self.wake)();
    }

    /// Sleeps until something changed, at most for a while; true when the engine has been closed.
    fn wait_changed(&self, changes: &Receiver<()>, timeout: Duration) -> bool {
        select! {
            recv(self.closed) -> _ => true,
            recv(changes) -> _ => false,
            default(timeout) => false,
        }
    }

    /// Sleeps for a while; true when the engine has been closed.
    fn wait_closed(&self, timeout: Duration) -> bool {
        matches!(self.closed.recv_timeout(timeout), Err(RecvTimeoutError::Disconnected))
    }
}

/// Who watches the journal to move the hands around virtual devices; nobody in a station with real devices.
pub type Stage = Option<tram_virtual::Handle>;

/// The workers of one station.
pub struct Engine {
    actions: Receiver<Action>,
    vault: Option<Sender<vault::Job>>,
    register: Option<Sender<register::Job>>,
    camera: Option<Sender<camera::Job>>,
    fingers: Option<Sender<fingers::Job>>,
    irises: Option<Sender<iris::Job>>,
    voice: Option<Sender<voice::Job>>,
    matcher: Option<Sender<matcher::Job>>,
    printer: Option<Sender<printer::Job>>,
    bench: Option<Sender<BenchEffect>>,
    trial: Option<Sender<trial::Job>>,
    open: Option<Sender<Infallible>>,
    studio: camera::Studio,
    platen: Slot<GrayImage>,
    eyes: Slot<GrayImage>,
    threads: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Opens the station's home and starts its threads. `wake` is called whenever something new is there to show.
    ///
    /// # Errors
    /// When the store cannot be opened: the sentence says why.
    pub fn start(
        home: &Home,
        drivers: Drivers,
        stage: Stage,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> anyhow::Result<(Self, State)> {
        let (action_tx, actions) = bounded(1024);
        let (open, closed) = bounded(0);
        let outlet = Outlet { actions: action_tx, wake, closed };
        let bench = Bench::new(drivers);
        let studio = camera::Studio::default();
        let platen = Slot::default();
        let eyes = Slot::default();

        let (vault_tx, vault_rx) = bounded(1024);
        let (register_tx, register_rx) = bounded(64);
        let (camera_tx, camera_rx) = bounded(16);
        let (fingers_tx, fingers_rx) = bounded(16);
        let (iris_tx, iris_rx) = bounded(16);
        let (voice_tx, voice_rx) = bounded(16);
        let (printer_tx, printer_rx) = bounded(16);
        let (matcher_tx, matcher_rx) = bounded(16);
        let (bench_tx, bench_rx) = bounded(16);
        let (trial_tx, trial_rx) = bounded(1);

        let (mirror_tx, mirror_rx) = bounded(1);

        let watched = Slot::default();
        let around = vault::Around {
            fingers: fingers_tx.clone(),
            printer: printer_tx.clone(),
            matcher: matcher_tx.clone(),
            mirror: mirror_tx,
            ledger: bench.ledger().clone(),
            watched_card: watched.clone(),
        };
        let (vault, state) = vault::Vault::open(home, stage.clone(), around)?;
        let membership = vault.membership();
        let mut threads = Vec::new();
        let mut spawn = |name: &str, work: Box<dyn FnOnce() + Send>| -> anyhow::Result<()> {
            threads.push(Builder::new().name(name.to_owned()).spawn(work)?);
            Ok(())
        };
        let out = outlet.clone();
        spawn("vault", Box::new(move || vault.run(&vault_rx, &out)))?;
        let (out, path, key) = (outlet.clone(), home.register(), home.register_key()?);
        spawn("register", Box::new(move || register::run(&path, &key, &register_rx, &out)))?;
        let (out, on) = (outlet.clone(), bench.clone());
        spawn("devices", Box::new(move || devices::run(&on, &out)))?;
        let (out, on, room) = (outlet.clone(), bench.clone(), studio.clone());
        spawn("camera", Box::new(move || camera::run(&on, &room, &camera_rx, &out)))?;
        let (out, room) = (outlet.clone(), studio.clone());
        spawn("portrait", Box::new(move || camera::examine(&room, &out)))?;
        let (out, on, glass) = (outlet.clone(), bench.clone(), platen.clone());
        spawn("fingers", Box::new(move || fingers::run(&on, &glass, &fingers_rx, &out)))?;
        let (out, on, gaze) = (outlet.clone(), bench.clone(), eyes.clone());
        spawn("iris", Box::new(move || iris::run(&on, &gaze, &iris_rx, &out)))?;
        spawn("voice", Box::new(move || voice::run(&voice_rx)))?;
        let (out, to) = (outlet.clone(), vault_tx.clone());
        spawn("matcher", Box::new(move || matcher::run(&to, &matcher_rx, &out)))?;
        let table = bench::Around {
            devices: bench.clone(),
            platen: platen.clone(),
            preview: studio.preview.clone(),
            vault: vault_tx.clone(),
            stage,
            home: home.clone(),
        };
        let out = outlet.clone();
        spawn("bench", Box::new(move || bench::run(&table, &bench_rx, &out)))?;
        let (out, on) = (outlet.clone(), bench.clone());
        spawn("codes", Box::new(move || codes::run(&on, &out)))?;
        let (on, folder) = (bench.clone(), home.recordings());
        spawn("trial", Box::new(move || trial::run(&on, &folder, &trial_rx)))?;
        let (out, on, to) = (outlet.clone(), bench, vault_tx.clone());
        spawn("printer", Box::new(move || printer::run(&on, &printer_rx, &to, &out)))?;
        let (out, to, of) = (outlet.clone(), vault_tx.clone(), home.clone());
        let station = membership.station.station.clone();
        spawn("mirror", Box::new(move || mirror::run(&of, &station, &mirror_rx, &to, &out)))?;
        let (out, of) = (outlet.clone(), home.clone());
        spawn("check", Box::new(move || check::run(&of, &out)))?;
        let out = outlet.clone();
        spawn("lid", Box::new(move || lid::run(&out)))?;
        let (out, to, of) = (outlet.clone(), vault_tx.clone(), home.clone());
        spawn("card", Box::new(move || card::run(&of, &watched, &to, &out)))?;
        let (out, of, to, searches) = (outlet.clone(), home.clone(), vault_tx.clone(), register_tx.clone());
        spawn("sets", Box::new(move || sets::run(&of, &to, &searches, &out)))?;
        let (out, to) = (outlet, vault_tx.clone());
        spawn("sync", Box::new(move || sync::run(membership, &to, &out)))?;

        let engine = Self {
            actions,
            vault: Some(vault_tx),
            register: Some(register_tx),
            camera: Some(camera_tx),
            fingers: Some(fingers_tx),
            irises: Some(iris_tx),
            voice: Some(voice_tx),
            matcher: Some(matcher_tx),
            printer: Some(printer_tx),
            bench: Some(bench_tx),
            trial: Some(trial_tx),
            open: Some(open),
            studio,
            platen,
            eyes,
            threads,
        };
        Ok((engine, state))
    }

    /// What the workers have brought since the last call, in order.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.actions.try_iter()
    }

    /// Waits for the next action; only for flows without a screen.
    pub fn wait(&self, timeout: Duration) -> Option<Action> {
        self.actions.recv_timeout(timeout).ok()
    }

    /// The camera's live picture.
    pub fn preview(&self) -> &Slot<RgbImage> {
        &self.studio.preview
    }

    /// The reader's live picture.
    pub fn platen(&self) -> &Slot<GrayImage> {
        &self.platen
    }

    /// The iris camera's live picture.
    pub fn eyes(&self) -> &Slot<GrayImage> {
        &self.eyes
    }

    /// Hands an effect to its thread without waiting. What cannot be handed over comes back as the action that says so.
    pub fn act(&self, effect: Effect) -> Option<Action> {
        match effect {
            Effect::Search(query) => {
                // A register that is busy answers the next question.
                offer(self.register.as_ref(), register::Job::Search(query)).ok();
                None
            }
            Effect::StartCamera { id, photo, day } => {
                let purpose = camera::Purpose { id, photo, day };
                Self::stuck(offer(self.camera.as_ref(), camera::Job::Start(purpose)))
            }
            Effect::StopCamera => Self::stuck(offer(self.camera.as_ref(), camera::Job::Stop)),
            Effect::Shutter => {
                self.studio.shutter.store(true, Ordering::SeqCst);
                None
            }
            Effect::StartFingers { id, step, absent } => {
                let purpose = fingers::Purpose::Dossier { id, step, absent };
                Self::stuck(offer(self.fingers.as_ref(), fingers::Job::Start(purpose)))
            }
            Effect::StartOwnFinger => {
                Self::stuck(offer(self.fingers.as_ref(), fingers::Job::Start(fingers::Purpose::Own)))
            }
            Effect::StartIrises { id, eyes, attempts, day } => {
                let purpose = iris::Purpose { id, eyes, attempts, day };
                Self::stuck(offer(self.irises.as_ref(), iris::Job::Start(purpose)))
            }
            Effect::StopIrises => Self::stuck(offer(self.irises.as_ref(), iris::Job::Stop)),
            Effect::Say { sentence, language } => {
                // A voice that has not caught up says the next sentence.
                offer(self.voice.as_ref(), voice::Job { sentence, language }).ok();
                None
            }
            Effect::CheckFingers { id, dossier, prints } => {
                // A matcher that is busy checks all prints again after the next capture.
                offer(self.matcher.as_ref(), matcher::Job::Check { id, dossier, prints }).ok();
                None
            }
            Effect::StopFingers => Self::stuck(offer(self.fingers.as_ref(), fingers::Job::Stop)),
            Effect::PrintSlip(pdf) => offer(self.printer.as_ref(), printer::Job::Slip(pdf))
                .is_err()
                .then(|| Action::SlipPrinted(Err(phrase("Máy in đang bận", "The printer is busy")))),
            Effect::Bench(effect) => Self::stuck(offer(self.bench.as_ref(), effect)),
            Effect::TryDevice { driver, port, record } => {
                // A trial that runs answers first.
                offer(self.trial.as_ref(), trial::Job { driver, port, record }).ok();
                None
            }
            Effect::CancelPrint => Self::stuck(offer(self.printer.as_ref(), printer::Job::Cancel)),
            kept => match offer(self.vault.as_ref(), vault::Job::Effect(kept)) {
                Ok(()) => None,
                Err(()) => Some(Action::JournalFailed(phrase(
                    "Kho dữ liệu của trạm không nhận thêm: khởi động lại trạm, những gì đã lưu vẫn an toàn",
                    "The station's store takes no more: restart the station; what was saved is safe",
                ))),
            },
        }
    }

    /// Waits for the threads that may not stay.
    fn outlast(&mut self, may_stay: impl Fn(&JoinHandle<()>) -> bool) {
        while self.threads.iter().any(|thread| !may_stay(thread)) {
            // A thread that waits to tell an action can go on.
            while self.actions.try_recv().is_ok() {}
            self.threads.retain(|thread| !thread.is_finished());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn stuck(offered: Result<(), ()>) -> Option<Action> {
        offered.is_err().then(|| {
            Action::CaptureTrouble(Some(phrase(
                "Thiết bị đang bận, mời thử lại (F3)",
                "The device is busy, please try again (F3)",
            )))
        })
    }
}

impl Drop for Engine {
    /// Closes every channel and waits for the threads: nothing is cut off in the middle of a commit.
    fn drop(&mut self) {
        self.open = None;
        self.register = None;
        self.camera = None;
        self.fingers = None;
        self.irises = None;
        self.voice = None;
        self.matcher = None;
        self.printer = None;
        self.bench = None;
        self.trial = None;
        // Who waits for answers of the vault ends first; the device threads listen to the vault, so they end after it.
        self.outlast(|thread| thread.thread().name().is_none_or(|name| !ASKING.contains(&name)));
        if let Some(vault) = self.vault.take() {
            // A vault that does not take the word any more has ended already.
            vault.send(vault::Job::Close).ok();
        }
        self.outlast(|_| false);
    }
}

fn offer<T>(to: Option<&Sender<T>>, job: T) -> Result<(), ()> {
    match to.map(|to| to.try_send(job)) {
        Some(Ok(())) => Ok(()),
        Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => Err(()),
    }
}

/// A sentence in both languages.
fn phrase(vi: &str, en: &str) -> Phrase {
    Phrase { vi: vi.to_owned(), en: en.to_owned() }
}

/// What an officer reads of a device's error.
fn phrase_of(error: &DeviceError) -> Phrase {
    phrase(error.advice(Language::Vietnamese), error.advice(Language::English))
}
