//! Credentials: the cards that were ordered, and what became of them.

use super::clients::Scope;
use super::query::Asked;
use super::search::{holds, only};
use super::shapes::{CREDENTIAL, EXPRESSIONS, REASON, STATUS};
use super::{No, answer, body, parsed, work};
use crate::api::App;
use crate::centre::Centre;
use crate::database::{Row, values};
use crate::officers::text;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tram_packet::CardOrder;

const ALWAYS: [&str; 4] = ["credentialId", "status", "personId", "credentialProfileId"];
/// What a client may say of a credential.
const THEIRS: [&str; 4] = ["expiryDate", "issuingAuthority", "issuingPlace", "others"];
/// The words that need no explanation.
const KNOWN: [&str; 4] = ["NEW", "ACTIVE", "SUSPENDED", "REVOKED"];
const REVOKED: No = No::Forbidden("a revoked credential stays revoked");

/// `POST /v1/credentials`
pub(super) async fn find(State(app): State<Arc<App>>, asked: Asked, bytes: Bytes) -> Result<Response, No> {
    asked.may(Scope::CredentialRead)?;
    let attributes = asked.all("attributes");
    let expressions = body(&EXPRESSIONS, &bytes, Some(json!([])))?;
    let found: Vec<Value> = work(&app, move |app| {
        let all = app.centre.credentials("", "")?.into_iter();
        Ok(all.filter(|it| holds(&expressions, it)).map(|it| only(it, &attributes, &ALWAYS)).collect())
    })
    .await?;
    Ok(answer(&Value::Array(found)))
}

/// `GET /v1/credentials/{id}`
pub(super) async fn read(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, No> {
    asked.may(Scope::CredentialRead)?;
    let attributes = asked.all("attributes");
    let credential = work(&app, move |app| app.centre.credential(&id)).await?;
    Ok(answer(&only(credential, &attributes, &ALWAYS)))
}

/// `PUT /v1/credentials/{id}`
pub(super) async fn update(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    asked.may(Scope::CredentialWrite)?;
    let mut sent = body(&CREDENTIAL, &bytes, Some(json!({})))?;
    if let Value::Object(properties) = &mut sent {
        properties.retain(|name, _| THEIRS.contains(&name.as_str()));
    }
    work(&app, move |app| {
        app.centre.credential(&id)?;
        let set = "INSERT INTO credential (id, status, body, changed_at) VALUES (?1, 'NEW', ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET body = ?2, changed_at = ?3";
        let row = values![id, sent.to_string(), text(app.centre.now())];
        app.centre.database.transact(|tx| tx.execute(set, row))?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// `POST /v1/credentials/{id}/suspend`
pub(super) async fn suspend(
    app: State<Arc<App>>,
    asked: Asked,
    id: Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    become_one(app, asked, id, &bytes, "SUSPENDED").await
}

/// `POST /v1/credentials/{id}/unsuspend`
pub(super) async fn unsuspend(
    app: State<Arc<App>>,
    asked: Asked,
    id: Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    become_one(app, asked, id, &bytes, "ACTIVE").await
}

/// `POST /v1/credentials/{id}/revoke`
pub(super) async fn revoke(
    app: State<Arc<App>>,
    asked: Asked,
    id: Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    become_one(app, asked, id, &bytes, "REVOKED").await
}

async fn become_one(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: &[u8],
    status: &'static str,
) -> Result<StatusCode, No> {
    asked.may(Scope::CredentialWrite)?;
    let why = body(&REASON, bytes, Some(json!({})))?;
    work(&app, move |app| app.centre.set_credential(&id, status, &why)).await
}

/// `POST /v1/credentials/{id}/status`
pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<StatusCode, No> {
    asked.may(Scope::CredentialWrite)?;
    let sent = body(&STATUS, &bytes, None)?;
    work(&app, move |app| {
        let status = sent.get("status").and_then(Value::as_str).unwrap_or_default();
        app.centre.set_credential(&id, status, &sent)
    })
    .await
}

/// `POST /v1/credentialProfiles`
pub(super) async fn profiles(
    State(_app): State<Arc<App>>,
    asked: Asked,
    bytes: Bytes,
) -> Result<Response, No> {
    asked.may(Scope::ProfileRead)?;
    let expressions = body(&EXPRESSIONS, &bytes, Some(json!([])))?;
    let card = json!({
        "credentialProfileId": crate::orders::PRODUCT, "name": "Thẻ căn cước",
        "description": "Vietnamese identity card, Law 26/2023", "credentialType": "ID_CARD",
    });
    let found = holds(&expressions, &card).then(|| only(card, &asked.all("attributes"), &[]));
    Ok(answer(&Value::Array(found.into_iter().collect())))
}

impl Centre {
    fn credential(&self, id: &str) -> Result<Value, No> {
        let id = id.replace('\0', " ");
        self.credentials("WHERE card_order.id = ?1", &id)?.into_iter().next().ok_or(No::Unknown)
    }

    fn credentials(&self, condition: &str, id: &str) -> Result<Vec<Value>, No> {
        let rows = format!(
            "SELECT card_order.id, signed, ordered_at, status, body FROM card_order
             LEFT JOIN credential ON credential.id = card_order.id {condition} ORDER BY number"
        );
        let values = if condition.is_empty() { Vec::new() } else { vec![id.into()] };
        self.database.query(&rows, &values)?.iter().map(|row| self.shown(row)).collect()
    }

    /// A card as OSIA shows it: what was ordered, what clients said of it, and its status.
    fn shown(&self, row: &Row) -> Result<Value, No> {
        use tram_packet::Signer as _;
        let order = CardOrder::verify(&row.get::<Vec<u8>>(1)?, self.keys.receipts.public_key())
            .map_err(crate::CentralError::from)?;
        let mut shown = json!({
            "credentialId": row.get::<String>(0)?, "personId": order.fields.personal_number,
            "credentialNumber": order.fields.personal_number, "credentialProfileId": order.product,
            "issuedDate": row.get::<String>(2)?,
        });
        let said = row.get::<Option<String>>(4)?.map(|said| parsed(&said)).transpose()?;
        let status = row.get::<Option<String>>(3)?.unwrap_or_else(|| "NEW".into());
        if let Value::Object(properties) = &mut shown {
            if let Some(Value::Object(said)) = said {
                properties.extend(said);
            }
            let is_known = KNOWN.contains(&status.as_str());
            properties.insert("status".into(), if is_known { status.clone() } else { "OTHER".into() }.into());
            if !is_known {
                properties.insert("statusOther".into(), parsed(&status)?);
            }
        }
        Ok(shown)
    }

    fn set_credential(&self, id: &str, status: &str, why: &Value) -> Result<StatusCode, No> {
        let held = self.credential(id)?;
        if held.get("status").and_then(Value::as_str) == Some("REVOKED") && status != "REVOKED" {
            return Err(REVOKED);
        }
        let status =
            if KNOWN.contains(&status) { status.to_owned() } else { Value::from(status).to_string() };
        self.database.transact(|tx| {
            tx.execute(
                "INSERT INTO credential (id, status, body, why, changed_at) VALUES (?1, ?2, '{}', ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET status = ?2, why = ?3, changed_at = ?4",
                values![id, status, why.to_string(), text(self.now())],
            )
        })?;
        Ok(StatusCode::NO_CONTENT)
    }
}
