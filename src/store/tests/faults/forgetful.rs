//! A file system of ours (FUSE) in memory, with one folder: it keeps a record of every storage call, and lets one of them
//! fail the way disks do.

use super::disk::Event;
use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A program's words go into this file, so that they stand among the storage calls where they were said.
pub(crate) const SAID: &str = "said";

/// How a storage call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not done: the disk reports an error.
    Io,
    /// A write is not done: there is no room.
    Full,
    /// Half of a write is done, and said to be.
    Short,
}

/// What became of the folder.
#[derive(Default)]
struct Folder {
    /// Inodes with what programs read; those without a name are open still.
    contents: BTreeMap<u64, Vec<u8>>,
    names: BTreeMap<String, u64>,
    events: Vec<Event>,
    /// Storage calls so far, and which of them fails how.
    calls: u32,
    fault: Option<(u32, Fault)>,
    struck: bool,
}

/// The file system; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Forgetful(Arc<Mutex<Folder>>);

impl Forgetful {
    /// Whose Nth storage call from now fails; nothing does for `None`.
    pub(crate) fn arm(&self, fault: Option<(u32, Fault)>) {
        let mut folder = self.folder();
        (folder.calls, folder.fault, folder.struck) = (0, fault, false);
    }

    /// Whether the fault was reached.
    pub(crate) fn was_struck(&self) -> bool {
        self.folder().struck
    }

    /// What happened since the last time this was asked.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.folder().events)
    }

    /// What was said.
    pub(crate) fn said(&self) -> String {
        let folder = self.folder();
        let said = folder.names.get(SAID).and_then(|node| folder.contents.get(node));
        said.map(|said| String::from_utf8_lossy(said).into_owned()).unwrap_or_default()
    }

    /// Mounts it; `None` where this machine does not let us.
    pub(crate) fn mount(&self, at: &Path) -> Option<BackgroundSession> {
        match fuser::spawn_mount(self.clone(), at, &Config::default()) {
            Ok(session) => Some(session),
            Err(error) => {
                println!("skipped: no file system of our own here ({error})");
                None
            }
        }
    }

    fn folder(&self) -> MutexGuard<'_, Folder> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder {
    fn name(&self, node: u64) -> Option<String> {
        self.names.iter().find(|(_, named)| **named == node).map(|(name, _)| name.clone())
    }

    /// Whether this storage call is the one that fails.
    fn strikes(&mut self, is_write: bool) -> Option<Fault> {
        self.calls += 1;
        let (number, fault) = self.fault?;
        if self.struck || self.calls < number || !is_write && fault != Fault::Io {
            return None;
        }
        self.struck = true;
        Some(fault)
    }

    fn attributes(&self, node: u64) -> Option<FileAttr> {
        let (kind, size) = if node == u64::from(INodeNo::ROOT) {
            (FileType::Directory, 0)
        } else {
            (FileType::RegularFile, self.contents.get(&node)?.len() as u64)
        };
        Some(FileAttr {
            ino: INodeNo(node),
            size,
            blocks: size.div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm: if kind == FileType::Directory { 0o700 } else { 0o600 },
            nlink: 1,
            uid: rustix::process::getuid().as_raw(),
            gid: rustix::process::getgid().as_raw(),
            rdev: 0,
            blksize: 4096,
            flags: 0,
        })
    }

    fn write(&mut self, node: u64, offset: u64, bytes: &[u8]) -> Result<usize, Errno> {
        let name = self.name(node);
        let is_kept = name.as_deref().is_some_and(counts);
        let written = match is_kept.then(|| self.strikes(true)).flatten() {
            Some(Fault::Io) => return Err(Errno::EIO),
            Some(Fault::Full) => return Err(Errno::ENOSPC),
            Some(Fault::Short) => &bytes[..bytes.len().div_ceil(2)],
            None => bytes,
        };
        let offset = offset as usize;
        let content = self.contents.get_mut(&node).ok_or(Errno::ENOENT)?;
        content.resize(content.len().max(offset + written.len()), 0);
        content[offset..offset + written.len()].copy_from_slice(written);
        match name {
            Some(name) if name == SAID => {
                self.events.push(Event::Said(String::from_utf8_lossy(written).into_owned()));
            }
            Some(name) if is_kept => {
                self.events.push(Event::Write { name, offset, bytes: written.to_vec() });
            }
            _ => {}
        }
        Ok(written.len())
    }

    /// A call that is no write: whether it is done.
    fn call(&mut self, name: Option<&str>, event: impl FnOnce(String) -> Event) -> Result<(), Errno> {
        let Some(name) = name.filter(|name| counts(name)) else { return Ok(()) };
        if self.strikes(false).is_some() {
            return Err(Errno::EIO);
        }
        self.events.push(event(name.to_owned()));
        Ok(())
    }
}

