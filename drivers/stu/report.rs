//! What a pad sends, byte by byte. The first byte of a report is its number; numbers in it are big-endian.

/// Feature report: what the surface measures.
pub const CAPABILITY: u8 = 0x09;
/// Feature report: empties the display.
pub const CLEAR_SCREEN: u8 = 0x20;
/// Feature report: whether the display shows what the pen writes.
pub const INK_MODE: u8 = 0x21;
/// Input reports: the pen, without and with the pad's own clock.
pub const PEN_REPORTS: [u8; 2] = [0x01, 0x34];
/// The longest report that is read.
pub const REPORT_BYTES: usize = 64;

/// What the surface measures, in the pad's own units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
    /// The most pressure.
    pub pressure: u16,
}

impl Surface {
    /// From the capability report; `None` for what is none.
    pub fn parse(report: &[u8]) -> Option<Self> {
        let &[CAPABILITY, w1, w0, h1, h0, p1, p0, ..] = report else { return None };
        let [width, height, pressure] = [[w1, w0], [h1, h0], [p1, p0]].map(u16::from_be_bytes);
        (width > 0 && height > 0 && pressure > 0).then_some(Self { width, height, pressure })
    }
}

/// One pen report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pen {
    /// 0 when the pen does not touch.
    pub pressure: u16,
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
}

impl Pen {
    /// From an input report; `None` for any other.
    pub fn parse(report: &[u8]) -> Option<Self> {
        let &[number, p1, p0, x1, x0, y1, y0, ..] = report else { return None };
        // The upper four bits say what kind of pen is near; that it touches, its pressure says.
        let [pressure, x, y] = [[p1 & 0x0f, p0], [x1, x0], [y1, y0]].map(u16::from_be_bytes);
        PEN_REPORTS.contains(&number).then_some(Self { pressure, x, y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reports_are_read() {
        let capability = [9, 0x2a, 0x30, 0x19, 0x50, 0x03, 0xff, 0x03, 0x20, 0x01, 0xe0, 200];
        assert_eq!(
            Surface::parse(&capability),
            Some(Surface { width: 10_800, height: 6_480, pressure: 1023 })
        );
        assert_eq!(Surface::parse(&[9, 0, 0, 1, 1, 1, 1]), None);
        let pen = Pen { pressure: 0x0123, x: 0x1234, y: 0x0567 };
        assert_eq!(Pen::parse(&[0x01, 0x91, 0x23, 0x12, 0x34, 0x05, 0x67]), Some(pen));
        assert_eq!(Pen::parse(&[0x34, 0x91, 0x23, 0x12, 0x34, 0x05, 0x67, 0, 9, 0, 1]), Some(pen));
        assert_eq!(Pen::parse(&[0x02, 0x91, 0x23, 0x12, 0x34, 0x05, 0x67]), None);
    }

    proptest! {
        #[test]
        fn any_report_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Surface::parse(&bytes);
            prop_assert!(Pen::parse(&bytes).is_none_or(|pen| pen.pressure < 4096));
        }
    }
}
