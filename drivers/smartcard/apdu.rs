//! Commands and responses as bytes (ISO/IEC 7816-3, 12.1, and 7816-4, 5.2).

/// The longest data of a short command.
pub const MAX_SHORT: usize = 255;
/// The longest data of an extended command.
pub const MAX_EXTENDED: usize = 65_535;

/// A command to a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// Class.
    pub class: u8,
    /// Instruction.
    pub instruction: u8,
    /// P1 and P2.
    pub parameters: [u8; 2],
    /// The command's data, at most [`MAX_EXTENDED`] bytes in one command, any length in a chain.
    pub data: Vec<u8>,
    /// The most bytes wanted in answer, up to 65,536; 0 where none are.
    pub expected: u32,
}

impl std::fmt::Debug for Command {
    /// The header only: data may be a person's or a key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { class, instruction, parameters: [p1, p2], .. } = self;
        write!(f, "{class:02x} {instruction:02x} {p1:02x} {p2:02x} ({} bytes)", self.data.len())
    }
}

impl Command {
    /// SELECT an application by its identifier (7816-4, 11.2.2), asking for no answer but the status.
    pub fn select_application(identifier: &[u8]) -> Self {
        Self { class: 0, instruction: 0xa4, parameters: [4, 0x0c], data: identifier.to_vec(), expected: 0 }
    }

    /// READ BINARY of the selected file (7816-4, 11.3.3), for offsets below 32,768.
    pub fn read_binary(offset: u16, expected: u32) -> Self {
        let parameters = (offset & 0x7fff).to_be_bytes();
        Self { class: 0, instruction: 0xb0, parameters, data: Vec::new(), expected }
    }

    /// GET RESPONSE (7816-4, 11.8.1) on the channel of `class`, for what waits at the card.
    pub(crate) fn get_response(class: u8, waiting: u8) -> Self {
        let expected = if waiting == 0 { 256 } else { u32::from(waiting) };
        Self { class: class & !0x10, instruction: 0xc0, parameters: [0; 2], data: Vec::new(), expected }
    }

    /// Whether it fits the short form.
    pub(crate) fn is_short(&self) -> bool {
        self.data.len() <= MAX_SHORT && self.expected <= 256
    }

    /// The bytes on the wire, extended only where the short form does not do; `None` when it is too long for one command.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let Self { class, instruction, parameters: [p1, p2], ref data, expected } = *self;
        let mut bytes = vec![class, instruction, p1, p2];
        if self.is_short() {
            if !data.is_empty() {
                bytes.push(data.len() as u8);
                bytes.extend(data);
            }
            if expected > 0 {
                // 256 is written as 0.
                bytes.push(expected as u8);
            }
            return Some(bytes);
        }
        let length = u16::try_from(data.len()).ok().filter(|_| expected <= 65_536)?;
        bytes.push(0);
        if !data.is_empty() {
            bytes.extend(length.to_be_bytes());
            bytes.extend(data);
        }
        if expected > 0 {
            // 65,536 is written as 0.
            bytes.extend((expected as u16).to_be_bytes());
        }
        Some(bytes)
    }
}

/// What a card answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The data.
    pub data: Vec<u8>,
    /// SW1 and SW2, 0x9000 where all went well.
    pub status: u16,
}

impl std::fmt::Debug for Response {
    /// Without the data, which may be a person's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04x} ({} bytes)", self.status, self.data.len())
    }
}

impl Response {
    /// Splits the status off; `None` when there is none.
    pub fn parse(mut bytes: Vec<u8>) -> Option<Self> {
        let (low, high) = (bytes.pop()?, bytes.pop()?);
        Some(Self { data: bytes, status: u16::from_be_bytes([high, low]) })
    }

    /// Whether the command was done as asked.
    pub fn is_done(&self) -> bool {
        self.status == 0x9000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(data: usize, expected: u32) -> Command {
        Command { class: 0, instruction: 0xd6, parameters: [1, 2], data: vec![7; data], expected }
    }

    #[test]
    fn the_seven_cases_of_7816_3() {
        let length = |data, expected| command(data, expected).to_bytes().map(|bytes| bytes.len());
        let head = |data, expected| command(data, expected).to_bytes().map(|bytes| bytes[4..].to_vec());
        assert_eq!(head(0, 0), Some(vec![])); // 1
        assert_eq!(head(0, 256), Some(vec![0])); // 2S
        assert_eq!(head(1, 0), Some(vec![1, 7])); // 3S
        assert_eq!(head(1, 16), Some(vec![1, 7, 16])); // 4S
        assert_eq!(head(0, 65_536), Some(vec![0, 0, 0])); // 2E
        assert_eq!(head(0, 257), Some(vec![0, 1, 1]));
        assert_eq!(length(256, 0), Some(4 + 3 + 256)); // 3E
        assert_eq!(head(256, 0).map(|bytes| bytes[..3].to_vec()), Some(vec![0, 1, 0]));
        assert_eq!(length(65_535, 65_536), Some(4 + 3 + 65_535 + 2)); // 4E
        assert_eq!(length(65_536, 0), None);
    }

    #[test]
    fn a_response_ends_in_its_status() {
        let response = Response::parse(vec![1, 2, 0x90, 0]).expect("a status");
        assert!(response.is_done() && response.data == [1, 2]);
        assert_eq!(Response::parse(vec![0x90]), None);
    }
}
