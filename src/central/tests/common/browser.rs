//! A browser for tests: TLS with the centre's own authority, one request a connection, no cleverness.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Somebody with a browser, or a station with its certificate.
pub(crate) struct Browser {
    config: Arc<ClientConfig>,
    port: u16,
    pub(crate) cookie: Option<String>,
    /// Further header lines.
    pub(crate) more: String,
}

impl Browser {
    pub(crate) fn at(centre: &Path, port: u16) -> Self {
        Self::showing(centre, port, None)
    }

    /// With a client certificate and its key in PKCS#8.
    pub(crate) fn showing(centre: &Path, port: u16, identity: Option<(Vec<u8>, Vec<u8>)>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(std::fs::read(centre.join("keys/ca.der")).unwrap())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            Some((certificate, key)) => {
                let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
                config.with_client_auth_cert(vec![CertificateDer::from(certificate)], key).unwrap()
            }
            None => config.with_no_client_auth(),
        };
        Self { config: Arc::new(config), port, cookie: None, more: String::new() }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form)
    }

    fn send(&self, method: &str, path: &str, form: &str) -> Answer {
        self.send_as("application/x-www-form-urlencoded", method, path, form.as_bytes())
    }

    pub(crate) fn send_as(&self, kind: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.config), name).unwrap();
        let mut stream = StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookie}{}\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.more,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        // The other side may close without a farewell once it has said all.
        stream.read_to_end(&mut answer).ok();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: answer[end + 4..].to_vec() }
    }
}
