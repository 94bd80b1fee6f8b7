//! The bytes of one card: a wake-up, keys and values, the planes, an end.

use tram_biometric::RgbImage;
use tram_device::{CardJob, DeviceError};

/// Lines of a plane, the width of the picture.
pub const LINES: u32 = 1016;
/// Dots of a line.
pub const DOTS: usize = 672;
/// Of these, what the printer's language counts as printed.
const PRINTED_DOTS: usize = 642;
/// Bytes of one bit plane of a line.
pub const STRIPE_BYTES: usize = DOTS / 8;
/// Bit planes of a colour, the least significant first.
pub const BITS: usize = 6;
/// Height of the picture; its dots are centred on the line.
const PICTURE_HEIGHT: u32 = 648;
const MARGIN: usize = (DOTS - PICTURE_HEIGHT as usize) / 2;

const WAKE: u8 = 0x05;
const START: u8 = 0x01;
const SEPARATOR: u8 = 0x1c;
const END: u8 = 0x03;
/// A job begins with so many wake-ups.
const JOB_WAKES: usize = 64;

/// The bytes that move a blank and print it.
///
/// # Errors
/// [`DeviceError::Unsupported`] when the picture does not have the size of a card, or there is a back: this family
/// prints one side.
pub fn card(job: &CardJob) -> Result<Vec<u8>, DeviceError> {
    let refuse = |detail: String| Err(DeviceError::Unsupported { detail });
    if job.back.is_some() {
        return refuse("this printer prints one side".to_owned());
    }
    let (width, height) = (job.front.width(), job.front.height());
    if (width, height) != (LINES, PICTURE_HEIGHT) {
        return refuse(format!("a card of {width} by {height} pixels"));
    }
    let [blue, green, red, black] = separate(&job.front);
    // The names are of the light, the dye is its complement: B is yellow, G magenta, R cyan.
    let keys = format!(
        ",VER1.0.0,IMFBGRK,LC1,ESS1,XCO0,YCO0,WID{LINES},HGT{PRINTED_DOTS},SZB{},SZG{},SZR{},SZK{}",
        blue.len(),
        green.len(),
        red.len(),
        black.len()
    );
    let mut bytes = vec![WAKE; JOB_WAKES];
    bytes.push(START);
    bytes.extend(keys.into_bytes());
    bytes.push(SEPARATOR);
    for (name, plane) in [(b'B', blue), (b'G', green), (b'R', red), (b'K', black)] {
        bytes.extend(plane);
        bytes.extend([SEPARATOR, name, b':']);
    }
    bytes.push(END);
    Ok(bytes)
}

/// The most dye.
const FULL: u8 = (1 << BITS) - 1;

/// Yellow, magenta, cyan and black. What would be full of all three dyes is resin and gets none.
fn separate(picture: &RgbImage) -> [Vec<u8>; 4] {
    let line = LINES as usize;
    let mut colours = [(); 3].map(|()| vec![0; line * BITS * STRIPE_BYTES]);
    let mut black = vec![0; line * STRIPE_BYTES];
    // Line n is column n of the picture, whose top is at the end of the line.
    for (dot, row) in (MARGIN..).zip(picture.pixels().chunks_exact(3 * line).rev()) {
        let (byte, mask) = (dot / 8, 0x80_u8 >> (dot % 8));
        for (column, &[r, g, b]) in row.as_chunks().0.iter().enumerate() {
            let dyes = [b, g, r].map(|light| (255 - light) >> 2);
            if dyes == [FULL; 3] {
                set(&mut black, column * STRIPE_BYTES + byte, mask);
                continue;
            }
            for (plane, dye) in colours.iter_mut().zip(dyes) {
                for bit in (0..BITS).filter(|bit| dye >> bit & 1 == 1) {
                    set(plane, (column * BITS + bit) * STRIPE_BYTES + byte, mask);
                }
            }
        }
    }
    let [yellow, magenta, cyan] = colours;
    [yellow, magenta, cyan, black]
}

fn set(plane: &mut [u8], at: usize, mask: u8) {
    if let Some(byte) = plane.get_mut(at) {
        *byte |= mask;
    }
}

/// A question as it goes to the printer.
pub(crate) fn question(name: &str) -> Vec<u8> {
    command(&format!("REQ,STA,{name}"))
}

/// One command without data.
pub(crate) fn command(text: &str) -> Vec<u8> {
    let mut bytes = vec![WAKE; 9];
    bytes.push(START);
    bytes.extend(format!(",{text},").into_bytes());
    bytes.extend([SEPARATOR, END]);
    bytes
}
