//! One question and its answer, taken as it comes: nothing here waits longer than it is told to, so that one thread
//! watches the preview and the capture at once.

use crate::SbiError;
use crate::bus::Bus;
use crate::http::{Reply, request};
use std::time::Duration;
use tram_device::transport::{ByteTransport, TransportError};

/// What is read from a connection at once.
const READ_BYTES: usize = 64 * 1024;

/// A question of the protocol.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) verb: &'static str,
    pub(crate) path: &'static str,
    pub(crate) body: String,
    /// How long the whole answer may take.
    pub(crate) patience: Duration,
}

/// A question that was asked.
#[derive(Debug)]
pub(crate) struct Exchange<W> {
    wire: W,
    verb: &'static str,
    deadline: Duration,
    reply: Reply,
}

impl<W: ByteTransport> Exchange<W> {
    /// Asks over a fresh connection.
    pub(crate) fn ask(mut wire: W, port: u16, question: &Question) -> Result<Self, SbiError> {
        wire.write(&request(question.verb, question.path, port, &question.body))?;
        let deadline = wire.now() + question.patience;
        Ok(Self { wire, verb: question.verb, deadline, reply: Reply::default() })
    }

    /// Dials and asks.
    pub(crate) fn open<B: Bus<Wire = W>>(bus: &B, port: u16, question: &Question) -> Result<Self, SbiError> {
        Self::ask(bus.dial(port)?, port, question)
    }

    /// Waits for `step` at most until something comes, and takes all of it.
    pub(crate) fn receive(&mut self, step: Duration) -> Result<&mut Reply, SbiError> {
        let garbage = |what: &'static str| SbiError::Garbage(what.to_owned());
        let mut wait = step;
        while !self.reply.is_whole() {
            match self.wire.read(READ_BYTES, wait) {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => self.reply.push(&bytes).map_err(garbage)?,
                Err(TransportError::Gone(reason)) if self.reply.is_empty() => {
                    return Err(SbiError::Gone(reason));
                }
                Err(TransportError::Gone(_)) => self.reply.close().map_err(garbage)?,
                Err(error) => return Err(error.into()),
            }
            wait = Duration::ZERO;
        }
        if !self.reply.is_whole() && self.wire.now() >= self.deadline {
            return Err(SbiError::Silent { verb: self.verb });
        }
        Ok(&mut self.reply)
    }

    /// Whether the answer has begun to come.
    pub(crate) fn has_begun(&self) -> bool {
        self.reply.has_head()
    }

    /// The status and the body, once the answer is whole.
    pub(crate) fn poll(&mut self, step: Duration) -> Result<Option<(u16, Vec<u8>)>, SbiError> {
        let reply = self.receive(step)?;
        Ok(reply.is_whole().then(|| (reply.status, std::mem::take(&mut reply.body))))
    }
}
