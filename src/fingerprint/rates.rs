//! Error rates of comparisons (ISO/IEC 19795-1): the curve of false non-matches over false matches, the equal error
//! rate, false non-match rates at fixed false match rates, and how far all of these are uncertain.

use std::collections::{BTreeMap, BTreeSet};

/// One comparison of two prints.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The finger of the first print; fingers of different people have different names.
    pub a: String,
    /// The finger of the second.
    pub b: String,
    /// The matcher's score; larger is more alike.
    pub score: f32,
}

impl Comparison {
    /// Whether both prints are of one finger.
    pub fn is_genuine(&self) -> bool {
        self.a == self.b
    }
}

/// False matches and false non-matches at one threshold, shares of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Scores from here on are taken for a match.
    pub threshold: f32,
    /// False match rate.
    pub fmr: f64,
    /// False non-match rate.
    pub fnmr: f64,
}

/// Rates in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Equal error rate.
    pub eer: f64,
    /// False non-matches at one false match in a hundred,
    pub at_1: f64,
    /// in a thousand,
    pub at_0_1: f64,
    /// in ten thousand.
    pub at_0_01: f64,
}

/// The curve, one point for each score that occurs, from the highest threshold down.
pub fn curve(comparisons: &[Comparison]) -> Vec<Point> {
    let scores: Vec<Scored> = comparisons.iter().map(|c| (c.score, c.is_genuine(), 1.0)).collect();
    weighted_curve(&scores)
}

/// The rates of these comparisons.
pub fn rates(comparisons: &[Comparison]) -> Rates {
    of_curve(&curve(comparisons))
}

/// A score, whether it is genuine, and how often it counts.
type Scored = (f32, bool, f64);

fn weighted_curve(scores: &[Scored]) -> Vec<Point> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|x, y| y.0.total_cmp(&x.0));
    let total = |genuine: bool| scores.iter().filter(|s| s.1 == genuine).map(|s| s.2).sum::<f64>().max(1e-9);
    let (genuines, impostors) = (total(true), total(false));
    let (mut accepted, mut wrong) = (0.0, 0.0);
    let mut points = Vec::new();
    for (i, (threshold, genuine, weight)) in sorted.iter().enumerate() {
        *(if *genuine { &mut accepted } else { &mut wrong }) += weight;
        if sorted.get(i + 1).is_none_or(|next| next.0 < *threshold) {
            let (fmr, fnmr) = (wrong / impostors, 1.0 - accepted / genuines);
            points.push(Point { threshold: *threshold, fmr, fnmr });
        }
    }
    points
}

fn of_curve(points: &[Point]) -> Rates {
    let at = |limit: f64| {
        let within = points.iter().filter(|point| point.fmr <= limit);
        within.map(|point| 100.0 * point.fnmr).fold(100.0, f64::min)
    };
    let apart = |point: &Point| (point.fmr - point.fnmr).abs();
    let equal = points.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)));
    let eer = equal.map_or(100.0, |point| 100.0 * f64::midpoint(point.fmr, point.fnmr));
    Rates { eer, at_1: at(0.01), at_0_1: at(0.001), at_0_01: at(0.0001) }
}

