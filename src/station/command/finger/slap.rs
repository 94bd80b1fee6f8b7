//! `tram finger segment`.

use super::draw::{Canvas, save_gray};
use super::picture;
use anyhow::Context as _;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_biometric::{FingerPosition, Language};
use tram_capture::advice;
use tram_fingerprint::quality;
use tram_fingerprint::segment::{cut, segment};

/// What should lie on the platen.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::command) enum Expected {
    /// Four fingers of the right hand.
    Right,
    /// Four fingers of the left hand.
    Left,
    /// Both thumbs.
    Thumbs,
    /// One finger, no matter which.
    One,
}

impl Expected {
    fn position(self) -> FingerPosition {
        match self {
            Self::Right => FingerPosition::PlainRightFour,
            Self::Left => FingerPosition::PlainLeftFour,
            Self::Thumbs => FingerPosition::PlainThumbs,
            Self::One => FingerPosition::Unknown,
        }
    }
}

/// Where pictures go.
pub(super) struct Into {
    pub(super) cut: Option<PathBuf>,
    pub(super) draw: Option<PathBuf>,
}

/// Finds the fingers of one picture.
pub(super) fn run(
    path: &Path,
    expected: Expected,
    absent: &[u8],
    into: &Into,
    json: bool,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let absent = absent
        .iter()
        .map(|&code| FingerPosition::from_code(code).with_context(|| format!("{code} is no finger")))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let image = picture::read(path)?;
    let found = segment(&image, expected.position(), &absent);
    if let Some(path) = &into.draw {
        Canvas::of(&image).segments(&found.fingers).save(path)?;
    }
    if let Some(folder) = &into.cut {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for (number, finger) in (1..).zip(&found.fingers) {
            let name = format!("{number}-{:02}.png", finger.position.code());
            save_gray(&cut(&image, finger), &folder.join(name))?;
        }
    }
    let quality = |finger| quality::assess(&cut(&image, finger)).score.score();
    if json {
        let fingers: Vec<_> = found
            .fingers
            .iter()
            .map(|finger| {
                json!({
                    "position": finger.position.code(),
                    "x": finger.area.x,
                    "y": finger.area.y,
                    "width": finger.area.width,
                    "height": finger.area.height,
                    "rotation_deg": finger.rotation_deg,
                    "corners": finger.quad,
                    "quality": quality(finger),
                })
            })
            .collect();
        let problem = found.problem.map(|problem| format!("{problem:?}"));
        writeln!(out, "{}", json!({ "problem": problem, "fingers": fingers }))?;
        return Ok(());
    }
    for finger in &found.fingers {
        let area = finger.area;
        writeln!(
            out,
            "{}: {}x{} at {},{}, turned {:.0} degrees, live quality {}",
            finger.position.name(Language::English),
            area.width,
            area.height,
            area.x,
            area.y,
            finger.rotation_deg,
            quality(finger)
        )?;
    }
    if let Some(problem) = found.problem {
        writeln!(out, "{}", advice::slap(problem, Language::English))?;
    }
    Ok(())
}
