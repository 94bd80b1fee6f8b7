//! `tram relay`: ways to the centre over others, and for others.

use crate::clock::now;
use crate::engine::REFERENCE;
use crate::home::Home;
use crate::outbox::{StoreOutbox, checkpoint, outbox_error};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;
use std::time::{Duration, Instant};
use tram_packet::random::rand_core::Rng as _;
use tram_packet::{AuditAction, PacketId, ReferenceBundle};
use tram_store::{Act, Store};
use tram_sync::carry::{self, Folder};
use tram_sync::relay::{Places, Relay};
use tram_sync::{Lane, LaneState, Outbox as _, OutboxError};

/// Colleagues served at a time.
const MOST: usize = 32;
/// A colleague who says nothing for so long is let go.
const SILENCE: Duration = Duration::from_mins(5);
/// So long a folder that is carried makes no progress before it is given up.
const PATIENCE: Duration = Duration::from_mins(5);

/// What is done for, or by, others.
#[derive(Debug, Subcommand)]
pub(super) enum RelayCommand {
    /// Pass colleagues' connections on to the centre until this is ended; it sees nothing of them but TLS.
    Serve {
        /// Where colleagues connect, such as 192.168.1.10:8443.
        listen: SocketAddr,
    },
    /// Reach the centre through a colleague's station whenever it is not reached directly.
    Through {
        /// The colleague's address, as `tram relay serve` was given it.
        #[arg(required_unless_present = "off")]
        address: Option<SocketAddr>,
        /// Only directly from now on.
        #[arg(long, conflicts_with = "address")]
        off: bool,
    },
    /// Bring what waits to a tus 1.0 server; it waits here for its receipts all the same.
    Bring {
        /// Where uploads are made, such as <http://relay:1080/files>.
        url: String,
    },
    /// Send packets that lie in a folder to the centre, whoever's they are, and lay the receipts beside them.
    Carry {
        /// A colleague's export, a relay's store, a mirror.
        folder: PathBuf,
    },
    /// Take over receipts for own packets that lie in a folder.
    Receipts {
        /// The folder somebody carried.
        folder: PathBuf,
    },
}

/// Carries it out.
pub(super) fn run(home: &Home, command: RelayCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        RelayCommand::Serve { listen } => serve(home, listen, out),
        RelayCommand::Through { address: Some(address), .. } => {
            crate::home::write_whole(&home.through(), address.to_string().as_bytes())?;
            Ok(writeln!(out, "the centre is reached through {address} whenever it is not reached directly")?)
        }
        RelayCommand::Through { address: None, .. } => match std::fs::remove_file(home.through()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(writeln!(out, "the centre is reached directly only")?),
        },
        RelayCommand::Bring { url } => bring(home, &url, out),
        RelayCommand::Carry { folder } => carry_folder(home, &folder, out),
        RelayCommand::Receipts { folder } => take_receipts(home, &folder, out),
    }
}

