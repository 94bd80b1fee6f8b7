//! The charts: where everything on them stands, in millimetres, and the vector files people print.
//!
//! A chart is a list of filled shapes. What is measured on it has a function that says where it is.

pub mod svg;

use crate::charuco::layout;
use crate::fit::Place;
use crate::placement::{Area, Marks};
use std::f64::consts::TAU;

/// One filled shape.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A disc: centre and diameter.
    Disc(Place, f64),
    /// Corners of a polygon.
    Polygon(Vec<Place>),
    /// A line of text: where its baseline begins, the height of its letters, the words.
    Text(Place, f64, String),
}

/// A chart as it is printed.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its file's name.
    pub name: &'static str,
    /// What it is and how to print it, Vietnamese and English.
    pub title: &'static str,
    /// Width in millimetres.
    pub width: f64,
    /// Height in millimetres.
    pub height: f64,
    /// Shapes with their sRGB colours, in drawing order.
    pub shapes: Vec<([u8; 3], Shape)>,
}

impl Chart {
    fn new(name: &'static str, title: &'static str, (width, height): (f64, f64)) -> Self {
        Self { name, title, width, height, shapes: Vec::new() }
    }

    fn disc(&mut self, centre: Place, diameter: f64) {
        self.shapes.push((BLACK, Shape::Disc(centre, diameter)));
    }

    fn marks(&mut self, marks: &Marks, diameter: f64) {
        marks.corners.into_iter().chain([marks.key]).for_each(|centre| self.disc(centre, diameter));
    }

    fn fill(&mut self, area: Area, colour: [u8; 3]) {
        let (right, bottom) = (area.x + area.width, area.y + area.height);
        let corners = vec![(area.x, area.y), (right, area.y), (right, bottom), (area.x, bottom)];
        self.shapes.push((colour, Shape::Polygon(corners)));
    }

    /// A black square turned by five degrees, whose edges the slanted-edge method measures.
    fn slanted_square(&mut self, (x, y): Place, side: f64) {
        let (sin, cos) = 5.0_f64.to_radians().sin_cos();
        let half = side / 2.0;
        let corner = |u: f64, v: f64| (x + half * (u * cos - v * sin), y + half * (u * sin + v * cos));
        let corners = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        self.shapes.push((BLACK, Shape::Polygon(corners)));
    }

    fn text(&mut self, place: Place, height: f64, words: &str) {
        self.shapes.push((BLACK, Shape::Text(place, height, words.to_owned())));
    }
}

const BLACK: [u8; 3] = [0; 3];
const WHITE: [u8; 3] = [255; 3];

/// All charts.
pub fn all() -> Vec<Chart> {
    vec![
        finger_grid(),
        slap_grid(),
        finger_tone(),
        camera_charuco(),
        camera_face(),
        printer_card(),
        iris_target(),
    ]
}

/// Distance of the dots on the ruled targets for fingerprint readers: below 0.07 inch.
pub const FINGER_PITCH_MM: f64 = 1.5;

fn grid(mut chart: Chart, pitch: f64) -> Chart {
    let count = |length: f64| ((length - 0.9 * pitch) / pitch).floor();
    let (columns, rows) = (count(chart.width), count(chart.height));
    let start = |length: f64, count: f64| (length - count * pitch) / 2.0;
    let (left, top) = (start(chart.width, columns), start(chart.height, rows));
    for row in 0..=rows as u32 {
        for column in 0..=columns as u32 {
            chart.disc((left + f64::from(column) * pitch, top + f64::from(row) * pitch), pitch / 2.0);
        }
    }
    chart
}

/// Dots 1.5 mm apart for readers of single fingers.
pub fn finger_grid() -> Chart {
    let title = "Lưới chấm 1,5 mm cho đầu đọc một ngón – dot grid 1.5 mm for single-finger readers (film, 2400 dpi or finer)";
    grid(Chart::new("finger-grid", title, (12.5, 16.0)), FINGER_PITCH_MM)
}

