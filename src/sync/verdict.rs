//! What a failure means for the packet and for the lane.

use crate::reason::Reason;
use crate::transport::Failure;
use std::time::Duration;

/// What to do about a failure. None of them deletes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The lane stops until somebody acts.
    Stop(Reason),
    /// The lane waits, at least as long as the centre asked.
    Pause(Reason, Option<Duration>),
    /// Centre and station disagree on how far the upload is: ask.
    Ask,
    /// This packet waits and is announced anew; the others go on.
    Postpone(Reason),
    /// The centre will never take this packet as it is.
    SetAside(Reason),
}

pub(crate) fn verdict(failure: &Failure) -> Verdict {
    match failure {
        Failure::Unreachable { .. } => Verdict::Pause(Reason::Unreachable, None),
        Failure::Untrusted { .. } => Verdict::Stop(Reason::Untrusted),
        Failure::Garbled { what } => Verdict::Postpone(Reason::Misbehaving { what: what.clone() }),
        Failure::Status { status, kind, detail, retry_after } => {
            of_status(*status, kind, detail, *retry_after)
        }
    }
}

fn of_status(status: u16, kind: &str, detail: &str, retry_after: Option<Duration>) -> Verdict {
    let refused = || Reason::Refused { kind: kind.to_owned(), detail: detail.to_owned() };
    match status {
        401 | 403 => Verdict::Stop(Reason::NotAdmitted),
        408 | 502 | 504 => Verdict::Pause(Reason::Unreachable, retry_after),
        425 | 429 | 503 => Verdict::Pause(Reason::Busy, retry_after),
        507 => Verdict::Pause(Reason::Full, retry_after),
        // An upload that the centre forgot is announced anew, like one it failed at.
        404 | 410 | 500..=599 => Verdict::Postpone(Reason::CentreFailed { status }),
        409 if kind == "packet-conflict" => Verdict::SetAside(Reason::Conflict),
        // tus: wrong offset, locked, checksum mismatch.
        409 | 423 | 460 => Verdict::Ask,
        413 => Verdict::SetAside(Reason::TooLarge),
        422 if kind == "digest-mismatch" => Verdict::Postpone(Reason::DamagedOnTheWay),
        // The centre looked at this packet and does not take it. Any other error is of whoever answers in its place.
        422 => Verdict::SetAside(refused()),
        400..=499 => Verdict::Postpone(refused()),
        _ => Verdict::Postpone(Reason::Misbehaving { what: format!("status {status}") }),
    }
}
