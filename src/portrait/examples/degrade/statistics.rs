//! Areas under the curve, limits and intervals.

use std::fmt;

/// The mean of the values that are numbers.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let numbers: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    numbers.iter().sum::<f64>() / numbers.len().max(1) as f64
}

/// The area under the curve that separates bad from good.
pub(crate) struct Area {
    /// Whether bad lies above good.
    pub(crate) rising: bool,
    under: f64,
    error: f64,
}

impl Area {
    pub(crate) fn of(good: &[f64], bad: &[f64]) -> Self {
        let pairs = good.iter().flat_map(|good| bad.iter().map(move |bad| (good, bad)));
        // A picture that could not be measured at all was refused: the worst.
        let wins = pairs.map(|(good, bad)| match bad.partial_cmp(good) {
            Some(std::cmp::Ordering::Greater) => 1.0,
            Some(std::cmp::Ordering::Less) => 0.0,
            _ => 0.5,
        });
        let above = wins.sum::<f64>() / (good.len() * bad.len()).max(1) as f64;
        let (rising, area) = if above >= 0.5 { (true, above) } else { (false, 1.0 - above) };
        let (q1, q2) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
        let square = area * area;
        let (g, b) = (good.len() as f64, bad.len() as f64);
        let variance =
            (area * (1.0 - area) + (b - 1.0) * (q1 - square) + (g - 1.0) * (q2 - square)) / (g * b).max(1.0);
        Self { rising, under: area, error: 1.96 * variance.max(0.0).sqrt() }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = ((self.under - self.error).max(0.0), (self.under + self.error).min(1.0));
        write!(f, "{:.3} [{low:.3}, {high:.3}]", self.under)
    }
}

/// A limit from one half of the people, and what it does to the other half.
pub(crate) struct Separation {
    pub(crate) limit: f64,
    pub(crate) refused: String,
    pub(crate) accepted: String,
}

impl Separation {
    pub(crate) fn of(good: &[f64], bad: &[f64], rising: bool) -> Self {
        let sign = if rising { 1.0 } else { -1.0 };
        // Not a number counts as infinitely bad.
        let half = |values: &[f64], odd: usize| -> Vec<f64> {
            let values = values.iter().skip(odd).step_by(2);
            values.map(|value| if value.is_nan() { f64::INFINITY } else { value * sign }).collect()
        };
        let (good_a, bad_a) = (half(good, 0), half(bad, 0));
        let mistakes = |limit: f64| {
            let refused = good_a.iter().filter(|value| **value > limit).count();
            let accepted = bad_a.iter().filter(|value| **value <= limit).count();
            refused + accepted
        };
        let mut edges: Vec<f64> =
            good_a.iter().chain(&bad_a).copied().filter(|value| value.is_finite()).collect();
        edges.sort_by(f64::total_cmp);
        let middles = edges.iter().zip(edges.iter().skip(1)).map(|(a, b)| f64::midpoint(*a, *b));
        let limit = middles.min_by_key(|limit| mistakes(*limit)).unwrap_or_default();
        let (good_b, bad_b) = (half(good, 1), half(bad, 1));
        let refused = good_b.iter().filter(|value| **value > limit).count();
        let accepted = bad_b.iter().filter(|value| **value <= limit).count();
        Self {
            limit: limit * sign,
            refused: share(refused, good_b.len()),
            accepted: share(accepted, bad_b.len()),
        }
    }
}

/// A share with its Wilson interval.
fn share(count: usize, of: usize) -> String {
    let (p, n, z) = (count as f64 / of.max(1) as f64, of.max(1) as f64, 1.96_f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    let (low, high) = ((middle - reach).max(0.0) * 100.0, (middle + reach).min(1.0) * 100.0);
    format!("{count}/{of} [{low:.0}–{high:.0} %]")
}
