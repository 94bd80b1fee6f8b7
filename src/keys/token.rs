//! Keys in a PKCS#11 token: a smart card, a USB token, an HSM (OASIS PKCS #11 2.40).

use crate::KeysError;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tram_packet::random::CryptoRng;
use tram_packet::{Algorithm, KeyProtection, PacketError, PublicKey, Signer};
use zeroize::Zeroizing;

/// The object identifier of P-256, `1.2.840.10045.3.1.7`, in DER.
pub(crate) const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const NONCE: usize = 12;

/// Which token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPlace {
    /// The token's own library, such as `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The token's label.
    pub label: String,
}

/// An open token with a signed-in session.
pub(crate) struct Token {
    session: Session,
    /// The library stays loaded as long as the session.
    _library: Pkcs11,
}

/// A secret under an AES key that stays in the token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// Hexadecimal digits.
    nonce: String,
    /// Hexadecimal digits.
    ciphertext: String,
}

impl Token {
    /// Opens the token of this label with its PIN.
    pub(crate) fn open(place: &TokenPlace, pin: &str) -> Result<Self, KeysError> {
        let token = |error: cryptoki::error::Error| KeysError::token(&error);
        let library = initialized(&place.module).map_err(token)?;
        for slot in library.get_slots_with_token().map_err(token)? {
            let found = library.get_token_info(slot).map_err(token)?;
            if found.label().trim_end() == place.label {
                let session = library.open_rw_session(slot).map_err(token)?;
                match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
                    Ok(())
                    | Err(cryptoki::error::Error::Pkcs11(cryptoki::error::RvError::UserAlreadyLoggedIn, _)) =>
                        {}
                    Err(error) => return Err(token(error)),
                }
                return Ok(Self { session, _library: library });
            }
        }
        Err(absent(&format!("there is no token with the label {:?}", place.label)))
    }

    /// Makes a signing key and a sealing key under this id; neither can ever leave the token.
    pub(crate) fn make_keys(&self, id: &[u8]) -> Result<(), KeysError> {
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(P256.to_vec()),
            Attribute::Id(id.to_vec()),
            Attribute::Label(b"tram station".to_vec()),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Id(id.to_vec()),
            Attribute::Label(b"tram station".to_vec()),
        ];
        let sealing = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::ValueLen(32.into()),
            Attribute::Id(id.to_vec()),
            Attribute::Label(b"tram database".to_vec()),
        ];
        self.session
            .generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)
            .and_then(|_| self.session.generate_key(&Mechanism::AesKeyGen, &sealing))
            .map(|_| ())
            .map_err(|error| KeysError::token(&error))
    }

    /// A secret that this token alone gives back.
    pub(crate) fn seal(
        &self,
        id: &[u8],
        secret: &[u8],
        random: &mut dyn CryptoRng,
    ) -> Result<Sealed, KeysError> {
        let mut nonce = [0; NONCE];
        random.fill_bytes(&mut nonce);
        let kept = hex::encode(nonce);
        let key = self.find(id, ObjectClass::SECRET_KEY, KeyType::AES)?;
        let ciphertext = GcmParams::new(&mut nonce, &[], 128.into())
            .and_then(|parameters| self.session.encrypt(&Mechanism::AesGcm(parameters), key, secret))
            .map_err(|error| KeysError::token(&error))?;
        Ok(Sealed { nonce: kept, ciphertext: hex::encode(ciphertext) })
    }

    /// The secret again.
    pub(crate) fn unseal(&self, id: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let damaged = |_digits: hex::FromHexError| absent("what was kept of the key is damaged");
        let mut nonce = hex::decode(&sealed.nonce).map_err(damaged)?;
        let ciphertext = hex::decode(&sealed.ciphertext).map_err(damaged)?;
        let key = self.find(id, ObjectClass::SECRET_KEY, KeyType::AES)?;
        GcmParams::new(&mut nonce, &[], 128.into())
            .and_then(|parameters| self.session.decrypt(&Mechanism::AesGcm(parameters), key, &ciphertext))
            .map(Zeroizing::new)
            .map_err(|error| KeysError::token(&error))
    }

    /// The signer of the key with this id; the session is its from now on.
    pub(crate) fn signer(self, id: &[u8]) -> Result<TokenSigner, KeysError> {
        let key = self.find(id, ObjectClass::PRIVATE_KEY, KeyType::EC)?;
        let point = self.find(id, ObjectClass::PUBLIC_KEY, KeyType::EC)?;
        let found = self.session.get_attributes(point, &[AttributeType::EcPoint]);
        let point = match found.map_err(|error| KeysError::token(&error))?.into_iter().next() {
            Some(Attribute::EcPoint(bytes)) => bare_point(bytes),
            _ => return Err(absent("the token does not show its public key")),
        };
        Ok(TokenSigner { public: PublicKey::new(Algorithm::Es256, point)?, key, inside: Mutex::new(self) })
    }

    fn find(&self, id: &[u8], class: ObjectClass, kind: KeyType) -> Result<ObjectHandle, KeysError> {
        let wanted = [Attribute::Id(id.to_vec()), Attribute::Class(class), Attribute::KeyType(kind)];
        let found = self.session.find_objects(&wanted).map_err(|error| KeysError::token(&error))?;
        found.first().copied().ok_or_else(|| absent("the station's key is not on this token"))
    }
}

/// A point out of its OCTET STRING (2.3.3); some tokens give it bare.
pub(crate) fn bare_point(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.strip_prefix(&[0x04, 0x41]) {
        Some(point) if point.len() == 65 => point.to_vec(),
        _ => bytes,
    }
}

/// A library, ready: of one there is one state in a process.
pub(crate) fn initialized(module: &Path) -> Result<Pkcs11, cryptoki::error::Error> {
    use cryptoki::error::{Error, RvError};
    let library = Pkcs11::new(module)?;
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(library),
        Err(error) => Err(error),
    }
}

fn absent(why: &str) -> KeysError {
    KeysError::Holder { holder: KeyProtection::Token, why: why.to_owned() }
}

/// The station's key in the token; one signature at a time.
pub(crate) struct TokenSigner {
    public: PublicKey,
    key: ObjectHandle,
    inside: Mutex<Token>,
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSigner({})", self.public.kid())
    }
}

impl Signer for TokenSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError> {
        let digest = digest(&SHA256, message);
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = inside.session.sign(&Mechanism::Ecdsa, self.key, digest.as_ref());
        // CKM_ECDSA gives r ‖ s as it is wanted (2.3.1).
        signed.ok().filter(|signature| signature.len() == 64).ok_or(PacketError::Sign)
    }
}