/// Dots 1.5 mm apart for readers of slaps.
pub fn slap_grid() -> Chart {
    let title =
        "Lưới chấm 1,5 mm cho đầu đọc bốn ngón – dot grid 1.5 mm for slap readers (film, 2400 dpi or finer)";
    grid(Chart::new("slap-grid", title, (80.0, 75.0)), FINGER_PITCH_MM)
}

/// The `ChArUco` board for cameras, in the middle of the sheet.
pub fn camera_charuco() -> Chart {
    let title =
        "Bảng ChArUco cho máy ảnh – ChArUco board for cameras (A4, 100 %, matt paper on a stiff board)";
    let mut chart = Chart::new("camera-charuco", title, (297.0, 210.0));
    let (columns, rows) = (layout::COLUMNS, layout::ROWS);
    let left = (chart.width - columns as f64 * layout::SQUARE_MM) / 2.0;
    let top = (chart.height - rows as f64 * layout::SQUARE_MM) / 2.0;
    let square = |x: f64, y: f64, side: f64| Area { x: left + x, y: top + y, width: side, height: side };
    for at in (0..columns * rows).step_by(2) {
        let (column, row) = ((at % columns) as f64, (at / columns) as f64);
        chart.fill(square(column * layout::SQUARE_MM, row * layout::SQUARE_MM, layout::SQUARE_MM), BLACK);
    }
    let cell = layout::MARKER_MM / layout::CELLS as f64;
    for id in 0..layout::MARKERS {
        let [(x, y), ..] = layout::marker(id);
        chart.fill(square(x, y, layout::MARKER_MM), BLACK);
        for (row, column) in (0..4).flat_map(|row| (0..4).map(move |column| (row, column))) {
            if layout::is_white(id, row, column) {
                let (across, along) = ((column + 1) as f64 * cell, (row + 1) as f64 * cell);
                chart.fill(square(x + across, y + along, cell), WHITE);
            }
        }
    }
    let words = "Trạm – camera-charuco – 100 % – ChArUco 11 × 7, 25 mm, DICT_4X4_50";
    chart.text((left, top + rows as f64 * layout::SQUARE_MM + 9.0), 4.0, words);
    chart
}

/// The chart of grey steps, slanted edges and sine strips for fingerprint readers.
pub mod tone {
    use super::{Area, Marks};

    /// Its marks.
    pub const MARKS: Marks =
        Marks { corners: [(1.0, 1.0), (11.0, 1.0), (11.0, 15.0), (1.0, 15.0)], key: (2.8, 1.0) };
    /// Reflectance of the grey steps by nominal print; measure the film and use those values where they are known.
    pub const STEPS: [f64; 8] = [0.08, 0.20, 0.32, 0.45, 0.58, 0.70, 0.82, 0.95];
    /// Frequencies of the sine strips in cycles per millimetre.
    pub const FREQUENCIES: [u8; 8] = [1, 2, 3, 4, 5, 6, 8, 10];
    /// Slices that make a period of a sine strip.
    pub(super) const SLICES: f64 = 16.0;
    /// Modulation of the strips as drawn, less what drawing in slices takes away.
    pub const MODULATION: f64 = 0.8 * 0.993_589;
    /// Around an edge of the slanted square that stands.
    pub const UPRIGHT_EDGE: Area = Area { x: 4.3, y: 7.2, width: 2.6, height: 2.8 };
    /// Around an edge of the slanted square that lies.
    pub const LYING_EDGE: Area = Area { x: 2.2, y: 9.3, width: 2.8, height: 2.6 };

    /// Where a grey step is.
    pub fn step(index: usize) -> Area {
        let (column, row) = ((index % 4) as f64, (index / 4) as f64);
        Area { x: 1.5 + 2.25 * column, y: 2.2 + 1.8 * row, width: 2.0, height: 1.5 }
    }

