//! `tram outbox`: the packets of this station, and sending them without a window.

use crate::clock::now;
use crate::compose;
use crate::engine::Engine;
use crate::headless::Headless;
use crate::home::Home;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tram_store::{Act, Store};

/// Sends what waits.
pub(super) fn send(home: &Home, out: &mut dyn Write) -> anyhow::Result<()> {
    let (drivers, stage) = compose::drivers(home, None);
    let (engine, state) = Engine::start(home, drivers, stage, Arc::new(|| {}))?;
    Headless::new(engine, state, out).send_outbox()
}

/// Copies packets that the centre will not take, or all that wait, into a folder as they were sealed. Each copy is durable
/// and noted; nothing changes in the outbox.
pub(super) fn export(home: &Home, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut store = Store::open(&home.database(), &home.database_key()?)?;
    let rows = store.read().outbox(time::OffsetDateTime::UNIX_EPOCH)?;
    std::fs::create_dir_all(folder)?;
    let mut copied = 0;
    for row in rows.iter().filter(|row| is_unreceived(&row.state)) {
        let path = folder.join(format!("{:010}-{}.packet", row.sequence, row.packet));
        let sealed = store.read().packet(row.packet)?;
        crate::home::write_whole(&path, sealed.bytes())?;
        store.note(Act { officer: None, at: now() }, "exported", &row.packet.to_string())?;
        copied += 1;
    }
    Ok(writeln!(out, "{copied} packets the centre has not signed for are in {}", folder.display())?)
}

fn is_unreceived(state: &tram_store::PacketState) -> bool {
    matches!(state, tram_store::PacketState::Waiting | tram_store::PacketState::Quarantined { .. })
}

/// Lists them.
pub(super) fn list(home: &Home, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let reader = tram_store::Reader::open(&home.database(), &home.database_key()?)?;
    let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH)?;
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                serde_json::json!({
                    "packet": row.packet.to_string(), "dossier": row.dossier.as_str(), "sequence": row.sequence,
                    "bytes": row.size, "state": state_word(&row.state), "attempts": row.attempts,
                    "trouble": row.trouble,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for row in &rows {
        let trouble = row.trouble.as_deref().map_or_else(String::new, |trouble| format!("  {trouble}"));
        writeln!(
            out,
            "{}  {}  {:>9} bytes  {}{trouble}",
            row.packet,
            row.dossier,
            row.size,
            state_word(&row.state)
        )?;
    }
    if rows.is_empty() {
        writeln!(out, "the outbox is empty")?;
    }
    Ok(())
}

fn state_word(state: &tram_store::PacketState) -> &'static str {
    match state {
        tram_store::PacketState::Waiting => "waiting",
        tram_store::PacketState::Received => "received",
        tram_store::PacketState::Purged => "purged",
        tram_store::PacketState::Quarantined { .. } => "quarantined",
    }
}
