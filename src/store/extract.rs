//! The population extract kept up to date from the files of a signed set, of which only what changed is read.
//!
//! A set has, for each place (three digits) and last two digits of the personal number, a file `population-PLACE-DD` of
//! everybody, and beside them files `population-PLACE-changes-N` of what changed since, in order. Lines are records as
//! JSON, or `-NUMBER` for somebody who is no longer there. What the extract was made of is written in it, so that the
//! same files are never read twice, and a set in which anything does not fit is made anew from its files of everybody.

use crate::StoreError;
use crate::database::{self, Lock};
use crate::key::{DatabaseKey, sync_directory_of};
use crate::register::{self, Record, day_term, insert, words_of, year_term};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use tram_enrollment::Field;
use zeroize::Zeroizing;

/// People of a set have numbers from here on; those before were built in, as in a demonstration, and stay unless the set
/// knows somebody of the same personal number.
const FIRST: i64 = 1 << 40;

const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS made_of (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL) STRICT";

/// A file of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetFile {
    /// Its name.
    pub name: String,
    /// The SHA-256 of what it is in the set.
    pub sha256: Vec<u8>,
}

impl SetFile {
    fn is_changes(&self) -> bool {
        self.name.contains("-changes-")
    }
}

/// Gives a file's lines by its name.
pub type Read<'a, E> = &'a mut dyn FnMut(&str) -> Result<Zeroizing<Vec<u8>>, E>;

/// What became of the extract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Files that were read.
    pub files: usize,
    /// People who were written.
    pub written: u64,
    /// Lines that said that somebody is no longer there.
    pub gone: u64,
}

/// Brings the extract at `path` to what a set's files say, made where there is none. `read` gives a file's lines. It is
/// done beside the extract, which is searched meanwhile and replaced at once; whoever has it open must open it again.
///
/// # Errors
/// What `read` fails with; [`StoreError::Unreadable`] when a file is none of an extract, [`StoreError::Full`],
/// [`StoreError::InUse`] when another program is at it. Then the extract is what it was.
pub fn bring_up<E: From<StoreError>>(
    path: &Path,
    key: &DatabaseKey,
    set: &[SetFile],
    read: Read<'_, E>,
) -> Result<Applied, E> {
    let _lock = Lock::take(path)?;
    if !path.exists() {
        register::build(path, key, [])?;
    }
    let work = Work::between(&made_of(path, key)?, set);
    if work.is_nothing() {
        return Ok(Applied::default());
    }
    let beside = database::beside(path, ".new");
    copy(path, &beside)?;
    let applied = {
        let mut connection = database::connect_copy(&beside, key)?;
        let transaction = connection.transaction().map_err(StoreError::from)?;
        let applied = apply(&transaction, &work, set, read)?;
        transaction.commit().map_err(StoreError::from)?;
        applied
    };
    put_in_place(&beside, path)?;
    Ok(applied)
}

fn copy(path: &Path, beside: &Path) -> Result<(), StoreError> {
    fs::copy(path, beside)?;
    Ok(())
}

fn put_in_place(beside: &Path, path: &Path) -> Result<(), StoreError> {
    File::open(beside).and_then(|file| file.sync_all())?;
    fs::rename(beside, path)?;
    sync_directory_of(path)?;
    Ok(())
}

