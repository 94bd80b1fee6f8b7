//! Serving from the command line, until it is stopped.

use super::{say, show};
use crate::centre::Centre;
use crate::demo;
use crate::error::CentralError;
use crate::serve::{Addresses, Server};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Serves a centre at these addresses.
pub(super) fn run(centre: Centre, addresses: Addresses, hosts: &[String]) -> anyhow::Result<()> {
    serve(centre, addresses, hosts, |server| {
        if let Some(desk) = server.desk() {
            say(format_args!("adjudicators sign in at https://{desk}"))?;
        }
        if let Some(osia) = server.osia() {
            say(format_args!("OSIA interfaces at https://{osia}"))?;
        }
        say(format_args!("{}: listening on {}", server.centre().name, server.address()?))
    })
}

pub(super) fn run_demo(centre: Centre, port: u16) -> anyhow::Result<()> {
    let listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    // The desk is at the next port; where any will do, at any.
    let desk = SocketAddr::new(listen.ip(), if port == 0 { 0 } else { port.saturating_add(1) });
    let hosts = ["localhost", "127.0.0.1"].map(str::to_owned);
    let addresses = Addresses { stations: listen, desk: Some(desk), osia: None };
    serve(centre, addresses, &hosts, |server| {
        let address = format!("https://localhost:{}", server.address()?.port());
        let code = server.centre().station_code(&address, demo::OFFICE.0, demo::OFFICE.1)?;
        show::demonstration(server.centre(), server.desk(), &code)
    })
}

fn serve(
    centre: Centre,
    addresses: Addresses,
    hosts: &[String],
    ready: impl FnOnce(&Server) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind(centre, addresses, hosts).await.map_err(|error| match error {
            CentralError::Disk(io) if io.kind() == std::io::ErrorKind::AddrInUse => {
                let more = [addresses.desk, addresses.osia].into_iter().flatten();
                let more: Vec<String> = more.map(|address| format!(" or {}", address.port())).collect();
                let more = more.concat();
                anyhow::anyhow!(
                    "port {}{more} is taken; does a centre run already? Choose another port",
                    addresses.stations.port()
                )
            }
            other => other.into(),
        })?;
        log::info!("listening on {}", server.address()?);
        ready(&server)?;
        tokio::select! {
            () = server.run() => {}
            stop = tokio::signal::ctrl_c() => stop?,
        }
        Ok(())
    })
}
