//! What befell other systems that sync from the field, each as a test of the lane. The centre is simulated; those that
//! need a real one are tested with it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::{Call, Chance, Fate, MemoryCentre, MemoryOutbox, drive, drive_lane, status, unreachable};
use std::num::NonZeroU32;
use std::time::Duration;
use time::macros::time;
use tram_packet::{AuditChain, Digest, Es256Key, Receipt, Signer as _, merkle};
use tram_sync::protocol::LARGEST_CHUNK;
use tram_sync::{Checkpoint, Failure, Hours, Lane, LaneState, Outbox as _, Pace, PacketState, Reason};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn all_arrived(centre: &MemoryCentre, outbox: &MemoryOutbox) {
    assert_eq!(outbox.receipted(), outbox.packets.len());
    assert_eq!(centre.registered.len(), outbox.packets.len(), "each exactly once");
    for (packet, digest, _) in &centre.registered {
        assert_eq!(*digest, Digest::of(&outbox.packets[packet].bytes));
    }
}

/// `OpenCRVS` 7477: the answer was lost on a slow link, the record was sent again and there were two.
#[test]
fn story_01_a_lost_answer_makes_no_second_record() {
    let mut seen = Vec::new();
    // The first answer to each different request is lost, that is every request's.
    let mut centre = MemoryCentre::new(move |call| {
        if seen.contains(&call) {
            return Fate::Pass;
        }
        seen.push(call);
        Fate::Lose
    });
    let mut outbox = MemoryOutbox::with(3, 300_000);
    drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |_, _| {});
    all_arrived(&centre, &outbox);
}

/// `OpenCRVS` 2576, hercycle 308: one item that failed kept all others back.
#[test]
fn story_04_a_poison_packet_is_in_nobodys_way() {
    for poison in [status(400), status(500), status(422), status(413), status(404)] {
        let mut first = None;
        let script = poison.clone();
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Announce(packet) if *first.get_or_insert(packet) == packet => Fate::Fail(script.clone()),
            _ => Fate::Pass,
        });
        let mut outbox = MemoryOutbox::with(51, 5_000);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        assert_eq!(outbox.receipted(), 50, "{poison}");
    }
}

/// Simprints 1782: offline, the app tried in a tight loop and wrote an event for each attempt.
#[test]
fn story_05_a_day_offline_is_quiet() {
    let mut centre = MemoryCentre::new(|_| Fate::Fail(unreachable()));
    let mut outbox = MemoryOutbox::with(20, 5_000);
    drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |_, _| {});
    assert!(centre.calls <= 300, "{} attempts in a day", centre.calls);
    assert!(outbox.writes <= 300, "{} writes in a day", outbox.writes);
}

/// hercycle 313, getodk 1017: an item was deleted on an error that was taken for permanent.
#[test]
fn story_06_no_answer_deletes() {
    type Phase = fn(Call) -> bool;
    let phases: [Phase; 4] = [
        |call| matches!(call, Call::Announce(_)),
        |call| matches!(call, Call::Received(_)),
        |call| matches!(call, Call::Append { .. }),
        |call| matches!(call, Call::Receipt(_)),
    ];
    for phase in phases {
        for code in 100..600 {
            let fate = move |call| if phase(call) { Fate::Fail(status(code)) } else { Fate::Pass };
            let mut centre = MemoryCentre::new(fate);
            let mut outbox = MemoryOutbox::with(1, 1_000);
            drive(&mut centre, &mut outbox, Duration::ZERO, Duration::from_mins(5), |_, _| {});
            assert_eq!(outbox.packets.values().next().unwrap().bytes.len(), 1_000, "{code}");
            assert!(outbox.receipted() <= centre.registered.len(), "{code}");
            // And it arrives once the centre is itself again, unless it was set aside for a person to see.
            centre.script = Box::new(|_| Fate::Pass);
            drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |_, _| {});
            let held = outbox.packets.values().next().unwrap();
            assert!(held.receipt.is_some() != held.set_aside.is_some(), "{code}");
        }
    }
}

