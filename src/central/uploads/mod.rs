//! tus 1.0 (core, creation, checksum): one upload per packet, named like it.
//!
//! It grows where packets stay in the end: as a file, or as pieces in a bucket. A chunk is durable before it is answered;
//! one that is not what its checksum says is not taken.

mod file;
mod pieces;

use crate::api::{App, blocking};
use crate::blobs::Blobs;
use crate::centre::Centre;
use crate::error::{CentralError, Refusal};
use crate::stages::Stage;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tram_packet::PacketId;
use tram_sync::protocol::LARGEST_CHUNK;

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
/// [`CentralError::Disk`], [`CentralError::Database`].
pub fn offset(centre: &Centre, packet: PacketId) -> Result<u64, CentralError> {
    match &centre.blobs {
        Blobs::Folder => file::offset(&centre.upload_path(packet)),
        Blobs::Bucket(_) => pieces::offset(centre, packet),
    }
}

/// What is here of an upload; `None` when nothing is.
///
/// # Errors
/// [`CentralError::Disk`], [`CentralError::Store`].
pub(crate) fn read(centre: &Centre, packet: PacketId) -> Result<Option<Vec<u8>>, CentralError> {
    match &centre.blobs {
        Blobs::Folder => file::read(&centre.upload_path(packet)),
        Blobs::Bucket(bucket) => pieces::read(centre, bucket, packet),
    }
}

/// Leaves nothing of an upload.
///
/// # Errors
/// [`CentralError::Disk`]; an object that the store does not remove is left to it.
pub(crate) fn forget(centre: &Centre, packet: PacketId) -> Result<(), CentralError> {
    match &centre.blobs {
        Blobs::Folder => file::forget(&centre.upload_path(packet)),
        Blobs::Bucket(bucket) => pieces::forget(centre, bucket, packet),
    }
}

/// Appends what a request brings and returns the new offset. The caller holds the lock.
///
/// # Errors
/// 409 at a wrong offset, 413 beyond the announced size, 423 when another process has the upload, 460 when the checksum
/// differs.
pub async fn append(
    app: &Arc<App>,
    packet: PacketId,
    at: u64,
    size: u64,
    mut body: Body,
    checksum: Option<Checksum>,
) -> Result<u64, CentralError> {
    let open = move |app: &App| Growing::open(&app.centre, packet, at, checksum);
    let mut growing = blocking(app, open).await?;
    let mut room = size.saturating_sub(at);
    loop {
        let (pieces, end) = gather(&mut body).await;
        let bytes = pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
        if bytes > room {
            blocking(app, move |_| growing.take_back()).await?;
            let detail = "more than was announced";
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail).into());
        }
        room -= bytes;
        let take =
            move |app: &App| app.centre.stages.time(Stage::Chunk, || growing.take(&app.centre, &pieces, end));
        match blocking(app, take).await? {
            Taken::More(grown) => growing = *grown,
            Taken::Synced(offset) => return Ok(offset),
        }
    }
}

/// What comes after the pieces that were gathered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// More pieces.
    More,
    /// Nothing: the request is whole.
    Whole,
    /// The sender was cut off or fell silent.
    Cut,
}

/// The next pieces of a request, a station's whole chunk at least, so that the disk is gone to once for it.
async fn gather(body: &mut Body) -> (Vec<Bytes>, End) {
    let (mut pieces, mut bytes) = (Vec::new(), 0);
    while bytes <= LARGEST_CHUNK {
        match body.frame().await {
            None => return (pieces, End::Whole),
            Some(Err(_)) => return (pieces, End::Cut),
            Some(Ok(frame)) => {
                let piece = frame.into_data().unwrap_or_default();
                bytes += piece.len();
                pieces.push(piece);
            }
        }
    }
    (pieces, End::More)
}

/// An upload that a request appends to.
struct Growing {
    tail: Tail,
    checksum: Option<Checksum>,
}

/// Where it grows.
enum Tail {
    File(file::Tail),
    Pieces(pieces::Tail),
}

/// What became of pieces.
enum Taken {
    /// They are written; more will come.
    More(Box<Growing>),
    /// Everything up to here is durable.
    Synced(u64),
}

impl Growing {
    fn open(
        centre: &Centre,
        packet: PacketId,
        at: u64,
        checksum: Option<Checksum>,
    ) -> Result<Self, CentralError> {
        let (held, tail) = match &centre.blobs {
            Blobs::Folder => {
                let tail = file::Tail::open(centre.upload_path(packet), at)?;
                (tail.held()?, Tail::File(tail))
            }
            Blobs::Bucket(bucket) => {
                let tail = pieces::Tail::new(Arc::clone(bucket), packet, at);
                (pieces::offset(centre, packet)?, Tail::Pieces(tail))
            }
        };
        if held != at {
            return Err(elsewhere(held));
        }
        Ok(Self { tail, checksum })
    }

    fn take(mut self, centre: &Centre, pieces: &[Bytes], end: End) -> Result<Taken, CentralError> {
        match &mut self.tail {
            Tail::File(file) => file.write(pieces)?,
            Tail::Pieces(tail) => tail.write(pieces)?,
        }
        if let Some(checksum) = &mut self.checksum {
            for piece in pieces {
                checksum.context.update(piece);
            }
        }
        if end == End::More {
            return Ok(Taken::More(Box::new(self)));
        }
        // Of a chunk that was cut off, what came is kept: TLS vouches for it, and in the end the packet's digest.
        let checksum = self.checksum.take().filter(|_| end == End::Whole);
        let is_damaged = checksum.is_some_and(|sum| sum.context.finish().as_ref() != sum.expected.as_slice());
        if is_damaged {
            self.take_back()?;
            let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
            return Err(Refusal::new(status, "checksum", "the chunk is not what its checksum says").into());
        }
        Ok(Taken::Synced(match self.tail {
            Tail::File(file) => file.sync()?,
            Tail::Pieces(tail) => tail.count(centre)?,
        }))
    }

    /// As if the request had not been.
    fn take_back(self) -> Result<(), CentralError> {
        match self.tail {
            Tail::File(file) => file.take_back(),
            Tail::Pieces(tail) => {
                tail.take_back();
                Ok(())
            }
        }
    }
}

fn elsewhere(held: u64) -> CentralError {
    Refusal::new(StatusCode::CONFLICT, "offset", format!("the upload is at {held}")).into()
}
