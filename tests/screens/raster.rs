//! Draws what egui has tessellated, pixel by pixel, on the processor: pictures of screens are the same on every machine and
//! need no graphics driver. Colours are blended as egui means them, premultiplied and in gamma space.

#![allow(clippy::indexing_slicing)] // In a test: triangles index their own mesh.

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Primitive, Vertex};
use egui::{Color32, Context, FullOutput, Mesh, Rect, TextureFilter, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};
use std::collections::HashMap;
use std::ops::Range;

/// Positions are held to so many parts of a pixel, so that triangles that share an edge share it exactly.
const PARTS: i64 = 256;

type Colour = [f32; 4];

/// Textures that egui handed over.
#[derive(Default)]
pub(crate) struct Raster {
    textures: HashMap<TextureId, Texture>,
}

struct Texture {
    size: [usize; 2],
    texels: Vec<Color32>,
    is_nearest: bool,
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            images.into_iter().for_each(|image| self.set(id, &image));
        }
        delta.free.drain().for_each(|id| {
            self.textures.remove(&id);
        });
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let mut canvas = RgbaImage::new(size.x.round() as u32, size.y.round() as u32);
        for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = primitive else { return Err("a painter of its own".into()) };
            let texture = self.textures.get(&mesh.texture_id).ok_or("a texture that is not there")?;
            draw(&mut canvas, &mesh, texture, clip_rect, scale);
        }
        Ok(canvas)
    }
}

impl Raster {
    fn set(&mut self, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let Some([left, top]) = delta.pos else {
            let is_nearest = delta.options.magnification == TextureFilter::Nearest;
            let texture = Texture { size: image.size, texels: image.pixels.clone(), is_nearest };
            self.textures.insert(id, texture);
            return;
        };
        let Some(texture) = self.textures.get_mut(&id) else { return };
        for (row, texels) in image.pixels.chunks(image.size[0]).enumerate() {
            let start = (top + row) * texture.size[0] + left;
            texture.texels[start..start + texels.len()].copy_from_slice(texels);
        }
    }
}

impl Texture {
    /// The colour at a place between 0 and 1, of one texel or between four.
    fn at(&self, [u, v]: [f32; 2]) -> Colour {
        let (x, y) = (u * self.size[0] as f32, v * self.size[1] as f32);
        if self.is_nearest {
            return self.texel(x.floor(), y.floor());
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let row = |y: f32| mix(self.texel(x.floor(), y), self.texel(x.floor() + 1.0, y), x - x.floor());
        mix(row(y.floor()), row(y.floor() + 1.0), y - y.floor())
    }

    /// Beyond the edge it goes on as at the edge.
    fn texel(&self, x: f32, y: f32) -> Colour {
        let within = |place: f32, size: usize| (place.max(0.0) as usize).min(size - 1);
        colour(self.texels[within(y, self.size[1]) * self.size[0] + within(x, self.size[0])])
    }
}

fn colour(colour: Color32) -> Colour {
    colour.to_array().map(|part| f32::from(part) / 255.0)
}

fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * share)
}

fn draw(canvas: &mut RgbaImage, mesh: &Mesh, texture: &Texture, clip: Rect, scale: f32) {
    let whole = |edge: f32, most: u32| (scale * edge).round().clamp(0.0, most as f32) as i64;
    let columns = whole(clip.min.x, canvas.width())..whole(clip.max.x, canvas.width());
    let rows = whole(clip.min.y, canvas.height())..whole(clip.max.y, canvas.height());
    for corners in mesh.indices.as_chunks::<3>().0 {
        let triangle = corners.map(|corner| mesh.vertices[corner as usize]);
        fill(canvas, triangle, texture, [&columns, &rows], scale);
    }
}

/// Colours every pixel whose middle is in the triangle; a middle on an edge belongs to one side alone, as the upper and left
/// edges have theirs.
fn fill(
    canvas: &mut RgbaImage,
    mut triangle: [Vertex; 3],
    texture: &Texture,
    clip: [&Range<i64>; 2],
    scale: f32,
) {
    let parts = |place: f32| (place * scale * PARTS as f32).round() as i64;
    let places = |triangle: &[Vertex; 3]| triangle.map(|corner| [parts(corner.pos.x), parts(corner.pos.y)]);
    let [first, second, third] = places(&triangle);
    let area = cross(first, second, third);
    if area < 0 {
        triangle.swap(1, 2);
    }
    let (corners, area) = (places(&triangle), area.abs() as f32);
    let [columns, rows] = [0, 1].map(|axis| {
        let least = corners.iter().map(|corner| corner[axis]).min().unwrap_or_default();
        let most = corners.iter().map(|corner| corner[axis]).max().unwrap_or_default();
        (least / PARTS).max(clip[axis].start)..(most / PARTS + 1).min(clip[axis].end)
    });
    let colours = triangle.map(|corner| colour(corner.color));
    // Most of a screen is of one colour and one texel.
    let same_texel = triangle.iter().all(|corner| corner.uv == triangle[0].uv);
    let same_texel = same_texel.then(|| texture.at(triangle[0].uv.into()));
    let same_colour = triangle.iter().all(|corner| corner.color == triangle[0].color).then_some(colours[0]);
    for y in rows {
        for x in columns.clone() {
            let Some(shares) = shares(corners, [x, y].map(|place| place * PARTS + PARTS / 2)) else {
                continue;
            };
            let [first, second, third] = shares.map(|share| share / area);
            let weighed = |of: [f32; 3]| first * of[0] + second * of[1] + third * of[2];
            let texel = same_texel.unwrap_or_else(|| {
                texture.at([
                    weighed(triangle.map(|corner| corner.uv.x)),
                    weighed(triangle.map(|corner| corner.uv.y)),
                ])
            });
            let colour = same_colour
                .unwrap_or_else(|| std::array::from_fn(|part| weighed(colours.map(|colour| colour[part]))));
            let over = std::array::from_fn(|part| colour[part] * texel[part]);
            blend(canvas.get_pixel_mut(x as u32, y as u32), over);
        }
    }
}

/// How much of the triangle's doubled area lies across from each corner, seen from a place within it.
fn shares(corners: [[i64; 2]; 3], place: [i64; 2]) -> Option<[f32; 3]> {
    let mut shares = [0.0; 3];
    for (share, [from, to]) in shares.iter_mut().zip([[1, 2], [2, 0], [0, 1]]) {
        let (from, to) = (corners[from], corners[to]);
        let is_upper_or_left = to[1] < from[1] || (to[1] == from[1] && to[0] > from[0]);
        match cross(from, to, place) {
            value @ 1.. => *share = value as f32,
            0 if is_upper_or_left => {}
            _ => return None,
        }
    }
    Some(shares)
}

/// Twice the area of a triangle; above zero when its corners go around clockwise on the screen.
fn cross(first: [i64; 2], second: [i64; 2], third: [i64; 2]) -> i64 {
    let [from, to] = [second, third].map(|corner| [corner[0] - first[0], corner[1] - first[1]]);
    from[0] * to[1] - from[1] * to[0]
}

fn blend(Rgba(under): &mut Rgba<u8>, over: Colour) {
    for (part, under) in under.iter_mut().enumerate() {
        let blended = over[part] + f32::from(*under) / 255.0 * (1.0 - over[3]);
        *under = (blended * 255.0).round().clamp(0.0, 255.0) as u8;
    }
}