/// A station that the centre does not admit stops, keeps everything, and goes on when it is admitted.
#[test]
fn story_06_not_admitted_stops_the_lane() {
    for code in [401, 403] {
        let mut centre = MemoryCentre::new(move |_| Fate::Fail(status(code)));
        let mut outbox = MemoryOutbox::with(5, 1_000);
        let mut stopped = false;
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |progress, _| {
            stopped |= matches!(&progress.lane, LaneState::Stopped { because, .. } if *because == Reason::NotAdmitted);
        });
        assert!(stopped && centre.calls <= 5, "{} calls", centre.calls);
        centre.script = Box::new(|_| Fate::Pass);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        all_arrived(&centre, &outbox);
    }
}

/// `SeaweedFS` 10876: the server's offset lied after a failed chunk, and the upload was corrupt.
#[test]
fn story_10_a_lying_offset_is_found_out() {
    let lies: [fn(u64) -> u64; 4] =
        [|turn| 1_000_000 + turn, |_| 0, |turn| turn * 37_000 % 290_000, |_| u64::MAX];
    for lie in lies {
        let mut turn = 0;
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Received(_) | Call::Append { .. } if turn < 40 => {
                turn += 1;
                Fate::Offset(lie(turn))
            }
            _ => Fate::Pass,
        });
        let mut outbox = MemoryOutbox::with(2, 300_000);
        drive(&mut centre, &mut outbox, Duration::ZERO, DAY * 2, |_, _| {});
        all_arrived(&centre, &outbox);
    }
}

/// Sharry 1836: the server kept the first chunk only and said that all was there.
#[test]
fn story_11_a_truncating_centre_gives_no_receipt() {
    let mut centre = MemoryCentre::new(|call| match call {
        Call::Append { offset, length, .. } if offset > 0 => Fate::Offset(offset + length as u64),
        _ => Fate::Pass,
    });
    let mut outbox = MemoryOutbox::with(1, 400_000);
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |progress, _| {
        assert!(!matches!(progress.packet, Some((_, PacketState::Receipted))));
    });
    assert_eq!((outbox.receipted(), outbox.packets.len()), (0, 1));
    centre.script = Box::new(|_| Fate::Pass);
    drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |_, _| {});
    all_arrived(&centre, &outbox);
}

/// CHT 8093: the centre was restored from a backup, and what it had lost never came again.
#[test]
fn story_12_a_restored_centre_gets_back_what_it_lost() {
    for new_epoch in [false, true] {
        let mut centre = MemoryCentre::healthy();
        let mut outbox = MemoryOutbox::with(10, 2_000);
        let seen = drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        all_arrived(&centre, &outbox);
        assert_eq!(seen.map(|seen: Checkpoint| seen.size), Some(10), "receipts tell how far the log is");
        centre.registered.clear();
        centre.uploads.clear();
        centre.epoch += u32::from(new_epoch);
        let keys = vec![centre.key.public_key().clone()];
        let mut lane = Lane::new(&mut centre, keys, seen);
        drive_lane(&mut lane, &mut outbox, Duration::ZERO, HOUR, &mut |_, _| {});
        all_arrived(&centre, &outbox);
    }
}

/// `PouchDB` 1240: the checkpoint was written before the data. Here the store fails just when the receipt comes.
#[test]
fn story_13_a_receipt_that_could_not_be_stored_is_fetched_again() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(2, 2_000);
    outbox.broken_receipts = 3;
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
    all_arrived(&centre, &outbox);
}

/// Syncthing 1498, and a silent bit on the station's own disk: what is not what was sealed is not sent.
#[test]
fn story_15_a_packet_damaged_in_the_store_is_set_aside() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(1, 2_000);
    outbox.disk = Some(|_, mut bytes| {
        bytes.get_mut(700).into_iter().for_each(|byte| *byte ^= 4);
        Ok(bytes)
    });
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
    let held = outbox.packets.values().next().unwrap();
    assert_eq!(held.set_aside, Some(Reason::DamagedHere));
    assert!(centre.uploads.is_empty());
}

