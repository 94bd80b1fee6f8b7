//! What only Canon EOS cameras have: their events, the live picture, the release. Known from public drivers.

use crate::container::garbage;
use crate::dataset::Fields;
use tram_device::DeviceError;

/// Canon's number as an extension of the standard.
pub(crate) const EXTENSION: u32 = 11;

/// Canon's operations.
pub(crate) mod operation {
    pub(crate) const RELEASE: u16 = 0x910f;
    pub(crate) const GET_PARTIAL_OBJECT: u16 = 0x9107;
    pub(crate) const SET_PROPERTY: u16 = 0x9110;
    pub(crate) const SET_REMOTE_MODE: u16 = 0x9114;
    pub(crate) const SET_EVENT_MODE: u16 = 0x9115;
    pub(crate) const GET_EVENT: u16 = 0x9116;
    pub(crate) const TRANSFER_COMPLETE: u16 = 0x9117;
    pub(crate) const HOST_CAPACITY: u16 = 0x911a;
    pub(crate) const RELEASE_ON: u16 = 0x9128;
    pub(crate) const RELEASE_OFF: u16 = 0x9129;
    pub(crate) const GET_VIEW_FINDER: u16 = 0x9153;
}

/// The camera has no new live picture yet.
pub(crate) const NOT_READY: u16 = 0xa102;

/// Parameters of the live picture: no more than this many bytes.
pub(crate) const VIEW_FINDER: [u32; 3] = [0x0020_0000, 0, 0];
/// A host that never runs full: free clusters, bytes each, and that they were counted anew.
pub(crate) const CAPACITY: [u32; 3] = [0x0fff_ffff, 0x1000, 1];
/// Focus and shutter together.
pub(crate) const BOTH_STAGES: u32 = 3;
/// How much of a picture is asked for at once.
pub(crate) const PIECE_BYTES: u32 = 1024 * 1024;

/// A property and its value as the camera takes it: length, number, value.
pub(crate) fn property(number: u32, value: u32) -> Vec<u8> {
    [12, number, value].into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Where the live picture goes.
pub(crate) const LIVE_OUTPUT: u32 = 0xd1b0;
pub(crate) const TO_HOST: u32 = 2;
/// Where pictures go.
pub(crate) const DESTINATION: u32 = 0xd11c;
pub(crate) const TO_MEMORY: u32 = 4;

/// A picture waits in the camera's memory.
const TRANSFER_WANTED: u32 = 0xc186;

/// A picture that waits to be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) handle: u32,
    pub(crate) format: u16,
    pub(crate) bytes: u32,
}

/// The pictures that an answer to "what happened" tells of: records of length, kind, content.
pub(crate) fn waiting(events: &[u8]) -> Result<Vec<Waiting>, DeviceError> {
    let mut found = Vec::new();
    for (kind, content) in records(events)? {
        if kind == TRANSFER_WANTED {
            let mut fields = Fields::new(content);
            let mut read = || {
                let (handle, format) = (fields.u32()?, fields.u16()?);
                fields.skip(6)?;
                Some(Waiting { handle, format, bytes: fields.u32()? })
            };
            found.push(read().ok_or_else(|| garbage("an event that is cut off".to_owned()))?);
        }
    }
    Ok(found)
}

/// The JPEG among the records of a live picture.
pub(crate) fn live_jpeg(data: &[u8]) -> Result<&[u8], DeviceError> {
    let found = records(data)?.into_iter().find(|(_, content)| content.starts_with(&[0xff, 0xd8]));
    found.map(|(_, content)| content).ok_or_else(|| garbage("a live picture without a picture".to_owned()))
}

/// Records of length (their own eight bytes included), kind and content, up to one that is empty.
fn records(data: &[u8]) -> Result<Vec<(u32, &[u8])>, DeviceError> {
    let (mut rest, mut records) = (data, Vec::new());
    while let Some((&[l0, l1, l2, l3, k0, k1, k2, k3], _)) = rest.split_first_chunk() {
        let (length, kind) = (u32::from_le_bytes([l0, l1, l2, l3]), u32::from_le_bytes([k0, k1, k2, k3]));
        if length <= 8 {
            break;
        }
        let content = rest.get(8..length as usize);
        records.push((kind, content.ok_or_else(|| garbage("a record that is cut off".to_owned()))?));
        rest = rest.get(length as usize..).unwrap_or_default();
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_waiting_picture_is_found_among_events() {
        let mut events = [12_u32, 0xc189, 5].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        events.extend([24_u32, TRANSFER_WANTED, 0x91, 0x3801, 0, 777].into_iter().flat_map(u32::to_le_bytes));
        events.extend([8_u32, 0].into_iter().flat_map(u32::to_le_bytes));
        assert_eq!(waiting(&events), Ok(vec![Waiting { handle: 0x91, format: 0x3801, bytes: 777 }]));
        assert!(waiting(&events[..30]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = waiting(&bytes);
            let _ = live_jpeg(&bytes);
        }
    }
}
