//! The population extract as files to be published as a signed set (`tram-update`): those of one province in one file
//! for each last two digits of the personal number, so that a person who changes changes one file of a hundred.
//!
//! A file is lines of JSON, sorted by number, the same bytes for the same people.

use crate::centre::Centre;
use crate::database::values;
use crate::durable;
use crate::error::CentralError;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tram_enrollment::Field;

/// Digits of a personal number that name the place of birth registration (Decree 59/2021, article 13).
const PLACE: usize = 3;
/// Digits of a personal number.
const NUMBER: usize = 12;

impl Centre {
    /// Writes the extract of a place (three digits) into a folder; files of an earlier one are replaced, and removed
    /// where nobody is left. Gives people and files.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the place is none, [`CentralError::Disk`].
    pub fn export_population(&self, place: &str, to: &Path) -> Result<(u64, usize), CentralError> {
        if place.len() != PLACE || !place.bytes().all(|c| c.is_ascii_digit()) {
            return Err(CentralError::Setup("a place has three digits, such as 022".into()));
        }
        let rows = self.database.query(
            "SELECT personal_number, full_name, birth_date, sex FROM person
             WHERE personal_number >= ?1 AND personal_number < ?2 ORDER BY personal_number",
            values![place, format!("{place}:")],
        )?;
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut people = 0;
        for row in rows {
            let number: String = row.get(0)?;
            let Some(last) = number.get(NUMBER - 2..).filter(|_| number.len() == NUMBER) else { continue };
            let person = json!({
                (name(Field::PersonalNumber)): number,
                (name(Field::FullName)): row.get::<String>(1)?,
                (name(Field::BirthDate)): row.get::<String>(2)?,
                (name(Field::Sex)): row.get::<String>(3)?,
            });
            people += 1;
            writeln!(files.entry(format!("population-{place}-{last}")).or_default(), "{person}").ok();
        }
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(to)? {
            let entry = entry?;
            let held = entry.file_name().to_string_lossy().into_owned();
            if held.starts_with(&format!("population-{place}-")) && !files.contains_key(&held) {
                fs::remove_file(entry.path())?;
            }
        }
        for (file, lines) in &files {
            durable::write(&to.join(file), lines.as_bytes())?;
        }
        Ok((people, files.len()))
    }
}

/// A field's name as records have it.
fn name(field: Field) -> String {
    json!(field).as_str().unwrap_or_default().to_owned()
}
