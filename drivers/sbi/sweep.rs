//! Looking for devices: all ports at once, whoever listens asked in both dialects, and each device checked.

use crate::SbiError;
use crate::bus::Bus;
use crate::exchange::Exchange;
use crate::identity::{DeviceInfo, Dialect, DigitalId, Discovered, read_discovery, read_info};
use crate::site::Site;
use std::collections::BTreeMap;
use std::time::Duration;
use tram_device::transport::ByteTransport;

/// How long one look may take, whatever the services do.
const PATIENCE: Duration = Duration::from_millis(1200);
/// How long a service may be silent to the verb of one dialect before it is asked in the other.
const DIALECT_PATIENCE: Duration = Duration::from_millis(500);
/// How long one look may take for a port that took a connection the last time and said nothing.
const PATIENCE_WITH_MUTE: Duration = Duration::from_millis(150);
/// One look in so many gives mute ports the whole time again.
const MUTE_TURN: u32 = 4;
/// How long one port is listened to before the next one is.
const STEP: Duration = Duration::from_millis(2);

/// A device that was seen.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) port: u16,
    /// Who it says it is: for showing it, and only proven where there is an info.
    pub(crate) id: DigitalId,
    /// What it proved to be, or why it cannot be used.
    pub(crate) info: Result<DeviceInfo, SbiError>,
}

/// What is remembered from look to look.
#[derive(Debug, Default)]
pub(crate) struct Sweep {
    looks: u32,
    dialects: BTreeMap<u16, Dialect>,
    mute: Vec<u16>,
    found: BTreeMap<u16, Vec<Found>>,
}

impl Sweep {
    /// Looks. Ports in use are not disturbed; their devices are those of the last look.
    pub(crate) fn look<B: Bus>(&mut self, bus: &B, site: &Site, in_use: &[u16]) -> Vec<Found> {
        self.looks = self.looks.wrapping_add(1);
        let is_mute_turn = self.looks.is_multiple_of(MUTE_TURN);
        let now = bus.now();
        let listening = bus.listening(in_use).into_iter();
        let mut probes: Vec<Probe<B::Wire>> = listening
            .map(|(port, wire)| {
                let is_mute = self.mute.contains(&port) && !is_mute_turn;
                let deadline = now + if is_mute { PATIENCE_WITH_MUTE } else { PATIENCE };
                Probe::begin(port, wire, deadline, self.dialects.get(&port).copied())
            })
            .collect();
        while probes.iter().any(|probe| !matches!(probe.stage, Stage::Over(_))) {
            for probe in &mut probes {
                probe.advance(bus, site);
            }
        }
        self.found.retain(|port, _| in_use.contains(port));
        self.mute.clear();
        for probe in probes {
            self.remember(probe);
        }
        refuse_duplicates(self.found.values().flatten().cloned().collect())
    }

    fn remember<W>(&mut self, probe: Probe<W>) {
        let Stage::Over(end) = probe.stage else { return };
        match probe.spoke {
            Some(dialect) => self.dialects.insert(probe.port, dialect),
            None => self.dialects.remove(&probe.port),
        };
        match end {
            End::Found(found) => {
                self.found.insert(probe.port, found);
            }
            End::Mute => self.mute.push(probe.port),
            End::Foreign => {}
        }
    }
}

/// Two devices with one proven identity: neither is used until one is gone.
fn refuse_duplicates(mut found: Vec<Found>) -> Vec<Found> {
    let mut ports: BTreeMap<_, Vec<u16>> = BTreeMap::new();
    for device in found.iter().filter(|device| device.info.is_ok()) {
        ports.entry((device.id.serial.clone(), device.id.kind)).or_default().push(device.port);
    }
    for device in &mut found {
        if let Some(ports) =
            ports.get(&(device.id.serial.clone(), device.id.kind)).filter(|ports| ports.len() > 1)
            && device.info.is_ok()
        {
            let (serial, ports) = (device.id.serial.clone(), ports.clone());
            device.info = Err(SbiError::Duplicate { serial, ports });
        }
    }
    found
}

