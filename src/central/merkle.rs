//! The centre's log as a Merkle tree (RFC 9162, section 2): leaves are receipted packets, in the order they came.

use tram_packet::{Digest, PacketId};

/// The hash of a packet's leaf.
pub fn leaf(packet: PacketId, sha256: Digest) -> Digest {
    Digest::of_parts([[0].as_slice(), packet.0.as_bytes(), sha256.as_bytes()])
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_parts([[1].as_slice(), left.as_bytes(), right.as_bytes()])
}

/// The right edge of a tree: enough to add leaves and to say the root.
#[derive(Clone, Debug, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the full subtrees, largest first.
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The tree of these leaves.
    pub fn of(leaves: impl IntoIterator<Item = Digest>) -> Self {
        let mut frontier = Self::default();
        leaves.into_iter().for_each(|leaf| frontier.push(leaf));
        frontier
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Digest) {
        let merged = self.size.trailing_ones();
        let mut hash = leaf;
        for _ in 0..merged {
            if let Some(left) = self.peaks.pop() {
                hash = node(left, hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root; of an empty tree, the digest of nothing.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev().copied();
        peaks.next().map_or_else(|| Digest::of(&[]), |last| peaks.fold(last, |right, left| node(left, right)))
    }
}

/// The path that proves a leaf is in the tree of these leaves (RFC 9162, 2.1.3.1), lowest first.
pub fn inclusion(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() < 2 || index >= leaves.len() {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let root = |part: &[Digest]| Frontier::of(part.iter().copied()).root();
    let (mut path, sibling) = if index < left.len() {
        (inclusion(left, index), root(right))
    } else {
        (inclusion(right, index - left.len()), root(left))
    };
    path.push(sibling);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// RFC 9162, 2.1.3.2, word for word.
    fn verifies(leaf: Digest, index: u64, size: u64, path: &[Digest], root: Digest) -> bool {
        let (mut at, mut last, mut hash) = (index, size - 1, leaf);
        for sibling in path {
            if last == 0 {
                return false;
            }
            if at & 1 == 1 || at == last {
                hash = node(*sibling, hash);
                while at & 1 == 0 && at != 0 {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, *sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        last == 0 && hash == root
    }

    #[test]
    fn roots_and_proofs_are_those_of_the_standard() {
        let leaves: Vec<Digest> = (0_u8..40).map(|n| Digest::of(&[n])).collect();
        for size in 0..leaves.len() {
            let leaves = &leaves[..size];
            let root = Frontier::of(leaves.iter().copied()).root();
            assert_eq!(root, naive(leaves), "{size}");
            for index in 0..size {
                let path = inclusion(leaves, index);
                assert!(verifies(leaves[index], index as u64, size as u64, &path, root), "{index} of {size}");
            }
        }
    }
}
