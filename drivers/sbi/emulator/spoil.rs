//! Faults that concern bytes: what comes late, not at all, cut, changed, or as noise.

use crate::script::Fault;
use crate::service::{Answer, End};

/// How many pictures of a stream a fault spoils.
const SPOILT_FRAMES: usize = 3;

/// Does to an answer what the fault says, where it concerns bytes.
pub(crate) fn spoil(mut answer: Answer, fault: Option<Fault>) -> Answer {
    let Some(fault) = fault else { return answer };
    // A stream is spoilt in its first pictures.
    for _ in 0..SPOILT_FRAMES {
        let frame = answer.next_frame();
        answer.pieces.extend(frame);
    }
    let share = |percent: u8, length: usize| length * usize::from(percent.min(100)) / 100;
    match fault {
        Fault::Slow(pause) => {
            if let Some(first) = answer.pieces.front_mut() {
                first.after += pause;
            }
        }
        Fault::Silent => {
            answer.pieces.clear();
            answer.frames.0 = 0;
            answer.end = End::Hang;
        }
        Fault::Garbage(seed) => {
            let mut noise = Noise(seed | 1);
            for byte in answer.pieces.iter_mut().flat_map(|piece| &mut piece.bytes) {
                *byte = noise.next() as u8;
            }
            answer.frames.0 = 0;
        }
        Fault::Mutated(seed) => {
            let mut noise = Noise(seed | 1);
            for _ in 0..=noise.next() % 4 {
                let at = noise.next() as usize;
                if let Some(piece) = answer.pieces.back_mut()
                    && let Some(byte) =
                        at.checked_rem(piece.bytes.len()).and_then(|at| piece.bytes.get_mut(at))
                {
                    *byte ^= (noise.next() % 255 + 1) as u8;
                }
            }
        }
        Fault::Truncated(percent) => truncate(&mut answer, |length| share(percent, length)),
        Fault::Died { after, away, port } => {
            truncate(&mut answer, |length| share(after, length));
            answer.end = End::Die { away, port };
        }
        _ => {}
    }
    answer
}

fn truncate(answer: &mut Answer, keep: impl Fn(usize) -> usize) {
    answer.frames.0 = 0;
    let mut left = keep(answer.pieces.iter().map(|piece| piece.bytes.len()).sum());
    for piece in &mut answer.pieces {
        piece.bytes.truncate(left);
        left -= piece.bytes.len();
    }
}

/// xorshift64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }
}
