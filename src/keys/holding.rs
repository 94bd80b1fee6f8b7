//! The file that says who holds a station's keys, and making and opening what it names.

use crate::KeysError;
use crate::token::{Sealed, Token, TokenPlace};
use crate::tpm::{Object, Tpm};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;
use tram_packet::random::CryptoRng;
use tram_packet::{Argon2Cost, KeyProtection, PacketError, SealedSecret, Signer, StationKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Whatever signs for the station, from any thread.
pub type StationSigner = Arc<dyn Signer + Send + Sync>;

/// No key file is larger, in bytes.
const LARGEST: u64 = 64 * 1024;

/// A station's keys, open.
#[derive(Clone)]
pub struct Keys {
    /// What holds them.
    pub protection: KeyProtection,
    /// Signs packets and TLS handshakes.
    pub station: StationSigner,
    /// The 32 bytes the databases are encrypted with.
    pub database: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({}, held by {})", self.station.public_key().kid(), self.protection)
    }
}

/// Where new keys shall rest.
pub enum Asked<'a> {
    /// In the TPM at this place: [`tpm::OF_THE_MACHINE`](crate::tpm::OF_THE_MACHINE).
    Tpm(&'a str),
    /// In this token, which this PIN opens.
    Token(TokenPlace, &'a str),
    /// In the file, under this passphrase.
    Passphrase(&'a str, Argon2Cost),
    /// In the file as they are.
    Machine,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "held_by", rename_all = "snake_case")]
enum Holding {
    Tpm { place: String, station: Object, database: Object },
    Token { place: TokenPlace, id: String, database: Sealed },
    Passphrase { sealed: SealedSecret },
    Machine(Plain),
}

/// Both keys in hexadecimal digits; the station's as PKCS#8.
#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
struct Plain {
    station: String,
    database: String,
}

impl Holding {
    fn protection(&self) -> KeyProtection {
        match self {
            Self::Tpm { .. } => KeyProtection::Tpm,
            Self::Token { .. } => KeyProtection::Token,
            Self::Passphrase { .. } => KeyProtection::Passphrase,
            Self::Machine(_) => KeyProtection::Machine,
        }
    }
}

/// Makes keys where the file says there are none; durable when it returns.
///
/// # Errors
/// [`KeysError::Exists`], [`KeysError::Holder`], [`KeysError::Wrong`], [`KeysError::File`].
pub fn make(path: &Path, asked: &Asked<'_>, random: &mut dyn CryptoRng) -> Result<Keys, KeysError> {
    if path.exists() {
        return Err(KeysError::Exists(path.to_owned()));
    }
    let mut database = Zeroizing::new([0; 32]);
    random.fill_bytes(database.as_mut());
    let (holding, secret) = match asked {
        Asked::Tpm(place) => {
            let mut tpm = Tpm::open(place)?;
            let (station, database) = (tpm.make_signing_key()?, tpm.seal(database.as_ref())?);
            (Holding::Tpm { place: (*place).to_owned(), station, database }, None)
        }
        Asked::Token(place, pin) => {
            let token = Token::open(place, pin)?;
            let mut id = [0; 16];
            random.fill_bytes(&mut id);
            token.make_keys(&id)?;
            let database = token.seal(&id, database.as_ref(), random)?;
            (Holding::Token { place: place.clone(), id: hex::encode(id), database }, Some(*pin))
        }
        Asked::Passphrase(passphrase, cost) => {
            let plain = Zeroizing::new(json(path, &Plain::new(&database)?)?);
            let sealed = SealedSecret::seal(&plain, passphrase, *cost, random)?;
            (Holding::Passphrase { sealed }, Some(*passphrase))
        }
        Asked::Machine => (Holding::Machine(Plain::new(&database)?), None),
    };
    write(path, &Zeroizing::new(json(path, &holding)?)).map_err(|error| trouble(path, &error.to_string()))?;
    open(path, secret)
}

/// What holds the keys, without opening them; `None` where there are none.
///
/// # Errors
/// [`KeysError::File`].
pub fn protection(path: &Path) -> Result<Option<KeyProtection>, KeysError> {
    if path.exists() { Ok(Some(read(path)?.protection())) } else { Ok(None) }
}

/// Opens the keys with the passphrase or PIN, where their holder wants one.
///
/// # Errors
/// [`KeysError::Missing`], [`KeysError::Locked`], [`KeysError::Wrong`], [`KeysError::Holder`], [`KeysError::File`].
pub fn open(path: &Path, secret: Option<&str>) -> Result<Keys, KeysError> {
    let holding = read(path)?;
    let protection = holding.protection();
    let wanted = || secret.ok_or(KeysError::Locked(protection));
    let (station, database): (StationSigner, _) = match holding {
        Holding::Tpm { place, station, database } => {
            let mut tpm = Tpm::open(&place)?;
            let database = tpm.unseal(&database)?;
            (Arc::new(tpm.signer(&station)?), database)
        }
        Holding::Token { place, id, database } => {
            let id = hex::decode(id).map_err(|_digits| trouble(path, "it is damaged"))?;
            let token = Token::open(&place, wanted()?)?;
            let database = token.unseal(&id, &database)?;
            (Arc::new(token.signer(&id)?), database)
        }
        Holding::Passphrase { sealed } => {
            let plain = sealed.open(wanted()?).map_err(|error| match error {
                PacketError::Passphrase => KeysError::Wrong(protection),
                other => other.into(),
            })?;
            let plain: Plain = serde_json::from_slice(&plain).map_err(|_malformed| damaged(path))?;
            plain.keys(path)?
        }
        Holding::Machine(plain) => plain.keys(path)?,
    };
    let database = <[u8; 32]>::try_from(database.as_slice()).map_err(|_length| damaged(path))?;
    Ok(Keys { protection, station, database: Zeroizing::new(database) })
}

impl Plain {
    fn new(database: &[u8; 32]) -> Result<Self, PacketError> {
        let station = hex::encode(StationKey::generate()?.to_pkcs8());
        Ok(Self { station, database: hex::encode(database) })
    }

    fn keys(&self, path: &Path) -> Result<(StationSigner, Zeroizing<Vec<u8>>), KeysError> {
        let decode = |digits: &str| hex::decode(digits).map(Zeroizing::new).map_err(|_digits| damaged(path));
        let station = StationKey::from_pkcs8(&decode(&self.station)?)?;
        Ok((Arc::new(station), decode(&self.database)?))
    }
}

/// A secret that rests in the TPM's keeping while this program runs; nothing of it is on the disk.
pub struct Rested {
    place: String,
    sealed: Object,
}

/// Gives a secret of at most 128 bytes to the TPM that holds these keys; `None` where no TPM does.
///
/// # Errors
/// [`KeysError::Missing`], [`KeysError::Holder`], [`KeysError::File`].
pub fn rest(path: &Path, secret: &[u8]) -> Result<Option<Rested>, KeysError> {
    let Holding::Tpm { place, .. } = read(path)? else { return Ok(None) };
    let mut tpm = Tpm::open(&place)?;
    let sealed = tpm.seal(secret)?;
    tpm.close()?;
    Ok(Some(Rested { place, sealed }))
}

impl Rested {
    /// The secret.
    ///
    /// # Errors
    /// [`KeysError::Holder`] when the TPM does not give it back.
    pub fn wake(&self) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let mut tpm = Tpm::open(&self.place)?;
        let secret = tpm.unseal(&self.sealed)?;
        tpm.close()?;
        Ok(secret)
    }
}

fn json(path: &Path, content: &impl Serialize) -> Result<Vec<u8>, KeysError> {
    serde_json::to_vec(content).map_err(|error| trouble(path, &error.to_string()))
}

fn read(path: &Path) -> Result<Holding, KeysError> {
    let metadata = fs::metadata(path).map_err(|_absent| KeysError::Missing(path.to_owned()))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(trouble(path, "others can read it; run chmod 600 on it"));
    }
    if metadata.len() > LARGEST {
        return Err(trouble(path, "it is no key file"));
    }
    let json = Zeroizing::new(fs::read(path).map_err(|error| trouble(path, &error.to_string()))?);
    serde_json::from_slice(&json).map_err(|_malformed| damaged(path))
}

/// For the machine's owner alone, whole or not at all, and never over another.
fn write(path: &Path, json: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(json)?;
    file.sync_all()?;
    fs::hard_link(&unfinished, path)?;
    fs::remove_file(&unfinished)?;
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn damaged(path: &Path) -> KeysError {
    trouble(path, "it is damaged")
}

fn trouble(path: &Path, why: &str) -> KeysError {
    KeysError::File { path: path.to_owned(), why: why.to_owned() }
}
