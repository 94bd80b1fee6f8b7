//! tus 1.0 (core, creation, checksum) onto files: one upload per packet, named like it.
//!
//! The offset is the length of the file, so that there is nothing that could disagree with it. A chunk is synced before
//! it is answered; one that is not what its checksum says is not taken.

use crate::centre::Centre;
use crate::durable;
use crate::error::{CentralError, Refusal};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tram_packet::PacketId;

/// A sender that is silent for so long is gone; what came is kept.
const SILENCE: Duration = Duration::from_secs(30);
/// Who waits longer for another sender of the same packet is told that it is locked.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets one request at a time touch an upload.
#[derive(Default)]
pub struct Locks(Mutex<HashMap<PacketId, Weak<tokio::sync::Mutex<()>>>>);

/// Held while an upload is touched.
pub type Lock = tokio::sync::OwnedMutexGuard<()>;

impl Locks {
    /// The upload, for oneself.
    ///
    /// # Errors
    /// 423 when another sender has it for too long.
    pub async fn lock(&self, packet: PacketId) -> Result<Lock, Refusal> {
        let mutex = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, mutex| mutex.strong_count() > 0);
            let held = locks.get(&packet).and_then(Weak::upgrade);
            let mutex = held.unwrap_or_default();
            locks.insert(packet, Arc::downgrade(&mutex));
            mutex
        };
        tokio::time::timeout(PATIENCE, mutex.lock_owned())
            .await
            .map_err(|_elapsed| Refusal::new(StatusCode::LOCKED, "locked", "another sender has this upload"))
    }
}

/// What a chunk must hash to (`Upload-Checksum`).
pub struct Checksum {
    context: Context,
    expected: Vec<u8>,
}

impl Checksum {
    /// From the header's value, such as `sha256 BASE64`.
    pub fn parse(header: &str) -> Option<Self> {
        let (algorithm, value) = header.split_once(' ')?;
        let algorithm = match algorithm {
            "sha256" => &SHA256,
            "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
            _ => return None,
        };
        Some(Self { context: Context::new(algorithm), expected: STANDARD.decode(value).ok()? })
    }
}

/// How much of an upload is here.
///
/// # Errors
/// [`CentralError::Disk`].
pub fn offset(centre: &Centre, packet: PacketId) -> Result<u64, CentralError> {
    match fs::metadata(centre.upload_path(packet)) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Appends what a request brings and returns the new offset. The caller holds the lock.
///
/// # Errors
/// 409 at a wrong offset, 413 beyond the announced size, 460 when the checksum differs.
pub async fn append(
    path: PathBuf,
    at: u64,
    size: u64,
    mut body: Body,
    mut checksum: Option<Checksum>,
) -> Result<u64, CentralError> {
    let is_new = !path.exists();
    let mut file = tokio::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .await?;
    // Another process may serve the same folder; the lock goes with the file.
    let file_lock = file.try_clone().await?.into_std().await;
    if file_lock.try_lock().is_err() {
        return Err(Refusal::new(StatusCode::LOCKED, "locked", "another sender has this upload").into());
    }
    let held = file.metadata().await?.len();
    if held != at {
        let detail = format!("the upload is at {held}");
        return Err(Refusal::new(StatusCode::CONFLICT, "offset", detail).into());
    }
    file.seek(io::SeekFrom::Start(at)).await?;
    let mut offset = at;
    let mut whole = true;
    while let Some(piece) = next(&mut body).await {
        let Some(piece) = piece else {
            whole = false;
            break;
        };
        if offset + piece.len() as u64 > size {
            file.set_len(at).await?;
            return Err(
                Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "more than was announced").into()
            );
        }
        file.write_all(&piece).await?;
        offset += piece.len() as u64;
        if let Some(checksum) = &mut checksum {
            checksum.context.update(&piece);
        }
    }
    file.flush().await?;
    // Of a chunk that was cut off, what came is kept: TLS vouches for it, and in the end the packet's digest.
    let damaged =
        whole && checksum.is_some_and(|sum| sum.context.finish().as_ref() != sum.expected.as_slice());
    if damaged {
        file.set_len(at).await?;
    }
    file.sync_all().await?;
    if is_new {
        tokio::task::spawn_blocking(move || durable::sync_parent(&path))
            .await
            .map_err(io::Error::other)??;
    }
    if damaged {
        let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
        return Err(Refusal::new(status, "checksum", "the chunk is not what its checksum says").into());
    }
    Ok(offset)
}

/// The next piece; `Some(None)` when the sender was cut off or fell silent.
async fn next(body: &mut Body) -> Option<Option<Bytes>> {
    match tokio::time::timeout(SILENCE, body.frame()).await {
        Err(_elapsed) => Some(None),
        Ok(None) => None,
        Ok(Some(frame)) => Some(frame.ok().map(|frame| frame.into_data().unwrap_or_default())),
    }
}
