//! The station protocol over HTTP; see [`tram_sync::protocol`] for its table.

mod packets;
mod places;
mod uploads;

use crate::centre::Centre;
use crate::error::{CentralError, Refusal};
use crate::stations::Caller;
use crate::uploads::Locks;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use std::sync::Arc;
use tram_packet::Kid;

/// Messages are small; the bytes of packets have a limit of their own.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// What every request sees.
pub struct App {
    /// The centre.
    pub centre: Centre,
    /// One sender at a time for each upload.
    pub locks: Locks,
}

/// The key in the certificate the other end of the connection showed, if any; TLS has verified both.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<Kid>);

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/packets", post(packets::announce))
        .route("/v1/packets/{id}/receipt", get(packets::receipt))
        .route("/v1/receipts:query", post(packets::query))
        .route("/v1/deeds", post(packets::deed))
        .route("/v1/checkpoint", get(packets::checkpoint))
        .route("/v1/checkpoint/consistency", get(packets::consistency))
        .route("/v1/uploads", post(uploads::create).options(uploads::options))
        .route("/v1/uploads/{id}", get(uploads::head).patch(uploads::patch).options(uploads::options))
        .route("/v1/log/checkpoint", get(packets::note))
        .route("/v1/log/tile/{*path}", get(packets::tile))
        .route("/v1/reference", get(places::reference))
        .route("/v1/extract-key", get(places::extract_key))
        .route("/v1/sets/{part}/{file}", get(places::set))
        .route("/v1/orders", get(places::orders))
        .route("/v1/stations", post(places::join))
        .route("/v1/certificate", post(places::renew))
        .route("/v1/time", get(places::time))
        .route("/healthz", get(places::health))
        .route("/metrics", get(places::metrics))
        .layer(DefaultBodyLimit::max(LARGEST_MESSAGE))
        .with_state(app)
}

/// Disk and database work away from the threads that serve connections.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<T, CentralError> + Send + 'static,
) -> Result<T, CentralError> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app)).await.map_err(std::io::Error::other)?
}

/// A station that was admitted here. Barred ones pass too: they may deliver.
impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = CentralError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, CentralError> {
        let no = || Refusal::new(StatusCode::UNAUTHORIZED, "no-station", "show the certificate of a station");
        let key = parts.extensions.get::<Peer>().and_then(|peer| peer.0).ok_or_else(no)?;
        let caller = blocking(app, move |app| app.centre.caller(key)).await?;
        Ok(caller.ok_or_else(no)?)
    }
}

impl Caller {
    /// Only stations in good standing go on.
    fn in_good_standing(self) -> Result<Self, Refusal> {
        if self.revoked {
            let detail = "this station is barred; it may only deliver what it holds";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "barred", detail));
        }
        Ok(self)
    }
}
