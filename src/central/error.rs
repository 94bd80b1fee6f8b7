//! What can go wrong in the centre, and how a station is told.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tram_packet::PacketError;
use tram_sync::protocol::Problem;

/// Why the centre could not do something.
#[derive(Debug, thiserror::Error)]
pub enum CentralError {
    /// The disk failed or is full. Nothing is answered as stored after this.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The embedded database failed.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database server failed, or said no.
    #[error("the database server: {}", whole(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to the database server.
    #[error("the database server does not answer: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The connections to the database server could not be set up.
    #[error("the database server: {0}")]
    PoolSetup(#[from] deadpool_postgres::BuildError),
    /// The object store failed, or said no. Nothing is answered as stored after this.
    #[error("the object store: {0}")]
    Store(String),
    /// Another process took the packet in meanwhile.
    #[error("another process took this packet in")]
    TakenIn,
    /// The fingers to search in are damaged.
    #[error("templates.sqlite: {0}; remove the file, and it is made anew from the packets")]
    Templates(#[from] tram_fingerprint::FingerprintError),
    /// Something signed or sealed is not right.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// A certificate could not be made.
    #[error("the certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS server could not be set up.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The embedded or given reference data are wrong.
    #[error(transparent)]
    Reference(#[from] tram_enrollment::ReferenceError),
    /// The directory is not a centre's, or another one's.
    #[error("{0}")]
    Setup(String),
    /// The one who asks is told why not.
    #[error("{}", .0.detail)]
    Refused(#[from] Refusal),
}

/// What the server said, which the error itself keeps to its source.
fn whole(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |said| format!("{error}: {}", said.message()))
}

/// A no with its reason, as a station gets it.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// A word for programs.
    pub kind: &'static str,
    /// A sentence for people, without personal data.
    pub detail: String,
    /// Seconds after which it is worth asking again.
    pub retry_after: Option<u16>,
}

impl Refusal {
    /// A no.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), retry_after: None }
    }

    /// A no for now.
    #[must_use]
    pub fn after(mut self, seconds: u16) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { kind: self.kind.to_owned(), detail: self.detail };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for CentralError {
    /// What is not the asker's business goes to the log only.
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::Disk(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                log::error!("the disk is full: {error}");
                Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "no-room", "the centre has no room left")
                    .after(300)
                    .into_response()
            }
            other => {
                log::error!("{other}");
                Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "centre-failed", "the centre failed")
                    .into_response()
            }
        }
    }
}
