//! Whose keys are whose, looked up one by one in the register: of thousands of stations and officers a packet names
//! two or three. Barred ones are known too, since what was captured before stays true.

use crate::database::{Database, Row, Value};
use crate::error::CentralError;
use crate::officers::{from_json, moment};
use std::cell::RefCell;
use time::{Date, OffsetDateTime};
use tram_enrollment::OfficerId;
use tram_packet::{Keyring, Kid, OfficerIdentity, OfficerRecord, StationIdentity};

/// The register, asked for keys.
pub(crate) struct Register<'a> {
    database: &'a Database,
    /// A register that fails does not make a signer unknown.
    failure: RefCell<Option<CentralError>>,
}

impl<'a> Register<'a> {
    pub(crate) fn of(database: &'a Database) -> Self {
        Self { database, failure: RefCell::default() }
    }

    /// What was made of a packet with these keys, unless the register failed meanwhile.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn checked<T>(&self, made: T) -> Result<T, CentralError> {
        self.failure.take().map_or(Ok(made), Err)
    }

    fn find<T>(
        &self,
        sql: &str,
        name: impl Into<Value>,
        read: impl FnOnce(&Row) -> Result<T, CentralError>,
    ) -> Option<T> {
        let found =
            self.database.first(sql, &[name.into()]).and_then(|row| row.as_ref().map(read).transpose());
        found.unwrap_or_else(|failure| {
            self.failure.replace(Some(failure));
            None
        })
    }

    /// Why what a station and its officers signed is not to be believed without a person's decision; nothing, mostly.
    /// `signed_at` is what they say, and not later than now: a clock that runs ahead is no fault of anybody's.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn doubts(
        &self,
        station: &str,
        signers: &[&OfficerIdentity],
        signed_at: OffsetDateTime,
    ) -> Result<Vec<&'static str>, CentralError> {
        let is = |sql, name: &str| self.find(sql, name, |_| Ok(())).is_some();
        let is_barred =
            |id: &OfficerId| is("SELECT id FROM officer WHERE id = ?1 AND revoked_at IS NOT NULL", &id.0);
        let anybody = |doubt: &dyn Fn(&OfficerIdentity) -> bool| signers.iter().any(|signer| doubt(signer));
        let doubts = [
            (
                "the station is barred",
                is("SELECT id FROM station WHERE id = ?1 AND revoked_at IS NOT NULL", station),
            ),
            (
                "an officer who signed is barred",
                anybody(&|signer| is_barred(&signer.id) || signer.vouched_by.as_ref().is_some_and(is_barred)),
            ),
            (
                "an officer signed with a key after it was replaced",
                anybody(&|signer| self.was_replaced(signer.key.kid(), signed_at)),
            ),
            (
                "an officer signed after their time was over",
                anybody(&|signer| self.had_ended(&signer.id, signed_at.date())),
            ),
        ];
        self.checked(doubts.into_iter().filter(|(_, holds)| *holds).map(|(why, _)| why).collect())
    }

    fn was_replaced(&self, kid: Kid, at: OffsetDateTime) -> bool {
        let until = "SELECT until FROM officer_key WHERE kid = ?1 AND until IS NOT NULL";
        self.find(until, kid.to_string(), |row| moment(&row.get::<String>(0)?))
            .is_some_and(|until| until < at)
    }

    fn had_ended(&self, id: &OfficerId, day: Date) -> bool {
        self.record(id).is_some_and(|record| record.valid_to < day)
    }

    fn record(&self, id: &OfficerId) -> Option<OfficerRecord> {
        self.find("SELECT record FROM officer WHERE id = ?1", id.0.as_str(), |row| {
            from_json(&row.get::<String>(0)?)
        })
    }
}

impl Keyring for Register<'_> {
    fn station(&self, kid: Kid) -> Option<StationIdentity> {
        self.find("SELECT id, public_key FROM station WHERE kid = ?1", kid.to_string(), |row| {
            Ok(StationIdentity { id: row.get(0)?, key: from_json(&row.get::<String>(1)?)? })
        })
    }

    fn officer(&self, kid: Kid) -> Option<OfficerIdentity> {
        let key =
            "SELECT record, key, vouched_by FROM officer_key JOIN officer ON officer.id = officer_key.officer
                   WHERE kid = ?1";
        self.find(key, kid.to_string(), |row| {
            let record: OfficerRecord = from_json(&row.get::<String>(0)?)?;
            let key = from_json(&row.get::<String>(1)?)?;
            let vouched_by = row.get::<Option<String>>(2)?.map(OfficerId);
            Ok(OfficerIdentity { key, vouched_by, ..record.identity() })
        })
    }

    fn officer_by_id(&self, id: &OfficerId) -> Option<OfficerIdentity> {
        self.record(id).map(|record| record.identity())
    }
}
