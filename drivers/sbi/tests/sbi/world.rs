//! Services on a bus whose time passes only when somebody waits: a second takes no time, and no test sleeps.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;
use tram_device::transport::{ByteTransport, Clock, TransportError};
use tram_sbi::{Anchors, Bus, Environment, Sbi, Site};
use tram_sbi_emulator::{Answer, Authority, Device, End, Request, Service};

/// When the world begins.
pub(crate) const BEGINNING: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

/// The provider the site trusts.
pub(crate) static AUTHORITY: LazyLock<Arc<Authority>> =
    LazyLock::new(|| Arc::new(Authority::trusted(BEGINNING)));

/// The bus. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct World(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    now: Duration,
    services: Vec<Hosted>,
    requests: Vec<Request>,
}

#[derive(Debug)]
struct Hosted {
    service: Service,
    /// Counts its lives: a connection to an earlier one is dead.
    life: u32,
    /// When it is there.
    from: Duration,
    until: Duration,
}

impl State {
    fn is_there(&self, index: usize) -> bool {
        let hosted = &self.services[index];
        (hosted.from..hosted.until).contains(&self.now)
    }
}

impl World {
    /// A world with these devices, the first on port 4501 and so on.
    pub(crate) fn with(devices: impl IntoIterator<Item = Device>) -> Self {
        let world = Self::default();
        for (port, device) in (4501..).zip(devices) {
            world.host(device, port, Duration::ZERO, Duration::MAX);
        }
        world
    }

    /// Adds a service that is there for a while.
    pub(crate) fn host(&self, device: Device, port: u16, from: Duration, until: Duration) {
        let service = Service::new(device, port, &AUTHORITY, BEGINNING);
        self.state().services.push(Hosted { service, life: 0, from, until });
    }

    /// The driver of this world at a site that trusts [`AUTHORITY`].
    pub(crate) fn driver(&self, environment: Environment) -> Sbi<World> {
        Sbi::on(self.clone(), self.site(environment))
    }

    /// That site.
    pub(crate) fn site(&self, environment: Environment) -> Site {
        let (world, draws) = (self.clone(), Mutex::new(0_u128));
        Site {
            anchors: Anchors::new([AUTHORITY.certificate().to_vec()]),
            environment,
            clock: Arc::new(move || BEGINNING + world.now()),
            random: Arc::new(move || {
                let mut draws = draws.lock().unwrap();
                *draws += 1;
                *draws
            }),
        }
    }

    /// Looks at or changes the nth service.
    pub(crate) fn service<R>(&self, index: usize, act: impl FnOnce(&mut Service) -> R) -> R {
        act(&mut self.state().services[index].service)
    }

    /// Since when the nth service is there in its present life.
    pub(crate) fn there_since(&self, index: usize) -> Duration {
        self.state().services[index].from
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn line(&self, index: usize) -> Line {
        let state = self.state();
        let life = state.services[index].life;
        Line {
            world: self.clone(),
            index,
            life,
            opened: state.now,
            request: Vec::new(),
            answer: None,
            played_until: state.now,
            coming: None,
        }
    }
}

impl Bus for World {
    type Wire = Line;

    fn now(&self) -> Duration {
        self.state().now
    }

    fn sleep(&self, pause: Duration) {
        self.state().now += pause;
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Line)> {
        let state = self.state();
        let mut ports: Vec<(u16, usize)> = (0..state.services.len())
            .filter(|index| state.is_there(*index))
            .map(|index| (state.services[index].service.port, index))
            .filter(|(port, _)| !in_use.contains(port))
            .collect();
        drop(state);
        ports.sort_unstable();
        ports.into_iter().map(|(port, index)| (port, self.line(index))).collect()
    }

    fn dial(&self, port: u16) -> Result<Line, TransportError> {
        let state = self.state();
        let found = (0..state.services.len())
            .find(|index| state.is_there(*index) && state.services[*index].service.port == port);
        drop(state);
        found
            .map(|index| self.line(index))
            .ok_or_else(|| TransportError::Gone(format!("port {port}: refused")))
    }
}

/// A connection to a service.
#[derive(Debug)]
pub(crate) struct Line {
    world: World,
    index: usize,
    life: u32,
    opened: Duration,
    request: Vec<u8>,
    answer: Option<Answer>,
    /// When the last piece of the answer went out.
    played_until: Duration,
    /// The next piece and when it is there.
    coming: Option<(Duration, Vec<u8>)>,
}

impl Clock for Line {
    fn now(&self) -> Duration {
        self.world.now().saturating_sub(self.opened)
    }

    fn sleep(&mut self, pause: Duration) {
        self.world.sleep(pause);
    }
}

impl ByteTransport for Line {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.request.extend_from_slice(data);
        if let Some(request) = Request::read(&self.request) {
            let mut state = self.world.state();
            let now = state.now;
            state.requests.push(request.clone());
            let answer = state.services[self.index].service.answer(now, BEGINNING + now, &request);
            self.answer = Some(answer);
            self.played_until = now;
        }
        Ok(())
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let mut state = self.world.state();
        let until = state.now + timeout;
        if state.services[self.index].life != self.life || !state.is_there(self.index) {
            return Err(TransportError::Gone("the service died".to_owned()));
        }
        if self.coming.is_none()
            && let Some(piece) = self.answer.as_mut().and_then(Iterator::next)
        {
            self.played_until += piece.after;
            self.coming = Some((self.played_until, piece.bytes));
        }
        match (&mut self.coming, &self.answer) {
            (Some((at, bytes)), _) if *at <= until => {
                state.now = state.now.max(*at);
                let rest = bytes.split_off(limit.min(bytes.len()));
                let read = std::mem::replace(bytes, rest);
                if bytes.is_empty() {
                    self.coming = None;
                }
                Ok(read)
            }
            (None, Some(Answer { end: End::Close, .. })) => Err(TransportError::Gone("closed".to_owned())),
            (None, Some(Answer { end: End::Die { away, port }, .. })) => {
                let now = state.now;
                let hosted = &mut state.services[self.index];
                hosted.service.restart(*port);
                hosted.life += 1;
                hosted.from = now + *away;
                Err(TransportError::Gone("the service died".to_owned()))
            }
            _ => {
                state.now = until;
                Ok(Vec::new())
            }
        }
    }
}
