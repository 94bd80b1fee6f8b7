//! Requests for credentials: a person who is registered and clear gets a card by one.

use super::clients::Scope;
use super::query::Asked;
use super::search::only;
use super::shapes::CREDENTIAL_REQUEST;
use super::{No, answer, body, key, parsed, work};
use crate::api::App;
use crate::centre::Centre;
use crate::clearance::packet_id;
use crate::database::{Row, values};
use crate::error::CentralError;
use crate::officers::text;
use crate::orders;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;

const OWN: [&str; 3] = ["credentialRequestId", "status", "credentialIds"];
const ALWAYS: [&str; 3] = ["personId", "biographicData", "requestData"];
const DONE: No = No::Forbidden("this request is issued or cancelled");

/// `POST /v1/credentialRequests/{id}`
pub(super) async fn create(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    let client = asked.may(Scope::RequestWrite)?.to_owned();
    let sent = content(body(&CREDENTIAL_REQUEST, &bytes, None)?);
    work(&app, move |app| {
        let person = person(&sent);
        let made = app.centre.database.transact(|tx| {
            tx.execute(
                "INSERT INTO credential_request (id, person, status, body, client, changed_at)
                 VALUES (?1, ?2, 'PENDING', ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING",
                values![key(&id), person.clone(), sent.to_string(), client, text(app.centre.now())],
            )
        })?;
        if made == 0 {
            return Err(No::Exists);
        }
        app.centre.order_for(&person)?;
        Ok(StatusCode::CREATED)
    })
    .await
}

/// `GET /v1/credentialRequests/{id}`
pub(super) async fn read(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, No> {
    asked.may(Scope::RequestRead)?;
    let attributes = asked.all("attributes");
    let request = work(&app, move |app| app.centre.credential_request(&id)).await?;
    Ok(answer(&only(request, &attributes, &ALWAYS)))
}

/// `PUT /v1/credentialRequests/{id}`
pub(super) async fn update(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    asked.may(Scope::RequestWrite)?;
    let sent = content(body(&CREDENTIAL_REQUEST, &bytes, None)?);
    work(&app, move |app| {
        let person = person(&sent);
        app.centre.change_request(
            &id,
            "UPDATE credential_request SET body = ?2, person = ?3 WHERE id = ?1 AND status = 'PENDING'",
            &[sent.to_string(), person.clone()],
        )?;
        app.centre.order_for(&person)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// `POST /v1/credentialRequests/{id}/cancel`
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<StatusCode, No> {
    asked.may(Scope::RequestWrite)?;
    work(&app, move |app| {
        app.centre.change_request(
            &id,
            "UPDATE credential_request SET status = 'CANCELLED' WHERE id = ?1 AND status = 'PENDING'",
            &[],
        )?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Whom a request is for, as the register holds it.
fn person(sent: &Value) -> String {
    key(sent.get("personId").and_then(Value::as_str).unwrap_or_default())
}

fn content(mut sent: Value) -> Value {
    if let Value::Object(properties) = &mut sent {
        for name in OWN {
            properties.remove(name);
        }
    }
    sent
}

impl Centre {
    /// Changes a request that nothing came of yet.
    fn change_request(&self, id: &str, change: &str, more: &[String]) -> Result<(), No> {
        self.credential_request(id)?;
        let values: Vec<_> = std::iter::once(key(id)).chain(more.iter().cloned()).map(Into::into).collect();
        let changed = self.database.transact(|tx| tx.execute(change, &values))?;
        if changed == 1 { Ok(()) } else { Err(DONE) }
    }

    /// A request: issued once a card was ordered for its person.
    fn credential_request(&self, id: &str) -> Result<Value, No> {
        let request = "SELECT body, status, person FROM credential_request WHERE id = ?1";
        let row = self.database.first(request, values![key(id)])?.ok_or(No::Unknown)?;
        let (mut shown, person) = (parsed(&row.get::<String>(0)?)?, row.get::<String>(2)?);
        let credentials = self.database.query(
            "SELECT card_order.id FROM card_order JOIN enrollment ON enrollment.packet = card_order.packet
             WHERE personal_number = ?1 ORDER BY number",
            values![plain(&person)],
        )?;
        let credentials: Vec<String> =
            credentials.iter().map(|row: &Row| row.get(0)).collect::<Result<_, CentralError>>()?;
        let status = row.get::<String>(1)?;
        let issued = matches!(status.as_str(), "PENDING" | "ISSUED") && !credentials.is_empty();
        if let Value::Object(properties) = &mut shown {
            properties.insert("credentialRequestId".into(), id.into());
            properties.insert("status".into(), if issued { "ISSUED".into() } else { status.into() });
            if issued {
                properties.insert("credentialIds".into(), json!(credentials));
            }
        }
        Ok(shown)
    }

    /// Orders the card of a person who is registered and clear; once for each enrollment.
    fn order_for(&self, person: &str) -> Result<(), No> {
        let enrollment = "SELECT packet FROM standing_enrollment WHERE personal_number = ?1
             AND clearance = 'clear' ORDER BY log_index DESC LIMIT 1";
        let Some(row) = self.database.first(enrollment, values![plain(person)])? else { return Ok(()) };
        let packet = packet_id(&row.get::<String>(0)?)?;
        let (opened, rules) = (self.opened(packet)?, self.rules()?);
        let now = self.now();
        self.database.transact(|tx| orders::make(tx, self, packet, &opened, &rules, now))?;
        self.database.transact(|tx| {
            tx.execute(
                "UPDATE credential_request SET status = 'ISSUED' WHERE person = ?1 AND status = 'PENDING'",
                values![person],
            )
        })?;
        Ok(())
    }
}

/// A person's id as the enrollments have it.
fn plain(person: &str) -> String {
    serde_json::from_str::<String>(person).unwrap_or_default().replace('\0', " ")
}
