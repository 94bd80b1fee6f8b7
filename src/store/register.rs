//! The population extract: people of the province, searched offline. A second encrypted database, built once and then
//! only read.
//!
//! Names are found by words: a full-text index holds, for each person, the folded words of the name, the day of birth
//! and its year. Every word that was typed must begin some word of the name; order and diacritics do not matter. The
//! few thousand different words there are stand in memory, so that a beginning is looked up as the words it can mean.

use crate::StoreError;
use crate::database;
use crate::key::{DatabaseKey, sync_directory_of};
use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::path::Path;
use tram_enrollment::Field;
use tram_enrollment::name::fold;

/// A person as the extract knows them: values in the fields' own forms.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record {
    fields: BTreeMap<Field, String>,
}

impl Record {
    /// A record of these fields; empty values are left out.
    pub fn new(fields: impl IntoIterator<Item = (Field, String)>) -> Self {
        Self { fields: fields.into_iter().filter(|(_, value)| !value.is_empty()).collect() }
    }

    /// A field's value, empty where nothing is known.
    pub fn value(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// Every known field in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &str)> {
        self.fields.iter().map(|(field, value)| (*field, value.as_str()))
    }
}

impl fmt::Debug for Record {
    /// Nothing of the person: personal data never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} fields)", self.fields.len())
    }
}

/// A day or a year of birth, to narrow a search by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Birth {
    /// `YYYY-MM-DD`.
    Day(String),
    /// `YYYY`.
    Year(String),
}

