//! `tram finger evaluate`: error rates of the matcher on databases of pictures, beside scores of others.

use super::curves;
use super::picture;
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::rates::{self, Comparison, Rates};
use tram_fingerprint::template::{Template, extract};
use tram_fingerprint::{nfiq2, quality};

/// What is evaluated, and what is said.
#[derive(Debug, Args)]
pub(in crate::command) struct Evaluate {
    /// A folder of databases: every folder in it that holds pictures named `FINGER_IMPRESSION` is one. One setting serves all.
    folder: PathBuf,
    /// Scores of another matcher for the same pairs, NAME=FILE, a CSV file of database,a,b,score with a head line.
    #[arg(long, value_name = "NAME=FILE")]
    peer: Vec<String>,
    /// Draw the pooled DET curves into this SVG file.
    #[arg(long)]
    curves: Option<PathBuf>,
    /// How errors fall when the worst prints by NFIQ 2 and by the live measure are left out.
    #[arg(long)]
    discard: bool,
    /// How many mates the search of 1:N keeps that full comparison accepts.
    #[arg(long)]
    identification: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Draws of the bootstrap.
const DRAWS: usize = 200;

/// One print of a database.
struct Print {
    database: String,
    /// `database/finger`, which tells the fingers of all databases apart.
    finger: String,
    name: String,
    ready: Prepared,
    /// NFIQ 2 and the live measure, where asked for.
    qualities: [f32; 2],
}

/// All comparisons of one matcher, by database.
type Databases = BTreeMap<String, Vec<Comparison>>;

/// Runs the evaluation.
pub(super) fn run(asked: &Evaluate, out: &mut dyn Write) -> anyhow::Result<()> {
    let prints = prints(&asked.folder, asked.discard)?;
    anyhow::ensure!(prints.len() > 1, "no pictures named FINGER_IMPRESSION below {}", asked.folder.display());
    let (ours, qualities) = compare(&prints);
    let mut matchers = vec![("Trạm".to_owned(), ours)];
    for peer in &asked.peer {
        let (name, file) = peer.split_once('=').context("a peer is given as NAME=FILE")?;
        matchers.push((name.to_owned(), scores(Path::new(file), &prints)?));
    }
    let mut reports = Vec::new();
    for (name, databases) in &matchers {
        let report = Report::of(name, databases);
        if !asked.json {
            report.print(out)?;
        }
        reports.push(report.to_json());
    }
    if let Some(path) = &asked.curves {
        let pooled =
            matchers.iter().map(|(name, databases)| (name.as_str(), rates::curve(&pooled(databases))));
        let drawn = curves::det(&pooled.collect::<Vec<_>>());
        std::fs::write(path, drawn).with_context(|| path.display().to_string())?;
    }
    let ours = matchers.first().map(|(_, databases)| pooled(databases)).unwrap_or_default();
    let discard = asked.discard.then(|| discard(&ours, &qualities));
    let identification = asked.identification.then(|| identify(&prints));
    if asked.json {
        let whole = json!({ "matchers": reports, "discard": discard, "identification": identification });
        writeln!(out, "{whole}")?;
        return Ok(());
    }
    let impostors: Vec<&Comparison> = ours.iter().filter(|c| !c.is_genuine()).collect();
    let wrong = impostors.iter().filter(|c| c.score >= Score::MATCH.0).count();
    writeln!(out, "false matches at the threshold {}: {wrong} of {}", Score::MATCH.0, impostors.len())?;
    for said in [discard, identification].into_iter().flatten() {
        writeln!(out, "{said:#}")?;
    }
    Ok(())
}

/// Every print below the folder, from its stored bytes, in the order of names.
fn prints(root: &Path, measured: bool) -> anyhow::Result<Vec<Print>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.retain(|path| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        ["png", "jpg", "jpeg", "tif", "tiff", "pgm", "wsq"].contains(&ending.as_str())
    });
    paths.sort();
    let mut prints = Vec::new();
    for path in &paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some((finger, _)) = name.rsplit_once('_') else { continue };
        let database = path.parent().and_then(|parent| parent.strip_prefix(root).ok()).unwrap_or(root);
        let database = database.display().to_string();
        let finger = format!("{database}/{finger}");
        let image = picture::read(path)?;
        let template = extract(&image);
        let qualities = if measured {
            let nfiq2 = nfiq2::assess(&image, template.minutiae()).map_or(0, |found| found.score.score());
            [nfiq2, quality::assess(&image).score.score()].map(f32::from)
        } else {
            [0.0; 2]
        };
        let ready = Prepared::new(Template::from_bytes(&template.to_bytes())?);
        prints.push(Print { database, finger, name, ready, qualities });
    }
    Ok(prints)
}

/// Every pair within each database, and the lower quality of each pair by both measures, in the order of [`pooled`].
fn compare(prints: &[Print]) -> (Databases, [Vec<f32>; 2]) {
    let mut databases = Databases::new();
    let mut qualities = [Vec::new(), Vec::new()];
    for (i, first) in prints.iter().enumerate() {
        for second in prints.iter().skip(i + 1).filter(|second| second.database == first.database) {
            let score = first.ready.compare(&second.ready).0;
            let pair = Comparison { a: first.finger.clone(), b: second.finger.clone(), score };
            databases.entry(first.database.clone()).or_default().push(pair);
            for ((list, a), b) in qualities.iter_mut().zip(first.qualities).zip(second.qualities) {
                list.push(a.min(b));
            }
        }
    }
    (databases, qualities)
}

