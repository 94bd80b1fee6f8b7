//! What every simulated world begins with: the databases of stations that have done nothing yet, their keys and rules.

use crate::stock::{Cast, key};
use std::path::PathBuf;
use std::sync::Arc;
use tram_enrollment::ReferenceData;
use tram_packet::Es256Key;
use tram_store::{DatabaseKey, Store};

const STATIONS: usize = 2;

pub(crate) struct Materials {
    pub(crate) key: DatabaseKey,
    pub(crate) centre: Es256Key,
    /// Whose keys sign at each station.
    pub(crate) casts: Vec<Cast>,
    pub(crate) reference: Arc<ReferenceData>,
    /// A station's database before its first dossier.
    pub(crate) template: PathBuf,
    _folder: tempfile::TempDir,
}

impl Materials {
    pub(crate) fn make() -> Self {
        let folder = in_memory();
        let path = folder.path().join("making.db");
        let mut store = Store::create(&path, &key()).unwrap();
        store.add_block("TEST.01", 1..=1000).unwrap();
        let template = folder.path().join("station.db");
        store.read().backup(&template, &key()).unwrap();
        let rules = include_str!("../../../../assets/reference/rules.toml");
        let units = include_str!("../../../../assets/reference/units.csv");
        Self {
            key: key(),
            centre: Es256Key::generate().unwrap(),
            casts: (0..STATIONS).map(|_| Cast::new()).collect(),
            reference: Arc::new(ReferenceData::parse(rules, units).unwrap()),
            template,
            _folder: folder,
        }
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
