//! Whose keys are whose, looked up one by one in the register: of thousands of stations and officers a packet names
//! two or three. Barred ones are known too, since what was captured before stays true.

use crate::database::{Database, Row, Value};
use crate::error::CentralError;
use crate::officers::from_json;
use std::cell::RefCell;
use tram_enrollment::OfficerId;
use tram_packet::{Keyring, Kid, OfficerIdentity, OfficerRecord, Opened, StationIdentity};

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

    /// Why a sound packet must wait for a person's decision, if it must.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn barred(&self, opened: &Opened) -> Result<Option<&'static str>, CentralError> {
        let is_barred = |sql, name: &str| self.find(sql, name, |_| Ok(())).is_some();
        let station = "SELECT id FROM station WHERE id = ?1 AND revoked_at IS NOT NULL";
        let officer = "SELECT id FROM officer WHERE id = ?1 AND revoked_at IS NOT NULL";
        let persons = [
            Some(&opened.officer.id),
            opened.supervisor.as_ref().map(|supervisor| &supervisor.id),
            opened.rekey.as_ref().map(|rekey| &rekey.supervisor),
        ];
        let why = if is_barred(station, &opened.station.id) {
            Some("the station is barred")
        } else if persons.into_iter().flatten().any(|person| is_barred(officer, &person.0)) {
            Some("an officer who signed is barred")
        } else {
            None
        };
        self.checked(why)
    }
}

impl Keyring for Register<'_> {
    fn station(&self, kid: Kid) -> Option<StationIdentity> {
        self.find("SELECT id, public_key FROM station WHERE kid = ?1", kid.to_string(), |row| {
            Ok(StationIdentity { id: row.get(0)?, key: from_json(&row.get::<String>(1)?)? })
        })
    }

    fn officer(&self, kid: Kid) -> Option<OfficerIdentity> {
        let key = "SELECT record, key FROM officer_key JOIN officer ON officer.id = officer_key.officer WHERE kid = ?1";
        self.find(key, kid.to_string(), |row| {
            let record: OfficerRecord = from_json(&row.get::<String>(0)?)?;
            Ok(OfficerIdentity { id: record.id, role: record.role, key: from_json(&row.get::<String>(1)?)? })
        })
    }

    fn officer_by_id(&self, id: &OfficerId) -> Option<OfficerIdentity> {
        self.find("SELECT record FROM officer WHERE id = ?1", id.0.as_str(), |row| {
            let record: OfficerRecord = from_json(&row.get::<String>(0)?)?;
            Ok(OfficerIdentity { id: record.id, role: record.role, key: record.public_key })
        })
    }
}
