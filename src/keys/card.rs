//! An officer's own card: a PKCS#11 token with a P-256 key that agrees on secrets, such as the key-management key of a PIV
//! card (NIST SP 800-73-4, slot 9D). What is sealed to it opens with the card and its PIN, and with nothing else.
//!
//! Sealing is the one-pass Diffie-Hellman of NIST SP 800-56A (6.2.2.2) with a fresh key of ours, HKDF-SHA256 over both
//! public keys, AES-256-GCM. The card computes one thing only, the shared secret, which every such card can.

use crate::KeysError;
use crate::token::{P256, bare_point, initialized};
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// What the key is derived for.
const PURPOSE: &[u8] = b"tram officer's key on a card 1";

/// The cards in the readers that a PKCS#11 library sees.
///
/// A library may wait for ever on a card that is pulled while it is read (`OpenSC` 0.23 does): whoever must not stand still
/// asks from a thread that may.
#[derive(Clone, Debug)]
pub struct Cards {
    library: Pkcs11,
    /// The serial numbers of the cards that stay: a card is read when it comes, and left alone from then on.
    known: Arc<Mutex<Vec<(Slot, String)>>>,
}

/// A secret that one card opens; hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedToCard {
    /// Of the card's key, as the card names it.
    key: String,
    /// The card's public key.
    card: String,
    /// Ours, used once.
    ephemeral: String,
    ciphertext: String,
}

impl Cards {
    /// Loads the library, such as `opensc-pkcs11.so`.
    ///
    /// # Errors
    /// [`KeysError::Card`].
    pub fn load(module: &Path) -> Result<Self, KeysError> {
        let library = initialized(module).map_err(|error| unusable(&error))?;
        Ok(Self { library, known: Arc::default() })
    }

    /// The serial numbers of the cards that are in a reader now.
    ///
    /// # Errors
    /// [`KeysError::Card`] when the readers cannot be asked.
    pub fn present(&self) -> Result<Vec<String>, KeysError> {
        let slots = self.library.get_slots_with_token().map_err(|error| unusable(&error))?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(slot, _)| slots.contains(slot));
        for slot in slots {
            if !known.iter().any(|(there, _)| *there == slot) {
                // A card that is pulled this moment is not there.
                known.extend(self.serial(slot).map(|serial| (slot, serial)));
            }
        }
        Ok(known.iter().map(|(_, serial)| serial.clone()).collect())
    }

    /// Seals a secret to a card, once its PIN proved that this card opens it.
    ///
    /// # Errors
    /// [`KeysError::Pin`], [`KeysError::Card`].
    pub fn seal(&self, serial: &str, pin: &str, secret: &[u8]) -> Result<SealedToCard, KeysError> {
        let session = self.session(serial, pin)?;
        let (key, point) = agreeing_key(&session)?;
        let sealed = seal(&key, &point, secret).map_err(|Unspecified| broken("its key is not of P-256"))?;
        if *open(&session, &sealed)? != *secret {
            return Err(broken("it does not open what is sealed to it"));
        }
        Ok(sealed)
    }

    /// The secret, with the card and its PIN.
    ///
    /// # Errors
    /// [`KeysError::Pin`]; [`KeysError::Card`] when it is not there, blocked, or another card.
    pub fn open(
        &self,
        serial: &str,
        pin: &str,
        sealed: &SealedToCard,
    ) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        open(&self.session(serial, pin)?, sealed)
    }

    fn serial(&self, slot: Slot) -> Option<String> {
        let serial = self.library.get_token_info(slot).ok()?.serial_number().trim().to_owned();
        (!serial.is_empty()).then_some(serial)
    }

    /// A session in which this PIN was the right one.
    fn session(&self, serial: &str, pin: &str) -> Result<Session, KeysError> {
        let slots = self.library.get_slots_with_token().map_err(|error| unusable(&error))?;
        let slot = slots.into_iter().find(|slot| self.serial(*slot).as_deref() == Some(serial));
        let slot = slot.ok_or_else(|| broken("it is not in a reader"))?;
        let session = self.library.open_ro_session(slot).map_err(|error| unusable(&error))?;
        // Who is signed in already is not asked for the PIN: the answer would be yes to any.
        session.logout().ok();
        session.login(UserType::User, Some(&AuthPin::new(pin.into()))).map_err(|error| match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _) => {
                KeysError::Pin
            }
            Error::Pkcs11(RvError::PinLocked, _) => broken("its PIN is blocked after too many wrong ones"),
            other => unusable(&other),
        })?;
        Ok(session)
    }
}

