//! An emulated PIV card (NIST SP 800-73-4) with a key-management key, as far as `OpenSC` asks: selection, data objects, PIN,
//! ECDH. Its keys are TEST keys of this run.

use p256::{PublicKey, SecretKey};

/// A kind of card that `OpenSC` knows to have keys on curves.
pub(crate) const ATR: &[u8] = &[
    0x3b, 0xfd, 0x13, 0, 0, 0x81, 0x31, 0xfe, 0x15, 0x80, 0x73, 0xc0, 0x21, 0xc0, 0x57, 0x59, 0x75, 0x62,
    0x69, 0x4b, 0x65, 0x79, 0x40,
];
pub(crate) const PIN: &str = "123456";

const APPLICATION: [u8; 11] = [0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];
const DONE: [u8; 2] = [0x90, 0];
const NOT_FOUND: [u8; 2] = [0x6a, 0x82];
const TRIES: u8 = 3;

pub(crate) struct PivCard {
    key: SecretKey,
    certificate: Vec<u8>,
    guid: [u8; 16],
    tries: u8,
    is_open: bool,
    waiting: Vec<u8>,
}

impl PivCard {
    pub(crate) fn new(serial: u8) -> Self {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["TEST officer".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&pair).unwrap().der().to_vec();
        // The private value in the PKCS#8 of a P-256 key, whose head is always the same.
        let key = SecretKey::from_slice(&pair.serialized_der()[36..68]).unwrap();
        Self { key, certificate, guid: [serial; 16], tries: TRIES, is_open: false, waiting: Vec::new() }
    }

    pub(crate) fn answer(&mut self, apdu: &[u8]) -> Vec<u8> {
        let (head, rest) = apdu.split_at(apdu.len().min(4));
        let data = match rest {
            [length, data @ ..] => &data[..data.len().min(usize::from(*length))],
            [] => &[],
        };
        let answer = match head {
            [_, 0xa4, 4, _] if APPLICATION.starts_with(data) && !data.is_empty() => {
                self.is_open = false;
                selected()
            }
            [_, 0xcb, 0x3f, 0xff] => self.object(data),
            [_, 0x20, 0, 0x80] => return self.verify(data),
            [_, 0x87, 0x11, 0x9d] => self.agree(data),
            [_, 0xc0, _, _] => std::mem::take(&mut self.waiting),
            _ => return NOT_FOUND.to_vec(),
        };
        self.give(answer)
    }

    /// At most 256 bytes at once; the rest by GET RESPONSE.
    fn give(&mut self, mut answer: Vec<u8>) -> Vec<u8> {
        if answer.is_empty() {
            return NOT_FOUND.to_vec();
        }
        self.waiting = answer.split_off(answer.len().min(256));
        answer.extend(match self.waiting.len() {
            0 => DONE,
            left => [0x61, u8::try_from(left).unwrap_or(0)],
        });
        answer
    }

    fn verify(&mut self, data: &[u8]) -> Vec<u8> {
        let left = [0x63, 0xc0 | self.tries];
        if data.is_empty() {
            return if self.is_open { DONE } else { left }.to_vec();
        }
        let mut padded = PIN.as_bytes().to_vec();
        padded.resize(8, 0xff);
        if self.tries == 0 {
            return vec![0x69, 0x83];
        }
        self.is_open = data == padded;
        if self.is_open {
            self.tries = TRIES;
            return DONE.to_vec();
        }
        self.tries -= 1;
        vec![0x63, 0xc0 | self.tries]
    }

    /// GENERAL AUTHENTICATE with the exponentiation tag 85 (SP 800-73-4 part 2, A.4): the x coordinate.
    fn agree(&self, data: &[u8]) -> Vec<u8> {
        let point =
            data.windows(2).position(|pair| pair == [0x85, 0x41]).and_then(|at| data.get(at + 2..at + 67));
        let other = point.and_then(|point| PublicKey::from_sec1_bytes(point).ok());
        match other.filter(|_| self.is_open) {
            Some(other) => {
                let shared = p256::ecdh::diffie_hellman(self.key.to_nonzero_scalar(), other.as_affine());
                tlv(&[0x7c], &tlv(&[0x82], shared.raw_secret_bytes()))
            }
            None => Vec::new(),
        }
    }

    fn object(&self, data: &[u8]) -> Vec<u8> {
        match data {
            [0x5c, 1, 0x7e] => {
                // Discovery: the application, and that its own PIN is the one to use.
                let inside = [tlv(&[0x4f], &APPLICATION), tlv(&[0x5f, 0x2f], &[0x40, 0])].concat();
                tlv(&[0x7e], &inside)
            }
            [0x5c, 3, 0x5f, 0xc1, 0x02] => {
                let inside = [
                    tlv(&[0x30], &[0; 25]),
                    tlv(&[0x34], &self.guid),
                    tlv(&[0x35], b"20301231"),
                    tlv(&[0x3e], &[]),
                    tlv(&[0xfe], &[]),
                ];
                tlv(&[0x53], &inside.concat())
            }
            [0x5c, 3, 0x5f, 0xc1, 0x0b] => {
                let inside = [tlv(&[0x70], &self.certificate), tlv(&[0x71], &[0]), tlv(&[0xfe], &[])];
                tlv(&[0x53], &inside.concat())
            }
            _ => Vec::new(),
        }
    }
}

fn selected() -> Vec<u8> {
    let inside = [tlv(&[0x4f], &APPLICATION[5..]), tlv(&[0x79], &tlv(&[0x4f], &APPLICATION[..5]))];
    tlv(&[0x61], &inside.concat())
}

fn tlv(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let length = match value.len() {
        short @ ..=0x7f => vec![short as u8],
        byte @ 0x80..=0xff => vec![0x81, byte as u8],
        long => [&[0x82][..], &(long as u16).to_be_bytes()].concat(),
    };
    [tag, &length, value].concat()
}
