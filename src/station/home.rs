//! Where a station lives on disk, and how it becomes a station.
//!
//! | file | holds |
//! | --- | --- |
//! | `keys.json` | who holds the station's two keys: a TPM, a token, a passphrase, or for demonstrations this file |
//! | `station.recovery` | the database key wrapped for the ministry's recovery key |
//! | `membership.json` | the centre's address and authority, the station's certificate and number block |
//! | `station.db` | drafts, outbox, receipts, reference data, audit |
//! | `register.db` | the local extract of the population database |
//! | `sets/` | the signed sets it is brought up to date from, sealed as they came |
//! | `through` | the address of the colleague's station through which the centre is reached, if any |
//! | `mirror` | where sealed packets are copied to, if the site keeps a mirror |
//! | `device-anchors/` | certificates of the providers whose SBI devices are trusted, PEM or DER |
//! | `slips/`, `cards/` | slips as PDF; what the virtual printer printed |

use crate::clock;
use crate::engine::REFERENCE;
use crate::sets::EXTRACT_KEY;
use anyhow::{Context as _, bail};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tram_enrollment::Field;
use tram_keys::{Asked, Keys, StationSigner};
use tram_packet::{KeyProtection, Profile, ReferenceBundle, Signer};
use tram_store::{DatabaseKey, Record, Store};
use tram_sync::{JoinCode, Membership};
use tram_synthetic::person::Person;
use zeroize::Zeroizing;

/// Names a file that holds the passphrase or PIN of the keys, for a station that starts by itself.
const SECRET_FILE: &str = "TRAM_SECRET_FILE";