/// One port that is being asked.
struct Probe<W> {
    port: u16,
    deadline: Duration,
    /// Dialects not tried yet, the next one last.
    untried: Vec<Dialect>,
    /// The dialect it answered in.
    spoke: Option<Dialect>,
    /// Whether it was silent to any.
    was_silent: bool,
    stage: Stage<W>,
}

enum Stage<W> {
    Discovering(Dialect, Exchange<W>),
    Informing(Vec<Discovered>, Exchange<W>),
    Over(End),
}

enum End {
    Found(Vec<Found>),
    /// Took a connection and said nothing.
    Mute,
    /// Speaks something else.
    Foreign,
}

impl<W: ByteTransport> Probe<W> {
    fn begin(port: u16, wire: W, deadline: Duration, known: Option<Dialect>) -> Self {
        let mut untried: Vec<Dialect> = Dialect::ALL.into_iter().rev().collect();
        untried.sort_by_key(|dialect| Some(*dialect) == known);
        let first = untried.pop().unwrap_or(Dialect::Mds095);
        let stage = match Exchange::ask(wire, port, &first.discover(DIALECT_PATIENCE)) {
            Ok(exchange) => Stage::Discovering(first, exchange),
            Err(_) => Stage::Over(End::Foreign),
        };
        Self { port, deadline, untried, spoke: None, was_silent: false, stage }
    }

    /// Takes what came, and goes on to what follows from it.
    fn advance<B: Bus<Wire = W>>(&mut self, bus: &B, site: &Site) {
        let next = match &mut self.stage {
            Stage::Over(_) => return,
            Stage::Discovering(dialect, exchange) => {
                let (dialect, answer) = (*dialect, exchange.poll(STEP));
                self.discovered(bus, dialect, answer)
            }
            Stage::Informing(devices, exchange) => match exchange.poll(STEP) {
                Ok(None) => None,
                Ok(Some((_, body))) => {
                    Some(over(self.port, devices, |device| read_info(&body, device, self.port, site)))
                }
                Err(error) => Some(over(self.port, devices, |_| Err(error.clone()))),
            },
        };
        if let Some(next) = next {
            self.stage = next;
        } else if bus.now() >= self.deadline {
            self.stage = match &self.stage {
                Stage::Informing(devices, _) => {
                    over(self.port, devices, |_| Err(SbiError::Silent { verb: "the question for its info" }))
                }
                _ => Stage::Over(End::Mute),
            };
        }
    }

    fn discovered<B: Bus<Wire = W>>(
        &mut self,
        bus: &B,
        dialect: Dialect,
        answer: Result<Option<(u16, Vec<u8>)>, SbiError>,
    ) -> Option<Stage<W>> {
        match answer {
            Ok(None) => return None,
            Ok(Some((_, body))) => {
                let devices = read_discovery(&body, dialect).unwrap_or_default();
                if !devices.is_empty() {
                    return Some(self.inform(bus, dialect, devices));
                }
            }
            Err(error) => self.was_silent |= matches!(error, SbiError::Silent { .. }),
        }
        let next = self.untried.pop().and_then(|dialect| {
            let question = dialect.discover(DIALECT_PATIENCE);
            Some(Stage::Discovering(dialect, Exchange::open(bus, self.port, &question).ok()?))
        });
        Some(next.unwrap_or(Stage::Over(if self.was_silent { End::Mute } else { End::Foreign })))
    }

    fn inform<B: Bus<Wire = W>>(&mut self, bus: &B, dialect: Dialect, devices: Vec<Discovered>) -> Stage<W> {
        self.spoke = Some(dialect);
        match Exchange::open(bus, self.port, &dialect.inform(PATIENCE)) {
            Ok(exchange) => Stage::Informing(devices, exchange),
            Err(error) => over(self.port, &devices, |_| Err(error.clone())),
        }
    }
}

fn over<W>(
    port: u16,
    devices: &[Discovered],
    info: impl Fn(&Discovered) -> Result<DeviceInfo, SbiError>,
) -> Stage<W> {
    let found = |device: &Discovered| Found { port, id: device.id.clone(), info: info(device) };
    Stage::Over(End::Found(devices.iter().map(found).collect()))
}
