//! A sheet as pixels, byte for byte the same every time.

use crate::CardError;
use crate::font;
use crate::sheet::{self, BLACK, Colour, Mark, Sheet};
use crate::symbol::Symbol;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use resvg::tiny_skia::{
    Color, FillRule, LineCap, Paint, Path, Pixmap, PremultipliedColorU8, Rect, Stroke, Transform,
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
            Mark::Fill { path, colour } => fill(ground, path, *colour, page),
            Mark::Line { path, width_mm, colour } => {
                let stroke = Stroke { width: *width_mm, line_cap: LineCap::Butt, ..Stroke::default() };
                ground.stroke_path(path, &paint(*colour), &stroke, page, None);
            }
            Mark::Text { run, size_mm, x_mm, y_mm, turn_deg, colour } => {
                let place = page.pre_translate(*x_mm, *y_mm).pre_concat(Transform::from_rotate(*turn_deg));
                if let Some(path) = font::outline(run, *size_mm)? {
                    fill(ground, &path, *colour, place);
                }
            }
            Mark::Symbol { symbol: code, x_mm, y_mm, side_mm } => {
                if let Some(at) =
                    Rect::from_xywh(*x_mm, *y_mm, *side_mm, *side_mm).and_then(|at| at.transform(page))
                {
                    symbol(ground, code, at);
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

fn paint(colour: Colour) -> Paint<'static> {
    let [r, g, b, a] = colour;
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(r, g, b, a));
    paint
}

fn fill(ground: &mut Pixmap, path: &Path, colour: Colour, place: Transform) {
    ground.fill_path(path, &paint(colour), FillRule::Winding, place, None);
}

/// Modules of whole pixels on whole pixels, about the middle of the square: uneven modules lose readers.
fn symbol(ground: &mut Pixmap, symbol: &Symbol, at: Rect) {
    let modules = symbol.side() as f32;
    let module = (at.width() / modules).floor().max(1.0);
    let spare = (at.width() - module * modules) / 2.0;
    let corner = ((at.left() + spare).round(), (at.top() + spare).round());
    if let Some(path) = sheet::modules(symbol, corner, module) {
        fill(ground, &path, BLACK, Transform::identity());
    }
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
