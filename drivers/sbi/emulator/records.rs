//! ISO/IEC 19794-4, -5 and -6 of 2011 around one picture.

use crate::picture::Picture;

/// When and by what, the same in all: 2026-11-22 noon, technology and vendor unknown.
const CAPTURED_BY: [u8; 14] = [0x07, 0xea, 11, 22, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// How the picture in a finger's record is encoded, with its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Uncompressed.
    Raw,
    /// PNG.
    Png,
}

/// A finger: position as in the standard's table, score of the device, encoding. 500 ppi.
pub fn finger(position: u8, score: u8, picture: &Picture, encoding: Encoding) -> Vec<u8> {
    let (code, data) = match encoding {
        Encoding::Raw => (0, picture.pixels.clone()),
        Encoding::Png => (6, picture.png()),
    };
    let mut body = CAPTURED_BY.to_vec();
    body.extend([1, score, 0, 0, 0, 0]);
    body.extend([position, 1, 1]);
    body.extend(500_u16.to_be_bytes().repeat(4));
    body.extend([8, code, 0]);
    whole(b"FIR\x00020\0", &[0, 1], body, picture, [].as_slice(), &data)
}

/// An eye: 1 right, 2 left. Uncompressed.
pub fn iris(eye: u8, picture: &Picture) -> Vec<u8> {
    let mut body = CAPTURED_BY.to_vec();
    // No qualities; the first representation; VGA; mono raw; upright.
    body.extend([0, 0, 1, eye, 2, 2, 0b0101]);
    let geometry = [[8, 0].as_slice(), &[0xff; 17]].concat();
    whole(b"IIR\x00020\0", &[0, 1], body, picture, &geometry, &picture.pixels)
}

/// A face as a JPEG.
pub fn face(picture: &Picture) -> Vec<u8> {
    let mut body = CAPTURED_BY.to_vec();
    body.push(0);
    // No landmarks, nothing stated of the person; basic; JPEG.
    body.extend([0; 17]);
    body.extend([0, 0]);
    whole(b"FAC\x00030\0", &[0, 0, 0], body, picture, &[0; 5], &picture.jpeg())
}

/// `general` is what follows the number of representations in the general header.
fn whole(
    format: &[u8],
    general: &[u8],
    mut body: Vec<u8>,
    picture: &Picture,
    after_size: &[u8],
    data: &[u8],
) -> Vec<u8> {
    body.extend(picture.width.to_be_bytes());
    body.extend(picture.height.to_be_bytes());
    body.extend(after_size);
    body.extend((data.len() as u32).to_be_bytes());
    body.extend(data);
    let length = format.len() + 4 + 2 + general.len() + 4 + body.len();
    let representation = body.len() as u32 + 4;
    [
        format,
        &(length as u32).to_be_bytes(),
        &1_u16.to_be_bytes(),
        general,
        &representation.to_be_bytes(),
        &body,
    ]
    .concat()
}
