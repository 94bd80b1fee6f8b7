//! Counts for those who watch over the centre, in Prometheus' text format.

use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use std::fmt::Write as _;

/// Each with what it counts and its query; a second column is the label `state`.
const COUNTS: [(&str, &str, &str); 7] = [
    ("tram_packets", "Packets by state", "SELECT count(*), state FROM packet GROUP BY state ORDER BY state"),
    (
        "tram_clearance",
        "Enrollments by what the search for duplicates came to",
        "SELECT count(*), state FROM clearance GROUP BY state ORDER BY state",
    ),
    (
        "tram_deeds",
        "What was done at stations beside dossiers, by what the rules say to it",
        "SELECT count(*), state FROM deed GROUP BY state ORDER BY state",
    ),
    ("tram_log_size", "Leaves of the log", "SELECT size, NULL FROM log"),
    ("tram_persons", "Persons registered", "SELECT count(*), NULL FROM person"),
    ("tram_card_orders", "Cards ordered", "SELECT count(*), NULL FROM card_order"),
    ("tram_reference_edition", "Edition in force", "SELECT coalesce(max(edition), 0), NULL FROM reference"),
];

impl Centre {
    /// All counts, and this process' own times.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn metrics(&self) -> Result<String, CentralError> {
        let counts = self.database.read(|db| {
            let mut text = String::new();
            for (name, help, query) in COUNTS {
                writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge").ok();
                for row in db.query(query, values![])? {
                    let (count, state): (u64, Option<String>) = (row.get(0)?, row.get(1)?);
                    let label = state.map(|state| format!("{{state=\"{state}\"}}")).unwrap_or_default();
                    writeln!(text, "{name}{label} {count}").ok();
                }
            }
            Ok(text)
        })?;
        Ok(counts + &self.stages.prometheus())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_are_prometheus_text() {
        let folder = tempfile::tempdir().unwrap();
        let text = crate::demo::open(folder.path()).unwrap().metrics().unwrap();
        assert!(text.contains("# TYPE tram_reference_edition gauge\ntram_reference_edition 1\n"), "{text}");
        assert!(text.contains("\ntram_log_size 0\n"), "{text}");
    }
}
