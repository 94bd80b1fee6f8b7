//! Who is signed in at the desk. A session is a row of the register, so that whichever process a browser reaches next
//! knows it, and a restart ends none. The row opens nothing by itself: it is found by the digest of the cookie, and the
//! key that signs decisions lies in it under the cookie, which only the browser has.

use crate::adjudicators::SignedIn;
use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use crate::officers::{from_json, json};
use crate::secret;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tram_packet::{Argon2Cost, Digest, PublicKey, SealedKey, Signer as _, random};

/// Without a request for so long, a session ends;
const IDLE: Duration = Duration::minutes(10);
/// and in any case after a shift.
const SHIFT: Duration = Duration::hours(8);
/// Of the requests within so long, one is written down.
const SEEN_AGAIN: Duration = Duration::seconds(20);
/// Failures of one name before it has to wait, which doubles with each further one,
const FREE_FAILURES: u32 = 5;
/// up to this.
const LONGEST_WAIT: Duration = Duration::minutes(5);
/// A cookie is 256 random bits: a guess at one may cost nothing.
const NO_GUESSING: Argon2Cost = Argon2Cost { memory_kib: 8, passes: 1, lanes: 1 };

/// Somebody signed in.
pub(super) struct Session {
    pub(super) who: Arc<SignedIn>,
    /// Comes back with every form, so that no other page can send one.
    pub(super) form: String,
}

impl Centre {
    /// Begins a session and returns its cookie.
    pub(super) fn begin_session(&self, who: &SignedIn, now: OffsetDateTime) -> Result<String, CentralError> {
        let cookie = Digest(secret::random()?).to_string();
        let sealed = SealedKey::seal(&who.key, &cookie, NO_GUESSING, &mut random::system())?;
        self.database.transact(|tx| {
            tx.execute(
                "DELETE FROM desk_session WHERE began_at <= ?1 OR seen_at <= ?2",
                values![seconds(now - SHIFT), seconds(now - IDLE)],
            )?;
            tx.execute(
                "INSERT INTO desk_session (cookie, adjudicator, sealed_key, began_at, seen_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)",
                values![found_by(&cookie), &who.id, json(&sealed)?, seconds(now)],
            )
        })?;
        Ok(cookie)
    }

    /// The session of a cookie, used just now; nothing for one that is over or whose owner was barred or given a new key.
    pub(super) fn session(&self, cookie: &str, now: OffsetDateTime) -> Result<Option<Session>, CentralError> {
        let row = self.database.first(
            "SELECT session.sealed_key, began_at, seen_at, id, name, role = 'inspector', public_key
             FROM desk_session AS session JOIN adjudicator ON id = adjudicator
             WHERE cookie = ?1 AND revoked_at IS NULL",
            values![found_by(cookie)],
        )?;
        let Some(row) = row else { return Ok(None) };
        let (now, seen) = (seconds(now), row.get::<u64>(2)?);
        let is_over =
            |since: u64, after: Duration| now.saturating_sub(since) >= after.unsigned_abs().as_secs();
        if is_over(row.get(1)?, SHIFT) || is_over(seen, IDLE) {
            return Ok(None);
        }
        let sealed: SealedKey = from_json(&row.get::<String>(0)?)?;
        let Ok(key) = sealed.open(cookie) else { return Ok(None) };
        if *key.public_key() != from_json::<PublicKey>(&row.get::<String>(6)?)? {
            return Ok(None);
        }
        if is_over(seen, SEEN_AGAIN) {
            let again = "UPDATE desk_session SET seen_at = ?2 WHERE cookie = ?1";
            self.database.transact(|tx| tx.execute(again, values![found_by(cookie), now]))?;
        }
        let who = SignedIn { id: row.get(3)?, name: row.get(4)?, is_inspector: row.get(5)?, key };
        let form = Digest::of_parts([b"form ".as_slice(), cookie.as_bytes()]).to_string();
        Ok(Some(Session { who: Arc::new(who), form }))
    }

    /// Ends the session of a cookie.
    pub(super) fn end_session(&self, cookie: &str) -> Result<(), CentralError> {
        let end = "DELETE FROM desk_session WHERE cookie = ?1";
        self.database.transact(|tx| tx.execute(end, values![found_by(cookie)]))?;
        Ok(())
    }

    /// Whether a name has failed so often that it has to wait before it may try again.
    pub(super) fn must_wait(&self, name: &str, now: OffsetDateTime) -> Result<bool, CentralError> {
        let failures = "SELECT failures, last_at FROM desk_failure WHERE name = ?1";
        let Some(row) = self.database.first(failures, values![name])? else { return Ok(false) };
        let passed = seconds(now).saturating_sub(row.get(1)?);
        Ok(passed < wait_after(row.get(0)?).unsigned_abs().as_secs())
    }

