//! Spoiling good pictures by known amounts.

use crate::Person;
use crate::turn::Turned;
use tram_biometric::RgbImage;
use tram_portrait::{Face, Point, decode};

/// One way to spoil a picture. Lengths are in pixels of the halved pictures, where T is about 180.
#[derive(Clone, Copy)]
pub(crate) enum Spoil {
    /// Out of focus: two box blurs of this half width.
    Blur(i32),
    /// The head moved sideways by twice this while the shutter was open.
    Motion(i32),
    /// Light times this.
    Light(f32),
    /// Red light times this, as under the wrong white balance.
    Cast(f32),
    /// Light falls off by this share from the left edge of the face to the right.
    SideLight(f32),
    /// Turned by so many degrees.
    Roll(f32),
    /// The head turned aside by so many degrees.
    Yaw(f32),
    /// Stripes of this strength behind the head.
    Background(i32),
    /// The same face again behind the shoulder, at this scale.
    SecondFace(f32),
    /// Lids drawn down by this share of the opening.
    Eyes(f32),
    /// Compressed with this JPEG quality.
    Jpeg(u8),
    /// Shown on a screen with this many camera pixels for one of its own, and photographed.
    Screen(f32),
    /// Printed with a white border, and held before a wall.
    Print,
}

impl Spoil {
    #[allow(clippy::too_many_lines)] // One arm for each way; together they read better than apart.
    pub(crate) fn apply(self, person: &Person) -> anyhow::Result<RgbImage> {
        let Person { image, face } = person;
        let (width, height) = (image.width() as f32, image.height() as f32);
        match self {
            Self::Blur(reach) => boxed(&boxed(image, reach, reach)?, reach, reach),
            Self::Motion(reach) => boxed(image, reach, 0),
            Self::Light(gain) => mapped(image, |_, _, pixel| lit(pixel, [gain; 3])),
            Self::Cast(gain) => mapped(image, |_, _, pixel| lit(pixel, [gain, 1.0, 1.0])),
            Self::SideLight(share) => {
                let (left, span) = (face.bounds.x as f32, face.bounds.width as f32);
                mapped(image, |x, _, pixel| {
                    let across = ((x as f32 - left) / span).clamp(0.0, 1.0);
                    lit(pixel, [1.0 - share * across; 3])
                })
            }
            Self::Roll(degrees) => {
                let (sin, cos) = degrees.to_radians().sin_cos();
                mapped(image, |x, y, _| {
                    let (dx, dy) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
                    at(image, width / 2.0 + dx * cos + dy * sin, height / 2.0 + dy * cos - dx * sin)
                })
            }
            Self::Yaw(degrees) => {
                let turned = Turned::new(face, degrees, (image.width(), image.height()));
                mapped(image, |x, y, _| at(image, turned.source(x as f32, y as f32).max(0.0), y as f32))
            }
            Self::Background(strength) => mapped(image, |x, y, pixel| {
                let stripe = if (x / 24 + y / 24) % 2 == 0 { strength } else { -strength };
                let kept = outside_head(face, x as f32, y as f32);
                if kept { pixel.map(|level| (i32::from(level) + stripe).clamp(0, 255) as u8) } else { pixel }
            }),
            Self::SecondFace(scale) => mapped(image, |x, y, pixel| {
                let (u, v) = (x as f32 / scale, (y as f32 - 20.0) / scale);
                let (middle, t) = (face.eyes_middle(), face.eye_to_chin());
                let near = ((u - middle.x) / (1.1 * t)).hypot((v - middle.y) / (1.3 * t)) < 1.0;
                if near { at(image, u, v) } else { pixel }
            }),
            Self::Eyes(share) => closed(image, face, share),
            // Each screen pixel is three upright stripes, red, green and blue, with dark between the rows; the camera
            // blurs a little.
            Self::Screen(pitch) => {
                let lit = mapped(image, |x, y, pixel| {
                    let (u, v) = (x as f32 / pitch, y as f32 / pitch);
                    let stripe = |channel: f32| {
                        let phase = (u - (channel + 0.5) / 3.0).rem_euclid(1.0);
                        (1.0 - 2.0 * phase.min(1.0 - phase)).powi(2)
                    };
                    let gap = if v.fract() < 0.2 { 0.6 } else { 1.0 };
                    let gains = [0.0, 1.0, 2.0].map(|channel| 0.4 + 1.2 * stripe(channel) * gap);
                    let [r, g, b] = pixel;
                    let [gr, gg, gb] = gains;
                    [(r, gr), (g, gg), (b, gb)]
                        .map(|(level, gain)| (f32::from(level) * gain).min(255.0) as u8)
                })?;
                boxed(&lit, 1, 1)
            }
            Self::Print => mapped(image, |x, y, _| {
                let (u, v) = ((x as f32 - width / 2.0) / 0.7, (y as f32 - height / 2.0) / 0.7);
                let (across, down) = (u.abs() / width, v.abs() / height);
                if across < 0.5 && down < 0.5 {
                    at(image, u + width / 2.0, v + height / 2.0)
                } else if across < 0.53 && down < 0.53 {
                    [245; 3]
                } else {
                    [120, 125, 130]
                }
            }),
            Self::Jpeg(quality) => {
                let mut bytes = Vec::new();
                let colour = image::ExtendedColorType::Rgb8;
                image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode(
                    image.pixels(),
                    image.width(),
                    image.height(),
                    colour,
                )?;
                Ok(decode::picture(&bytes)?)
            }
        }
    }
}

