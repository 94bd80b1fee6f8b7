//! Accuracy on FVC databases: every pair within each database, per database and pooled, with bootstrap
//! intervals over fingers, beside the peers' scores where a folder of them is given.
//!
//! `evaluate FVC_FOLDER [PEER_FIGURES_FOLDER]`, or `evaluate FVC_FOLDER --evidence` for one CSV line a pair.
//! The folder holds `<set>/<DB>_B/<finger>_<impression>.tif`.

#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line example: printing is its work.

mod rates;
mod tiff;

use rates::Comparison;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::template::{Template, extract};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let root =
        PathBuf::from(arguments.next().ok_or("usage: evaluate FVC_FOLDER [PEER_FOLDER | --evidence]")?);
    let second = arguments.next();
    let evidence = second.as_deref() == Some("--evidence");

    let (mut comparisons, mut all) = (Vec::new(), Vec::new());
    for database in databases(&root)? {
        let prints = prints(&root, &database)?;
        comparisons.extend(compare_all(&database, &prints, evidence));
        all.extend(prints.into_iter().map(|(name, print)| (format!("{database}/{name}"), print)));
    }
    if evidence {
        return Ok(());
    }
    rates::print("Trạm", &comparisons);
    let false_matches = comparisons.iter().filter(|c| !c.genuine() && c.score >= Score::MATCH.0).count();
    println!("false matches at the threshold {:?}: {false_matches}", Score::MATCH);
    identify(&all);
    if let Some(peers) = second.map(PathBuf::from) {
        for (name, file) in
            [("SourceAFIS 3.18.1", "sourceafis_scores.csv"), ("NBIS 5.0.0", "nbis_scores.csv")]
        {
            rates::print(name, &peer(&peers.join(file))?);
        }
    }
    Ok(())
}

/// The databases under the folder, such as `fvc2002/DB1_B`.
fn databases(root: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for set in std::fs::read_dir(root)?.flatten() {
        for database in std::fs::read_dir(set.path())?.flatten() {
            names.push(format!("{}/{}", set.file_name().display(), database.file_name().display()));
        }
    }
    names.sort();
    Ok(names)
}

/// The prints of one database by name, from their stored bytes.
fn prints(root: &Path, database: &str) -> Result<Vec<(String, Prepared)>, Box<dyn std::error::Error>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root.join(database))?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "tif"));
    files.sort();
    let mut prints = Vec::new();
    let (mut spent, mut longest) = (Duration::ZERO, 0);
    for path in &files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let image = tiff::read(&std::fs::read(path)?).ok_or_else(|| format!("{name} is no such TIFF"))?;
        let start = Instant::now();
        let template = extract(&image);
        spent += start.elapsed();
        let bytes = template.to_bytes();
        longest = longest.max(bytes.len());
        prints.push((name, Prepared::new(Template::from_bytes(&bytes)?)));
    }
    let mean = spent / prints.len().max(1) as u32;
    eprintln!("{database}: extraction {mean:?} an image (wall), longest template {longest} bytes");
    Ok(prints)
}

/// Every pair of one database.
fn compare_all(database: &str, prints: &[(String, Prepared)], evidence: bool) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for (i, (a, first)) in prints.iter().enumerate() {
        for (b, second) in prints.iter().skip(i + 1) {
            let found = first.evidence(second);
            if evidence {
                let e = &found;
                println!(
                    "{database},{a},{b},{},{},{},{},{},{},{}",
                    e.score().0,
                    e.local,
                    e.matched,
                    e.fit,
                    e.in_overlap_a,
                    e.in_overlap_b,
                    e.flow
                );
            }
            let (database, a, b) = (database.to_owned(), a.clone(), b.clone());
            comparisons.push(Comparison { database, a, b, score: found.score().0 });
        }
    }
    comparisons
}

/// How many mates that a full comparison accepts come so far in a search of 1:N: past the first glance, which
/// keeps 6 % of the gallery, and past the second look, which keeps 1 %. Mates of the probe take no place.
fn identify(prints: &[(String, Prepared)]) {
    let mut gallery = Gallery::new();
    for (place, (_, print)) in (0..).zip(prints) {
        gallery.add(place, print);
    }
    let finger = |name: &str| name.rsplit_once('_').map_or(name, |(finger, _)| finger).to_owned();
    for threshold in [Score::MATCH.0, 52.0] {
        let (mut mates, mut glanced, mut looked) = (0, 0, 0);
        for (name, probe) in prints {
            let mate = |place: &usize| prints.get(*place).is_some_and(|p| finger(&p.0) == finger(name));
            let kept = |places: Vec<usize>, share: usize| {
                let mut strangers = 0;
                places
                    .into_iter()
                    .take_while(|place| {
                        strangers += usize::from(!mate(place));
                        strangers * share <= prints.len()
                    })
                    .filter(mate)
                    .collect::<Vec<usize>>()
            };
            let first = kept(gallery.glanced(probe, prints.len()), 16);
            let second = kept(gallery.promising(probe, prints.len()), 100);
            for (place, (other, print)) in prints.iter().enumerate() {
                if finger(other) == finger(name) && other != name && probe.compare(print).0 >= threshold {
                    mates += 1;
                    glanced += usize::from(first.contains(&place));
                    looked += usize::from(first.contains(&place) && second.contains(&place));
                }
            }
        }
        let share = |count: usize| 100.0 * f64::from(count as u32) / f64::from(mates as u32);
        println!(
            "1:N: of {mates} mates that score {threshold} in full, {:.2} % pass the first glance, {:.2} % both looks",
            share(glanced),
            share(looked)
        );
    }
}

/// The scores a peer gave to the same pairs: database,a,b,score.
fn peer(path: &Path) -> Result<Vec<Comparison>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut comparisons = Vec::new();
    for line in text.lines().skip(1) {
        if let [database, a, b, score] = line.split(',').collect::<Vec<_>>().as_slice() {
            let database = database.replacen('_', "/", 1);
            let score = score.parse()?;
            comparisons.push(Comparison { database, a: (*a).into(), b: (*b).into(), score });
        }
    }
    Ok(comparisons)
}