/// The lower and upper end of the 95 % interval of each rate, by `draws` bootstrap samples over fingers, since the
/// pairs of one finger are not independent: a pair counts as often as both its fingers were drawn.
pub fn interval(comparisons: &[Comparison], draws: usize) -> (Rates, Rates) {
    let fingers: Vec<&str> = comparisons
        .iter()
        .flat_map(|c| [c.a.as_str(), c.b.as_str()])
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut drawn: Vec<Rates> = (0..draws)
        .map(|_| {
            let mut times: BTreeMap<&str, f64> = BTreeMap::new();
            for _ in &fingers {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if let Some(finger) = fingers.get((random >> 33) as usize % fingers.len()) {
                    *times.entry(finger).or_default() += 1.0;
                }
            }
            let count = |finger: &str| times.get(finger).copied().unwrap_or(0.0);
            let weight =
                |c: &Comparison| if c.is_genuine() { count(&c.a) } else { count(&c.a) * count(&c.b) };
            let scores: Vec<Scored> =
                comparisons.iter().map(|c| (c.score, c.is_genuine(), weight(c))).collect();
            of_curve(&weighted_curve(&scores))
        })
        .collect();
    let mut ends = |rate: fn(&Rates) -> f64| {
        drawn.sort_by(|x, y| rate(x).total_cmp(&rate(y)));
        let at = |i: usize| drawn.get(i).map_or(0.0, rate);
        (at(draws / 40), at((draws - draws / 40).saturating_sub(1)))
    };
    let (eer, at_1, at_0_1, at_0_01) =
        (ends(|r| r.eer), ends(|r| r.at_1), ends(|r| r.at_0_1), ends(|r| r.at_0_01));
    (
        Rates { eer: eer.0, at_1: at_1.0, at_0_1: at_0_1.0, at_0_01: at_0_01.0 },
        Rates { eer: eer.1, at_1: at_1.1, at_0_1: at_0_1.1, at_0_01: at_0_01.1 },
    )
}

/// How false non-matches fall when the worst prints are left out (Grother and Tabassi 2007): the share of genuine
/// comparisons below `threshold` among those kept after the given share of them, in which the worse print has the
/// lowest quality, was left out. `qualities` are those of the worse print of each comparison.
pub fn error_at_discard(
    comparisons: &[Comparison],
    qualities: &[f32],
    threshold: f32,
    discarded: f64,
) -> f64 {
    let mut genuine: Vec<(f32, f32)> = comparisons
        .iter()
        .zip(qualities)
        .filter(|(comparison, _)| comparison.is_genuine())
        .map(|(comparison, quality)| (*quality, comparison.score))
        .collect();
    genuine.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // Comparisons of equal quality are left out together in shares, so that their order decides nothing.
    let mut left = discarded.clamp(0.0, 1.0) * genuine.len() as f64;
    let (mut kept, mut missed) = (0.0, 0.0);
    for group in genuine.chunk_by(|a, b| a.0 >= b.0) {
        let share = (left / group.len() as f64).min(1.0);
        left -= share * group.len() as f64;
        let below = group.iter().filter(|(_, score)| *score < threshold).count() as f64;
        kept += (1.0 - share) * group.len() as f64;
        missed += (1.0 - share) * below;
    }
    if kept > 1e-9 { missed / kept } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparisons(scores: &[(&str, &str, f32)]) -> Vec<Comparison> {
        let one = |&(a, b, score): &(&str, &str, f32)| Comparison { a: a.into(), b: b.into(), score };
        scores.iter().map(one).collect()
    }

    #[test]
    fn rates_are_those_counted_by_hand() {
        let genuine = [9.0, 8.0, 7.0, 3.0].map(|score| ("p", "p", score));
        let impostors = [4.0, 2.0, 1.0, 0.0].map(|score| ("p", "q", score));
        let all = comparisons(&[genuine, impostors].concat());
        let found = rates(&all);
        assert_eq!(found, Rates { eer: 25.0, at_1: 25.0, at_0_1: 25.0, at_0_01: 25.0 });
        let seven = curve(&all).get(2).copied();
        assert_eq!(seven, Some(Point { threshold: 7.0, fmr: 0.0, fnmr: 0.25 }));
        let (low, high) = interval(&all, 40);
        assert!(low.eer <= found.eer && found.eer <= high.eer, "{low:?} {high:?}");
    }

    #[test]
    fn leaving_out_the_worst_lowers_the_error_where_quality_tells_it() {
        let all = comparisons(&[("p", "p", 1.0), ("p", "p", 9.0), ("p", "p", 2.0), ("p", "p", 8.0)]);
        let telling = [10.0, 90.0, 20.0, 80.0];
        let equal = [50.0; 4];
        for (qualities, discarded, expected) in
            [(telling, 0.0, 0.5), (telling, 0.25, 1.0 / 3.0), (telling, 0.5, 0.0), (equal, 0.5, 0.5)]
        {
            let found = error_at_discard(&all, &qualities, 5.0, discarded);
            assert!((found - expected).abs() < 1e-9, "{found} for {discarded}");
        }
    }
}
