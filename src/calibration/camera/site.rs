//! A site as the camera saw it when it was calibrated there, against what it sees today.
//!
//! Both pictures of the empty chair are cut into the same cells, 16 across and 12 down, whatever their sizes. The change is
//! the 90th percentile of the cells' CIEDE2000: a lamp that was moved or another wall changes most of the picture, a
//! cable on the floor does not.

use crate::colour::{Lab, ciede2000, lab};
use crate::statistics::quantile;
use tram_biometric::RgbImage;

const ACROSS: u32 = 16;
const DOWN: u32 = 12;

/// How much a place has changed between two pictures of it, as CIEDE2000; 0 for no change.
pub fn drift(now: &RgbImage, then: &RgbImage) -> f64 {
    let mut changes: Vec<f64> = cells(now).zip(cells(then)).map(|(now, then)| ciede2000(then, now)).collect();
    quantile(&mut changes, 0.9)
}

/// The site that today's picture is most like, and how much it has changed since; `None` without sites.
pub fn nearest<'a>(now: &RgbImage, sites: &'a [(String, RgbImage)]) -> Option<(&'a str, f64)> {
    let drifts = sites.iter().map(|(name, then)| (name.as_str(), drift(now, then)));
    drifts.min_by(|(_, one), (_, other)| one.total_cmp(other))
}

/// The mean colours of a picture's cells, by rows.
fn cells(picture: &RgbImage) -> impl Iterator<Item = Lab> {
    let edge = |index: u32, count: u32, length: u32| {
        (u64::from(length) * u64::from(index) / u64::from(count)) as u32
    };
    (0..ACROSS * DOWN).map(move |index| {
        let (column, row) = (index % ACROSS, index / ACROSS);
        let (left, top) = (edge(column, ACROSS, picture.width()), edge(row, DOWN, picture.height()));
        let right = edge(column + 1, ACROSS, picture.width()).max(left + 1);
        let bottom = edge(row + 1, DOWN, picture.height()).max(top + 1);
        let (mut sum, mut count) = ([0.0; 3], 0.0_f64);
        for pixel in (top..bottom).flat_map(|y| (left..right).filter_map(move |x| picture.get(x, y))) {
            sum.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += f64::from(level));
            count += 1.0;
        }
        lab(sum.map(|sum| sum / count.max(1.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(width: u32, height: u32, light: f64, cable: bool) -> RgbImage {
        let level = |x: u32, y: u32| {
            let is_cable = cable && y > height * 11 / 12 && x < width / 8;
            let wall = 190.0 + 40.0 * f64::from(x) / f64::from(width);
            (if is_cable { 40.0 } else { wall * light }).min(255.0) as u8
        };
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [level(x, y); 3])).collect();
        RgbImage::new(width, height, pixels).unwrap()
    }

    #[test]
    fn another_light_is_a_change_and_another_size_or_a_cable_is_none() {
        let then = room(640, 480, 1.0, false);
        assert!(drift(&room(320, 240, 1.0, true), &then) < 0.5);
        let changes = [0.97, 0.9, 0.8, 0.6].map(|light| drift(&room(640, 480, light, false), &then));
        assert!(changes.is_sorted() && changes[0] > 0.5 && changes[2] > 6.0, "{changes:?}");
        let sites = [("chợ".to_owned(), room(640, 480, 0.6, false)), ("xã".to_owned(), then)];
        assert_eq!(nearest(&room(640, 480, 0.98, false), &sites).unwrap().0, "xã");
        assert_eq!(nearest(&sites[0].1, &[]), None);
    }
}
