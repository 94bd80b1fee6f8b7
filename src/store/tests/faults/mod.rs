//! Disks that fail, and the database of an earlier version to begin with.

#![allow(dead_code)] // Each test file uses its part.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)] // Tests may.

pub(crate) mod disk;
pub(crate) mod forgetful;

use crate::common::path;
use std::path::Path;

/// A database as the first version of the program left it.
pub(crate) fn version_1(folder: &Path) {
    std::fs::File::create(path(folder)).unwrap();
    let connection = rusqlite::Connection::open(path(folder)).unwrap();
    connection.pragma_update(None, "key", format!("x'{}'", "07".repeat(32))).unwrap();
    connection.execute_batch(include_str!("../../schema.sql")).unwrap();
    connection.pragma_update(None, "application_id", 0x5472_616d).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    let block = "INSERT INTO block (unit, first, last, next) VALUES ('TEST.01', 1, 1000, 1)";
    connection.execute_batch(block).unwrap();
}
