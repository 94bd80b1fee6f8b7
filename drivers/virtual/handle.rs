//! The hands around the devices: who stands before them, what goes wrong next, which plug is in.

use crate::camera::{Scene, Shot};
use crate::finger::{Masters, Platen, Trouble};
use crate::iris::{Gaze, IrisTrouble};
use crate::port::{Port, Shared};
use crate::portrait::Portrait;
use crate::printer::{Ending, PrintedCard, Stock};
use crate::target::{Defect, Target};
use std::path::PathBuf;
use std::time::Duration;
use tram_biometric::FingerPosition;
use tram_device::{DeviceError, DeviceKind, PrinterFault};

/// How fast the devices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From one picture of the platen to the next.
    pub finger: Duration,
    /// From one video frame to the next.
    pub camera: Duration,
    /// Each stage of a card.
    pub printer: Duration,
}

impl Pace {
    /// As real devices: fingers settle in about a second, 30 frames a second, a card in six seconds.
    pub const REAL: Self = Self {
        finger: Duration::from_millis(250),
        camera: Duration::from_micros(33_333),
        printer: Duration::from_millis(1_500),
    };
    /// No waiting at all.
    pub const NONE: Self = Self { finger: Duration::ZERO, camera: Duration::ZERO, printer: Duration::ZERO };
}

/// How the devices are when they are first plugged in.
#[derive(Clone, Debug)]
pub struct Config {
    /// How fast they are.
    pub pace: Pace,
    /// Whose picture the camera shows: one for each person, in turn.
    pub portraits: Vec<Portrait>,
    /// What the camera sees from [`tram_device::Camera::start`] on; the last shot stays.
    pub shots: Vec<Shot>,
    /// The folder the printer writes cards to; made when the first card is printed.
    pub cards: PathBuf,
    /// Blank cards in the feeder.
    pub blanks: u32,
    /// Cards the ribbon is good for.
    pub ribbon: u32,
}

impl Config {
    /// Devices at the pace of real ones, with the demonstration portrait, whose owner first stands too far away,
    /// then off centre, then right.
    pub fn demonstration(cards: impl Into<PathBuf>) -> Self {
        Self {
            pace: Pace::REAL,
            portraits: vec![Portrait::Demonstration],
            shots: vec![Shot::far(45), Shot::off_centre(30), Shot::good()],
            cards: cards.into(),
            blanks: 100,
            ribbon: 200,
        }
    }

    /// Devices that never wait, for tests; the person stands right at once.
    pub fn immediate(cards: impl Into<PathBuf>) -> Self {
        Self { pace: Pace::NONE, shots: vec![Shot::good()], ..Self::demonstration(cards) }
    }
}

/// Moves what stands before and around the virtual devices. Clones move the same ones; any thread may.
#[derive(Clone, Debug)]
pub struct Handle {
    pub(crate) pace: Pace,
    pub(crate) platen: Shared<Platen>,
    pub(crate) masters: Shared<Masters>,
    pub(crate) scene: Shared<Scene>,
    pub(crate) gaze: Shared<Gaze>,
    pub(crate) stock: Shared<Stock>,
    finger_port: Shared<Port>,
    camera_port: Shared<Port>,
    iris_port: Shared<Port>,
    printer_port: Shared<Port>,
}

impl Handle {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            pace: config.pace,
            platen: Shared::default(),
            masters: Shared::default(),
            scene: Shared::new(Scene::new(config.portraits, config.shots)),
            gaze: Shared::default(),
            stock: Shared::new(Stock::new(config.cards, config.blanks, config.ribbon)),
            finger_port: Shared::default(),
            camera_port: Shared::default(),
            iris_port: Shared::default(),
            printer_port: Shared::default(),
        }
    }

    /// `None` for kinds of which there is no virtual device.
    pub(crate) fn port(&self, kind: DeviceKind) -> Option<&Shared<Port>> {
        match kind {
            DeviceKind::FingerReader => Some(&self.finger_port),
            DeviceKind::Camera => Some(&self.camera_port),
            DeviceKind::IrisCamera => Some(&self.iris_port),
            DeviceKind::CardPrinter => Some(&self.printer_port),
            DeviceKind::CardReader | DeviceKind::SignaturePad | DeviceKind::CodeReader => None,
        }
    }

    /// This person (the seed of `tram_synthetic::Person`) stands before the devices, with ten fingers.
    pub fn put_person(&self, seed: u64) {
        self.platen.lock().put_person(Some(seed));
        self.scene.lock().put_person(seed);
        self.gaze.lock().put_person(seed);
    }

    /// Nobody's fingers are near the platen.
    pub fn remove_person(&self) {
        self.platen.lock().put_person(None);
    }

    /// The person on the platen does not have these fingers; [`Handle::put_person`] brings all ten.
    pub fn set_missing(&self, fingers: &[FingerPosition]) {
        self.platen.lock().set_missing(fingers);
    }

    /// A technician lays this before the devices; `None` takes it away again.
    pub fn lay(&self, target: Option<Target>) {
        self.platen.lock().target = target;
        self.scene.lock().target = target;
        self.gaze.lock().target = target;
    }

    /// The devices have this defect until it is set to `None`.
    pub fn spoil(&self, defect: Option<Defect>) {
        self.platen.lock().defect = defect;
        self.scene.lock().defect = defect;
        self.gaze.lock().defect = defect;
    }

    /// The next capture goes wrong like this; several wait for one capture each.
    pub fn trouble(&self, trouble: Trouble) {
        self.platen.lock().trouble(trouble);
    }

    /// The next iris capture goes wrong like this; several wait for one capture each.
    pub fn iris_trouble(&self, trouble: IrisTrouble) {
        self.gaze.lock().trouble(trouble);
    }

    /// What the camera sees from now on; the last shot stays.
    pub fn show(&self, shots: Vec<Shot>) {
        self.scene.lock().show(shots);
    }

    /// The printer has this fault until it is set to `None`.
    pub fn set_printer_fault(&self, fault: Option<PrinterFault>) {
        self.stock.lock().set_fault(fault);
    }

    /// How the next card ends.
    pub fn next_card(&self, ending: Ending) {
        self.stock.lock().next_card(ending);
    }

    /// Fills the feeder and puts a ribbon in.
    pub fn refill(&self, blanks: u32, ribbon: u32) {
        self.stock.lock().refill(blanks, ribbon);
    }

    /// Every card the printer put out, oldest first.
    pub fn printed(&self) -> Vec<PrintedCard> {
        self.stock.lock().printed().to_vec()
    }

    /// Pulls a plug: whoever has the device open finds it gone.
    pub fn unplug(&self, kind: DeviceKind) {
        if let Some(port) = self.port(kind) {
            port.lock().unplug();
        }
    }

    /// Puts a plug in again; the device must be opened anew.
    pub fn plug(&self, kind: DeviceKind) {
        if let Some(port) = self.port(kind) {
            port.lock().plugged = true;
        }
    }

    /// Keeps a device from being opened, or lets it be opened again; it stays listed.
    pub fn refuse(&self, kind: DeviceKind, reason: Option<DeviceError>) {
        if let Some(port) = self.port(kind) {
            port.lock().refused = reason;
        }
    }
}
