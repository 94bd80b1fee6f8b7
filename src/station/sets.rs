//! The signed sets at the station: fetched from the centre or from a stick, verified, and of the population's extract
//! only what changed applied, so that a team far from everything searches what the centre last knew.
//!
//! Nothing of a set is believed before its signatures verify against the root that the signed reference data name, it is
//! no older than what was seen before, and its day has not ended. What a refused one left behind is swept away.

use crate::clock;
use crate::home::Home;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tram_enrollment::reference::Phrase;
use tram_packet::{Digest, ExtractKey, PacketError};
use tram_store::StoreError;
use tram_store::extract::{Applied, SetFile, bring_up};
use tram_sync::Centre;
use tram_update::UpdateError;
use tram_update::catalogue::Trust;
use tram_update::edition::Edition;
use tram_update::mirror::{Fetched, mirror, prune, sweep};

/// The setting that holds the key of the sets' files.
pub(crate) const EXTRACT_KEY: &str = "extract/key";
/// The reference data in a set.
const REFERENCE: &str = "reference";
/// Files of the population's extract.
const POPULATION: &str = "population-";

/// Where a set comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The network.
    Centre(&'a Centre),
    /// A stick, or any other folder.
    Folder(&'a Path),
}

/// What was taken.
pub(crate) struct Taken {
    /// The set's version.
    pub(crate) version: u64,
    /// What had to be fetched.
    pub(crate) fetched: Fetched,
    /// What became of the extract.
    pub(crate) applied: Applied,
    /// The signed reference data, where the set has any; not yet verified.
    pub(crate) reference: Option<Vec<u8>>,
}

/// Why a set is not taken.
#[derive(Debug)]
pub(crate) enum Trouble {
    Set(UpdateError),
    Sealed(PacketError),
    Store(StoreError),
}

impl From<UpdateError> for Trouble {
    fn from(error: UpdateError) -> Self {
        Self::Set(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Trouble {
    /// What a person reads.
    pub(crate) fn phrase(&self) -> Phrase {
        let (vi, why) = match self {
            Self::Set(UpdateError::Stale(ended)) => (
                format!(
                    "Bộ dữ liệu này đã hết hạn ngày {}, trạm không nhận: mang bản mới hơn",
                    ended.strftime("%d/%m/%Y")
                ),
                format!("this set ended on {}", ended.strftime("%Y-%m-%d")),
            ),
            Self::Set(error) if error.is_rollback() => (
                "Bộ dữ liệu này cũ hơn bản trạm đã nhận, trạm không nhận: mang bản mới hơn".to_owned(),
                "it is older than what this station took before".to_owned(),
            ),
            Self::Set(UpdateError::Disk(error)) => (
                "Không đọc được bộ dữ liệu: kiểm tra thẻ nhớ hoặc đường truyền".to_owned(),
                error.to_string(),
            ),
            Self::Set(error) => (
                "Chữ ký của bộ dữ liệu không đúng, trạm không nhận: thẻ hỏng, hoặc có người đã sửa"
                    .to_owned(),
                error.to_string(),
            ),
            Self::Sealed(error) => (
                "Khóa của trạm không mở được bộ dữ liệu này: kết nối trung tâm một lần để nhận khóa"
                    .to_owned(),
                error.to_string(),
            ),
            Self::Store(error) => {
                ("Không ghi được bản trích CSDL dân cư trên trạm".to_owned(), error.to_string())
            }
        };
        Phrase { vi, en: format!("The set is not taken: {why}") }
    }

    /// Whether the set itself is to blame, and not the way it came or the disk here.
    pub(crate) fn is_refusal(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Set(UpdateError::Disk(_)))
    }
}

/// Where the station keeps what it took.
fn folder(home: &Home) -> PathBuf {
    home.dir().join("sets")
}

/// Takes a set whose first root has this digest.
pub(crate) fn take(
    home: &Home,
    source: Source<'_>,
    root: Digest,
    key: &ExtractKey,
) -> Result<Taken, Trouble> {
    let repository = folder(home).join("repository");
    let wanted = |name: &str| name == REFERENCE || name.starts_with(POPULATION);
    let fetched = mirror(&repository, &mut |path| fetch(source, path), &wanted);
    // A set that is not believed must not stand in the way of the next one; one that was cut is gone on with.
    let fetched = fetched.inspect_err(|error| {
        if !matches!(error, UpdateError::Disk(_)) {
            forget(&repository);
        }
    })?;
    let edition = verified(home, &repository, root).inspect_err(|_refused| forget(&repository))?;
    let set: Vec<SetFile> = edition
        .items()
        .into_iter()
        .filter(|item| item.name.starts_with(POPULATION))
        .map(|item| SetFile { name: item.name, sha256: item.sha256 })
        .collect();
    let read = |name: &str| {
        let sealed = edition.read(name).inspect_err(|_damaged| forget(&repository))?;
        key.open(name, &sealed).map_err(Trouble::Sealed)
    };
    // Before the extract is touched: a set is taken whole or not at all.
    let has_reference = edition.items().iter().any(|item| item.name == REFERENCE);
    let reference = if has_reference { Some(read(REFERENCE)?.to_vec()) } else { None };
    let database_key = home.register_key().map_err(|_closed| StoreError::WrongKey)?;
    let applied = if set.is_empty() {
        Applied::default()
    } else {
        bring_up(&home.register(), &database_key, &set, &mut |name| read(name))?
    };
    prune(&repository, &edition.items())?;
    Ok(Taken { version: edition.version(), fetched, applied, reference })
}

fn forget(repository: &Path) {
    if let Err(error) = sweep(repository) {
        log::error!("what a refused set left cannot be removed: {error}");
    }
}

fn verified(home: &Home, repository: &Path, root: Digest) -> Result<Edition, UpdateError> {
    let trust = Trust { root: root.to_string(), seen: folder(home).join("seen") };
    Edition::open(repository, &trust, clock::now().unix_timestamp())
}

fn fetch(source: Source<'_>, path: &str) -> Result<Option<Vec<u8>>, UpdateError> {
    match source {
        Source::Centre(centre) => {
            centre.set_file(path).map_err(|failure| UpdateError::Disk(std::io::Error::other(failure)))
        }
        Source::Folder(folder) => match fs::read(folder.join(path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        },
    }
}
