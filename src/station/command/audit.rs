//! `tram audit`: the station's audit chain, read and examined; nothing here can change it.

use crate::engine::REFERENCE;
use crate::home::Home;
use anyhow::bail;
use clap::Subcommand;
use std::io::Write;
use time::format_description::well_known::Rfc3339;
use tram_packet::ReferenceBundle;
use tram_store::Reader;

/// What can be done with the audit chain.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Follow the chain and hold it against every packet and receipt: an entry that was inserted, removed, changed, moved or
    /// written anew is found, and the exit code is 1.
    Verify,
    /// List the entries, oldest first.
    List {
        /// As JSON, one entry a line.
        #[arg(long)]
        json: bool,
    },
}

/// Carries it out.
pub(super) fn run(home: &Home, command: &AuditCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    let reader = Reader::open(&home.database(), &home.database_key()?)?;
    match command {
        AuditCommand::Verify => verify(home, &reader, out),
        AuditCommand::List { json } => list(&reader, *json, out),
    }
}

fn verify(home: &Home, reader: &Reader, out: &mut dyn Write) -> anyhow::Result<()> {
    let station = home.station_key()?.public_key().clone();
    let authority = home.membership()?.station.authority;
    let centre_keys = match reader.setting(REFERENCE)? {
        Some(signed) => ReferenceBundle::verify(&signed, &authority)?.centre_keys,
        None => Vec::new(),
    };
    let report = reader.examine_audit(&[station], &centre_keys)?;
    for by in &report.unverified {
        writeln!(out, "{by} is signed by no key that is known: it vouches for nothing")?;
    }
    for finding in &report.findings {
        writeln!(out, "WRONG: {finding}")?;
    }
    if !report.findings.is_empty() {
        bail!("the audit chain is not what it was: {} findings", report.findings.len());
    }
    let (length, head) = (report.chain.length, report.chain.head);
    Ok(writeln!(
        out,
        "whole: {length} entries, held against {} packets and receipts; head {head}",
        report.anchored
    )?)
}

fn list(reader: &Reader, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    const STRETCH: usize = 1000;
    let mut after = 0;
    loop {
        let rows = reader.audit_rows(after, STRETCH)?;
        for (row, _digest) in &rows {
            if json {
                writeln!(out, "{}", serde_json::to_string(row)?)?;
            } else {
                let officer = row.officer.as_ref().map_or("-", |officer| officer.0.as_str());
                let at = row.at.format(&Rfc3339)?;
                writeln!(out, "{:>7}  {at}  {officer:<14} {:<18} {}", row.number, row.action, row.subject)?;
            }
            after = row.number;
        }
        if rows.len() < STRETCH {
            return Ok(());
        }
    }
}
