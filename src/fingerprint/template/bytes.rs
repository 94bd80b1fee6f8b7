//! The bytes of a template. Big-endian: "TF", version, minutia count, five bytes a minutia (x and kind,
//! y, angle, quality of 3 + 13 bits), then the flow: left, top, step, columns, cell count, cells.

use super::{Flow, Minutia, MinutiaKind, Template, flow};
use crate::FingerprintError;
use crate::extraction::MOST_MINUTIAE;

const MAGIC: [u8; 3] = [b'T', b'F', 1];
/// Coordinates have 13 bits.
const FURTHEST: u16 = 0x1fff;

pub(super) fn write(template: &Template) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let minutiae = template.minutiae.get(..MOST_MINUTIAE).unwrap_or(&template.minutiae);
    out.push(minutiae.len() as u8);
    for m in minutiae {
        let kind = u16::from(m.kind == MinutiaKind::Bifurcation) << 15;
        out.extend((kind | m.x.min(FURTHEST)).to_be_bytes());
        out.extend(m.y.min(FURTHEST).to_be_bytes());
        out.extend([m.angle, m.quality]);
    }
    let flow = &template.flow;
    out.extend(flow.left.to_be_bytes());
    out.extend(flow.top.to_be_bytes());
    out.extend([flow.step, flow.cols]);
    out.extend((flow.cells.len() as u16).to_be_bytes());
    out.extend(&flow.cells);
    out
}

pub(super) fn read(bytes: &[u8]) -> Result<Template, FingerprintError> {
    let mut reader = Reader { bytes, offset: 0 };
    if reader.array("version")? != MAGIC {
        return Err(FingerprintError::Template { offset: 0, field: "version" });
    }
    let [count] = reader.array("minutia count")?;
    if usize::from(count) > MOST_MINUTIAE {
        return Err(reader.wrong("minutia count"));
    }
    let minutiae = (0..count).map(|_| minutia(&mut reader)).collect::<Result<_, _>>()?;
    let flow = ridge_flow(&mut reader)?;
    if reader.offset != bytes.len() {
        return Err(reader.wrong("bytes after the end"));
    }
    Ok(Template { minutiae, flow })
}

fn minutia(reader: &mut Reader<'_>) -> Result<Minutia, FingerprintError> {
    let x = u16::from_be_bytes(reader.array("x")?);
    let y = u16::from_be_bytes(reader.array("y")?);
    let [angle, quality] = reader.array("angle and quality")?;
    if x & 0x7fff > FURTHEST || y > FURTHEST || quality > 100 {
        return Err(reader.wrong("minutia"));
    }
    let kind = if x >> 15 == 1 { MinutiaKind::Bifurcation } else { MinutiaKind::Ending };
    Ok(Minutia { x: x & FURTHEST, y, angle, kind, quality })
}

fn ridge_flow(reader: &mut Reader<'_>) -> Result<Flow, FingerprintError> {
    let left = u16::from_be_bytes(reader.array("flow left")?);
    let top = u16::from_be_bytes(reader.array("flow top")?);
    let [step, cols] = reader.array("flow step and columns")?;
    let count = usize::from(u16::from_be_bytes(reader.array("flow cells")?));
    let whole_rows = if cols == 0 { count == 0 } else { count.is_multiple_of(usize::from(cols)) };
    if count > flow::MOST_CELLS || step == 0 || !whole_rows || left > FURTHEST || top > FURTHEST {
        return Err(reader.wrong("flow"));
    }
    let cells = reader.take(count, "flow cells")?.to_vec();
    if cells.iter().any(|&cell| cell >= 180 && cell != u8::MAX) {
        return Err(reader.wrong("flow cells"));
    }
    Ok(Flow { left, top, step, cols, cells })
}

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, field: &'static str) -> FingerprintError {
        FingerprintError::Template { offset: self.offset, field }
    }

    fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], FingerprintError> {
        let taken = self.bytes.get(self.offset..self.offset + count).ok_or_else(|| self.wrong(field))?;
        self.offset += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FingerprintError> {
        let wrong = self.wrong(field);
        self.take(N, field)?.try_into().or(Err(wrong))
    }
}
