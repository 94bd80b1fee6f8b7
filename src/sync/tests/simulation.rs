//! Stations, links and a centre simulated from seeds, with the production workflow, store and lane: officers enroll, links
//! fail in every way, stations crash in the middle of everything, packets are purged, the centre is restored from backups. In the end nothing is lost and nothing is
//! there twice.
//!
//! `TRAM_SIM_SEEDS=N` sets how many seeds are tried, `TRAM_LONG` tries 100,000; `TRAM_SIM_SEED=N` replays one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)] // Tests may.

mod common;
mod desk;
mod materials;
#[path = "../../store/tests/common/mod.rs"]
mod stock;
mod world;

use materials::Materials;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use world::{Bug, World};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn nothing_is_lost_in_any_world() {
    let materials = Materials::make();
    let seeds = match number("TRAM_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            0..number("TRAM_SIM_SEEDS").unwrap_or(if std::env::var_os("TRAM_LONG").is_some() {
                100_000
            } else {
                200
            })
        }
    };
    let (start, count, next) = (Instant::now(), seeds.end - seeds.start, AtomicU64::new(seeds.start));
    // Each world is alone on its thread; which thread it is makes no difference to it.
    let some_of_them = || {
        let mut steps = 0;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return steps;
            }
            let mut world = World::new(&materials, seed, None);
            if let Err(wrong) = world.run() {
                next.store(seeds.end, Ordering::Relaxed);
                panic!("seed {seed}: {wrong}; TRAM_SIM_SEED={seed} replays it");
            }
            steps += world.steps();
            if (seed + 1).is_multiple_of(10_000) {
                println!("seed {seed} after {:.1?}", start.elapsed());
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let steps: usize = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(some_of_them)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{count} worlds, {steps} steps in {:.1?}: nothing lost", start.elapsed());
}

/// A simulation that finds nothing proves nothing: defects that other systems had are planted at the seams.
#[test]
fn every_planted_defect_is_found() {
    let materials = Materials::make();
    for bug in [
        Bug::SignsForWhatIsNotThere,
        Bug::EntersTwice,
        Bug::RewritesItsLog,
        Bug::SignsTooEarly,
        Bug::ForgetsReceipts,
        Bug::OverlooksWhatCameLater,
        Bug::GivesUp,
        Bug::KeepsTheCheckpointOnly,
        Bug::ReadsBesideThePlace,
        Bug::AnswersForAnother,
        Bug::SaysKeptTooEarly,
    ] {
        let found = (0..60).find_map(|seed| {
            let wrong = World::new(&materials, seed, Some(bug)).run().err()?;
            Some((seed, wrong))
        });
        let (seed, wrong) = found.unwrap_or_else(|| panic!("{bug:?} is not found"));
        println!("{bug:?}: seed {seed}: {wrong}");
    }
}
