//! A slap of four fingers as the emulated service gave it, played again from the project's recording: connection by
//! connection what was asked and what came when, and what the driver must make of it.

use crate::world::{AUTHORITY, BEGINNING, Line, World};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression};
use tram_device::finger::FinishingReader;
use tram_device::recording::{Event, Recording, digest};
use tram_device::testing::recordings::kept;
use tram_device::transport::{ByteTransport, Clock, TransportError};
use tram_device::{Device as Opened, Factory, FingerRequest};
use tram_sbi::{Anchors, Bus, Environment, Sbi, Site};
use tram_sbi_emulator::{Device, Modality, Spec};

const PORT: u16 = 4501;
const SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain };

type Events = Vec<(Duration, Event)>;

/// The world with a protocol of its connections, each written down when it ends.
#[derive(Clone, Debug)]
struct Recorded(World, Arc<Mutex<Events>>);

#[derive(Debug)]
struct Heard {
    line: Line,
    bus: Recorded,
    events: Events,
}

impl Recorded {
    fn hear(&self, line: Line) -> Heard {
        Heard { line, bus: self.clone(), events: Vec::new() }
    }
}

impl Bus for Recorded {
    type Wire = Heard;

    fn now(&self) -> Duration {
        self.0.now()
    }

    fn sleep(&self, pause: Duration) {
        Bus::sleep(&self.0, pause);
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Heard)> {
        self.0.listening(in_use).into_iter().map(|(port, line)| (port, self.hear(line))).collect()
    }

    fn dial(&self, port: u16) -> Result<Heard, TransportError> {
        Ok(self.hear(self.0.dial(port)?))
    }
}

impl Clock for Heard {
    fn now(&self) -> Duration {
        self.line.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.line.sleep(pause);
    }
}

impl ByteTransport for Heard {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.events.push((self.bus.now(), Event::Write { data: data.to_vec() }));
        self.line.write(data)
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let came = self.line.read(limit, timeout);
        match &came {
            Ok(data) if data.is_empty() => {}
            Ok(data) => self.events.push((self.bus.now(), Event::Read { data: data.clone() })),
            Err(_) => self.events.push((self.bus.now(), Event::Closed)),
        }
        came
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.bus.1.lock().unwrap().append(&mut self.events);
    }
}

/// A bus with the recorded connections on it: whoever asks what was asked is answered as it was, when it was.
#[derive(Clone, Debug)]
struct Played(Arc<Mutex<(Duration, Vec<Events>)>>);

#[derive(Debug)]
struct Answers {
    bus: Played,
    opened: Duration,
    left: VecDeque<(Duration, Event)>,
}

impl Played {
    fn new(events: Events) -> Self {
        let mut connections: Vec<Events> = Vec::new();
        for event in events {
            match (&event.1, connections.last_mut()) {
                (Event::Write { .. }, _) | (_, None) => connections.push(vec![event]),
                (_, Some(connection)) => connection.push(event),
            }
        }
        Self(Arc::new(Mutex::new((Duration::ZERO, connections))))
    }

    fn connection(&self) -> Answers {
        Answers { bus: self.clone(), opened: self.now(), left: VecDeque::new() }
    }
}

impl Bus for Played {
    type Wire = Answers;

    fn now(&self) -> Duration {
        self.0.lock().unwrap().0
    }

    fn sleep(&self, pause: Duration) {
        self.0.lock().unwrap().0 += pause;
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Answers)> {
        [PORT]
            .into_iter()
            .filter(|port| !in_use.contains(port))
            .map(|port| (port, self.connection()))
            .collect()
    }

    fn dial(&self, _: u16) -> Result<Answers, TransportError> {
        Ok(self.connection())
    }
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
        let connections = &mut self.bus.0.lock().unwrap().1;
        let is_asked =
            |events: &Events| matches!(&events[0].1, Event::Write { data: asked } if asked == data);
        let at = connections.iter().position(is_asked).ok_or_else(|| {
            TransportError::Diverged(format!("nobody asked {}", String::from_utf8_lossy(data)))
        })?;
        self.left = connections.remove(at).into_iter().skip(1).collect();
        Ok(())
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let now = &mut self.bus.0.lock().unwrap().0;
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

fn driver<B: Bus + Clone>(bus: &B) -> Sbi<B> {
    let (clock, draws) = (bus.clone(), Mutex::new(0_u128));
    let random = move || {
        let mut draws = draws.lock().unwrap();
        *draws += 1;
        *draws
    };
    let site = Site {
        anchors: Anchors::new([AUTHORITY.certificate().to_vec()]),
        environment: Environment::Developer,
        clock: Arc::new(move || BEGINNING + clock.now()),
        random: Arc::new(random),
    };
    Sbi::on(bus.clone(), site)
}

/// One slap: what came of it, line by line.
fn session(bus: &(impl Bus + Clone)) -> Vec<String> {
    let driver = driver(bus);
    let listing = driver.list().pop().expect("a service");
    let Opened::FingerReader(mut reader) = driver.open(&listing).expect("it opens") else {
        panic!("no reader")
    };
    reader.begin(SLAP).expect("it arms");
    let mut came = Vec::new();
    for _ in 0..1000 {
        let frame = reader.next_frame(Duration::from_millis(100)).expect("nothing is wrong");
        came.extend(frame.map(|frame| format!("preview, digest {:016x}", digest(frame.image.pixels()))));
        if let Some(fingers) = reader.finishing().and_then(FinishingReader::take_finished) {
            let finger = |f: &tram_device::finger::FinishedFinger| {
                format!("{:?}, digest {:016x}", f.position, digest(&f.record))
            };
            came.extend(fingers.iter().map(finger));
            return came;
        }
    }
    panic!("no capture came");
}

#[test]
fn a_recorded_slap_is_verified_and_taken_again() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-slap.txt");
    let recording = kept(&file, || {
        let device = Device {
            picture: (48, 64),
            capture_time: Duration::from_millis(300),
            ..Device::new("TEST-SLAP-0001", Spec::Sbi10, Modality::SlapReader)
        };
        let bus = Recorded(World::with([device]), Arc::default());
        let expected = session(&bus);
        let events = std::mem::take(&mut *bus.1.lock().unwrap());
        let (driver, about) = ("sbi".to_owned(), "TEST emulated slap reader".to_owned());
        Recording { driver, about, events, expected }
    });
    let recording = recording.expect("it belongs to the project");
    assert_eq!(session(&Played::new(recording.events)), recording.expected);
    println!("{}: {}", recording.about, recording.expected.join("; "));
}
