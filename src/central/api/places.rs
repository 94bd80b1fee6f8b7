//! Admission, reference data, card orders, time, health, metrics.

use super::{App, blocking};
use crate::error::{CentralError, Refusal};
use crate::stations::Caller;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::sync::Arc;
use tram_packet::ExtractKey;
use tram_sync::protocol::{JoinAnswer, JoinRequest, Orders, SignedTime};

/// `POST /v1/stations`
pub(super) async fn join(
    State(app): State<Arc<App>>,
    Json(request): Json<JoinRequest>,
) -> Result<(StatusCode, Json<JoinAnswer>), CentralError> {
    let answer = blocking(&app, move |app| app.centre.admit(&request)).await?;
    log::info!("station {} admitted", answer.station);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `POST /v1/certificate`: a new certificate for the key the station has, before the old one ends.
pub(super) async fn renew(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<(StatusCode, Json<JoinAnswer>), CentralError> {
    let station = caller.in_good_standing()?.station;
    let answer = blocking(&app, move |app| app.centre.renew(&station)).await?;
    log::info!("station {} has a new certificate", answer.station);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /v1/reference`
pub(super) async fn reference(
    State(app): State<Arc<App>>,
    _caller: Caller,
    headers: HeaderMap,
) -> Result<Response, CentralError> {
    let edition = blocking(&app, |app| app.centre.edition()).await?;
    let tag = format!("\"{edition}\"");
    let held = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if held == Some(tag.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let (edition, bundle) = blocking(&app, |app| app.centre.signed_reference()).await?;
    Ok(([(header::ETAG, format!("\"{edition}\""))], bundle).into_response())
}

/// Where to go on.
#[derive(Deserialize)]
pub(super) struct Cursor {
    #[serde(default)]
    after: u64,
}

/// `GET /v1/orders`
pub(super) async fn orders(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(cursor): Query<Cursor>,
) -> Result<Json<Orders>, CentralError> {
    let station = caller.in_good_standing()?.station;
    Ok(Json(blocking(&app, move |app| app.centre.orders(&station, cursor.after)).await?))
}

/// What the time is signed over.
#[derive(Deserialize)]
pub(super) struct Nonce {
    nonce: String,
}

/// `GET /v1/time`
pub(super) async fn time(
    State(app): State<Arc<App>>,
    Query(Nonce { nonce }): Query<Nonce>,
) -> Result<Json<SignedTime>, CentralError> {
    if nonce.len() > 64 {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "nonce", "at most 64 characters").into());
    }
    Ok(Json(SignedTime::sign(&nonce, app.centre.now(), &app.centre.keys.authority)?))
}

/// `GET /healthz`
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<&'static str, CentralError> {
    blocking(&app, |app| app.centre.edition()).await?;
    Ok("ok\n")
}

/// `GET /metrics`: Prometheus text. Counts only, nothing of any person.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Result<Response, CentralError> {
    let text = blocking(&app, |app| app.centre.metrics()).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// `GET /v1/extract-key`: what the files of the sets are opened with, for stations in good standing.
pub(super) async fn extract_key(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<ExtractKey>, CentralError> {
    caller.in_good_standing()?;
    Ok(Json(app.centre.keys.extract.clone()))
}

/// `GET /v1/sets/metadata|targets/FILE`: the signed sets that lie in the centre's folder `sets`; the population's are for
/// stations in good standing only.
pub(super) async fn set(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((part, file)): Path<(String, String)>,
) -> Result<Response, CentralError> {
    caller.in_good_standing()?;
    let none = || Refusal::new(StatusCode::NOT_FOUND, "no-file", "there is no such file");
    let is_plain = file.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
    if !["metadata", "targets"].contains(&part.as_str()) || !is_plain || file.starts_with('.') {
        return Err(none().into());
    }
    let bytes =
        blocking(&app, move |app| match std::fs::read(app.centre.sets_folder().join(part).join(file)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        })
        .await?;
    let bytes = bytes.ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}
