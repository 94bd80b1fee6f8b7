//! The register held against itself: every entry of the log, every receipt, every packet's bytes, and each station's own
//! chain of packets and audit. Whatever was inserted, removed, reordered or forked is named.

use crate::acts::is_signed_by_two;
use crate::adjudication::is_signed;
use crate::centre::Centre;
use crate::clearance::packet_id;
use crate::database::{Row, values};
use crate::error::CentralError;
use crate::{journal, merkle, tiles};
use std::collections::BTreeMap;
use tram_packet::{AuditChain, Digest, PacketId, Receipt, SealedPacket, Signer as _};

/// What an inspection found.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// Entries of the log that were looked at.
    pub entries: u64,
    /// Packets whose bytes were read.
    pub packets: u64,
    /// One sentence each, without personal data.
    pub problems: Vec<String>,
}

/// A packet's place in its station's own order, and what its head says of the one before and of the audit chain.
struct Link {
    packet: PacketId,
    sequence: u64,
    digest: Digest,
    previous: Option<Digest>,
    audit: AuditChain,
}

impl Centre {
    /// Looks at everything; reads all packets. Whatever is received meanwhile is for the next time.
    ///
    /// # Errors
    /// [`CentralError::Database`] when the register cannot be read at all.
    pub fn inspect(&self) -> Result<Inspection, CentralError> {
        let entries = self.database.read(journal::size)?;
        let mut found = Inspection { entries, ..Inspection::default() };
        self.inspect_log(&mut found)?;
        let rows = self.database.query(
            "SELECT id, sha256, log_index, receipt FROM packet WHERE log_index IS NOT NULL AND log_index < ?1
             ORDER BY log_index",
            values![found.entries],
        )?;
        let mut chains: BTreeMap<String, Vec<Link>> = BTreeMap::new();
        for row in &rows {
            found.packets += 1;
            match self.inspect_packet(row)? {
                Ok((station, link)) => chains.entry(station).or_default().push(link),
                Err(problem) => found.problems.push(problem),
            }
        }
        for (station, links) in chains {
            inspect_chain(&station, links, &mut found.problems);
        }
        for row in
            self.database.query("SELECT number, record FROM adjudication WHERE record IS NOT NULL", &[])?
        {
            if !is_signed(&row.get::<String>(1)?) {
                found
                    .problems
                    .push(format!("decision of case {}: its signature is wrong", row.get::<u64>(0)?));
            }
        }
        for row in self.database.query("SELECT number, record FROM act WHERE record IS NOT NULL", &[])? {
            if !is_signed_by_two(&row.get::<String>(1)?) {
                let number: u64 = row.get(0)?;
                found.problems.push(format!("act {number}: it is not signed by two people"));
            }
        }
        found.problems.extend(self.changed_deeds()?);
        Ok(found)
    }

    /// Every leaf is of something, and every node above is of its leaves.
    fn inspect_log(&self, found: &mut Inspection) -> Result<(), CentralError> {
        let size = found.entries;
        let problems = &mut found.problems;
        self.database.read(|db| {
            let mut level: Vec<Digest> = Vec::with_capacity(size as usize);
            for index in 0..size {
                let held = journal::node(db, 0, index);
                match (tiles::entry(db, index), held) {
                    (Ok(entry), Ok(held)) => {
                        if merkle::leaf_of(&entry) != held {
                            problems
                                .push(format!("entry {index} of the log is not of what the register holds"));
                        }
                        level.push(held);
                    }
                    (Err(problem), _) | (_, Err(problem)) => {
                        problems.push(problem.to_string());
                        return Ok(());
                    }
                }
            }
            let mut height = 0;
            while level.len() > 1 {
                height += 1;
                level = level.chunks_exact(2).filter_map(merkle::parent).collect();
                for (position, digest) in level.iter().enumerate() {
                    let held = journal::node(db, height, position as u64);
                    if !held.is_ok_and(|held| held == *digest) {
                        problems.push(format!("node {position} at height {height} of the log is wrong"));
                    }
                }
            }
            Ok(())
        })
    }

    /// A packet's receipt and bytes.
    fn inspect_packet(&self, row: &Row) -> Result<Result<(String, Link), String>, CentralError> {
        let (id, log_index) = (row.get::<String>(0)?, row.get::<u64>(2)?);
        let packet = packet_id(&id)?;
        let wrong = |what: &str| Ok(Err(format!("packet {id}: {what}")));
        let digest = Digest::from_hex(&row.get::<String>(1)?);
        let key = self.keys.receipts.public_key();
        let Ok(receipt) = Receipt::verify(&row.get::<Vec<u8>>(3)?, key) else {
            return wrong("its receipt is not signed by this centre, or does not prove its entry");
        };
        if (receipt.packet, Some(receipt.digest), receipt.log_index) != (packet, digest, log_index) {
            return wrong("its receipt is of another packet or entry");
        }
        let root = self.database.read(|db| journal::root(db, log_index + 1))?;
        if receipt.root != root {
            return wrong("its receipt signs another log: entries before it were changed");
        }
        let Some(bytes) = self.kept(packet)? else { return wrong("its bytes are not there") };
        if Digest::of(&bytes) != receipt.digest {
            return wrong("its bytes were changed");
        }
        let Ok(sealed) = SealedPacket::parse(bytes) else { return wrong("its bytes are no packet") };
        let header = sealed.header();
        if header.audit != receipt.audit {
            return wrong("its receipt anchors another audit chain than its head");
        }
        let (sequence, previous, audit) = (header.sequence, header.previous, header.audit);
        Ok(Ok((header.station.clone(), Link { packet, sequence, digest: receipt.digest, previous, audit })))
    }
}

/// A station's packets in its own order: each names the one before, and the audit chain only grows.
fn inspect_chain(station: &str, mut links: Vec<Link>, problems: &mut Vec<String>) {
    links.sort_by_key(|link| link.sequence);
    for (earlier, later) in links.iter().zip(links.iter().skip(1)) {
        let (before, after) = (&earlier.audit, &later.audit);
        if earlier.sequence == later.sequence {
            problems.push(format!(
                "station {station}: packets {} and {} have one number, {}: the station was cloned",
                earlier.packet, later.packet, later.sequence
            ));
        } else if later.sequence == earlier.sequence + 1 && later.previous != Some(earlier.digest) {
            problems
                .push(format!("station {station}: packet {} does not follow the one before", later.packet));
        } else if after.length < before.length || after.length == before.length && after.head != before.head {
            problems.push(format!(
                "station {station}: the audit chain in packet {} was cut or forked: {} rows after {}",
                later.packet, after.length, before.length
            ));
        }
    }
}
