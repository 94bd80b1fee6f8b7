//! What the commands print.

use super::say;
use crate::centre::Centre;
use crate::database::values;
use crate::demo;
use crate::officers::text;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tram_biometric::Language;
use tram_packet::{Digest, PacketId, PacketKind};
use tram_sync::JoinCode;

pub(super) fn demonstration(
    centre: &Centre,
    desk: Option<SocketAddr>,
    code: &JoinCode,
) -> anyhow::Result<()> {
    say(format_args!("{} · TEST · {}\n", centre.name, centre.folder().display()))?;
    say(format_args!("Đăng nhập tại trạm / Sign in at the station:"))?;
    for (person, passphrase) in demo::PEOPLE {
        let role = person.role.label(Language::Vietnamese);
        say(format_args!("  {:<10} {passphrase:<16} {} · {role}", person.id, person.name))?;
    }
    if let Some(desk) = desk {
        let (id, name, passphrase) = demo::ADJUDICATOR;
        say(format_args!("\nĐối chiếu hồ sơ nghi trùng / Compare suspected duplicates:"))?;
        say(format_args!("  https://localhost:{}", desk.port()))?;
        say(format_args!("  {id:<10} {passphrase:<16} {name}"))?;
    }
    say(format_args!(
        "\nMã kết nạp trạm, dùng một lần trong 7 ngày / One-time station code, good for 7 days:"
    ))?;
    say(format_args!("  {code}\n"))?;
    say(format_args!("Tiếp theo / Next:  tram join '{code}'"))?;
    say(format_args!("Dừng / Stop:       Ctrl+C"))
}

pub(super) fn officers(centre: &Centre) -> anyhow::Result<()> {
    for (officer, barred) in centre.officers()? {
        let role = officer.role.label(Language::English);
        let state = if barred { "barred".to_owned() } else { format!("until {}", officer.valid_to) };
        say(format_args!("{:<16} {:<28} {:<16} {state}", officer.id, officer.name, role))?;
    }
    Ok(())
}

/// A gap in a station's packets is a lost one or one under way; two with one number mean a cloned station.
pub(super) fn stations(centre: &Centre) -> anyhow::Result<()> {
    let rows = centre.database.query(
        "SELECT station.id, office_name, revoked_at IS NOT NULL, count(sequence), coalesce(max(sequence), 0),
                count(DISTINCT sequence) FROM station LEFT JOIN packet ON packet.station = station.id
         GROUP BY station.id, office_name, revoked_at ORDER BY station.id",
        values![],
    )?;
    for row in rows {
        let (id, office, barred): (String, String, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (packets, last, distinct): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let (missing, forked) = (last - distinct, packets - distinct);
        let state = if barred { "barred" } else { "admitted" };
        say(format_args!(
            "{id:<16} {state:<9} {packets:>6} packets, {missing} missing, {forked} forked  {office}"
        ))?;
    }
    Ok(())
}

pub(super) fn persons(centre: &Centre) -> anyhow::Result<()> {
    let rows = centre.database.query(
        "SELECT personal_number, birth_date, sex, enrollments, full_name FROM person ORDER BY personal_number",
        values![],
    )?;
    for row in rows {
        let (number, birth, sex): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (enrollments, name): (u64, String) = (row.get(3)?, row.get(4)?);
        say(format_args!("{number}  {birth}  {sex:<6}  {enrollments}  {name}"))?;
    }
    Ok(())
}

/// A registered packet says what the search for duplicates came to.
pub(super) fn packets(centre: &Centre) -> anyhow::Result<()> {
    let rows = centre.database.query(
        "SELECT id, packet.state, size, coalesce(station, carrier), coalesce(sequence, 0),
                coalesce(reason, ''), coalesce(clearance.state, ''), coalesce(note, '')
         FROM packet LEFT JOIN clearance ON clearance.packet = packet.id ORDER BY announced_at, id",
        values![],
    )?;
    for row in rows {
        let (id, state, size): (String, String, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (station, sequence, reason): (String, u64, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let (clearance, note): (String, String) = (row.get(6)?, row.get(7)?);
        let line =
            format!("{id}  {state:<10} {clearance:<7} {size:>9}  {station} #{sequence}  {reason}{note}");
        say(format_args!("{}", line.trim_end()))?;
    }
    Ok(())
}

/// The `lacking` and `unverified` ones come first: they wait for `act propose deed`.
pub(super) fn deeds(centre: &Centre) -> anyhow::Result<()> {
    for deed in centre.deeds(u32::MAX)? {
        let second = if deed.supervisor.is_empty() { "alone" } else { &deed.supervisor };
        let line = format!(
            "{:>6}  {:<10} {:<16} {}  {}  {}, {second}  {}  {}",
            deed.number, deed.state, deed.kind, deed.at, deed.station, deed.officer, deed.subject, deed.why
        );
        say(format_args!("{}", line.trim_end()))?;
    }
    Ok(())
}

pub(super) fn packet(centre: &Centre, packet: PacketId) -> anyhow::Result<()> {
    let shown = describe(centre, packet)?;
    say(format_args!("{}", serde_json::to_string_pretty(&shown)?))
}

/// Everything a held packet says; of images the digest.
fn describe(centre: &Centre, packet: PacketId) -> anyhow::Result<Value> {
    let opened = centre.opened(packet)?;
    let contents = &opened.contents;
    let kind = match &contents.kind {
        PacketKind::Enrollment => json!("enrollment"),
        PacketKind::Correction { of } => json!({ "correction": of }),
        PacketKind::Withdrawal { of, reason } => json!({ "withdrawal": of, "reason": reason }),
    };
    let samples: Vec<Value> = contents
        .samples
        .iter()
        .map(|sample| {
            json!({
                "role": sample.role, "id": sample.sample.id.to_string(),
                "sha256": Digest::of(&sample.sample.bytes), "bytes": sample.sample.bytes.len(),
                "encoding": sample.sample.encoding, "width": sample.sample.width,
                "height": sample.sample.height, "ppi": sample.sample.ppi,
                "quality": sample.sample.quality.score(), "origin": sample.sample.origin,
            })
        })
        .collect();
    Ok(json!({
        "packet": packet, "sha256": opened.digest, "kind": kind, "sequence": opened.header.sequence,
        "station": opened.station.id, "officer": opened.officer.id, "officer_key": opened.officer.key.kid(),
        "enrollment": contents.enrollment, "dossier": contents.dossier, "procedure": contents.procedure,
        "reference_edition": contents.reference_edition, "applicant": contents.applicant,
        "exceptions": contents.exceptions, "consent": contents.consent, "marks": contents.marks,
        "equipment": contents.equipment,
        "received_at": text(contents.times.received_at), "sealed_at": text(contents.times.sealed_at),
        "samples": samples,
    }))
}
