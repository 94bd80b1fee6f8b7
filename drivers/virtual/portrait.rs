//! The pictures the camera plays.

use std::path::PathBuf;
use tram_biometric::RgbImage;
use tram_device::DeviceError;

/// A picture of a face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portrait {
    /// NASA's portrait of the astronaut Eileen Collins, built in: the one face in this repository.
    Demonstration,
    /// A PNG or JPEG file with one upright face in the middle of its width.
    File(PathBuf),
}

const ASTRONAUT: &[u8] = include_bytes!("../../assets/demo/astronaut.png");

/// A decoded picture and where its head is.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) image: RgbImage,
    /// The middle of the face, px right and down.
    pub(crate) middle: (f32, f32),
    /// From chin to crown, px.
    pub(crate) height: f32,
}

impl Portrait {
    /// Every PNG and JPEG of a folder, by name; a folder that cannot be read has none.
    pub fn folder(folder: impl Into<PathBuf>) -> Vec<Self> {
        let entries = std::fs::read_dir(folder.into()).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> =
            entries.map(|entry| entry.path()).filter(|path| is_picture(path)).collect();
        files.sort();
        files.into_iter().map(Self::File).collect()
    }

    pub(crate) fn load(&self) -> Result<Head, DeviceError> {
        let bytes = match self {
            Self::Demonstration => ASTRONAUT.to_vec(),
            Self::File(path) => std::fs::read(path).map_err(|error| garbage(&error))?,
        };
        let picture = image::load_from_memory(&bytes).map_err(|error| garbage(&error))?.into_rgb8();
        let (width, height) = picture.dimensions();
        let image = RgbImage::new(width, height, picture.into_raw()).map_err(|error| garbage(&error))?;
        let (middle, head) = match self {
            Self::Demonstration => ((227.0, 106.0), 168.0),
            // A picture of head and shoulders as studios take it.
            Self::File(_) => ((width as f32 * 0.5, height as f32 * 0.45), height as f32 * 0.55),
        };
        Ok(Head { image, middle, height: head })
    }
}

fn is_picture(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn garbage(error: &dyn std::fmt::Display) -> DeviceError {
    DeviceError::Garbage { detail: format!("the picture before the virtual camera cannot be read: {error}") }
}
