//! `tram finger quality`.

use super::picture;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;
use tram_biometric::Language;
use tram_capture::advice;
use tram_fingerprint::quality::{self, FingerQuality};
use tram_fingerprint::{nfiq2, template};

/// Measures and prints. Pictures that cannot be read are said and left out, and make the command fail in the end.
pub(super) fn run(pictures: &[PathBuf], json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut unread = 0;
    for path in pictures {
        let image = match picture::read(path) {
            Ok(image) => image,
            Err(error) => {
                unread += 1;
                writeln!(std::io::stderr(), "tram: {error:#}").ok();
                continue;
            }
        };
        let live = quality::assess(&image);
        let template = template::extract(&image);
        let nfiq2 = nfiq2::assess(&image, template.minutiae());
        if json {
            let line = report(&path.display().to_string(), &live, nfiq2.as_ref(), template.minutiae().len());
            writeln!(out, "{line}")?;
        } else {
            let score = nfiq2.map_or_else(|| "none".to_owned(), |found| found.score.score().to_string());
            let advice = live.problem().map_or("", |problem| advice::problem(problem, Language::English));
            writeln!(
                out,
                "{}: NFIQ 2 {score}, live {}, {} minutiae, {:.0} mm2 {advice}",
                path.display(),
                live.score.score(),
                template.minutiae().len(),
                live.area_mm2
            )?;
        }
    }
    anyhow::ensure!(unread == 0, "{unread} of {} pictures cannot be read", pictures.len());
    Ok(())
}

fn report(file: &str, live: &FingerQuality, nfiq2: Option<&nfiq2::Nfiq2>, minutiae: usize) -> Value {
    let features = nfiq2.map(|found| {
        let named = (0..).map_while(nfiq2::feature_name).zip(found.features);
        named.map(|(name, value)| (name, json!(value))).collect::<Map<String, Value>>()
    });
    json!({
        "file": file,
        "nfiq2": nfiq2.map(|found| found.score.score()),
        "nfiq2_features": features,
        "minutiae": minutiae,
        "live": {
            "score": live.score.score(),
            "problem": live.problem().map(|problem| format!("{problem:?}")),
            "area_mm2": live.area_mm2,
            "contrast": live.contrast,
            "ridge_period_px": live.ridge_period_px,
            "coherence": live.coherence,
            "regularity": live.regularity,
            "dark_share": live.dark_share,
            "off_centre": live.off_centre,
        },
    })
}
