//! Sharpness. Ours: the standard's needs a trained forest.
//!
//! After Crété-Roffet et al., "The blur effect" (2007): blur the face again and see how much of its variation goes.
//! A sharp face loses much, a blurred one has little to lose. Native: the share that goes, 0 blurred to 1 sharp.

use super::zone::{SIDE, Zone};
use super::{MeasureKind, Value};
use crate::mapping::quality;

/// Half the width of the second blur, in zone pixels.
const REACH: usize = 4;

pub(super) fn of(zone: &Zone) -> Value {
    let native = lost_variation(zone, 1).min(lost_variation(zone, SIDE));
    (MeasureKind::Sharpness, native, quality(100.0 * native))
}

/// The share of variation along one axis that a box blur along it takes away. `step` is 1 for rows, the width for columns.
fn lost_variation(zone: &Zone, step: usize) -> f64 {
    let levels = &zone.luminance;
    let blurred = |at: usize| -> f32 {
        let from = at.saturating_sub(REACH * step);
        let window = levels.get(from..).unwrap_or_default().iter().step_by(step).take(2 * REACH + 1);
        window.sum::<f32>() / (2 * REACH + 1) as f32
    };
    let (mut all, mut lost) = (0.0, 0.0);
    let margin = (REACH + 1) * SIDE.max(step);
    for at in (margin..levels.len().saturating_sub(margin)).filter(|at| zone.inside.get(*at) == Some(&true)) {
        let (Some(here), Some(before)) = (levels.get(at), levels.get(at - step)) else { continue };
        let sharp = (here - before).abs();
        let soft = (blurred(at) - blurred(at - step)).abs();
        all += f64::from(sharp);
        lost += f64::from((sharp - soft).max(0.0));
    }
    if all > 0.0 { lost / all } else { 0.0 }
}
