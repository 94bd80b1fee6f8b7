//! Keys in a TPM 2.0, over the TCG's software stack.
//!
//! The storage key above them is derived from the TPM's own seed each time (TCG "TPM 2.0 Provisioning Guidance", a P-256
//! storage root key in the owner hierarchy), so that nothing has to be kept in the TPM. What is kept on the disk are
//! objects that this TPM alone can load. No policy over PCRs: a firmware update must not take a station's outbox away.

use crate::KeysError;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use tram_packet::{Algorithm, PacketError, PublicKey, Signer};
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::constants::tss::{TPM2_RH_NULL, TPM2_ST_HASHCHECK};
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{
    Digest, EccPoint, EccScheme, HashScheme, HashcheckTicket, KeyedHashScheme, Private, Public,
    PublicBuilder, PublicEccParametersBuilder, PublicKeyedHashParameters, SensitiveData, Signature,
    SignatureScheme, SymmetricDefinitionObject,
};
use tss_esapi::traits::{Marshall as _, UnMarshall as _};
use tss_esapi::tss2_esys::{TPM2B_DIGEST, TPMT_TK_HASHCHECK};
use tss_esapi::utils::create_unrestricted_signing_ecc_public;
use tss_esapi::{Context, TctiNameConf};
use zeroize::Zeroizing;

/// The TPM of the machine, through the kernel's resource manager.
pub const OF_THE_MACHINE: &str = "device:/dev/tpmrm0";

/// An object that one TPM can load: its private half is encrypted by that TPM.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Object {
    /// Hexadecimal digits.
    private: String,
    /// Hexadecimal digits.
    public: String,
}

/// An open TPM with its storage key.
pub(crate) struct Tpm {
    context: Context,
    storage: KeyHandle,
}

impl Tpm {
    /// Opens a TPM by its place, as `tpm2-tools` writes it: `device:/dev/tpmrm0`, `swtpm:host=…,port=…`.
    pub(crate) fn open(place: &str) -> Result<Self, KeysError> {
        let open = || {
            let mut context = Context::new(TctiNameConf::from_str(place)?)?;
            let storage = storage_key()?;
            let storage = context.execute_with_nullauth_session(|context| {
                context.create_primary(Hierarchy::Owner, storage, None, None, None, None)
            })?;
            Ok(Self { context, storage: storage.key_handle })
        };
        open().map_err(KeysError::tpm)
    }

    /// A new signing key, made in the TPM.
    pub(crate) fn make_signing_key(&mut self) -> Result<Object, KeysError> {
        let scheme = EccScheme::EcDsa(HashScheme::new(HashingAlgorithm::Sha256));
        create_unrestricted_signing_ecc_public(scheme, EccCurve::NistP256)
            .and_then(|public| self.create(public, None))
            .map_err(KeysError::tpm)
    }

    /// A secret of up to 128 bytes that this TPM alone gives back.
    pub(crate) fn seal(&mut self, secret: &[u8]) -> Result<Object, KeysError> {
        sealed_object()
            .and_then(|public| self.create(public, Some(SensitiveData::try_from(secret)?)))
            .map_err(KeysError::tpm)
    }

