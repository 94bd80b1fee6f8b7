//! Covering good pictures: glasses, masks, hands and hats drawn where the mesh says.

use crate::Person;
use tram_biometric::RgbImage;
use tram_portrait::{Face, Point};

/// Something put on a face.
#[derive(Clone, Copy)]
pub(crate) enum Cover {
    /// Rims so many millimetres thick, and a bridge; the head is taken to be 116 mm from eyes to chin.
    Glasses(f32),
    /// Dark lenses that let this share of the light through.
    Sunglasses(f32),
    /// A strip of cloth over the mouth, this share of T high.
    Mask(f32),
    /// A block over a share of the face from the subject's left.
    Block(f32),
    /// A cap from this far above the eyes, in T, in a colour.
    Cap(f32),
    /// The same in a colour that hair has too.
    PlainCap(f32),
    /// A scarf around the face, over the hair and the chin.
    Scarf,
}

/// Cloth of masks, blocks, coloured caps, and caps that might be hair; taken in turn by the people.
const CLOTHS: [[u8; 3]; 4] = [[120, 170, 200], [235, 238, 240], [25, 25, 28], [70, 120, 90]];
const CAPS: [[u8; 3]; 5] = [[30, 50, 150], [170, 25, 35], [20, 110, 60], [220, 190, 40], [120, 40, 130]];
const PLAIN: [[u8; 3]; 4] = [[20, 20, 22], [240, 240, 238], [110, 85, 60], [120, 122, 125]];
const RIMS: [[u8; 3]; 3] = [[20, 20, 22], [70, 45, 30], [150, 150, 155]];

impl Cover {
    /// The picture of a person, the `turn`-th, with this on.
    pub(crate) fn apply(self, person: &Person, turn: usize) -> anyhow::Result<RgbImage> {
        let Person { image, face } = person;
        let chosen = |colours: &[[u8; 3]]| colours.get(turn % colours.len()).copied().unwrap_or_default();
        let t = face.eye_to_chin();
        let pixels =
            (0..image.height()).flat_map(|y| (0..image.width()).map(move |x| (x, y))).flat_map(|(x, y)| {
                let pixel = image.get(x, y).unwrap_or_default();
                let at = Point::new(x as f32 + 0.5, y as f32 + 0.5);
                let (dx, dy) = from_eyes(face, at);
                match self {
                    Self::Glasses(thick) => {
                        over(pixel, chosen(&RIMS), 0.9 * rim(face, at, thick * t / 116.0))
                    }
                    Self::Sunglasses(through) => {
                        let dark = pixel.map(|level| (f32::from(level) * through.powf(1.0 / 2.2)) as u8);
                        let lens = over(pixel, dark, lens(face, at));
                        over(lens, chosen(&RIMS), 0.9 * rim(face, at, 2.0 * t / 116.0))
                    }
                    Self::Mask(height) => {
                        let mouth = 0.62;
                        let inside = (dy - mouth).abs() < height / 2.0 && dx.abs() < 0.62;
                        over(pixel, woven(chosen(&CLOTHS), x, y), f32::from(u8::from(inside)))
                    }
                    Self::Block(share) => {
                        let right = face.bounds.x as f32 + face.bounds.width as f32;
                        let inside = at.x > right - share * face.bounds.width as f32
                            && at.x < right + 20.0
                            && dy > -0.6
                            && dy < 1.0;
                        over(pixel, woven(chosen(&CLOTHS), x, y), f32::from(u8::from(inside)))
                    }
                    Self::Cap(low) => over(pixel, woven(chosen(&CAPS), x, y), cap(dx, dy, low)),
                    Self::PlainCap(low) => over(pixel, woven(chosen(&PLAIN), x, y), cap(dx, dy, low)),
                    Self::Scarf => {
                        let face_hole = (dx / 0.58).powi(2) + ((dy - 0.2) / 0.78).powi(2) < 1.0;
                        let cloth = (dx / 0.85).powi(2) + ((dy - 0.2) / 1.3).powi(2) < 1.0;
                        over(pixel, woven(chosen(&CAPS), x, y), f32::from(u8::from(cloth && !face_hole)))
                    }
                }
            });
        Ok(RgbImage::new(image.width(), image.height(), pixels.collect())?)
    }
}

/// A place from the eyes' middle, in T.
fn from_eyes(face: &Face, at: Point) -> (f32, f32) {
    let (middle, t) = (face.eyes_middle(), face.eye_to_chin());
    ((at.x - middle.x) / t, (at.y - middle.y) / t)
}

fn over(under: [u8; 3], colour: [u8; 3], share: f32) -> [u8; 3] {
    let mix = |under: u8, colour: u8| f32::from(under) + share * (f32::from(colour) - f32::from(under));
    let ([r, g, b], [or, og, ob]) = (under, colour);
    [mix(r, or), mix(g, og), mix(b, ob)].map(|level| level as u8)
}

/// Threads and folds, so that cloth is not one colour.
fn woven(colour: [u8; 3], x: u32, y: u32) -> [u8; 3] {
    let fold = 0.9 + 0.1 * ((x as f32 * 0.05).sin() + (y as f32 * 0.09).sin()) / 2.0;
    let thread = if (x + y).is_multiple_of(3) { 0.94 } else { 1.0 };
    colour.map(|level| (f32::from(level) * fold * thread) as u8)
}

fn cap(dx: f32, dy: f32, low: f32) -> f32 {
    let inside = dy < -low && (dx / 0.75).powi(2) + ((dy + 0.1) / 1.15).powi(2) < 1.0;
    f32::from(u8::from(inside))
}

/// The lenses: ellipses about points a little below the pupils.
fn oval(face: &Face, at: Point) -> f32 {
    let eyes = face.eye_distance();
    [face.right_eye.pupil, face.left_eye.pupil]
        .map(|pupil| ((at.x - pupil.x) / (0.42 * eyes)).hypot((at.y - pupil.y - 0.04 * eyes) / (0.32 * eyes)))
        .into_iter()
        .fold(f32::MAX, f32::min)
}

fn lens(face: &Face, at: Point) -> f32 {
    f32::from(u8::from(oval(face, at) < 1.0))
}

/// How much of a pixel a rim of this thickness covers, smoothed over a pixel.
fn rim(face: &Face, at: Point, thick: f32) -> f32 {
    let eyes = face.eye_distance();
    let around = (oval(face, at) - 1.0).abs() * 0.35 * eyes;
    let middle = face.eyes_middle();
    let bridge = if (at.x - middle.x).abs() < 0.09 * eyes { (at.y - middle.y).abs() } else { f32::MAX };
    (0.5 + thick / 2.0 - around.min(bridge)).clamp(0.0, 1.0)
}
