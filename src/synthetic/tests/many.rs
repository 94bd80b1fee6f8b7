//! 1:N among invented people: 2,000 fingers, and with `TRAM_LONG` 100,000. The search must lose at most one point of the
//! mates that exhaustive comparison finds, and hold the gallery in memory and bytes as it promises.
#![allow(clippy::expect_used, clippy::print_stdout)] // Helpers of tests; a long run says what it measured.

use std::time::Instant;
use tram_biometric::FingerPosition;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::template::Template;
use tram_synthetic::{ImpressionParams, Sketch};

fn touch(person: u64, number: u64) -> Prepared {
    let position = FingerPosition::TEN.get(person as usize % 10).copied().expect("ten");
    let params = ImpressionParams::casual(person * 10 + number, if number == 0 { 0.9 } else { 0.7 });
    Prepared::new(Sketch::draw(person, position).touch(&params))
}

#[test]
fn the_search_finds_whom_exhaustive_comparison_finds() {
    let long = std::env::var_os("TRAM_LONG").is_some();
    let (people, probes) = if long { (100_000, 400) } else { (2_000, 60) };
    let mut gallery = Gallery::new();
    let mut longest = 0;
    for person in 0..people {
        let finger = touch(person, 0);
        longest = longest.max(finger.template().to_bytes().len());
        gallery.add(person, &finger);
    }
    assert!(longest <= Template::MOST_BYTES, "{longest}");
    let bytes = gallery.to_bytes();
    let begun = Instant::now();
    let gallery = Gallery::from_bytes(&bytes).expect("reads");
    println!("{people} fingers, {} MB, read in {:?}", bytes.len() >> 20, begun.elapsed());

    let (mut mates, mut found, mut strangers) = (0, 0, 0);
    let begun = Instant::now();
    for probe in 0..probes {
        let person = probe * (people / probes);
        let again = touch(person, 1);
        let hits = gallery.search(&again, 10);
        // Exhaustive comparison meets this mate, whatever the search does.
        if again.compare(&touch(person, 0)).is_match() {
            mates += 1;
            found += u32::from(hits.iter().any(|hit| hit.id == person));
        }
        strangers += hits.iter().filter(|hit| hit.id != person).count();
    }
    println!("{:?} a search (wall)", begun.elapsed() / probes as u32);
    println!(
        "{mates} of {probes} mates match, {found} are found; {strangers} strangers at {:?}",
        Score::MATCH
    );
    assert!(mates * 100 >= probes as u32 * 90, "{mates} of {probes}");
    assert!(found * 100 >= mates * 99, "{found} of {mates}");
}

#[test]
fn sketches_score_as_fingers_do() {
    let (mut wrong, mut pairs) = (0, 0);
    let prints: Vec<Prepared> = (0..120).map(|person| touch(person, 0)).collect();
    for (i, first) in prints.iter().enumerate() {
        for second in prints.iter().skip(i + 1) {
            pairs += 1;
            wrong += usize::from(first.compare(second).is_match());
        }
    }
    assert!(wrong * 200 <= pairs, "{wrong} false matches of {pairs}");
}
