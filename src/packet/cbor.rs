//! Deterministic CBOR (RFC 8949, 4.2.1): shortest forms, sorted keys, definite lengths.
//!
//! What is read is first walked without allocating, so that hostile lengths and nesting are refused before anything
//! is built from them, and then must be exactly what [`encode`] would have written.

use crate::PacketError;
use ciborium::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Deepest nesting of anything we write is 6.
const DEEPEST: usize = 16;
/// Most items in one thing; a packet's manifest with 100 samples has some 700.
const MOST_ITEMS: usize = 20_000;

/// The one encoding of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, PacketError> {
    let unencodable = PacketError::Format { what: "contents" };
    let Ok(mut value) = Value::serialized(value) else { return Err(unencodable) };
    sort_keys(&mut value);
    let mut bytes = Vec::new();
    match ciborium::into_writer(&value, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_unwritable) => Err(unencodable),
    }
}

/// Keys of a map in the order of their encoded bytes.
fn sort_keys(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            for (_, value) in entries.iter_mut() {
                sort_keys(value);
            }
            entries.sort_by_cached_key(|(key, _)| {
                let mut bytes = Vec::new();
                // Writing to memory does not fail.
                let _ = ciborium::into_writer(key, &mut bytes);
                bytes
            });
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        Value::Tag(_, inner) => sort_keys(inner),
        _ => {}
    }
}

/// The value whose one encoding these bytes are.
pub(crate) fn decode<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    what: &'static str,
) -> Result<T, PacketError> {
    let damaged = PacketError::Format { what };
    let (_, []) = split_item(bytes, what)? else { return Err(damaged) };
    let Ok(value) = ciborium::de::from_reader_with_recursion_limit::<T, _>(bytes, 2 * DEEPEST) else {
        return Err(damaged);
    };
    if encode(&value)? == bytes { Ok(value) } else { Err(damaged) }
}

/// The first item of a sequence (RFC 8742), and what follows it.
pub(crate) fn split_item<'a>(
    bytes: &'a [u8],
    what: &'static str,
) -> Result<(&'a [u8], &'a [u8]), PacketError> {
    walk(bytes).and_then(|length| bytes.split_at_checked(length)).ok_or(PacketError::Format { what })
}

/// The head of a byte string of this length.
pub(crate) fn bytes_head(length: u64) -> Vec<u8> {
    let (info, width) = match length {
        0..24 => (length as u8, 0),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    std::iter::once(BYTES << 5 | info).chain(length.to_be_bytes().into_iter().skip(8 - width)).collect()
}

/// How many bytes the head of a byte string has after its first, which is given.
pub(crate) fn bytes_head_rest(first: u8) -> Option<usize> {
    let info = first & 31;
    (first >> 5 == BYTES && info < 28).then(|| if info < 24 { 0 } else { 1 << (info - 24) })
}

/// The length in the head of a byte string, which is the only one of that length.
pub(crate) fn bytes_length(head: &[u8]) -> Option<u64> {
    let Head { major: BYTES, argument, .. } = self::head(head)? else { return None };
    (bytes_head(argument) == head).then_some(argument)
}

/// Bytes that a byte string of this length takes with its head.
pub(crate) fn bytes_size(length: u64) -> u64 {
    length.saturating_add(bytes_head(length).len() as u64)
}

const BYTES: u8 = 2;

struct Head {
    major: u8,
    argument: u64,
    /// Of the head itself, in bytes.
    length: usize,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let first = *bytes.first()?;
    let (major, info) = (first >> 5, first & 31);
    let width = match info {
        0..24 => 0,
        24..28 => 1 << (info - 24),
        _ => return None,
    };
    let argument = match width {
        0 => u64::from(info),
        _ => bytes.get(1..=width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    };
    Some(Head { major, argument, length: 1 + width })
}

/// The length of the first item, or `None` when it is cut off, nested too deep or of too many items.
fn walk(bytes: &[u8]) -> Option<usize> {
    // How many items each open array, map and tag still lacks.
    let mut open: Vec<u64> = vec![1];
    let mut at = 0_usize;
    let mut items = 0;
    while let Some(left) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left -= 1;
        items += 1;
        let Head { major, argument, length } = head(bytes.get(at..)?)?;
        at = at.checked_add(length)?;
        match major {
            2 | 3 => at = at.checked_add(usize::try_from(argument).ok()?).filter(|at| *at <= bytes.len())?,
            4 => open.push(argument),
            5 => open.push(argument.checked_mul(2)?),
            6 => open.push(1),
            _ => {}
        }
        if open.len() > DEEPEST || items > MOST_ITEMS {
            return None;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn keys_are_sorted_by_their_bytes_and_only_that_form_is_read() {
        let map = BTreeMap::from([("bb", 1), ("a", 2)]);
        let bytes = encode(&map).unwrap();
        assert_eq!(bytes, b"\xa2\x61a\x02\x62bb\x01", "shorter keys first");
        assert_eq!(decode::<BTreeMap<String, u8>>(&bytes, "map").unwrap().len(), 2);
        for other in [
            b"\xa2\x62bb\x01\x61a\x02".as_slice(),            // unsorted
            b"\xa1\x61a\x18\x02",                             // not the shortest form
            b"\xbf\x61a\x02\xff",                             // indefinite
            b"\xa1\x61a\x02\x00",                             // something after it
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x61a\x02", // hostile length
            &[0x81; 40],                                      // nested
            b"",
        ] {
            assert!(decode::<BTreeMap<String, u8>>(other, "map").is_err(), "{other:02x?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_read_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<crate::Receipt>(&bytes, "receipt");
            let _ = decode::<crate::CardOrder>(&bytes, "order");
            let _ = bytes_length(&bytes);
        }

        #[test]
        fn the_head_of_a_byte_string_is_the_one_that_ciborium_writes(length in 0_usize..70_000) {
            let mut written = Vec::new();
            ciborium::into_writer(&Value::Bytes(vec![7; length]), &mut written).unwrap();
            let head = bytes_head(length as u64);
            prop_assert_eq!(&written[..head.len()], head.as_slice());
            prop_assert_eq!(bytes_size(length as u64), written.len() as u64);
            prop_assert_eq!(bytes_length(&head), Some(length as u64));
            prop_assert_eq!(bytes_head_rest(head[0]), Some(head.len() - 1));
        }
    }
}
