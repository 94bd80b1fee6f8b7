//! Where packets stay that have a receipt: files in the centre's folder, or objects of a bucket. Each is durable before
//! its receipt is signed. What is under way lies in the same place; see [`crate::uploads`].

use crate::centre::Centre;
use crate::durable;
use crate::error::CentralError;
use crate::s3::{Access, Bucket};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tram_packet::PacketId;

/// Says that packets are in a bucket, and how it is reached.
const FILE: &str = "central.s3";

/// Where packets are.
pub(crate) enum Blobs {
    /// In the centre's folder.
    Folder,
    /// In a bucket.
    Bucket(Arc<Bucket>),
}

impl Blobs {
    /// As the centre's folder says.
    pub(crate) fn open(folder: &Path) -> Result<Self, CentralError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(Self::Folder);
        }
        let access: Access = serde_json::from_slice(&fs::read(path)?)
            .map_err(|error| CentralError::Setup(format!("{FILE}: {error}")))?;
        Ok(Self::Bucket(Arc::new(Bucket::new(access)?)))
    }
}

impl Centre {
    /// Keeps packets in a bucket from now on; for a centre that has none yet.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when packets were received already, [`CentralError::Store`] when the bucket cannot be
    /// written to.
    pub fn keep_in_bucket(&mut self, access: &Access) -> Result<(), CentralError> {
        if self.checkpoint()?.size > 0 {
            return Err(CentralError::Setup("this centre has packets in its folder already".into()));
        }
        let bucket = Bucket::new(access.clone())?;
        bucket.put("TRAM", b"packets of a centre of Tram\n")?;
        let written = serde_json::to_vec(access).map_err(|error| CentralError::Setup(error.to_string()))?;
        durable::write(&self.folder().join(FILE), &written)?;
        self.blobs = Blobs::Bucket(Arc::new(bucket));
        Ok(())
    }

    /// Keeps a packet, of which these are the bytes, and whose upload is whole and durable.
    pub(crate) fn keep(&self, packet: PacketId, bytes: &[u8]) -> Result<(), CentralError> {
        match &self.blobs {
            Blobs::Folder => {
                let to = self.packet_path(packet);
                if let Some(shard) = to.parent().filter(|shard| !shard.exists()) {
                    fs::create_dir_all(shard)?;
                    durable::sync_parent(shard)?;
                }
                durable::rename(&self.upload_path(packet), &to)?;
                Ok(())
            }
            Blobs::Bucket(bucket) => bucket.put(&name(packet), bytes),
        }
    }

    /// A packet's bytes; `None` when they are not here.
    pub(crate) fn kept(&self, packet: PacketId) -> Result<Option<Vec<u8>>, CentralError> {
        match &self.blobs {
            Blobs::Folder => match fs::read(self.packet_path(packet)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                read => Ok(Some(read?)),
            },
            Blobs::Bucket(bucket) => bucket.get(&name(packet)),
        }
    }

    /// Whether a packet's bytes are here.
    pub(crate) fn is_kept(&self, packet: PacketId) -> Result<bool, CentralError> {
        match &self.blobs {
            Blobs::Folder => Ok(self.packet_path(packet).exists()),
            Blobs::Bucket(bucket) => bucket.has(&name(packet)),
        }
    }
}

fn name(packet: PacketId) -> String {
    format!("packets/{packet}")
}
