//! The reference data stations get: rules, officers and keys under one signature, one edition after the other.

use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use crate::officers::text;
use std::sync::{Arc, PoisonError};
use time::Duration;
use tram_enrollment::{CentreAct, Matter, ReferenceData};
use tram_packet::{Digest, Profile, Recipient, RecipientPublicKey, ReferenceBundle, Signer as _};

/// The rules a centre starts with.
pub const RULES: &str = include_str!("../../assets/reference/rules.toml");
/// The communes a centre starts with.
pub const UNITS: &str = include_str!("../../assets/reference/units.csv");

/// The setting that says after which edition the next one comes, where that is not the last one here.
const SKIPPED: &str = "skipped_editions";
/// More editions than these nobody publishes between two backups.
const LOST_AT_MOST: u32 = 10_000;

/// The setting that holds the policy.
const SEAL_TO: &str = "seal_to";

/// The kind of key that stations seal packets to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SealTo {
    /// DHKEM(P-256, HKDF-SHA256) of RFC 9180: what HSMs hold today
    P256,
    /// X-Wing (ML-KEM-768 with X25519): what is recorded now stays closed once somebody has a quantum computer
    XWing,
}

impl SealTo {
    fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::XWing => "x-wing",
        }
    }
}

/// How long stations may seal to the recipient's key before they need a newer edition.
const RECIPIENT_DAYS: i64 = 730;

