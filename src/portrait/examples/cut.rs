//! Cuts the card picture and the token image out of a picture: `cargo run -p tram-portrait --example cut -- FILE OUT-STEM`
//! writes `OUT-STEM-card.jpg` and `OUT-STEM-token.jpg`.

use anyhow::Context as _;
use tram_portrait::{Engine, crop, decode, encode};

/// Bytes of each picture: the size of a chip's data group 2.
const BUDGET: usize = 20_000;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (path, stem) =
        arguments.next().zip(arguments.next()).context("give a picture and a stem to write to")?;
    let image = decode::picture(&std::fs::read(&path)?)?;
    let face = Engine::new()?.assess(&image)?.face.context("there is no face in this picture")?;
    std::fs::write(format!("{stem}-card.jpg"), encode::jpeg(&crop::card(&image, &face)?, BUDGET)?)?;
    std::fs::write(format!("{stem}-token.jpg"), encode::jpeg(&crop::token(&image, &face)?, BUDGET)?)?;
    Ok(())
}
