//! `tram portrait`: what the station measures in a picture, without a camera.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_portrait::{Engine, Report, annotate, decode, encode};

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
}

/// Measures and prints. Pictures that cannot be read are said and left out, and make the command fail in the end.
pub(super) fn run(asked: PortraitCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    let PortraitCommand::Check { path, json, draw } = asked;
    let pictures = pictures(&path)?;
    let mut engine = Engine::new()?;
    let mut unread = 0;
    for picture in &pictures {
        match check(&mut engine, picture, draw.as_deref()) {
            Ok(report) if json => {
                let line = serde_json::json!({ "file": picture.display().to_string(), "report": report });
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
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>().with_context(unreadable)?;
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
        let wrong = line.wrong.as_ref().map_or_else(String::new, |wrong| format!("{} / {}", wrong.vi, wrong.en));
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
