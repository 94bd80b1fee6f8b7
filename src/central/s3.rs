//! A bucket of an object store that speaks S3: put, get, remove, and whether something is there. Requests are signed with AWS
//! Signature Version 4; the path names the bucket, so that no store needs a name of its own for each.

use crate::error::CentralError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tram_packet::Digest;
use tram_packet::header::LARGEST_PACKET;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const MOMENT: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]");
/// A store that says nothing for so long is away; then nothing is receipted.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a bucket is reached, as the centre's folder keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Access {
    /// `https://host:port`, or `http://` on a line of one's own.
    pub endpoint: String,
    /// The bucket, which is there already.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Names the key.
    pub key: String,
    /// The key.
    pub secret: String,
    /// The authority that the store's certificate must be of, PEM.
    pub authority: Option<String>,
}

/// A bucket.
pub struct Bucket {
    access: Access,
    agent: Agent,
}

impl Bucket {
    /// A bucket; nothing is asked of it yet.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the address or the authority is none.
    pub fn new(access: Access) -> Result<Self, CentralError> {
        if !access.endpoint.starts_with("http://") && access.authority.is_none() {
            return Err(CentralError::Setup(
                "a store over https needs the authority of its certificate".into(),
            ));
        }
        let roots = match &access.authority {
            Some(pem) => {
                let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
                    .map_err(|error| CentralError::Setup(format!("the store's authority: {error}")))?;
                vec![Certificate::from_der(&certificate).to_owned()]
            }
            None => Vec::new(),
        };
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        Ok(Self { access, agent })
    }

    /// Puts an object. The store has it, and compared its digest, when this returns.
    ///
    /// # Errors
    /// [`CentralError::Store`].
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), CentralError> {
        let digest = Digest::of(bytes);
        let checksum = STANDARD.encode(digest.as_bytes());
        let request = self.signed("PUT", name, digest).header("x-amz-checksum-sha256", checksum);
        let answer = request.body(bytes).map_err(|error| said(&error))?;
        match self.agent.run(answer).map_err(|error| said(&error))?.status().as_u16() {
            200 => Ok(()),
            status => Err(CentralError::Store(format!("put: status {status}"))),
        }
    }

    /// An object's bytes; `None` when it is not there.
    ///
    /// # Errors
    /// [`CentralError::Store`].
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CentralError> {
        let request = self.signed("GET", name, Digest::of(&[])).body(()).map_err(|error| said(&error))?;
        let mut answer = self.agent.run(request).map_err(|error| said(&error))?;
        match answer.status().as_u16() {
            200 => {
                let body = answer.body_mut().with_config().limit(LARGEST_PACKET as u64 + 1);
                body.read_to_vec().map(Some).map_err(|error| said(&error))
            }
            404 => Ok(None),
            status => Err(CentralError::Store(format!("get: status {status}"))),
        }
    }

    /// Removes an object; one that is not there is no error.
    ///
    /// # Errors
    /// [`CentralError::Store`].
    pub fn remove(&self, name: &str) -> Result<(), CentralError> {
        let request = self.signed("DELETE", name, Digest::of(&[])).body(()).map_err(|error| said(&error))?;
        match self.agent.run(request).map_err(|error| said(&error))?.status().as_u16() {
            200 | 204 | 404 => Ok(()),
            status => Err(CentralError::Store(format!("delete: status {status}"))),
        }
    }

    /// Whether an object is there.
    ///
    /// # Errors
    /// [`CentralError::Store`].
    pub fn has(&self, name: &str) -> Result<bool, CentralError> {
        let request = self.signed("HEAD", name, Digest::of(&[])).body(()).map_err(|error| said(&error))?;
        match self.agent.run(request).map_err(|error| said(&error))?.status().as_u16() {
            200 => Ok(true),
            404 => Ok(false),
            status => Err(CentralError::Store(format!("head: status {status}"))),
        }
    }

    fn signed(&self, method: &str, name: &str, body: Digest) -> ureq::http::request::Builder {
        let endpoint = self.access.endpoint.trim_end_matches('/');
        let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
        let path = format!("/{}/{name}", self.access.bucket);
        let now = OffsetDateTime::now_utc();
        let authorization = authorize(&self.access, method, host, &path, body, now);
        Request::builder()
            .method(method)
            .uri(format!("{endpoint}{path}"))
            .header("x-amz-date", now.format(MOMENT).unwrap_or_default())
            .header("x-amz-content-sha256", body.to_string())
            .header("authorization", authorization)
    }
}

fn said(error: &dyn std::fmt::Display) -> CentralError {
    CentralError::Store(error.to_string())
}

/// The header `Authorization` (AWS Signature Version 4) of a request without a query; names in `path` need no escapes.
fn authorize(
    access: &Access,
    method: &str,
    host: &str,
    path: &str,
    body: Digest,
    now: OffsetDateTime,
) -> String {
    const SIGNED: &str = "host;x-amz-content-sha256;x-amz-date";
    let moment = now.format(MOMENT).unwrap_or_default();
    let day = now.format(DAY).unwrap_or_default();
    let canonical = format!(
        "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{body}\nx-amz-date:{moment}\n\n{SIGNED}\n{body}"
    );
    let scope = format!("{day}/{}/s3/aws4_request", access.region);
    let message = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", Digest::of(canonical.as_bytes()));
    let mut key = format!("AWS4{}", access.secret).into_bytes();
    for step in [day.as_str(), &access.region, "s3", "aws4_request"] {
        key = mac(&key, step);
    }
    let signature = mac(&key, &message).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").ok();
        hex
    });
    format!("AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={SIGNED},Signature={signature}", access.key)
}

fn mac(key: &[u8], message: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    /// AWS's own example of a GET (Signature Calculations for the Authorization Header), without its header `Range`,
    /// computed apart by the steps of the specification.
    #[test]
    fn a_request_is_signed_as_specified() {
        let access = Access {
            endpoint: "https://examplebucket.s3.amazonaws.com".into(),
            bucket: String::new(),
            region: "us-east-1".into(),
            key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            authority: None,
        };
        let host = "examplebucket.s3.amazonaws.com";
        let at = datetime!(2013-05-24 00:00:00 UTC);
        let header = authorize(&access, "GET", host, "/test.txt", Digest::of(&[]), at);
        assert!(
            header.ends_with("Signature=df548e2ce037944d03f3e68682813b093763996d597cf890ca3d9037fd231eb4"),
            "{header}"
        );
        assert!(header.contains("Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"));
    }
}