/// Whether a file holds what a power cut must keep.
fn counts(name: &str) -> bool {
    name != SAID && !["-shm", ".lock", ".reserve"].iter().any(|end| name.ends_with(end))
}

fn done(reply: ReplyEmpty, outcome: Result<(), Errno>) {
    match outcome {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn text(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

const FRESH: Duration = Duration::ZERO;

impl Filesystem for Forgetful {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let folder = self.folder();
        let found = folder.names.get(&text(name)).and_then(|node| folder.attributes(*node));
        match found {
            Some(attributes) => reply.entry(&FRESH, &attributes, Generation(0)),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.folder().attributes(node.into()) {
            Some(attributes) => reply.attr(&FRESH, &attributes),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        node: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut folder = self.folder();
        let node = u64::from(node);
        if let Some(length) = size.map(|size| size as usize) {
            let name = folder.name(node);
            if let Err(error) = folder.call(name.as_deref(), |name| Event::Truncate { name, length }) {
                return reply.error(error);
            }
            if let Some(content) = folder.contents.get_mut(&node) {
                content.resize(length, 0);
            }
        }
        match folder.attributes(node) {
            Some(attributes) => reply.attr(&FRESH, &attributes),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn create(&self, _: &Request, _: INodeNo, name: &OsStr, _: u32, _: u32, _: i32, reply: ReplyCreate) {
        let (mut folder, name) = (self.folder(), text(name));
        if let Err(error) = folder.call(Some(&name), Event::Create) {
            return reply.error(error);
        }
        let node = folder.contents.keys().last().copied().unwrap_or(INodeNo::ROOT.into()) + 1;
        folder.contents.insert(node, Vec::new());
        folder.names.insert(name, node);
        match folder.attributes(node) {
            Some(made) => reply.created(&FRESH, &made, Generation(0), FileHandle(0), FopenFlags::empty()),
            None => reply.error(Errno::EIO),
        }
    }

    fn read(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let folder = self.folder();
        let content = folder.contents.get(&node.into()).map(Vec::as_slice).unwrap_or_default();
        let rest = content.get(offset as usize..).unwrap_or_default();
        reply.data(&rest[..rest.len().min(size as usize)]);
    }

    fn write(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.folder().write(node.into(), offset, bytes) {
            Ok(written) => reply.written(written as u32),
            Err(error) => reply.error(error),
        }
    }

    fn fallocate(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        length: u64,
        _: i32,
        reply: ReplyEmpty,
    ) {
        let mut folder = self.folder();
        if let Some(content) = folder.contents.get_mut(&node.into()) {
            content.resize(content.len().max((offset + length) as usize), 0);
        }
        reply.ok();
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, node: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        let mut folder = self.folder();
        let name = folder.name(node.into());
        done(reply, folder.call(name.as_deref(), Event::Sync));
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        done(reply, self.folder().call(Some(""), |_| Event::SyncFolder));
    }

    fn unlink(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let (mut folder, name) = (self.folder(), text(name));
        let outcome = folder.call(Some(&name), Event::Unlink);
        if outcome.is_ok() {
            folder.names.remove(&name);
        }
        done(reply, outcome);
    }

    fn rename(
        &self,
        _: &Request,
        _: INodeNo,
        from: &OsStr,
        _: INodeNo,
        to: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let (mut folder, from, to) = (self.folder(), text(from), text(to));
        let outcome = folder.call(Some(&from), |from| Event::Rename(from, to.clone()));
        if outcome.is_ok()
            && let Some(node) = folder.names.remove(&from)
        {
            folder.names.insert(to, node);
        }
        done(reply, outcome);
    }

    fn readdir(&self, _: &Request, _: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let folder = self.folder();
        for (place, (name, node)) in (1..).zip(&folder.names).skip(offset as usize) {
            if reply.add(INodeNo(*node), place, FileType::RegularFile, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        const BLOCKS: u64 = 4 << 20;
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, 1000, 1000, 4096, 255, 4096);
    }
}
