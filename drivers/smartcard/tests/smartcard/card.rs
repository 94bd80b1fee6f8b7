/// A card with one file: UPDATE BINARY stores it, READ BINARY gives it back in pieces of at most `piece` bytes.
pub(crate) struct Card {
    pub(crate) stored: Vec<u8>,
    chain: Vec<u8>,
    waiting: Vec<u8>,
    piece: usize,
    /// The length of each command that came.
    pub(crate) sent: Vec<usize>,
}

/// Says that it knows extended length.
pub(crate) const ATR: &[u8] = &[0x3b, 0x85, 0x80, 0x01, 0x80, 0x73, 0x00, 0x21, 0xc0, 0x16];

impl Card {
    pub(crate) fn new(piece: usize) -> Self {
        Self { stored: Vec::new(), chain: Vec::new(), waiting: Vec::new(), piece, sent: Vec::new() }
    }

    fn give(&mut self) -> Vec<u8> {
        let rest = self.waiting.split_off(self.piece.min(self.waiting.len()));
        let mut answer = std::mem::replace(&mut self.waiting, rest);
        answer.extend(match self.waiting.len() {
            0 => [0x90, 0],
            left => [0x61, left.min(255) as u8],
        });
        answer
    }

    pub(crate) fn answer(&mut self, apdu: &[u8]) -> Vec<u8> {
        self.sent.push(apdu.len());
        match apdu {
            [class, 0xd6, _, _, rest @ ..] => {
                let data = match rest {
                    [0, high, low, data @ ..] => &data[..usize::from(u16::from_be_bytes([*high, *low]))],
                    [length, data @ ..] => &data[..usize::from(*length)],
                    [] => &[],
                };
                self.chain.extend(data);
                if class & 0x10 == 0 {
                    self.stored = std::mem::take(&mut self.chain);
                }
                vec![0x90, 0]
            }
            [_, 0xb0, _, _, 9] => vec![0x6c, 4],
            [_, 0xb0, _, _, 4] => [&self.stored[..4], &[0x90, 0]].concat(),
            [_, 0xb0, ..] => {
                self.waiting = self.stored.clone();
                self.give()
            }
            [_, 0xc0, ..] => self.give(),
            _ => vec![0x6d, 0],
        }
    }
}