/// A station's directory.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
    /// Opened once: a TPM and a passphrase take their time.
    keys: Arc<OnceLock<Keys>>,
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
        Ok(Self { dir, keys: Arc::default() })
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

    /// Where sessions with devices are recorded, without the person.
    pub fn recordings(&self) -> PathBuf {
        self.dir.join("recordings")
    }

    /// Where slips are written.
    pub fn slips(&self) -> PathBuf {
        self.dir.join("slips")
    }

    /// Where certificates of calibration are written for paper.
    pub fn certificates(&self) -> PathBuf {
        self.dir.join("certificates")
    }

    /// Where the virtual printer puts cards.
    pub fn cards(&self) -> PathBuf {
        self.dir.join("cards")
    }

    /// The PKCS#11 library officers' cards are reached by: the one named in `card-module`, else `OpenSC`'s; none where that
    /// is not installed.
    pub fn card_module(&self) -> Option<PathBuf> {
        let named = fs::read_to_string(self.dir.join("card-module")).ok();
        let named = named.map(|path| PathBuf::from(path.trim()));
        let opensc =
            || PathBuf::from(format!("/usr/lib/{}-linux-gnu/opensc-pkcs11.so", std::env::consts::ARCH));
        let module = named.unwrap_or_else(opensc);
        module.exists().then_some(module)
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

    /// Keeps what is known of the station's place: all of it or what was there before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep_membership(&self, membership: &Membership) -> anyhow::Result<()> {
        write_whole(&self.dir.join("membership.json"), &serde_json::to_vec_pretty(membership)?)?;
        Ok(())
    }

    /// The second wrap of the database key.
    pub fn recovery(&self) -> PathBuf {
        self.dir.join("station.recovery")
    }

    /// Where the colleague's station is named through which the centre is reached.
    pub(crate) fn through(&self) -> PathBuf {
        self.dir.join("through")
    }

    /// The way to the centre: by the station's corrected clock, and through a colleague's station where one is named.
    pub(crate) fn way(&self) -> tram_sync::Way {
        let through = fs::read_to_string(self.through()).ok();
        tram_sync::Way {
            clock: crate::clock::now,
            through: through.and_then(|address| address.trim().parse().ok()),
        }
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("keys.json")
    }

    /// What holds the station's keys; `None` while it has none.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn protection(&self) -> anyhow::Result<Option<KeyProtection>> {
        Ok(tram_keys::protection(&self.key_file())?)
    }

    /// Gives a secret to the TPM that holds the station's keys; `None` where no TPM does.
    ///
    /// # Errors
    /// When the TPM does not take it.
    pub fn rest(&self, secret: &[u8]) -> anyhow::Result<Option<tram_keys::Rested>> {
        Ok(tram_keys::rest(&self.key_file(), secret)?)
    }

    /// Whether the keys are closed and somebody must say their passphrase or PIN.
    pub fn is_locked(&self) -> bool {
        let wants_secret =
            matches!(self.protection(), Ok(Some(KeyProtection::Passphrase | KeyProtection::Token)));
        wants_secret && self.keys.get().is_none() && secret_of_the_site().is_none()
    }

    /// Opens the keys with their passphrase or PIN. Takes a moment: never on the thread that draws.
    ///
    /// # Errors
    /// When it is wrong, or the holder is not there.
    pub fn unlock(&self, secret: &str) -> anyhow::Result<()> {
        if self.keys.get().is_none() {
            let keys = tram_keys::open(&self.key_file(), Some(secret))?;
            // Whoever was quicker opened the same keys.
            self.keys.set(keys).ok();
        }
        Ok(())
    }

    /// The station's keys.
    ///
    /// # Errors
    /// When their holder is missing or wants a secret that nobody has said yet.
    pub fn keys(&self) -> anyhow::Result<&Keys> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let secret = secret_of_the_site();
        let keys = tram_keys::open(&self.key_file(), secret.as_ref().map(|secret| secret.as_str()))?;
        Ok(self.keys.get_or_init(|| keys))
    }

    /// What signs for the station.
    ///
    /// # Errors
    /// As [`keys`](Self::keys).
    pub fn station_key(&self) -> anyhow::Result<StationSigner> {
        Ok(Arc::clone(&self.keys()?.station))
    }

    /// The key of the databases.
    ///
    /// # Errors
    /// As [`keys`](Self::keys).
    pub fn database_key(&self) -> anyhow::Result<DatabaseKey> {
        DatabaseKey::from_bytes(self.keys()?.database.as_ref()).context("the key file is damaged")
    }

    /// The key of the register's extract: the same as the database's.
    ///
    /// # Errors
    /// As [`keys`](Self::keys).
    pub fn register_key(&self) -> anyhow::Result<DatabaseKey> {
        self.database_key()
    }

    /// Makes the station's keys where there are none, held as asked, and joins the centre that printed the code. Repeating
    /// it with the same code after a lost answer is harmless.
    ///
    /// # Errors
    /// When the centre refuses or cannot be reached, or nothing can be written.
    pub fn join(&self, code: &str, asked: &Asked<'_>) -> anyhow::Result<Membership> {
        let code: JoinCode = code.parse()?;
        clock::start_from(code.made_at);
        if self.protection()?.is_none() {
            let keys = tram_keys::make(&self.key_file(), asked, &mut tram_packet::random::system())?;
            self.keys.set(keys).ok();
        }
        let key = self.station_key()?;
        let membership = tram_sync::join::join(&code, key.as_ref() as &dyn Signer, self.way())?;
        self.keep_membership(&membership)?;
        self.settle(&membership, key)?;
        Ok(membership)
    }

    /// What a station needs before it can work offline: its database, its block of numbers, the reference data, and in a
    /// demonstration an extract of invented citizens.
    fn settle(&self, membership: &Membership, key: StationSigner) -> anyhow::Result<()> {
        let database_key = self.database_key()?;
        let mut store = if self.database().exists() {
            Store::open(&self.database(), &database_key)?
        } else {
            let mut store = Store::create(&self.database(), &database_key)?;
            let place = &membership.station;
            store.add_block(&place.office_code, place.first_number..=place.last_number)?;
            store
        };
        let centre = membership.centre(key, self.way())?;
        let signed = centre.reference(None)?.context("the centre sent no reference data")?;
        ReferenceBundle::verify(&signed, &membership.station.authority)?;
        store.set_setting(REFERENCE, &signed)?;
        match centre.extract_key() {
            Ok(key) => store.set_setting(EXTRACT_KEY, &key.to_bytes())?,
            // It is asked for again with the first set; without one, a stick waits for a connection.
            Err(failure) => log::warn!("the key of the sets: {failure}"),
        }
        if membership.station.profile == Profile::Test && !self.register().exists() {
            let people =
                tram_synthetic::person::people(0..DEMONSTRATION_PEOPLE).map(|person| record(&person));
            tram_store::register::build(&self.register(), &database_key, people)?;
        }
        Ok(())
    }
}

/// The secret of the keys as the site keeps it: in the file of `TRAM_SECRET_FILE`, or as the credential `tram-keys` of a
/// systemd unit.
fn secret_of_the_site() -> Option<Zeroizing<String>> {
    let named = std::env::var_os(SECRET_FILE).map(PathBuf::from);
    let credential = || Some(PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?).join("tram-keys"));
    let text = Zeroizing::new(fs::read_to_string(named.or_else(credential)?).ok()?);
    Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
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
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o644).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    File::open(folder)?.sync_all()
}
