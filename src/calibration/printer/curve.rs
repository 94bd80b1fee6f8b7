//! A curve for one lot of ribbon: which level to send so that the card shows the grey that was meant.
//!
//! From grey steps printed at known levels and the L* they came out with. The meant L* of a level is that of sRGB, scaled
//! into what this ribbon can show. Black and white are sent as they are: what the steps say is carried on in a straight
//! line to both ends.

use crate::colour::lab;
use crate::statistics::mean;
use tram_biometric::RgbImage;

/// What to send for each level that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RibbonCurve {
    /// By the level meant.
    pub send: [u8; 256],
}

impl RibbonCurve {
    /// The curve whose 256 levels these are; `None` for another number of them.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self { send: bytes.try_into().ok()? })
    }

    /// A picture as it must be sent.
    #[must_use]
    pub fn apply(&self, picture: RgbImage) -> RgbImage {
        picture.with_levels(|level| self.send.get(usize::from(level)).copied().unwrap_or(level))
    }

    /// From pairs of level sent and L* measured; `None` for fewer than four, or when the card shows no difference between
    /// the darkest and the brightest.
    pub fn of(steps: &[(u8, f64)]) -> Option<Self> {
        let steps = to_both_ends(rising(steps))?;
        let ((_, darkest), (_, brightest)) = (*steps.first()?, *steps.last()?);
        if brightest - darkest < 20.0 {
            return None;
        }
        let send = std::array::from_fn(|level| {
            let [meant, ..] = lab([level as f64; 3]);
            level_for(&steps, darkest + (brightest - darkest) * meant / 100.0)
        });
        Some(Self { send })
    }
}

/// With black and white, carried on in a straight line from the two steps next to them; `None` for fewer than four steps.
fn to_both_ends(mut steps: Vec<(f64, f64)>) -> Option<Vec<(f64, f64)>> {
    if steps.len() < 4 {
        return None;
    }
    let on = |[near, far]: [(f64, f64); 2], level: f64| {
        (level, near.1 + (near.1 - far.1) * (level - near.0) / (near.0 - far.0))
    };
    if let [first, second, ..] = *steps.as_slice()
        && first.0 > 0.0
    {
        steps.insert(0, on([first, second], 0.0));
    }
    if let [.., before, last] = *steps.as_slice()
        && last.0 < 255.0
    {
        steps.push(on([last, before], 255.0));
    }
    Some(steps)
}

/// The steps by level, their L* never falling: neighbours that fall share their mean (pool adjacent violators).
fn rising(steps: &[(u8, f64)]) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = steps.iter().map(|(level, l)| (f64::from(*level), *l)).collect();
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut pools: Vec<Vec<(f64, f64)>> = Vec::new();
    let height = |pool: &Vec<(f64, f64)>| mean(pool.iter().map(|step| step.1));
    for step in steps {
        pools.push(vec![step]);
        while let [.., before, last] = pools.as_slice()
            && height(before) > height(last)
        {
            let last = pools.pop().unwrap_or_default();
            pools.last_mut().into_iter().for_each(|pool| pool.extend_from_slice(&last));
        }
    }
    pools.iter().flat_map(|pool| pool.iter().map(|step| (step.0, height(pool)))).collect()
}

fn level_for(steps: &[(f64, f64)], lightness: f64) -> u8 {
    let between = steps.iter().zip(steps.iter().skip(1)).find(|(_, above)| above.1 >= lightness);
    let level = between.map_or(255.0, |(below, above)| {
        let rise = (above.1 - below.1).max(1e-9);
        below.0 + (above.0 - below.0) * ((lightness - below.1) / rise).clamp(0.0, 1.0)
    });
    level.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_that_is_too_dark_comes_out_as_meant() {
        // A printer whose middle tones sink, between L* 12 and 94.
        let printed = |level: u8| 12.0 + 82.0 * (f64::from(level) / 255.0).powf(1.7);
        let steps: Vec<_> = (0..=16_u16)
            .map(|step| (step * 16).min(255) as u8)
            .map(|level| (level, printed(level)))
            .collect();
        let curve = RibbonCurve::of(&steps).unwrap();
        for level in 0..=255_u8 {
            let meant = 12.0 + 82.0 * lab([f64::from(level); 3])[0] / 100.0;
            let shown = printed(curve.send[usize::from(level)]);
            assert!((shown - meant).abs() < 1.5, "{level}: {shown} for {meant}");
        }
        assert!(curve.send.is_sorted());
        // A test card has no black and no white among its steps; the card's own letters must stay black.
        let some = RibbonCurve::of(steps.get(2..14).unwrap()).unwrap();
        assert_eq!((some.send[0], some.send[255]), (0, 255));
        assert_eq!(RibbonCurve::of(&[(0, 50.0), (80, 50.0), (160, 50.0), (255, 51.0)]), None);
    }
}