/// What the extract was made of: digests by file.
fn made_of(path: &Path, key: &DatabaseKey) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let connection = database::connect_reading(path, key)?;
    let known = "SELECT 1 FROM sqlite_master WHERE name = 'made_of'";
    if connection.query_row(known, [], |_| Ok(())).optional()?.is_none() {
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare("SELECT name, sha256 FROM made_of")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What has to be done to come from one set to another.
#[derive(Debug, Default, PartialEq, Eq)]
struct Work {
    /// Files of everybody whose people go, and who come anew where the set still has the file.
    cleared: Vec<String>,
    /// Files to read, in order.
    read: Vec<String>,
}

impl Work {
    fn between(held: &BTreeMap<String, Vec<u8>>, set: &[SetFile]) -> Self {
        let mut set: Vec<&SetFile> = set.iter().collect();
        // A file of changes comes after those of everybody, and in its order: digits come before letters.
        set.sort_by(|a, b| (a.is_changes(), &a.name).cmp(&(b.is_changes(), &b.name)));
        let is_held = |file: &&SetFile| held.get(&file.name) == Some(&file.sha256);
        // Changes that were applied and are no longer there went into files of everybody, which are all read again.
        let lost = |name: &String| name.contains("-changes-") && !set.iter().any(|file| file.name == *name);
        let anew = held.keys().any(lost)
            || set.iter().any(|file| file.is_changes() && held.contains_key(&file.name) && !is_held(file));
        let everybody = || set.iter().filter(|file| !file.is_changes());
        let read: Vec<String> =
            everybody().filter(|file| anew || !is_held(file)).map(|file| file.name.clone()).collect();
        let gone = held
            .keys()
            .filter(|name| !name.contains("-changes-") && !everybody().any(|file| file.name == **name));
        let cleared: Vec<String> = read.iter().chain(gone).cloned().collect();
        let again = !cleared.is_empty();
        let changes = set.iter().filter(|file| file.is_changes() && (again || !is_held(file)));
        let read = read.into_iter().chain(changes.map(|file| file.name.clone())).collect();
        Self { cleared, read }
    }

    fn is_nothing(&self) -> bool {
        self.cleared.is_empty() && self.read.is_empty()
    }
}

fn apply<E: From<StoreError>>(
    db: &Connection,
    work: &Work,
    set: &[SetFile],
    read: Read<'_, E>,
) -> Result<Applied, E> {
    let mut applied = Applied { files: work.read.len(), ..Applied::default() };
    db.execute_batch(SCHEMA).map_err(StoreError::from)?;
    for name in &work.cleared {
        clear(db, name)?;
    }
    for name in &work.read {
        let content = read(name)?;
        let content = std::str::from_utf8(&content).map_err(|_no_text| StoreError::Unreadable("extract"))?;
        for line in content.lines() {
            take(db, line, &mut applied)?;
        }
    }
    note(db, set)?;
    Ok(applied)
}

fn note(db: &Connection, set: &[SetFile]) -> Result<(), StoreError> {
    db.execute("DELETE FROM made_of", [])?;
    let mut made_of = db.prepare("INSERT INTO made_of (name, sha256) VALUES (?, ?)")?;
    for file in set {
        made_of.execute(params![file.name, file.sha256])?;
    }
    Ok(())
}

/// The people of a file of everybody go.
fn clear(db: &Connection, name: &str) -> Result<(), StoreError> {
    let of = name.strip_prefix("population-").and_then(|of| of.split_once('-'));
    let (place, last) = of.ok_or(StoreError::Unreadable("name of an extract"))?;
    let mut found = db.prepare(
        "SELECT id FROM person WHERE id >= ?1 AND number >= ?2 AND number < ?2 || ':' AND substr(number, -2) = ?3",
    )?;
    let ids = found.query_map(params![FIRST, place, last], |row| row.get(0))?;
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    ids.into_iter().try_for_each(|id| forget(db, id))
}

fn take(db: &Connection, line: &str, applied: &mut Applied) -> Result<(), StoreError> {
    if let Some(number) = line.strip_prefix('-') {
        applied.gone += 1;
        return forget_number(db, number);
    }
    let record: Record = serde_json::from_str(line).map_err(|_malformed| StoreError::Unreadable("record"))?;
    let number = record.value(Field::PersonalNumber);
    if number.is_empty() {
        return Err(StoreError::Unreadable("record"));
    }
    forget_number(db, number)?;
    let next = "SELECT coalesce(max(id), ?1) + 1 FROM person WHERE id >= ?1";
    let id: i64 = db.prepare_cached(next)?.query_row([FIRST], |row| row.get(0))?;
    let mut person = db.prepare_cached("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)")?;
    let mut word = db.prepare_cached("INSERT INTO word (rowid, words) VALUES (?, ?)")?;
    let mut meaning = db.prepare_cached("INSERT INTO vocabulary (word) VALUES (?) ON CONFLICT DO NOTHING")?;
    for word in insert(&mut person, &mut word, id, &record)? {
        meaning.execute([word])?;
    }
    applied.written += 1;
    Ok(())
}

fn forget_number(db: &Connection, number: &str) -> Result<(), StoreError> {
    let mut found = db.prepare_cached("SELECT id FROM person WHERE number = ?")?;
    let ids: Vec<i64> = found.query_map([number], |row| row.get(0))?.collect::<Result<_, _>>()?;
    ids.into_iter().try_for_each(|id| forget(db, id))
}

/// A person goes, from the index of words too, which has to be told what it held.
fn forget(db: &Connection, id: i64) -> Result<(), StoreError> {
    let mut held = db.prepare_cached("SELECT name_key, birth FROM person WHERE id = ?")?;
    let (name, birth): (String, String) = held.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let year = birth.split('-').next().unwrap_or_default();
    let words = format!("{} {} {}", words_of(&name).join(" "), day_term(&birth), year_term(year));
    db.prepare_cached("INSERT INTO word (word, rowid, words) VALUES ('delete', ?, ?)")?
        .execute(params![id, words])?;
    db.prepare_cached("DELETE FROM person WHERE id = ?")?.execute([id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, version: u8) -> SetFile {
        SetFile { name: name.to_owned(), sha256: vec![version] }
    }

    fn check(held: &[SetFile], set: &[SetFile], cleared: &[&str], read: &[&str]) {
        let held = held.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect();
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(Work::between(&held, set), Work { cleared: texts(cleared), read: texts(read) });
    }

    #[test]
    fn only_what_changed_is_read_and_in_the_order_it_happened() {
        let (a, b) = ("population-022-07", "population-022-99");
        let (first, second) = ("population-022-changes-000001", "population-022-changes-000002");
        let both = [file(a, 1), file(b, 1)];
        check(&[], &both, &[a, b], &[a, b]);
        check(&both, &both, &[], &[]);
        let one = [file(first, 1), file(a, 1), file(b, 1)];
        check(&both, &one, &[], &[first]);
        check(&[], &one, &[a, b], &[a, b, first]);
        let two = [&one[..], &[file(second, 1)]].concat();
        check(&one, &two, &[], &[second]);
        check(&both, &two, &[], &[first, second]);
        // A file of everybody is as of before the changes: they come again after it.
        check(&two, &[file(a, 2), file(b, 1), file(first, 1), file(second, 1)], &[a], &[a, first, second]);
        // Written anew: the changes went into all the others, also into those that look the same.
        check(&two, &[file(a, 2), file(b, 1)], &[a, b], &[a, b]);
        check(&two, &[file(a, 1)], &[a, b], &[a]);
        check(&one, &[file(a, 1), file(b, 1), file(first, 2)], &[a, b], &[a, b, first]);
    }
}