    /// The secret of a sealed object.
    pub(crate) fn unseal(&mut self, object: &Object) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let handle = self.load(object)?;
        let secret = self
            .context
            .execute_with_nullauth_session(|context| context.unseal(handle.into()))
            .map(|secret| Zeroizing::new(secret.value().to_vec()));
        let flushed = self.context.flush_context(handle.into());
        let secret = secret.map_err(KeysError::tpm)?;
        flushed.map_err(KeysError::tpm)?;
        Ok(secret)
    }

    /// Gives back the storage key's place in the TPM.
    pub(crate) fn close(mut self) -> Result<(), KeysError> {
        self.context.flush_context(self.storage.into()).map_err(KeysError::tpm)
    }

    /// The signer of a signing key; the TPM is its from now on. The storage key's place in the TPM is given back.
    pub(crate) fn signer(mut self, object: &Object) -> Result<TpmSigner, KeysError> {
        let handle = self.load(object)?;
        let public = read_public(&mut self.context, handle)?;
        self.context.flush_context(self.storage.into()).map_err(KeysError::tpm)?;
        Ok(TpmSigner { public, inside: Mutex::new((self.context, handle)) })
    }

    fn create(&mut self, public: Public, secret: Option<SensitiveData>) -> tss_esapi::Result<Object> {
        let storage = self.storage;
        let made = self.context.execute_with_nullauth_session(|context| {
            context.create(storage, public, None, secret, None, None)
        })?;
        Ok(Object {
            private: hex::encode(made.out_private.value()),
            public: hex::encode(made.out_public.marshall()?),
        })
    }

    fn load(&mut self, object: &Object) -> Result<KeyHandle, KeysError> {
        let damaged = |_error: hex::FromHexError| KeysError::Holder {
            holder: tram_packet::KeyProtection::Tpm,
            why: "what was kept of the key is damaged".into(),
        };
        let private = hex::decode(&object.private).map_err(damaged)?;
        let public = hex::decode(&object.public).map_err(damaged)?;
        let storage = self.storage;
        Private::try_from(private)
            .and_then(|private| {
                let public = Public::unmarshall(&public)?;
                self.context.execute_with_nullauth_session(|context| context.load(storage, private, public))
            })
            .map_err(KeysError::tpm)
    }
}

fn storage_key() -> tss_esapi::Result<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_decrypt(true)
        .with_restricted(true)
        .build()?;
    let parameters = PublicEccParametersBuilder::new_restricted_decryption_key(
        SymmetricDefinitionObject::AES_128_CFB,
        EccCurve::NistP256,
    );
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters.build()?)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}

fn sealed_object() -> tss_esapi::Result<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_user_with_auth(true)
        .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
        .with_keyed_hash_unique_identifier(Digest::default())
        .build()
}

/// An uncompressed point; a TPM may leave out zeros in front.
fn read_public(context: &mut Context, handle: KeyHandle) -> Result<PublicKey, KeysError> {
    let (public, _, _) = context.read_public(handle).map_err(KeysError::tpm)?;
    let Public::Ecc { unique, .. } = public else {
        return Err(PacketError::Key { what: "not an elliptic key" }.into());
    };
    let mut point = vec![4];
    point.extend(thirty_two(unique.x().value()));
    point.extend(thirty_two(unique.y().value()));
    Ok(PublicKey::new(Algorithm::Es256, point)?)
}

/// A big-endian number in 32 bytes.
pub(crate) fn thirty_two(number: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let zeros = 32_usize.saturating_sub(number.len());
    std::iter::repeat_n(0, zeros).chain(number.iter().copied())
}

/// The station's key in the TPM. One signature takes a tenth of a second or less; one at a time.
pub(crate) struct TpmSigner {
    public: PublicKey,
    inside: Mutex<(Context, KeyHandle)>,
}

impl fmt::Debug for TpmSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TpmSigner({})", self.public.kid())
    }
}

impl Signer for TpmSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError> {
        let sign = || -> tss_esapi::Result<Signature> {
            let digest = Digest::try_from(digest(&SHA256, message).as_ref())?;
            // The digest was not made by the TPM: the ticket says so.
            let ticket = HashcheckTicket::try_from(TPMT_TK_HASHCHECK {
                tag: TPM2_ST_HASHCHECK,
                hierarchy: TPM2_RH_NULL,
                digest: TPM2B_DIGEST::default(),
            })?;
            let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
            let (context, handle) = &mut *inside;
            let handle = *handle;
            context.execute_with_nullauth_session(|context| {
                context.sign(handle, digest, SignatureScheme::Null, ticket)
            })
        };
        match sign() {
            Ok(Signature::EcDsa(signature)) => {
                let (r, s) = (signature.signature_r().value(), signature.signature_s().value());
                Ok(thirty_two(r).chain(thirty_two(s)).collect())
            }
            Ok(_) | Err(_) => Err(PacketError::Sign),
        }
    }
}
