//! TLS 1.3 for `ureq`: the pinned authority, and the station's certificate with whatever holds its key.
//!
//! `ureq`'s own connector wants a private key in memory; ours asks a [`Signer`], behind which a TPM may stand.

use crate::error::SyncError;
use crate::way::Clock;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConnection, Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureAlgorithm,
    SignatureScheme, StreamOwned,
};
use std::fmt;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tram_packet::{Algorithm, Digest, Signer};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

/// Who the station is on the wire.
#[derive(Clone)]
pub struct Identity {
    /// Its certificate, X.509 in DER.
    pub certificate: Vec<u8>,
    /// Its key: ES256.
    pub key: Arc<dyn Signer + Send + Sync>,
}

/// Which servers are believed.
pub(crate) enum Trust<'a> {
    /// Those with a certificate of this authority, X.509 in DER.
    Authority(&'a [u8]),
    /// Those with a certificate of the authority whose certificate has this digest, which they show as well.
    Pinned(Digest),
}

#[derive(Debug)]
struct PassedClock(Clock);

impl TimeProvider for PassedClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)().unix_timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// The TLS of a station.
pub(crate) fn config(
    trust: &Trust<'_>,
    identity: Option<&Identity>,
    clock: Clock,
) -> Result<Arc<ClientConfig>, SyncError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_details(Arc::clone(&provider), Arc::new(PassedClock(clock)))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_no_suites| SyncError::Identity)?;
    let builder = match trust {
        Trust::Authority(der) => builder.with_root_certificates(roots(der).ok_or(SyncError::Authority)?),
        Trust::Pinned(authority) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(PinnedVerifier { authority: *authority, provider })),
    };
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            if identity.key.public_key().algorithm() != Algorithm::Es256 {
                return Err(SyncError::Identity);
            }
            let chain = vec![CertificateDer::from(identity.certificate.clone())];
            let key = CertifiedKey::new(chain, Arc::new(StationSigner(Arc::clone(&identity.key))));
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key)))
        }
    };
    // A resumed session would keep a certificate in use that was renewed or refused meanwhile.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

fn roots(der: &[u8]) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(der.to_vec())).ok()?;
    Some(roots)
}

/// Finds the authority among the certificates shown by its digest, and asks the ordinary verifier about the rest.
#[derive(Debug)]
struct PinnedVerifier {
    authority: Digest,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unknown = || rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let authority = intermediates.iter().find(|shown| Digest::of(shown) == self.authority);
        let roots = authority.and_then(|der| roots(der)).ok_or_else(unknown)?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|_unusable| unknown())?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("only TLS 1.3 is spoken".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The station's key as TLS wants it.
struct StationSigner(Arc<dyn Signer + Send + Sync>);

impl fmt::Debug for StationSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StationSigner({})", self.0.public_key().kid())
    }
}

impl SigningKey for StationSigner {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn rustls::sign::Signer>> {
        let scheme = SignatureScheme::ECDSA_NISTP256_SHA256;
        offered.contains(&scheme).then(|| Box::new(Self(Arc::clone(&self.0))) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl rustls::sign::Signer for StationSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let raw = self.0.sign(message).map_err(|error| rustls::Error::General(error.to_string()))?;
        der_of_raw(&raw).ok_or_else(|| rustls::Error::General("not a signature of 64 bytes".into()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

/// r ‖ s as the DER sequence of two integers that TLS carries (RFC 3279, 2.2.3).
fn der_of_raw(raw: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = (raw.len() == 64).then(|| raw.split_at(32))?;
    let body: Vec<u8> = [r, s].into_iter().flat_map(der_integer).collect();
    Some([0x30, body.len() as u8].into_iter().chain(body).collect())
}

/// The shortest form, with a zero in front where the first bit would make it negative.
fn der_integer(big_endian: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = big_endian.iter().copied().skip_while(|byte| *byte == 0).collect();
    let sign = digits.first().is_none_or(|first| first & 0x80 != 0).then_some(0);
    let length = digits.len() + usize::from(sign.is_some());
    [2, length as u8].into_iter().chain(sign).chain(digits).collect()
}

/// Wraps TCP in TLS for `ureq`.
#[derive(Debug)]
pub(crate) struct TlsConnector(pub(crate) Arc<ClientConfig>);

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = TlsTransport<In>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(tcp) = chained else { return Ok(None) };
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name =
            ServerName::try_from(host).map_err(|_invalid| ureq::Error::Tls("not the name of a server"))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.0), name)?;
        let mut socket = TransportAdapter::new(tcp, Arc::clone(&details.current_time));
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(TlsTransport { buffers, stream: StreamOwned::new(connection, socket) }))
    }
}

/// A TLS connection over another transport.
pub(crate) struct TlsTransport<In: Transport> {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter<In>>,
}

impl<In: Transport> fmt::Debug for TlsTransport<In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}

impl<In: Transport> Transport for TlsTransport<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let read = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_signatures_become_der() {
        let mut raw = [0_u8; 64];
        raw[0] = 0x80;
        raw[63] = 1;
        let mut der = vec![0x30, 0x26, 2, 33, 0, 0x80];
        der.extend([0; 31]);
        der.extend([2, 1, 1]);
        assert_eq!(der_of_raw(&raw), Some(der));
        assert_eq!(der_of_raw(&raw[1..]), None);
    }
}
