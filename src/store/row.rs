//! Values as columns hold them.

use crate::StoreError;
use rusqlite::Row;
use time::OffsetDateTime;
use tram_enrollment::{DossierNumber, EnrollmentId};
use tram_packet::{Digest, PacketId};
use uuid::Uuid;

/// Milliseconds since 1970 UTC.
pub(crate) fn millis(at: OffsetDateTime) -> i64 {
    (at.unix_timestamp_nanos() / 1_000_000) as i64
}

/// The time of so many milliseconds since 1970 UTC.
pub(crate) fn time(millis: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|_out_of_range| StoreError::Unreadable("time"))
}

/// A column of 16 bytes.
pub(crate) fn uuid(row: &Row<'_>, column: &str) -> Result<Uuid, StoreError> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

pub(crate) fn enrollment(row: &Row<'_>, column: &str) -> Result<EnrollmentId, StoreError> {
    uuid(row, column).map(EnrollmentId)
}

pub(crate) fn packet(row: &Row<'_>, column: &str) -> Result<PacketId, StoreError> {
    uuid(row, column).map(PacketId)
}

pub(crate) fn digest(row: &Row<'_>, column: &str) -> Result<Digest, StoreError> {
    Ok(Digest(row.get(column)?))
}

/// A dossier number as it was given out; such a number is its text.
pub(crate) fn dossier(row: &Row<'_>, column: &str) -> Result<DossierNumber, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text))
        .map_err(|_malformed| StoreError::Unreadable("dossier number"))
}

pub(crate) fn at(row: &Row<'_>, column: &str) -> Result<OffsetDateTime, StoreError> {
    time(row.get(column)?)
}

pub(crate) fn at_or_none(row: &Row<'_>, column: &str) -> Result<Option<OffsetDateTime>, StoreError> {
    row.get::<_, Option<i64>>(column)?.map(time).transpose()
}
