//! A recording in the place of the wire.

use super::{Event, Recording, Sent};
use crate::transport::{ByteTransport, Clock, Request, TransportError, UsbTransport};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Answers a driver from a recording.
///
/// Requests and writes must come as they were recorded, in the same order and with the same bytes; anything else
/// is [`TransportError::Diverged`] and names the place. What the device sent by itself is given out in its
/// recorded order, never before the request it followed nor before a recorded wait in vain; when exactly the driver
/// looks for it does not matter, nor do time-outs: a wait for what only a further request would bring ends at once as if
/// time had passed.
pub struct Replay {
    script: VecDeque<(usize, Event)>,
    submits: BTreeMap<u8, VecDeque<usize>>,
    queued: BTreeMap<u8, usize>,
    came: BTreeMap<u8, VecDeque<Event>>,
    unread: VecDeque<u8>,
    unwritten: VecDeque<u8>,
    now: Duration,
}

impl Replay {
    /// Starts at the beginning.
    pub fn new(recording: Recording) -> Self {
        let mut submits: BTreeMap<u8, VecDeque<usize>> = BTreeMap::new();
        let mut script = VecDeque::new();
        // The first event stands in line 2.
        for (line, (_, event)) in (2..).zip(recording.events) {
            match event {
                Event::Submit { endpoint, length } => submits.entry(endpoint).or_default().push_back(length),
                event => script.push_back((line, event)),
            }
        }
        Self {
            script,
            submits,
            queued: BTreeMap::new(),
            came: BTreeMap::new(),
            unread: VecDeque::new(),
            unwritten: VecDeque::new(),
            now: Duration::ZERO,
        }
    }

    /// How many recorded requests and writes the driver has not made. Zero when it went all the way.
    pub fn remaining(&self) -> usize {
        self.script
            .iter()
            .filter(|(_, e)| {
                !matches!(e, Event::Came { .. } | Event::Read { .. } | Event::Quiet { .. } | Event::Silent)
            })
            .count()
            + usize::from(!self.unwritten.is_empty())
    }

    /// Asks a question of a dialogue that [`super::Notes`] wrote down. An empty answer is none in time.
    ///
    /// # Errors
    /// When something else was asked, and where nothing came back.
    pub fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.write(question)?;
        self.read(usize::MAX, Duration::ZERO)
    }

    /// The next recorded thing the host did. What the device sent before it is set aside.
    fn next_request(&mut self, wanted: &str) -> Result<(usize, Event), TransportError> {
        loop {
            match self.script.pop_front() {
                Some((_, Event::Came { endpoint, outcome })) => {
                    self.came.entry(endpoint).or_default().push_back(Event::Came { endpoint, outcome });
                }
                Some((_, Event::Read { data })) => self.unread.extend(data),
                Some((_, Event::Quiet { .. } | Event::Silent)) => {}
                Some(request) => return Ok(request),
                None => {
                    return Err(TransportError::Diverged(format!("it ends before the driver's {wanted}")));
                }
            }
        }
    }
}

fn diverged<T>(line: usize, recorded: &Event, wanted: &str) -> Result<T, TransportError> {
    Err(TransportError::Diverged(format!("line {line} is {recorded:?}, the driver did {wanted}")))
}

impl Clock for Replay {
    fn now(&self) -> Duration {
        self.now
    }

    fn sleep(&mut self, pause: Duration) {
        self.now += pause;
    }
}

