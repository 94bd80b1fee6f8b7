//! The ports a service may listen on, and connections to them.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with, sockopt};
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};
use tram_device::transport::{ByteTransport, Clock, TransportError};

/// Where services listen, on the loopback interface only (SBI 1.0, device discovery).
pub const PORTS: RangeInclusive<u16> = 4501..=4600;

/// How long a connection may take. The kernel answers for a port nobody listens on at once; only a service with a full
/// queue needs longer.
const CONNECT_PATIENCE: Duration = Duration::from_millis(150);

/// The ports of one machine. The live one is [`Loopback`]; a test puts an emulator with a clock of its own in its place.
pub trait Bus: Send + Sync + fmt::Debug + 'static {
    /// A connection to a service.
    type Wire: ByteTransport + 'static;

    /// Monotonic time since the bus was made.
    fn now(&self) -> Duration;

    /// Waits.
    fn sleep(&self, pause: Duration);

    /// Connects to all of [`PORTS`] at once, but for those in use; those that took the connection, in order.
    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Self::Wire)>;

    /// Connects to one port.
    ///
    /// # Errors
    /// [`TransportError::Gone`] when nobody listens.
    fn dial(&self, port: u16) -> Result<Self::Wire, TransportError>;
}

/// 127.0.0.1, whatever `localhost` may be.
#[derive(Clone, Copy, Debug)]
pub struct Loopback {
    began: Instant,
}

impl Default for Loopback {
    fn default() -> Self {
        Self { began: Instant::now() }
    }
}

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}

impl Bus for Loopback {
    type Wire = Connection;

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&self, pause: Duration) {
        thread::sleep(pause);
    }

    fn listening(&self, in_use: &[u16]) -> Vec<(u16, Connection)> {
        let deadline = Instant::now() + CONNECT_PATIENCE;
        let mut open = Vec::new();
        let mut pending = Vec::new();
        for port in PORTS.filter(|port| !in_use.contains(port)) {
            match start_connecting(port) {
                Ok(socket) => open.push((port, socket)),
                Err(Unfinished::Pending(socket)) => pending.push((port, socket)),
                Err(Unfinished::Closed) => {}
            }
        }
        while !pending.is_empty() && Instant::now() < deadline {
            let is_ready = wait_connected(&pending, deadline);
            let mut ready = is_ready.into_iter();
            let (done, rest) = pending.into_iter().partition(|_| ready.next().unwrap_or(false));
            pending = rest;
            let connected =
                |(_, socket): &(u16, OwnedFd)| matches!(sockopt::socket_error(socket), Ok(Ok(())));
            open.extend(Vec::from_iter(done).into_iter().filter(connected));
        }
        open.sort_by_key(|(port, _)| *port);
        open.into_iter()
            .filter_map(|(port, socket)| Some((port, Connection::new(socket.into()).ok()?)))
            .collect()
    }

    fn dial(&self, port: u16) -> Result<Connection, TransportError> {
        TcpStream::connect_timeout(&SocketAddr::V4(address(port)), CONNECT_PATIENCE)
            .and_then(Connection::new)
            .map_err(|error| TransportError::Gone(format!("port {port}: {error}")))
    }
}

enum Unfinished {
    Pending(OwnedFd),
    Closed,
}

fn start_connecting(port: u16) -> Result<OwnedFd, Unfinished> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket =
        socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).or(Err(Unfinished::Closed))?;
    match connect(&socket, &address(port)) {
        Ok(()) => Ok(socket),
        Err(Errno::INPROGRESS) => Err(Unfinished::Pending(socket)),
        Err(_) => Err(Unfinished::Closed),
    }
}

/// Which of the sockets have become something, connected or refused.
fn wait_connected(pending: &[(u16, OwnedFd)], deadline: Instant) -> Vec<bool> {
    let mut fds: Vec<_> = pending.iter().map(|(_, socket)| PollFd::new(socket, PollFlags::OUT)).collect();
    let left = timespec(deadline.saturating_duration_since(Instant::now()));
    match poll(&mut fds, Some(&left)) {
        Ok(_) => fds.iter().map(|fd| !fd.revents().is_empty()).collect(),
        Err(_) => Vec::new(),
    }
}

fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) }
}

/// An open connection to a service.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    opened: Instant,
}

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, opened: Instant::now() })
    }
}

impl Clock for Connection {
    fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        thread::sleep(pause);
    }
}

impl ByteTransport for Connection {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        // A request is smaller than a socket's buffer: it goes at once or the service is not reading.
        self.stream.write_all(data).map_err(|error| TransportError::Gone(error.to_string()))
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let mut fds = [PollFd::new(&self.stream, PollFlags::IN)];
        // An interrupted wait is a short one.
        if !timeout.is_zero() && poll(&mut fds, Some(&timespec(timeout))) == Ok(0) {
            return Ok(Vec::new());
        }
        let mut bytes = vec![0; limit];
        match self.stream.read(&mut bytes) {
            Ok(0) => Err(TransportError::Gone("the connection ended".to_owned())),
            Ok(count) => {
                bytes.truncate(count);
                Ok(bytes)
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                Ok(Vec::new())
            }
            Err(error) => Err(TransportError::Gone(error.to_string())),
        }
    }
}
