//! The desk: pages over TLS, on an address of their own, where adjudicators sign in, compare and decide, and inspectors
//! read.
//!
//! An adjudicator signs in with an own passphrase, which opens the key that signs decisions. The cookie is bound to
//! the host, not readable by scripts (there are none) and not sent by other sites; forms carry a secret of the session.

mod page;
mod records;
mod session;

use crate::adjudication::Verdict;
use crate::api::{App, blocking};
use crate::clearance::best_fingers;
use crate::error::{CentralError, Refusal};
use crate::officers::is_id;
use crate::pictures;
use axum::extract::{DefaultBodyLimit, Form, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use page::{Comparison, SIDES, STYLE};
use serde::Deserialize;
use session::Session;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tram_biometric::FingerPosition;
use tram_packet::{Contents, SampleRole};

/// The largest form: a reason in Vietnamese, three bytes a letter, each written as three.
const LARGEST_FORM: usize = 16 * 1024;
/// `__Host-` binds it to this host and to TLS (RFC 6265bis, 4.1.3.2).
const COOKIE: &str = "__Host-tram";

/// Nothing but our own pictures and styles, in no frame, kept by nobody.
fn headers() -> [(HeaderName, HeaderValue); 4] {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                  base-uri 'none'";
    [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ]
}

struct Desk {
    app: Arc<App>,
    /// A passphrase takes 64 MiB to try: one at a time.
    trying: Semaphore,
}

/// All pages.
pub(crate) fn router(app: Arc<App>) -> Router {
    let desk = Arc::new(Desk { app, trying: Semaphore::new(1) });
    Router::new()
        .route("/", get(list))
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/records", get(records))
        .route("/cases/{number}", get(compare).post(decide))
        .route("/cases/{number}/{side}/{picture}", get(picture))
        .route("/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::map_response(|mut response: Response| async move {
            response.headers_mut().extend(headers());
            response
        }))
        .with_state(desk)
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|it| it.1)
}

/// Who is not signed in is asked to.
impl FromRequestParts<Arc<Desk>> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        let ask = || Redirect::to("/sign-in").into_response();
        let cookie = cookie(&parts.headers).ok_or_else(ask)?.to_owned();
        let session = blocking(&desk.app, move |app| app.centre.session(&cookie, app.centre.now())).await;
        session.map_err(CentralError::into_response)?.ok_or_else(ask)
    }
}

impl Session {
    /// The form was shown in this session.
    fn sent(&self, form: &str) -> Result<(), Refusal> {
        let no = || Refusal::new(StatusCode::FORBIDDEN, "form", "this form is not of this session");
        if self.form == form { Ok(()) } else { Err(no()) }
    }
}

async fn ask() -> Html<String> {
    Html(page::sign_in(None))
}

#[derive(Deserialize)]
struct Credentials {
    id: String,
    passphrase: String,
}

async fn sign_in(
    State(desk): State<Arc<Desk>>,
    Form(Credentials { id, passphrase }): Form<Credentials>,
) -> Result<Response, CentralError> {
    let refuse =
        |status, vi: &str, en: &str| Ok((status, Html(page::sign_in(Some((vi, en))))).into_response());
    // Whether a name must wait is asked in its turn: tries sent all at once are counted one after the other.
    let turn = desk.trying.acquire().await.map_err(std::io::Error::other)?;
    let name = id.clone();
    if blocking(&desk.app, move |app| app.centre.must_wait(&name, app.centre.now())).await? {
        let (vi, en) = ("Sai nhiều lần: hãy đợi rồi thử lại.", "Too many failures: wait, then try again.");
        return refuse(StatusCode::TOO_MANY_REQUESTS, vi, en);
    }
    let begun = blocking(&desk.app, move |app| {
        let centre = &app.centre;
        let who = centre.sign_in(&id, passphrase.trim())?;
        let now = centre.now();
        if is_id(&id) {
            centre.remember_try(&id, who.is_none(), now)?;
        }
        who.map(|who| centre.begin_session(&who, now)).transpose()
    });
    let begun = begun.await?;
    drop(turn);
    let Some(cookie) = begun else {
        log::warn!("the desk: a sign-in failed");
        return refuse(
            StatusCode::UNAUTHORIZED,
            "Tên hoặc mật khẩu không đúng.",
            "Name or passphrase is wrong.",
        );
    };
    log::info!("the desk: an adjudicator signed in");
    let cookie = format!("{COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=Strict");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

#[derive(Deserialize)]
struct Leave {
    form: String,
}

async fn sign_out(
    State(desk): State<Arc<Desk>>,
    session: Session,
    headers: HeaderMap,
    Form(leave): Form<Leave>,
) -> Result<Redirect, CentralError> {
    session.sent(&leave.form)?;
    if let Some(cookie) = cookie(&headers).map(str::to_owned) {
        blocking(&desk.app, move |app| app.centre.end_session(&cookie)).await?;
    }
    Ok(Redirect::to("/sign-in"))
}

async fn list(State(desk): State<Arc<Desk>>, session: Session) -> Result<Html<String>, CentralError> {
    let cases = blocking(&desk.app, |app| app.centre.open_cases()).await?;
    Ok(Html(page::list(&cases, &session.who, &session.form)))
}

/// For inspectors.
async fn records(State(desk): State<Arc<Desk>>, session: Session) -> Result<Html<String>, CentralError> {
    if !session.who.is_inspector {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "inspectors", "records are for inspectors").into());
    }
    log::info!("the desk: an inspector reads the records");
    let page = blocking(&desk.app, move |app| app.centre.records(&session.who.name, &session.form)).await?;
    Ok(Html(page))
}

