//! A service on a port of this machine.

use crate::service::{Answer, End, Request, Service};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

/// How often a waiting thread looks whether it should stop.
const STEP: Duration = Duration::from_millis(2);
/// How long a request may take to come.
const REQUEST_PATIENCE: Duration = Duration::from_secs(2);

/// A running server. Dropping it ends all its connections, as a service that is killed does.
#[derive(Debug)]
pub struct Server {
    service: Arc<Mutex<Service>>,
    is_stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on the service's port.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start(service: Arc<Mutex<Service>>) -> io::Result<Self> {
        let port = service.lock().unwrap_or_else(PoisonError::into_inner).port;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (Arc::clone(&service), Arc::clone(&is_stopped));
        let name = format!("TEST SBI service {port}");
        let thread = thread::Builder::new().name(name).spawn(move || listen(&listener, &shared, &stopped))?;
        Ok(Self { service, is_stopped, thread: Some(thread) })
    }

    /// The service behind.
    pub fn service(&self) -> &Arc<Mutex<Service>> {
        &self.service
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

fn listen(listener: &TcpListener, service: &Arc<Mutex<Service>>, is_stopped: &Arc<AtomicBool>) {
    let began = Instant::now();
    let mut connections = Vec::new();
    while !is_stopped.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(STEP);
            continue;
        };
        let (service, is_stopped) = (Arc::clone(service), Arc::clone(is_stopped));
        connections.push(thread::spawn(move || {
            // Whoever hung up knows.
            let _ = serve(stream, &service, &is_stopped, began);
        }));
    }
    for connection in connections {
        let _ = connection.join();
    }
}

fn serve(
    mut stream: TcpStream,
    service: &Mutex<Service>,
    is_stopped: &AtomicBool,
    began: Instant,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(REQUEST_PATIENCE))?;
    let mut bytes = Vec::new();
    let request = loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece)?;
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        match Request::read(&bytes) {
            Some(request) => break request,
            None if count == 0 => return Ok(()),
            None => {}
        }
    };
    let utc = SystemTime::now().into();
    let answer =
        service.lock().unwrap_or_else(PoisonError::into_inner).answer(began.elapsed(), utc, &request);
    play(&mut stream, answer, is_stopped)
}

fn play(stream: &mut TcpStream, mut answer: Answer, is_stopped: &AtomicBool) -> io::Result<()> {
    let wait = |pause: Duration| {
        let until = Instant::now() + pause;
        while Instant::now() < until && !is_stopped.load(Ordering::Relaxed) {
            thread::sleep(STEP.min(until.saturating_duration_since(Instant::now())));
        }
        !is_stopped.load(Ordering::Relaxed)
    };
    for piece in answer.by_ref() {
        if !wait(piece.after) {
            return Ok(());
        }
        stream.write_all(&piece.bytes)?;
    }
    match answer.end {
        End::Close => {}
        End::Hang => while wait(REQUEST_PATIENCE) {},
        End::Die { .. } => is_stopped.store(true, Ordering::Relaxed),
    }
    Ok(())
}