impl Centre {
    /// Publishes the first edition. In service its rules ask for two people wherever rules can; a site that wants less
    /// publishes its own.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn publish_first(&self) -> Result<u32, CentralError> {
        let mut rules = ReferenceData::parse(RULES, UNITS)?.rules().clone();
        if self.profile == Profile::Service {
            for practice in &mut rules.practices {
                practice.second_person = Matter::ALL.to_vec();
                practice.two_at_the_centre = CentreAct::ALL.to_vec();
            }
        }
        self.publish_rules(rules)
    }

    /// Publishes a new edition from these rules and the officers as they are now; returns its number.
    ///
    /// # Errors
    /// [`CentralError::Reference`] when the rules are wrong.
    pub fn publish(&self, rules_toml: &str, units_csv: &str) -> Result<u32, CentralError> {
        let reference = ReferenceData::parse(rules_toml, units_csv)?;
        self.publish_rules(reference.rules().clone())
    }

    /// Publishes a new edition with the rules of the last one: officers or keys changed.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet.
    pub fn publish_again(&self) -> Result<u32, CentralError> {
        self.publish_rules(self.published()?.rules)
    }

    fn publish_rules(&self, mut rules: tram_enrollment::reference::Rules) -> Result<u32, CentralError> {
        let officers = self.officers()?;
        let barred_keys = self.officer_keys()?.into_iter().filter(|(_, (_, barred))| *barred);
        let barred_stations = self.station_keys()?.into_iter().filter(|(_, (_, barred))| *barred);
        let (now, seal_to, sets) = (self.now(), self.seal_to()?, self.first_root_of_sets()?);
        let skipped: u32 =
            self.database.setting(SKIPPED)?.and_then(|edition| edition.parse().ok()).unwrap_or(0);
        let revoked = barred_keys.map(|(kid, _)| kid).chain(barred_stations.map(|(kid, _)| kid)).collect();
        self.database.transact(|tx| {
            let last = tx.first("SELECT coalesce(max(edition), 0) FROM reference", values![])?;
            let edition = last.map_or(Ok(0), |row| row.get(0))?.max(skipped) + 1;
            rules.edition = edition;
            let bundle = ReferenceBundle {
                edition,
                issued_at: now,
                profile: self.profile,
                centre: self.name.clone(),
                rules,
                officers: officers
                    .into_iter()
                    .filter(|(_, barred)| !barred)
                    .map(|(officer, _)| officer)
                    .collect(),
                centre_keys: vec![self.keys.receipts.public_key().clone()],
                recipients: vec![Recipient {
                    key: self.sealed_to(seal_to).clone(),
                    not_before: (now - Duration::DAY).date(),
                    not_after: (now + Duration::days(RECIPIENT_DAYS)).date(),
                }],
                revoked,
                recovery: self.keys.recovery.clone(),
                sets,
                courier: self.keys.courier.as_ref().map(|key| key.public_key().clone()),
            };
            let signed = bundle.sign(&self.keys.authority)?;
            tx.execute(
                "INSERT INTO reference (edition, bundle, published_at) VALUES (?1, ?2, ?3)",
                values![edition, signed, text(now)],
            )?;
            Ok(edition)
        })
    }

    /// After a restoration: stations may hold editions that this centre has lost, and take none that is older. So the next
    /// one is later than any of them.
    pub(crate) fn skip_editions(&self) -> Result<(), CentralError> {
        self.database.set(SKIPPED, &self.edition()?.saturating_add(LOST_AT_MOST).to_string())
    }

    /// What stations seal to by the policy.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn seal_to(&self) -> Result<SealTo, CentralError> {
        let is_xwing = self.database.setting(SEAL_TO)?.is_some_and(|name| name == SealTo::XWing.name());
        Ok(if is_xwing { SealTo::XWing } else { SealTo::P256 })
    }

    /// Changes the policy and publishes it; what was sealed to the other key before is still opened.
    ///
    /// # Errors
    /// As [`publish_again`](Self::publish_again).
    pub fn have_sealed_to(&self, kind: SealTo) -> Result<u32, CentralError> {
        self.database.set(SEAL_TO, kind.name())?;
        self.publish_again()
    }

    /// Names the signed sets that lie in the centre's folder, by their first root; `None` where there are none.
    fn first_root_of_sets(&self) -> Result<Option<Digest>, CentralError> {
        match std::fs::read(self.sets_folder().join("metadata/1.root.json")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            read => Ok(Some(Digest::of(&read?))),
        }
    }

    fn sealed_to(&self, kind: SealTo) -> &RecipientPublicKey {
        match kind {
            SealTo::P256 => self.keys.recipient.public_key(),
            SealTo::XWing => self.keys.xwing.public_key(),
        }
    }

    /// The latest edition, signed, with its number.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet.
    pub fn signed_reference(&self) -> Result<(u32, Vec<u8>), CentralError> {
        let latest = "SELECT edition, bundle FROM reference ORDER BY edition DESC LIMIT 1";
        let row = self.database.first(latest, values![])?;
        let row = row.ok_or_else(|| CentralError::Setup("no reference data were published yet".into()))?;
        Ok((row.get(0)?, row.get(1)?))
    }

    /// The number of the latest edition; 0 before the first.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn edition(&self) -> Result<u32, CentralError> {
        let latest = self.database.first("SELECT coalesce(max(edition), 0) FROM reference", values![])?;
        latest.map_or(Ok(0), |row| row.get(0))
    }

    /// The rules in force, with their look-ups.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet.
    pub(crate) fn rules(&self) -> Result<Arc<ReferenceData>, CentralError> {
        let edition = self.edition()?;
        let mut held = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rules)) = held.as_ref().filter(|(number, _)| *number == edition) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(ReferenceData::new(self.published()?.rules)?);
        *held = Some((edition, Arc::clone(&rules)));
        Ok(rules)
    }

    /// The latest edition.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet.
    pub fn published(&self) -> Result<ReferenceBundle, CentralError> {
        let (_, signed) = self.signed_reference()?;
        Ok(ReferenceBundle::verify(&signed, self.keys.authority.public_key())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_rules_a_centre_starts_with_are_sound() {
        let reference = ReferenceData::parse(RULES, UNITS).unwrap();
        let rules = reference.rules();
        assert_eq!((rules.units.len(), rules.number_places.len(), rules.ethnic_groups.len()), (3321, 63, 55));
        for code in ["first-issue", "exchange", "reissue"].map(|kind| format!("identity-card.{kind}")) {
            let fee = |day| reference.procedure(&code, day).map(|procedure| procedure.fee_vnd);
            let (before, after) = (fee(date!(2026 - 12 - 31)).unwrap(), fee(date!(2027 - 01 - 01)).unwrap());
            assert_eq!(before * 2, after, "{code}: the half fee ends with 2026");
            for day in
                [date!(2025 - 07 - 01), date!(2026 - 08 - 17), date!(2026 - 08 - 18), date!(2030 - 01 - 01)]
            {
                assert_eq!(
                    reference.procedures_on(day).filter(|p| p.code == code).count(),
                    1,
                    "{code} {day}"
                );
            }
        }
        let policy = reference.policy("identity-card-2024", date!(2026 - 11 - 22)).unwrap();
        assert_eq!((policy.slaps.len(), policy.singles.len(), policy.fingers_from_age), (13, 10, 6));
        assert_eq!(reference.units().suggest("quang la", 1)[0].code, "07054");
        assert!(!reference.calendar().is_working(date!(2026 - 09 - 02)));
    }
}
