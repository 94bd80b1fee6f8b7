//! Prints invented citizens: `cargo run -p tram-synthetic --example people -- 20`.
#![allow(clippy::print_stdout)]

use std::time::Instant;
use tram_synthetic::people;

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(20);
    let begun = Instant::now();
    let bytes: usize = people(0..200_000).map(|person| person.full_name.len()).sum();
    println!("200,000 people ({bytes} bytes of names) in {:.2} s", begun.elapsed().as_secs_f32());
    for person in people(0..count) {
        println!(
            "{} {:9} {} {:?} {:02}/{:02}/{} {} {} | {}, {}, {} | {}",
            person.number,
            person.old_number.as_deref().unwrap_or("-"),
            person.full_name,
            person.sex,
            person.birth.day,
            person.birth.month,
            person.birth.year,
            person.ethnicity.name,
            person.religion.name,
            person.residence.detail,
            person.residence.commune.name,
            person.residence.province.name,
            person.phone.as_deref().unwrap_or("-"),
        );
    }
}
