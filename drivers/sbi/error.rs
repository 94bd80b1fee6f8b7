//! What can go wrong with an SBI device, each a sentence for whoever stands in front of it.

use crate::identity::Environment;
use tram_device::DeviceError;
use tram_device::transport::TransportError;

/// Why a device did not do what it was asked, or why what it sent was not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SbiError {
    /// Nobody listens, or the connection ended where none may.
    #[error("the device's service is gone ({0}): start it again, the station finds it on any port")]
    Gone(String),
    /// The service took the question and said nothing.
    #[error(
        "the device's service does not answer {verb}: restart the service, then plug the device in again"
    )]
    Silent {
        /// The verb of the request.
        verb: &'static str,
    },
    /// What came is not SBI.
    #[error("the device's service sends {0}, which is not SBI: update or reinstall the service")]
    Garbage(String),
    /// The service answers with an error of its own.
    #[error("the device reports error {code} ({info}): {}", meaning(*code))]
    Reported {
        /// The code of the specification's table.
        code: u16,
        /// What the service says about it.
        info: String,
    },
    /// The device captures for somebody, or the service serves one at a time.
    #[error("the device is capturing for another program: close that program")]
    Busy,
    /// `deviceStatus` is `Not Ready`.
    #[error("the device says that it is not ready: wait for its own start, or plug it in again")]
    NotReady,
    /// The maker's management server has not given the device a certificate.
    #[error("the device is not registered with its provider: connect it to the provider's management server")]
    Unregistered,
    /// The device is for authentication.
    #[error("the device is for the purpose {0:?}, not for Registration: use one certified for registration")]
    Purpose(String),
    /// The device belongs to another installation.
    #[error(
        "the device is registered for {found}, this station works in {expected}: use a device of {expected}"
    )]
    Environment {
        /// The station's.
        expected: Environment,
        /// What the device says.
        found: String,
    },
    /// No certificate of the site's trusted providers stands behind the device's.
    #[error(
        "no trusted provider has signed the device's certificate ({0}): add the provider's, if the site trusts it"
    )]
    NoAnchor(String),
    /// A certificate outside its time.
    #[error(
        "the certificate of {0} is not valid today: let the provider renew it, and check the station's date"
    )]
    Expired(String),
    /// A signature that does not fit what it signs.
    #[error("the signature over {0} is wrong: do not use the device, tell its provider")]
    Signature(&'static str),
    /// The answer of another device than the one asked.
    #[error("device {found} answered in place of {expected}: unplug one of them")]
    OtherDevice {
        /// The serial number of the device opened.
        expected: String,
        /// The serial number in the answer.
        found: String,
    },
    /// An answer to another request.
    #[error(
        "the answer belongs to another capture (transaction id): take it again; restart the service if it stays"
    )]
    OtherTransaction,
    /// An answer from another time.
    #[error("the device dates its capture {found}, the station's clock says {now}: set both clocks")]
    Timestamp {
        /// The device's time.
        found: String,
        /// The station's time.
        now: String,
    },
    /// An image was left out, added or changed on the way.
    #[error("the chain of hashes over the images is broken: take it again; tell the provider if it stays")]
    Chain,
    /// Other fingers or eyes than those asked for.
    #[error("the device captured {found} where {expected} was asked for: take it again")]
    OtherParts {
        /// What was asked for.
        expected: String,
        /// What came.
        found: String,
    },
    /// A record whose image is not what its header says.
    #[error("the record of the image is damaged ({0}): take it again; update the service if it stays")]
    Record(&'static str),
    /// Two devices with one identity, of which one must be a copy.
    #[error(
        "serial number {serial} is claimed on ports {ports:?}: unplug one, and find out which is genuine"
    )]
    Duplicate {
        /// The serial number.
        serial: String,
        /// Where it is claimed.
        ports: Vec<u16>,
    },
    /// The device cannot take this.
    #[error("the device cannot capture {0}: use another device")]
    Unsupported(String),
}

/// What the codes of the specification mean for the person in front of the device (SBI 1.0, error codes; MDS 0.9.5).
fn meaning(code: u16) -> &'static str {
    match code {
        100 => "connect the device to its provider's management server, which registers it",
        101 => "nothing lay on the device: place the finger, eye or face and take it again",
        102 => "its software failed over the picture: take it again",
        103 => "it was tampered with: do not use it, tell its provider",
        104 => "it cannot reach its provider's management server: check the network",
        105 => "fingers or eyes lie the wrong way: place them straight and take it again",
        106 | 202 => "its service sees no device: check cable and power",
        107 => "its key has expired: connect it to its provider's management server",
        109 => "it cannot take so many at once: use another device",
        110 => "it is not ready: wait for its start, or plug it in again",
        111 => "it is capturing for another program: close that program",
        112 => "it did not take the number of the transaction: update its service",
        _ => "see the provider's list of codes, and take it again",
    }
}

impl From<TransportError> for SbiError {
    fn from(error: TransportError) -> Self {
        Self::Gone(error.to_string())
    }
}

impl From<SbiError> for DeviceError {
    fn from(error: SbiError) -> Self {
        use SbiError as E;
        let detail = error.to_string();
        match error {
            E::Gone(_) | E::Reported { code: 106 | 202, .. } => Self::Gone { detail },
            E::Silent { .. } | E::NotReady | E::Reported { code: 104 | 110, .. } => Self::Timeout { detail },
            E::Busy | E::Reported { code: 111, .. } => Self::Busy { detail },
            E::Unsupported(_) | E::Purpose(_) | E::Reported { code: 108 | 109, .. } => {
                Self::Unsupported { detail }
            }
            E::Reported { code: 100 | 103 | 107, .. }
            | E::Unregistered
            | E::Environment { .. }
            | E::NoAnchor(_)
            | E::Expired(_)
            | E::Signature(_)
            | E::OtherDevice { .. }
            | E::OtherTransaction
            | E::Timestamp { .. }
            | E::Chain
            | E::Duplicate { .. } => Self::Untrusted { detail },
            E::Garbage(_) | E::OtherParts { .. } | E::Record(_) | E::Reported { .. } => {
                Self::Garbage { detail }
            }
        }
    }
}
