//! The population extract as files to be published as a signed set (`tram-update`), which stations in good standing open
//! with the key the centre gives them.
//!
//! A place's people lie in a hundred files, by the last two digits of their numbers, and beside them in files of what
//! changed since, one for each export in which something did. A station that has the hundred fetches only those; when
//! the changes have grown to half of what they change, the hundred are written anew and the changes begin again.
//!
//! A file is lines, the same bytes for the same people: a person as a JSON object of fields, or `-NUMBER` for somebody who
//! is no longer there.

use crate::acts::ActKind;
use crate::centre::Centre;
use crate::database::values;
use crate::durable;
use crate::error::CentralError;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tram_enrollment::{CentreAct, Field};
use tram_packet::ExtractKey;

/// Digits of a personal number that name the place of birth registration (Decree 59/2021, article 13).
const PLACE: usize = 3;
/// Digits of a personal number.
const NUMBER: usize = 12;

/// Lines by personal number.
type People = BTreeMap<String, String>;

/// What an export came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// People of the place.
    pub people: usize,
    /// Of these, new or changed since the last export, and people who are no longer there.
    pub changed: usize,
    /// Files that were written.
    pub written: usize,
}

impl Centre {
    /// Brings the extract of a place (three digits) in a folder up to the register, where the rules leave that to one
    /// person.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it takes two people, the place is none or the folder holds something else;
    /// [`CentralError::Disk`].
    pub fn export_population(&self, place: &str, to: &Path) -> Result<Exported, CentralError> {
        self.may_be_done_alone(CentreAct::Export, ActKind::Export)?;
        self.write_extract(place, to)
    }

    pub(crate) fn write_extract(&self, place: &str, to: &Path) -> Result<Exported, CentralError> {
        make_sure_of_place(place)?;
        let people = self.people_of(place)?;
        fs::create_dir_all(to)?;
        let folder = Folder { place, path: to, key: &self.keys.extract };
        let held = folder.read()?;
        let changes = held.until(&people);
        let grown = held.changed_bytes + changes.iter().map(String::len).sum::<usize>();
        let written = if held.base_bytes == 0 || grown > held.base_bytes / 2 {
            folder.write_base(&people)?
        } else if changes.is_empty() {
            0
        } else {
            folder.write(&folder.changes(held.last_changes + 1), &changes.concat())?;
            1
        };
        Ok(Exported { people: people.len(), changed: changes.len(), written })
    }

    /// Writes the reference data in force into a folder, to be published in the same set: for stations that no network
    /// reaches.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet, [`CentralError::Disk`].
    pub fn export_reference(&self, to: &Path) -> Result<u32, CentralError> {
        const NAME: &str = "reference";
        let (edition, signed) = self.signed_reference()?;
        fs::create_dir_all(to)?;
        durable::write(&to.join(NAME), &self.keys.extract.seal(NAME, &signed)?)?;
        Ok(edition)
    }

    fn people_of(&self, place: &str) -> Result<People, CentralError> {
        let rows = self.database.query(
            "SELECT personal_number, full_name, birth_date, sex FROM person
             WHERE personal_number >= ?1 AND personal_number < ?2",
            values![place, format!("{place}:")],
        )?;
        let mut people = People::new();
        for row in rows {
            let number: String = row.get(0)?;
            if number.len() != NUMBER {
                continue;
            }
            let person = json!({
                (name(Field::PersonalNumber)): number,
                (name(Field::FullName)): row.get::<String>(1)?,
                (name(Field::BirthDate)): row.get::<String>(2)?,
                (name(Field::Sex)): row.get::<String>(3)?,
            });
            people.insert(number, format!("{person}\n"));
        }
        Ok(people)
    }
}

/// A folder with the extract of a place.
struct Folder<'a> {
    place: &'a str,
    path: &'a Path,
    key: &'a ExtractKey,
}

/// What a folder held before.
#[derive(Default)]
struct Held {
    people: People,
    base_bytes: usize,
    changed_bytes: usize,
    /// The number of the newest file of changes; 0 without one.
    last_changes: u64,
}

impl Held {
    /// What leads from this to other people: their lines, and one for each who is no longer there.
    fn until(&self, people: &People) -> Vec<String> {
        let gone = self.people.keys().filter(|number| !people.contains_key(*number));
        let changed = people.iter().filter(|(number, line)| self.people.get(*number) != Some(line));
        gone.map(|number| format!("-{number}\n")).chain(changed.map(|(_, line)| line.clone())).collect()
    }

    fn take(&mut self, line: &str) -> Result<(), CentralError> {
        if let Some(number) = line.strip_prefix('-') {
            self.people.remove(number);
            return Ok(());
        }
        let person: serde_json::Value = serde_json::from_str(line).map_err(|_malformed| foreign())?;
        let number = person.get(name(Field::PersonalNumber)).and_then(serde_json::Value::as_str);
        self.people.insert(number.ok_or_else(foreign)?.to_owned(), format!("{line}\n"));
        Ok(())
    }
}

impl Folder<'_> {
    fn base(&self, number: &str) -> String {
        format!("population-{}-{}", self.place, number.get(NUMBER - 2..).unwrap_or_default())
    }

    fn changes(&self, count: u64) -> String {
        format!("population-{}-changes-{count:06}", self.place)
    }

    /// The names of this place's files: first those of everybody, then the changes, oldest first.
    fn names(&self) -> Result<Vec<String>, CentralError> {
        let beginning = format!("population-{}-", self.place);
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with(&beginning) {
                names.push(name);
            }
        }
        // Digits come before letters.
        names.sort();
        Ok(names)
    }

    fn read(&self) -> Result<Held, CentralError> {
        let mut held = Held::default();
        for name in self.names()? {
            let content =
                self.key.open(&name, &fs::read(self.path.join(&name))?).map_err(|_other| foreign())?;
            let content = std::str::from_utf8(&content).map_err(|_no_text| foreign())?;
            match name.rsplit_once("-changes-") {
                Some((_, number)) => {
                    held.last_changes = number.parse().map_err(|_no_number| foreign())?;
                    held.changed_bytes += content.len();
                }
                None => held.base_bytes += content.len(),
            }
            content.lines().try_for_each(|line| held.take(line))?;
        }
        Ok(held)
    }

    /// Everybody anew. A crash on the way leaves older changes beside newer people; the next export finds the difference.
    fn write_base(&self, people: &People) -> Result<usize, CentralError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (number, line) in people {
            files.entry(self.base(number)).or_default().write_str(line).ok();
        }
        for (name, lines) in &files {
            self.write(name, lines)?;
        }
        for name in self.names()?.into_iter().filter(|name| !files.contains_key(name)) {
            fs::remove_file(self.path.join(name))?;
        }
        Ok(files.len())
    }

    fn write(&self, name: &str, lines: &str) -> Result<(), CentralError> {
        Ok(durable::write(&self.path.join(name), &self.key.seal(name, lines.as_bytes())?)?)
    }
}

fn foreign() -> CentralError {
    CentralError::Setup("the folder holds an extract that is not this centre's; take an empty one".into())
}

/// A field's name as records have it.
fn name(field: Field) -> String {
    json!(field).as_str().unwrap_or_default().to_owned()
}

/// Refuses what is no code of a place.
pub(crate) fn make_sure_of_place(place: &str) -> Result<(), CentralError> {
    let is_code = place.len() == PLACE && place.bytes().all(|c| c.is_ascii_digit());
    is_code.then_some(()).ok_or_else(|| CentralError::Setup("a place has three digits, such as 022".into()))
}
