//! Announcements and receipts, and what a station tells beside its packets.

use super::{App, blocking};
use crate::error::{CentralError, Refusal};
use crate::intake::State as Known;
use crate::stations::Caller;
use crate::tiles::Tile;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::sync::Arc;
use tram_packet::{Digest, PacketId, SignedDeed};
use tram_sync::protocol::{
    Announce, Announced, Base64, Checkpoint, MOST_QUERIED, ReceiptAnswer, ReceiptQuery,
};
use uuid::Uuid;

/// `POST /v1/packets`
pub(super) async fn announce(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(announce): Json<Announce>,
) -> Result<Response, CentralError> {
    let packet = announce.packet;
    let announced = blocking(&app, move |app| app.centre.announce(&announce, &caller)).await?;
    let is_new = matches!(announced, Announced::Wanted { .. });
    finish(&app, packet).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(announced)).into_response())
}

/// Takes a packet in whose bytes are all here; a crash may have come just before.
pub(super) async fn finish(app: &Arc<App>, packet: PacketId) -> Result<(), CentralError> {
    let lock = app.locks.lock(packet).await?;
    blocking(app, move |app| {
        let complete = app.centre.is_complete(packet)?;
        let result = if complete { app.centre.take_in(packet) } else { Ok(()) };
        drop(lock);
        result
    })
    .await
}

/// `GET /v1/packets/{id}/receipt`
pub(super) async fn receipt(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, CentralError> {
    match blocking(&app, move |app| app.centre.packet(PacketId(id))).await? {
        Some(Known::Held { receipt, .. }) => {
            Ok(([(header::CONTENT_TYPE, "application/cose; cose-type=\"cose-sign1\"")], receipt)
                .into_response())
        }
        Some(Known::Announced { damaged: true, .. }) => Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "digest-mismatch",
            "what arrived is not what was announced",
        )
        .into()),
        Some(Known::Announced { .. }) => Ok(StatusCode::ACCEPTED.into_response()),
        Some(Known::Refused { kind, detail }) => Ok(refused(kind, detail)),
        None => {
            Err(Refusal::new(StatusCode::NOT_FOUND, "unknown-packet", "this packet was not announced").into())
        }
    }
}

fn refused(kind: String, detail: String) -> Response {
    let problem = tram_sync::protocol::Problem { kind, detail };
    (StatusCode::UNPROCESSABLE_ENTITY, [(header::CONTENT_TYPE, "application/problem+json")], Json(problem))
        .into_response()
}

/// `POST /v1/deeds`: a signed statement as it is. Nothing but a packet's receipt lets a station forget it.
pub(super) async fn deed(
    State(app): State<Arc<App>>,
    caller: Caller,
    statement: Bytes,
) -> Result<StatusCode, CentralError> {
    let signed = SignedDeed(statement.to_vec());
    blocking(&app, move |app| app.centre.hear(&caller.station, signed)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/receipts:query`
pub(super) async fn query(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Json(query): Json<ReceiptQuery>,
) -> Result<Json<ReceiptAnswer>, CentralError> {
    if query.packets.len() > MOST_QUERIED {
        return Err(
            Refusal::new(StatusCode::BAD_REQUEST, "too-many", "at most 1000 packets at a time").into()
        );
    }
    let receipts = blocking(&app, move |app| {
        let mut receipts = Vec::new();
        for packet in query.packets {
            if let Some(Known::Held { receipt, .. }) = app.centre.packet(packet)? {
                receipts.push(Base64(receipt));
            }
        }
        Ok(receipts)
    })
    .await?;
    Ok(Json(ReceiptAnswer { receipts }))
}

/// `GET /v1/checkpoint`
pub(super) async fn checkpoint(
    State(app): State<Arc<App>>,
    _caller: Caller,
) -> Result<Json<Checkpoint>, CentralError> {
    Ok(Json(blocking(&app, |app| app.centre.checkpoint()).await?))
}

/// Two sizes of the log.
#[derive(Deserialize)]
pub(super) struct Sizes {
    earlier: u64,
    size: u64,
}

/// `GET /v1/checkpoint/consistency?earlier=N&size=M`
pub(super) async fn consistency(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Query(Sizes { earlier, size }): Query<Sizes>,
) -> Result<Json<Vec<Digest>>, CentralError> {
    let shorter = || Refusal::new(StatusCode::NOT_FOUND, "shorter-log", "the log is not so long");
    let path = blocking(&app, move |app| app.centre.consistency(earlier, size)).await?;
    Ok(Json(path.ok_or_else(shorter)?))
}

/// `GET /v1/log/checkpoint`: for whoever watches the log; no station's certificate is asked for.
pub(super) async fn note(State(app): State<Arc<App>>) -> Result<Response, CentralError> {
    let note = blocking(&app, |app| app.centre.note()).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// `GET /v1/log/tile/L/N[.p/W]`
pub(super) async fn tile(
    State(app): State<Arc<App>>,
    Path(path): Path<String>,
) -> Result<Response, CentralError> {
    let none = || Refusal::new(StatusCode::NOT_FOUND, "no-tile", "there is no such tile");
    let tile = Tile::parse(&path).ok_or_else(none)?;
    let hashes = blocking(&app, move |app| app.centre.tile(tile)).await?.ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], hashes).into_response())
}
