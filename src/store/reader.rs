//! Everything that is read: drafts, samples, the worklist, settings.

use crate::StoreError;
use crate::body::Stretch;
use crate::database;
use crate::key::DatabaseKey;
use crate::row::{self, millis};
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::cell::RefCell;
use std::path::Path;
use time::OffsetDateTime;
use tram_biometric::{Sample, SampleId};
use tram_enrollment::{DossierNumber, Enrollment, EnrollmentId, Event, Field, SampleRef, Step};

/// A connection that reads. The writer has one, and each thread that shows lists opens its own.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
    pub(crate) stretch: RefCell<Option<Stretch>>,
}

/// How far a dossier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DossierState {
    /// Not sealed; the officer was at this step.
    Draft(Step),
    /// Sealed, and not yet signed for by the centre.
    Sealed,
    /// A packet of it is quarantined.
    Quarantined,
    /// The centre has signed for all its packets.
    Received,
    /// A card is ordered and not printed.
    CardOrdered,
    /// A print was started and nobody has said how it ended.
    CardPrinting,
    /// The card waits for the citizen.
    CardPrinted,
    /// The citizen has the card.
    HandedOver,
    /// A further packet withdrew it.
    Withdrawn,
}

/// A dossier on the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierRow {
    /// Names it.
    pub id: EnrollmentId,
    /// Its number.
    pub dossier: DossierNumber,
    /// The applicant's name, empty while unknown and once forgotten.
    pub name: String,
    /// The procedure's code, empty while not chosen.
    pub procedure: String,
    /// How far it is.
    pub state: DossierState,
    /// When it last changed.
    pub changed_at: OffsetDateTime,
}

impl Reader {
    /// A connection of one's own to the database.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::WrongKey`], [`StoreError::Newer`].
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let connection = database::connect_reading(path, key)?;
        database::check_version(&connection)?;
        Ok(Self { connection, stretch: RefCell::default() })
    }

    /// Checks the whole file; takes seconds for gigabytes. For once a day, in the background.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn check(&self) -> Result<(), StoreError> {
        database::check(&self.connection, "integrity_check")
    }

    /// The events of a dossier in order, none when there is no such dossier.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn events(&self, id: EnrollmentId) -> Result<Vec<Event>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT json FROM event WHERE enrollment = ? ORDER BY number")?;
        let mut rows = statement.query([id.0.as_bytes()])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let json: String = row.get(0)?;
            events.push(serde_json::from_str(&json).map_err(|_malformed| StoreError::Unreadable("event"))?);
        }
        Ok(events)
    }

    /// A dossier as far as it got, or `None` when there is none or its person was forgotten.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when an event cannot be read.
    pub fn load(&self, id: EnrollmentId) -> Result<Option<Enrollment>, StoreError> {
        Ok(Enrollment::replay(id, self.events(id)?))
    }

    /// Dossiers that are not sealed, or open again; the one changed last first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn drafts(&self) -> Result<Vec<EnrollmentId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM enrollment
             WHERE id NOT IN (SELECT enrollment FROM packet) OR id IN (SELECT enrollment FROM reopened)
             ORDER BY changed_at DESC",
        )?;
        let ids = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
        ids.map(|id| Ok(EnrollmentId(uuid::Uuid::from_bytes(id?)))).collect()
    }

    /// A sample with its bytes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also when it was purged.
    pub fn sample(&self, id: SampleId) -> Result<Sample, StoreError> {
        sample_with_bytes(&self.connection, id)
    }

    /// Dossiers that need something, and all that changed since a time (midnight, for today's list); the one changed
    /// last first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn worklist(&self, changed_since: OffsetDateTime) -> Result<Vec<DossierRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(include_str!("worklist.sql"))?;
        let mut rows = statement.query([millis(changed_since)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(self.dossier_row(row)?);
        }
        Ok(found)
    }

    fn dossier_row(&self, row: &Row<'_>) -> Result<DossierRow, StoreError> {
        let id = row::enrollment(row, "id")?;
        let enrollment = Enrollment::replay(id, self.events(id)?);
        let step = enrollment.as_ref().map_or(Step::Procedure, |enrollment| enrollment.step);
        let state = match row.get::<_, String>("state")?.as_str() {
            "draft" => DossierState::Draft(step),
            "sealed" => DossierState::Sealed,
            "quarantined" => DossierState::Quarantined,
            "received" => DossierState::Received,
            "card_ordered" => DossierState::CardOrdered,
            "card_printing" => DossierState::CardPrinting,
            "card_printed" => DossierState::CardPrinted,
            "handed_over" => DossierState::HandedOver,
            "withdrawn" => DossierState::Withdrawn,
            _ => return Err(StoreError::Unreadable("dossier's state")),
        };
        Ok(DossierRow {
            id,
            dossier: row::dossier(row, "dossier")?,
            name: enrollment
                .as_ref()
                .map(|enrollment| enrollment.applicant.value(Field::FullName).to_owned())
                .unwrap_or_default(),
            procedure: enrollment.and_then(|enrollment| enrollment.procedure).unwrap_or_default(),
            state,
            changed_at: row::at(row, "changed_at")?,
        })
    }

    /// A value kept under a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let value =
            self.connection.query_row("SELECT value FROM setting WHERE name = ?", [name], |row| row.get(0));
        Ok(value.optional()?)
    }

    /// Names and values whose names begin with this, such as `rekey/`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn settings_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name, value FROM setting WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
        )?;
        let found = statement.query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Dossier numbers left in the station's blocks.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn numbers_left(&self) -> Result<u64, StoreError> {
        let left: i64 =
            self.connection
                .query_row("SELECT coalesce(sum(last + 1 - next), 0) FROM block", [], |row| row.get(0))?;
        Ok(left as u64)
    }
}

pub(crate) fn sample_with_bytes(connection: &Connection, id: SampleId) -> Result<Sample, StoreError> {
    let found = connection
        .prepare_cached("SELECT json, bytes FROM sample WHERE id = ?")?
        .query_row([id.0.to_be_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)));
    let (json, bytes) = found.optional()?.ok_or(StoreError::NotFound("sample"))?;
    let sample: SampleRef =
        serde_json::from_str(&json).map_err(|_malformed| StoreError::Unreadable("sample"))?;
    let SampleRef { id, encoding, width, height, ppi, quality, origin } = sample;
    Ok(Sample { id, encoding, bytes, width, height, ppi, quality, origin })
}
