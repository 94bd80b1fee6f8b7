//! A TCP link between station and centre that cuts connections and swallows answers.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What becomes of one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// Everything passes.
    Pass,
    /// Cut after so many bytes from the station.
    Cut(usize),
    /// So many answers pass; with the next one, which the centre has given, the link is gone.
    Answers(usize),
}

/// A link that decides the fate of each connection by its number.
pub(crate) struct Link {
    pub(crate) port: u16,
    pub(crate) connections: Arc<AtomicUsize>,
    /// Bytes from the station.
    pub(crate) carried: Arc<AtomicUsize>,
}

impl Link {
    pub(crate) fn to(port: u16, fate: impl Fn(usize) -> Fate + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            carried: Arc::default(),
        };
        let (connections, carried) = (Arc::clone(&link.connections), Arc::clone(&link.carried));
        std::thread::spawn(move || {
            for station in listener.incoming().map_while(Result::ok) {
                let number = connections.fetch_add(1, Ordering::SeqCst);
                let Ok(centre) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                carry(&station, &centre, fate(number), &carried);
            }
        });
        link
    }
}

/// Which way the bytes went last, and how often that turned: hello, hello back, request, answer, request, answer …
#[derive(Default)]
struct Turns {
    to_station: bool,
    count: usize,
}

fn carry(station: &TcpStream, centre: &TcpStream, fate: Fate, total: &Arc<AtomicUsize>) {
    let turns = Arc::new(Mutex::new(Turns::default()));
    for to_station in [false, true] {
        let (from, to) = if to_station { (centre, station) } else { (station, centre) };
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let (turns, total) = (Arc::clone(&turns), Arc::clone(total));
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            let mut carried = 0;
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let answers = {
                    let mut turns = turns.lock().unwrap();
                    if turns.to_station != to_station {
                        *turns = Turns { to_station, count: turns.count + 1 };
                    }
                    turns.count / 2
                };
                carried += read;
                if !to_station {
                    total.fetch_add(read, Ordering::SeqCst);
                }
                let gone = match fate {
                    Fate::Pass => false,
                    Fate::Cut(after) => !to_station && carried > after,
                    Fate::Answers(most) => to_station && answers > most,
                };
                if gone || to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            from.shutdown(Shutdown::Both).ok();
            to.shutdown(Shutdown::Both).ok();
        });
    }
}
