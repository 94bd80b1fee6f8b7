//! What keeps the station's keys and its time right.

use super::Vault;
use crate::engine::Outlet;
use crate::home::Home;
use anyhow::Context as _;
use time::OffsetDateTime;
use tram_packet::{AuditAction, KeyProtection, Profile, ReferenceBundle};
use tram_store::{DatabaseKey, Recovery, Safekeeping, Store, StoreError};
use tram_sync::Membership;
use tram_workflow::Action;

/// The setting that holds the latest time the centre signed for, in seconds since 1970.
const TRUSTED: &str = "time/trusted";

impl Vault {
    /// The centre signed for the time it is: kept, shown, and written into the audit chain when it tells something new.
    pub(in crate::engine) fn time_signed(
        &mut self,
        signed: OffsetDateTime,
        outlet: &Outlet,
    ) -> Result<(), StoreError> {
        const TELLS: time::Duration = time::Duration::minutes(2);
        let ahead = crate::clock::measured(signed);
        outlet.send(Action::ClockMeasured(ahead));
        self.trusted = self.trusted.max(signed);
        self.store.set_setting(TRUSTED, signed.unix_timestamp().to_string().as_bytes())?;
        if (ahead - self.noted_ahead).abs() >= TELLS {
            self.noted_ahead = ahead;
            self.store.note(
                Self::act(None),
                AuditAction::ClockAhead,
                &format!("{:+} s", ahead.whole_seconds()),
            )?;
        }
        Ok(())
    }

    /// The latest time the centre signed for.
    pub(super) fn trusted(&self) -> OffsetDateTime {
        self.trusted.max(self.bundle.issued_at)
    }
}

/// The latest time the centre signed for when it was asked.
pub(super) fn trusted_time(store: &Store) -> Option<OffsetDateTime> {
    let text = String::from_utf8(store.read().setting(TRUSTED).ok()??).ok()?;
    OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok()
}

/// Wraps the database key for the ministry, and refuses to work with keys that are protected less than before: nobody would
/// see it otherwise. `tram keys accept` is how a supervisor says that it is meant.
pub(super) fn keep_safe(
    home: &Home,
    store: &mut Store,
    membership: &Membership,
    bundle: &ReferenceBundle,
    protection: KeyProtection,
) -> anyhow::Result<()> {
    if bundle.profile == Profile::Service && protection == KeyProtection::Machine {
        anyhow::bail!(
            "a station in service keeps its keys in a TPM, a token or under a passphrase, not in a bare file: \
             join anew with --keys"
        );
    }
    let found = safekeeping(home, &home.database_key()?, membership, bundle, protection)?;
    store
        .confirm_safekeeping(found, Vault::act(None))
        .context("see `tram keys`; a supervisor accepts it with `tram keys accept`")
}

/// What protects the keys now, once the ministry's wrap is in place.
pub(crate) fn safekeeping(
    home: &Home,
    key: &DatabaseKey,
    membership: &Membership,
    bundle: &ReferenceBundle,
    protection: KeyProtection,
) -> anyhow::Result<Safekeeping> {
    let station = &membership.station.station;
    let kept = tram_store::keep_recovery(&home.recovery(), station, key, bundle.recovery.as_ref())?;
    let is_recoverable = matches!(kept, Recovery::Wrapped(_)) || home.recovery().exists();
    Ok(Safekeeping { protection, is_recoverable })
}
