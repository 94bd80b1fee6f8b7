//! The register thread: searches the local extract of the population database.

use super::{Outlet, phrase};
use crossbeam_channel::Receiver;
use std::path::Path;
use tram_enrollment::number::{PersonalNumber, is_old_number};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{Source, validate};
use tram_store::register::Birth;
use tram_store::{DatabaseKey, Record, Register, StoreError};
use tram_workflow::Action;
use tram_workflow::dossier::Citizen;

/// Citizens offered for one question.
const MOST: usize = 20;

/// What the register thread is asked.
pub(super) enum Job {
    Search(String),
    /// The extract was replaced by a newer one.
    Reopen,
}

/// The thread's work. Of several questions that wait, only the newest is answered: the others were typed over.
pub(super) fn run(path: &Path, key: &DatabaseKey, jobs: &Receiver<Job>, outlet: &Outlet) {
    let mut register = None;
    while let Ok(first) = jobs.recv() {
        let mut newest = None;
        for job in std::iter::once(first).chain(jobs.try_iter()) {
            match job {
                Job::Search(query) => newest = Some(query),
                Job::Reopen => register = None,
            }
        }
        if let Some(query) = newest {
            let found = search(&mut register, path, key, &query);
            outlet.send(Action::Found { query, found });
        }
    }
}

fn search(
    register: &mut Option<Register>,
    path: &Path,
    key: &DatabaseKey,
    query: &str,
) -> Result<Vec<Citizen>, Phrase> {
    let open = match register {
        Some(open) => open,
        None => register.insert(Register::open(path, key).map_err(|error| trouble(&error))?),
    };
    let records = find(open, query).map_err(|error| trouble(&error))?;
    Ok(records.iter().map(citizen).collect())
}

fn find(register: &Register, query: &str) -> Result<Vec<Record>, StoreError> {
    if let Some(number) = PersonalNumber::parse(query) {
        return Ok(register.find_by_number(&number.text())?.into_iter().collect());
    }
    if is_old_number(query) {
        return register.find_by_old_number(query);
    }
    let (name, birth) = split_birth(query);
    register.find_by_name_and_birth(&name, birth.as_ref(), MOST)
}

/// A name, and after it a day or a year of birth: `hoang thi ngan 12/03/1994`, `hoang ngan 1994`.
fn split_birth(query: &str) -> (String, Option<Birth>) {
    let Some((name, last)) = query.rsplit_once(' ') else { return (query.to_owned(), None) };
    if let Some(day) = validate::parse_date(last) {
        return (name.to_owned(), Some(Birth::Day(day.to_string())));
    }
    let is_year = last.len() == 4 && last.bytes().all(|byte| byte.is_ascii_digit());
    if is_year { (name.to_owned(), Some(Birth::Year(last.to_owned()))) } else { (query.to_owned(), None) }
}

fn citizen(record: &Record) -> Citizen {
    let fields = record.fields().map(|(field, value)| (field, value.to_owned())).collect();
    Citizen { fields, source: Source::Register }
}

fn trouble(error: &StoreError) -> Phrase {
    log::error!("the register: {error}");
    let vi = match error {
        StoreError::Missing(_) => {
            "Trạm chưa có bản trích CSDL dân cư: nhập tay, hoặc kết nối trung tâm để tải về"
        }
        _ => "Không tra cứu được CSDL dân cư trên trạm: nhập tay và báo kỹ thuật viên",
    };
    phrase(vi, &format!("The register cannot be searched: {error}. Type the applicant in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_may_end_in_a_birth_date_or_year() {
        for (query, name, birth) in [
            ("hoang thi ngan 12/03/1994", "hoang thi ngan", Some(Birth::Day("1994-03-12".into()))),
            ("ngan 1994", "ngan", Some(Birth::Year("1994".into()))),
            ("hoang thi ngan", "hoang thi ngan", None),
            ("ngan", "ngan", None),
        ] {
            assert_eq!(split_birth(query), (name.to_owned(), birth), "{query}");
        }
    }
}
