//! A disk that may forget: what was not synced is gone in any part, the last write is torn, new names and deletions may be
//! undone (Pillai and others, OSDI 2014, "All file systems are not created equal").

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A disk writes so many bytes whole or not at all.
const SECTOR: usize = 512;

/// A storage call that changed something, or a word of the program.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Create(String),
    Unlink(String),
    Rename(String, String),
    Write { name: String, offset: usize, bytes: Vec<u8> },
    Truncate { name: String, length: usize },
    Sync(String),
    SyncFolder,
    Said(String),
}

#[derive(Clone, Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Event>,
}

fn apply(content: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Write { offset, bytes, .. } => {
            if content.len() < offset + bytes.len() {
                content.resize(offset + bytes.len(), 0);
            }
            content[*offset..offset + bytes.len()].copy_from_slice(bytes);
        }
        Event::Truncate { length, .. } => content.resize(*length, 0),
        _ => {}
    }
}

impl File {
    fn sync(&mut self) {
        for event in std::mem::take(&mut self.pending) {
            apply(&mut self.synced, &event);
        }
    }

    /// As it may be found: any of what was not synced is there, in whole or in some sectors.
    fn found(&self, chance: &mut Chance) -> Vec<u8> {
        let mut content = self.synced.clone();
        for event in &self.pending {
            match (chance.next() % 4, event) {
                (0, _) => {}
                (1, Event::Write { name, offset, bytes }) => {
                    for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                        if chance.next().is_multiple_of(2) {
                            let offset = offset + number * SECTOR;
                            let part = Event::Write { name: name.clone(), offset, bytes: sector.to_vec() };
                            apply(&mut content, &part);
                        }
                    }
                }
                _ => apply(&mut content, event),
            }
        }
        content
    }
}

#[derive(Clone, Default)]
pub(crate) struct Disk {
    files: BTreeMap<String, File>,
    /// Names as they were when the folder was synced.
    synced: BTreeMap<String, File>,
}

impl Disk {
    pub(crate) fn happen(&mut self, event: &Event, forgets_syncs: bool) {
        match event {
            Event::Create(name) => drop(self.files.insert(name.clone(), File::default())),
            Event::Unlink(name) => drop(self.files.remove(name)),
            Event::Rename(from, to) => {
                if let Some(file) = self.files.remove(from) {
                    self.files.insert(to.clone(), file);
                }
            }
            Event::Write { name, .. } | Event::Truncate { name, .. } => {
                self.files.entry(name.clone()).or_default().pending.push(event.clone());
            }
            Event::Sync(_) | Event::SyncFolder if forgets_syncs => {}
            Event::Sync(name) => self.files.entry(name.clone()).or_default().sync(),
            Event::SyncFolder => self.synced = self.files.clone(),
            Event::Said(_) => {}
        }
    }

    /// Puts the files into a folder as they may be found after the power failed.
    pub(crate) fn found(&self, folder: &Path, chance: &mut Chance) {
        let names: BTreeSet<&String> = self.files.keys().chain(self.synced.keys()).collect();
        for name in names {
            // A name that is new or deleted since the folder was synced is there or not.
            let file = match (self.files.get(name), self.synced.get(name)) {
                (Some(now), Some(_)) => Some(now),
                (now, before) if chance.next().is_multiple_of(2) => now.or(before),
                (Some(_) | None, None) => None,
                (None, Some(before)) => Some(before),
            };
            if let Some(file) = file {
                fs::write(folder.join(name), file.found(chance)).unwrap();
            }
        }
    }
}

/// Chance that is the same every time (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}
