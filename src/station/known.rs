//! Whom this station believes in matters of calibration: those its reference data name, and itself; and how they sign.

use crate::engine::REFERENCE;
use crate::home::Home;
use anyhow::Context as _;
use tram_calibration::signature::{Role, Signer, Verifier};
use tram_enrollment::Right;
use tram_packet::{Kid, PublicKey, ReferenceBundle};

/// The keys that count.
pub(crate) struct Known {
    bundle: ReferenceBundle,
    station: PublicKey,
}

impl Known {
    /// The keys of a station at rest.
    pub(crate) fn of(home: &Home) -> anyhow::Result<Self> {
        let reader = tram_store::Reader::open(&home.database(), &home.database_key()?)?;
        let signed =
            reader.setting(REFERENCE)?.context("this station has no reference data yet: run `tram join`")?;
        let bundle = ReferenceBundle::verify(&signed, &home.membership()?.station.authority)?;
        Ok(Self::new(bundle, home.station_key()?.public_key().clone()))
    }

    /// The people of the reference data and a station.
    pub(crate) fn new(bundle: ReferenceBundle, station: PublicKey) -> Self {
        Self { bundle, station }
    }
}

impl Verifier for Known {
    fn verifies(&self, role: Role, kid: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let right = match role {
            Role::Station => {
                return self.station.kid().as_bytes() == kid && self.station.verifies(message, signature);
            }
            Role::Technician => Right::ServiceDevices,
            Role::Supervisor => Right::ApproveException,
        };
        let Some(kid) = Kid::from_slice(kid).filter(|kid| !self.bundle.revoked.contains(kid)) else {
            return false;
        };
        let may = |officer: &&tram_packet::OfficerRecord| {
            officer.role.may(right) && officer.public_key.kid() == kid
        };
        self.bundle
            .officers
            .iter()
            .find(may)
            .is_some_and(|officer| officer.public_key.verifies(message, signature))
    }
}

/// A key of the packet crate that signs for the calibration crate.
pub(crate) struct Hand<'a>(pub(crate) &'a dyn tram_packet::Signer);

impl Signer for Hand<'_> {
    fn kid(&self) -> Vec<u8> {
        self.0.public_key().kid().as_bytes().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.0.sign(message).ok()
    }
}
