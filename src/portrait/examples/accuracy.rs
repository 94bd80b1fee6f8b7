//! Prints how exactly eyes are found and which rules good pictures break, for whom, and how long each picture takes.
//!
//!     cargo run --release -p tram-portrait --example accuracy -- ../shared/data/faces
//!
//! The folder holds `london_neutral/*.jpg` with `.tem` files, whose first two points are the true pupils, and
//! `london_info.csv` with sex and ethnicity by number.
#![allow(clippy::print_stdout)]

use anyhow::Context as _;
use rustix::time::{ClockId, clock_gettime};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tram_biometric::RgbImage;
use tram_portrait::{Assessment, Engine, MeasureKind, Point, decode};

struct Finding {
    name: String,
    group: [String; 2],
    /// Mean pupil error over the distance between the true pupils, in percent; `None` where no face was found.
    error: Option<f32>,
    /// The measures whose rule this good picture breaks.
    refused: Vec<MeasureKind>,
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("give the folder that holds london_neutral")?;
    let folder = Path::new(&folder);
    let people = people(&folder.join("london_info.csv"))?;
    let mut engine = Engine::new()?;
    let mut findings = Vec::new();
    for path in pictures(&folder.join("london_neutral"))? {
        let image = decode::picture(&std::fs::read(&path)?)?;
        let truth = pupils(&path.with_extension("tem"))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split('_').next().unwrap_or_default();
        let group = people.get(number).cloned().unwrap_or_default();
        let assessment = engine.assess(&image)?;
        let failing = assessment.measures.iter().filter(|measure| !measure.passes);
        let refused = failing.map(|measure| measure.kind).collect();
        findings.push(Finding { error: error(&assessment, truth), name, group, refused });
    }
    report(&findings);
    refusals(&findings);
    time(&mut engine, &folder.join("london_neutral"))
}

fn report(findings: &[Finding]) {
    println!("pupil error / inter-eye distance, percent");
    println!("{:<24} {:>4} {:>7} {:>6} {:>6} {:>6}", "group", "n", "missed", "mean", "p95", "worst");
    row("all", findings.iter());
    let groups: BTreeSet<&str> = findings.iter().flat_map(|each| &each.group).map(String::as_str).collect();
    for name in groups {
        row(name, findings.iter().filter(|each| each.group.iter().any(|group| group == name)));
    }
    let mut worst: Vec<_> = findings.iter().filter_map(|each| Some((each.error?, &each.name))).collect();
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("worst: {:?}", worst.iter().take(5).collect::<Vec<_>>());
}

/// Which rules good pictures break, and whose: a rule that refuses one group more than another would be seen here.
fn refusals(findings: &[Finding]) {
    println!("good pictures refused, by rule and group");
    let kinds: BTreeSet<MeasureKind> =
        findings.iter().flat_map(|each| each.refused.iter().copied()).collect();
    for kind in kinds {
        let mut by_group: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for finding in findings {
            for group in finding.group.iter().map(String::as_str).chain(["all"]) {
                let [refused, of] = by_group.entry(group).or_default();
                *refused += usize::from(finding.refused.contains(&kind));
                *of += 1;
            }
        }
        let shares = by_group.iter().map(|(group, [refused, of])| format!("{group} {refused}/{of}"));
        println!("{:<26} {}", format!("{kind:?}"), shares.collect::<Vec<_>>().join(", "));
    }
}

fn row<'a>(name: &str, findings: impl Iterator<Item = &'a Finding> + Clone) {
    let count = findings.clone().count();
    let mut errors: Vec<f32> = findings.filter_map(|each| each.error).collect();
    errors.sort_by(f32::total_cmp);
    let found = errors.len();
    let mean = errors.iter().sum::<f32>() / found.max(1) as f32;
    let p95 = errors.get((found * 95 / 100).min(found.saturating_sub(1))).copied().unwrap_or(f32::NAN);
    let worst = errors.last().copied().unwrap_or(f32::NAN);
    println!("{name:<24} {count:>4} {:>7} {mean:>6.2} {p95:>6.2} {worst:>6.2}", count - found);
}

fn error(assessment: &Assessment, truth: [Point; 2]) -> Option<f32> {
    let face = assessment.face.as_ref()?;
    let [right, left] = truth;
    let sum = face.right_eye.pupil.distance(right) + face.left_eye.pupil.distance(left);
    Some(sum / 2.0 / right.distance(left) * 100.0)
}

/// Times preview frames: the pictures laid into 1280×720, twenty rounds.
fn time(engine: &mut Engine, folder: &Path) -> anyhow::Result<()> {
    let mut millis = Vec::new();
    for path in pictures(folder)?.into_iter().take(8) {
        let frame = frame(&decode::picture(&std::fs::read(&path)?)?)?;
        engine.assess(&frame)?;
        for _ in 0..5 {
            let start = cpu_millis();
            engine.assess(&frame)?;
            millis.push((cpu_millis() - start) as f32);
        }
    }
    millis.sort_by(f32::total_cmp);
    let at = |share: usize| millis.get(millis.len() * share / 100).copied().unwrap_or(f32::NAN);
    println!("assess 1280x720: median {:.1} ms, p90 {:.1} ms, best {:.1} ms", at(50), at(90), at(0));
    Ok(())
}

/// Time this thread has had a core, in milliseconds: what others do on the machine does not count.
fn cpu_millis() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// The picture, shrunk to 720 lines, in the middle of a grey 1280×720 frame.
fn frame(image: &RgbImage) -> anyhow::Result<RgbImage> {
    let (width, height) = (1280, 720);
    let scale = image.height() as f32 / height as f32;
    let shift = (width as f32 - image.width() as f32 / scale) / 2.0;
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = ((x as f32 - shift) * scale, y as f32 * scale);
            let inside = u >= 0.0 && u < image.width() as f32;
            let pixel = if inside { image.get(u as u32, v as u32) } else { None };
            pixels.extend(pixel.unwrap_or([128; 3]));
        }
    }
    Ok(RgbImage::new(width as u32, height as u32, pixels)?)
}

fn pictures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    paths.sort();
    Ok(paths)
}

fn pupils(path: &Path) -> anyhow::Result<[Point; 2]> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut points = text.lines().skip(1).filter_map(|line| {
        let mut numbers = line.split_whitespace().filter_map(|number| number.parse().ok());
        Some(Point::new(numbers.next()?, numbers.next()?))
    });
    let (Some(a), Some(b)) = (points.next(), points.next()) else { anyhow::bail!("no pupils") };
    Ok(if a.x < b.x { [a, b] } else { [b, a] })
}

/// Sex and ethnicity by number.
fn people(path: &Path) -> anyhow::Result<BTreeMap<String, [String; 2]>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let fields = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let number = cells.next()?.to_owned();
        let (_, sex, ethnicity) = (cells.next()?, cells.next()?, cells.next()?);
        Some((number, [sex.to_owned(), ethnicity.to_owned()]))
    });
    Ok(fields.collect())
}