const SCHEMA: &str = "
  CREATE TABLE person (id INTEGER PRIMARY KEY, number TEXT, old_number TEXT, name_key TEXT NOT NULL, birth TEXT NOT NULL,
    json TEXT NOT NULL) STRICT;
  CREATE TABLE vocabulary (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE word USING fts5 (words, content = '', detail = none, columnsize = 0, prefix = '1 2 3',
    tokenize = 'ascii');
";
const INDEXES: &str = "
  CREATE INDEX person_number ON person (number);
  CREATE INDEX person_old_number ON person (old_number);
  CREATE INDEX person_name ON person (name_key, birth);
  INSERT INTO word (word) VALUES ('optimize');
";

/// A beginning that can mean more words than this is looked up as a beginning.
const MOST_MEANINGS: usize = 24;

/// Builds an extract beside `path` and then puts it in its place at once; gives the number of people.
///
/// # Errors
/// [`StoreError::Full`], [`StoreError::Disk`]: what was at `path` is untouched.
pub fn build(
    path: &Path,
    key: &DatabaseKey,
    people: impl IntoIterator<Item = Record>,
) -> Result<u64, StoreError> {
    let unfinished = database::beside(path, ".new");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    database::create_file(&unfinished)?;
    let count = fill(&unfinished, key, people)?;
    File::open(&unfinished).and_then(|file| file.sync_all())?;
    fs::rename(&unfinished, path)?;
    sync_directory_of(path)?;
    Ok(count)
}

fn fill(path: &Path, key: &DatabaseKey, people: impl IntoIterator<Item = Record>) -> Result<u64, StoreError> {
    let mut connection = database::connect_copy(path, key)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let mut count = 0;
    let mut vocabulary = BTreeSet::new();
    {
        let mut person = transaction.prepare("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)")?;
        let mut word = transaction.prepare("INSERT INTO word (rowid, words) VALUES (?, ?)")?;
        for record in people {
            count += 1;
            vocabulary.extend(insert(&mut person, &mut word, count, &record)?);
        }
        let mut meaning = transaction.prepare("INSERT INTO vocabulary (word) VALUES (?)")?;
        for word in &vocabulary {
            meaning.execute([word])?;
        }
    }
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(count as u64)
}

/// Adds a person and gives the words of the name.
pub(crate) fn insert(
    person: &mut Statement<'_>,
    word: &mut Statement<'_>,
    id: i64,
    record: &Record,
) -> Result<Vec<String>, StoreError> {
    let or_null = |field| Some(record.value(field)).filter(|value| !value.is_empty());
    let words = words_of(record.value(Field::FullName));
    let name = words.join(" ");
    let birth = record.value(Field::BirthDate);
    let json = serde_json::to_string(record).map_err(|_malformed| StoreError::Unreadable("record"))?;
    person.execute(params![
        id,
        or_null(Field::PersonalNumber),
        or_null(Field::OldNumber),
        name,
        birth,
        json
    ])?;
    let year = birth.split('-').next().unwrap_or_default();
    word.execute(params![id, format!("{name} {} {}", day_term(birth), year_term(year))])?;
    Ok(words)
}

/// The words of a folded name, with what is no letter left out: H'Blơi is `hbloi`.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    fold(name)
        .split([' ', '-', ',', '.'])
        .map(|word| word.chars().filter(char::is_ascii_alphabetic).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Terms that no name begins with: names have no digits.
pub(crate) fn day_term(day: &str) -> String {
    format!("0d{}", digits(day))
}

pub(crate) fn year_term(year: &str) -> String {
    format!("0y{}", digits(year))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// An extract, open for reading.
#[derive(Debug)]
pub struct Register {
    connection: Connection,
    /// Every word of every name, sorted.
    vocabulary: Vec<String>,
}

impl Register {
    /// Opens an extract.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::WrongKey`], [`StoreError::Foreign`].
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let connection = database::connect_reading(path, key)?;
        connection.pragma_update(None, "cache_size", -32 * 1024)?;
        let vocabulary = read_vocabulary(&connection).map_err(|_no_table| StoreError::Foreign)?;
        Ok(Self { connection, vocabulary })
    }

    /// How many people it holds.
    ///
    /// # Errors
    /// When the extract cannot be read.
    pub fn count(&self) -> Result<u64, StoreError> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM person", [], |row| row.get(0))?;
        Ok(count as u64)
    }

    /// The person with this personal number of 12 digits.
    ///
    /// # Errors
    /// When the extract cannot be read.
    pub fn find_by_number(&self, number: &str) -> Result<Option<Record>, StoreError> {
        self.find("SELECT json FROM person WHERE number = ? LIMIT 2", &digits(number))
            .map(|found| found.into_iter().next())
    }

    /// The people with this old number of 9 digits; old numbers were given out twice at times.
    ///
    /// # Errors
    /// When the extract cannot be read.
    pub fn find_by_old_number(&self, number: &str) -> Result<Vec<Record>, StoreError> {
        self.find("SELECT json FROM person WHERE old_number = ? LIMIT 50", &digits(number))
    }

    /// At most `most` people in whose name every typed word begins some word, born on this day or in this year if
    /// one is given. Those with exactly this name come first.
    ///
    /// # Errors
    /// When the extract cannot be read.
    pub fn find_by_name_and_birth(
        &self,
        name: &str,
        birth: Option<&Birth>,
        most: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let words = words_of(name);
        let Some(query) = self.query(&words, birth) else { return Ok(Vec::new()) };
        let first_days = match birth {
            Some(Birth::Day(text) | Birth::Year(text)) => text.as_str(),
            None => "",
        };
        // All days that begin with the day or year: up to the same text with a letter, which no day has, after it.
        let same_name = self.ids(
            "SELECT id FROM person WHERE name_key = ?1 AND birth BETWEEN ?2 AND ?2 || 'x' LIMIT ?3",
            params![words.join(" "), first_days, most as i64],
        )?;
        let any_order =
            self.ids("SELECT rowid FROM word WHERE word MATCH ?1 LIMIT ?2", params![query, most as i64])?;
        let mut seen = BTreeSet::new();
        let mut person = self.connection.prepare_cached("SELECT json FROM person WHERE id = ?")?;
        same_name
            .into_iter()
            .chain(any_order)
            .filter(|id| seen.insert(*id))
            .take(most)
            .filter_map(|id| person.query_row([id], |row| row.get::<_, String>(0)).optional().transpose())
            .map(|json| read(&json?))
            .collect()
    }

    /// The full-text query, or `None` when nobody can be meant.
    fn query(&self, words: &[String], birth: Option<&Birth>) -> Option<String> {
        let meanings = words.iter().map(|word| self.meanings(word)).collect::<Option<Vec<String>>>()?;
        let birth = birth.map(|birth| match birth {
            Birth::Day(day) => format!("\"{}\"", day_term(day)),
            Birth::Year(year) => format!("\"{}\"", year_term(year)),
        });
        let terms: Vec<String> = meanings.into_iter().chain(birth).collect();
        (!words.is_empty()).then(|| terms.join(" AND "))
    }

    /// What the beginning of a word can mean, as a term of a query.
    fn meanings(&self, beginning: &str) -> Option<String> {
        let from = self.vocabulary.partition_point(|word| word.as_str() < beginning);
        let found: Vec<String> = self
            .vocabulary
            .iter()
            .skip(from)
            .take_while(|word| word.starts_with(beginning))
            .take(MOST_MEANINGS + 1)
            .map(|word| format!("\"{word}\""))
            .collect();
        match found.len() {
            0 => None,
            1..=MOST_MEANINGS => Some(format!("({})", found.join(" OR "))),
            _ => Some(format!("\"{beginning}\" *")),
        }
    }

    fn ids(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params, |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn find(&self, sql: &str, value: &str) -> Result<Vec<Record>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map([value], |row| row.get::<_, String>(0))?;
        found.map(|json| read(&json?)).collect()
    }
}

fn read_vocabulary(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT word FROM vocabulary ORDER BY word")?;
    let words = statement.query_map([], |row| row.get(0))?;
    words.collect()
}

fn read(json: &str) -> Result<Record, StoreError> {
    serde_json::from_str(json).map_err(|_malformed| StoreError::Unreadable("record"))
}
