//! Reading big-endian numbers from bytes nobody has checked.

/// The bytes end before what they promise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short;

/// What is left to read.
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// All that is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Short> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Short> {
        self.take(1)?.first().copied().ok_or(Short)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Short> {
        self.take(2)?.try_into().map(u16::from_be_bytes).or(Err(Short))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Short> {
        self.take(4)?.try_into().map(u32::from_be_bytes).or(Err(Short))
    }
}