fn pooled(databases: &Databases) -> Vec<Comparison> {
    databases.values().flatten().cloned().collect()
}

/// The scores a peer gave to the same pairs; `set_DB` in the file is `set/DB` here.
fn scores(path: &Path, prints: &[Print]) -> anyhow::Result<Databases> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let plain = |database: &str| database.replace('/', "_");
    let fingers: BTreeMap<(String, &str), &Print> =
        prints.iter().map(|print| ((plain(&print.database), print.name.as_str()), print)).collect();
    let mut databases = Databases::new();
    for line in text.lines().skip(1) {
        let [database, a, b, score] = line.split(',').collect::<Vec<_>>()[..] else { continue };
        let print = |name| fingers.get(&(plain(database), name));
        if let Some((a, b)) = print(a).zip(print(b)) {
            let score = score.parse().with_context(|| line.to_owned())?;
            let pair = Comparison { a: a.finger.clone(), b: b.finger.clone(), score };
            databases.entry(a.database.clone()).or_default().push(pair);
        }
    }
    Ok(databases)
}

/// The rates of one matcher.
struct Report<'a> {
    name: &'a str,
    databases: Vec<(&'a str, Rates)>,
    pooled: Rates,
    interval: (Rates, Rates),
}

impl<'a> Report<'a> {
    fn of(name: &'a str, databases: &'a Databases) -> Self {
        let all = pooled(databases);
        Self {
            name,
            databases: databases.iter().map(|(name, pairs)| (name.as_str(), rates::rates(pairs))).collect(),
            pooled: rates::rates(&all),
            interval: rates::interval(&all, DRAWS),
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&str, Rates)> {
        let ends = [
            ("pooled", self.pooled),
            ("95 % interval, from", self.interval.0),
            ("95 % interval, to", self.interval.1),
        ];
        self.databases.iter().copied().chain(ends)
    }

    fn print(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        writeln!(out, "{:<22} {:>8} {:>8} {:>8} {:>8}", self.name, "EER %", "FNMR@1%", "@0.1%", "@0.01%")?;
        for (name, r) in self.rows() {
            writeln!(
                out,
                "  {name:<20} {:>8.2} {:>8.2} {:>8.2} {:>8.2}",
                r.eer, r.at_1, r.at_0_1, r.at_0_01
            )?;
        }
        Ok(())
    }

    fn to_json(&self) -> Value {
        let row = |r: Rates| json!({ "eer": r.eer, "fnmr_at_fmr_1": r.at_1, "at_0_1": r.at_0_1, "at_0_01": r.at_0_01 });
        let rows: serde_json::Map<String, Value> =
            self.rows().map(|(name, rates)| (name.to_owned(), row(rates))).collect();
        json!({ "matcher": self.name, "percent": rows })
    }
}

/// False non-matches in per cent at one false match in a thousand, after leaving out shares of the worst pairs.
fn discard(pairs: &[Comparison], qualities: &[Vec<f32>; 2]) -> Value {
    let threshold = rates::curve(pairs)
        .into_iter()
        .filter(|point| point.fmr <= 0.001)
        .map(|point| point.threshold)
        .fold(f32::INFINITY, f32::min);
    let row = |qualities: &[f32]| {
        let shares = [0.0, 0.05, 0.1, 0.2, 0.3];
        shares.map(|share| 100.0 * rates::error_at_discard(pairs, qualities, threshold, share))
    };
    let [nfiq2, live] = qualities;
    json!({ "left_out_percent": [0, 5, 10, 20, 30], "fnmr_nfiq2": row(nfiq2), "fnmr_live": row(live) })
}

/// How many mates that a full comparison accepts come through the search of 1:N: past the first glance, which keeps
/// 6 % of the gallery, and past the second look, which keeps 1 %. Mates of the probe take no place.
fn identify(prints: &[Print]) -> Value {
    let mut gallery = Gallery::new();
    for (place, print) in (0..).zip(prints) {
        gallery.add(place, &print.ready);
    }
    let (mut mates, mut glanced, mut looked) = (0u32, 0u32, 0u32);
    for (own, probe) in prints.iter().enumerate() {
        let is_mate = |place: &usize| prints.get(*place).is_some_and(|print| print.finger == probe.finger);
        let kept = |places: Vec<usize>, share: usize| {
            let mut strangers = 0;
            let within = places.into_iter().take_while(|place| {
                strangers += usize::from(!is_mate(place));
                strangers * share <= prints.len()
            });
            within.filter(is_mate).collect::<Vec<usize>>()
        };
        let first = kept(gallery.glanced(&probe.ready, prints.len()), 16);
        let second = kept(gallery.promising(&probe.ready, prints.len()), 100);
        for (place, other) in prints.iter().enumerate() {
            if place != own && is_mate(&place) && probe.ready.compare(&other.ready).is_match() {
                mates += 1;
                glanced += u32::from(first.contains(&place));
                looked += u32::from(first.contains(&place) && second.contains(&place));
            }
        }
    }
    let percent = |count: u32| 100.0 * f64::from(count) / f64::from(mates.max(1));
    json!({
        "mates_that_match": mates,
        "percent_past_the_first_glance": percent(glanced),
        "percent_past_both_looks": percent(looked),
    })
}
