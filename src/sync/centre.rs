//! The wire: HTTP/1.1 over TLS 1.3 with the centre's own authority pinned and the station's certificate shown.
//!
//! Every call has timeouts, so that a centre that answers slowly or never hangs nothing; nothing is redirected.

use crate::error::SyncError;
use crate::protocol::{
    Announce, Announced, Base64, Checkpoint, JoinAnswer, Orders, Problem, ReceiptAnswer, ReceiptQuery,
    SignedTime,
};
use crate::tls::{self, Identity, TlsConnector, Trust};
use crate::transport::{Failure, Received, Transport};
use crate::way::{Way, WayResolver};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use time::OffsetDateTime;
use tram_packet::{Digest, ExtractKey, PacketId, PublicKey, SignedDeed};
use ureq::http::{Method, Request, Response};
use ureq::unversioned::transport::{Connector as _, TcpConnector};
use ureq::{Agent, Body};

/// Connecting and shaking hands.
const CONNECT: Duration = Duration::from_secs(10);
/// One chunk up: 256 KiB at 17 kbit/s.
const SEND: Duration = Duration::from_mins(2);
/// From the last byte sent to the first of the answer.
const ANSWER: Duration = Duration::from_mins(1);
/// The whole answer; the reference data are the largest.
const RECEIVE: Duration = Duration::from_mins(5);
const LARGEST_ANSWER: u64 = 32 * 1024 * 1024;
/// A hundredth of a large province, or what changed in it.
const LARGEST_SET_FILE: u64 = 64 * 1024 * 1024;
const LARGEST_PROBLEM: u64 = 16 * 1024;

/// A centre at an address.
pub struct Centre {
    agent: Agent,
    address: String,
}

impl Centre {
    /// The centre at `https://host:port`, which must show a certificate of `authority` (X.509 in DER).
    ///
    /// # Errors
    /// [`SyncError::Address`], [`SyncError::Identity`].
    pub fn new(
        address: &str,
        authority: &[u8],
        identity: Option<&Identity>,
        way: Way,
    ) -> Result<Self, SyncError> {
        Self::over(address, &Trust::Authority(authority), identity, way)
    }

    /// The centre at this address, which must show a certificate of the authority with this digest.
    pub(crate) fn pinned(address: &str, authority: Digest, way: Way) -> Result<Self, SyncError> {
        Self::over(address, &Trust::Pinned(authority), None, way)
    }

    fn over(
        address: &str,
        trust: &Trust<'_>,
        identity: Option<&Identity>,
        way: Way,
    ) -> Result<Self, SyncError> {
        let address = address.trim_end_matches('/');
        if !address.starts_with("https://") || address.contains(['?', '#', '@']) {
            return Err(SyncError::Address { address: address.to_owned() });
        }
        let config = Agent::config_builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("tram/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_send_request(Some(CONNECT))
            .timeout_send_body(Some(SEND))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(RECEIVE))
            .build();
        let connector =
            ().chain(TcpConnector::default()).chain(TlsConnector(tls::config(trust, identity, way.clock)?));
        let agent = Agent::with_parts(config, connector, WayResolver { through: way.through });
        Ok(Self { agent, address: address.to_owned() })
    }

