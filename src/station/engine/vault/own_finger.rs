//! Officers' own fingers: kept to see an officer who enrolls themselves, and to let one back in quickly.
//!
//! A finger is never the only factor. It opens what its officer's passphrase opened before, at this station, where the
//! station locked by itself a few minutes ago and nobody has locked it, closed its lid or tried three times. Meanwhile
//! the officer's key is kept encrypted, and what opens it by the TPM that holds the station's keys; a station without one
//! asks for the passphrase, but for demonstrations.

use super::Vault;
use super::people::{SignedIn, shown_name};
use crate::engine::{matcher, phrase};
use std::time::{Duration, Instant};
use tram_biometric::GrayImage;
use tram_enrollment::OfficerId;
use tram_enrollment::reference::Phrase;
use tram_fingerprint::matching::{Score, compare};
use tram_fingerprint::template::{Template, extract};
use tram_keys::Rested;
use tram_packet::random::{self, CryptoRng};
use tram_packet::{Argon2Cost, AuditAction, Profile, SealedKey, SignedRekey, Signer as _};
use tram_workflow::state::{Officer, Refusal};
use zeroize::Zeroizing;

/// Different fingers score this once in a hundred thousand comparisons.
const SAME: Score = Score(64.0);
/// A print that shows fewer minutiae is not kept: it would open nothing.
const LEAST_MINUTIAE: usize = 25;
/// How long a key rests.
const RESTS: Duration = Duration::from_mins(10);
const TRIES: u8 = 3;
/// What the resting key is encrypted with is random: nobody guesses it, so guessing need not be slow.
pub(super) const FOR_RANDOM: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

/// The key of the officer whose station locked by itself.
pub(super) struct Resting {
    officer: Officer,
    key: SealedKey,
    opener: Opener,
    rekey: Option<SignedRekey>,
    finger: Template,
    until: Instant,
    tries: u8,
}

/// Where that which opens a resting key is.
enum Opener {
    Tpm(Rested),
    /// Of a demonstration.
    Memory(Zeroizing<Vec<u8>>),
}

impl Opener {
    fn of(secret: Zeroizing<Vec<u8>>, vault: &Vault) -> Option<Self> {
        match vault.home.rest(&secret) {
            Ok(Some(rested)) => Some(Self::Tpm(rested)),
            Ok(None) => (vault.bundle.profile == Profile::Test).then_some(Self::Memory(secret)),
            Err(error) => {
                log::warn!("the officer's key cannot rest: {error:#}");
                None
            }
        }
    }

    fn secret(&self) -> Option<Zeroizing<String>> {
        let hex = |secret: &[u8]| Zeroizing::new(hex::encode(secret));
        match self {
            Self::Tpm(rested) => rested.wake().ok().map(|secret| hex(&secret)),
            Self::Memory(secret) => Some(hex(secret)),
        }
    }
}

impl Vault {
    /// Keeps the finger of the officer at work in place of the one kept before.
    pub(super) fn keep_own_finger(&mut self, image: &GrayImage) -> Result<(), Phrase> {
        let template = extract(image);
        if template.minutiae().len() < LEAST_MINUTIAE {
            return Err(phrase(
                "Vân tay chưa đủ rõ để giữ: mời đặt lại, hoặc dùng ngón khác",
                "This print is too poor to keep: place it again, or use another finger",
            ));
        }
        let Some(signed_in) = &self.signed_in else {
            return Err(phrase("Mời đăng nhập trước", "Please sign in first"));
        };
        let id = signed_in.officer.id.clone();
        let mut value = signed_in.key.public_key().kid().as_bytes().to_vec();
        let another =
            self.fingers_kept().any(|(other, kept)| other != id && compare(&template, &kept) >= SAME);
        if another {
            return Err(phrase(
                "Ngón này đã được giữ cho một cán bộ khác",
                "This finger is kept for another officer already",
            ));
        }
        value.extend(template.to_bytes());
        self.store
            .set_setting(&setting(&id), &value)
            .and_then(|()| self.store.note(Self::act(Some(&id)), AuditAction::OwnFingerKept, &id.0))
            .map_err(|error| super::store_phrase(&error))?;
        // A matcher with a full queue reads the fingers again with the next purge.
        self.around.matcher.try_send(matcher::Job::Forget).ok();
        Ok(())
    }