    /// Where a sine strip is.
    pub fn strip(index: usize) -> Area {
        Area { x: 7.1, y: 6.2 + 0.95 * index as f64, width: 3.9, height: 0.8 }
    }
}

/// Grey steps, slanted edges and sine strips for fingerprint readers.
pub fn finger_tone() -> Chart {
    let title = "Bậc xám, cạnh nghiêng, dải hình sin cho đầu đọc vân tay – grey steps, slanted edges and sine strips (continuous-tone film)";
    let mut chart = Chart::new("finger-tone", title, (12.0, 16.0));
    chart.marks(&tone::MARKS, 1.0);
    let grey = |share: f64| [(share * 255.0).round() as u8; 3];
    for (index, share) in tone::STEPS.into_iter().enumerate() {
        chart.fill(tone::step(index), grey(share));
    }
    chart.slanted_square((3.6, 8.6), 4.0);
    for (index, frequency) in tone::FREQUENCIES.into_iter().enumerate() {
        let strip = tone::strip(index);
        let slice = 1.0 / (f64::from(frequency) * tone::SLICES);
        for number in 0..(strip.width / slice) as u32 {
            let level = 0.5 + 0.4 * (TAU * f64::from(number) / tone::SLICES).sin();
            let x = strip.x + f64::from(number) * slice;
            // Each slice reaches to the end and the next lies on it: slices side by side would show seams.
            chart.fill(Area { x, width: strip.x + strip.width - x, ..strip }, grey(level));
        }
    }
    chart
}

/// The chart that is held where the face will be.
pub mod face {
    use super::{Area, Marks};

    /// Its marks.
    pub const MARKS: Marks =
        Marks { corners: [(15.0, 15.0), (195.0, 15.0), (195.0, 282.0), (15.0, 282.0)], key: (45.0, 15.0) };
    /// Around an edge of the slanted square that stands.
    pub const UPRIGHT_EDGE: Area = Area { x: 120.0, y: 60.0, width: 50.0, height: 50.0 };

    /// Where one of the 24 patches is, in reading order.
    pub fn patch(index: usize) -> Area {
        let (column, row) = ((index % 6) as f64, (index / 6) as f64);
        Area { x: 30.0 + 25.0 * column, y: 160.0 + 25.0 * row, width: 25.0, height: 25.0 }
    }

    /// All 24 patches.
    pub fn patches() -> Vec<Area> {
        (0..24).map(patch).collect()
    }
}

/// Nominal sRGB of the 24 patches, for a print that shows where the real chart goes.
const NOMINAL: [[u8; 3]; 24] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [133, 128, 177],
    [103, 189, 170],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [94, 60, 108],
    [157, 188, 64],
    [224, 163, 46],
    [56, 61, 150],
    [70, 148, 73],
    [175, 54, 60],
    [231, 199, 31],
    [187, 86, 149],
    [8, 133, 161],
    [243, 243, 242],
    [200, 200, 200],
    [160, 160, 160],
    [122, 122, 121],
    [85, 85, 85],
    [52, 52, 52],
];

/// Slanted edge and 24 patches for cameras.
pub fn camera_face() -> Chart {
    let title = "Cạnh nghiêng và 24 ô màu cho máy ảnh – slanted edge and 24 patches for cameras (A4, 100 %; a measured chart belongs on the patches)";
    let mut chart = Chart::new("camera-face", title, (210.0, 297.0));
    chart.marks(&face::MARKS, 12.0);
    chart.slanted_square((105.0, 85.0), 80.0);
    for (index, colour) in NOMINAL.into_iter().enumerate() {
        chart.fill(face::patch(index), colour);
    }
    chart.text((60.0, 272.0), 5.0, "Trạm – camera-face – 100 %");
    chart
}

/// The test card of card printers.
pub mod card {
    use super::{Area, Marks};