    /// Counts a failure of a name, or forgets them all after a success.
    pub(super) fn remember_try(
        &self,
        name: &str,
        failed: bool,
        now: OffsetDateTime,
    ) -> Result<(), CentralError> {
        self.database.transact(|tx| {
            if !failed {
                return tx.execute("DELETE FROM desk_failure WHERE name = ?1", values![name]);
            }
            // Any name can be tried, and a passphrase takes a while to try: in a shift they stay few enough to keep.
            tx.execute("DELETE FROM desk_failure WHERE last_at <= ?1", values![seconds(now - SHIFT)])?;
            tx.execute(
                "INSERT INTO desk_failure (name, failures, last_at) VALUES (?1, 1, ?2)
                 ON CONFLICT (name) DO UPDATE SET failures = desk_failure.failures + 1, last_at = ?2",
                values![name, seconds(now)],
            )
        })?;
        Ok(())
    }
}

/// How long a name waits after so many failures.
fn wait_after(failures: u32) -> Duration {
    let Some(further) = failures.checked_sub(FREE_FAILURES) else { return Duration::ZERO };
    Duration::seconds(2_i64.saturating_pow(further)).min(LONGEST_WAIT)
}

fn found_by(cookie: &str) -> Vec<u8> {
    Digest::of(cookie.as_bytes()).as_bytes().to_vec()
}

fn seconds(at: OffsetDateTime) -> u64 {
    at.unix_timestamp().unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const START: OffsetDateTime = datetime!(2026-11-30 08:00 UTC);

    /// A demonstration's centre, and its adjudicator signed in.
    fn desk() -> (tempfile::TempDir, Centre, SignedIn) {
        let folder = tempfile::tempdir().unwrap();
        let centre = crate::demo::open(folder.path()).unwrap();
        let who = centre.sign_in("lan.tt", "bien xa 2026").unwrap().unwrap();
        (folder, centre, who)
    }

    #[test]
    fn a_session_ends_when_idle_after_a_shift_on_request_and_with_its_owner() {
        let (_folder, centre, who) = desk();
        let is_open = |cookie: &str, at| centre.session(cookie, at).unwrap().is_some();
        let cookie = centre.begin_session(&who, START).unwrap();
        assert!(!is_open("another", START));
        let mut at = START;
        while at < START + SHIFT {
            assert!(is_open(&cookie, at), "{at}");
            at += IDLE / 2;
        }
        assert!(!is_open(&cookie, START + SHIFT), "the shift is over");

        let cookie = centre.begin_session(&who, START).unwrap();
        assert!(!is_open(&cookie, START + IDLE), "idle");
        let cookie = centre.begin_session(&who, START).unwrap();
        centre.end_session(&cookie).unwrap();
        assert!(!is_open(&cookie, START));

        let before = centre.begin_session(&who, START).unwrap();
        let passphrase = centre.reset_adjudicator("lan.tt").unwrap();
        assert!(!is_open(&before, START), "another key decides for her now");
        let again = centre.sign_in("lan.tt", &passphrase).unwrap().unwrap();
        let cookie = centre.begin_session(&again, START).unwrap();
        assert!(is_open(&cookie, START));
        centre.revoke_adjudicator("lan.tt").unwrap();
        assert!(!is_open(&cookie, START), "barred");
    }

    #[test]
    fn what_the_register_holds_of_a_session_opens_nothing() {
        let (_folder, centre, who) = desk();
        let cookie = centre.begin_session(&who, START).unwrap();
        let rows = "SELECT cookie, adjudicator, sealed_key FROM desk_session";
        let row = centre.database.first(rows, values![]).unwrap().unwrap();
        let written = format!("{row:?}");
        assert!(!written.contains(&cookie) && row.get::<Vec<u8>>(0).unwrap() == found_by(&cookie));
        let sealed: SealedKey = from_json(&row.get::<String>(2).unwrap()).unwrap();
        let digest = Digest::of(cookie.as_bytes()).to_string();
        assert!(sealed.open(&digest).is_err() && sealed.open(&cookie).is_ok());
    }

    #[test]
    fn who_fails_waits_longer_and_longer() {
        let (_folder, centre, _) = desk();
        let waits: Vec<i64> = (1..=16).map(|failures| wait_after(failures).whole_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        for _ in 0..7 {
            assert!(!centre.must_wait("thu.nt", START).unwrap());
            centre.remember_try("thu.nt", true, START - LONGEST_WAIT).unwrap();
        }
        centre.remember_try("thu.nt", true, START).unwrap();
        assert!(centre.must_wait("thu.nt", START + Duration::seconds(7)).unwrap());
        assert!(!centre.must_wait("thu.nt", START + Duration::seconds(8)).unwrap());
        assert!(!centre.must_wait("another", START).unwrap());
        centre.remember_try("thu.nt", false, START).unwrap();
        assert!(!centre.must_wait("thu.nt", START).unwrap());
    }
}