async fn compare(
    State(desk): State<Arc<Desk>>,
    session: Session,
    Path(number): Path<u64>,
) -> Result<Html<String>, CentralError> {
    log::info!("the desk: case {number} is looked at");
    show(&desk, session, number, None).await
}

async fn show(
    desk: &Desk,
    session: Session,
    number: u64,
    refused: Option<(&'static str, String)>,
) -> Result<Html<String>, CentralError> {
    blocking(&desk.app, move |app| {
        let case = app.centre.case(number)?;
        let comparison = Comparison {
            waiting: &app.centre.opened(case.packet)?,
            candidate: &app.centre.opened(case.candidate)?,
            case: &case,
            who: &session.who,
            form: &session.form,
            refused: refused.as_ref().map(|(vi, en)| (*vi, en.as_str())),
        };
        Ok(Html(page::comparison(&comparison)))
    })
    .await
}

#[derive(Deserialize)]
struct Decision {
    form: String,
    verdict: String,
    reason: String,
}

async fn decide(
    State(desk): State<Arc<Desk>>,
    session: Session,
    Path(number): Path<u64>,
    Form(decision): Form<Decision>,
) -> Result<Response, CentralError> {
    session.sent(&decision.form)?;
    if session.who.is_inspector {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "inspectors", "an inspector decides nothing").into());
    }
    let who = Arc::clone(&session.who);
    let verdict = Verdict::from_name(&decision.verdict)
        .ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "verdict", "a verdict is same or different"))?;
    let decided =
        blocking(&desk.app, move |app| app.centre.decide(number, verdict, &decision.reason, &who)).await;
    match decided {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(CentralError::Setup(why)) => {
            let page = show(&desk, session, number, Some(("Chưa quyết định được.", why))).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other),
    }
}

async fn picture(
    State(desk): State<Arc<Desk>>,
    _session: Session,
    Path((number, side, name)): Path<(u64, String, String)>,
) -> Result<Response, CentralError> {
    let drawn = blocking(&desk.app, move |app| {
        let case = app.centre.case(number)?;
        let packet = if side == SIDES[0] { case.packet } else { case.candidate };
        Ok(draw(&app.centre.opened(packet)?.contents, &name))
    })
    .await?;
    let nothing = || Refusal::new(StatusCode::NOT_FOUND, "no-picture", "there is no such picture");
    let (media_type, bytes) = drawn.ok_or_else(nothing)?;
    Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
}

/// The portrait, or the finger of a position's code.
fn draw(contents: &Contents, name: &str) -> Option<(&'static str, Vec<u8>)> {
    if name == "portrait" {
        let portrait = contents.samples.iter().find(|sample| sample.role == SampleRole::PortraitCard)?;
        return pictures::drawable(&portrait.sample);
    }
    let position = FingerPosition::from_code(name.parse().ok()?)?;
    pictures::drawable(best_fingers(contents).get(&position)?)
}
