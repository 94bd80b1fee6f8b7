//! A session with a service as a recording, and the recording in the service's place.
//!
//! Connection by connection stands there what was asked and what came when. At a station the pictures are taken out: of
//! the answers that carry them the head is left. A replay has the recording's certificates, environment, time and numbers of
//! transactions, so that what was signed then still holds.

use crate::bus::Bus;
use crate::factory::DRIVER;
use crate::identity::Environment;
use crate::site::Site;
use crate::{Anchors, SbiError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tram_device::recording::{Event, Notes, Nothing, Recording, Redact, Source};
use tram_device::transport::{ByteTransport, Clock, TransportError};

/// The questions whose answers carry pictures.
const WITH_PICTURES: [&[u8]; 2] = [b"STREAM ", b"RCAPTURE "];
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// What changes in a question from one second to the next.
const TIME_OF_CAPTURE: &str = "\"captureTime\":\"";

type Events = Vec<(Duration, Event)>;

/// Numbers of transactions that a replay draws again. What is captured while a session is recorded is no enrollment.
fn counted() -> Arc<dyn Fn() -> u128 + Send + Sync> {
    let drawn = AtomicU64::new(0);
    Arc::new(move || u128::from(drawn.fetch_add(1, Ordering::Relaxed) + 1))
}

/// Passes connections on and writes each down when it ends.
pub struct Recorded<B> {
    bus: Arc<B>,
    began: Duration,
    notes: Arc<Mutex<Notes>>,
    redaction: fn() -> Box<dyn Redact>,
}

impl<B: Bus> Recorded<B> {
    /// Starts a recording in `sink`, for a site as it is given back: with the recording's own numbers and clock.
    pub fn new(
        bus: Arc<B>,
        site: &Site,
        redaction: fn() -> Box<dyn Redact>,
        sink: Box<dyn Write + Send>,
    ) -> (Self, Site) {
        let (start, began) = ((site.clock)(), bus.now());
        let notes = Arc::new(Mutex::new(Notes::new(DRIVER, &about(site, start), sink)));
        let clock = Arc::clone(&bus);
        let clock = Arc::new(move || start + clock.now().saturating_sub(began));
        (Self { bus, began, notes, redaction }, Site { clock, random: counted(), ..site.clone() })
    }

    fn hear(&self, wire: B::Wire) -> Heard<B> {
        Heard {
            wire,
            bus: Arc::clone(&self.bus),
            began: self.began,
            notes: Arc::clone(&self.notes),
            redact: (self.redaction)(),
            events: Vec::new(),
        }
    }
}

/// What takes the pictures out at a station.
pub(crate) fn without_pictures() -> Box<dyn Redact> {
    Box::new(Heads::default())
}

impl<B> fmt::Debug for Recorded<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorded")
    }
}

impl<B: Bus> Bus for Recorded<B> {
    type Wire = Heard<B>;

    fn now(&self) -> Duration {
        self.bus.now()
    }

    fn sleep(&self, pause: Duration) {
        self.bus.sleep(pause);
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Heard<B>)> {
        self.bus.listening(in_use).into_iter().map(|(port, wire)| (port, self.hear(wire))).collect()
    }

    fn dial(&self, port: u16) -> Result<Heard<B>, TransportError> {
        Ok(self.hear(self.bus.dial(port)?))
    }
}

/// A connection that is written down.
pub struct Heard<B: Bus> {
    wire: B::Wire,
    bus: Arc<B>,
    began: Duration,
    notes: Arc<Mutex<Notes>>,
    redact: Box<dyn Redact>,
    events: Events,
}

impl<B: Bus> fmt::Debug for Heard<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Heard({} events)", self.events.len())
    }
}

impl<B: Bus> Heard<B> {
    fn note(&mut self, event: Event) {
        self.events.push((self.bus.now().saturating_sub(self.began), event));
    }
}

impl<B: Bus> Clock for Heard<B> {
    fn now(&self) -> Duration {
        self.wire.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.wire.sleep(pause);
    }
}

impl<B: Bus> ByteTransport for Heard<B> {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        if !WITH_PICTURES.iter().any(|verb| data.starts_with(verb)) {
            self.redact = Box::new(Nothing);
        }
        self.note(Event::Write { data: data.to_vec() });
        self.wire.write(data)
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let came = self.wire.read(limit, timeout);
        match &came {
            Ok(data) if data.is_empty() => {}
            Ok(data) => {
                let mut data = data.clone();
                self.redact.came(Source::Stream, &mut data);
                self.note(Event::Read { data });
            }
            Err(_) => self.note(Event::Closed),
        }
        came
    }
}

impl<B: Bus> Drop for Heard<B> {
    fn drop(&mut self) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, event) in &self.events {
            notes.note(*at, event);
        }
    }
}

/// Leaves the head of an answer.
#[derive(Default)]
struct Heads {
    /// How much of the end of the head has come.
    matched: usize,
}

impl Redact for Heads {
    fn came(&mut self, _source: Source, data: &mut [u8]) {
        for byte in data {
            match END_OF_HEAD.get(self.matched) {
                None => *byte = 0,
                Some(wanted) if wanted == byte => self.matched += 1,
                Some(_) => self.matched = usize::from(*byte == b'\r'),
            }
        }
    }
}

