//! One preview frame of 1280×720 by stage, beside the networks alone and beside `MediaPipe`, in one run.
//!
//! `MEDIAPIPE_PYTHON=python3 cargo bench -p tram-portrait --bench preview -- FACES`, where FACES holds pictures (else NASA's
//! astronaut) and that Python has `mediapipe==0.10.14`; without it only ours is timed. Each picture is laid into a frame
//! and moves a little for thirty frames. Ours and theirs take turns on every frame; CPU time, theirs of all its
//! threads, since the machine may be busy with other things; medians and ninth deciles.
#![allow(clippy::print_stdout, clippy::indexing_slicing)] // A bench prints its table; its indices are its own.

mod frames;
mod networks;
mod peer;

use frames::frames;
use networks::networks_alone;
use peer::Peer;
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeMap;
use std::time::Instant;
use tram_portrait::Engine;
use tram_portrait::engine::Stage;

/// Pictures that are used, when a folder holds more.
const PEOPLE: usize = 12;

/// Milliseconds of one thing, many times.
#[derive(Default)]
struct Times(Vec<f64>);

impl Times {
    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    }

    fn row(&self, name: &str) {
        let [median, decile, worst] = [0.5, 0.9, 1.0].map(|share| self.at(share));
        println!("{name:<34} {:>5} {median:>8.2} {decile:>8.2} {worst:>8.2}", self.0.len());
    }
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).filter(|argument| !argument.starts_with("--"));
    let sequences = frames(folder.as_deref(), PEOPLE)?;
    let mut engine = Engine::new()?;
    let mut peers = [Peer::start(true), Peer::start(false)];
    let mut stages: BTreeMap<String, Times> = BTreeMap::new();
    let (mut whole, mut wall, mut looked, mut alone) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    let mut theirs: [Times; 2] = Default::default();
    let mut ratios: [Times; 2] = Default::default();
    let mut lost = 0;
    for sequence in &sequences {
        for frame in sequence {
            let (start, begun) = (cpu_millis(), Instant::now());
            let (mut last, mut detector) = (start, false);
            let found = engine.follow_by_stages(frame, &mut |stage| {
                let now = cpu_millis();
                stages.entry(name(stage)).or_default().0.push(now - last);
                (last, detector) = (now, detector || stage == Stage::Detector);
            })?;
            let spent = cpu_millis() - start;
            wall.0.push(begun.elapsed().as_secs_f64() * 1e3);
            whole.0.push(spent);
            if detector {
                looked.0.push(spent);
            }
            lost += usize::from(found.face.is_none());
            let start = cpu_millis();
            engine.assess(frame)?;
            let afresh = cpu_millis() - start;
            alone.0.push(afresh);
            for (((peer, times), ratios), ours) in
                peers.iter_mut().zip(&mut theirs).zip(&mut ratios).zip([spent, afresh])
            {
                if let Some(theirs) = peer.as_mut().and_then(|peer| peer.frame(frame)) {
                    times.0.push(theirs);
                    ratios.0.push(ours / theirs);
                }
            }
        }
    }
    println!("{} faces, {} frames, no face in {lost}; milliseconds of CPU", sequences.len(), whole.0.len());
    println!("{:<34} {:>5} {:>8} {:>8} {:>8}", "", "n", "median", "p90", "worst");
    whole.row("a frame, followed");
    looked.row("of these, with the detector");
    wall.row("a frame, followed, by the wall");
    alone.row("a picture on its own");
    for ((name, theirs), ratios) in ["following", "each on its own"].into_iter().zip(&theirs).zip(&ratios) {
        if !theirs.0.is_empty() {
            theirs.row(&format!("MediaPipe, {name}"));
            ratios.row("  ours / theirs, frame by frame");
        }
    }
    println!("by stage, when it runs:");
    let mut by_stage: Vec<_> = stages.iter().collect();
    by_stage.sort_by(|a, b| b.1.at(0.5).total_cmp(&a.1.at(0.5)));
    for (name, times) in by_stage {
        times.row(&format!("  {name}"));
    }
    println!("networks alone:");
    for (name, times) in networks_alone(cpu_millis)? {
        times.row(&format!("  {name}"));
    }
    Ok(())
}

fn name(stage: Stage) -> String {
    format!("{stage:?}")
}

/// Time this thread has had a core, in milliseconds: what others do on the machine does not count.
fn cpu_millis() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}
