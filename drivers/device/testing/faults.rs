//! A wire that misbehaves by script.

use crate::transport::{ByteTransport, Clock, Request, TransportError, UsbTransport};
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest a device sleeps.
const LONGEST_SLEEP_MILLIS: u32 = 4000;
/// The latest an answer comes.
const SLOWEST_MILLIS: u32 = 3000;

/// What goes wrong with one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The cable is pulled: this and every further transfer fails.
    Unplug,
    /// The device refuses the request.
    Stall,
    /// No answer in time.
    Timeout,
    /// Only this many bytes arrive.
    Short(usize),
    /// Bytes are overwritten with noise from this seed.
    Garbage(u32),
    /// The answer is empty.
    Empty,
    /// The answer comes twice as long, padded with itself.
    Long,
    /// The answer is right, but comes so many milliseconds late, at the latest in time.
    Slow(u32),
    /// The device falls asleep: it neither hears nor answers anything for so many milliseconds, then it wakes.
    Asleep(u32),
}

impl Fault {
    /// Faults at random, the same for the same seed: each strikes one of a session's first `transfers` transfers; what
    /// falls short keeps fewer than `longest` bytes.
    pub fn random(seed: u32, transfers: u32, longest: u32) -> impl Iterator<Item = (usize, Self)> {
        let mut draw = Noise::new(seed);
        std::iter::repeat_with(move || {
            let fault = match draw.below(9) {
                0 => Self::Unplug,
                1 => Self::Stall,
                2 => Self::Timeout,
                3 => Self::Short(draw.below(longest) as usize),
                4 => Self::Garbage(draw.next()),
                5 => Self::Empty,
                6 => Self::Long,
                7 => Self::Slow(draw.below(SLOWEST_MILLIS)),
                _ => Self::Asleep(draw.below(LONGEST_SLEEP_MILLIS)),
            };
            (draw.below(transfers) as usize, fault)
        })
    }

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unplug => "unplug",
            Self::Stall => "stall",
            Self::Timeout => "timeout",
            Self::Short(_) => "short",
            Self::Garbage(_) => "garbage",
            Self::Empty => "empty",
            Self::Long => "long",
            Self::Slow(_) => "slow",
            Self::Asleep(_) => "asleep",
        }
    }
}

