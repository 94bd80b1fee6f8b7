//! Enrollments of other systems: made, changed while in progress, finalized once. Those that stations sealed are read
//! here too; nobody changes them by this way.

use super::clients::Scope;
use super::query::Asked;
use super::search::{holds, only};
use super::shapes::{ENROLLMENT, EXPRESSIONS};
use super::{No, answer, body, key, parsed, work};
use crate::api::App;
use crate::centre::Centre;
use crate::database::{Row, Transaction, values};
use crate::officers::text;
use crate::{journal, merkle};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What the centre says of an enrollment, whoever asks.
const OWN: [&str; 2] = ["enrollmentId", "status"];
const FINALIZED: No = No::Forbidden("what was finalized is not changed any more");

/// `POST /v1/enrollments/{id}`
pub(super) async fn create(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    let client = asked.may(Scope::EnrollWrite)?.to_owned();
    let finalize = asked.flag("finalize")?;
    let sent = content(body(&ENROLLMENT, &bytes, Some(json!({})))?);
    work(&app, move |app| {
        if app.centre.sealed(&id)?.is_some() {
            return Err(No::Exists);
        }
        let now = text(app.centre.now());
        let made = app.centre.database.transact(|tx| {
            let made = tx.execute(
                "INSERT INTO osia_enrollment (id, status, body, client, changed_at)
                 VALUES (?1, 'IN_PROGRESS', ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
                values![key(&id), sent.to_string(), client, now],
            )?;
            if made == 1 && finalize {
                close(tx, &id)?;
            }
            Ok(made)
        })?;
        if made == 1 { Ok(StatusCode::NO_CONTENT) } else { Err(No::Exists) }
    })
    .await
}

/// `GET /v1/enrollments/{id}`
pub(super) async fn read(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, No> {
    asked.may(Scope::EnrollRead)?;
    let attributes = asked.all("attributes");
    let enrollment = work(&app, move |app| app.centre.enrollment(&id)?.ok_or(No::Unknown)).await?;
    Ok(answer(&only(enrollment, &attributes, &OWN)))
}

/// `PUT /v1/enrollments/{id}`
pub(super) async fn update(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    change(app, asked, id, bytes, |_held, sent| sent).await
}

/// `PATCH /v1/enrollments/{id}` (RFC 7396)
pub(super) async fn patch(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    change(app, asked, id, bytes, merged).await
}

async fn change(
    app: Arc<App>,
    asked: Asked,
    id: String,
    bytes: Bytes,
    with: fn(Value, Value) -> Value,
) -> Result<StatusCode, No> {
    asked.may(Scope::EnrollWrite)?;
    let finalize = asked.flag("finalize")?;
    let sent = content(body(&ENROLLMENT, &bytes, Some(json!({})))?);
    work(&app, move |app| {
        let held = app.centre.in_progress(&id)?;
        let changed = with(held.clone(), sent).to_string();
        let now = text(app.centre.now());
        let done = app.centre.database.transact(|tx| {
            // Only what it was made from is replaced: two that change it at once do not undo each other.
            let done = tx.execute(
                "UPDATE osia_enrollment SET body = ?2, changed_at = ?3
                 WHERE id = ?1 AND status = 'IN_PROGRESS' AND body = ?4",
                values![key(&id), changed, now, held.to_string()],
            )?;
            if done == 1 && finalize {
                close(tx, &id)?;
            }
            Ok(done)
        })?;
        let meanwhile = No::Forbidden("somebody else changed it at the same moment; read it again");
        if done == 1 { Ok(StatusCode::NO_CONTENT) } else { Err(meanwhile) }
    })
    .await
}

/// `DELETE /v1/enrollments/{id}`
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<StatusCode, No> {
    asked.may(Scope::EnrollWrite)?;
    work(&app, move |app| {
        app.centre.in_progress(&id)?;
        app.centre.database.transact(|tx| {
            tx.execute("DELETE FROM osia_buffer WHERE enrollment = ?1", values![key(&id)])?;
            tx.execute(
                "DELETE FROM osia_enrollment WHERE id = ?1 AND status = 'IN_PROGRESS'",
                values![key(&id)],
            )
        })?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// `PUT /v1/enrollments/{id}/finalize`
pub(super) async fn finalize(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<StatusCode, No> {
    asked.may(Scope::EnrollWrite)?;
    work(&app, move |app| {
        app.centre.in_progress(&id)?;
        app.centre.database.transact(|tx| close(tx, &id))?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// `POST /v1/enrollments`
pub(super) async fn find(State(app): State<Arc<App>>, asked: Asked, bytes: Bytes) -> Result<Response, No> {
    asked.may(Scope::EnrollRead)?;
    let (offset, limit) = (asked.number("offset", 0)?, asked.number("limit", 100)?);
    let expressions = body(&EXPRESSIONS, &bytes, Some(json!([])))?;
    let found: Vec<Value> = work(&app, move |app| {
        let all = app.centre.enrollments()?.into_iter();
        Ok(all.filter(|it| holds(&expressions, it)).skip(offset).take(limit).collect())
    })
    .await?;
    Ok(answer(&Value::Array(found)))
}

/// What a client says of an enrollment, without what is the centre's to say.
fn content(mut sent: Value) -> Value {
    if let Value::Object(properties) = &mut sent {
        for name in OWN {
            properties.remove(name);
        }
    }
    sent
}

/// RFC 7396, section 2.
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut target = if let Value::Object(target) = target { target } else { Map::new() };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            let held = target.remove(&name).unwrap_or(Value::Null);
            target.insert(name, merged(held, value));
        }
    }
    Value::Object(target)
}

/// Finalizes what is in progress: from now on it stands in the log as it is.
fn close(tx: &Transaction<'_>, id: &str) -> Result<(), crate::CentralError> {
    let log_index = journal::next(tx)?;
    let body = tx.first(
        "UPDATE osia_enrollment SET status = 'FINALIZED', log_index = ?2
         WHERE id = ?1 AND status = 'IN_PROGRESS' RETURNING body",
        values![key(id), log_index],
    )?;
    let Some(body) = body else { return Err(crate::CentralError::TakenIn) };
    let record = journal::osia_record(&key(id), &body.get::<String>(0)?);
    journal::enter(tx, log_index, merkle::record_leaf(&record))?;
    Ok(())
}

fn shown(row: &Row) -> Result<Value, No> {
    let mut enrollment = parsed(&row.get::<String>(2)?)?;
    if let Value::Object(properties) = &mut enrollment {
        properties.insert("enrollmentId".into(), parsed(&row.get::<String>(0)?)?);
        properties.insert("status".into(), row.get::<String>(1)?.into());
    }
    Ok(enrollment)
}

/// An enrollment that a station sealed; its images stay in the packet.
fn sealed(row: &Row) -> Result<Value, No> {
    let text = |column| row.get::<String>(column);
    Ok(json!({
        "enrollmentId": text(0)?, "status": "FINALIZED", "enrollmentType": text(1)?,
        "contextualData": { "packet": text(2)?, "station": text(3)?, "enrollmentDate": text(4)? },
        "biographicData": {
            "personalNumber": text(5)?, "fullName": text(6)?, "dateOfBirth": text(7)?, "gender": text(8)?,
        },
    }))
}

const SEALED: &str = "SELECT enrollment, procedure, packet, station, sealed_at, personal_number, full_name,
    birth_date, sex FROM standing_enrollment";

impl Centre {
    fn sealed(&self, id: &str) -> Result<Option<Value>, No> {
        let row = self.database.first(
            &format!("{SEALED} WHERE enrollment = ?1 ORDER BY log_index DESC LIMIT 1"),
            // No UUID has a NUL, which PostgreSQL's texts may not have.
            values![id.replace('\0', " ")],
        )?;
        row.as_ref().map(sealed).transpose()
    }

    fn enrollment(&self, id: &str) -> Result<Option<Value>, No> {
        let row = "SELECT id, status, body FROM osia_enrollment WHERE id = ?1";
        match self.database.first(row, values![key(id)])? {
            Some(row) => shown(&row).map(Some),
            None => self.sealed(id),
        }
    }

    fn enrollments(&self) -> Result<Vec<Value>, No> {
        let own = "SELECT id, status, body FROM osia_enrollment ORDER BY changed_at, id";
        let sealed_ones = self.database.query(&format!("{SEALED} ORDER BY log_index"), values![])?;
        let own = self.database.query(own, values![])?;
        sealed_ones.iter().map(sealed).chain(own.iter().map(shown)).collect()
    }

    /// What a client may still change.
    pub(super) fn in_progress(&self, id: &str) -> Result<Value, No> {
        let row = "SELECT status, body FROM osia_enrollment WHERE id = ?1";
        match self.database.first(row, values![key(id)])? {
            Some(row) if row.get::<String>(0)? == "IN_PROGRESS" => parsed(&row.get::<String>(1)?),
            Some(_) => Err(FINALIZED),
            None if self.sealed(id)?.is_some() => Err(FINALIZED),
            None => Err(No::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_merge_as_rfc_7396_says() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merged(target, patch), result);
        }
    }
}
