//! Our NFIQ 2 beside NIST's on the same pictures: correlation of every feature, difference of the scores.
//!
//! `nfiq2 FVC_FOLDER NFIQ2_FEATURES_CSV`

#![allow(clippy::print_stdout)] // A command line example: printing is its work.

use std::path::Path;
use std::time::{Duration, Instant};
use tram_fingerprint::{nfiq2, template, tiff};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (root, table) =
        arguments.next().zip(arguments.next()).ok_or("usage: nfiq2 FVC_FOLDER NFIQ2_FEATURES_CSV")?;
    let text = std::fs::read_to_string(table)?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let (mut ours, mut theirs, mut spent) = (Vec::new(), Vec::new(), Duration::ZERO);
    for line in lines {
        let values: Vec<&str> = line.split(',').collect();
        let Some(image) = values.first().and_then(|name| picture(Path::new(&root), name)) else { continue };
        let extracted = template::extract(&image);
        let start = Instant::now();
        let Some(found) = nfiq2::assess(&image, extracted.minutiae()) else { continue };
        spent += start.elapsed();
        let column = |name: &str| {
            let at = names.iter().position(|n| *n == name)?;
            values.get(at)?.parse::<f64>().ok()
        };
        let mut row = vec![column("nfiq2_score").unwrap_or(0.0)];
        row.extend(
            (0..nfiq2::FEATURES).map(|i| nfiq2::feature_name(i).and_then(|n| column(&n)).unwrap_or(0.0)),
        );
        theirs.push(row);
        let mut row = vec![f64::from(found.score.score())];
        row.extend(found.features.iter().map(|&f| f64::from(f)));
        ours.push(row);
    }
    report(&ours, &theirs);
    println!("{:?} an image without extraction (wall)", spent / ours.len().max(1) as u32);
    Ok(())
}

/// `fvc2002_DB1_B_101_1` is `fvc2002/DB1_B/101_1.tif`.
fn picture(root: &Path, name: &str) -> Option<tram_biometric::GrayImage> {
    let (set, rest) = name.split_once('_')?;
    let (database, file) = rest.split_at_checked(5)?;
    let path = root.join(set).join(database).join(format!("{}.tif", file.trim_start_matches('_')));
    tiff::read(&std::fs::read(path).ok()?).ok()
}

fn report(ours: &[Vec<f64>], theirs: &[Vec<f64>]) {
    let column =
        |rows: &[Vec<f64>], i: usize| -> Vec<f64> { rows.iter().filter_map(|r| r.get(i).copied()).collect() };
    for i in 1..=nfiq2::FEATURES {
        let r = correlation(&column(ours, i), &column(theirs, i));
        let exact = ours.iter().zip(theirs).filter(|(a, b)| {
            matches!((a.get(i), b.get(i)), (Some(a), Some(b)) if (a - b).abs() <= 1e-3 * b.abs().max(1.0))
        });
        println!(
            "{:<42} r {r:.4}  equal in {}",
            nfiq2::feature_name(i - 1).unwrap_or_default(),
            exact.count()
        );
    }
    let (a, b) = (column(ours, 0), column(theirs, 0));
    let difference: f64 = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len().max(1) as f64;
    let rank = correlation(&ranks(&a), &ranks(&b));
    println!("score over {} images: mean difference {difference:.2}, rank correlation {rank:.4}", a.len());
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().max(1) as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(a, b)| f(a - ma, b - mb)).sum::<f64>();
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt().max(1e-12)
}

/// Ranks with ties sharing their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|v| {
            let less = values.iter().filter(|w| *w < v).count() as f64;
            let equal = values.iter().filter(|w| (*w - v).abs() < 1e-9).count() as f64;
            less + equal / 2.0
        })
        .collect()
}
