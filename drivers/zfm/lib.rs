//! `ZhianTec` fingerprint modules on a serial line: ZFM-20, ZFM-60, R30x, AS608 and the round R503.
//!
//! A slow reader of four grey bits: a picture takes seven seconds at 57,600 baud. It is made for signing in and for
//! the match at handover, not for enrollment. The picture comes in pieces between calls, so it can be watched
//! ([`FingerReader::progress`]) and broken off; what is still on its way then is drained, never mixed up with the
//! next answer.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | modules at configured serial ports |
//! | [`reader`] | the dialogue: scanning, receiving, draining |
//! | `packet` | the frames on the line |
//! | `picture` | four-bit pixels to a grey picture |
//! | `redaction` | a session without the finger |
//!
//! [`FingerReader::progress`]: tram_device::FingerReader::progress

pub mod driver;
mod packet;
mod picture;
pub mod reader;
mod redaction;

pub use driver::Zfm;
pub use reader::Reader;
