//! A centre: its folder, keys, register and log.
//!
//! | in the folder | what it is |
//! | --- | --- |
//! | `keys/` | see [`crate::keys`] |
//! | `central.sqlite` | the register |
//! | `uploads/` | packets under way |
//! | `packets/` | packets that have a receipt, sealed as they came |

use crate::database::Database;
use crate::durable;
use crate::error::CentralError;
use crate::keys::Keys;
use crate::merkle::Frontier;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tram_enrollment::ReferenceData;
use tram_packet::{Digest, PacketId, Profile};

/// An open centre.
pub struct Centre {
    folder: PathBuf,
    /// Service or test.
    pub profile: Profile,
    /// Shown at stations.
    pub name: String,
    /// The keys.
    pub keys: Keys,
    /// The register.
    pub database: Database,
    /// The right edge of the log; the register holds the leaves.
    pub(crate) log: Mutex<Frontier>,
    /// The edition in force with its look-ups, kept between packets.
    pub(crate) rules: Mutex<Option<(u32, Arc<ReferenceData>)>>,
}

impl Centre {
    /// Whether a folder holds a centre.
    pub fn exists(folder: &Path) -> bool {
        folder.join("central.sqlite").exists()
    }

    /// Makes a centre in a folder that holds none.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it holds one, [`CentralError::Disk`].
    pub fn make(folder: &Path, name: &str, profile: Profile) -> Result<Self, CentralError> {
        if Self::exists(folder) {
            return Err(CentralError::Setup(format!("{} holds a centre already", folder.display())));
        }
        // The register names people: nobody else looks in.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        fs::create_dir_all(folder.join("uploads"))?;
        fs::create_dir_all(folder.join("packets"))?;
        let test = if profile == Profile::Test { "TEST " } else { "" };
        if !folder.join("keys").exists() {
            Keys::make(&folder.join("keys"), &format!("{test}{name}"), OffsetDateTime::now_utc())?;
        }
        // The register comes last: without it the folder is not a centre yet, and making it starts again.
        let beside = folder.join("central.new");
        if beside.exists() {
            fs::remove_file(&beside)?;
        }
        let database = Database::open(&beside)?;
        database.set("name", name)?;
        database.set("profile", if profile == Profile::Test { "test" } else { "service" })?;
        database.set("epoch", "0")?;
        database.read(|db| Ok(db.pragma_update(None, "journal_mode", "DELETE")?))?;
        drop(database);
        durable::rename(&beside, &folder.join("central.sqlite"))?;
        Self::open(folder)
    }

    /// Opens the centre in a folder.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is none: an unmounted disk never looks like an empty centre.
    pub fn open(folder: &Path) -> Result<Self, CentralError> {
        if !Self::exists(folder) {
            return Err(CentralError::Setup(format!(
                "{} holds no centre; is the disk mounted? `tram-central init` or `demo` makes one",
                folder.display()
            )));
        }
        let database = Database::open(&folder.join("central.sqlite"))?;
        let setting = |name: &str| {
            database.setting(name)?.ok_or_else(|| CentralError::Setup(format!("the register has no {name}")))
        };
        let profile = if setting("profile")? == "service" { Profile::Service } else { Profile::Test };
        Ok(Self {
            profile,
            name: setting("name")?,
            keys: Keys::open(&folder.join("keys"))?,
            log: Mutex::new(Frontier::of(leaves(&database)?)),
            rules: Mutex::default(),
            database,
            folder: folder.to_owned(),
        })
    }

    /// Where a packet under way grows.
    pub fn upload_path(&self, packet: PacketId) -> PathBuf {
        self.folder.join("uploads").join(packet.to_string())
    }

    /// Where a packet with a receipt stays.
    pub fn packet_path(&self, packet: PacketId) -> PathBuf {
        let name = packet.0.simple().to_string();
        let shard = name.get(30..).unwrap_or_default().to_owned();
        self.folder.join("packets").join(shard).join(packet.to_string())
    }

    /// The folder, to see how much room there is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes the folder for the one process that serves it, until the file is dropped.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when another process serves it.
    pub fn claim(&self) -> Result<fs::File, CentralError> {
        let file = fs::File::create(self.folder.join("serving"))?;
        file.try_lock().map_err(|_taken| {
            CentralError::Setup(format!("another process serves {} already", self.folder.display()))
        })?;
        Ok(file)
    }

    /// Counts the restorations from backups.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn epoch(&self) -> Result<u32, CentralError> {
        Ok(self.database.setting("epoch")?.and_then(|epoch| epoch.parse().ok()).unwrap_or(0))
    }

    /// The centre's clock.
    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// The leaves of the log in order.
pub(crate) fn leaves(database: &Database) -> Result<Vec<Digest>, CentralError> {
    database.read(|db| {
        let mut statement = db.prepare("SELECT hash FROM log_leaf ORDER BY log_index")?;
        let hashes = statement.query_map([], |row| row.get::<_, [u8; 32]>(0))?;
        hashes.map(|hash| Ok(Digest(hash?))).collect()
    })
}