impl UsbTransport for Replay {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        _timeout: Duration,
    ) -> Result<(), TransportError> {
        let wanted = format!("out {request} {}", hex::encode(data));
        match self.next_request(&wanted)? {
            (_, Event::ControlOut { request: r, data: d, outcome }) if r == request && d == data => {
                outcome.map_err(|failure| failure.error(&wanted))
            }
            (line, other) => diverged(line, &other, &wanted),
        }
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        _timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let wanted = format!("in {request} {length}");
        match self.next_request(&wanted)? {
            (_, Event::ControlIn { request: r, length: l, outcome }) if r == request && l == length => {
                outcome.map_err(|failure| failure.error(&wanted))
            }
            (line, other) => diverged(line, &other, &wanted),
        }
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        match self.submits.get_mut(&endpoint).and_then(VecDeque::pop_front) {
            Some(recorded) if recorded != length => Err(TransportError::Diverged(format!(
                "a read on {endpoint:02x} is of {recorded} bytes, the driver's of {length}"
            ))),
            // One read more than recorded is a driver waiting for what will not come.
            _ => {
                *self.queued.entry(endpoint).or_default() += 1;
                Ok(())
            }
        }
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        let queued = self.queued.entry(endpoint).or_default();
        if *queued == 0 {
            return Err(TransportError::Diverged(format!("no read is queued on {endpoint:02x}")));
        }
        while let Some((_, Event::Came { endpoint: from, .. })) = self.script.front() {
            let aside = self.came.entry(*from).or_default();
            aside.extend(self.script.pop_front().map(|(_, event)| event));
        }
        match self.came.get_mut(&endpoint).and_then(VecDeque::pop_front) {
            Some(Event::Came { outcome, .. }) => {
                *queued -= 1;
                outcome.map(Some).map_err(|failure| failure.error(&format!("a read on {endpoint:02x}")))
            }
            _ if matches!(self.script.front(), Some((_, Event::Quiet { endpoint: e })) if *e == endpoint) => {
                self.script.pop_front();
                self.now += timeout;
                Ok(None)
            }
            _ if self.script.is_empty() => {
                Err(TransportError::Diverged("it ends while the driver waits for more".to_owned()))
            }
            _ => {
                self.now += timeout;
                Ok(None)
            }
        }
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.queued.remove(&endpoint);
        Ok(())
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], _timeout: Duration) -> Result<(), TransportError> {
        let wanted = format!("bulk {endpoint:02x} ({} bytes)", data.len());
        match self.next_request(&wanted)? {
            (_, Event::BulkOut { endpoint: e, data: d, outcome }) if e == endpoint && d == Sent::of(data) => {
                outcome.map_err(|failure| failure.error(&wanted))
            }
            (line, other) => diverged(line, &other, &wanted),
        }
    }

    fn clear_halt(&mut self, _endpoint: u8) -> Result<(), TransportError> {
        Ok(())
    }
}

impl ByteTransport for Replay {
    /// Compares byte by byte: how the driver cuts its writes does not matter.
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        let wanted = format!("write ({} bytes)", data.len());
        for byte in data {
            while self.unwritten.is_empty() {
                match self.next_request(&wanted)? {
                    (_, Event::Write { data }) => self.unwritten.extend(data),
                    (_, Event::Closed) => return Err(TransportError::Gone("as recorded".to_owned())),
                    (line, other) => return diverged(line, &other, &wanted),
                }
            }
            if self.unwritten.pop_front() != Some(*byte) {
                return Err(TransportError::Diverged(format!("other bytes were written than by {wanted}")));
            }
        }
        Ok(())
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        if self.unwritten.is_empty() {
            while let Some((_, Event::Read { data })) = self.script.front() {
                self.unread.extend(data);
                self.script.pop_front();
            }
        }
        if self.unread.is_empty() {
            match self.script.front() {
                Some((_, Event::Closed)) => return Err(TransportError::Gone("as recorded".to_owned())),
                None => {
                    return Err(TransportError::Diverged(
                        "it ends while the driver waits for more".to_owned(),
                    ));
                }
                Some((_, Event::Silent)) => {
                    self.script.pop_front();
                    self.now += timeout;
                }
                Some(_) => self.now += timeout,
            }
        }
        let count = limit.min(self.unread.len());
        Ok(self.unread.drain(..count).collect())
    }
}
