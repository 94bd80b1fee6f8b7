//! `tram outbox`: the packets of this station, and sending them without a window.

use super::two_people::{self, TwoPeople};
use crate::clock::now;
use crate::compose;
use crate::engine::{Engine, REFERENCE};
use crate::headless::Headless;
use crate::home::Home;
use crate::outbox::forget_checkpoint;
use crate::pace;
use anyhow::Context as _;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tram_enrollment::Right;
use tram_packet::{AuditAction, DeedKind, ReferenceBundle};
use tram_store::{Act, Reader, Store};

/// Sends what waits.
pub(super) fn send(home: &Home, out: &mut dyn Write) -> anyhow::Result<()> {
    let (drivers, stage) = compose::drivers(home, None);
    let (engine, state) = Engine::start(home, drivers, stage, Arc::new(|| {}))?;
    Headless::new(engine, state, out).send_outbox()
}

/// Copies packets that the centre will not take, or all that wait, into a folder as they were sealed. Each copy is durable
/// and noted; nothing changes in the outbox.
pub(super) fn export(
    home: &Home,
    folder: &Path,
    people: &TwoPeople,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (mut store, bundle) = opened(home)?;
    let mut rows = store.read().outbox(time::OffsetDateTime::UNIX_EPOCH)?;
    rows.retain(|row| is_unreceived(&row.state));
    let kind = DeedKind::PacketsExported { packets: rows.len() as u32 };
    let officer = people.may_export(home, &mut store, &bundle, kind)?;
    std::fs::create_dir_all(folder)?;
    for row in &rows {
        let path = folder.join(format!("{:010}-{}.packet", row.sequence, row.packet));
        let sealed = store.read().packet(row.packet)?;
        crate::home::write_whole(&path, sealed.bytes())?;
        store.note(
            Act { officer: officer.as_ref(), at: now() },
            AuditAction::Exported,
            &row.packet.to_string(),
        )?;
    }
    let copied = rows.len();
    Ok(writeln!(out, "{copied} packets the centre has not signed for are in {}", folder.display())?)
}

/// Lets packets that were set aside wait for the centre once more.
pub(super) fn offer_again(home: &Home, out: &mut dyn Write) -> anyhow::Result<()> {
    let (mut store, _) = opened(home)?;
    let aside = store.read().aside()?;
    for row in &aside {
        store.release(row.packet, Act { officer: None, at: now() })?;
    }
    Ok(writeln!(out, "{} packets are offered again", aside.len())?)
}

/// Lets packets be deleted again after the centre contradicted itself, once a supervisor has settled it with the centre.
pub(super) fn trust_again(home: &Home, supervisor: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let (mut store, bundle) = opened(home)?;
    let evidence = store.read().distrusted()?.context("the centre contradicts nothing it signed")?;
    let (supervisor, _) = two_people::proven(&bundle, supervisor, |role| role.may(Right::ApproveException))?;
    forget_checkpoint(&mut store)?;
    store.trust_again(Act { officer: Some(&supervisor), at: now() })?;
    Ok(writeln!(out, "settled and recorded: {evidence}")?)
}

/// Copies the whole database to a file under the same key, also while the station works.
pub(super) fn backup(
    home: &Home,
    file: &Path,
    people: &TwoPeople,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let key = home.database_key()?;
    let reader = Reader::open(&home.database(), &key)?;
    if two_people::are_asked(&bundle(home, &reader)?)? {
        // The chain has one writer: before two people, the station rests meanwhile.
        let (mut store, bundle) = opened(home)?;
        let officer = people.may_export(home, &mut store, &bundle, DeedKind::DatabaseCopied)?;
        store.note(Act { officer: officer.as_ref(), at: now() }, AuditAction::BackedUp, "database")?;
    }
    reader.backup(file, &key)?;
    Ok(writeln!(out, "{} holds a copy that opens and is whole", file.display())?)
}

/// Says how fast packets are sent and in which hours, once what is asked was set.
pub(super) fn pace(
    home: &Home,
    rate: Option<u32>,
    hours: Option<&str>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut store = Store::open(&home.database(), &home.database_key()?)?;
    let mut kept = pace::kept(store.read())?;
    if let Some(rate) = rate {
        kept.bytes_per_second = pace::bytes(rate);
    }
    match hours {
        Some("always") => kept.hours = None,
        Some(hours) => kept.hours = Some(pace::parse_hours(hours)?),
        None => {}
    }
    let said = pace::said(&kept)
        .map_or_else(|| "Sending at any time, as fast as the link is".into(), |said| said.en);
    if rate.is_some() || hours.is_some() {
        pace::keep(&mut store, &kept)?;
        store.note(Act { officer: None, at: now() }, AuditAction::PaceSet, &said)?;
    }
    Ok(writeln!(out, "{said}")?)
}

/// The store and the reference data in force.
fn opened(home: &Home) -> anyhow::Result<(Store, ReferenceBundle)> {
    let store = Store::open(&home.database(), &home.database_key()?)?;
    let bundle = bundle(home, store.read())?;
    Ok((store, bundle))
}

fn bundle(home: &Home, reader: &Reader) -> anyhow::Result<ReferenceBundle> {
    let signed = reader.setting(REFERENCE)?.context("this station has no reference data yet")?;
    Ok(ReferenceBundle::verify(&signed, &home.membership()?.station.authority)?)
}

fn is_unreceived(state: &tram_store::PacketState) -> bool {
    matches!(state, tram_store::PacketState::Waiting | tram_store::PacketState::Quarantined { .. })
}

/// Lists them.
pub(super) fn list(home: &Home, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let reader = Reader::open(&home.database(), &home.database_key()?)?;
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
    if let Some(evidence) = reader.distrusted()? {
        writeln!(out, "{evidence}: nothing is deleted until a supervisor has settled it (--trust-again)")?;
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
