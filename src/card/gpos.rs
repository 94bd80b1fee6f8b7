//! The two things of OpenType's GPOS table that Latin text needs: pair kerning and marks over letters. In font units.

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, Tag};

/// How much closer `right` stands to `left` than its advance says (negative), by the feature `kern`.
pub(crate) fn kerning(font: &Face<'_>, left: GlyphId, right: GlyphId) -> i32 {
    subtables(font, *b"kern")
        .find_map(|table| {
            let PositioningSubtable::Pair(pair) = table else { return None };
            let covered = pair.coverage().get(left)?;
            let value = match pair {
                PairAdjustment::Format1 { sets, .. } => sets.get(covered)?.get(right),
                PairAdjustment::Format2 { classes, matrix, .. } => {
                    matrix.get((classes.0.get(left), classes.1.get(right)))
                }
            };
            value.map(|(first, _)| i32::from(first.x_advance))
        })
        .unwrap_or(0)
}

/// Where a mark stands against the origin of its letter, by the feature `mark`; without it, centred and on top.
pub(crate) fn attachment(font: &Face<'_>, base: GlyphId, mark: GlyphId) -> (i32, i32) {
    let anchored = subtables(font, *b"mark").find_map(|table| {
        let PositioningSubtable::MarkToBase(table) = table else { return None };
        let (class, on_mark) = table.marks.get(table.mark_coverage.get(mark)?)?;
        let on_base = table.anchors.get(table.base_coverage.get(base)?, class)?;
        Some((i32::from(on_base.x) - i32::from(on_mark.x), i32::from(on_base.y) - i32::from(on_mark.y)))
    });
    anchored.or_else(|| centred(font, base, mark)).unwrap_or((0, 0))
}

fn centred(font: &Face<'_>, base: GlyphId, mark: GlyphId) -> Option<(i32, i32)> {
    let (base, mark) = (font.glyph_bounding_box(base)?, font.glyph_bounding_box(mark)?);
    let middle = |low: i16, high: i16| i32::midpoint(low.into(), high.into());
    // A twentieth of an em of air between the two.
    let air = i32::from(font.units_per_em()) / 20;
    Some((
        middle(base.x_min, base.x_max) - middle(mark.x_min, mark.x_max),
        i32::from(base.y_max) + air - i32::from(mark.y_min),
    ))
}

fn subtables<'a>(font: &Face<'a>, feature: [u8; 4]) -> impl Iterator<Item = PositioningSubtable<'a>> {
    let gpos = font.tables().gpos;
    let indices = gpos
        .into_iter()
        .flat_map(move |gpos| gpos.features.into_iter())
        .filter(move |found| found.tag == Tag::from_bytes(&feature))
        .flat_map(|found| found.lookup_indices);
    indices
        .filter_map(move |index| gpos.and_then(|gpos| gpos.lookups.get(index)))
        .flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable<'a>>())
}