/// The card's key that agrees on secrets: its name on the card, and its public point.
fn agreeing_key(session: &Session) -> Result<(Vec<u8>, Vec<u8>), KeysError> {
    let wanted = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Derive(true),
    ];
    for key in session.find_objects(&wanted).map_err(|error| unusable(&error))? {
        let Some(Attribute::Id(id)) = attribute(session, key, AttributeType::Id) else { continue };
        let public = [
            Attribute::Class(ObjectClass::PUBLIC_KEY),
            Attribute::Id(id.clone()),
            Attribute::EcParams(P256.to_vec()),
        ];
        let public = session.find_objects(&public).map_err(|error| unusable(&error))?;
        let point = public.first().and_then(|public| attribute(session, *public, AttributeType::EcPoint));
        if let Some(Attribute::EcPoint(point)) = point {
            return Ok((id, bare_point(point)));
        }
    }
    Err(broken("it has no P-256 key that agrees on secrets"))
}

fn attribute(session: &Session, object: ObjectHandle, kind: AttributeType) -> Option<Attribute> {
    session.get_attributes(object, &[kind]).ok()?.into_iter().next()
}

fn seal(key: &[u8], card: &[u8], secret: &[u8]) -> Result<SealedToCard, Unspecified> {
    let random = SystemRandom::new();
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let ephemeral = ours.compute_public_key()?.as_ref().to_vec();
    let cipher = agree_ephemeral(ours, &UnparsedPublicKey::new(&ECDH_P256, card), |shared| {
        cipher(shared, &ephemeral, card)
    })??;
    let mut ciphertext = secret.to_vec();
    cipher.seal_in_place_append_tag(once(), Aad::empty(), &mut ciphertext)?;
    Ok(SealedToCard {
        key: hex::encode(key),
        card: hex::encode(card),
        ephemeral: hex::encode(&ephemeral),
        ciphertext: hex::encode(ciphertext),
    })
}

fn open(session: &Session, sealed: &SealedToCard) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let bytes =
        |digits: &str| hex::decode(digits).map_err(|_digits| broken("what was kept for it is damaged"));
    let (ephemeral, card) = (bytes(&sealed.ephemeral)?, bytes(&sealed.card)?);
    let shared = shared_secret(session, &bytes(&sealed.key)?, &ephemeral)?;
    let mut secret = Zeroizing::new(bytes(&sealed.ciphertext)?);
    let other = |Unspecified| broken("it is another card, or what was kept for it is damaged");
    let length = cipher(&shared, &ephemeral, &card)
        .and_then(|cipher| cipher.open_in_place(once(), Aad::empty(), &mut secret).map(|opened| opened.len()))
        .map_err(other)?;
    secret.truncate(length);
    Ok(secret)
}

/// The card's part: `CKM_ECDH1_DERIVE` without a KDF gives the x coordinate (2.3.5).
fn shared_secret(session: &Session, key: &[u8], ephemeral: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let failed = |error: Error| unusable(&error);
    let wanted = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Id(key.to_vec()),
    ];
    let found = session.find_objects(&wanted).map_err(failed)?;
    let key = *found.first().ok_or_else(|| broken("the key is not on this card"))?;
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(32.into()),
    ];
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), ephemeral));
    let derived = session.derive_key(&mechanism, key, &template).map_err(failed)?;
    match attribute(session, derived, AttributeType::Value) {
        Some(Attribute::Value(shared)) if shared.len() == 32 => Ok(Zeroizing::new(shared)),
        _ => Err(broken("it does not give the secret that was agreed on")),
    }
}

/// A key for one message: both public keys are in it.
fn cipher(shared: &[u8], ephemeral: &[u8], card: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let info = [PURPOSE, ephemeral, card];
    let derived = Salt::new(HKDF_SHA256, &[]).extract(shared);
    Ok(LessSafeKey::new(UnboundKey::from(derived.expand(&info, &AES_256_GCM)?)))
}

/// Each key encrypts one message.
fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn unusable(error: &Error) -> KeysError {
    broken(&error.to_string())
}

fn broken(why: &str) -> KeysError {
    KeysError::Card(why.to_owned())
}
