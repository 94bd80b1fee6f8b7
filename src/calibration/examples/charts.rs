//! Writes the printable charts to `calibration/charts`.

use std::path::Path;
use tram_calibration::chart::{self, svg};

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../calibration/charts");
    std::fs::create_dir_all(&folder)?;
    for chart in chart::all() {
        std::fs::write(folder.join(format!("{}.svg", chart.name)), svg::write(&chart))?;
    }
    Ok(())
}
