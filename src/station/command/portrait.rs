//! `tram portrait`: what the station measures in a picture of a face or an eye, without a camera.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_biometric::{Encoding, EyeLabel, GrayImage};
use tram_portrait::iris::{self, IrisMeasureKind, IrisShot};
use tram_portrait::record::{self, FaceImage, ImageType, Source};
use tram_portrait::{Engine, Report, RuleSet, annotate, crop, decode, encode};

#[derive(Debug, Subcommand)]
pub(super) enum PortraitCommand {
    /// Measure a picture, or every PNG and JPEG of a folder, by the newest rules.
    Check {
        /// A picture or a folder.
        path: PathBuf,
        /// As JSON, one line for each picture.
        #[arg(long)]
        json: bool,
        /// Write each picture with what was found drawn into it, as PNG, to this folder. It is a picture of a person: keep it
        /// as one.
        #[arg(long, value_name = "FOLDER")]
        draw: Option<PathBuf>,
    },
    /// Cut the card picture and the token image out of a picture and write them, and a record of ISO/IEC 19794-5 with the
    /// token image, to a folder. They are pictures of a person: keep them as such.
    Cut {
        /// A picture with one face.
        path: PathBuf,
        /// Where `card.jpg`, `card.jp2`, `token.jp2` and `token.fac` go.
        folder: PathBuf,
        /// Bytes of each picture; a travel document's data group 2 has 12,000 to 20,000.
        #[arg(long, default_value_t = 15_000)]
        bytes: usize,
    },
    /// Find the iris in a near-infrared picture of one eye and measure it by the newest rules.
    Iris {
        /// A picture.
        path: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Whose eye it shows, to write it as a record of ISO/IEC 19794-6 to FILE.
        #[arg(long, value_name = "right|left", requires = "record", value_parser = eye)]
        eye: Option<EyeLabel>,
        /// Where the record goes. It is a picture of a person: keep it as one.
        #[arg(long, value_name = "FILE", requires = "eye")]
        record: Option<PathBuf>,
    },
}

fn eye(word: &str) -> Result<EyeLabel, String> {
    let names = [("right", EyeLabel::Right), ("left", EyeLabel::Left)];
    let found = names.into_iter().find(|(name, _)| *name == word);
    found.map(|(_, eye)| eye).ok_or_else(|| "say right or left".to_owned())
}

/// Measures and prints. Pictures that cannot be read are said and left out, and make the command fail in the end.
pub(super) fn run(asked: PortraitCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match asked {
        PortraitCommand::Check { path, json, draw } => check_all(&path, json, draw.as_deref(), out),
        PortraitCommand::Cut { path, folder, bytes } => cut(&path, &folder, bytes, out),
        PortraitCommand::Iris { path, json, eye, record } => iris(&path, json, eye.zip(record), out),
    }
}

fn check_all(path: &Path, json: bool, draw: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<()> {
    let pictures = pictures(path)?;
    let mut engine = Engine::new()?;
    let mut unread = 0;
    for picture in &pictures {
        match check(&mut engine, picture, draw) {
            Ok(report) if json => {
                let line = json!({ "file": picture.display().to_string(), "report": report });
                writeln!(out, "{line}")?;
            }
            Ok(report) => table(picture, &report, out)?,
            Err(error) if pictures.len() == 1 => return Err(error),
            Err(error) => {
                unread += 1;
                writeln!(std::io::stderr(), "tram: {error:#}").ok();
            }
        }
    }
    if unread > 0 {
        bail!("{unread} of {} pictures could not be checked", pictures.len());
    }
    Ok(())
}

/// The picture, or those of the folder in the order of their names.
fn pictures(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = || format!("{} cannot be read", path.display());
    let entries = std::fs::read_dir(path).with_context(unreadable)?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(unreadable)?;
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        ending.is_some_and(|ending| ["png", "jpg", "jpeg"].contains(&ending.as_str()))
    };
    paths.retain(is_picture);
    paths.sort();
    if paths.is_empty() {
        bail!("there is no PNG or JPEG in {}", path.display());
    }
    Ok(paths)
}

fn check(engine: &mut Engine, path: &Path, draw: Option<&Path>) -> anyhow::Result<Report> {
    let about = || path.display().to_string();
    let image = decode::picture(&std::fs::read(path).with_context(about)?).with_context(about)?;
    let found = engine.assess(&image).with_context(about)?;
    if let (Some(folder), Some(face)) = (draw, &found.face) {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let name = Path::new(path.file_name().unwrap_or_default()).with_extension("png");
        let target = folder.join(name);
        if target.exists() {
            bail!("{} exists already; choose another folder", target.display());
        }
        let drawn = encode::png(&annotate::annotated(&image, face))?;
        std::fs::write(&target, drawn).with_context(|| target.display().to_string())?;
    }
    Ok(Report::of(&image, &found, engine.rules()))
}

