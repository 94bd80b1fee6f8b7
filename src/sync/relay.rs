//! A relay: any tus 1.0 server that takes the bytes where the centre cannot be reached. It is nobody's friend: what it is
//! given is sealed, what it says counts for nothing but where to go on, and a packet waits at the station until a receipt
//! comes, by whatever way.

use crate::outbox::{Outbox, OutboxError, Waiting};
use crate::protocol::LARGEST_CHUNK;
use crate::transport::Failure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;
use tram_packet::PacketId;
use ureq::Agent;
use ureq::http::Response;

const PATIENCE: Duration = Duration::from_mins(2);
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// Remembers where at the relay a packet's upload is, over restarts.
pub trait Places {
    /// The upload's address, once it was made.
    fn place(&self, packet: PacketId) -> Option<String>;

    /// The upload was made at this address, or is gone.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn keep(&mut self, packet: PacketId, place: Option<&str>) -> Result<(), OutboxError>;
}

/// Why a relay has not got everything yet.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The relay, or the way to it.
    #[error("the relay: {0}")]
    Relay(#[from] Failure),
    /// The store.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// A tus server.
pub struct Relay {
    agent: Agent,
    address: String,
}

impl Relay {
    /// The server whose uploads are made at this address, such as `http://10.0.0.7:1080/files`.
    pub fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("tram/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into(), address: address.trim_end_matches('/').to_owned() }
    }

    /// Brings every waiting packet there, going on where the last time was cut. Gives how many lie there whole.
    ///
    /// # Errors
    /// [`RelayError`]: to be called again later; nothing is lost, and at most a chunk is sent twice.
    pub fn bring(&self, outbox: &mut (impl Outbox + Places)) -> Result<usize, RelayError> {
        let mut whole = 0;
        for waiting in outbox.waiting()? {
            let (place, mut offset) = self.begin(&waiting, outbox)?;
            while offset < waiting.size {
                let chunk = outbox.read(waiting.packet, offset, LARGEST_CHUNK)?;
                offset = self.append(&place, offset, &chunk)?;
            }
            whole += 1;
        }
        Ok(whole)
    }

    /// Where the upload is and how far it got; made where there is none, or where the relay forgot it.
    fn begin(&self, waiting: &Waiting, places: &mut dyn Places) -> Result<(String, u64), RelayError> {
        if let Some(place) = places.place(waiting.packet) {
            if let Some(offset) = self.offset(&place, waiting.size)? {
                return Ok((place, offset));
            }
            places.keep(waiting.packet, None)?;
        }
        let place = self.create(waiting)?;
        places.keep(waiting.packet, Some(&place))?;
        Ok((place, 0))
    }

    fn create(&self, waiting: &Waiting) -> Result<String, Failure> {
        let metadata = format!(
            "filename {},sha256 {}",
            STANDARD.encode(format!("{}.packet", waiting.packet)),
            STANDARD.encode(waiting.sha256.to_string())
        );
        let request = self
            .agent
            .post(&self.address)
            .header(TUS.0, TUS.1)
            .header("Upload-Length", waiting.size.to_string())
            .header("Upload-Metadata", metadata);
        let response = request.send_empty().map_err(|error| unreachable(&error))?;
        match (response.status().as_u16(), text(&response, "Location")) {
            (201, Some(place)) => Ok(self.absolute(place)),
            (201, None) => Err(Failure::Garbled { what: "an upload without a place".into() }),
            (status, _) => Err(refused(status)),
        }
    }

    /// Servers answer with whole addresses or with paths.
    fn absolute(&self, place: &str) -> String {
        if place.contains("://") {
            return place.to_owned();
        }
        let (scheme, rest) = self.address.split_once("://").unwrap_or(("http", self.address.as_str()));
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}{place}")
    }

    /// Bytes the relay has; `None` when it knows nothing of the upload.
    fn offset(&self, place: &str, size: u64) -> Result<Option<u64>, Failure> {
        let response =
            self.agent.head(place).header(TUS.0, TUS.1).call().map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            200 | 204 => number(&response, "Upload-Offset")
                .filter(|offset| *offset <= size)
                .map(Some)
                .ok_or_else(|| Failure::Garbled { what: "no offset, or one beyond the end".into() }),
            404 | 410 => Ok(None),
            status => Err(refused(status)),
        }
    }

    fn append(&self, place: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure> {
        let request = self
            .agent
            .patch(place)
            .header(TUS.0, TUS.1)
            .header("Upload-Offset", offset.to_string())
            .header("Content-Type", "application/offset+octet-stream");
        let response = request.send(chunk).map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            204 => number(&response, "Upload-Offset")
                .filter(|now| *now > offset && *now <= offset + chunk.len() as u64)
                .ok_or_else(|| Failure::Garbled { what: "an offset that cannot be".into() }),
            status => Err(refused(status)),
        }
    }
}

fn unreachable(error: &ureq::Error) -> Failure {
    Failure::Unreachable { what: error.to_string() }
}

fn refused(status: u16) -> Failure {
    Failure::Status { status, kind: String::new(), detail: String::new(), retry_after: None }
}

fn text<'a, B>(response: &'a Response<B>, header: &str) -> Option<&'a str> {
    response.headers().get(header)?.to_str().ok()
}

fn number<B>(response: &Response<B>, header: &str) -> Option<u64> {
    text(response, header)?.parse().ok()
}
