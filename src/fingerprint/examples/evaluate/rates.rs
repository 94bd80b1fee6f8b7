//! Error rates of comparisons (ISO/IEC 19795-1): EER, and false non-matches at fixed false match rates.

#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};

/// One comparison of two impressions named `<finger>_<impression>`.
#[derive(Clone)]
pub(crate) struct Comparison {
    pub(crate) database: String,
    pub(crate) a: String,
    pub(crate) b: String,
    pub(crate) score: f32,
}

impl Comparison {
    pub(crate) fn genuine(&self) -> bool {
        finger(&self.a) == finger(&self.b)
    }
}

fn finger(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}

/// In per cent.
#[derive(Clone, Copy, Default)]
struct Rates {
    eer: f64,
    at_1: f64,
    at_0_1: f64,
    at_0_01: f64,
}

/// Rates of weighted scores: (score, genuine, weight).
fn rates(scores: &[(f32, bool, f64)]) -> Rates {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|x, y| y.0.total_cmp(&x.0));
    let total = |genuine: bool| scores.iter().filter(|s| s.1 == genuine).map(|s| s.2).sum::<f64>().max(1e-9);
    let (genuines, impostors) = (total(true), total(false));
    let (mut accepted, mut wrong) = (0.0, 0.0);
    let mut out = Rates { eer: 100.0, at_1: 100.0, at_0_1: 100.0, at_0_01: 100.0 };
    let mut closest = f64::INFINITY;
    for (i, (score, genuine, weight)) in sorted.iter().enumerate() {
        if *genuine {
            accepted += weight;
        } else {
            wrong += weight;
        }
        if sorted.get(i + 1).is_some_and(|next| next.0 >= *score) {
            continue;
        }
        let (fnmr, fmr) = (100.0 * (1.0 - accepted / genuines), 100.0 * wrong / impostors);
        for (limit, rate) in [(1.0, &mut out.at_1), (0.1, &mut out.at_0_1), (0.01, &mut out.at_0_01)] {
            if fmr <= limit {
                *rate = rate.min(fnmr);
            }
        }
        if (fnmr - fmr).abs() < closest {
            closest = (fnmr - fmr).abs();
            out.eer = f64::midpoint(fnmr, fmr);
        }
    }
    out
}

/// Prints one line a database and one for all together with 95 % bootstrap intervals.
pub(crate) fn print(name: &str, comparisons: &[Comparison]) {
    println!("{name:<20} {:>7} {:>9} {:>9} {:>9}", "EER %", "FNMR@1%", "@0.1%", "@0.01%");
    let mut databases: BTreeMap<&str, Vec<(f32, bool, f64)>> = BTreeMap::new();
    for c in comparisons {
        databases.entry(&c.database).or_default().push((c.score, c.genuine(), 1.0));
    }
    for (database, scores) in &databases {
        row(database, rates(scores));
    }
    let all: Vec<_> = databases.into_values().flatten().collect();
    row("pooled", rates(&all));
    let (low, high) = interval(comparisons);
    println!(
        "  95 % of {DRAWS} draws {:>4.2}-{:<4.2} {:>4.2}-{:<4.2} {:>4.2}-{:<4.2} {:>4.2}-{:<4.2}",
        low.eer, high.eer, low.at_1, high.at_1, low.at_0_1, high.at_0_1, low.at_0_01, high.at_0_01
    );
}

fn row(name: &str, r: Rates) {
    println!("  {name:<18} {:>7.2} {:>9.2} {:>9.2} {:>9.2}", r.eer, r.at_1, r.at_0_1, r.at_0_01);
}

const DRAWS: usize = 200;

/// Bootstrap over fingers, since the pairs of one finger are not independent: a pair counts as often as
/// both its fingers were drawn.
fn interval(comparisons: &[Comparison]) -> (Rates, Rates) {
    let fingers: Vec<(&str, &str)> = comparisons
        .iter()
        .flat_map(|c| [(c.database.as_str(), finger(&c.a)), (c.database.as_str(), finger(&c.b))])
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut drawn: Vec<Rates> = (0..DRAWS)
        .map(|_| {
            let mut times: BTreeMap<(&str, &str), f64> = BTreeMap::new();
            for _ in &fingers {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if let Some(finger) = fingers.get((random >> 33) as usize % fingers.len()) {
                    *times.entry(*finger).or_default() += 1.0;
                }
            }
            let count = |d: &str, f: &str| times.get(&(d, f)).copied().unwrap_or(0.0);
            let weighted: Vec<_> = comparisons
                .iter()
                .map(|c| {
                    let (a, b) = (count(&c.database, finger(&c.a)), count(&c.database, finger(&c.b)));
                    (c.score, c.genuine(), if c.genuine() { a } else { a * b })
                })
                .collect();
            rates(&weighted)
        })
        .collect();
    let mut edges = |rate: fn(&Rates) -> f64| {
        drawn.sort_by(|x, y| rate(x).total_cmp(&rate(y)));
        let at = |i: usize| drawn.get(i).map_or(0.0, rate);
        (at(DRAWS / 40), at(DRAWS - DRAWS / 40 - 1))
    };
    let (eer, at_1, at_0_1, at_0_01) =
        (edges(|r| r.eer), edges(|r| r.at_1), edges(|r| r.at_0_1), edges(|r| r.at_0_01));
    (
        Rates { eer: eer.0, at_1: at_1.0, at_0_1: at_0_1.0, at_0_01: at_0_01.0 },
        Rates { eer: eer.1, at_1: at_1.1, at_0_1: at_0_1.1, at_0_01: at_0_01.1 },
    )
}
