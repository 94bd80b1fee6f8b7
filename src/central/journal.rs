//! The Merkle log in the register: receipts and decisions enter it with the rows they belong to.

use crate::centre::Centre;
use crate::database::{Transaction, values};
use crate::error::CentralError;
use crate::merkle;
use std::collections::BTreeMap;
use tram_packet::Digest;
use tram_sync::protocol::Checkpoint;

/// Takes the next place in the log. Whoever has it keeps all others out until the transaction ends.
pub(crate) fn next(tx: &Transaction<'_>) -> Result<u64, CentralError> {
    let row = tx.first("UPDATE log SET size = size + 1 WHERE one = 1 RETURNING size - 1", values![])?;
    row.ok_or_else(no_log)?.get(0)
}

/// The log up to a leaf that was just entered.
pub(crate) struct Entered {
    /// Its root.
    pub(crate) root: Digest,
    /// The path that proves the leaf in it, lowest first.
    pub(crate) path: Vec<Digest>,
}

/// Enters a leaf at the place that was taken for it.
pub(crate) fn enter(tx: &Transaction<'_>, index: u64, leaf: Digest) -> Result<Entered, CentralError> {
    let mut nodes = peaks(tx, index)?;
    let added = merkle::push(index, leaf, &|level, position| known(&nodes, level, position))?;
    for node in added {
        nodes.insert((node.level, node.position), node.hash);
        tx.execute(
            "INSERT INTO log_node (level, position, hash) VALUES (?1, ?2, ?3)
             ON CONFLICT (level, position) DO UPDATE SET hash = ?3",
            values![node.level, node.position, node.hash.as_bytes().to_vec()],
        )?;
    }
    // All that this leaf's root and path are made of is the peaks before it and what it added to them.
    let nodes: merkle::Nodes<'_, CentralError> = &|level, position| known(&nodes, level, position);
    Ok(Entered { root: merkle::root(index + 1, nodes)?, path: merkle::inclusion(index, index + 1, nodes)? })
}

/// Nodes by level and position.
type Known = BTreeMap<(u32, u64), Digest>;

fn known(nodes: &Known, level: u32, position: u64) -> Result<Digest, CentralError> {
    nodes.get(&(level, position)).copied().ok_or_else(no_log)
}

/// The roots of the full subtrees a log of so many leaves is made of: one for each bit of its size, in one question.
fn peaks(db: &Transaction<'_>, size: u64) -> Result<Known, CentralError> {
    let rows = db.query(
        "WITH tall (l) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14),
         (15), (16), (17), (18), (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31), (32),
         (33), (34), (35), (36), (37), (38), (39))
         SELECT level, position, hash FROM tall JOIN log_node
         ON level = l AND position = (CAST(?1 AS bigint) >> l) - 1 WHERE (CAST(?1 AS bigint) >> l) & 1 = 1",
        values![size],
    )?;
    rows.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), hash(&row.get::<Vec<u8>>(2)?)?))).collect()
}

/// Whether a register that an earlier version wrote has leaves without what is above them.
pub(crate) fn is_behind(db: &Transaction<'_>) -> Result<bool, CentralError> {
    let leaf = "SELECT 1 FROM log_node WHERE level = 0 AND position >= ?1 LIMIT 1";
    Ok(db.first(leaf, values![size(db)?])?.is_some())
}

/// Fills in what is above the leaves in a register that an earlier version wrote.
pub(crate) fn complete(tx: &Transaction<'_>) -> Result<(), CentralError> {
    let leaves = "SELECT hash FROM log_node WHERE level = 0 AND position >= ?1 ORDER BY position";
    for leaf in tx.query(leaves, values![size(tx)?])? {
        let index = next(tx)?;
        enter(tx, index, hash(&leaf.get::<Vec<u8>>(0)?)?)?;
    }
    Ok(())
}

/// The root of the log of so many leaves.
pub(crate) fn root(db: &Transaction<'_>, size: u64) -> Result<Digest, CentralError> {
    merkle::root(size, &|level, position| node(db, level, position))
}

/// What the log says of an enrollment that another system finalized: its id as JSON, and the digest of its content.
pub(crate) fn osia_record(id: &str, body: &str) -> String {
    format!("OSIA enrollment 1\n{id}\n{}\n", Digest::of(body.as_bytes()))
}

/// How many entries there are.
pub(crate) fn size(db: &Transaction<'_>) -> Result<u64, CentralError> {
    db.first("SELECT size FROM log WHERE one = 1", values![])?.ok_or_else(no_log)?.get(0)
}

/// A full subtree's root, as it is held.
pub(crate) fn node(db: &Transaction<'_>, level: u32, position: u64) -> Result<Digest, CentralError> {
    let row =
        db.first("SELECT hash FROM log_node WHERE level = ?1 AND position = ?2", values![level, position])?;
    hash(&row.ok_or_else(no_log)?.get::<Vec<u8>>(0)?)
}

fn hash(bytes: &[u8]) -> Result<Digest, CentralError> {
    Digest::from_slice(bytes).ok_or_else(no_log)
}

fn no_log() -> CentralError {
    CentralError::Setup("the log in the register is damaged: restore the last backup".into())
}

impl Centre {
    /// How far the log has come.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn checkpoint(&self) -> Result<Checkpoint, CentralError> {
        let epoch = self.epoch()?;
        self.database.read(|db| {
            let size = size(db)?;
            Ok(Checkpoint { epoch, size, root: root(db, size)? })
        })
    }

    /// The proof that the log of `earlier` leaves is the beginning of the log of `size`; `None` when it is shorter.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn consistency(&self, earlier: u64, size_asked: u64) -> Result<Option<Vec<Digest>>, CentralError> {
        self.database.read(|db| {
            if earlier > size_asked || size_asked > size(db)? {
                return Ok(None);
            }
            Ok(Some(merkle::consistency(earlier, size_asked, &|level, position| node(db, level, position))?))
        })
    }
}
