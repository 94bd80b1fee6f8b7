//! Two people's word for what leaves the station in a file, where the rules in force ask for it.

use super::terminal;
use crate::clock::now;
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::Args;
use tram_enrollment::{Matter, OfficerId, ReferenceData, Right, Role};
use tram_packet::deed::Signers;
use tram_packet::{AuditAction, Deed, DeedKind, OfficerKey, ReferenceBundle};
use tram_store::{Act, Store};

/// Who answers for it. Their passphrases are asked for.
#[derive(Debug, Args)]
pub(super) struct TwoPeople {
    /// Who copies, where the rules ask for two people.
    #[arg(long, requires = "supervisor")]
    officer: Option<String>,
    /// Who signs for it too.
    #[arg(long, requires = "officer")]
    supervisor: Option<String>,
}

/// Whether the rules in force ask for two people.
///
/// # Errors
/// When the rules cannot be read.
pub(super) fn are_asked(bundle: &ReferenceBundle) -> anyhow::Result<bool> {
    let rules = ReferenceData::new(bundle.rules.clone())?;
    Ok(rules.asks_second_person(Matter::PacketsExported, now().date()))
}

impl TwoPeople {
    /// Lets packets or a copy of the database be copied out; who does it, where somebody was named. What they do is signed
    /// and kept for the centre before it is done.
    ///
    /// # Errors
    /// When the rules ask for two people and they are not named, or do not prove to be these and to have the right.
    pub(super) fn may_export(
        &self,
        home: &Home,
        store: &mut Store,
        bundle: &ReferenceBundle,
        kind: DeedKind,
    ) -> anyhow::Result<Option<OfficerId>> {
        let (Some(officer), Some(supervisor)) = (&self.officer, &self.supervisor) else {
            if are_asked(bundle)? {
                bail!("the rules ask for two people here: name them with --officer and --supervisor");
            }
            return Ok(None);
        };
        if officer == supervisor {
            bail!("the rules ask for two people, not for one twice");
        }
        let (officer, key) =
            proven(bundle, officer, |role| role.may(Right::Enroll) || role.may(Right::ServiceDevices))?;
        let (supervisor, second) = proven(bundle, supervisor, |role| role.may(Right::ApproveException))?;
        store.note(Act { officer: Some(&supervisor), at: now() }, AuditAction::Approved, &officer.0)?;
        let (station, station_key) = (home.membership()?.station.station, home.station_key()?);
        let deed = Deed { station, officer: officer.clone(), kind, at: now() };
        let signers =
            Signers { station: station_key.as_ref(), officer: &key, supervisor: Some(&second), rekey: None };
        store.keep_deed(&deed.sign(&signers)?, Act { officer: Some(&officer), at: now() })?;
        Ok(Some(officer))
    }
}

/// The person of this name and their key, once the passphrase opened it and their role is good for it.
pub(super) fn proven(
    bundle: &ReferenceBundle,
    id: &str,
    is_good: fn(Role) -> bool,
) -> anyhow::Result<(OfficerId, OfficerKey)> {
    let id = OfficerId(id.to_owned());
    let passphrase = terminal::secret(&format!("passphrase of {id}"))?;
    let record = bundle.officer(&id).with_context(|| format!("{id} may not do this, or did not prove it"))?;
    let key = record.sealed_key.open(&passphrase).ok();
    let is_barred = bundle.revoked.contains(&record.public_key.kid()) || record.valid_to < now().date();
    match key {
        Some(key) if !is_barred && is_good(record.role) => Ok((id, key)),
        _ => bail!("{id} may not do this, or did not prove it"),
    }
}
