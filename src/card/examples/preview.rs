//! Writes pictures of an invented card and slip: `cargo run -p tram-card --example preview -- FOLDER [PORTRAIT [NAME [PLACE]]]`.

use std::error::Error;
use std::fs;
use tram_card::data::split_name;
use tram_card::{PrintJob, Slip, Template, picture};

#[path = "../tests/invented/mod.rs"]
mod invented;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let mut card = invented::card();
    if let Some(path) = arguments.next() {
        card.portrait = Some(image::open(path)?.to_rgb8());
    }
    if let Some(name) = arguments.next() {
        (card.surname, card.given) = split_name(&name);
    }
    if let Some(place) = arguments.next() {
        (card.residence, card.birth_registration) = (place.clone(), place);
    }
    let mut slip = invented::slip();
    (slip.applicant, slip.residence) = (card.full_name(), card.residence.clone());
    let job = PrintJob::new(&Template::identity_2024()?, &card)?;
    fs::write(format!("{folder}/front.png"), picture::png(&job.front)?)?;
    fs::write(format!("{folder}/back.png"), picture::png(&job.back)?)?;
    let slip = Slip::new(&slip)?;
    fs::write(format!("{folder}/slip.pdf"), slip.pdf()?)?;
    fs::write(format!("{folder}/slip.png"), picture::png(&slip.preview(150)?)?)?;
    Ok(())
}