fn cut(path: &Path, folder: &Path, bytes: usize, out: &mut dyn Write) -> anyhow::Result<()> {
    let about = || path.display().to_string();
    let image = decode::picture(&std::fs::read(path).with_context(about)?).with_context(about)?;
    let face =
        Engine::new()?.assess(&image)?.face.with_context(|| format!("{}: no face is found", about()))?;
    let (card, token) = (crop::card(&image, &face)?, crop::token(&image, &face)?);
    let encoded = encode::jpeg2000(&token, bytes)?;
    let record = record::write(&[FaceImage {
        image_type: ImageType::Token,
        encoding: Encoding::Jpeg2000,
        width: u16::try_from(token.width())?,
        height: u16::try_from(token.height())?,
        source: Source::Unspecified,
        pose: Some(face.pose),
        pupils: None,
        bytes: encoded.clone(),
    }])?;
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, bytes) in [
        ("card.jpg", encode::jpeg(&card, bytes)?),
        ("card.jp2", encode::jpeg2000(&card, bytes)?),
        ("token.jp2", encoded),
        ("token.fac", record),
    ] {
        let target = folder.join(name);
        std::fs::write(&target, &bytes).with_context(|| target.display().to_string())?;
        writeln!(out, "{}: {} bytes", target.display(), bytes.len())?;
    }
    Ok(())
}

fn iris(
    path: &Path,
    json: bool,
    record: Option<(EyeLabel, PathBuf)>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let about = || path.display().to_string();
    let picture = decode::picture(&std::fs::read(path).with_context(about)?).with_context(about)?;
    // Near infrared has no colour: all three channels say the same.
    let levels = picture.pixels().chunks(3).filter_map(|pixel| pixel.first().copied()).collect();
    let image = GrayImage::new(picture.width(), picture.height(), 0, levels)?;
    let rules = RuleSet::newest()?;
    let eye = record.as_ref().map_or(EyeLabel::Right, |(eye, _)| *eye);
    let shot = IrisShot::examine(eye, image, &rules.iris);
    let found = shot.found.as_ref().with_context(|| format!("{}: no iris is found", path.display()))?;
    let measures: Vec<_> = IrisMeasureKind::ALL.map(|kind| (kind, found.quality.value(kind))).into();
    let circles = [("pupil", found.iris.pupil), ("limbus", found.iris.limbus)];
    if json {
        let circle = |(name, circle): (&str, iris::Circle)| {
            (name.to_owned(), json!([circle.centre.x, circle.centre.y, circle.radius]))
        };
        let measures: serde_json::Map<_, _> =
            measures.iter().map(|(kind, value)| (format!("{kind:?}"), json!(value))).collect();
        let failing: Vec<String> = shot.failing.iter().map(|kind| format!("{kind:?}")).collect();
        let circles: serde_json::Map<_, _> = circles.into_iter().map(circle).collect();
        let line = json!({ "file": about(), "circles": circles, "measures": measures, "failing": failing });
        writeln!(out, "{line}")?;
    } else {
        let verdict = if shot.passes() { "passes" } else { "does not pass" };
        writeln!(out, "{}: {verdict} the rules of {}", path.display(), rules.valid_from)?;
        for (name, circle) in circles {
            writeln!(
                out,
                "  {name:<18} {:.1}, {:.1}, radius {:.1} px",
                circle.centre.x, circle.centre.y, circle.radius
            )?;
        }
        for (kind, value) in measures {
            let broken = rules.iris.iter().find(|rule| rule.measure == kind && shot.failing.contains(&kind));
            let wrong = broken.map_or_else(String::new, |rule| format!("{} / {}", rule.vi, rule.en));
            writeln!(out, "  {:<18} {value:>8.2}  {wrong}", format!("{kind:?}"))?;
        }
    }
    if let Some((_, target)) = record {
        let bytes = iris::record::write(&[shot.image(None)?])?;
        std::fs::write(&target, bytes).with_context(|| target.display().to_string())?;
    }
    Ok(())
}

fn table(path: &Path, report: &Report, out: &mut dyn Write) -> anyhow::Result<()> {
    let verdict = if report.passes { "passes" } else { "does not pass" };
    writeln!(
        out,
        "{}: {}x{}, faces: {}, {verdict} the rules of {}, overall {}",
        path.display(),
        report.width,
        report.height,
        report.faces,
        report.rules,
        report.overall
    )?;
    if let Some(guidance) = &report.guidance {
        writeln!(out, "  {} / {}", guidance.vi, guidance.en)?;
    }
    for line in &report.measures {
        let name = serde_json::to_value(line.measure)?;
        let limit = match (line.at_least, line.at_most) {
            (None, None) => String::new(),
            (least, most) => {
                let side = |side: Option<f32>| side.map_or_else(String::new, |value| value.to_string());
                format!("[{} .. {}]", side(least), side(most))
            }
        };
        let wrong =
            line.wrong.as_ref().map_or_else(String::new, |wrong| format!("{} / {}", wrong.vi, wrong.en));
        writeln!(
            out,
            "  {:<28} {:>10.3}  score {:>3}  {limit:<16} {wrong}",
            name.as_str().unwrap_or_default(),
            line.native,
            line.score
        )?;
    }
    for hint in report.hints.iter().filter(|hint| hint.flagged) {
        writeln!(out, "  ! {} / {} ({:.2})", hint.hint.vi, hint.hint.en, hint.evidence)?;
    }
    Ok(())
}
