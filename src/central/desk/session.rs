//! Who is signed in at the desk. Sessions live in memory only, with the key that signs decisions; a restart ends them.

use crate::adjudicators::SignedIn;
use crate::error::CentralError;
use crate::secret;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tram_packet::Digest;

/// Without a request for so long, a session ends;
const IDLE: Duration = Duration::from_mins(10);
/// and in any case after a shift.
const SHIFT: Duration = Duration::from_hours(8);
/// Failures of one name before it has to wait, which doubles with each further one,
const FREE_FAILURES: u32 = 5;
/// up to this.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// Names that are remembered for their failures.
const MOST_NAMES: usize = 1000;

/// Somebody signed in.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) who: Arc<SignedIn>,
    /// Comes back with every form, so that no other page can send one.
    pub(super) form: String,
    began: Instant,
    seen: Instant,
}

/// All sessions, and who failed to begin one.
#[derive(Default)]
pub(super) struct Sessions {
    /// By the digest of the cookie: what is in memory opens nothing.
    open: Mutex<HashMap<Digest, Session>>,
    failures: Mutex<HashMap<String, (u32, Instant)>>,
}

impl Sessions {
    /// Begins a session and returns its cookie.
    pub(super) fn begin(&self, who: SignedIn, now: Instant) -> Result<String, CentralError> {
        let token = || Ok::<_, CentralError>(Digest(secret::random()?).to_string());
        let (cookie, form) = (token()?, token()?);
        let session = Session { who: Arc::new(who), form, began: now, seen: now };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| session.is_open(now));
        open.insert(Digest::of(cookie.as_bytes()), session);
        Ok(cookie)
    }

    /// The session of a cookie, used just now.
    pub(super) fn of(&self, cookie: &str, now: Instant) -> Option<Session> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let session = open.get_mut(&Digest::of(cookie.as_bytes())).filter(|session| session.is_open(now))?;
        session.seen = now;
        Some(session.clone())
    }

    /// Ends the session of a cookie.
    pub(super) fn end(&self, cookie: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&Digest::of(cookie.as_bytes()));
    }

    /// How long a name has to wait before it may try again.
    pub(super) fn wait_of(&self, name: &str, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = failures.get(name)?;
        let further = count.checked_sub(FREE_FAILURES)?;
        let wait = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(further)).min(LONGEST_WAIT);
        wait.checked_sub(now.duration_since(*last)).filter(|left| !left.is_zero())
    }

    /// Counts a failure, or forgets them all after a success.
    pub(super) fn remember(&self, name: &str, failed: bool, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if !failed {
            failures.remove(name);
            return;
        }
        if failures.len() >= MOST_NAMES {
            failures.retain(|_, (_, last)| now.duration_since(*last) < LONGEST_WAIT);
        }
        let (count, last) = failures.entry(name.to_owned()).or_insert((0, now));
        (*count, *last) = (count.saturating_add(1), now);
    }
}

impl Session {
    fn is_open(&self, now: Instant) -> bool {
        now.duration_since(self.seen) < IDLE && now.duration_since(self.began) < SHIFT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_packet::OfficerKey;

    fn somebody() -> SignedIn {
        let key = OfficerKey::from_seed(&[1; 32]).unwrap();
        SignedIn { id: "thu.nt".into(), name: "TEST".into(), is_inspector: false, key }
    }

    #[test]
    fn a_session_ends_when_idle_after_a_shift_and_on_request() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let cookie = sessions.begin(somebody(), start).unwrap();
        assert!(sessions.of("another", start).is_none());
        let steps = SHIFT.as_secs() / (IDLE.as_secs() / 2);
        for step in 1..steps {
            assert!(sessions.of(&cookie, start + IDLE / 2 * step as u32).is_some());
        }
        assert!(sessions.of(&cookie, start + SHIFT).is_none(), "the shift is over");
        let cookie = sessions.begin(somebody(), start).unwrap();
        assert!(sessions.of(&cookie, start + IDLE).is_none(), "idle");
        let cookie = sessions.begin(somebody(), start).unwrap();
        sessions.end(&cookie);
        assert!(sessions.of(&cookie, start).is_none());
    }

    #[test]
    fn who_fails_waits_longer_and_longer() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..16 {
            sessions.remember("thu.nt", true, now);
            waits.push(sessions.wait_of("thu.nt", now).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert!(sessions.wait_of("another", now).is_none());
        assert!(sessions.wait_of("thu.nt", now + LONGEST_WAIT).is_none());
        sessions.remember("thu.nt", false, now);
        assert!(sessions.wait_of("thu.nt", now).is_none());
    }
}
