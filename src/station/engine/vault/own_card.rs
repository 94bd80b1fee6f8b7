//! Officers' own cards: a card keeps what opens its officer's key at this station, and gives it out for its PIN.
//!
//! What opens the key is random and sealed to the card; the key under it rests in the store. Whoever has the card without
//! the PIN, the PIN without the card, or the disk without both has nothing. A card that is pulled locks the station.

use super::Vault;
use super::own_finger::FOR_RANDOM;
use super::people::{SignedIn, shown_name};
use crate::engine::card::patiently;
use crate::engine::phrase;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tram_enrollment::OfficerId;
use tram_enrollment::reference::Phrase;
use tram_keys::{Cards, KeysError, SealedToCard};
use tram_packet::random::{self, CryptoRng};
use tram_packet::{AuditAction, Kid, OfficerKey, OfficerRecord, SealedKey, Signer as _};
use tram_workflow::Secret;
use tram_workflow::state::{Officer, Refusal};
use zeroize::Zeroizing;

/// What is kept of a card, under its serial number.
#[derive(Serialize, Deserialize)]
struct Kept {
    officer: OfficerId,
    key: SealedKey,
    opener: SealedToCard,
}

impl Vault {
    /// Keeps the card in the reader as the own card of the officer at work, once its PIN proved that it opens.
    pub(super) fn keep_own_card(&mut self, pin: &Secret) -> Result<(), Phrase> {
        let cards = self.cards()?;
        let asked = cards.clone();
        let present = patiently(move || asked.present()).map_err(|error| card_phrase(&error))?;
        let [serial] = present.as_slice() else {
            return Err(phrase(
                "Cắm đúng một thẻ của cán bộ vào đầu đọc",
                "Put exactly one officer's card into a reader",
            ));
        };
        let Some(signed_in) = &self.signed_in else {
            return Err(phrase("Mời đăng nhập trước", "Please sign in first"));
        };
        let officer = signed_in.officer.id.clone();
        if self.kept_card(serial).is_some_and(|kept| kept.officer != officer) {
            return Err(phrase(
                "Thẻ này đã được giữ cho một cán bộ khác",
                "This card is kept for another officer already",
            ));
        }
        let random: &mut dyn CryptoRng = &mut random::system();
        let mut secret = Zeroizing::new(vec![0; 32]);
        random.fill_bytes(&mut secret);
        let (card, pin, sealed) = (serial.clone(), pin.clone(), secret.clone());
        let opener = patiently(move || cards.seal(&card, pin.reveal(), &sealed))
            .map_err(|error| card_phrase(&error))?;
        let passphrase = Zeroizing::new(hex::encode(&*secret));
        let unusable = |why: &dyn std::fmt::Display| {
            phrase("Không giữ được thẻ này", &format!("This card cannot be kept: {why}"))
        };
        let key = SealedKey::seal(&signed_in.key, &passphrase, FOR_RANDOM, random)
            .map_err(|error| unusable(&error))?;
        let kept = serde_json::to_vec(&Kept { officer: officer.clone(), key, opener })
            .map_err(|error| unusable(&error))?;
        self.store
            .set_setting(&setting(serial), &kept)
            .and_then(|()| self.store.note(Self::act(Some(&officer)), AuditAction::OwnCardKept, &officer.0))
            .map_err(|error| super::store_phrase(&error))
    }

    /// Signs in whoever's card is in the reader, with its PIN.
    pub(super) fn sign_in_by_card(&mut self, pin: &Secret) -> Result<Officer, Refusal> {
        let absent = || {
            Refusal::Failed(phrase(
                "Chưa thấy thẻ đã đăng ký trong đầu đọc: cắm thẻ, hoặc dùng mật khẩu",
                "No card that is kept here is in a reader: put it in, or use the passphrase",
            ))
        };
        let cards = self.cards().map_err(Refusal::Failed)?;
        let asked = cards.clone();
        let present =
            patiently(move || asked.present()).map_err(|error| Refusal::Failed(card_phrase(&error)))?;
        let known = present.into_iter().find_map(|serial| Some((self.kept_card(&serial)?, serial)));
        let (kept, serial) = known.ok_or_else(absent)?;
        let id = kept.officer.clone();
        let failures = self.may_try(&id)?;
        let (card, pin, opener) = (serial.clone(), pin.clone(), kept.opener);
        let secret = match patiently(move || cards.open(&card, pin.reveal(), &opener)) {
            Ok(secret) => Zeroizing::new(hex::encode(&*secret)),
            Err(KeysError::Pin) => return Err(self.failed(&id, failures)),
            Err(error) => return Err(Refusal::Failed(card_phrase(&error))),
        };
        let key = kept.key.open(&secret).map_err(|_damaged| Refusal::Wrong)?;
        let record = self.bundle.officer(&id).cloned().ok_or(Refusal::Expired)?;
        let rekey = self.in_force(&record, &key)?;
        self.forgive(&id)?;
        self.may_work(&record)?;
        self.note(AuditAction::SignedInByCard, &id)?;
        let officer = Officer { id, name: shown_name(&record), role: record.role };
        self.resting = None;
        self.signed_in = Some(SignedIn { officer: officer.clone(), key, rekey });
        self.around.watched_card.put(Arc::new(serial));
        Ok(officer)
    }

    /// Whose card this is, if it is kept here.
    pub(in crate::engine) fn card_holder(&self, serial: &str) -> Option<Officer> {
        let kept = self.kept_card(serial)?;
        let record = self.bundle.officer(&kept.officer)?;
        Some(Officer { id: kept.officer, name: shown_name(record), role: record.role })
    }

    /// The renewal by which this key is the officer's, if any; refused when it is the officer's no more.
    fn in_force(
        &self,
        record: &OfficerRecord,
        key: &OfficerKey,
    ) -> Result<Option<tram_packet::SignedRekey>, Refusal> {
        let (published, kid): (Kid, Kid) = (record.public_key.kid(), key.public_key().kid());
        match self.rekey(&record.id, published) {
            Some((statement, signed)) if statement.public_key.kid() == kid => Ok(Some(signed)),
            None if published == kid => Ok(None),
            _ => Err(Refusal::Failed(phrase(
                "Khóa của cán bộ đã đổi: đăng nhập bằng mật khẩu rồi giữ thẻ lại",
                "This officer's key was changed: sign in with the passphrase and keep the card again",
            ))),
        }
    }

    fn kept_card(&self, serial: &str) -> Option<Kept> {
        serde_json::from_slice(&self.store.read().setting(&setting(serial)).ok()??).ok()
    }

    fn cards(&self) -> Result<Cards, Phrase> {
        let module = self.home.card_module().ok_or_else(|| {
            phrase(
                "Máy này chưa cài phần đọc thẻ của cán bộ (OpenSC)",
                "What reads officers' cards (OpenSC) is not installed on this machine",
            )
        })?;
        patiently(move || Cards::load(&module)).map_err(|error| card_phrase(&error))
    }
}

fn setting(serial: &str) -> String {
    format!("card/{serial}")
}

fn card_phrase(error: &KeysError) -> Phrase {
    let vi = match error {
        KeysError::Pin => "Mã PIN của thẻ không đúng",
        _ => "Thẻ không dùng được: rút ra, cắm lại, hoặc dùng mật khẩu",
    };
    phrase(vi, &error.to_string())
}
