//! The commands of one card.
//!
//! A command is ESC, its name, its parameters behind semicolons, CR. Panel data stand inside their command, so a CR
//! in them ends nothing.

use crate::panel::{BLACK_LINE_BYTES, LEVELS, Panels};
use tram_biometric::RgbImage;
use tram_device::{CardJob, DeviceError};

/// The commands before a blank is moved: ribbon, feeding, and errors told to us instead of waited for.
pub fn preparation() -> Vec<u8> {
    ["Pr;ymcko", "Pmi;F;s", "Pem;2"].into_iter().flat_map(command).collect()
}

/// The commands that move a blank and print it, both sides where the job has two.
///
/// # Errors
/// [`DeviceError::Unsupported`] when a picture does not have the size of a card.
pub fn card(job: &CardJob) -> Result<Vec<u8>, DeviceError> {
    let mut bytes = command("Ss");
    side(&mut bytes, "Sr", &job.front)?;
    if let Some(back) = &job.back {
        side(&mut bytes, "Sv", back)?;
    }
    bytes.extend(command("Se"));
    Ok(bytes)
}

/// One command without data.
pub(crate) fn command(text: &str) -> Vec<u8> {
    format!("\x1b{text}\r").into_bytes()
}

fn side(bytes: &mut Vec<u8>, name: &str, picture: &RgbImage) -> Result<(), DeviceError> {
    let panels = Panels::separate(picture)?;
    bytes.extend(command(name));
    for (colour, panel) in ["y", "m", "c"].into_iter().zip(&panels.colours) {
        data(bytes, &format!("Db;{colour};{LEVELS};"), panel);
    }
    let black = compress_black(&panels.black);
    data(bytes, &format!("Dbc;k;2;{};", black.len()), &black);
    bytes.extend(command("Wcb;o;255"));
    Ok(())
}

fn data(bytes: &mut Vec<u8>, head: &str, panel: &[u8]) {
    bytes.push(0x1b);
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(panel);
    bytes.push(b'\r');
}

/// Each line as the count of its bytes up to the last that is not white, and those bytes. A white line is a zero.
/// The maker's own driver uses this form alone; the guide also has FF for a black line.
fn compress_black(panel: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    for line in panel.chunks(BLACK_LINE_BYTES) {
        let used = line.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        compressed.push(used as u8);
        compressed.extend(line.iter().take(used));
    }
    compressed
}
