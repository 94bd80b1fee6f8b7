//! What every simulated world begins with: stations' databases with drafts in them, and the packets those become. Made
//! once, since packets and their chain are the same in every world.

use crate::stock::{Cast, act, id, key, open_dossier, sample};
use crate::world::Prepared;
use std::path::PathBuf;
use tram_packet::{Es256Key, PacketKind};
use tram_store::{DatabaseKey, Sealing, Store};

/// Packets of each station.
const PACKETS: u128 = 5;
const STATIONS: u128 = 2;

pub(crate) struct Materials {
    pub(crate) key: DatabaseKey,
    pub(crate) centre: Es256Key,
    pub(crate) stations: Vec<Made>,
    _folder: tempfile::TempDir,
}

/// A station with its dossiers as drafts, and the packets they become, in order.
pub(crate) struct Made {
    pub(crate) template: PathBuf,
    pub(crate) packets: Vec<Prepared>,
}

impl Materials {
    pub(crate) fn make() -> Self {
        let folder = in_memory();
        let cast = Cast::new();
        let stations = (1..=STATIONS)
            .map(|station| {
                let path = folder.path().join(format!("making-{station}.db"));
                let mut store = Store::create(&path, &key()).unwrap();
                store.add_block("TEST.01", 1..=1000).unwrap();
                let ids: Vec<_> = (1..=PACKETS).map(|number| id(station << 8 | number)).collect();
                for id in &ids {
                    open_dossier(&mut store, *id);
                }
                let template = folder.path().join(format!("station-{station}.db"));
                store.read().backup(&template, &key()).unwrap();
                let packets = (1..)
                    .zip(&ids)
                    .map(|(number, id)| {
                        // Some fit into one chunk, some need several.
                        let samples = [sample(number, if number % 2 == 0 { 300 } else { 150_000 })];
                        let packet = cast.packet_with(&store, *id, &PacketKind::Enrollment, &samples);
                        let sealing = Sealing {
                            enrollment: *id,
                            kind: &PacketKind::Enrollment,
                            packet: &packet,
                            templates: &[],
                        };
                        store.seal(sealing, act()).unwrap();
                        (*id, packet)
                    })
                    .collect();
                Made { template, packets }
            })
            .collect();
        Self { key: key(), centre: cast.centre, stations, _folder: folder }
    }

    /// A folder for one world.
    #[allow(clippy::unused_self)] // It is the materials' to say where.
    pub(crate) fn folder(&self) -> tempfile::TempDir {
        in_memory()
    }
}

/// In memory where that is possible: what a disk does to the store is tested with the store.
fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_none| tempfile::tempdir()).unwrap()
}
