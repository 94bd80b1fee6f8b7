//! Card printers: a test card on a scanner under a black lid.

use crate::draw::{self, Pose, Random, covered, passed, rounded};
use tram_biometric::RgbImage;
use tram_calibration::chart::card;
use tram_calibration::placement::Placement;
use tram_calibration::printer::alignment::Alignment;
use tram_calibration::{Plane, procedure};

/// How a printer prints and a scan is taken.
#[derive(Clone)]
pub(crate) struct Scan {
    pub(crate) ppi: f64,
    /// The scan's own turn.
    pub(crate) degrees: f64,
    /// The print on the card: offset in millimetres, turn, scale in percent.
    pub(crate) offset: (f64, f64),
    pub(crate) turn: f64,
    pub(crate) scale: (f64, f64),
    pub(crate) noise: f64,
    /// Levels of the patches as they come out.
    pub(crate) patches: [[f64; 3]; 18],
}

impl Scan {
    pub(crate) fn good(random: &mut Random) -> Self {
        let bent = std::array::from_fn(|index| {
            card::COLOURS[index].map(|level| f64::from(level) + random.from(-4.0, 4.0))
        });
        Self {
            ppi: 150.0,
            degrees: random.from(-1.5, 1.5),
            offset: (random.from(-0.2, 0.2), random.from(-0.2, 0.2)),
            turn: random.from(-0.2, 0.2),
            scale: (random.from(-0.3, 0.3), random.from(-0.3, 0.3)),
            noise: random.from(0.0, 3.0),
            patches: bent,
        }
    }

    pub(crate) fn picture(&self, random: &mut Random) -> RgbImage {
        let per_mm = self.ppi / 25.4;
        let (width, height) = ((96.0 * per_mm) as usize, (64.0 * per_mm) as usize);
        let card_pose = Pose {
            scale: (per_mm, per_mm),
            degrees: self.degrees,
            middle_mm: (42.8, 26.99),
            middle_px: (width as f64 / 2.0 + 3.3, height as f64 / 2.0 - 2.7),
        };
        let print = Pose {
            scale: (1.0 + self.scale.0 / 100.0, 1.0 + self.scale.1 / 100.0),
            degrees: 0.0,
            middle_mm: (42.8, 26.99),
            middle_px: (0.0, 0.0),
        };
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let sigma = 0.06;
        let patches = card::patches();
        draw::rgb(width, height, self.noise, random, |x, y| {
            let on_card = card_pose.mm((x, y));
            let (u, v) = (on_card.0 - 42.8 - self.offset.0, on_card.1 - 26.99 - self.offset.1);
            let place = print.mm((u * cos + v * sin, v * cos - u * sin));
            let inside = covered(on_card, [0.0, 0.0, 85.6, 53.98], sigma);
            let mark = [(7.0, 7.0), (78.6, 7.0), (78.6, 46.98), (7.0, 46.98), (14.0, 7.0)]
                .iter()
                .map(|centre| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 1.5, sigma))
                .fold(1.0, f64::min);
            let mut colour = [20.0 + 222.0 * mark; 3];
            let (column, row) = ((place.0 - 13.0) / 10.0, (place.1 - 12.0) / 9.5);
            if (0.0..6.0).contains(&column) && (0.0..3.0).contains(&row) {
                let index = row as usize * 6 + column as usize;
                let area = patches[index];
                let is_inside = (area.x..area.x + area.width).contains(&place.0)
                    && (area.y..area.y + area.height).contains(&place.1);
                if is_inside {
                    colour = self.patches[index];
                }
            }
            colour.map(|level| 8.0 + (level - 8.0) * inside)
        })
    }
}

#[test]
fn prints_are_placed_within_three_hundredths_of_a_millimetre() {
    let mut random = Random(31);
    let (mut worst_mm, mut worst_degrees, mut worst_scale) = (0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..100 {
        let mut scan = Scan::good(&mut random);
        scan.offset = (random.from(-1.5, 1.5), random.from(-1.5, 1.5));
        scan.turn = random.from(-1.0, 1.0);
        scan.scale = (random.from(-1.5, 1.5), random.from(-1.5, 1.5));
        let picture = scan.picture(&mut random);
        let mut pixels = picture.pixels().to_vec();
        // Dust on the glass, also at the card's edges.
        for _ in 0..30 {
            let at = random.below(pixels.len() / 3) * 3;
            pixels[at..at + 3].fill(rounded(random.from(0.0, 255.0)));
        }
        let plane = Plane::of_rgb(&RgbImage::new(picture.width(), picture.height(), pixels).unwrap());
        let placement = Placement::find(&plane, &card::MARKS).unwrap();
        let seen = Alignment::of(&plane, &card::MARKS, &placement).unwrap();
        worst_mm = worst_mm
            .max((seen.offset_x_mm - scan.offset.0).abs())
            .max((seen.offset_y_mm - scan.offset.1).abs());
        worst_degrees = worst_degrees.max((seen.rotation_degrees - scan.turn).abs());
        worst_scale = worst_scale
            .max((seen.scale_x_percent - scan.scale.0).abs())
            .max((seen.scale_y_percent - scan.scale.1).abs());
    }
    println!("print: worst {worst_mm:.3} mm, {worst_degrees:.3}°, {worst_scale:.3} %");
    assert!(
        worst_mm < 0.03 && worst_degrees < 0.05 && worst_scale < 0.15,
        "{worst_mm} {worst_degrees} {worst_scale}"
    );
}

#[test]
fn a_scan_without_a_card_is_refused() {
    let mut random = Random(32);
    let black = draw::rgb(700, 480, 2.0, &mut random, |_, _| [10.0; 3]);
    assert!(procedure::printer(&black, None).is_err());
    let white = draw::rgb(700, 480, 2.0, &mut random, |_, _| [240.0; 3]);
    assert!(procedure::printer(&white, None).is_err());
}
