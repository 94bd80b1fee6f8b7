//! Sign-in, the officer's key, the forgotten passphrase.

use super::Vault;
use crate::clock::now;
use crate::engine::phrase;
use std::time::Duration;
use time::Date;
use tram_biometric::Language;
use tram_enrollment::reference::Phrase;
use tram_enrollment::{Matter, OfficerId, Right, Role, SHORTEST_PASSPHRASE};
use tram_packet::{
    Argon2Cost, AuditAction, Kid, OfficerKey, OfficerRecord, PacketError, Profile, Rekey, SignedRekey,
    Signer as _,
};
use tram_workflow::dossier::Approval;
use tram_workflow::state::{Officer, Refusal};
use tram_workflow::{Secret, sentence};

/// After so many failures in a row each further one must wait, twice as long as the last.
const FREE_TRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// The officer at work, with the key the passphrase opened. Dropped when the station locks.
pub(super) struct SignedIn {
    pub(super) officer: Officer,
    pub(super) key: OfficerKey,
    pub(super) rekey: Option<SignedRekey>,
}

/// Failures in a row and when the next try may be; kept over restarts.
#[derive(Clone, Copy, Default)]
pub(super) struct Failures {
    count: u32,
    wait_until: i64,
}

impl Vault {
    pub(super) fn sign_in(&mut self, id: &OfficerId, passphrase: &Secret) -> Result<Officer, Refusal> {
        let (record, key, rekey) = self.prove(id, passphrase)?;
        self.resting = None;
        self.may_work(&record)?;
        let officer = Officer { id: id.clone(), name: shown_name(&record), role: record.role };
        self.note(AuditAction::SignedIn, id)?;
        self.signed_in = Some(SignedIn { officer: officer.clone(), key, rekey });
        Ok(officer)
    }

    /// Whether this person may work here now.
    pub(super) fn may_work(&self, record: &OfficerRecord) -> Result<(), Refusal> {
        if self.has_ended(record) {
            return Err(Refusal::Expired);
        }
        if record.role.is_for_training() && self.bundle.profile == Profile::Service {
            return Err(Refusal::Failed(phrase(
                "Người hướng dẫn chỉ làm việc trên trạm thực hành",
                "Trainers work at a demonstration only",
            )));
        }
        if self.is_away_too_long(record.role) {
            return Err(Refusal::Failed(phrase(
                "Trạm đã quá lâu không gặp trung tâm: kết nối hoặc nhờ người chuyển tệp, rồi đăng nhập lại",
                "This station has been away from its centre too long: connect it, or send a courier, then sign in again",
            )));
        }
        Ok(())
    }

    /// Whether the edition in force still names who is signed in, by the key they signed in with. Who is barred meanwhile, or
    /// was given another key, signs nothing more; what they captured is saved.
    pub(super) fn names_who_is_signed_in(&self) -> bool {
        let Some(SignedIn { officer, key, rekey }) = &self.signed_in else { return true };
        let named = self.bundle.officer(&officer.id).filter(|record| !self.has_ended(record));
        named.is_some_and(|record| {
            let published = record.public_key.kid();
            match rekey {
                None => key.public_key().kid() == published,
                Some(_) => self.rekey(&officer.id, published).is_some(),
            }
        })
    }

