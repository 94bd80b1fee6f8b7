//! The centre's log as a Merkle tree (RFC 9162, section 2): leaves are receipted packets, in the order they came.
//!
//! The centre keeps the tree and makes the proofs; a station checks them, so that a packet cannot be receipted and left
//! out, and no station can be shown another log than it was shown before.

use crate::id::{Digest, PacketId};

/// The hash of a packet's leaf.
pub fn leaf(packet: PacketId, sha256: Digest) -> Digest {
    Digest::of_parts([[0].as_slice(), packet.0.as_bytes(), sha256.as_bytes()])
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_parts([[1].as_slice(), left.as_bytes(), right.as_bytes()])
}

/// A tree by its size and root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: Digest,
}

/// Whether the path proves that the leaf stands at `index` in the tree (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(leaf: Digest, index: u64, tree: Tree, path: &[Digest]) -> bool {
    if index >= tree.size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, tree.size - 1, leaf);
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
    last == 0 && hash == tree.root
}

/// Whether the path proves that `first` is the beginning of `second` (RFC 9162, 2.1.4.2).
pub fn verify_consistency(first: Tree, second: Tree, path: &[Digest]) -> bool {
    if first.size == second.size {
        return first.root == second.root && path.is_empty();
    }
    if first.size > second.size || first.size == 0 {
        // Everything begins with nothing; nothing longer is the beginning of something shorter.
        return first.size == 0 && first.root == Digest::of(&[]) && path.is_empty();
    }
    // Where the first tree is a full one, its root is the path's first step and is not sent.
    let own = first.size.is_power_of_two().then_some(first.root);
    let mut steps = own.into_iter().chain(path.iter().copied());
    let Some(start) = steps.next() else { return false };
    let (mut at, mut last) = (first.size - 1, second.size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut of_first, mut of_second) = (start, start);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            of_first = node(step, of_first);
            of_second = node(step, of_second);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            of_second = node(of_second, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && of_first == first.root && of_second == second.root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a tree of two leaves or more divides: at the largest power of two below its size.
    fn division(leaves: usize) -> usize {
        leaves.next_power_of_two() / 2
    }

    /// RFC 9162, 2.1.1, word for word.
    fn root(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(division(leaves.len()));
                node(root(left), root(right))
            }
        }
    }

    /// RFC 9162, 2.1.3.1.
    fn inclusion(leaves: &[Digest], index: usize) -> Vec<Digest> {
        if leaves.len() < 2 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(division(leaves.len()));
        let (mut path, sibling) = if index < left.len() {
            (inclusion(left, index), root(right))
        } else {
            (inclusion(right, index - left.len()), root(left))
        };
        path.push(sibling);
        path
    }

    /// RFC 9162, 2.1.4.1: `known` says whether the verifier has the root of the leaves.
    fn consistency(leaves: &[Digest], first: usize, known: bool) -> Vec<Digest> {
        if first == 0 {
            return Vec::new();
        }
        if first == leaves.len() {
            return if known { Vec::new() } else { vec![root(leaves)] };
        }
        let (left, right) = leaves.split_at(division(leaves.len()));
        let (mut path, sibling) = if first <= left.len() {
            (consistency(left, first, known), root(right))
        } else {
            (consistency(right, first - left.len(), false), root(left))
        };
        path.push(sibling);
        path
    }

    fn leaves(count: u8) -> Vec<Digest> {
        (0..count).map(|n| Digest::of(&[n])).collect()
    }

    fn tree(leaves: &[Digest]) -> Tree {
        Tree { size: leaves.len() as u64, root: root(leaves) }
    }

    #[test]
    fn a_leaf_is_proven_at_its_place_and_nowhere_else() {
        let leaves = leaves(40);
        for size in 1..leaves.len() {
            let leaves = &leaves[..size];
            let tree = tree(leaves);
            for index in 0..size {
                let path = inclusion(leaves, index);
                let verifies = |leaf, at| verify_inclusion(leaf, at, tree, &path);
                assert!(verifies(leaves[index], index as u64), "{index} of {size}");
                assert!(!verifies(Digest::of(b"another"), index as u64));
                assert!(!verifies(leaves[index], index as u64 + 1) && !verifies(leaves[index], tree.size));
            }
        }
    }

    #[test]
    fn a_log_that_only_grew_is_proven_and_any_other_is_not() {
        let leaves = leaves(33);
        for second in 1..leaves.len() {
            for first in 0..=second {
                let path = consistency(&leaves[..second], first, true);
                let (before, after) = (tree(&leaves[..first]), tree(&leaves[..second]));
                assert!(verify_consistency(before, after, &path), "{first} of {second}");
                for at in 0..path.len() {
                    let mut wrong = path.clone();
                    wrong[at] = Digest::of(b"another");
                    assert!(!verify_consistency(before, after, &wrong));
                    assert!(!verify_consistency(before, after, &path[..at]), "cut short");
                }
                if first > 0 {
                    let mut other = leaves[..second].to_vec();
                    other[first - 1] = Digest::of(b"another");
                    let (forked, path) = (tree(&other), consistency(&other, first, true));
                    assert!(!verify_consistency(before, forked, &path), "{first} of {second}, forked");
                    assert!(first == second || !verify_consistency(after, before, &path));
                }
            }
        }
    }
}
