//! Images that are sent apart from the enrollment they belong to.

use super::clients::Scope;
use super::query::Asked;
use super::{No, key, work};
use crate::api::App;
use crate::database::values;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::{Value, json};
use std::sync::Arc;
use tram_packet::Digest;
use uuid::Uuid;

/// `POST /v1/enrollments/{id}/buffer`
pub(super) async fn create(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), No> {
    asked.may(Scope::BufferWrite)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !(kind.starts_with("application/") || kind.starts_with("image/")) || kind.len() > 255 {
        return Err(No::Bad("a buffer is application/* or image/*".into()));
    }
    if let Some(said) = headers.get("digest")
        && !said.to_str().is_ok_and(|said| agrees(said, &bytes))
    {
        return Err(No::Forbidden("the bytes are not what the digest says"));
    }
    let (buffer, kind) = (Uuid::now_v7().to_string(), kind.to_owned());
    let named = json!({ "bufferId": buffer });
    work(&app, move |app| {
        app.centre.in_progress(&id)?;
        let insert = "INSERT INTO osia_buffer (enrollment, id, kind, bytes) VALUES (?1, ?2, ?3, ?4)";
        let row = values![key(&id), buffer, kind, bytes.to_vec()];
        app.centre.database.transact(|tx| tx.execute(insert, row))?;
        Ok(())
    })
    .await?;
    Ok((StatusCode::CREATED, Json(named)))
}

/// `GET /v1/enrollments/{id}/buffer/{buffer}`
pub(super) async fn read(
    State(app): State<Arc<App>>,
    asked: Asked,
    Path((id, buffer)): Path<(String, String)>,
) -> Result<Response, No> {
    asked.may(Scope::BufferRead)?;
    let (kind, bytes): (String, Vec<u8>) = work(&app, move |app| {
        let row = "SELECT kind, bytes FROM osia_buffer WHERE enrollment = ?1 AND id = ?2";
        let buffer = buffer.replace('\0', " ");
        let row = app.centre.database.first(row, values![key(&id), buffer])?.ok_or(No::Unknown)?;
        Ok((row.get(0)?, row.get(1)?))
    })
    .await?;
    let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let digest = format!("SHA-256={}", STANDARD.encode(Digest::of(&bytes).as_bytes()));
    Ok(([(header::CONTENT_TYPE.as_str(), kind.to_str().unwrap_or_default()), ("digest", &digest)], bytes)
        .into_response())
}

/// RFC 3230: of the algorithms that are known here, one at least is there and all agree.
fn agrees(said: &str, bytes: &[u8]) -> bool {
    let known: Vec<bool> = said
        .split(',')
        .filter_map(|instance| instance.trim().split_once('='))
        .filter_map(|(algorithm, value)| {
            let algorithm = match algorithm.to_ascii_uppercase().as_str() {
                "SHA" => &SHA1_FOR_LEGACY_USE_ONLY,
                "SHA-256" => &SHA256,
                _ => return None,
            };
            Some(STANDARD.encode(digest(algorithm, bytes)) == value)
        })
        .collect();
    !known.is_empty() && known.iter().all(|agrees| *agrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_must_agree() {
        // RFC 3230 has no example of SHA-256; these are the digests of "hello".
        assert!(agrees("SHA-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", b"hello"));
        assert!(agrees("SHA=qvTGHdzF6KLavt4PO0gs2a6pQ00=, UNIXsum=30637", b"hello"));
        assert!(!agrees("SHA=qvTGHdzF6KLavt4PO0gs2a6pQ00=", b"hullo"));
        assert!(!agrees("UNIXsum=30637", b"hello") && !agrees("", b"hello"));
    }
}