/// Two pictures of a burst in which the head moves by so many pixels before a checked wall; the wall goes along, as in a
/// photograph, or stays.
pub(crate) fn swayed(person: &Person, shift: f32, along: bool) -> anyhow::Result<[RgbImage; 2]> {
    let Person { image, face } = person;
    let moment = |head: f32, wall: f32| {
        mapped(image, |x, y, _| {
            let (x, y) = (x as f32, y as f32);
            if outside_head(face, x - head, y) {
                // Squares of many greys, a little blurred by the walk between them.
                let (u, v) = ((x - wall).div_euclid(20.0) as i32, y.div_euclid(20.0) as i32);
                let grey = (u.wrapping_mul(73_856_093) ^ v.wrapping_mul(19_349_663)).rem_euclid(97);
                [100 + grey as u8; 3]
            } else {
                at(image, (x - head).max(0.0), y)
            }
        })
    };
    Ok([moment(0.0, 0.0)?, moment(shift, if along { shift } else { 0.0 })?])
}

/// Half the picture's size, each pixel the mean of four.
pub(crate) fn halved(image: &RgbImage) -> anyhow::Result<RgbImage> {
    let (width, height) = (image.width() / 2, image.height() / 2);
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let mut sum = [2_u16; 3];
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let pixel = image.get(2 * x + dx, 2 * y + dy).unwrap_or_default();
            sum.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += u16::from(level));
        }
        pixels.extend(sum.map(|sum| (sum / 4) as u8));
    }
    Ok(RgbImage::new(width, height, pixels)?)
}

fn mapped(image: &RgbImage, pixel: impl Fn(u32, u32, [u8; 3]) -> [u8; 3]) -> anyhow::Result<RgbImage> {
    let places = (0..image.height()).flat_map(|y| (0..image.width()).map(move |x| (x, y)));
    let pixels = places.flat_map(|(x, y)| pixel(x, y, image.get(x, y).unwrap_or_default())).collect();
    Ok(RgbImage::new(image.width(), image.height(), pixels)?)
}

/// The nearest pixel; the edge repeats.
fn at(image: &RgbImage, x: f32, y: f32) -> [u8; 3] {
    let (x, y) = ((x as u32).min(image.width() - 1), (y as u32).min(image.height() - 1));
    image.get(x, y).unwrap_or_default()
}

/// A pixel under other light: gains apply to linear light, a power of 2.2 away.
fn lit(pixel: [u8; 3], gains: [f32; 3]) -> [u8; 3] {
    let [r, g, b] = pixel;
    let [fr, fg, fb] = gains.map(|gain| gain.powf(1.0 / 2.2));
    [(r, fr), (g, fg), (b, fb)].map(|(level, factor)| (f32::from(level) * factor).min(255.0) as u8)
}

fn boxed(image: &RgbImage, across: i32, down: i32) -> anyhow::Result<RgbImage> {
    let pass = |image: &RgbImage, reach: i32, step: (i32, i32)| {
        mapped(image, |x, y, _| {
            let mut sum = [0_i32; 3];
            for offset in -reach..=reach {
                let (u, v) = (x as i32 + offset * step.0, y as i32 + offset * step.1);
                let pixel = at(image, u.max(0) as f32, v.max(0) as f32);
                sum.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += i32::from(level));
            }
            sum.map(|sum| (sum / (2 * reach + 1)) as u8)
        })
    };
    pass(&pass(image, across, (1, 0))?, down, (0, 1))
}

/// Beside and above the head and the shoulders.
fn outside_head(face: &Face, x: f32, y: f32) -> bool {
    let (middle, t) = (face.eyes_middle(), face.eye_to_chin());
    let (dx, dy) = ((x - middle.x) / t, (y - middle.y) / t);
    let head = (dx / 1.0).powi(2) + ((dy - 0.1) / 1.4).powi(2) < 1.0;
    let body = dy > 0.9 && dx.abs() < 0.5 + 2.0 * (dy - 0.9);
    !head && !body
}

/// Upper lids along each eye, corner to corner, and the lower lids below them, in the mesh.
const LIDS: [([usize; 7], [usize; 7]); 2] = [
    ([33, 160, 159, 158, 157, 173, 133], [33, 144, 145, 153, 154, 155, 133]),
    ([362, 398, 384, 385, 386, 387, 263], [362, 382, 381, 380, 374, 373, 263]),
];

/// Draws skin from above the eyes over them, down to a share of the opening.
fn closed(image: &RgbImage, face: &Face, share: f32) -> anyhow::Result<RgbImage> {
    let contour = |indices: [usize; 7]| -> Vec<Point> {
        indices.iter().filter_map(|index| face.mesh().get(*index)).map(|point| point.at).collect()
    };
    let eyes = LIDS.map(|(upper, lower)| (contour(upper), contour(lower)));
    mapped(image, |x, y, pixel| {
        let (x, y) = (x as f32, y as f32);
        for (upper, lower) in &eyes {
            let (Some(top), Some(bottom)) = (height_at(upper, x), height_at(lower, x)) else { continue };
            let edge = top + share * (bottom - top);
            if y >= top - 1.0 && y <= edge + 1.0 {
                // The lid's skin, stretched down; a line of lashes at its edge.
                let lid = at(image, x, top - 2.0 - 0.8 * (edge - y).max(0.0));
                return if y > edge - 1.5 { lid.map(|level| level / 2) } else { lid };
            }
        }
        pixel
    })
}

/// The height of a contour at x, or `None` beside it.
fn height_at(contour: &[Point], x: f32) -> Option<f32> {
    contour.iter().zip(contour.iter().skip(1)).find(|(a, b)| a.x <= x && x < b.x).map(|(a, b)| {
        let along = (x - a.x) / (b.x - a.x).max(1e-3);
        a.y + along * (b.y - a.y)
    })
}
