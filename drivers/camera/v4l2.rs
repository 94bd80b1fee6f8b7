//! Cameras the kernel drives as V4L2: webcams, document cameras, capture cards.

use crate::kernel::{KernelNode, gives_pictures};
use crate::live::LiveCamera;
use crate::node::{Node, Video, explain};
use crate::recorded::{Played, Recorded};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_biometric::Origin;
use tram_device::recording::Recording;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

pub(crate) const DRIVER: &str = "v4l2";

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct V4l2;

impl Factory for V4l2 {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    /// Every video node that gives pictures, and those that cannot be opened to ask.
    fn list(&self) -> Vec<Listing> {
        let mut nodes: Vec<PathBuf> = fs::read_dir("/dev")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| video_number(path).is_some())
            .collect();
        nodes.sort_by_key(|path| video_number(path));
        nodes.iter().filter_map(|node| listing(node)).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let node = PathBuf::from(&listing.port);
        if video_number(&node).is_none() || !node.exists() {
            return Err(DeviceError::Gone { detail: format!("{} is not there", listing.port) });
        }
        camera(listing, KernelNode(node))
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        let node = KernelNode(PathBuf::from(&listing.port));
        camera(listing, Recorded::new(node, &listing.origin.model, sink))
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let (driver, model) = (DRIVER.to_owned(), recording.about.clone());
        let origin = Origin { driver, model, serial: String::new(), is_virtual: true };
        Ok(Device::Camera(Box::new(LiveCamera::new(origin, Video(Played::new(recording))))))
    }
}

/// The camera at a node that opens.
fn camera(listing: &Listing, node: impl Node) -> Result<Device, DeviceError> {
    node.open().map_err(|error| explain(&node.name(), &error))?;
    Ok(Device::Camera(Box::new(LiveCamera::new(listing.origin.clone(), Video(node)))))
}

/// The number in `/dev/videoN`, `None` for every other path.
fn video_number(path: &Path) -> Option<u32> {
    path.to_str()?.strip_prefix("/dev/video")?.parse().ok()
}

fn listing(node: &Path) -> Option<Listing> {
    let node = KernelNode(node.to_owned());
    let access = match gives_pictures(&node) {
        Ok(true) => Access::Ready,
        Ok(false) => return None,
        Err(error) => Access::Refused(explain(&node.name(), &error)),
    };
    let node = &node.0;
    let sys = Path::new("/sys/class/video4linux").join(node.file_name()?);
    let read = |path: &str| fs::read_to_string(sys.join(path)).unwrap_or_default().trim().to_owned();
    let (name, serial) = (read("name"), read("device/../serial"));
    let port = node.display().to_string();
    let model = if name.is_empty() { port.clone() } else { name };
    let origin = Origin { driver: DRIVER.to_owned(), model, serial, is_virtual: false };
    Some(Listing { kind: DeviceKind::Camera, origin, port, access })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_video_nodes_count() {
        for (path, expected) in [
            ("/dev/video0", Some(0)),
            ("/dev/video12", Some(12)),
            ("/dev/video", None),
            ("/dev/video0/..", None),
            ("/dev/v4l", None),
        ] {
            assert_eq!(video_number(Path::new(path)), expected);
        }
    }
}
