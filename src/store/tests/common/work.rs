//! What a station does all day, told on the standard output as the store acknowledges it; and whether all that was
//! acknowledged is there.

use super::*;
use std::collections::BTreeMap;
use std::io::Write as _;
use tram_store::PacketState;

/// Events of a dossier before it is sealed.
const EVENTS: u64 = 5;

/// What the child was told is durable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acknowledged {
    /// Events of each dossier.
    pub(crate) events: BTreeMap<u128, u64>,
    /// Packets, and the furthest they got: 1 sealed, 2 received, 3 purged.
    pub(crate) packets: BTreeMap<u128, u8>,
    /// Whether the child came to its end.
    pub(crate) done: bool,
    /// What the child said when it could not go on.
    pub(crate) failed: Option<String>,
}

impl Acknowledged {
    pub(crate) fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |place: usize| words.get(place).and_then(|word| word.parse().ok()).unwrap_or(0);
        match words.first().copied() {
            Some("event") => drop(self.events.insert(number(1), number(2) as u64)),
            Some("packet") => drop(self.packets.insert(number(1), number(2) as u8)),
            Some("done") => self.done = true,
            Some("failed") => self.failed = Some(line.to_owned()),
            _ => {}
        }
    }
}

/// The event a dossier has at a number; its samples are named after both.
fn event(id: EnrollmentId, number: u64, size: usize) -> (Event, Vec<tram_biometric::Sample>) {
    let base = id.0.as_u128() << 16 | u128::from(number) << 4;
    let (a, b) = (sample(base, size), sample(base + 1, size));
    match number % 3 {
        0 => (portrait(&a, &b), vec![a, b]),
        1 => (finger(&a, &b), vec![a, b]),
        _ => (field(&format!("TEST {number}")), Vec::new()),
    }
}

/// Runs in the child: two dossiers from opening to purge, going on where the last child was killed.
pub(crate) fn work(folder: &Path, size: usize) {
    let said = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{line}").and_then(|()| out.flush()).unwrap();
    };
    let work = || -> Result<(), StoreError> {
        let mut store = Store::open(&path(folder), &key())?;
        let cast = Cast::new();
        for _ in 0..2 {
            let draft = store.read().drafts()?.first().copied();
            let id = draft.unwrap_or_else(|| id(u128::from(store.read().numbers_left().unwrap())));
            let journalled = store.read().events(id)?.len() as u64;
            if journalled == 0 {
                let dossier = store.take_dossier_number(NOW.date())?;
                let opened = Event::Opened { dossier, station: "TEST".into(), officer: officer(), at: NOW };
                store.append(id, &opened, &[], NOW)?;
                said(format!("event {} 1", id.0.as_u128()));
            }
            for number in journalled.max(1) + 1..=EVENTS {
                let (event, samples) = event(id, number, size);
                store.append(id, &event, &samples.iter().collect::<Vec<_>>(), NOW)?;
                said(format!("event {} {number}", id.0.as_u128()));
            }
            let packet = cast.seal_checked(&mut store, id)?;
            said(format!("packet {} 1", packet.0.as_u128()));
            for row in store.read().waiting()? {
                let signed = cast.receipt(&store, row.packet, 0);
                store.store_receipt(row.packet, &signed, cast.centre.public_key(), act())?;
                said(format!("packet {} 2", row.packet.0.as_u128()));
            }
            // The last packet stays.
            for row in store.read().purgeable(time::OffsetDateTime::now_utc())?.iter().rev().skip(1) {
                store.purge(row.packet, act())?;
                said(format!("packet {} 3", row.packet.0.as_u128()));
            }
        }
        Ok(())
    };
    match work() {
        Ok(()) => said("done".into()),
        Err(error) => said(format!("failed {error}")),
    }
}

/// Opens what is left, and finds everything that was acknowledged.
pub(crate) fn verify(folder: &Path, heard: &Acknowledged, size: usize) {
    let store = Store::open(&path(folder), &key()).unwrap();
    let read = store.read();
    let outbox = read.outbox(time::OffsetDateTime::UNIX_EPOCH).unwrap();
    for (dossier, count) in &heard.events {
        let id = EnrollmentId(Uuid::from_u128(*dossier));
        let events = read.events(id).unwrap();
        assert!(events.len() as u64 >= *count, "dossier {dossier}: {} of {count} events", events.len());
        assert_eq!(read.load(id).unwrap().unwrap().id, id);
        // A purge may be durable without the child having been told; the receipt is checked below.
        let is_purged = outbox.iter().any(|row| row.enrollment == id && row.state == PacketState::Purged);
        for number in 2..=events.len() as u64 {
            let (expected, samples) = event(id, number, size);
            assert_eq!(events.get(number as usize - 1), Some(&expected));
            for sample in samples {
                match read.sample(SampleId(sample.id.0)) {
                    Ok(found) => assert!(found == sample),
                    Err(error) => assert!(is_purged, "sample of dossier {dossier}: {error}"),
                }
            }
        }
    }
    for (packet, got) in &heard.packets {
        let id = PacketId(Uuid::from_u128(*packet));
        let receipts = read.receipts(id).unwrap().len();
        assert!(*got < 2 || receipts == 1, "packet {packet} lost its receipt");
    }
    for row in outbox {
        let received = read.receipts(row.packet).unwrap().len() == 1;
        assert!(received || read.packet(row.packet).is_ok(), "{} is gone without a receipt", row.packet);
    }
    read.check().unwrap();
    read.verify_audit().unwrap();
}