    /// The names of the officers with the fingers kept of them.
    pub(in crate::engine) fn officers_fingers(&self) -> Vec<(String, Template)> {
        let named = |(id, finger)| Some((shown_name(self.bundle.officer(&id)?), finger));
        self.fingers_kept().filter_map(named).collect()
    }

    fn fingers_kept(&self) -> impl Iterator<Item = (OfficerId, Template)> + '_ {
        let kept = |id: &OfficerId| Some((id.clone(), self.kept(id)?.1));
        self.bundle.officers.iter().filter_map(move |record| kept(&record.id))
    }

    /// The key whose officer's finger it is, and the finger.
    fn kept(&self, id: &OfficerId) -> Option<(Vec<u8>, Template)> {
        let value = self.store.read().setting(&setting(id)).ok()??;
        let length = self.station_key.public_key().kid().as_bytes().len();
        let (kid, template) = value.split_at_checked(length)?;
        Some((kid.to_vec(), Template::from_bytes(template).ok()?))
    }

    /// Lets the key of the officer at work rest, if a finger was kept with this very key; forgets it otherwise.
    pub(super) fn rest_key(&mut self) -> bool {
        self.resting = self.signed_in.take().and_then(|signed_in| self.rested(signed_in));
        self.resting.is_some()
    }

    fn rested(&self, signed_in: SignedIn) -> Option<Resting> {
        let SignedIn { officer, key, rekey } = signed_in;
        let (kid, finger) = self.kept(&officer.id)?;
        if kid != key.public_key().kid().as_bytes() {
            return None;
        }
        let random: &mut dyn CryptoRng = &mut random::system();
        let mut secret = Zeroizing::new(vec![0; 32]);
        random.fill_bytes(&mut secret);
        let passphrase = Zeroizing::new(hex::encode(&*secret));
        let opener = Opener::of(secret, self)?;
        let key = SealedKey::seal(&key, &passphrase, FOR_RANDOM, random).ok()?;
        Some(Resting { officer, key, opener, rekey, finger, until: Instant::now() + RESTS, tries: TRIES })
    }

    /// Wakes the resting key, if this is its officer's finger.
    pub(super) fn open_by_finger(&mut self, image: &GrayImage) -> Result<Officer, Refusal> {
        let passphrase_wanted = || {
            Refusal::Failed(phrase(
                "Vân tay không mở được nữa: mời nhập mật khẩu",
                "The finger opens nothing any more: please type the passphrase",
            ))
        };
        let mut resting = self.resting.take().ok_or_else(passphrase_wanted)?;
        if Instant::now() >= resting.until {
            return Err(passphrase_wanted());
        }
        let id = resting.officer.id.clone();
        if compare(&extract(image), &resting.finger) < SAME {
            resting.tries -= 1;
            self.resting = (resting.tries > 0).then_some(resting);
            self.note(AuditAction::FingerRefused, &id)?;
            return Err(Refusal::Failed(phrase(
                "Chưa nhận ra ngón này: mời đặt lại, hoặc nhập mật khẩu",
                "This finger was not recognised: place it again, or type the passphrase",
            )));
        }
        let record = self.bundle.officer(&id).cloned().ok_or(Refusal::Expired)?;
        self.may_work(&record)?;
        let secret = resting.opener.secret().ok_or_else(passphrase_wanted)?;
        let key = resting.key.open(&secret).map_err(|_damaged| passphrase_wanted())?;
        self.note(AuditAction::OpenedByFinger, &id)?;
        let Resting { officer, rekey, .. } = resting;
        self.signed_in = Some(SignedIn { officer: officer.clone(), key, rekey });
        Ok(officer)
    }
}

fn setting(id: &OfficerId) -> String {
    format!("finger/{id}")
}
