//! Means, deviations and quantiles.

/// The mean; 0 of nothing.
pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    sum / count.max(1) as f64
}

/// The value below which `share` (0 to 1) of the values lie; 0 of nothing.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = ((values.len() - 1) as f64 * share).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(place, f64::total_cmp);
    *value
}

/// The mean without the lowest and the highest tenth: what a dead pixel or a scratch does not move.
pub(crate) fn trimmed_mean(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let cut = values.len() / 10;
    mean(values.iter().skip(cut).take(values.len() - 2 * cut).copied())
}
