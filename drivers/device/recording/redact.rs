//! Taking the person out of a session, so that it can be given to the developer of a driver.
//!
//! What is left is a session its driver still follows: lengths, headers and answers stay, pictures go. Only a driver
//! knows where in its dialogue a picture is, so each says it for itself.

use crate::transport::Request;

/// Where bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The answer to a control request.
    Control(Request),
    /// A read on this endpoint.
    Endpoint(u8),
    /// A stream of bytes, in pieces of any length.
    Stream,
}

/// Overwrites what must not stand in a recording.
pub trait Redact: Send {
    /// What the device sent.
    fn came(&mut self, source: Source, data: &mut [u8]);

    /// What the host sent with a control request.
    fn sent(&mut self, _request: Request, _data: &mut [u8]) {}
}

/// Keeps everything: for invented fingers and phantoms alone.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Redact for Nothing {
    fn came(&mut self, _source: Source, _data: &mut [u8]) {}
}

/// The longest event or answer of the devices that send nothing of a person in less.
const HEAD_BYTES: usize = 64;

/// Blanks whatever is longer than an event or an answer.
#[derive(Clone, Copy, Debug)]
pub struct Tails;

impl Redact for Tails {
    fn came(&mut self, _source: Source, data: &mut [u8]) {
        data.iter_mut().skip(HEAD_BYTES).for_each(|byte| *byte = 0);
    }
}
