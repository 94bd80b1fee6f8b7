//! Panels as the guide packs and compresses them.

pub(crate) const LINES: usize = 1016;
pub(crate) const PIXELS: usize = 648;

/// The levels of a panel, line by line, or why the bytes are none.
pub(crate) fn unpack(bytes: &[u8], levels: u32) -> Result<Vec<u8>, String> {
    let bits = levels.ilog2() as usize;
    if bytes.len() * 8 != LINES * PIXELS * bits {
        return Err(format!("{} bytes of {levels} levels", bytes.len()));
    }
    let mut unpacked = Vec::with_capacity(LINES * PIXELS);
    let (mut window, mut filled) = (0_u32, 0);
    for byte in bytes {
        window = window << 8 | u32::from(*byte);
        filled += 8;
        while filled >= bits {
            filled -= bits;
            unpacked.push((window >> filled) as u8 & (levels - 1) as u8);
        }
    }
    Ok(unpacked)
}

/// A compressed black panel: 00 a white line, FF a black one, else a count and as many bytes.
pub(crate) fn decompress_black(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut panel = Vec::new();
    let mut rest = bytes.iter().copied();
    while let Some(count) = rest.next() {
        match count {
            0x00 => panel.extend([0; PIXELS / 8]),
            0xff => panel.extend([0xff; PIXELS / 8]),
            1..=81 => {
                let line: Vec<u8> = rest.by_ref().take(count.into()).collect();
                if line.len() < count.into() {
                    return Err("the last line is cut off".to_owned());
                }
                panel.extend(line.iter().chain(&[0; PIXELS / 8]).take(PIXELS / 8));
            }
            _ => return Err(format!("a line of {count} bytes")),
        }
    }
    if panel.len() == LINES * PIXELS / 8 { Ok(panel) } else { Err(format!("{} bytes", panel.len())) }
}

#[test]
fn all_three_forms_of_a_black_line_are_read() {
    let mut bytes = vec![0x00, 0xff, 2, 0xaa, 0x55];
    bytes.extend([0; LINES - 3]);
    let panel = decompress_black(&bytes).expect("1016 lines");
    assert_eq!(panel[..81], [0; 81]);
    assert_eq!(panel[81..162], [0xff; 81]);
    assert_eq!(panel[162..166], [0xaa, 0x55, 0, 0]);
    assert!(decompress_black(&bytes[1..]).is_err());
    assert!(decompress_black(&[82]).is_err());
}