/// The same where the disk gives no bytes at all: the others go, and it is tried again, since disks come back.
#[test]
fn story_15_a_packet_that_cannot_be_read_is_in_nobodys_way() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(3, 2_000);
    let first = *outbox.packets.keys().next().unwrap();
    assert_eq!(first.0.as_u128(), 1);
    outbox.disk = Some(|packet, bytes| match packet.0.as_u128() {
        1 => Err(tram_sync::OutboxError("TEST: the disk".into())),
        _ => Ok(bytes),
    });
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
    assert_eq!((outbox.receipted(), outbox.packets[&first].set_aside.is_none()), (2, true));
    outbox.disk = None;
    drive(&mut centre, &mut outbox, HOUR, HOUR * 2, |_, _| {});
    all_arrived(&centre, &outbox);
}

/// ODK Collect 5473: what was finished while something else was being sent was skipped.
#[test]
fn story_20_what_is_sealed_while_sending_goes_too() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(1, 600_000);
    let mut added = 0;
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |progress, outbox| {
        let sending = matches!(progress.packet, Some((_, PacketState::Sending { sent, .. })) if sent > 0);
        if sending && added < 3 {
            added += 1;
            outbox.add(100 + added, 1_000);
        }
    });
    assert_eq!(outbox.packets.len(), 4);
    all_arrived(&centre, &outbox);
}

/// `OpenSRP` 817: sync said that it was complete after the first 50 of 5,000.
#[test]
fn story_21_five_thousand_packets_drain_and_the_count_is_exact() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(5_000, 40);
    let mut counted = 0;
    drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |progress, outbox| {
        counted += usize::from(matches!(progress.packet, Some((_, PacketState::Receipted))));
        assert!(progress.lane != LaneState::Idle || outbox.receipted() == 5_000);
        // Counting all of them at each step would take the test long.
        if counted % 500 == 0 {
            assert_eq!(counted, outbox.receipted());
        }
    });
    assert_eq!(counted, 5_000);
    all_arrived(&centre, &outbox);
}

/// ODK Collect 6457: a packet larger than the server's limit could be neither sent nor got rid of.
#[test]
fn story_26_too_large_is_set_aside_and_kept() {
    let mut centre = MemoryCentre::new(|call| match call {
        Call::Announce(_) => Fate::Fail(status(413)),
        _ => Fate::Pass,
    });
    let mut outbox = MemoryOutbox::with(1, 9_000);
    drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
    let held = outbox.packets.values().next().unwrap();
    assert_eq!((held.set_aside.clone(), held.bytes.len()), (Some(Reason::TooLarge), 9_000));
}

/// getodk Collect 1939: a thousand forms were sent one after the other into the same fatal error.
#[test]
fn story_29_a_broken_centre_trips_the_breaker() {
    for code in [500, 400, 405, 422] {
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Checkpoint => Fate::Pass,
            _ => Fate::Fail(status(code)),
        });
        let mut outbox = MemoryOutbox::with(1_000, 40);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        assert!(centre.calls < 250, "{code}: {} requests in an hour", centre.calls);
        let aside = outbox.packets.values().filter(|held| held.set_aside.is_some()).count();
        assert!(aside < 120, "{code}: {aside} set aside");
    }
}

/// Busy, full and slow centres are left alone for as long as they ask.
#[test]
fn a_busy_centre_is_left_alone() {
    for code in [429, 503, 507] {
        let busy = Failure::Status {
            status: code,
            kind: String::new(),
            detail: String::new(),
            retry_after: Some(Duration::from_mins(2)),
        };
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Checkpoint => Fate::Pass,
            _ => Fate::Fail(busy.clone()),
        });
        let mut outbox = MemoryOutbox::with(3, 1_000);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        assert!(centre.calls <= 32, "{code}: {} calls in an hour", centre.calls);
    }
}