/// How often each fault had which outcome: what the driver was doing when it noticed, or that it did not have to.
#[derive(Clone, Debug, Default)]
pub struct FaultTable(BTreeMap<&'static str, BTreeMap<String, u32>>);

impl FaultTable {
    /// Counts one session.
    pub fn count(&mut self, fault: Fault, outcome: impl Into<String>) {
        self.count_named(fault.name(), outcome);
    }

    /// Counts one session with a fault that only some wires know.
    pub fn count_named(&mut self, fault: &'static str, outcome: impl Into<String>) {
        *self.0.entry(fault).or_default().entry(outcome.into()).or_default() += 1;
    }

    /// The table in lines that `packaging/faults` gathers: `FAULTS|driver|fault|sessions|outcome sessions; ...`.
    pub fn of(&self, driver: &str) -> String {
        let row = |(fault, outcomes): (&&str, &BTreeMap<String, u32>)| {
            let cells: Vec<String> = outcomes.iter().map(|(name, count)| format!("{name} {count}")).collect();
            format!("FAULTS|{driver}|{fault}|{}|{}", outcomes.values().sum::<u32>(), cells.join("; "))
        };
        self.0.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    /// How many sessions were counted.
    pub fn sessions(&self) -> u32 {
        self.0.values().flat_map(BTreeMap::values).sum()
    }
}

/// Xorshift.
pub(super) struct Noise(u32);

impl Noise {
    pub(super) fn new(seed: u32) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.next() % end.max(1)
    }
}

/// Passes transfers on to `inner`, but for those the script names: the nth transfer, counted from 0, suffers its
/// fault. Every answer of the device and every write of the host counts as one transfer.
pub struct Faulty<T> {
    /// The wire behind.
    pub inner: T,
    script: BTreeMap<usize, Fault>,
    transfers: usize,
    unplugged: bool,
    asleep_until: Duration,
}

impl<T> Faulty<T> {
    /// A wire with these faults.
    pub fn new(inner: T, script: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        Self {
            inner,
            script: script.into_iter().collect(),
            transfers: 0,
            unplugged: false,
            asleep_until: Duration::ZERO,
        }
    }

    /// How many transfers there have been.
    pub fn transfers(&self) -> usize {
        self.transfers
    }

    /// Whether the script has pulled the cable.
    pub fn is_unplugged(&self) -> bool {
        self.unplugged
    }

    fn plugged(&self) -> Result<(), TransportError> {
        if self.unplugged { Err(TransportError::Gone("unplugged by script".to_owned())) } else { Ok(()) }
    }

    /// The fault of this transfer, if it has one.
    fn fault(&mut self) -> Option<Fault> {
        let fault = self.script.get(&self.transfers).copied();
        self.transfers += 1;
        if fault == Some(Fault::Unplug) {
            self.unplugged = true;
        }
        fault
    }
}

impl<T: Clock> Faulty<T> {
    /// Whether the device sleeps; then the host waits in vain, at most for `timeout`.
    fn sleeps(&mut self, timeout: Duration) -> bool {
        let left = self.asleep_until.saturating_sub(self.inner.now());
        self.inner.sleep(timeout.min(left));
        !left.is_zero()
    }

    /// Fails while the device sleeps.
    fn awake(&mut self, timeout: Duration) -> Result<(), TransportError> {
        if self.sleeps(timeout) {
            Err(TransportError::Timeout("asleep by script".to_owned()))
        } else {
            Ok(())
        }
    }

    /// Does to an answer what the fault says.
    fn spoil(&mut self, data: Vec<u8>, patience: Duration) -> Result<Vec<u8>, TransportError> {
        match self.fault() {
            None => Ok(data),
            Some(Fault::Unplug) => Err(TransportError::Gone("unplugged by script".to_owned())),
            Some(Fault::Stall) => Err(TransportError::Stall("by script".to_owned())),
            Some(Fault::Timeout) => Err(TransportError::Timeout("by script".to_owned())),
            Some(Fault::Empty) => Ok(Vec::new()),
            Some(Fault::Short(count)) => Ok(data.into_iter().take(count).collect()),
            Some(Fault::Garbage(seed)) => Ok(noise(seed, data.len())),
            Some(Fault::Long) => Ok(data.repeat(2)),
            Some(Fault::Slow(millis)) => {
                self.inner.sleep(patience.min(Duration::from_millis(u64::from(millis))));
                Ok(data)
            }
            Some(Fault::Asleep(millis)) => {
                self.asleep_until = self.inner.now() + Duration::from_millis(u64::from(millis));
                Err(TransportError::Timeout("asleep by script".to_owned()))
            }
        }
    }
}

/// `count` bytes of noise.
fn noise(seed: u32, count: usize) -> Vec<u8> {
    let mut noise = Noise::new(seed);
    (0..count).map(|_| (noise.next() >> 24) as u8).collect()
}

impl<T: Clock> Clock for Faulty<T> {
    fn now(&self) -> Duration {
        self.inner.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.inner.sleep(pause);
    }
}

impl<T: UsbTransport> UsbTransport for Faulty<T> {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        timeout: Duration,
    ) -> Result<(), TransportError> {
        self.plugged()?;
        self.awake(timeout)?;
        match self.spoil(data.to_vec(), timeout) {
            // The device received something else, or nothing: an OUT request has no answer to spoil.
            Ok(sent) if sent == data => self.inner.control_out(request, data, timeout),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        self.plugged()?;
        self.awake(timeout)?;
        let data = self.inner.control_in(request, length, timeout)?;
        self.spoil(data, timeout)
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        self.plugged()?;
        self.inner.submit_in(endpoint, length)
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        self.plugged()?;
        if self.sleeps(timeout) {
            return Ok(None);
        }
        match self.inner.next_in(endpoint, timeout)? {
            None => Ok(None),
            Some(data) => self.spoil(data, timeout).map(Some),
        }
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.plugged()?;
        self.inner.cancel_in(endpoint)
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.plugged()?;
        self.awake(timeout)?;
        // The bus guards what the host sends by checksums: it arrives whole or not at all.
        self.spoil(Vec::new(), timeout)?;
        self.inner.bulk_out(endpoint, data, timeout)
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.plugged()?;
        self.inner.clear_halt(endpoint)
    }
}

impl<T: ByteTransport> ByteTransport for Faulty<T> {
    /// What is written to a device that sleeps is lost, and nobody is told.
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.plugged()?;
        if self.sleeps(Duration::ZERO) {
            return Ok(());
        }
        let sent = self.spoil(data.to_vec(), Duration::ZERO)?;
        self.inner.write(&sent)
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        self.plugged()?;
        if self.sleeps(timeout) {
            return Ok(Vec::new());
        }
        let data = self.inner.read(limit, timeout)?;
        if data.is_empty() { Ok(data) } else { self.spoil(data, timeout) }
    }
}
