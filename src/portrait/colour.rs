//! sRGB, linear light and CIELAB.

/// Linear light, 0 to 1, of each 8-bit sRGB level (IEC 61966-2-1).
pub(crate) fn linear() -> &'static [f32; 256] {
    static TABLE: std::sync::OnceLock<[f32; 256]> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let mut level = 0.0_f64;
        [(); 256].map(|()| {
            let light = light(level / 255.0);
            level += 1.0;
            light as f32
        })
    })
}

/// The 8-bit sRGB level of linear light; what lies beyond 0 and 1 is clipped.
pub(crate) fn encoded(light: f32) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    // A float below zero or not a number becomes 0.
    (value * 255.0 + 0.5).min(255.0) as u8
}

/// Linear light of an sRGB value, both 0 to 1.
pub(crate) fn light(value: f64) -> f64 {
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// CIELAB under D50, as ISO/IEC 29794-5 converts: lightness, a* and b* of an sRGB colour from 0 to 1.
pub(crate) fn lab(srgb: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = srgb.map(light);
    let x = (r * 0.436_05 + g * 0.385_08 + b * 0.143_09) / 0.964_221;
    let y = r * 0.222_49 + g * 0.716_89 + b * 0.060_62;
    let z = (r * 0.013_93 + g * 0.097_10 + b * 0.714_19) / 0.825_211;
    let [fx, fy, fz] = [x, y, z].map(cubic);
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

fn cubic(x: f64) -> f64 {
    if x > 216.0 / 24389.0 { x.cbrt() } else { (24389.0 / 27.0 * x + 16.0) / 116.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_survives_linear_light() {
        for level in 0..=255_u8 {
            assert_eq!(encoded(linear()[usize::from(level)]), level);
        }
    }

    #[test]
    fn white_and_grey_have_no_colour() {
        for (level, lightness) in [(1.0, 100.0), (0.5, 53.39)] {
            let [l, a, b] = lab([level; 3]);
            assert!((l - lightness).abs() < 0.02 && a.abs() < 0.02 && b.abs() < 0.02, "{l} {a} {b}");
        }
    }
}
