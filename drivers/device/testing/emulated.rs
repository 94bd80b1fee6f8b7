//! Emulated devices on an emulated wire, in emulated time: a minute of waiting takes no time.

use crate::transport::{ByteTransport, Clock, Request, TransportError, UsbTransport};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How long one request takes on the emulated wire, as on a full-speed bus.
const REQUEST_TIME: Duration = Duration::from_micros(500);
/// The step in which the emulated wire looks whether its device has something to say.
const TICK: Duration = Duration::from_millis(1);

/// The far end of an emulated USB wire. It knows the protocol of its device and nothing of drivers.
pub trait UsbDevice: Send {
    /// Answers a control request, or `None` to stall. `length` is `None` when `data` goes to the device.
    fn control(
        &mut self,
        request: Request,
        data: &[u8],
        length: Option<u16>,
        now: Duration,
    ) -> Option<Vec<u8>>;

    /// What the device sends on this endpoint now, when the host has room for `length` bytes; `None` for NAK.
    fn send(&mut self, endpoint: u8, length: usize, now: Duration) -> Option<Vec<u8>>;

    /// Takes what the host wrote to a bulk endpoint, or refuses it with `false`.
    fn receive(&mut self, endpoint: u8, data: &[u8], now: Duration) -> bool;
}

/// A USB wire of emulated time.
pub struct EmulatedUsb<D> {
    /// The far end.
    pub device: D,
    now: Duration,
    queued: BTreeMap<u8, VecDeque<usize>>,
    done: BTreeMap<u8, VecDeque<Vec<u8>>>,
}

impl<D: UsbDevice> EmulatedUsb<D> {
    /// Plugs the device in.
    pub fn new(device: D) -> Self {
        Self { device, now: Duration::ZERO, queued: BTreeMap::new(), done: BTreeMap::new() }
    }

    /// Lets the device serve whatever reads are queued.
    fn serve(&mut self) {
        for (endpoint, lengths) in &mut self.queued {
            while let Some(length) = lengths.front() {
                let Some(data) = self.device.send(*endpoint, *length, self.now) else { break };
                lengths.pop_front();
                self.done.entry(*endpoint).or_default().push_back(data);
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.serve();
            self.now = end.min(self.now + TICK);
        }
        self.serve();
    }
}

impl<D> Clock for EmulatedUsb<D>
where
    D: UsbDevice,
{
    fn now(&self) -> Duration {
        self.now
    }

    fn sleep(&mut self, pause: Duration) {
        self.pass(pause);
    }
}

impl<D: UsbDevice> UsbTransport for EmulatedUsb<D> {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        _timeout: Duration,
    ) -> Result<(), TransportError> {
        let answer = self.device.control(request, data, None, self.now);
        self.pass(REQUEST_TIME);
        answer.map(|_| ()).ok_or_else(|| TransportError::Stall(request.to_string()))
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        _timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let answer = self.device.control(request, &[], Some(length), self.now);
        self.pass(REQUEST_TIME);
        let mut data = answer.ok_or_else(|| TransportError::Stall(request.to_string()))?;
        data.truncate(usize::from(length));
        Ok(data)
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        self.queued.entry(endpoint).or_default().push_back(length);
        Ok(())
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        let deadline = self.now + timeout;
        loop {
            self.serve();
            if let Some(data) = self.done.get_mut(&endpoint).and_then(VecDeque::pop_front) {
                return Ok(Some(data));
            }
            if self.now >= deadline {
                return Ok(None);
            }
            self.pass(TICK.min(deadline.saturating_sub(self.now)));
        }
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.queued.remove(&endpoint);
        self.done.remove(&endpoint);
        Ok(())
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let taken = self.device.receive(endpoint, data, self.now);
        self.pass(if taken { REQUEST_TIME } else { timeout });
        if taken { Ok(()) } else { Err(TransportError::Timeout(format!("a write on {endpoint:02x}"))) }
    }

    fn clear_halt(&mut self, _endpoint: u8) -> Result<(), TransportError> {
        Ok(())
    }
}

/// The far end of an emulated serial line.
pub trait SerialDevice: Send {
    /// Takes bytes of the host.
    fn receive(&mut self, data: &[u8], now: Duration);

    /// What the device has sent by now, at most `limit` bytes.
    fn send(&mut self, limit: usize, now: Duration) -> Vec<u8>;
}

/// A serial line of emulated time.
pub struct EmulatedBytes<D> {
    /// The far end.
    pub device: D,
    now: Duration,
}

impl<D: SerialDevice> EmulatedBytes<D> {
    /// Connects the device.
    pub fn new(device: D) -> Self {
        Self { device, now: Duration::ZERO }
    }
}

impl<D: SerialDevice> Clock for EmulatedBytes<D> {
    fn now(&self) -> Duration {
        self.now
    }

    fn sleep(&mut self, pause: Duration) {
        self.now += pause;
    }
}

impl<D: SerialDevice> ByteTransport for EmulatedBytes<D> {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.device.receive(data, self.now);
        Ok(())
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let deadline = self.now + timeout;
        loop {
            let data = self.device.send(limit, self.now);
            if !data.is_empty() || self.now >= deadline {
                return Ok(data);
            }
            self.now = deadline.min(self.now + TICK);
        }
    }
}