    /// A supervisor vouches for an officer's new passphrase: a new key, signed for, without any network.
    pub(super) fn reset(
        &mut self,
        id: &OfficerId,
        passphrase: &Secret,
        supervisor: &OfficerId,
        supervisor_passphrase: &Secret,
    ) -> Result<(), Refusal> {
        let (vouching, key, renewed) = self.prove(supervisor, supervisor_passphrase)?;
        if !vouching.role.may(Right::ResetPassphrase) || id == supervisor {
            return Err(Refusal::Failed(phrase(
                "Chỉ đội trưởng khác mới đặt lại được mật khẩu",
                "Only another supervisor can give a new passphrase",
            )));
        }
        if renewed.is_some() {
            return Err(Refusal::Failed(phrase(
                "Khóa của đội trưởng này mới được cấp lại tại trạm: cần trung tâm xác nhận trước",
                "This supervisor's own key was renewed here: the centre must confirm it first",
            )));
        }
        if passphrase.length() < SHORTEST_PASSPHRASE {
            return Err(Refusal::Failed(phrase(
                "Mật khẩu mới cần ít nhất 10 ký tự",
                "A new passphrase has at least 10 characters",
            )));
        }
        let record = self.bundle.officer(id).cloned().ok_or(Refusal::Wrong)?;
        if !vouching.role.may_renew(record.role) {
            return Err(Refusal::Failed(phrase(
                "Người này có quyền cao hơn: chỉ đội trưởng mới đặt lại được mật khẩu",
                "This person may do more than you: only a supervisor can give them a new passphrase",
            )));
        }
        let failed = |error: PacketError| {
            Refusal::Failed(phrase(
                "Không tạo được khóa mới",
                &format!("The new key cannot be made: {error}"),
            ))
        };
        let mut random = tram_packet::random::system();
        let renewed = OfficerKey::generate(&mut random).map_err(failed)?;
        let sealed_key =
            tram_packet::SealedKey::seal(&renewed, passphrase.reveal(), Argon2Cost::PRODUCT, &mut random)
                .map_err(failed)?;
        let statement = Rekey {
            officer: id.clone(),
            public_key: renewed.public_key().clone(),
            sealed_key,
            supervisor: supervisor.clone(),
            station: self.membership.station.station.clone(),
            made_at: now(),
        };
        let signed = statement.sign(&key).map_err(failed)?;
        let mut value = record.public_key.kid().as_bytes().to_vec();
        value.extend_from_slice(&signed.0);
        self.store
            .set_setting(&rekey_setting(id), &value)
            .and_then(|()| self.store.note(Self::act(Some(supervisor)), AuditAction::PassphraseReset, &id.0))
            .map_err(|error| Refusal::Failed(super::store_phrase(&error)))?;
        self.forgive(id)
    }

    /// The key of a supervisor who signs for a dossier beside the officer at work.
    pub(super) fn approve(&mut self, approval: &Approval) -> Result<OfficerKey, Phrase> {
        let Approval { supervisor, passphrase } = approval;
        let said = |refusal: Refusal| {
            let text = |language| sentence::refusal(&refusal, language);
            phrase(&text(Language::Vietnamese), &text(Language::English))
        };
        let (record, key, renewed) = self.prove(supervisor, passphrase).map_err(said)?;
        let is_another = self.officer_id().is_some_and(|officer| officer != *supervisor);
        if !record.role.may(Right::ApproveException) || !is_another || renewed.is_some() {
            return Err(phrase(
                "Cần một đội trưởng khác, có khóa đã được trung tâm xác nhận",
                "This needs another person, a supervisor whose key the centre has confirmed",
            ));
        }
        self.note(AuditAction::Approved, supervisor).map_err(said)?;
        Ok(key)
    }

    /// The key of the second person where there is one, and that there is one where the rules of a day ask for it.
    pub(super) fn second_person(
        &mut self,
        matter: Matter,
        day: Date,
        approval: Option<&Approval>,
    ) -> Result<Option<OfficerKey>, Phrase> {
        if approval.is_none() && self.reference.asks_second_person(matter, day) {
            return Err(phrase(
                "Quy định đòi đội trưởng cùng ký cho việc này",
                "The rules ask for a supervisor's signature here",
            ));
        }
        approval.map(|approval| self.approve(approval)).transpose()
    }

    /// The record and the key of whoever proves to be this officer.
    pub(super) fn prove(
        &mut self,
        id: &OfficerId,
        passphrase: &Secret,
    ) -> Result<(OfficerRecord, OfficerKey, Option<SignedRekey>), Refusal> {
        let failures = self.may_try(id)?;
        let Some(record) = self.bundle.officer(id).cloned() else {
            // As slow as for a name that is known: the time tells nobody which names there are.
            if let Some(anybody) = self.bundle.officers.first() {
                anybody.sealed_key.open(passphrase.reveal()).ok();
            }
            return Err(self.failed(id, failures));
        };
        let (sealed, rekey) = match self.rekey(id, record.public_key.kid()) {
            Some((statement, signed)) => (statement.sealed_key, Some(signed)),
            None => (record.sealed_key.clone(), None),
        };
        let Ok(key) = sealed.open(passphrase.reveal()) else {
            return Err(self.failed(id, failures));
        };
        self.forgive(id)?;
        if self.has_ended(&record) {
            return Err(Refusal::Expired);
        }
        Ok((record, key, rekey))
    }

