//! Portraits: find the face in a picture, measure it, say what to change, cut and write what is kept.
//!
//! Pure algorithms on pictures. This crate must never know a camera, a screen, a file, a thread or a clock.
//!
//! | module | holds |
//! | --- | --- |
//! | [`engine`], `track` | the examination of one picture, from pixels to findings; following a face from frame to frame |
//! | `detector`, `mesh`, `network` | the face networks; only `network` knows OpenCV |
//! | [`face`], [`pose`], [`geometry`] | one face, its points and how it is turned |
//! | [`measure`] | the measures aligned with ISO/IEC 29794-5, one file each |
//! | [`rules`] | the limits, dated reference data |
//! | [`guidance`] | the one thing to say to the applicant |
//! | [`attack`] | hints of a photograph or a screen before the camera |
//! | [`iris`] | irises in near infrared: where they are, how good a picture is, the capture of both eyes, ISO/IEC 19794-6 |
//! | [`crop`] | the card's frame and the token image |
//! | [`decode`], [`encode`] | reading pictures nobody has checked; JPEG and JPEG 2000 to a budget of bytes |
//! | [`record`] | face image records of ISO/IEC 19794-5 |
//! | [`report`], [`annotate`] | the findings as a table, and drawn into the picture |

pub mod annotate;
pub mod assessment;
pub mod attack;
mod bytes;
mod colour;
pub mod crop;
pub mod decode;
mod detector;
pub mod encode;
pub mod engine;
mod error;
pub mod face;
mod fourier;
pub mod geometry;
pub mod guidance;
pub mod iris;
mod jpeg2000;
mod landmark;
mod mapping;
pub mod measure;
mod mesh;
mod network;
mod patch;
pub mod pose;
pub mod record;
pub mod report;
mod resample;
pub mod rules;
mod track;

pub use assessment::Assessment;
pub use engine::Engine;
pub use error::PortraitError;
pub use face::Face;
pub use geometry::Point;
pub use guidance::Guidance;
pub use measure::{Measure, MeasureKind};
pub use mesh::{Eye, MeshPoint};
pub use pose::Pose;
pub use report::Report;
pub use rules::{Confirmation, Exception, IrisRule, Limit, Rule, RuleSet};
