//! The writer: the journal of drafts, dossier numbers, settings.

use crate::audit;
use crate::database::{self, FileId, Lock};
use crate::key::DatabaseKey;
use crate::room::Reserve;
use crate::row::millis;
use crate::{Reader, StoreError};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use time::{Date, OffsetDateTime};
use tram_biometric::Sample;
use tram_enrollment::{DossierNumber, EnrollmentId, Event, OfficerId, SampleRef};
use tram_packet::AuditAction;

/// Who does something, and when by the wall clock.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Who is signed in, if anybody.
    pub officer: Option<&'a OfficerId>,
    /// When.
    pub at: OffsetDateTime,
}

/// The station's database, open for writing. There is one.
#[derive(Debug)]
pub struct Store {
    reader: Reader,
    path: PathBuf,
    file: FileId,
    /// Set by the first failure of the disk: from then on nothing is written, since the system may lie about what is
    /// on the disk after a failed fsync.
    disk_failed: Option<String>,
    pub(crate) reserve: Reserve,
    _lock: Lock,
}

impl Store {
    /// Makes a station's database where none is.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::InUse`], [`StoreError::Full`], [`StoreError::Disk`].
    pub fn create(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let lock = Lock::take(path)?;
        database::create_file(path)?;
        Self::start(path, key, lock)
    }

    /// Opens a station's database, brings it to this version and, up to 64 MiB, checks it.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::InUse`], [`StoreError::WrongKey`], [`StoreError::Damaged`],
    /// [`StoreError::Newer`].
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let lock = Lock::take(path)?;
        Self::start(path, key, lock)
    }

    fn start(path: &Path, key: &DatabaseKey, lock: Lock) -> Result<Self, StoreError> {
        let mut connection = database::connect(path, key)?;
        database::migrate(&mut connection, path, key)?;
        database::check_at_opening(&connection, path)?;
        Ok(Self {
            reader: Reader { connection, stretch: RefCell::default() },
            path: path.to_owned(),
            file: FileId::of(path)?,
            disk_failed: None,
            reserve: Reserve::of(path),
            _lock: lock,
        })
    }

    /// Everything that can be read, as the writer sees it.
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does something in one transaction, durable when it returns. After a failure of the disk, nothing more.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(why) = &self.disk_failed {
            return Err(StoreError::Disk(why.clone()));
        }
        let result = transact(&mut self.reader.connection, work).and_then(|value| {
            // What was committed to a file that is not there any more is not saved.
            if FileId::of(&self.path)? == self.file {
                Ok(value)
            } else {
                Err(StoreError::Replaced(self.path.clone()))
            }
        });
        match &result {
            Err(StoreError::Disk(why)) => self.disk_failed = Some(why.clone()),
            Err(replaced @ StoreError::Replaced(_)) => self.disk_failed = Some(replaced.to_string()),
            _ => {}
        }
        result
    }

    /// Makes an event durable together with the bytes of the samples it names, and gives its number in the dossier,
    /// from 1. The first event must be [`Event::Opened`].
    ///
    /// # Errors
    /// [`StoreError::Samples`] when the samples are not those the event names, [`StoreError::Opening`],
    /// [`StoreError::Sealed`], [`StoreError::Full`], [`StoreError::Disk`]: then nothing was written.
    pub fn append(
        &mut self,
        id: EnrollmentId,
        event: &Event,
        samples: &[&Sample],
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let named: BTreeSet<_> = event.samples().into_iter().map(|sample| sample.id).collect();
        if named != samples.iter().map(|sample| sample.id).collect() || named.len() != samples.len() {
            return Err(StoreError::Samples);
        }
        let json = serde_json::to_string(event).map_err(|_malformed| StoreError::Unreadable("event"))?;
        self.write(|transaction| {
            let number = next_number(transaction, id, event, at)?;
            transaction
                .prepare_cached("INSERT INTO event (enrollment, number, at, json) VALUES (?, ?, ?, ?)")?
                .execute(params![id.0.as_bytes(), number, millis(at), json])?;
            for sample in samples {
                let meta = serde_json::to_string(&SampleRef::from(*sample))
                    .map_err(|_malformed| StoreError::Unreadable("sample"))?;
                transaction
                    .prepare_cached(
                        "INSERT INTO sample (id, enrollment, event, json, bytes) VALUES (?, ?, ?, ?, ?)",
                    )?
                    .execute(params![
                        sample.id.0.to_be_bytes(),
                        id.0.as_bytes(),
                        number,
                        meta,
                        sample.bytes
                    ])?;
            }
            Ok(number as u64)
        })
    }

    /// Dossier numbers this station may give out from now on, after those it already has.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the block is already there.
    pub fn add_block(&mut self, unit: &str, running: RangeInclusive<u32>) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO block (unit, first, last, next) VALUES (?1, ?2, ?3, ?2)",
                params![unit, running.start(), running.end()],
            )?;
            Ok(())
        })
    }

    /// The next dossier number, never given out again, whatever becomes of the dossier.
    ///
    /// # Errors
    /// [`StoreError::NoNumbers`] when the block is used up.
    pub fn take_dossier_number(&mut self, received_on: Date) -> Result<DossierNumber, StoreError> {
        self.write(|transaction| {
            let taken = transaction.query_row(
                "UPDATE block SET next = next + 1
                 WHERE id = (SELECT min(id) FROM block WHERE next <= last)
                 RETURNING unit, next - 1 AS running",
                [],
                |row| {
                    Ok(DossierNumber::new(&row.get::<_, String>("unit")?, received_on, row.get("running")?))
                },
            );
            taken.map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => StoreError::NoNumbers,
                other => other.into(),
            })
        })
    }

    /// Keeps a value under a name, such as the signed reference data.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn set_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                params![name, value],
            )?;
            Ok(())
        })
    }

    /// Notes in the audit chain what was done elsewhere: a sign-in, a refused one, an export.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn note(&mut self, act: Act<'_>, action: AuditAction, subject: &str) -> Result<(), StoreError> {
        self.write(|transaction| audit::push(transaction, act, action, subject))
    }
}

fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// The number of a dossier's next event; its first event makes the dossier.
fn next_number(
    transaction: &Transaction<'_>,
    id: EnrollmentId,
    event: &Event,
    at: OffsetDateTime,
) -> Result<i64, StoreError> {
    let last: i64 = transaction
        .prepare_cached("SELECT coalesce(max(number), 0) FROM event WHERE enrollment = ?")?
        .query_row([id.0.as_bytes()], |row| row.get(0))?;
    match (last, event) {
        (0, Event::Opened { dossier, .. }) => transaction.execute(
            "INSERT INTO enrollment (id, dossier, changed_at) VALUES (?, ?, ?)",
            params![id.0.as_bytes(), dossier.as_str(), millis(at)],
        )?,
        (1.., Event::Opened { .. }) | (0, _) => return Err(StoreError::Opening),
        _ => transaction
            .prepare_cached("UPDATE enrollment SET changed_at = ? WHERE id = ?")?
            .execute(params![millis(at), id.0.as_bytes()])?,
    };
    Ok(last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_enrollment::{Field, Source};

    fn field(text: &str) -> Event {
        Event::FieldSet { field: Field::FullName, value: text.into(), source: Source::Typed, reason: None }
    }

    fn opened(folder: &Path) -> (Store, EnrollmentId) {
        let key = DatabaseKey::from_bytes(&[7; 32]).unwrap();
        let mut store = Store::create(&folder.join("TEST.db"), &key).unwrap();
        store.add_block("TEST", 1..=9).unwrap();
        let (id, at) = (EnrollmentId(uuid::Uuid::nil()), OffsetDateTime::UNIX_EPOCH);
        let dossier = store.take_dossier_number(at.date()).unwrap();
        let opened = Event::Opened { dossier, station: "TEST".into(), officer: OfficerId("t".into()), at };
        store.append(id, &opened, &[], at).unwrap();
        (store, id)
    }

    /// Story: syncthing#1498, a full disk damaged the index.
    #[test]
    fn a_full_disk_is_said_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, id) = opened(folder.path());
        let at = OffsetDateTime::UNIX_EPOCH;
        let pages: i64 =
            store.reader.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store
            .reader
            .connection
            .pragma_update_and_check(None, "max_page_count", pages + 20, |_| Ok(()))
            .unwrap();
        let text = "x".repeat(3000);
        let mut saved = 1;
        let refused = loop {
            match store.append(id, &field(&text), &[], at) {
                Ok(number) => saved = number,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::Full), "{refused}");
        assert_eq!(store.read().events(id).unwrap().len() as u64, saved);
        store.read().check().unwrap();
        store.reader.connection.pragma_update_and_check(None, "max_page_count", 1 << 30, |_| Ok(())).unwrap();
        assert_eq!(
            store.append(id, &field(&text), &[], at).unwrap(),
            saved + 1,
            "with room again, it goes on"
        );
    }

    /// Story: `PostgreSQL`'s fsyncgate. What the system says after a failed fsync is not to be believed.
    #[test]
    fn after_a_failure_of_the_disk_nothing_more_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, id) = opened(folder.path());
        let failed = store.write(|_| Err::<(), _>(StoreError::Disk("EIO".into())));
        assert!(matches!(failed, Err(StoreError::Disk(_))));
        let refused = store.append(id, &field("x"), &[], OffsetDateTime::UNIX_EPOCH);
        assert!(matches!(refused, Err(StoreError::Disk(_))));
        assert_eq!(store.read().events(id).unwrap().len(), 1, "reading goes on, for the export");
    }

    /// The schema itself refuses, should a part of the program ever ask for it.
    #[test]
    fn the_schema_keeps_what_the_centre_has_not_signed_for() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = opened(folder.path());
        let connection = &store.reader.connection;
        let packet = "INSERT INTO body VALUES (randomblob(16), x'00');
            INSERT INTO packet (id, enrollment, kind, sequence, digest, size, sealed_at, changed_at)
            SELECT body.packet, enrollment.id, 'enrollment', 1, randomblob(32), 1, 0, 0 FROM body, enrollment";
        connection.execute_batch(&format!("BEGIN; {packet}; COMMIT")).unwrap();
        connection.execute_batch("INSERT INTO deed (digest, signed) VALUES (randomblob(32), x'00')").unwrap();
        for forbidden in [
            "DELETE FROM body",
            "UPDATE body SET bytes = x'01'",
            "DELETE FROM packet",
            "UPDATE packet SET digest = randomblob(32)",
            "UPDATE packet SET receipt = 1",
            "INSERT INTO receipt VALUES (1, (SELECT id FROM packet), randomblob(32), 0, 0, 0, x'00')",
            "DELETE FROM event",
            "UPDATE event SET json = '{}'",
            "DELETE FROM enrollment",
            "DELETE FROM deed",
            "UPDATE deed SET signed = x'01'",
            "INSERT INTO event SELECT id, 99, 0, '{}' FROM enrollment",
            "INSERT INTO packet SELECT randomblob(16), enrollment, kind, 2, randomblob(32), 1, 0, NULL, NULL, 0, NULL,
               NULL, 0 FROM packet",
        ] {
            assert!(connection.execute_batch(forbidden).is_err(), "{forbidden}");
        }
    }
}
