//! A client of MOSIP SBI 1.0 and MDS 0.9.5: devices whose makers ship a service that listens on this machine, captures
//! by itself, and signs what it captured. It is the vendor-neutral road to slap readers, iris cameras and face cameras.
//!
//! A device is found on any of the ports 4501 to 4600, shown with its preview (STREAM), and asked for a registration
//! capture (RCAPTURE) of a slap, two thumbs, single fingers, irises or the face. Nothing a device says is believed
//! because it says so: its identity and each image must be signed under a certificate of a provider the site trusts, for
//! this transaction, purpose, environment and time, and the hashes over the images must chain. The trusted certificates,
//! the environment, the clock and the randomness are passed in ([`Site`]).
//!
//! As a fingerprint reader of the contract it finishes its captures itself ([`tram_device::finger::FinishingReader`]):
//! each finger comes as a record of ISO/IEC 19794-4. The driver looks into records as far as the image inside
//! ([`record`]) and hands them out as they were signed; pixels are decoded by `capture`, which may use the decoders.
//!
//! The crate never decodes or judges a captured image, and never knows whose it is.
//!
//! | module | holds |
//! | --- | --- |
//! | `factory` | the driver: listing, opening by serial number |
//! | `sweep` | all ports asked at once, in both dialects |
//! | `identity` | the dialects, the digital identity, the device info |
//! | `session` | one open device: preview and capture side by side |
//! | `capture` | what is asked, and what must hold before an image is taken |
//! | `iris` | a session as an iris camera of the contract |
//! | `reader` | a session as a fingerprint reader of the contract |
//! | `parts` | fingers, slaps, eyes, face in the words of the protocol |
//! | [`record`] | ISO/IEC 19794-4, -5 and -6 as far as the image inside |
//! | `jws`, `anchors` | signatures, and whom the site trusts |
//! | `site` | what the site brings |
//! | `holds` | one holder to a device, one capture at a time |
//! | `preview` | JPEG frames out of a stream |
//! | `exchange`, `http`, [`bus`] | one question and its answer, HTTP with bounded lengths, the ports |
//! | [`tape`] | a session as a recording, and a recording in a service's place |
//! | `words` | values of messages, as text or numbers |

mod anchors;
pub mod bus;
mod capture;
mod error;
mod exchange;
mod factory;
mod holds;
mod http;
mod identity;
mod iris;
mod jws;
#[cfg(test)]
mod mutated;
mod parts;
mod preview;
mod reader;
pub mod record;
mod session;
mod site;
mod sweep;
pub mod tape;
mod words;

pub use anchors::Anchors;
pub use bus::{Bus, Loopback};
pub use capture::{CAPTURE_TIMEOUT, Captured, ChainForm};
pub use error::SbiError;
pub use factory::Sbi;
pub use identity::{DeviceInfo, Dialect, DigitalId, Environment, Kind};
pub use iris::Irises;
pub use parts::{Part, Target};
pub use reader::Reader;
pub use session::{Seen, Session};
pub use site::Site;
