//! The TLS server: TLS 1.3 only, station certificates verified against our own authority where one is shown. The desk of
//! adjudicators has an address of its own, so that the stations' network need not reach it.

use crate::api::{self, App, Peer};
use crate::centre::Centre;
use crate::database::Claim;
use crate::error::CentralError;
use crate::late::Late;
use crate::silence::{Patience, converse};
use crate::uploads::Locks;
use crate::{clearance, desk, osia};
use axum::{Extension, Router};
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tram_sync::renewal::certified_key;

/// Whoever has not shaken hands after this long is cut off.
const SLOW: Duration = Duration::from_secs(20);
/// And whoever is silent for so long later. What came of an upload is kept.
const PATIENCE: Patience = Patience { head: SLOW, body: Duration::from_secs(30) };
/// Connections at a time; more wait in the kernel's queue.
const CONNECTIONS: usize = 4096;

/// A listening centre.
pub struct Server {
    stations: Door,
    desk: Option<Door>,
    osia: Option<Door>,
    acceptor: TlsAcceptor,
    app: Arc<App>,
    /// An embedded register is served by one process.
    _claim: Option<Claim>,
}

/// Where a centre listens.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// For stations.
    pub stations: SocketAddr,
    /// For adjudicators and inspectors with a browser.
    pub desk: Option<SocketAddr>,
    /// For other systems; see [`crate::osia`].
    pub osia: Option<SocketAddr>,
}

/// An address and what is behind it.
struct Door {
    listener: TcpListener,
    router: Router,
}

impl Server {
    /// Listens. `names` are the host names and addresses the centre is known by.
    ///
    /// # Errors
    /// [`CentralError::Disk`] when a port is taken, [`CentralError::Setup`] when another process serves an embedded
    /// register.
    pub async fn bind(centre: Centre, addresses: Addresses, names: &[String]) -> Result<Self, CentralError> {
        let claim = if centre.database.is_shared() { None } else { Some(claim(&centre)?) };
        let config = tls(&centre, names)?;
        let app = Arc::new(App { centre, locks: Locks::default() });
        let stations = Door::open(addresses.stations, api::router(Arc::clone(&app))).await?;
        let desk = match addresses.desk {
            Some(desk) => Some(Door::open(desk, desk::router(Arc::clone(&app))).await?),
            None => None,
        };
        let osia = match addresses.osia {
            Some(osia) => Some(Door::open(osia, osia::router(Arc::clone(&app))).await?),
            None => None,
        };
        clearance::start(Arc::downgrade(&app))?;
        Ok(Self { stations, desk, osia, acceptor: TlsAcceptor::from(Arc::new(config)), app, _claim: claim })
    }

    /// Where it listens for stations.
    ///
    /// # Errors
    /// [`CentralError::Disk`].
    pub fn address(&self) -> Result<SocketAddr, CentralError> {
        Ok(self.stations.listener.local_addr()?)
    }

    /// Where it listens for adjudicators.
    pub fn desk(&self) -> Option<SocketAddr> {
        self.desk.as_ref().and_then(|desk| desk.listener.local_addr().ok())
    }

    /// Where it listens for other systems.
    pub fn osia(&self) -> Option<SocketAddr> {
        self.osia.as_ref().and_then(|osia| osia.listener.local_addr().ok())
    }

    /// The centre that is served.
    pub fn centre(&self) -> &Centre {
        &self.app.centre
    }

    /// Serves until the task is dropped. Whatever was answered as stored is stored, so that stopping needs no ceremony.
    pub async fn run(self) {
        let beside = |door: Option<Door>| async {
            match door {
                Some(door) => door.run(&self.acceptor).await,
                None => std::future::pending().await,
            }
        };
        tokio::join!(self.stations.run(&self.acceptor), beside(self.desk), beside(self.osia));
    }
}

impl Door {
    async fn open(address: SocketAddr, router: Router) -> Result<Self, CentralError> {
        Ok(Self { listener: TcpListener::bind(address).await?, router })
    }

    async fn run(self, acceptor: &TlsAcceptor) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let connection = serve(stream, acceptor.clone(), self.router.clone());
                    tokio::spawn(async move {
                        connection.await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    log::warn!("a connection was not accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

fn claim(centre: &Centre) -> Result<Claim, CentralError> {
    centre.claim("serving")?.ok_or_else(|| {
        CentralError::Setup(format!("another process serves {} already", centre.folder().display()))
    })
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, router: Router) {
    stream.set_nodelay(true).ok();
    let stream = match tokio::time::timeout(SLOW, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return log::debug!("no handshake: {error}"),
        Err(_elapsed) => return log::debug!("no handshake in time"),
    };
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let peer = Peer(certificate.and_then(|certificate| Some(certified_key(certificate).ok()?.kid())));
    if let Err(error) = converse(stream, router.layer(Extension(peer)), PATIENCE).await {
        log::debug!("a connection ended: {error}");
    }
}

fn tls(centre: &Centre, names: &[String]) -> Result<ServerConfig, CentralError> {
    let (certificate, key) = centre.keys.server_certificate(names, centre.now())?;
    let authority = CertificateDer::from(centre.keys.ca_certificate.clone());
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .map_err(|error| CentralError::Setup(error.to_string()))?;
    Ok(ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(Late(verifier)))
        // The authority is shown too: a station that joins knows only its digest.
        .with_single_cert(vec![CertificateDer::from(certificate), authority], key)?)
}
