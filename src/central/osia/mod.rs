//! The OSIA interfaces Enrollment 1.3.0 and Credential Management System 1.3.0, for systems that are no stations of ours.
//!
//! They have an address of their own. Who asks shows a bearer token (`tram-central client add`), which names what it may
//! do; no token leads to a person's images but through the scopes that OSIA names. An enrollment that was finalized is
//! entered into the log and never changed again. Copyright © Secure Identity Alliance (2022) for the interfaces; see
//! `NOTICE`.

mod buffers;
pub mod clients;
mod credential_requests;
mod credentials;
mod enrollments;
mod query;
mod search;
mod shape;
mod shapes;

use crate::api::App;
use crate::error::CentralError;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};
use shape::Shape;
use std::sync::Arc;

/// An enrollment with its images in it.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/enrollments", post(enrollments::find))
        .route(
            "/v1/enrollments/{id}",
            post(enrollments::create)
                .get(enrollments::read)
                .put(enrollments::update)
                .patch(enrollments::patch)
                .delete(enrollments::delete),
        )
        .route("/v1/enrollments/{id}/finalize", put(enrollments::finalize))
        .route("/v1/enrollments/{id}/buffer", post(buffers::create))
        .route("/v1/enrollments/{id}/buffer/{buffer}", get(buffers::read))
        .route(
            "/v1/credentialRequests/{id}",
            post(credential_requests::create).get(credential_requests::read).put(credential_requests::update),
        )
        .route("/v1/credentialRequests/{id}/cancel", post(credential_requests::cancel))
        .route("/v1/credentials", post(credentials::find))
        .route("/v1/credentials/{id}", get(credentials::read).put(credentials::update))
        .route("/v1/credentials/{id}/suspend", post(credentials::suspend))
        .route("/v1/credentials/{id}/unsuspend", post(credentials::unsuspend))
        .route("/v1/credentials/{id}/revoke", post(credentials::revoke))
        .route("/v1/credentials/{id}/status", post(credentials::set_status))
        .route("/v1/credentialProfiles", post(credentials::profiles))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(app)
}

/// Why something was not done, as OSIA says it: a code and a message.
#[derive(Debug)]
pub(crate) enum No {
    /// 400: the request is not as the interface says.
    Bad(String),
    /// 403, for OSIA knows no 401: no token, or none that is known.
    Nobody,
    /// 403: not with this token, or not at this time.
    Forbidden(&'static str),
    /// 404.
    Unknown,
    /// 409: there is one already.
    Exists,
    /// 500: the centre failed.
    Failed(CentralError),
}

impl From<CentralError> for No {
    fn from(error: CentralError) -> Self {
        Self::Failed(error)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Bad(message) => (StatusCode::BAD_REQUEST, message),
            Self::Nobody => {
                // How to ask instead: RFC 6750, section 3.
                let ask = [(header::WWW_AUTHENTICATE, "Bearer realm=\"OSIA\"")];
                let error = json!({ "code": 403, "message": "no token, or none that is known" });
                return (StatusCode::FORBIDDEN, ask, axum::Json(error)).into_response();
            }
            Self::Forbidden(message) => (StatusCode::FORBIDDEN, message.to_owned()),
            Self::Unknown => (StatusCode::NOT_FOUND, "there is none of this name".to_owned()),
            Self::Exists => (StatusCode::CONFLICT, "there is one of this name already".to_owned()),
            Self::Failed(error) => {
                log::error!("OSIA: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "the centre failed".to_owned())
            }
        };
        let error = json!({ "code": status.as_u16(), "message": message });
        (status, [(header::CONTENT_TYPE, "application/json")], error.to_string()).into_response()
    }
}

/// A body of this shape, or an empty one. OSIA's schemas let a body be left out, or be no object, where nothing can be
/// done without one: that is no bad request (400) by them, but one that is not allowed (403).
fn body(shape: &Shape, bytes: &[u8], empty: Option<Value>) -> Result<Value, No> {
    if bytes.is_empty() {
        return empty.ok_or(No::Forbidden("nothing can be done without a body"));
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|_malformed| No::Bad("the body is no JSON".into()))?;
    if matches!(shape, Shape::Object(_) | Shape::Open(_)) && !value.is_object() {
        return Err(No::Forbidden("nothing can be done with a body that is no object"));
    }
    shape.check(&value).map_err(No::Bad)?;
    Ok(value)
}

/// An id as the register holds it: whatever characters it has, one line of text.
fn key(id: &str) -> String {
    Value::String(id.to_owned()).to_string()
}

/// The answer to a read.
fn answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// Work on disk and register, away from the threads that serve connections.
async fn work<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    done.map_err(|error| No::Failed(std::io::Error::other(error).into()))?
}

/// What the register holds as JSON.
fn parsed(text: &str) -> Result<Value, No> {
    Ok(crate::officers::from_json(text)?)
}
