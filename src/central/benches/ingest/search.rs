//! What the search for duplicates costs, on one thread.

use crate::common::finger;
use crate::common::memory::Chance;
use std::time::Instant;
use tram_biometric::FingerPosition;
use tram_central::matcher::{Finger, Matcher};
use tram_fingerprint::template::{self, Template};
use tram_fingerprint::wsq;

/// Subjects to search in: ten thousand templates.
const SUBJECTS: u64 = 1000;

/// One subject's ten fingers searched among ten thousand.
pub(crate) fn search() {
    let folder = tempfile::tempdir().unwrap();
    let mut matcher = Matcher::open(&folder.path().join("templates.sqlite")).unwrap();
    let drawn: Vec<Template> = (0..20)
        .flat_map(|whose| FingerPosition::TEN.map(|position| finger::print(whose, position, 0)))
        .map(|bytes| template::extract(&wsq::decode(&bytes).unwrap()))
        .collect();
    let mut chance = Chance(9);
    let mut fingers = |subject: u64| -> Vec<Finger> {
        let place =
            |position: FingerPosition| (subject % 20) as usize * 10 + usize::from(position.code()) - 1;
        FingerPosition::TEN
            .map(|position| Finger { position, template: scattered(&drawn[place(position)], &mut chance) })
            .into()
    };
    let started = Instant::now();
    for subject in 0..SUBJECTS {
        matcher.add(subject, &fingers(subject)).unwrap();
    }
    println!(
        "adding {SUBJECTS} subjects: {:.1} ms each, durable",
        started.elapsed().as_secs_f64() * 1e3 / SUBJECTS as f64
    );
    let stranger = fingers(SUBJECTS);
    let mut found = 0;
    let cost = millis(|| found += matcher.search(SUBJECTS, &stranger).unwrap().len());
    println!(
        "| one enrollment searched among {} fingers | {cost:.0} CPU ms, {found} found |",
        matcher.fingers()
    );
    drop(matcher);
    let started = Instant::now();
    let matcher = Matcher::open(&folder.path().join("templates.sqlite")).unwrap();
    println!(
        "opening the file of {} fingers: {:.0} ms",
        matcher.fingers(),
        started.elapsed().as_secs_f64() * 1e3
    );
}

/// The minutiae of a template at other places: as many, of another finger.
fn scattered(template: &Template, chance: &mut Chance) -> Template {
    let mut bytes = template.to_bytes();
    // "TF", version, count, then six bytes a minutia: x with the kind, y, angle, quality.
    let count = usize::from(bytes[3]);
    for minutia in bytes[4..4 + 6 * count].chunks_exact_mut(6) {
        let kind = minutia[0] & 0x80;
        let (x, y) = ((chance.next() % 220) as u16 + 5, (chance.next() % 280) as u16 + 5);
        minutia[..2].copy_from_slice(&x.to_be_bytes());
        minutia[0] |= kind;
        minutia[2..4].copy_from_slice(&y.to_be_bytes());
        minutia[4] = chance.next() as u8;
    }
    Template::from_bytes(&bytes).unwrap()
}

/// CPU milliseconds of one call on this thread, the fastest of five.
fn millis<T>(mut work: impl FnMut() -> T) -> f64 {
    let nanos = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(0.0)
    };
    (0..5)
        .map(|_| {
            let before = nanos();
            std::hint::black_box(work());
            (nanos() - before) / 1e6
        })
        .fold(f64::INFINITY, f64::min)
}
