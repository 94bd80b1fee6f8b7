//! A centre: its folder, keys, register and log.
//!
//! | in the folder | what it is |
//! | --- | --- |
//! | `keys/` | see [`crate::keys`] |
//! | `central.sqlite` | the register, or `central.postgres`: how its server is reached |
//! | `templates.sqlite` | the fingers to search in, apart from the register; see [`crate::matcher`] |
//! | `sets/` | the signed sets that are served, a repository of `tram-update`; none before there is one |
//! | `uploads/` | packets under way |
//! | `packets/` | packets that have a receipt, sealed as they came; or `central.s3`: the bucket they are in |
//!
//! With the register on a server and the folder on a disk they share, any number of processes serve one centre.

use crate::blobs::Blobs;
use crate::clearance::Bell;
use crate::database::{Claim, Database};
use crate::durable;
use crate::error::CentralError;
use crate::journal;
use crate::keys::Keys;
use crate::stages::Stages;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tram_enrollment::ReferenceData;
use tram_packet::{Digest, PacketId, Profile};

/// The register's file, and the file that says where else it is.
const REGISTERS: [&str; 2] = ["central.sqlite", "central.postgres"];

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
    /// Where packets are.
    pub(crate) blobs: Blobs,
    /// Rings when there is something to search for.
    pub(crate) bell: Bell,
    /// Where the time of taking packets in goes.
    pub(crate) stages: Stages,
    /// The edition in force with its look-ups, kept between packets.
    pub(crate) rules: Mutex<Option<(u32, Arc<ReferenceData>)>>,
}

impl Centre {
    /// Whether a folder holds a centre.
    pub fn exists(folder: &Path) -> bool {
        REGISTERS.iter().any(|register| folder.join(register).exists())
    }

    /// Makes a centre in a folder that holds none, with an embedded register.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it holds one, [`CentralError::Disk`].
    pub fn make(folder: &Path, name: &str, profile: Profile) -> Result<Self, CentralError> {
        prepare(folder, name, profile)?;
        // The register comes last: without it the folder is not a centre yet, and making it starts again.
        let beside = folder.join("central.new");
        if beside.exists() {
            fs::remove_file(&beside)?;
        }
        let database = Database::open(&beside)?;
        christen(&database, &folder.join("keys"), name, profile)?;
        database.fold()?;
        drop(database);
        durable::rename(&beside, &folder.join("central.sqlite"))?;
        Self::open(folder)
    }

    /// Makes a centre whose register is on a `PostgreSQL` server; `authority` is a PEM file the server's certificate is
    /// verified with.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the folder or the server holds one, [`CentralError::Postgres`].
    pub fn make_on_server(
        folder: &Path,
        name: &str,
        profile: Profile,
        address: &str,
        authority: Option<&Path>,
    ) -> Result<Self, CentralError> {
        prepare(folder, name, profile)?;
        if let Some(authority) = authority {
            durable::write(&folder.join("postgres.pem"), &fs::read(authority)?)?;
        }
        christen(&Database::connect(address, authority)?, &folder.join("keys"), name, profile)?;
        durable::write(&folder.join("central.postgres"), address.as_bytes())?;
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
        let database = register(folder)?;
        if !database.is_shared() && database.read(journal::is_behind)? {
            database.transact(journal::complete)?;
        }
        let setting = |name: &str| {
            database.setting(name)?.ok_or_else(|| CentralError::Setup(format!("the register has no {name}")))
        };
        let profile = if setting("profile")? == "service" { Profile::Service } else { Profile::Test };
        Ok(Self {
            profile,
            name: setting("name")?,
            keys: Keys::open(&folder.join("keys"))?,
            blobs: Blobs::open(folder)?,
            bell: Bell::default(),
            stages: Stages::default(),
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

    /// The signed sets.
    pub(crate) fn sets_folder(&self) -> PathBuf {
        self.folder.join("sets")
    }

    /// The fingers to search in.
    pub(crate) fn templates_path(&self) -> PathBuf {
        self.folder.join("templates.sqlite")
    }

    /// The folder, to see how much room there is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a part in serving this centre that one process at a time may have; `None` when another process has it.
    ///
    /// # Errors
    /// [`CentralError::Disk`], [`CentralError::Postgres`].
    pub(crate) fn claim(&self, part: &str) -> Result<Option<Claim>, CentralError> {
        self.database.claim(&self.folder, part)
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

/// Folders and keys.
fn prepare(folder: &Path, name: &str, profile: Profile) -> Result<(), CentralError> {
    if Centre::exists(folder) {
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
    Ok(())
}

/// What a register says of its centre. One that was begun for these keys is gone on with.
fn christen(database: &Database, keys: &Path, name: &str, profile: Profile) -> Result<(), CentralError> {
    let authority = Digest::of(&Keys::open(keys)?.ca_certificate).to_string();
    if database.setting("authority")?.is_some_and(|known| known != authority) {
        return Err(CentralError::Setup("the server holds another centre's register".into()));
    }
    database.set("authority", &authority)?;
    database.set("profile", if profile == Profile::Test { "test" } else { "service" })?;
    database.set("epoch", "0")?;
    database.set("name", name)
}

fn register(folder: &Path) -> Result<Database, CentralError> {
    let address = folder.join("central.postgres");
    if !address.exists() {
        return Database::open(&folder.join("central.sqlite"));
    }
    let authority = Some(folder.join("postgres.pem")).filter(|authority| authority.exists());
    Database::connect(fs::read_to_string(address)?.trim(), authority.as_deref())
}
