//! A sheet as a PDF of one page: text stays text, in subsets of the typefaces it uses; no dates, no random identifier,
//! so the same sheet always gives the same bytes.

use crate::CardError;
use crate::font::{Face, Run};
use crate::sheet::{self, Colour, Mark, Sheet};
use pdf_writer::types::{CidFontType, FontFlags, LineCapStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use resvg::tiny_skia::{Path, PathSegment};
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;

const POINTS_PER_MM: f32 = 72.0 / 25.4;
const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The glyphs of one typeface that a sheet uses.
#[derive(Default)]
struct Used {
    remapper: GlyphRemapper,
    /// By the glyph's new number: the letter it stands for and its advance in thousandths of an em.
    glyphs: BTreeMap<u16, (char, f32)>,
}

/// Hands out object numbers.
struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The bytes of the PDF.
///
/// # Errors
/// [`CardError::Typeface`], only when the program is damaged.
pub(crate) fn write(sheet: &Sheet, title: &str) -> Result<Vec<u8>, CardError> {
    let fonts = used_fonts(sheet)?;
    let opacities: BTreeSet<u8> =
        sheet.marks.iter().map(|mark| mark.colour()[3]).filter(|&a| a < 255).collect();
    let mut refs = Refs(0);
    let (catalog, pages, page, contents, info) =
        (refs.next(), refs.next(), refs.next(), refs.next(), refs.next());
    let (width, height) = (sheet.width_mm * POINTS_PER_MM, sheet.height_mm * POINTS_PER_MM);

    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(pages).lang(TextStr("vi-VN"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info).title(TextStr(title));
    pdf.pages(pages).kids([page]).count(1);

    let font_refs: Vec<(Face, Ref)> = fonts.keys().map(|&face| (face, refs.next())).collect();
    let opacity_refs: Vec<(u8, Ref)> = opacities.iter().map(|&opacity| (opacity, refs.next())).collect();
    let mut writer = pdf.page(page);
    writer.parent(pages).media_box(Rect::new(0.0, 0.0, width, height)).contents(contents);
    let mut resources = writer.resources();
    let mut dictionary = resources.fonts();
    for (face, reference) in &font_refs {
        dictionary.pair(Name(font_name(*face).as_bytes()), *reference);
    }
    dictionary.finish();
    let mut dictionary = resources.ext_g_states();
    for (opacity, reference) in &opacity_refs {
        dictionary.pair(Name(opacity_name(*opacity).as_bytes()), *reference);
    }
    dictionary.finish();
    resources.finish();
    writer.finish();

    for (opacity, reference) in opacity_refs {
        let alpha = f32::from(opacity) / 255.0;
        pdf.ext_graphics(reference).non_stroking_alpha(alpha).stroking_alpha(alpha);
    }
    for (face, reference) in font_refs {
        if let Some(used) = fonts.get(&face) {
            embed(&mut pdf, &mut refs, face, used, reference)?;
        }
    }
    let stream = compress(&page_content(sheet, &fonts, height));
    pdf.stream(contents, &stream).filter(Filter::FlateDecode);
    Ok(pdf.finish())
}

fn used_fonts(sheet: &Sheet) -> Result<BTreeMap<Face, Used>, CardError> {
    let mut fonts: BTreeMap<Face, Used> = BTreeMap::new();
    for mark in &sheet.marks {
        let Mark::Text { run, .. } = mark else { continue };
        let font = run.face.parse()?;
        let thousandths = 1000.0 / f32::from(font.units_per_em());
        let used = fonts.entry(run.face).or_default();
        for glyph in &run.glyphs {
            let advance = font.glyph_hor_advance(ttf_parser::GlyphId(glyph.id)).unwrap_or(0);
            let new = used.remapper.remap(glyph.id);
            used.glyphs.insert(new, (glyph.letter, f32::from(advance) * thousandths));
        }
    }
    Ok(fonts)
}

/// A composite font (Type 0) whose codes are the subset's glyph numbers, with the way back to letters.
fn embed(pdf: &mut Pdf, refs: &mut Refs, face: Face, used: &Used, reference: Ref) -> Result<(), CardError> {
    let font = face.parse()?;
    let scale = 1000.0 / f32::from(font.units_per_em());
    let bytes = subsetter::subset(face.bytes(), 0, &used.remapper).map_err(|_damaged| CardError::Typeface)?;
    let (descendant, descriptor, file, to_unicode) = (refs.next(), refs.next(), refs.next(), refs.next());
    let name = format!("TRAMAA+{}", font_name(face));
    let name = Name(name.as_bytes());

    pdf.type0_font(reference)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(to_unicode);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(if face == Face::OcrB { CidFontType::Type0 } else { CidFontType::Type2 });
    cid.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    if face != Face::OcrB {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = cid.widths();
    for (&glyph, &(_, width)) in &used.glyphs {
        widths.consecutive(glyph, [width]);
    }
    widths.finish();
    cid.finish();

    let bounds = font.global_bounding_box();
    let [left, bottom, right, top] =
        [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|units| f32::from(units) * scale);
    let mut about = pdf.font_descriptor(descriptor);
    about.name(name).flags(FontFlags::SYMBOLIC).bbox(Rect::new(left, bottom, right, top));
    about
        .italic_angle(0.0)
        .ascent(f32::from(font.ascender()) * scale)
        .descent(f32::from(font.descender()) * scale);
    about.cap_height(font.capital_height().map_or(700.0, |height| f32::from(height) * scale)).stem_v(80.0);
    if face == Face::OcrB {
        about.font_file3(file)
    } else {
        about.font_file2(file)
    };
    about.finish();

    let compressed = compress(&bytes);
    let mut stream = pdf.stream(file, &compressed);
    stream.filter(Filter::FlateDecode);
    if face == Face::OcrB {
        stream.pair(Name(b"Subtype"), Name(b"OpenType"));
    } else {
        stream.pair(Name(b"Length1"), i32::try_from(bytes.len()).unwrap_or(i32::MAX));
    }
    stream.finish();

    let mut cmap = UnicodeCmap::new(Name(b"Letters"), IDENTITY);
    for (&glyph, &(letter, _)) in &used.glyphs {
        cmap.pair(glyph, letter);
    }
    pdf.cmap(to_unicode, &cmap.finish());
    Ok(())
}

/// The drawing, in millimetres with y down, as sheets are.
fn page_content(sheet: &Sheet, fonts: &BTreeMap<Face, Used>, height_points: f32) -> Vec<u8> {
    let mut content = Content::new();
    content.transform([POINTS_PER_MM, 0.0, 0.0, -POINTS_PER_MM, 0.0, height_points]);
    for mark in &sheet.marks {
        content.save_state();
        let [r, g, b] = rgb(mark.colour());
        if mark.colour()[3] < 255 {
            content.set_parameters(Name(opacity_name(mark.colour()[3]).as_bytes()));
        }
        match mark {
            Mark::Fill { path, .. } => {
                content.set_fill_rgb(r, g, b);
                trace(&mut content, path);
                content.fill_nonzero();
            }
            Mark::Symbol { symbol, x_mm, y_mm, side_mm } => {
                content.set_fill_rgb(r, g, b);
                if let Some(path) = sheet::modules(symbol, (*x_mm, *y_mm), side_mm / symbol.side() as f32) {
                    trace(&mut content, &path);
                    content.fill_nonzero();
                }
            }
            Mark::Line { path, width_mm, .. } => {
                content.set_stroke_rgb(r, g, b).set_line_width(*width_mm).set_line_cap(LineCapStyle::ButtCap);
                trace(&mut content, path);
                content.stroke();
            }
            Mark::Text { run, size_mm, x_mm, y_mm, turn_deg, .. } => {
                let (sin, cos) = (libm::sinf(turn_deg.to_radians()), libm::cosf(turn_deg.to_radians()));
                content.set_fill_rgb(r, g, b).begin_text();
                content.set_font(Name(font_name(run.face).as_bytes()), *size_mm);
                content.set_text_matrix([cos, sin, sin, -cos, *x_mm, *y_mm]);
                if let Some(used) = fonts.get(&run.face) {
                    show(&mut content, run, *size_mm, used);
                }
                content.end_text();
            }
        }
        content.restore_state();
    }
    content.finish().to_vec()
}

/// Shows a run; where kerning moves a glyph from where its neighbour's advance would put it, the move is written.
fn show(content: &mut Content, run: &Run, size_mm: f32, used: &Used) {
    let mut pen = 0.0_f32;
    for level in run.glyphs.chunk_by(|a, b| a.y_em.to_bits() == b.y_em.to_bits()) {
        content.set_rise(level.first().map_or(0.0, |glyph| glyph.y_em * size_mm));
        let mut positioned = content.show_positioned();
        let mut items = positioned.items();
        let mut codes = Vec::new();
        for glyph in level {
            let Some(code) = used.remapper.get(glyph.id) else { continue };
            let back_thousandths = (pen - glyph.x_em * 1000.0).round();
            if back_thousandths != 0.0 {
                if !codes.is_empty() {
                    items.show(Str(&codes));
                    codes.clear();
                }
                items.adjust(back_thousandths);
                pen -= back_thousandths;
            }
            codes.extend(code.to_be_bytes());
            pen += used.glyphs.get(&code).map_or(0.0, |&(_, width)| width);
        }
        items.show(Str(&codes));
    }
}

fn trace(content: &mut Content, path: &Path) {
    let mut at = (0.0, 0.0);
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(p) => {
                content.move_to(p.x, p.y);
                at = (p.x, p.y);
            }
            PathSegment::LineTo(p) => {
                content.line_to(p.x, p.y);
                at = (p.x, p.y);
            }
            // PDF has cubic curves only.
            PathSegment::QuadTo(c, p) => {
                let near = |from: f32, control: f32| from + (control - from) * 2.0 / 3.0;
                content.cubic_to(near(at.0, c.x), near(at.1, c.y), near(p.x, c.x), near(p.y, c.y), p.x, p.y);
                at = (p.x, p.y);
            }
            PathSegment::CubicTo(a, b, p) => {
                content.cubic_to(a.x, a.y, b.x, b.y, p.x, p.y);
                at = (p.x, p.y);
            }
            PathSegment::Close => {
                content.close_path();
            }
        }
    }
}

fn rgb([r, g, b, _]: Colour) -> [f32; 3] {
    [r, g, b].map(|channel| f32::from(channel) / 255.0)
}

fn font_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "BeVietnamPro-Regular",
        Face::Medium => "BeVietnamPro-Medium",
        Face::SemiBold => "BeVietnamPro-SemiBold",
        Face::Bold => "BeVietnamPro-Bold",
        Face::OcrB => "OCRB",
    }
}

fn opacity_name(opacity: u8) -> String {
    format!("A{opacity}")
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(bytes, 9)
}
