//! Calibration: measurements of devices from charts and fields, their limits, certificates, and the morning test.
//!
//! Pictures in, figures out. This crate must never know a concrete device, a key, a file, a screen or a clock: frames come
//! through the traits of `drivers/device`, signing and verifying are traits, and time is passed in. Of OpenCV it links the
//! image processing alone, for the outlines of the `ChArUco` board's markers; dots, marks, edges, corners and lens are
//! measured by the code here.
//!
//! | module | holds |
//! | --- | --- |
//! | [`plane`] | a picture as levels; `statistics` and [`fit`] under it |
//! | [`lattice`], [`placement`] | the ruled target and the marked charts in a picture; `dots` under them |
//! | [`charuco`] | the `ChArUco` board before a camera |
//! | [`edge`] | response from a slanted edge (ISO 12233) |
//! | [`colour`] | CIELAB and CIEDE2000 |
//! | [`finger`] | resolution, geometry, tone, evenness, noise, sine response, platen, flat field |
//! | [`camera`] | patches, illumination, background, lens |
//! | [`printer`] | alignment, ribbon curve |
//! | [`iris`] | near infrared, sharpness and range of focus of iris cameras |
//! | [`bench`] | a procedure step by step: what to do, what is taken, what it measures |
//! | [`procedure`] | from the pictures of a procedure to its figures |
//! | [`quantity`], [`limits`], [`finding`] | what is measured, how good it must be, and the sentence for it; `remedy`: which way and how far |
//! | [`certificate`], [`signature`], [`standing`], [`sheet`] | what is signed, how, whether it holds, and how it prints |
//! | [`trend`] | where a figure is heading |
//! | [`morning`] | the morning test |
//! | [`chart`] | the charts as vector files |

pub mod bench;
pub mod camera;
pub mod certificate;
pub mod chart;
pub mod charuco;
pub mod colour;
mod dots;
pub mod edge;
mod error;
pub mod finding;
pub mod finger;
pub mod fit;
pub mod iris;
pub mod lattice;
pub mod limits;
pub mod morning;
pub mod placement;
pub mod plane;
pub mod printer;
pub mod procedure;
pub mod quantity;
mod remedy;
pub mod sheet;
pub mod signature;
pub mod standing;
mod statistics;
pub mod trend;

pub use certificate::{CalibratedDevice, Certificate, CertificateId, Evidence, Issue};
pub use error::CalibrationError;
pub use finding::{Finding, Verdict};
pub use limits::{Basis, DeviceClass, Limit, Limits};
pub use plane::Plane;
pub use quantity::{Measurement, Quantity};
pub use standing::{Exception, Refusal, Standing};