/// What stands in the first line: environment, time, the certificates the site trusts.
fn about(site: &Site, start: OffsetDateTime) -> String {
    let certificates: Vec<String> =
        site.anchors.iter().map(|certificate| STANDARD_NO_PAD.encode(certificate)).collect();
    format!("{} {} {}", site.environment, start.unix_timestamp_nanos(), certificates.join(","))
}

/// A bus with the recorded connections on it: whoever asks what was asked is answered as it was, when it was.
#[derive(Clone, Debug)]
pub struct Played(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Duration,
    connections: Vec<Events>,
    ports: BTreeSet<u16>,
}

impl Played {
    /// Before the beginning, with the site of the recording.
    ///
    /// # Errors
    /// When the recording does not say what it must of its site.
    pub fn new(recording: &Recording) -> Result<(Self, Site), SbiError> {
        let wrong = || SbiError::Garbage("a recording that does not say whom it trusts".to_owned());
        let mut words = recording.about.split(' ');
        let mut word = || words.next().ok_or_else(wrong);
        let named = word()?;
        let environment = Environment::ALL.into_iter().find(|environment| environment.to_string() == named);
        let start =
            word()?.parse().ok().and_then(|nanos| OffsetDateTime::from_unix_timestamp_nanos(nanos).ok());
        let start = start.ok_or_else(wrong)?;
        let certificates = word()?.split(',').filter_map(|text| STANDARD_NO_PAD.decode(text).ok());
        let anchors = Anchors::new(certificates);
        let bus = Self::of(&recording.events);
        let clock = bus.clone();
        let site = Site {
            anchors,
            environment: environment.ok_or_else(wrong)?,
            clock: Arc::new(move || start + clock.now()),
            random: counted(),
        };
        Ok((bus, site))
    }

    fn of(events: &Events) -> Self {
        let (mut connections, mut ports): (Vec<Events>, _) = (Vec::new(), BTreeSet::new());
        for event in events {
            if let Event::Write { data } = &event.1 {
                ports.extend(port(data));
                connections.push(Vec::new());
            }
            if let Some(connection) = connections.last_mut() {
                connection.push(event.clone());
            }
        }
        Self(Arc::new(Mutex::new(State { now: Duration::ZERO, connections, ports })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self) -> Answers {
        Answers { bus: self.clone(), opened: self.now(), left: VecDeque::new() }
    }
}

/// The port that a question names.
fn port(question: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(question);
    text.lines().find_map(|line| line.strip_prefix("HOST: 127.0.0.1:"))?.trim().parse().ok()
}

/// Whether one question is another, at whatever time.
fn is_same(asked: &[u8], recorded: &[u8]) -> bool {
    let timeless = |question: &[u8]| {
        let text = String::from_utf8_lossy(question).into_owned();
        let parts = text.split_once(TIME_OF_CAPTURE).map(|(before, after)| {
            format!("{before}{}", after.split_once('"').map_or("", |(_, after)| after))
        });
        parts.unwrap_or(text)
    };
    asked == recorded || timeless(asked) == timeless(recorded)
}

impl Bus for Played {
    type Wire = Answers;

    fn now(&self) -> Duration {
        self.state().now
    }

    fn sleep(&self, pause: Duration) {
        self.state().now += pause;
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Answers)> {
        let ports = self.state().ports.clone();
        let free = ports.into_iter().filter(|port| !in_use.contains(port));
        free.map(|port| (port, self.connection())).collect()
    }

    fn dial(&self, _: u16) -> Result<Answers, TransportError> {
        Ok(self.connection())
    }
}

/// A recorded connection.
#[derive(Debug)]
pub struct Answers {
    bus: Played,
    opened: Duration,
    left: VecDeque<(Duration, Event)>,
}

impl Clock for Answers {
    fn now(&self) -> Duration {
        self.bus.now().saturating_sub(self.opened)
    }

    fn sleep(&mut self, pause: Duration) {
        self.bus.sleep(pause);
    }
}

impl ByteTransport for Answers {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        let connections = &mut self.bus.state().connections;
        let is_asked = |events: &Events| matches!(events.first(), Some((_, Event::Write { data: asked })) if is_same(asked, data));
        let at = connections.iter().position(is_asked).ok_or_else(|| {
            let head: String = String::from_utf8_lossy(data).chars().take(80).collect();
            TransportError::Diverged(format!("nobody asked {head}"))
        })?;
        self.left = connections.remove(at).into_iter().skip(1).collect();
        Ok(())
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let now = &mut self.bus.state().now;
        let until = *now + timeout;
        match self.left.pop_front() {
            Some((at, Event::Read { data })) if at <= until && data.len() <= limit => {
                *now = at.max(*now);
                Ok(data)
            }
            Some((_, Event::Closed)) => Err(TransportError::Gone("as recorded".to_owned())),
            later => {
                if let Some(later) = later {
                    self.left.push_front(later);
                }
                *now = until;
                Ok(Vec::new())
            }
        }
    }
}
