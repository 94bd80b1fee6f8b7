//! The centre's log: receipts are believed only of a log that continues the one that was seen, and a centre that
//! contradicts itself is found out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::{Call, Fate, MemoryCentre, MemoryOutbox, drive, drive_lane, status, unreachable};
use std::time::Duration;
use tram_packet::{Digest, Signer as _};
use tram_sync::{Checkpoint, Lane, LaneState, PacketState, Reason};

const HOUR: Duration = Duration::from_hours(1);

/// Sends packets and gives what was seen of the log.
fn seen_after(centre: &mut MemoryCentre, packets: usize) -> (MemoryOutbox, Option<Checkpoint>) {
    let mut outbox = MemoryOutbox::with(packets, 1_000);
    let seen = drive(centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
    assert_eq!(outbox.receipted(), packets);
    (outbox, seen)
}

#[test]
fn every_receipt_and_checkpoint_of_an_honest_centre_is_linked() {
    let mut centre = MemoryCentre::healthy();
    let (mut outbox, seen) = seen_after(&mut centre, 9);
    let seen = seen.unwrap();
    assert_eq!((seen.size, seen.root), (9, centre.log().root(9)));
    // Another station's packets came in between.
    for number in 0..5_u8 {
        centre.enter(
            tram_packet::PacketId(uuid::Uuid::from_u128(1000 + u128::from(number))),
            Digest::of(&[number]),
        );
    }
    let keys = vec![centre.key.public_key().clone()];
    let mut lane = Lane::new(&mut centre, keys, Some(seen));
    outbox.add(50, 1_000);
    drive_lane(&mut lane, &mut outbox, Duration::ZERO, HOUR, &mut |_, _| {});
    assert_eq!(lane.checkpoint().unwrap().size, 15);
    assert!(outbox.fork.is_none());
}

/// A centre changes what it signed for, in every place; the station stops, says so, and keeps everything.
#[test]
fn a_fork_is_said_and_nothing_more_is_believed() {
    for changed in 0..7 {
        let mut centre = MemoryCentre::healthy();
        let (mut outbox, seen) = seen_after(&mut centre, 7);
        centre.registered[changed].1 = Digest::of(b"another packet");
        centre.forget_log();
        let waiting = outbox.add(50, 1_000);
        let keys = vec![centre.key.public_key().clone()];
        let mut lane = Lane::new(&mut centre, keys, seen);
        let mut stopped = None;
        drive_lane(&mut lane, &mut outbox, Duration::ZERO, HOUR, &mut |progress, _| {
            if let LaneState::Stopped { because, .. } = &progress.lane {
                stopped = Some(because.clone());
            }
            assert!(!matches!(progress.packet, Some((_, PacketState::Receipted))));
        });
        assert_eq!(stopped, Some(Reason::Forked), "entry {changed}");
        let fork = outbox.fork.unwrap();
        assert_eq!((fork.seen.size, outbox.packets[&waiting].receipt.is_none()), (7, true));
        // Once the centre shows the log it signed for, the lane goes on by itself; the mark stays for a person.
        centre.registered[changed].1 = outbox.packets[&centre.registered[changed].0].sha256;
        centre.forget_log();
        let keys = vec![centre.key.public_key().clone()];
        let mut lane = Lane::new(&mut centre, keys, seen);
        drive_lane(&mut lane, &mut outbox, HOUR, HOUR * 2, &mut |_, _| {});
        assert!(outbox.packets[&waiting].receipt.is_some() && outbox.fork.is_some());
    }
}

/// A receipt whose log cannot be linked because the way there fails is neither believed nor a contradiction.
#[test]
fn a_proof_that_does_not_come_is_asked_for_again() {
    for failure in [unreachable(), status(500), status(503), status(404), status(409)] {
        let mut failures = 6;
        let script = failure.clone();
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Consistency { .. } if failures > 0 => {
                failures -= 1;
                Fate::Fail(script.clone())
            }
            _ => Fate::Pass,
        });
        let mut outbox = MemoryOutbox::with(4, 1_000);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR * 24, |_, _| {});
        assert_eq!((outbox.receipted(), outbox.fork), (4, None), "{failure}");
    }
}

/// A receipt from before a restoration is good for what the restored centre still has.
#[test]
fn receipts_from_before_a_restoration_are_believed_of_what_is_still_there() {
    let mut centre = MemoryCentre::healthy();
    let (mut outbox, seen) = seen_after(&mut centre, 6);
    centre.registered.truncate(4);
    centre.uploads.clear();
    centre.forget_log();
    centre.epoch += 1;
    let keys = vec![centre.key.public_key().clone()];
    let mut lane = Lane::new(&mut centre, keys, seen);
    drive_lane(&mut lane, &mut outbox, Duration::ZERO, HOUR, &mut |_, _| {});
    let seen = *lane.checkpoint().unwrap();
    assert_eq!((outbox.receipted(), outbox.fork, seen.size, seen.epoch), (6, None, 6, 2));
    assert_eq!(centre.registered.len(), 6, "the two that were lost came again");
}