fn serve(home: &Home, listen: SocketAddr, out: &mut dyn Write) -> anyhow::Result<()> {
    let address = home.membership()?.address;
    let centre = address.trim_start_matches("https://").to_owned();
    let listener = TcpListener::bind(listen).with_context(|| format!("{listen} cannot be listened on"))?;
    writeln!(out, "colleagues reach {address} through {}", listener.local_addr()?)?;
    out.flush()?;
    let served = Arc::new(AtomicUsize::new(0));
    for colleague in listener.incoming() {
        let Ok(colleague) = colleague else { continue };
        if served.load(Ordering::Relaxed) >= MOST {
            continue;
        }
        served.fetch_add(1, Ordering::Relaxed);
        let (centre, counted) = (centre.clone(), Arc::clone(&served));
        let work = move || {
            if let Err(error) = pass_on(&colleague, &centre) {
                log::warn!("a colleague's connection ended: {error}");
            }
            counted.fetch_sub(1, Ordering::Relaxed);
        };
        if Builder::new().name("relay".into()).spawn(work).is_err() {
            served.fetch_sub(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Both ways until one end closes. It goes to this station's own centre and nowhere else.
fn pass_on(colleague: &TcpStream, centre: &str) -> std::io::Result<()> {
    const CONNECT: Duration = Duration::from_secs(10);
    let unknown = || std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    let address = centre.to_socket_addrs()?.next().ok_or_else(unknown)?;
    let centre = TcpStream::connect_timeout(&address, CONNECT)?;
    for end in [colleague, &centre] {
        end.set_read_timeout(Some(SILENCE))?;
        end.set_write_timeout(Some(SILENCE))?;
    }
    let (mut from_centre, mut to_colleague) = (centre.try_clone()?, colleague.try_clone()?);
    let back = Builder::new().name("relay-back".into()).spawn(move || {
        // An end that closes ends both ways.
        std::io::copy(&mut from_centre, &mut to_colleague).ok();
        to_colleague.shutdown(Shutdown::Both).ok();
    })?;
    let (mut from_colleague, mut to_centre) = (colleague.try_clone()?, centre.try_clone()?);
    let forth = std::io::copy(&mut from_colleague, &mut to_centre);
    centre.shutdown(Shutdown::Both).ok();
    back.join().ok();
    forth.map(|_| ())
}

/// What a station at work needs for any of this.
struct Open {
    station: String,
    store: Store,
    bundle: ReferenceBundle,
}

fn open(home: &Home) -> anyhow::Result<Open> {
    let membership = home.membership()?;
    let store = Store::open(&home.database(), &home.database_key()?)?;
    let signed = store.read().setting(REFERENCE)?.context("this station has no reference data yet")?;
    let bundle = ReferenceBundle::verify(&signed, &membership.station.authority)?;
    Ok(Open { station: membership.station.station, store, bundle })
}

/// Uploads at a relay are settings, written as they are made: a power cut lets none begin anew.
impl Places for StoreOutbox<'_> {
    fn place(&self, packet: PacketId) -> Option<String> {
        let place = self.store.read().setting(&setting(packet)).ok()??;
        String::from_utf8(place).ok().filter(|place| !place.is_empty())
    }

    fn keep(&mut self, packet: PacketId, place: Option<&str>) -> Result<(), OutboxError> {
        let kept = self.store.set_setting(&setting(packet), place.unwrap_or_default().as_bytes());
        kept.map_err(|error| outbox_error(&error))
    }
}

fn setting(packet: PacketId) -> String {
    format!("relay/{packet}")
}

fn bring(home: &Home, url: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let Open { mut store, bundle, .. } = open(home)?;
    let mut outbox = StoreOutbox { store: &mut store, bundle: &bundle };
    let whole = Relay::new(url).bring(&mut outbox)?;
    Ok(writeln!(out, "{whole} packets lie at {url}; they wait here for their receipts")?)
}

fn carry_folder(home: &Home, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let Open { store, bundle, .. } = open(home)?;
    let centre = home.membership()?.centre(home.station_key()?, home.way())?;
    let mut packets = Folder::open(folder).with_context(|| folder.display().to_string())?;
    let mut lane = Lane::new(centre, bundle.centre_keys, checkpoint(&store));
    let started = Instant::now();
    let mut moved = started;
    while !packets.waiting()?.is_empty() {
        let random = tram_packet::random::system().next_u64();
        let progress = lane.step(&mut packets, started.elapsed(), random)?;
        match (&progress.lane, progress.packet.is_some()) {
            (LaneState::Stopped { because, .. }, _) => bail!("the centre: {because}"),
            (LaneState::Working, true) => moved = Instant::now(),
            (LaneState::Pausing { because, .. }, _) if moved.elapsed() > PATIENCE => {
                bail!("the centre: {because}; try again later, what is done is done")
            }
            _ => {}
        }
        std::thread::sleep(progress.wake_at.saturating_sub(started.elapsed()));
    }
    for (packet, reason) in packets.set_aside() {
        writeln!(out, "{packet} is not taken: {reason}")?;
    }
    let taken = packets.count() - packets.set_aside().len();
    Ok(writeln!(out, "{taken} packets are received; their receipts lie beside them in {}", folder.display())?)
}

fn take_receipts(home: &Home, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let Open { station, mut store, bundle } = open(home)?;
    let lane = Lane::new((), bundle.centre_keys.clone(), checkpoint(&store));
    let receipts = carry::receipts(folder).with_context(|| folder.display().to_string())?;
    let mut outbox = StoreOutbox { store: &mut store, bundle: &bundle };
    let came = lane.take_receipts(&mut outbox, &receipts)?;
    store.note(Act { officer: None, at: now() }, AuditAction::ReceiptsCarried, &came.received.to_string())?;
    Ok(writeln!(
        out,
        "{} packets of {station} are received; {} receipts are for others, {} are not believed",
        came.received, came.not_waiting, came.refused
    )?)
}
