//! Least squares, and the plane transformations fitted by them.
// Indices run over arrays of constant size.
#![allow(clippy::indexing_slicing)]

/// A place on a chart in millimetres, or in a picture in pixels.
pub type Place = (f64, f64);

/// Solves `a x = b` by elimination with partial pivoting; `None` when `a` is singular.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let pivot = (column..N).max_by(|i, j| a[*i][column].abs().total_cmp(&a[*j][column].abs()))?;
        if a[pivot][column].abs() < 1e-12 {
            return None;
        }
        a.swap(column, pivot);
        b.swap(column, pivot);
        for row in column + 1..N {
            let factor = a[row][column] / a[column][column];
            let above = a[column];
            a[row].iter_mut().zip(above).for_each(|(value, above)| *value -= factor * above);
            b[row] -= factor * b[column];
        }
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|column| a[row][column] * b[column]).sum();
        b[row] = (b[row] - known) / a[row][row];
    }
    Some(b)
}

/// The normal equations of a linear least-squares problem with `N` unknowns.
pub(crate) struct Normal<const N: usize> {
    a: [[f64; N]; N],
    b: [f64; N],
}

impl<const N: usize> Normal<N> {
    pub(crate) fn new() -> Self {
        Self { a: [[0.0; N]; N], b: [0.0; N] }
    }

    /// One equation: the unknowns times `factors` are to be `value`.
    pub(crate) fn add(&mut self, factors: [f64; N], value: f64) {
        for row in 0..N {
            for column in 0..N {
                self.a[row][column] += factors[row] * factors[column];
            }
            self.b[row] += factors[row] * value;
        }
    }

    /// The unknowns; `None` when the equations do not determine them. `damping` (Levenberg and Marquardt) lifts the
    /// diagonal by this share.
    pub(crate) fn solve(&self, damping: f64) -> Option<[f64; N]> {
        let mut a = self.a;
        for (index, row) in a.iter_mut().enumerate() {
            row[index] *= 1.0 + damping;
        }
        solve(a, self.b)
    }
}

/// Value = offset + slope · x, as (offset, slope).
pub(crate) fn line(points: impl IntoIterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let mut normal = Normal::new();
    points.into_iter().for_each(|(x, y)| normal.add([1.0, x], y));
    normal.solve(0.0).map(|[offset, slope]| (offset, slope))
}

/// An affine map from chart to picture: `x = x0 + xu·u + xv·v`, and the same for `y`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Affine {
    pub(crate) x: [f64; 3],
    pub(crate) y: [f64; 3],
}

impl Affine {
    pub(crate) fn fit(pairs: impl IntoIterator<Item = (Place, Place)>) -> Option<Self> {
        let (mut x, mut y) = (Normal::new(), Normal::new());
        for ((u, v), place) in pairs {
            x.add([1.0, u, v], place.0);
            y.add([1.0, u, v], place.1);
        }
        Some(Self { x: x.solve(0.0)?, y: y.solve(0.0)? })
    }

    pub(crate) fn apply(&self, (u, v): Place) -> Place {
        let along = |c: [f64; 3]| c[0] + c[1] * u + c[2] * v;
        (along(self.x), along(self.y))
    }
}

/// A perspective map of the plane, its last element 1.
#[derive(Clone, Copy, Debug)]
pub struct Homography(pub(crate) [f64; 8]);

impl Homography {
    /// The map that takes the first place of each pair to the second, by least squares; `None` for fewer than four
    /// pairs or places on one line.
    pub(crate) fn fit(pairs: &[(Place, Place)]) -> Option<Self> {
        let mut normal = Normal::<8>::new();
        for &((u, v), (x, y)) in pairs {
            normal.add([u, v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x], x);
            normal.add([0.0, 0.0, 0.0, u, v, 1.0, -u * y, -v * y], y);
        }
        normal.solve(0.0).map(Self)
    }

    /// Where a place of the first plane lies in the second.
    pub fn apply(&self, (u, v): Place) -> Place {
        let h = &self.0;
        let w = h[6] * u + h[7] * v + 1.0;
        ((h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perspective_is_found_again_from_its_corners() {
        let truth = Homography([1.1, 0.2, 30.0, -0.1, 0.9, 12.0, 0.001, -0.002]);
        let corners = [(0.0, 0.0), (60.0, 0.0), (60.0, 40.0), (0.0, 40.0), (20.0, 11.0)];
        let pairs: Vec<_> = corners.iter().map(|corner| (*corner, truth.apply(*corner))).collect();
        let found = Homography::fit(&pairs).unwrap();
        let (x, y) = (found.apply((31.0, 17.0)), truth.apply((31.0, 17.0)));
        assert!((x.0 - y.0).abs() < 1e-6 && (x.1 - y.1).abs() < 1e-6);
        assert!(Homography::fit(&[((0.0, 0.0), (1.0, 1.0)); 6]).is_none());
    }

    #[test]
    fn a_line_goes_through_its_points() {
        let (offset, slope) = line((0..9).map(|x| (f64::from(x), 3.0 - 0.5 * f64::from(x)))).unwrap();
        assert!((offset - 3.0).abs() < 1e-9 && (slope + 0.5).abs() < 1e-9);
    }
}
