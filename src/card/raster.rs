//! A sheet as pixels, byte for byte the same every time.

use crate::CardError;
use crate::font;
use crate::sheet::{Colour, Mark, Sheet};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use resvg::tiny_skia::{
    Color, FillRule, LineCap, Paint, Path, Pixmap, PixmapMut, PremultipliedColorU8, Rect, Stroke, Transform,
};

const MM_PER_INCH: f32 = 25.4;

/// Draws a sheet over `ground`, whose pixels are `dpi` to the inch; `origin_mm` is where the sheet's corner lies on it.
pub(crate) fn draw(
    sheet: &Sheet,
    ground: &mut Pixmap,
    dpi: f32,
    origin_mm: (f32, f32),
) -> Result<(), CardError> {
    let page = page(dpi, origin_mm);
    for mark in &sheet.marks {
        match mark {
            Mark::Fill { path, colour, crisp } => fill(&mut ground.as_mut(), path, *colour, !crisp, page),
            Mark::Line { path, width_mm, colour } => {
                let stroke = Stroke { width: *width_mm, line_cap: LineCap::Butt, ..Stroke::default() };
                ground.stroke_path(path, &paint(*colour, true), &stroke, page, None);
            }
            Mark::Text { run, size_mm, x_mm, y_mm, turn_deg, colour } => {
                let place = page.pre_translate(*x_mm, *y_mm).pre_concat(Transform::from_rotate(*turn_deg));
                if let Some(path) = font::outline(run, *size_mm)? {
                    fill(&mut ground.as_mut(), &path, *colour, true, place);
                }
            }
        }
    }
    Ok(())
}

/// From millimetres to pixels.
fn page(dpi: f32, origin_mm: (f32, f32)) -> Transform {
    let scale = dpi / MM_PER_INCH;
    Transform::from_row(scale, 0.0, 0.0, scale, origin_mm.0 * scale, origin_mm.1 * scale)
}

/// The pixels of a pixmap on white.
pub(crate) fn flatten(pixmap: &Pixmap) -> RgbImage {
    let mut picture = RgbImage::from_pixel(pixmap.width(), pixmap.height(), Rgb([255; 3]));
    for (out, pixel) in picture.pixels_mut().zip(pixmap.pixels()) {
        let missing = 255 - pixel.alpha();
        *out = Rgb([pixel.red() + missing, pixel.green() + missing, pixel.blue() + missing]);
    }
    picture
}

fn paint(colour: Colour, anti_alias: bool) -> Paint<'static> {
    let [r, g, b, a] = colour;
    let mut paint = Paint { anti_alias, ..Paint::default() };
    paint.set_color(Color::from_rgba8(r, g, b, a));
    paint
}

fn fill(ground: &mut PixmapMut<'_>, path: &Path, colour: Colour, anti_alias: bool, place: Transform) {
    ground.fill_path(path, &paint(colour, anti_alias), FillRule::Winding, place, None);
}

/// Scales a picture to whole pixels and lays it down in a box of millimetres, cropped about its centre to its shape.
pub(crate) fn picture(ground: &mut Pixmap, pixels: &RgbImage, at_mm: Rect, dpi: f32, origin_mm: (f32, f32)) {
    let Some(at) = at_mm.transform(page(dpi, origin_mm)).filter(|_| !pixels.is_empty()) else { return };
    let (left, top) = (at.left().round() as i64, at.top().round() as i64);
    let (width, height) = ((at.width().round() as u32).max(1), (at.height().round() as u32).max(1));
    let scaled = imageops::resize(&crop(pixels, width, height), width, height, FilterType::CatmullRom);
    let ground_width = i64::from(ground.width());
    let ground_height = i64::from(ground.height());
    for (x, y, Rgb([r, g, b])) in scaled.enumerate_pixels() {
        let (x, y) = (left + i64::from(x), top + i64::from(y));
        if (0..ground_width).contains(&x) && (0..ground_height).contains(&y) {
            let place = (y * ground_width + x) as usize;
            let colour = PremultipliedColorU8::from_rgba(*r, *g, *b, 255);
            if let (Some(pixel), Some(colour)) = (ground.pixels_mut().get_mut(place), colour) {
                *pixel = colour;
            }
        }
    }
}

/// The largest part about the centre with the shape `width` : `height`.
fn crop(pixels: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (have_w, have_h) = (u64::from(pixels.width()), u64::from(pixels.height()));
    let (w, h) = (u64::from(width), u64::from(height));
    let keep_w = (have_h * w / h).clamp(1, have_w.max(1));
    let keep_h = (have_w * h / w).clamp(1, have_h.max(1));
    let (x, y) = ((have_w - keep_w.min(have_w)) / 2, (have_h - keep_h.min(have_h)) / 2);
    imageops::crop_imm(pixels, x as u32, y as u32, keep_w as u32, keep_h as u32).to_image()
}