/// A receipt of another centre, for another packet, or for other bytes is none.
#[test]
fn a_receipt_that_does_not_verify_is_not_believed() {
    let mut outbox = MemoryOutbox::with(1, 1_000);
    let waiting = outbox.waiting().unwrap()[0];
    let good = Receipt {
        packet: waiting.packet,
        digest: waiting.sha256,
        log_index: 0,
        root: merkle::leaf(waiting.packet, waiting.sha256),
        path: Vec::new(),
        audit: AuditChain::default(),
        epoch: 1,
        received_at: time::OffsetDateTime::UNIX_EPOCH,
    };
    let other_packet = tram_packet::PacketId(uuid::Uuid::from_u128(99));
    let elsewhere = Receipt { root: Digest::of(b"a log without it"), ..good.clone() };
    let wrong = [
        (true, elsewhere),
        (false, good.clone()),
        (true, Receipt { packet: other_packet, ..good.clone() }),
        (true, Receipt { digest: Digest::of(b"other bytes"), ..good }),
    ];
    for (own_key, receipt) in wrong {
        let mut centre = MemoryCentre::healthy();
        let forger = Es256Key::generate().unwrap();
        let signed = receipt.sign(if own_key { &centre.key } else { &forger }).unwrap();
        centre.registered.push((waiting.packet, waiting.sha256, signed));
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        assert_eq!(outbox.receipted(), 0);
    }
}

/// At most one chunk is sent twice for each cut.
#[test]
fn a_cut_wastes_one_chunk_at_most() {
    let mut chance = Chance(3);
    let cuts = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = std::rc::Rc::clone(&cuts);
    let mut centre = MemoryCentre::new(move |call| match call {
        Call::Append { .. } if chance.one_in(3) => {
            counted.set(counted.get() + 1);
            Fate::Fail(unreachable())
        }
        _ => Fate::Pass,
    });
    let mut outbox = MemoryOutbox::with(5, 3_500_000);
    drive(&mut centre, &mut outbox, Duration::ZERO, DAY, |_, _| {});
    all_arrived(&centre, &outbox);
    let (useful, sent) = (5 * 3_500_000, centre.bytes);
    assert!(
        sent <= useful + cuts.get() * LARGEST_CHUNK,
        "{sent} bytes for {useful} with {} cuts",
        cuts.get()
    );
    // Of the bytes that a link carried, so many were of use; smaller chunks on a bad link see to that.
    println!("{} cuts, goodput {:.0} %", cuts.get(), 100.0 * useful as f64 / sent as f64);
}

/// Whatever fails in whatever order: once the link and the centre are well, everything is there exactly once.
#[test]
fn everything_arrives_whatever_happens() {
    for seed in 0..200 {
        let mut chance = Chance(seed);
        let (packets, size) = (1 + chance.next() as usize % 7, 1 + chance.next() as usize % 200_000);
        let mut turns = 200;
        let mut centre = MemoryCentre::new(move |_| {
            turns -= 1;
            match chance.next() % 9 {
                _ if turns < 0 => Fate::Pass,
                0 | 1 => Fate::Fail(unreachable()),
                2 | 3 => Fate::Lose,
                4 => {
                    let statuses = [500, 502, 503, 409, 423, 460, 404, 507, 429, 401];
                    Fate::Fail(status(statuses[chance.next() as usize % statuses.len()]))
                }
                5 => Fate::Fail(Failure::Garbled { what: "noise".into() }),
                6 => Fate::Offset(chance.next() % 250_000),
                _ => Fate::Pass,
            }
        });
        let mut outbox = MemoryOutbox::with(packets, size);
        drive(&mut centre, &mut outbox, Duration::ZERO, DAY * 30, |_, _| {});
        assert_eq!((outbox.receipted(), centre.registered.len()), (packets, packets), "seed {seed}");
    }
}

