//! The frames of PTP on USB (USB Still Image Capture Device Definition 1.0, clause 7.1.1): length, kind, code,
//! transaction, content; numbers little-endian.

use tram_device::DeviceError;

pub(crate) const HEADER_BYTES: usize = 12;
/// The longest content believed: no still camera's picture is longer.
const MAX_CONTAINER_BYTES: usize = 96 * 1024 * 1024;

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Kind {
    Command = 1,
    Data = 2,
    Response = 3,
    Event = 4,
}

/// One container, whole.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) kind: Kind,
    pub(crate) code: u16,
    pub(crate) transaction: u32,
    pub(crate) content: Vec<u8>,
}

impl Container {
    /// A command or response with its parameters.
    pub(crate) fn with_parameters(kind: Kind, code: u16, transaction: u32, parameters: &[u32]) -> Self {
        let content = parameters.iter().flat_map(|p| p.to_le_bytes()).collect();
        Self { kind, code, transaction, content }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = ((HEADER_BYTES + self.content.len()) as u32).to_le_bytes().to_vec();
        bytes.extend((self.kind as u16).to_le_bytes());
        bytes.extend(self.code.to_le_bytes());
        bytes.extend(self.transaction.to_le_bytes());
        bytes.extend_from_slice(&self.content);
        bytes
    }
}

/// The bytes that came and are no whole container yet. A container ends with a short packet, with an empty one, or with
/// nothing but its length, as cameras please: the bytes are one stream.
#[derive(Default)]
pub(crate) struct Inbox(Vec<u8>);

impl Inbox {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The next container, when it is whole.
    ///
    /// # Errors
    /// [`DeviceError::Garbage`] when what came is no container.
    pub(crate) fn take(&mut self) -> Result<Option<Container>, DeviceError> {
        let Some(header) = Header::read(&self.0) else { return Ok(None) };
        let header = header?;
        if self.0.len() < header.length {
            return Ok(None);
        }
        let rest = self.0.split_off(header.length);
        let mut content = std::mem::replace(&mut self.0, rest);
        content.drain(..HEADER_BYTES);
        let Header { kind, code, transaction, .. } = header;
        Ok(Some(Container { kind, code, transaction, content }))
    }
}

/// What stands before a container's content.
pub(crate) struct Header {
    pub(crate) length: usize,
    pub(crate) kind: Kind,
    pub(crate) code: u16,
    transaction: u32,
}

impl Header {
    /// `None` while bytes are missing.
    pub(crate) fn read(bytes: &[u8]) -> Option<Result<Self, DeviceError>> {
        let [l0, l1, l2, l3, k0, k1, c0, c1, t0, t1, t2, t3] = *bytes.first_chunk()?;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let kind = match u16::from_le_bytes([k0, k1]) {
            1 => Kind::Command,
            2 => Kind::Data,
            3 => Kind::Response,
            4 => Kind::Event,
            other => return Some(Err(garbage(format!("a container of kind {other}")))),
        };
        if !(HEADER_BYTES..=MAX_CONTAINER_BYTES).contains(&length) {
            return Some(Err(garbage(format!("a container of {length} bytes"))));
        }
        let (code, transaction) = (u16::from_le_bytes([c0, c1]), u32::from_le_bytes([t0, t1, t2, t3]));
        Some(Ok(Self { length, kind, code, transaction }))
    }
}

pub(crate) fn garbage(detail: String) -> DeviceError {
    DeviceError::Garbage { detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn containers_are_taken_out_of_a_stream() {
        let data = Container { kind: Kind::Data, code: 0x1001, transaction: 7, content: vec![9; 500] };
        let done = Container::with_parameters(Kind::Response, 0x2001, 7, &[1, 2]);
        let stream = [data.to_bytes(), done.to_bytes()].concat();
        for piece in [1, 12, 64, 512, 2000] {
            let mut inbox = Inbox::default();
            let mut taken = Vec::new();
            for bytes in stream.chunks(piece) {
                inbox.add(bytes);
                while let Some(container) = inbox.take().expect("well formed") {
                    taken.push(container);
                }
            }
            assert!(taken == [data.clone(), done.clone()], "in pieces of {piece}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_containers_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut inbox = Inbox::default();
            inbox.add(&bytes);
            while let Ok(Some(container)) = inbox.take() {
                prop_assert!(container.content.len() <= bytes.len());
            }
        }
    }
}
