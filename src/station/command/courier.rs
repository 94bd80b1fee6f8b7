//! `tram courier`: packets carried to the centre in a file, receipts carried home; for stations without any link.

use super::two_people::TwoPeople;
use crate::clock::now;
use crate::engine::REFERENCE;
use crate::home::Home;
use crate::outbox::{StoreOutbox, checkpoint, keep_checkpoint};
use anyhow::Context as _;
use clap::Subcommand;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use tram_packet::courier::MOST_CARRIED;
use tram_packet::{AuditAction, DeedKind, ReferenceBundle};
use tram_store::{Act, PacketState, Store};
use tram_sync::Lane;
use tram_sync::courier::Sender;

/// No file from the centre is larger, in bytes.
const LARGEST_HOMEWARD: u64 = 4 * 1024 * 1024;

/// Which way.
#[derive(Debug, Subcommand)]
pub(super) enum CourierCommand {
    /// Pack what waits into a file for the centre, encrypted for it alone; the packets keep waiting here.
    Out {
        /// A file that does not exist yet, on the courier's medium.
        file: PathBuf,
        #[command(flatten)]
        people: TwoPeople,
    },
    /// Take over the receipts in a file from the centre.
    Home {
        /// The file the courier brought back.
        file: PathBuf,
    },
}

/// Carries it out.
pub(super) fn run(home: &Home, command: &CourierCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    let membership = home.membership()?;
    let mut store = Store::open(&home.database(), &home.database_key()?)?;
    let signed = store.read().setting(REFERENCE)?.context("this station has no reference data yet")?;
    let bundle = ReferenceBundle::verify(&signed, &membership.station.authority)?;
    let station = membership.station.station;
    let mut lane = Lane::new((), bundle.centre_keys.clone(), checkpoint(&store));
    match command {
        CourierCommand::Out { file, people } => {
            let waiting = store.read().outbox(time::OffsetDateTime::UNIX_EPOCH)?;
            let waiting = waiting.iter().filter(|row| row.state == PacketState::Waiting).count();
            let kind = DeedKind::PacketsExported { packets: waiting.min(MOST_CARRIED) as u32 };
            let officer = people.may_export(home, &mut store, &bundle, kind)?;
            let key = home.station_key()?;
            let to =
                bundle.courier.as_ref().context("the centre takes no couriers: it names no key for them")?;
            let sender = Sender { station: &station, key: key.as_ref(), to, at: now() };
            let mut outbox = StoreOutbox { store: &mut store, bundle: &bundle };
            let carried = lane.send_out(&mut outbox, &sender, file, &mut tram_packet::random::system())?;
            store.note(
                Act { officer: officer.as_ref(), at: now() },
                AuditAction::CourierOut,
                &carried.len().to_string(),
            )?;
            Ok(writeln!(
                out,
                "{} packets are in {}; they wait here for their receipts",
                carried.len(),
                file.display()
            )?)
        }
        CourierCommand::Home { file } => {
            let bytes = read(file)?;
            let mut outbox = StoreOutbox { store: &mut store, bundle: &bundle };
            let came = lane.bring_home(&mut outbox, &station, &bytes);
            if let Some(seen) = lane.checkpoint() {
                keep_checkpoint(&mut store, seen)?;
            }
            let came = came?;
            Ok(writeln!(
                out,
                "{} packets are received; {} receipts are for packets that do not wait here, {} are not believed",
                came.received, came.not_waiting, came.refused
            )?)
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    open.take(LARGEST_HOMEWARD).read_to_end(&mut bytes)?;
    Ok(bytes)
}