    /// Its marks.
    pub const MARKS: Marks =
        Marks { corners: [(7.0, 7.0), (78.6, 7.0), (78.6, 46.98), (7.0, 46.98)], key: (14.0, 7.0) };
    /// Colours of the patches in reading order; the last row is of greys.
    pub const COLOURS: [[u8; 3]; 18] = [
        [0, 160, 200],
        [200, 40, 130],
        [240, 220, 40],
        [200, 50, 50],
        [60, 150, 70],
        [50, 70, 160],
        [225, 180, 155],
        [180, 130, 100],
        [120, 80, 60],
        [150, 190, 220],
        [200, 170, 60],
        [120, 90, 140],
        [20, 20, 20],
        [64, 64, 64],
        [105, 105, 105],
        [150, 150, 150],
        [195, 195, 195],
        [235, 235, 235],
    ];
    /// The greys among the patches, from black to white.
    pub const ALL_GREYS: std::ops::Range<usize> = 12..18;
    /// The middle ones of them.
    pub const GREYS: std::ops::Range<usize> = 13..17;

    /// Where a patch is.
    pub fn patch(index: usize) -> Area {
        let (column, row) = ((index % 6) as f64, (index / 6) as f64);
        Area { x: 13.0 + 10.0 * column, y: 12.0 + 9.5 * row, width: 9.0, height: 8.5 }
    }

    /// All patches.
    pub fn patches() -> Vec<Area> {
        (0..COLOURS.len()).map(patch).collect()
    }
}

/// The test card of card printers: for people, colours in order and words to read; for the program, marks and patches.
pub fn printer_card() -> Chart {
    let title = "Thẻ thử cho máy in thẻ – test card for card printers (ID-1, printed by the station)";
    let mut chart = Chart::new("printer-card", title, crate::printer::alignment::CARD_MM);
    chart.marks(&card::MARKS, 3.0);
    for (index, colour) in card::COLOURS.into_iter().enumerate() {
        chart.fill(card::patch(index), colour);
    }
    chart.text((16.0, 46.5), 3.2, "TEST – THẺ THỬ – Nguyễn Thị Ễ 0123456789");
    chart
}

/// The target that is held before an iris camera.
pub mod iris {
    use super::{Area, Marks};

    /// Its marks.
    pub const MARKS: Marks =
        Marks { corners: [(3.0, 3.0), (37.0, 3.0), (37.0, 27.0), (3.0, 27.0)], key: (8.0, 3.0) };
    /// Around an edge of the slanted square that stands.
    pub const UPRIGHT_EDGE: Area = Area { x: 17.0, y: 11.5, width: 6.0, height: 7.0 };
    /// Around an edge of the slanted square that lies.
    pub const LYING_EDGE: Area = Area { x: 10.5, y: 18.0, width: 7.0, height: 6.0 };
    /// Inside the slanted square.
    pub const BLACK: Area = Area { x: 10.0, y: 11.0, width: 8.0, height: 8.0 };
    /// White paper towards the four corners.
    pub const PAPER: [Area; 4] = [
        Area { x: 12.0, y: 3.5, width: 6.0, height: 3.5 },
        Area { x: 27.0, y: 5.0, width: 6.0, height: 3.5 },
        Area { x: 27.0, y: 21.0, width: 6.0, height: 3.5 },
        Area { x: 10.0, y: 23.5, width: 6.0, height: 3.0 },
    ];
}

/// Slanted edges and white paper for iris cameras.
pub fn iris_target() -> Chart {
    let title = "Tấm chuẩn cho máy chụp mống mắt – target for iris cameras (laser print on matt white card, 100 %: toner is black in near infrared, ink is not)";
    let mut chart = Chart::new("iris-target", title, (40.0, 30.0));
    chart.marks(&iris::MARKS, 2.0);
    chart.slanted_square((14.0, 15.0), 12.0);
    chart
}
