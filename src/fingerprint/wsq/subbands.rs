//! The regions a picture is cut into: twenty splits, sixty subbands that are coded, four that are not.
//!
//! A split gives four quarters. Where a side is odd the low half is the longer one. In a quarter that
//! is already high in a direction, low and high swap places in that direction (spectral inversion).

/// A region of the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    /// Whether the high half comes first from left to right.
    pub(super) high_left: bool,
    /// Whether the high half comes first from top to bottom.
    pub(super) high_top: bool,
}

impl Region {
    /// A side of zero, as the deepest regions of tiny pictures have.
    pub(super) fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Top left, top right, bottom left, bottom right.
    fn quarters(self) -> [Self; 4] {
        let first = |length: usize, high: bool| if high { length / 2 } else { length.div_ceil(2) };
        let (left, top) = (first(self.width, self.high_left), first(self.height, self.high_top));
        let quarter = |right: bool, bottom: bool| Self {
            x: if right { self.x + left } else { self.x },
            y: if bottom { self.y + top } else { self.y },
            width: if right { self.width - left } else { left },
            height: if bottom { self.height - top } else { top },
            high_left: right,
            high_top: bottom,
        };
        [quarter(false, false), quarter(true, false), quarter(false, true), quarter(true, true)]
    }
}

/// Where everything lies in a plane of one size.
pub(super) struct Subbands {
    pub(super) width: usize,
    pub(super) height: usize,
    /// The splits in the order they are made.
    pub(super) splits: Vec<Region>,
    /// The coded subbands 0 to 59.
    pub(super) coded: Vec<Region>,
}

impl Subbands {
    pub(super) fn of(width: usize, height: usize) -> Self {
        let whole = Region { width, height, ..Region::default() };
        let [low, right, below, _] = whole.quarters();
        let [lowest, low_right, low_below, low_both] = low.quarters();
        let [deep, rest @ ..] = lowest.quarters();
        let [deepest, deep_rest @ ..] = deep.quarters();

        let mut splits = vec![whole, low, right, below, low_right, low_below, lowest, deep];
        splits.extend(low_right.quarters());
        splits.extend(low_below.quarters());
        splits.extend(rest);
        splits.push(deepest);

        let mut coded = deepest.quarters().to_vec();
        coded.extend(deep_rest);
        for group in [rest.as_slice(), &low_right.quarters(), &low_below.quarters()] {
            coded.extend(group.iter().flat_map(|region| region.quarters()));
        }
        coded.push(low_both);
        coded.extend(right.quarters());
        coded.extend(below.quarters());
        Self { width, height, splits, coded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_sixty_subbands_that_cover_all_but_the_highest_quarter() {
        for (width, height) in [(388, 374), (640, 480), (33, 57), (1, 1), (1609, 999)] {
            let subbands = Subbands::of(width, height);
            assert_eq!((subbands.splits.len(), subbands.coded.len()), (20, 60));
            let area: usize = subbands.coded.iter().map(|r| r.width * r.height).sum();
            assert_eq!(area, width * height - (width / 2) * (height / 2));
        }
    }
}
