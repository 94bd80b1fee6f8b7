//! The `ChArUco` board as a camera sees it whose lens, light, blur and noise are known.

use crate::draw::{self, Random, View, covered};
use tram_biometric::RgbImage;

/// `DICT_4X4_50`, copied out of `cv2.aruco.getPredefinedDictionary`.
const CODES: [u16; 38] = [
    0xb532, 0x0f9a, 0x332d, 0x9946, 0x549e, 0x79cd, 0x9e2e, 0xc4f2, 0xfeda, 0xcf56, 0xf991, 0x11a7, 0x0eb7,
    0x2a0f, 0x24b1, 0x263e, 0x4665, 0x6600, 0x6c5e, 0x76af, 0x868b, 0xb02b, 0xccd5, 0xdd82, 0xfe47, 0x9471,
    0xace4, 0xa554, 0x2123, 0x346f, 0x4415, 0x57b2, 0x9ecf, 0xf0cb, 0x08ae, 0x0929, 0x1875, 0x04ff,
];

/// The board blurred by a Gaussian of `sigma` millimetres: 1 on paper, 0 on black. Its corner stands at (0, 0).
pub(crate) fn charuco((u, v): (f64, f64), sigma: f64) -> f64 {
    let near = |at: f64, size: f64, count: usize| {
        let index = |at: f64| ((at / size).floor().max(0.0) as usize).min(count - 1);
        index(at - 4.6 * sigma)..=index(at + 4.6 * sigma)
    };
    // Squares and cells do not overlap: blurred, their ink adds up.
    let mut ink = 0.0;
    for (row, column) in near(v, 25.0, 7).flat_map(|row| near(u, 25.0, 11).map(move |column| (row, column))) {
        let (x, y) = (u - 25.0 * column as f64, v - 25.0 * row as f64);
        if (row + column) % 2 == 0 {
            ink += covered((x, y), [0.0, 0.0, 25.0, 25.0], sigma);
            continue;
        }
        let (x, y, code) = (x - 3.5, y - 3.5, CODES[(11 * row + column) >> 1]);
        ink += covered((x, y), [0.0, 0.0, 18.0, 18.0], sigma);
        for (r, c) in near(y, 3.0, 6).flat_map(|r| near(x, 3.0, 6).map(move |c| (r, c))) {
            let is_bit = (1..5).contains(&r) && (1..5).contains(&c);
            if is_bit && code >> (15 - (4 * (r - 1) + c - 1)) & 1 == 1 {
                ink -= covered((x, y), [3.0 * c as f64, 3.0 * r as f64, 3.0, 3.0], sigma);
            }
        }
    }
    1.0 - ink
}

/// A camera before the board.
pub(crate) struct Camera {
    pub(crate) size: (usize, usize),
    pub(crate) view: View,
    pub(crate) k1: f64,
    pub(crate) k2: f64,
    /// In millimetres of the board.
    pub(crate) blur: f64,
    pub(crate) noise: f64,
    /// How much brighter it is at the right border than in the middle, and at the lower one.
    pub(crate) light: (f64, f64),
    pub(crate) cast: [f64; 3],
}

impl Camera {
    /// A good camera of four by three, and a board held by a person.
    pub(crate) fn any(size: (usize, usize), random: &mut Random) -> Self {
        let (middle, zoom) = (middle(size), size.0 as f64 / 640.0);
        let tilt = (random.from(-0.07, 0.07), random.from(-0.07, 0.07));
        let at = (middle.0 + zoom * random.from(-8.0, 8.0), middle.1 + zoom * random.from(-8.0, 8.0));
        let scale = zoom * random.from(1.9, 2.1);
        Self {
            size,
            view: View::new(scale, random.from(-5.0, 5.0), tilt, BOARD_MIDDLE, at),
            k1: random.from(-0.06, 0.06),
            k2: random.from(-0.02, 0.02),
            blur: random.from(0.15, 0.6),
            noise: random.from(0.0, 3.0),
            light: (random.from(-0.3, 0.3), random.from(-0.3, 0.3)),
            cast: [random.from(0.75, 1.0), random.from(0.75, 1.0), random.from(0.75, 1.0)],
        }
    }

    /// By how much the lens moves a place outwards, `far` in half diagonals without the lens.
    pub(crate) fn stretch(&self, far: f64) -> f64 {
        1.0 + self.k1 * far * far + self.k2 * far.powi(4)
    }

    /// How far a pixel is from the middle: across, along, and in half diagonals.
    fn away(&self, (x, y): (f64, f64)) -> ((f64, f64), f64) {
        let middle = middle(self.size);
        let away = (x - middle.0, y - middle.1);
        (away, away.0.hypot(away.1) / middle.0.hypot(middle.1))
    }

    fn about_middle(&self, (dx, dy): (f64, f64), by: f64) -> (f64, f64) {
        let middle = middle(self.size);
        (middle.0 + dx * by, middle.1 + dy * by)
    }

    /// The place of the board that a pixel shows.
    fn board(&self, pixel: (f64, f64)) -> (f64, f64) {
        let (away, far) = self.away(pixel);
        let mut true_far = far;
        for _ in 0..6 {
            true_far = far / self.stretch(true_far);
        }
        self.view.chart(self.about_middle(away, if far > 0.0 { true_far / far } else { 1.0 }))
    }

    /// Where a place of the board falls, in pixels.
    pub(crate) fn pixel(&self, place: (f64, f64)) -> (f64, f64) {
        let (away, far) = self.away(self.view.pixel(place));
        self.about_middle(away, self.stretch(far))
    }

    /// What it sees of a board, 1 where its paper is white and 0 where it is black.
    pub(crate) fn picture(&self, random: &mut Random, paper: impl Fn((f64, f64), f64) -> f64) -> RgbImage {
        let middle = middle(self.size);
        draw::rgb(self.size.0, self.size.1, self.noise, random, |x, y| {
            let ((dx, dy), _) = self.away((x, y));
            let lit = 1.0 + self.light.0 * dx / middle.0 + self.light.1 * dy / middle.1;
            let level = (25.0 + 145.0 * paper(self.board((x, y)), self.blur)) * lit;
            self.cast.map(|cast| cast * level)
        })
    }

    /// The displacement at a distance from the middle in half diagonals, in pixels.
    pub(crate) fn displacement(&self, far: f64) -> f64 {
        let middle = middle(self.size);
        (self.stretch(far) - 1.0) * far * middle.0.hypot(middle.1)
    }

    /// How far the outermost corner is without the lens, in half diagonals.
    pub(crate) fn reach(&self) -> f64 {
        (0..60).map(|id| self.away(self.view.pixel(corner(id))).1).fold(0.0, f64::max)
    }
}

/// The middle of the board.
pub(crate) const BOARD_MIDDLE: (f64, f64) = (137.5, 87.5);

/// The middle of a picture.
pub(crate) fn middle(size: (usize, usize)) -> (f64, f64) {
    ((size.0 as f64 - 1.0) / 2.0, (size.1 as f64 - 1.0) / 2.0)
}

/// Where a corner stands on the board.
pub(crate) fn corner(id: usize) -> (f64, f64) {
    (25.0 * (id % 10 + 1) as f64, 25.0 * (id / 10 + 1) as f64)
}
