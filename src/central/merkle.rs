//! The centre's log as a Merkle tree (RFC 9162, section 2), over whatever keeps the roots of its full subtrees.
//!
//! A node is named by its level (0 are the leaves) and its position from the left; a full subtree never changes, so
//! that the root of any earlier size and every proof are put together from nodes that are there: a dozen or two of
//! them in a log of millions.

use tram_packet::Digest;
pub use tram_packet::merkle::leaf;

/// The hash of the leaf of a written record. It is longer than a packet's 48 bytes, so that one is never the other.
pub fn record_leaf(record: &str) -> Digest {
    leaf_of(record.as_bytes())
}

/// The hash of a leaf by the entry it is of.
pub fn leaf_of(entry: &[u8]) -> Digest {
    Digest::of_parts([[0].as_slice(), entry])
}

/// The hash above two; `None` when they are not two.
pub fn parent(pair: &[Digest]) -> Option<Digest> {
    let [left, right] = pair else { return None };
    Some(node(*left, *right))
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_parts([[1].as_slice(), left.as_bytes(), right.as_bytes()])
}

/// The root of a full subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// 0 for a leaf; a node of level n has 2ⁿ leaves under it.
    pub level: u32,
    /// From the left, from 0.
    pub position: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Where nodes are looked up: by level and position.
pub type Nodes<'a, E> = &'a dyn Fn(u32, u64) -> Result<Digest, E>;

/// The nodes a leaf adds to a tree of `size` leaves: itself, and each subtree it completes.
///
/// # Errors
/// Whatever the look-up fails with.
pub fn push<E>(size: u64, leaf: Digest, nodes: Nodes<'_, E>) -> Result<Vec<Node>, E> {
    let mut last = Node { level: 0, position: size, hash: leaf };
    let mut added = vec![last];
    while last.position % 2 == 1 {
        let left = nodes(last.level, last.position - 1)?;
        last = Node { level: last.level + 1, position: last.position / 2, hash: node(left, last.hash) };
        added.push(last);
    }
    Ok(added)
}

/// The root of a tree of `size` leaves; of an empty tree, the digest of nothing.
///
/// # Errors
/// Whatever the look-up fails with.
pub fn root<E>(size: u64, nodes: Nodes<'_, E>) -> Result<Digest, E> {
    if size == 0 { Ok(Digest::of(&[])) } else { range(0, size, nodes) }
}

/// The hash over the leaves from `first` to before `last`, as the standard cuts a tree.
fn range<E>(first: u64, last: u64, nodes: Nodes<'_, E>) -> Result<Digest, E> {
    let count = last - first;
    if count.is_power_of_two() {
        return nodes(count.ilog2(), first / count);
    }
    let middle = first + left_of(count);
    Ok(node(range(first, middle, nodes)?, range(middle, last, nodes)?))
}

/// The leaves in the left subtree of a tree of `count`, at least 2: the largest power of two below it.
fn left_of(count: u64) -> u64 {
    count.next_power_of_two() / 2
}

/// The path that proves a leaf is in the tree of `size` leaves (RFC 9162, 2.1.3.1), lowest first.
///
/// # Errors
/// Whatever the look-up fails with.
pub fn inclusion<E>(index: u64, size: u64, nodes: Nodes<'_, E>) -> Result<Vec<Digest>, E> {
    let (mut first, mut last, mut path) = (0, size, Vec::new());
    while index < size && last - first > 1 {
        let middle = first + left_of(last - first);
        if index < middle {
            path.push(range(middle, last, nodes)?);
            last = middle;
        } else {
            path.push(range(first, middle, nodes)?);
            first = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The path that proves that the tree of `earlier` leaves is the beginning of the tree of `size` (RFC 9162, 2.1.4.1).
///
/// # Errors
/// Whatever the look-up fails with.
pub fn consistency<E>(earlier: u64, size: u64, nodes: Nodes<'_, E>) -> Result<Vec<Digest>, E> {
    let (mut first, mut last, mut path) = (0, size, Vec::new());
    if earlier == 0 || earlier >= size {
        return Ok(path);
    }
    while last != earlier {
        let middle = first + left_of(last - first);
        if earlier <= middle {
            path.push(range(middle, last, nodes)?);
            last = middle;
        } else {
            path.push(range(first, middle, nodes)?);
            first = middle;
        }
    }
    // The verifier holds the root of the earlier tree already when that is a subtree of its own.
    if first != 0 {
        path.push(range(first, last, nodes)?);
    }
    path.reverse();
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use tram_packet::merkle::{Tree, verify_consistency, verify_inclusion};

    /// RFC 9162, 2.1.1, word for word.
    fn naive(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node(naive(left), naive(right))
            }
        }
    }

    #[test]
    fn roots_and_proofs_are_those_of_the_standard() {
        let leaves: Vec<Digest> = (0_u8..40).map(|n| Digest::of(&[n])).collect();
        let mut kept = BTreeMap::new();
        let mut roots = Vec::new();
        for size in 0..leaves.len() {
            let look_up = |level, position| kept.get(&(level, position)).copied().ok_or("a node is missing");
            let nodes: Nodes<'_, &str> = &look_up;
            let whole = root(size as u64, nodes).unwrap();
            assert_eq!(whole, naive(&leaves[..size]), "{size}");
            let tree = Tree { size: size as u64, root: whole };
            for (index, leaf) in (0..).zip(&leaves[..size]) {
                let path = inclusion(index, tree.size, nodes).unwrap();
                assert!(verify_inclusion(*leaf, index, tree, &path), "{index} of {size}");
            }
            for (earlier, root) in (0..).zip(&roots).skip(1) {
                let path = consistency(earlier, tree.size, nodes).unwrap();
                let before = Tree { size: earlier, root: *root };
                assert!(verify_consistency(before, tree, &path), "{earlier} of {size}");
            }
            roots.push(whole);
            let added = push(size as u64, leaves[size], nodes).unwrap();
            kept.extend(added.into_iter().map(|node| ((node.level, node.position), node.hash)));
        }
    }
}
