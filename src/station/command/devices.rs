//! `tram devices`: every device the drivers see, also those that cannot be opened, and why.

use crate::compose;
use crate::home::Home;
use std::io::Write;
use tram_workflow::lists::DeviceState;

/// Lists them.
pub(super) fn list(home: &Home, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let demonstration =
        home.membership().is_ok_and(|member| member.station.profile == tram_packet::Profile::Test);
    let config = demonstration.then(|| tram_virtual::Config::demonstration(home.cards()));
    let (drivers, _stage) = compose::drivers(home, config);
    let bench = crate::engine::Bench::new(drivers);
    bench.look();
    let rows = bench.rows();
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                let trouble = match &row.state {
                    DeviceState::Ready => None,
                    DeviceState::Failed(error) => Some(error.to_string()),
                };
                serde_json::json!({
                    "kind": format!("{:?}", row.kind), "driver": row.origin.driver, "model": row.origin.model,
                    "serial": row.origin.serial, "virtual": row.origin.is_virtual, "port": row.port,
                    "in_use": row.in_use, "trouble": trouble,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for row in &rows {
        let state = match &row.state {
            DeviceState::Ready => "ready".to_owned(),
            DeviceState::Failed(error) => error.to_string(),
        };
        let origin = &row.origin;
        let mark = if origin.is_virtual { " (virtual)" } else { "" };
        writeln!(out, "{:?}: {} {}{mark} at {}: {state}", row.kind, origin.driver, origin.model, row.port)?;
    }
    if rows.is_empty() {
        writeln!(out, "no devices")?;
    }
    Ok(())
}
