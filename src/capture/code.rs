//! The code on a card held before the camera.

use tram_biometric::RgbImage;

/// What the first QR code in a picture says, as it is written; `None` where there is none that can be read.
///
/// The bytes are whatever somebody printed: who reads them trusts nothing.
pub fn read(image: &RgbImage) -> Option<Vec<u8>> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let pixels = image.pixels();
    let gray = |x: usize, y: usize| match pixels.get((y * width + x) * 3..) {
        // ITU-R BT.601, in 256ths.
        Some([red, green, blue, ..]) => {
            ((77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue)) >> 8) as u8
        }
        _ => 0,
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, gray);
    prepared.detect_grids().into_iter().find_map(|grid| {
        let mut bytes = Vec::new();
        grid.decode_to(&mut bytes).ok().map(|_| bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A white picture with the code in it, so many pixels a module, its corner so far from the picture's.
    fn held(said: &[u8], module: u32, left: u32, top: u32) -> RgbImage {
        let code = qrcode::QrCode::new(said).unwrap();
        let (side, (width, height)) = (code.width() as u32, (1280, 720));
        let colors = code.to_colors();
        let dark = |x: u32, y: u32| {
            let (x, y) = (x.wrapping_sub(left) / module, y.wrapping_sub(top) / module);
            x < side && y < side && colors[(y * side + x) as usize] == qrcode::Color::Dark
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixels = pixels.flat_map(|(x, y)| if dark(x, y) { [20, 24, 30] } else { [230, 228, 220] });
        RgbImage::new(width, height, pixels.collect()).unwrap()
    }

    #[test]
    fn a_code_is_read_wherever_it_is_held() {
        let said = "022194900001|012345678|Hoàng Thị Ngân|12031994|Nữ|TEST Khe Lèn|15042021".as_bytes();
        for (module, left, top) in [(4, 100, 80), (6, 700, 200), (9, 300, 20)] {
            assert_eq!(read(&held(said, module, left, top)).as_deref(), Some(said));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_picture_is_too_strange(seed in any::<u64>(), module in 2_u32..9, spots in 0_usize..4000) {
            let mut pixels = held(b"TEST", module, 200, 100).pixels().to_vec();
            let mut state = seed | 1;
            for _ in 0..spots {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 20) as usize % pixels.len();
                for pixel in pixels.iter_mut().skip(at).take(30) {
                    *pixel = (state >> 8) as u8;
                }
            }
            read(&RgbImage::new(1280, 720, pixels).unwrap());
        }
    }
}