/// `OpenCRVS` 12292: a record stood at "sending" for ever. A lane that dies after any exchange leaves nothing behind that
/// the next one would trip over.
#[test]
fn story_03_a_lane_that_dies_after_any_step_is_followed_by_one_that_finishes() {
    for steps in 0..30 {
        let mut centre = MemoryCentre::healthy();
        let mut outbox = MemoryOutbox::with(2, 300_000);
        let keys = vec![centre.key.public_key().clone()];
        let mut lane = Lane::new(&mut centre, keys, None);
        for step in 0..steps {
            lane.step(&mut outbox, Duration::from_secs(step), 7).unwrap();
        }
        drop(lane);
        drive(&mut centre, &mut outbox, HOUR, DAY, |_, _| {});
        all_arrived(&centre, &outbox);
    }
}

/// `OpenCRVS` 13303: what was said of a record arrived before its file. Of a packet that is cut at any byte the centre has
/// nothing that counts.
#[test]
fn story_07_a_packet_that_is_cut_anywhere_is_not_there() {
    for appends in 0..4 {
        let mut left = appends;
        let mut centre = MemoryCentre::new(move |call| match call {
            Call::Append { .. } if left == 0 => Fate::Fail(unreachable()),
            Call::Append { .. } => {
                left -= 1;
                Fate::Pass
            }
            _ => Fate::Pass,
        });
        let mut outbox = MemoryOutbox::with(1, 700_000);
        drive(&mut centre, &mut outbox, Duration::ZERO, HOUR, |_, _| {});
        assert!(centre.registered.is_empty() && outbox.receipted() == 0, "after {appends} chunks");
        centre.script = Box::new(|_| Fate::Pass);
        drive(&mut centre, &mut outbox, HOUR, DAY, |_, _| {});
        all_arrived(&centre, &outbox);
    }
}

/// kanidm 1790: after a reset of the TPM the key was gone. What is sealed goes up without any key of the station: the lane
/// has none.
#[test]
fn story_25_the_lane_needs_no_key_of_the_stations() {
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(3, 1_000);
    let centre_keys = vec![centre.key.public_key().clone()];
    let mut lane = Lane::new(&mut centre, centre_keys, None);
    drive_lane(&mut lane, &mut outbox, Duration::ZERO, HOUR, &mut |_, _| {});
    all_arrived(&centre, &outbox);
}

/// An office's link carries other work, too.
#[test]
fn the_lane_keeps_the_pace_and_the_hours() {
    let pace = Pace { bytes_per_second: NonZeroU32::new(20_000), hours: None };
    let mut centre = MemoryCentre::healthy();
    let mut outbox = MemoryOutbox::with(2, 400_000);
    let keys = vec![centre.key.public_key().clone()];
    let mut lane = Lane::new(&mut centre, keys, None);
    lane.keep(&pace, Duration::ZERO, time!(8:00));
    let (mut now, mut sent) = (Duration::ZERO, 0);
    while outbox.receipted() < 2 && now < HOUR {
        let progress = lane.step(&mut outbox, now, 7).unwrap();
        if let Some((_, PacketState::Sending { sent: so_far, .. })) = progress.packet {
            sent = sent.max(so_far);
            assert!(
                sent as f64 <= 20_000.0 * (now.as_secs_f64() + 1.0) || outbox.receipted() > 0,
                "{sent} at {now:?}"
            );
        }
        // Stepping early is harmless.
        now += Duration::from_millis(100);
    }
    assert!(now >= Duration::from_secs(38) && now < Duration::from_mins(1), "{now:?}");

    let hours = Some(Hours { from: time!(17:30), to: time!(22:00) });
    outbox.add(50, 1_000);
    lane.keep(&Pace { bytes_per_second: None, hours }, now, time!(16:30));
    let progress = lane.step(&mut outbox, now, 7).unwrap();
    let until = now + HOUR;
    assert_eq!(progress.lane, LaneState::Pausing { until, because: Reason::OutOfHours });
    drive_lane(&mut lane, &mut outbox, now, until, &mut |_, _| {});
    assert_eq!(outbox.receipted(), 2);
    lane.keep(&Pace { bytes_per_second: None, hours }, until, time!(17:30));
    drive_lane(&mut lane, &mut outbox, until, until + HOUR, &mut |_, _| {});
    all_arrived(&centre, &outbox);
}