    /// What failed before, once the wait for it is over.
    pub(super) fn may_try(&self, id: &OfficerId) -> Result<Failures, Refusal> {
        let failures = self.failures(id);
        match failures.wait_until - now().unix_timestamp() {
            wait @ 1.. => Err(Refusal::Wait(Duration::from_secs(wait as u64))),
            _ => Ok(failures),
        }
    }

    fn has_ended(&self, record: &OfficerRecord) -> bool {
        self.bundle.revoked.contains(&record.public_key.kid()) || record.valid_to < now().date()
    }

    /// The key renewal made here for this officer, if it is good: signed by a supervisor, and for the key that the centre
    /// still publishes.
    pub(super) fn rekey(&self, id: &OfficerId, published: Kid) -> Option<(Rekey, SignedRekey)> {
        let value = self.store.read().setting(&rekey_setting(id)).ok()??;
        let (replaced, signed) = value.split_at_checked(published.as_bytes().len())?;
        if replaced != published.as_bytes() {
            return None;
        }
        let signed = SignedRekey(signed.to_vec());
        let statement = self.bundle.rekeyed(&signed).ok()?;
        (statement.officer == *id).then_some((statement, signed))
    }

    /// Who enrolls or approves was named by the centre; without any word from it for longer than the rules say, nobody
    /// knows whether that still holds. What is sealed goes on being sent, and technicians and inspectors still come in.
    fn is_away_too_long(&self, role: Role) -> bool {
        let days = self.reference.practice(now().date()).and_then(|practice| practice.offline_days);
        let limit = days.map(|days| time::Duration::days(days.into()));
        role.may(Right::Enroll) && limit.is_some_and(|limit| now() - self.trusted() > limit)
    }

    fn failures(&self, id: &OfficerId) -> Failures {
        let value = self.store.read().setting(&failures_setting(id)).ok().flatten();
        let read = |value: Vec<u8>| -> Option<Failures> {
            let text = String::from_utf8(value).ok()?;
            let (count, wait_until) = text.split_once(' ')?;
            Some(Failures { count: count.parse().ok()?, wait_until: wait_until.parse().ok()? })
        };
        value.and_then(read).unwrap_or_default()
    }

    /// Counts a failure. A try that cannot be counted is told as such: nobody is let in past a counter that stands still.
    pub(super) fn failed(&mut self, id: &OfficerId, before: Failures) -> Refusal {
        let count = before.count + 1;
        let wait = count
            .checked_sub(FREE_TRIES)
            .map_or(Duration::ZERO, |extra| FIRST_WAIT.saturating_mul(1 << extra.min(16)).min(LONGEST_WAIT));
        let until = now().unix_timestamp() + wait.as_secs() as i64;
        let kept = self.keep_failures(id, &format!("{count} {until}"));
        kept.and_then(|()| self.note(AuditAction::SignInRefused, id)).err().unwrap_or(Refusal::Wrong)
    }

    pub(super) fn forgive(&mut self, id: &OfficerId) -> Result<(), Refusal> {
        if self.failures(id).count > 0 { self.keep_failures(id, "0 0") } else { Ok(()) }
    }

    fn keep_failures(&mut self, id: &OfficerId, value: &str) -> Result<(), Refusal> {
        let kept = self.store.set_setting(&failures_setting(id), value.as_bytes());
        kept.map_err(|error| Refusal::Failed(super::store_phrase(&error)))
    }

    pub(super) fn note(&mut self, action: AuditAction, id: &OfficerId) -> Result<(), Refusal> {
        let noted = self.store.note(Self::act(Some(id)), action, &id.0);
        noted.map_err(|error| Refusal::Failed(super::store_phrase(&error)))
    }
}

pub(super) fn shown_name(record: &OfficerRecord) -> String {
    format!("{} {}", record.title, record.name).trim().to_owned()
}

fn rekey_setting(id: &OfficerId) -> String {
    format!("rekey/{id}")
}

fn failures_setting(id: &OfficerId) -> String {
    format!("failures/{id}")
}
