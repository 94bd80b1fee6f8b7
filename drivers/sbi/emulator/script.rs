//! What goes wrong, and when.

use std::time::Duration;

/// The kinds of questions a service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// `MOSIPDISC`, `SBIDISC`.
    Discover,
    /// `MOSIPDINFO`, `SBIINFO`.
    Info,
    /// `STREAM`.
    Stream,
    /// `RCAPTURE`.
    Capture,
}

/// What is wrong with one answer. What a question has no room for is left out: a stream carries no transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It comes so much later.
    Slow(Duration),
    /// It never comes; the connection stays open.
    Silent,
    /// Noise from this seed instead of HTTP.
    Garbage(u64),
    /// Some bytes are changed, drawn from this seed.
    Mutated(u64),
    /// The connection ends after this share of it, in percent.
    Truncated(u8),
    /// The signature is of other contents.
    WrongSignature,
    /// The key is certified by a provider that nobody trusts.
    Impostor,
    /// The certificate has run out.
    Expired,
    /// Another transaction.
    WrongTransaction,
    /// Made an hour before.
    OldTimestamp,
    /// The hashes do not chain.
    BrokenChain,
    /// Registered for another environment.
    WrongEnvironment,
    /// For authentication.
    WrongPurpose,
    /// Another device's serial number.
    OtherDevice,
    /// One image is left out.
    OneMissing,
    /// One image stands in another's place as well.
    OneTwice,
    /// The record says another part than the message.
    WrongRecord,
    /// The picture in the record is shorter than it says.
    DamagedRecord,
    /// The device works for somebody else.
    Busy,
    /// Nothing lies on the device.
    NothingThere,
    /// An error of the maker's own.
    VendorError,
    /// The service dies after this share of the answer, and is back after a while on this port.
    Died {
        /// In percent.
        after: u8,
        /// How long it is away.
        away: Duration,
        /// Where it comes back.
        port: u16,
    },
}

/// A fault of the nth answer to a kind of question, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The question.
    pub verb: Verb,
    /// Which of them.
    pub nth: u32,
    /// What is wrong.
    pub fault: Fault,
}
