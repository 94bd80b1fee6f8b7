//! A rectangle of numbers, the working form of pictures and of fields over them.

#![allow(clippy::indexing_slicing)] // Every index is x < width, y < height, and `cells` holds width * height.

/// `width * height` values, row by row.
#[derive(Clone)]
pub(crate) struct Plane<T> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) cells: Vec<T>,
}

impl<T: Copy> Plane<T> {
    pub(crate) fn filled(width: usize, height: usize, value: T) -> Self {
        Self { width, height, cells: vec![value; width * height] }
    }

    pub(crate) fn from_fn(width: usize, height: usize, mut value: impl FnMut(usize, usize) -> T) -> Self {
        let mut cells = Vec::with_capacity(width * height);
        for y in 0..height {
            cells.extend((0..width).map(|x| value(x, y)));
        }
        Self { width, height, cells }
    }

    pub(crate) fn map<U: Copy>(&self, value: impl Fn(T) -> U) -> Plane<U> {
        Plane {
            width: self.width,
            height: self.height,
            cells: self.cells.iter().map(|&c| value(c)).collect(),
        }
    }

    /// The value at (x, y), which must lie inside.
    pub(crate) fn at(&self, x: usize, y: usize) -> T {
        self.cells[y * self.width + x]
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, value: T) {
        self.cells[y * self.width + x] = value;
    }

    /// The value at (x, y), or `None` outside.
    pub(crate) fn get(&self, x: isize, y: isize) -> Option<T> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.width && y < self.height).then(|| self.at(x, y))
    }

    /// The value at (x, y) or of the nearest edge.
    pub(crate) fn nearest(&self, x: isize, y: isize) -> T {
        self.at(x.clamp(0, self.width as isize - 1) as usize, y.clamp(0, self.height as isize - 1) as usize)
    }

    pub(crate) fn row(&self, y: usize) -> &[T] {
        &self.cells[y * self.width..(y + 1) * self.width]
    }
}

impl Plane<f32> {
    /// Smoothed by a Gaussian of `sigma` cells, the edges continued.
    pub(crate) fn blurred(&self, sigma: f32) -> Self {
        let radius = (2.5 * sigma).ceil() as isize;
        let mut taps: Vec<f32> =
            (-radius..=radius).map(|i| (-((i * i) as f32) / (2.0 * sigma * sigma)).exp()).collect();
        let sum: f32 = taps.iter().sum();
        for tap in &mut taps {
            *tap /= sum;
        }

        let mut across = Self::filled(self.width, self.height, 0.0);
        let mut padded = vec![0.0; self.width + 2 * radius as usize];
        for y in 0..self.height {
            for (i, cell) in padded.iter_mut().enumerate() {
                *cell = self.nearest(i as isize - radius, y as isize);
            }
            let out = &mut across.cells[y * self.width..(y + 1) * self.width];
            for (k, tap) in taps.iter().enumerate() {
                for (o, v) in out.iter_mut().zip(&padded[k..]) {
                    *o += tap * v;
                }
            }
        }
        let mut down = Self::filled(self.width, self.height, 0.0);
        for y in 0..self.height {
            let out = &mut down.cells[y * self.width..(y + 1) * self.width];
            for (k, tap) in taps.iter().enumerate() {
                let from = (y as isize + k as isize - radius).clamp(0, self.height as isize - 1) as usize;
                for (o, v) in out.iter_mut().zip(across.row(from)) {
                    *o += tap * v;
                }
            }
        }
        down
    }
}
