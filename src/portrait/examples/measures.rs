//! Prints every measure of pictures, one line each: `cargo run -p tram-portrait --example measures -- FILE…`
#![allow(clippy::print_stdout)]

use tram_portrait::{Engine, decode};

fn main() -> anyhow::Result<()> {
    let mut engine = Engine::new()?;
    for (index, path) in std::env::args().skip(1).enumerate() {
        let assessment = engine.assess(&decode::picture(&std::fs::read(&path)?)?)?;
        if index == 0 {
            let names: Vec<_> = assessment.measures.iter().map(|each| format!("{:?}", each.kind)).collect();
            println!("file,faces,guidance,{}", names.join(","));
        }
        let natives: Vec<_> = assessment.measures.iter().map(|each| format!("{:.4}", each.native)).collect();
        let guidance = assessment.guidance().map_or("good".to_owned(), |guidance| format!("{guidance:?}"));
        println!("{path},{},{guidance},{}", assessment.faces, natives.join(","));
    }
    Ok(())
}
