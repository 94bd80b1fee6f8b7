//! Where a station lives on disk, and how it becomes a station.
//!
//! | file | holds |
//! | --- | --- |
//! | `station.key` | the station's ES256 key, PKCS#8, readable by its owner only |
//! | `database.key` | the key of the two databases, 32 bytes, readable by its owner only |
//! | `membership.json` | the centre's address and authority, the station's certificate and number block |
//! | `station.db` | drafts, outbox, receipts, reference data, audit |
//! | `register.db` | the local extract of the population database |
//! | `mirror` | where sealed packets are copied to, if the site keeps a mirror |
//! | `device-anchors/` | certificates of the providers whose SBI devices are trusted, PEM or DER |
//! | `slips/`, `cards/` | slips as PDF; what the virtual printer printed |

use crate::engine::REFERENCE;
use anyhow::{Context as _, bail};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tram_enrollment::Field;
use tram_packet::{Profile, ReferenceBundle, Signer, StationKey};
use tram_store::{DatabaseKey, Record, Store};
use tram_sync::{JoinCode, Membership};
use tram_synthetic::person::Person;
use zeroize::Zeroizing;

/// A station's directory.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// The directory given, else `$TRAM_HOME`, else the user's data directory.
    ///
    /// # Errors
    /// When there is no such directory and it cannot be made.
    pub fn open(dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let user = || {
            let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
            data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))
                .map(|data| data.join("tram/station"))
        };
        let dir = dir.or_else(|| std::env::var_os("TRAM_HOME").map(PathBuf::from)).or_else(user);
        let dir = dir.context("no home directory: give the station's own with --home")?;
        fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
        Ok(Self { dir })
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The station's database.
    pub fn database(&self) -> PathBuf {
        self.dir.join("station.db")
    }

    /// The population extract.
    pub fn register(&self) -> PathBuf {
        self.dir.join("register.db")
    }

    /// The certificates of the device providers the site trusts.
    pub fn device_anchors(&self) -> PathBuf {
        self.dir.join("device-anchors")
    }

    /// Where slips are written.
    pub fn slips(&self) -> PathBuf {
        self.dir.join("slips")
    }

    /// Where the virtual printer puts cards.
    pub fn cards(&self) -> PathBuf {
        self.dir.join("cards")
    }

    /// Whether the station has joined a centre.
    pub fn has_joined(&self) -> bool {
        self.dir.join("membership.json").exists()
    }

    /// What the station kept of joining.
    ///
    /// # Errors
    /// When it has not joined, or the file is damaged.
    pub fn membership(&self) -> anyhow::Result<Membership> {
        let path = self.dir.join("membership.json");
        if !path.exists() {
            bail!(
                "this station belongs to no centre yet: get a one-time code there and run `tram join CODE`"
            );
        }
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))
    }

    /// The station's signing key.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn station_key(&self) -> anyhow::Result<Arc<StationKey>> {
        let path = self.dir.join("station.key");
        let pkcs8 =
            Zeroizing::new(fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
        Ok(Arc::new(StationKey::from_pkcs8(&pkcs8)?))
    }

    /// The key of the databases.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn database_key(&self) -> anyhow::Result<DatabaseKey> {
        let (key, _protection) = tram_store::read_key_file(&self.dir.join("database.key"), None)?;
        Ok(key)
    }

    /// The key of the register's extract: the same as the database's.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn register_key(&self) -> anyhow::Result<DatabaseKey> {
        self.database_key()
    }

    /// Makes the station's keys where there are none, and joins the centre that printed the code. Repeating it with the
    /// same code after a lost answer is harmless.
    ///
    /// # Errors
    /// When the centre refuses or cannot be reached, or nothing can be written.
    pub fn join(&self, code: &str) -> anyhow::Result<Membership> {
        let code: JoinCode = code.parse()?;
        let path = self.dir.join("station.key");
        if !path.exists() {
            write_secret(&path, &StationKey::generate()?.to_pkcs8())?;
        }
        let path = self.dir.join("database.key");
        if !path.exists() {
            let mut random = tram_packet::random::system();
            tram_store::write_key_file(&path, &DatabaseKey::generate(&mut random), None, &mut random)?;
        }
        let key = self.station_key()?;
        let membership = tram_sync::join::join(&code, key.as_ref() as &dyn Signer)?;
        write_whole(&self.dir.join("membership.json"), &serde_json::to_vec_pretty(&membership)?)?;
        self.settle(&membership, key)?;
        Ok(membership)
    }

    /// What a station needs before it can work offline: its database, its block of numbers, the reference data, and in a
    /// demonstration an extract of invented citizens.
    fn settle(&self, membership: &Membership, key: Arc<StationKey>) -> anyhow::Result<()> {
        let database_key = self.database_key()?;
        let mut store = if self.database().exists() {
            Store::open(&self.database(), &database_key)?
        } else {
            let mut store = Store::create(&self.database(), &database_key)?;
            let place = &membership.station;
            store.add_block(&place.office_code, place.first_number..=place.last_number)?;
            store
        };
        let centre = membership.centre(key)?;
        let signed = centre.reference(None)?.context("the centre sent no reference data")?;
        ReferenceBundle::verify(&signed, &membership.station.authority)?;
        store.set_setting(REFERENCE, &signed)?;
        if membership.station.profile == Profile::Test && !self.register().exists() {
            let people =
                tram_synthetic::person::people(0..DEMONSTRATION_PEOPLE).map(|person| record(&person));
            tram_store::register::build(&self.register(), &database_key, people)?;
        }
        Ok(())
    }
}

/// Invented citizens in the register of a demonstration.
const DEMONSTRATION_PEOPLE: u64 = 200_000;

/// An invented citizen as the register knows them.
fn record(person: &Person) -> Record {
    let sex = match person.sex {
        tram_synthetic::person::Sex::Male => "male",
        tram_synthetic::person::Sex::Female => "female",
    };
    let birth = person.birth;
    Record::new([
        (Field::PersonalNumber, person.number.clone()),
        (Field::OldNumber, person.old_number.clone().unwrap_or_default()),
        (Field::FullName, person.full_name.clone()),
        (Field::BirthDate, format!("{:04}-{:02}-{:02}", birth.year, birth.month, birth.day)),
        (Field::Sex, sex.to_owned()),
        (Field::Nationality, "VNM".to_owned()),
        (Field::Ethnicity, person.ethnicity.name.to_owned()),
        (Field::Religion, person.religion.name.to_owned()),
        (Field::BirthPlace, person.birth_place.name.to_owned()),
        (Field::ResidenceUnit, person.residence.commune.code.to_owned()),
        (Field::ResidenceDetail, person.residence.detail.clone()),
        (Field::Phone, person.phone.clone().unwrap_or_default()),
    ])
}

/// Writes a file complete or not at all, durably.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    write_with(path, bytes, 0o644)
}

fn write_secret(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_with(path, bytes, 0o600).with_context(|| format!("{} cannot be written", path.display()))
}

fn write_with(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    File::open(folder)?.sync_all()
}