    /// The signed reference data, or `None` when the centre has no other edition than this one.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn reference(&self, held: Option<u32>) -> Result<Option<Vec<u8>>, Failure> {
        let mut request = self.request(Method::GET, "/v1/reference");
        if let Some(edition) = held {
            request = request.header("If-None-Match", format!("\"{edition}\""));
        }
        let mut response = self.run(request, &[])?;
        match response.status().as_u16() {
            200 => read(&mut response, LARGEST_ANSWER).map(Some),
            304 => Ok(None),
            _ => Err(refusal(&mut response)),
        }
    }

    /// A file of the signed sets by its path, such as `metadata/timestamp.json`; `None` where there is none. What comes
    /// is believed by nobody before the set verifies.
    ///
    /// # Errors
    /// [`Failure`]; 403 when the station is barred.
    pub fn set_file(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let mut response = self.run(self.request(Method::GET, &format!("/v1/sets/{path}")), &[])?;
        match response.status().as_u16() {
            200 => read(&mut response, LARGEST_SET_FILE).map(Some),
            404 => Ok(None),
            _ => Err(refusal(&mut response)),
        }
    }

    /// What the files of the signed sets are opened with.
    ///
    /// # Errors
    /// [`Failure`]; 403 when the station is barred.
    pub fn extract_key(&self) -> Result<ExtractKey, Failure> {
        self.get("/v1/extract-key")
    }

    /// Card orders for this station after a cursor (0 for all), oldest first.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn orders(&self, after: u64) -> Result<Orders, Failure> {
        self.get(&format!("/v1/orders?after={after}"))
    }

    /// The signed receipts of those of these packets that the centre holds; at most
    /// [`MOST_QUERIED`](crate::protocol::MOST_QUERIED) ids.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn receipts(&self, packets: Vec<PacketId>) -> Result<Vec<Vec<u8>>, Failure> {
        let answer: ReceiptAnswer = self.post("/v1/receipts:query", &ReceiptQuery { packets })?;
        Ok(answer.receipts.into_iter().map(|Base64(receipt)| receipt).collect())
    }

    /// Tells what was done here beside the dossiers; to say it again is harmless.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn tell(&self, deed: &SignedDeed) -> Result<(), Failure> {
        let request = self.request(Method::POST, "/v1/deeds").header("Content-Type", "application/cose");
        let mut response = self.run(request, &deed.0)?;
        if response.status().is_success() { Ok(()) } else { Err(refusal(&mut response)) }
    }

    /// A new certificate for the key this station shows; see [`crate::renewal`].
    ///
    /// # Errors
    /// [`Failure`]; 403 when the station is barred.
    pub(crate) fn renew(&self) -> Result<JoinAnswer, Failure> {
        self.json(self.request(Method::POST, "/v1/certificate"), &[])
    }

    /// The centre's time, signed for this nonce by the authority over reference data.
    ///
    /// # Errors
    /// [`Failure`]; one that is not signed is [`Failure::Untrusted`].
    pub fn time(&self, nonce: &str, authority: &PublicKey) -> Result<OffsetDateTime, Failure> {
        let answer: SignedTime = self.get(&format!("/v1/time?nonce={nonce}"))?;
        answer
            .verify(nonce, authority)
            .ok_or_else(|| Failure::Untrusted { what: "its time is not signed by the authority".into() })
    }

    pub(crate) fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Failure> {
        self.json(self.request(Method::GET, path), &[])
    }

    pub(crate) fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
    ) -> Result<A, Failure> {
        let body =
            serde_json::to_vec(message).map_err(|error| Failure::Garbled { what: error.to_string() })?;
        self.json(self.request(Method::POST, path).header("Content-Type", "application/json"), &body)
    }

    fn json<A: DeserializeOwned>(
        &self,
        request: ureq::http::request::Builder,
        body: &[u8],
    ) -> Result<A, Failure> {
        let mut response = self.run(request, body)?;
        if !response.status().is_success() {
            return Err(refusal(&mut response));
        }
        let bytes = read(&mut response, LARGEST_ANSWER)?;
        serde_json::from_slice(&bytes).map_err(|error| Failure::Garbled { what: error.to_string() })
    }

    fn request(&self, method: Method, path: &str) -> ureq::http::request::Builder {
        Request::builder().method(method).uri(format!("{}{path}", self.address))
    }

    /// tus messages say their version.
    fn tus(&self, method: Method, upload: &str) -> ureq::http::request::Builder {
        self.request(method, upload).header("Tus-Resumable", "1.0.0")
    }

    fn run(&self, request: ureq::http::request::Builder, body: &[u8]) -> Result<Response<Body>, Failure> {
        let request =
            request.body(body).map_err(|error| Failure::Garbled { what: format!("a request: {error}") })?;
        let empty = request.body().is_empty();
        let answer = if empty { self.agent.run(request.map(|_| ())) } else { self.agent.run(request) };
        answer.map_err(|error| failure(&error))
    }
}

impl Transport for Centre {
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure> {
        self.post("/v1/packets", announce)
    }

    fn received(&mut self, upload: &str) -> Result<Received, Failure> {
        let mut response = self.run(self.tus(Method::HEAD, upload), &[])?;
        if !response.status().is_success() {
            return Err(refusal(&mut response));
        }
        let offset = number(&response, "Upload-Offset")
            .ok_or_else(|| Failure::Garbled { what: "no Upload-Offset".into() })?;
        Ok(Received { offset, length: number(&response, "Upload-Length") })
    }

    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        let checksum = STANDARD.encode(Digest::of(chunk).as_bytes());
        let request = self
            .tus(Method::PATCH, upload)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", offset)
            .header("Upload-Checksum", format!("sha256 {checksum}"));
        let mut response = self.run(request, chunk)?;
        if response.status().as_u16() != 204 {
            return Err(refusal(&mut response));
        }
        number(&response, "Upload-Offset").ok_or_else(|| Failure::Garbled { what: "no Upload-Offset".into() })
    }

    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure> {
        let mut response =
            self.run(self.request(Method::GET, &format!("/v1/packets/{packet}/receipt")), &[])?;
        match response.status().as_u16() {
            200 => read(&mut response, LARGEST_PROBLEM).map(Some),
            202 => Ok(None),
            _ => Err(refusal(&mut response)),
        }
    }

    fn checkpoint(&mut self) -> Result<Checkpoint, Failure> {
        self.get("/v1/checkpoint")
    }

    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure> {
        self.get(&format!("/v1/checkpoint/consistency?earlier={earlier}&size={size}"))
    }
}

fn number(response: &Response<Body>, header: &str) -> Option<u64> {
    response.headers().get(header)?.to_str().ok()?.parse().ok()
}

fn read(response: &mut Response<Body>, most: u64) -> Result<Vec<u8>, Failure> {
    response.body_mut().with_config().limit(most).read_to_vec().map_err(|error| failure(&error))
}

/// What a status that is not success says.
fn refusal(response: &mut Response<Body>) -> Failure {
    let status = response.status().as_u16();
    let retry_after = number(response, "Retry-After").map(Duration::from_secs);
    let problem: Option<Problem> =
        read(response, LARGEST_PROBLEM).ok().and_then(|body| serde_json::from_slice(&body).ok());
    let (kind, detail) = problem.map(|problem| (problem.kind, problem.detail)).unwrap_or_default();
    Failure::Status { status, kind, detail, retry_after }
}

/// TLS that fails is a question of trust, everything else of reach.
fn failure(error: &ureq::Error) -> Failure {
    let what = error.to_string();
    let tls = match error {
        ureq::Error::Rustls(tls) => Some(tls),
        ureq::Error::Io(io) => io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    match tls {
        Some(
            rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::AlertReceived(_)
            | rustls::Error::PeerIncompatible(_),
        ) => Failure::Untrusted { what },
        _ => Failure::Unreachable { what },
    }
}
