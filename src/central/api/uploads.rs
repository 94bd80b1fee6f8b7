//! tus 1.0 over HTTP: `OPTIONS`, `POST`, `HEAD`, `PATCH`.

use super::{App, blocking, packets};
use crate::error::{CentralError, Refusal};
use crate::intake::State as Known;
use crate::stations::Caller;
use crate::uploads::{Checksum, append, offset};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use tram_packet::header::LARGEST_PACKET;
use tram_packet::{Digest, PacketId};
use tram_sync::protocol::{Announce, Announced};
use uuid::Uuid;

/// An answer with the headers every tus answer has.
fn tus(status: StatusCode, more: &[(&'static str, String)]) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static("1.0.0"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    for (name, value) in more {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(*name, value);
        }
    }
    response
}

/// `OPTIONS`
pub(super) async fn options() -> Response {
    let more = [
        ("tus-version", "1.0.0".to_owned()),
        ("tus-extension", "creation,checksum".to_owned()),
        ("tus-checksum-algorithm", "sha256,sha1".to_owned()),
        ("tus-max-size", LARGEST_PACKET.to_string()),
    ];
    tus(StatusCode::NO_CONTENT, &more)
}

/// `POST`: announces for foreign clients, with `Upload-Length` and the metadata `id` and `sha256` (hexadecimal).
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, CentralError> {
    let wrong = |detail: &str| Refusal::new(StatusCode::BAD_REQUEST, "metadata", detail);
    let size = number(&headers, "upload-length").ok_or_else(|| wrong("Upload-Length is needed"))?;
    let known =
        |key: &str| metadata(&headers, key).ok_or_else(|| wrong("Upload-Metadata needs id and sha256"));
    let packet =
        Uuid::parse_str(&known("id")?).map(PacketId).map_err(|_malformed| wrong("id is no packet's"))?;
    let sha256 = Digest::from_hex(&known("sha256")?).ok_or_else(|| wrong("sha256 is no digest"))?;
    let announce = Announce { packet, sha256, size };
    let announced = blocking(&app, move |app| app.centre.announce(&announce, &caller)).await?;
    let path = match announced {
        Announced::Wanted { upload } => upload,
        Announced::Held { .. } => format!("/v1/uploads/{packet}"),
    };
    Ok(tus(StatusCode::CREATED, &[("location", path)]))
}

/// `HEAD` (and `GET`, which tus leaves open)
pub(super) async fn head(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, CentralError> {
    let packet = PacketId(id);
    let lock = app.locks.lock(packet).await?;
    let (offset, size) = blocking(&app, move |app| {
        let known = app.centre.announced(packet)?;
        let offset = if known.held { known.size } else { offset(&app.centre, packet)? };
        drop(lock);
        Ok((offset, known.size))
    })
    .await?;
    let more = [("upload-offset", offset.to_string()), ("upload-length", size.to_string())];
    Ok(tus(StatusCode::OK, &more))
}

/// `PATCH`. The work goes on in its own task, so that a sender who leaves cannot stop it halfway.
pub(super) async fn patch(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, CentralError> {
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok());
    if kind != Some("application/offset+octet-stream") {
        let detail = "the content type is application/offset+octet-stream";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail).into());
    }
    let at = number(&headers, "upload-offset")
        .ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "offset", "Upload-Offset is needed"))?;
    let checksum =
        match headers.get("upload-checksum").map(|value| value.to_str().ok().and_then(Checksum::parse)) {
            Some(None) => {
                let detail = "checksums are sha256 or sha1";
                return Err(Refusal::new(StatusCode::BAD_REQUEST, "checksum", detail).into());
            }
            sum => sum.flatten(),
        };
    let task = tokio::spawn(take(app, PacketId(id), at, body, checksum));
    let offset = task.await.map_err(std::io::Error::other)??;
    Ok(tus(StatusCode::NO_CONTENT, &[("upload-offset", offset.to_string())]))
}

async fn take(
    app: Arc<App>,
    packet: PacketId,
    at: u64,
    body: Body,
    checksum: Option<Checksum>,
) -> Result<u64, CentralError> {
    let lock = app.locks.lock(packet).await?;
    let known = blocking(&app, move |app| app.centre.announced(packet)).await?;
    if known.held {
        let detail = format!("the upload is at {}", known.size);
        return Err(Refusal::new(StatusCode::CONFLICT, "offset", detail).into());
    }
    let offset = append(&app, packet, at, known.size, body, checksum).await?;
    drop(lock);
    if offset == known.size {
        packets::finish(&app, packet).await?;
    }
    Ok(offset)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// A value of `Upload-Metadata`: keys with Base64 values, separated by commas.
fn metadata(headers: &HeaderMap, key: &str) -> Option<String> {
    let pairs = headers.get("upload-metadata")?.to_str().ok()?;
    let value =
        pairs.split(',').filter_map(|pair| pair.trim().split_once(' ')).find(|(name, _)| *name == key)?.1;
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

/// What the handlers above need of an announced packet.
pub(crate) struct AnnouncedPacket {
    size: u64,
    held: bool,
}

impl crate::centre::Centre {
    fn announced(&self, packet: PacketId) -> Result<AnnouncedPacket, CentralError> {
        let gone = |detail: &str| Refusal::new(StatusCode::NOT_FOUND, "unknown-upload", detail);
        match self.packet(packet)? {
            Some(Known::Announced { size, .. }) => Ok(AnnouncedPacket { size, held: false }),
            Some(Known::Held { size, .. }) => Ok(AnnouncedPacket { size, held: true }),
            Some(Known::Refused { .. }) => Err(gone("the packet was refused").into()),
            None => Err(gone("the packet was not announced").into()),
        }
    }
}
