//! What is measured: its name, its unit, and what to do when it is out of its limits.

use serde::{Deserialize, Serialize};
use tram_biometric::Language;

/// Defines [`Quantity`] and its table in one place, so that no quantity lacks a name or an advice.
macro_rules! quantities {
    ($($name:ident $code:literal $unit:literal, $vi:literal, $en:literal, $fix_vi:literal, $fix_en:literal;)*) => {
        /// One kind of figure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Quantity {
            $(#[doc = concat!($en, ", in ", $unit, " (empty: no unit).")] #[serde(rename = $code)] $name,)*
        }

        impl Quantity {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it stands in the limits file and in certificates.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The unit, empty where there is none.
            pub fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)* }
            }

            /// What people call it.
            pub fn name(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($vi, $en),)* }
            }

            /// What to do when it is out of its limits.
            pub fn advice(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($fix_vi, $fix_en),)* }
            }
        }
    };
}

quantities! {
    ResolutionX "resolution_x" "ppi", "độ phân giải ngang", "resolution across",
        "kiểm tra tấm chuẩn nằm phẳng; nếu vẫn sai thì gửi máy đi sửa", "check that the target lies flat; if it stays, send the reader for repair";
    ResolutionY "resolution_y" "ppi", "độ phân giải dọc", "resolution along",
        "kiểm tra tấm chuẩn nằm phẳng; nếu vẫn sai thì gửi máy đi sửa", "check that the target lies flat; if it stays, send the reader for repair";
    GeometricDistortion "geometric_distortion" "px", "méo hình", "geometric distortion",
        "lau mặt kính và tấm chuẩn, chụp lại; nếu vẫn méo thì gửi máy đi sửa", "clean platen and target and retake; if it stays, send the reader for repair";
    ShortSpacing "short_spacing" "mm", "sai khoảng cách ngắn", "error of short distances",
        "lau mặt kính và tấm chuẩn, chụp lại; nếu vẫn sai thì gửi máy đi sửa", "clean platen and target and retake; if it stays, send the reader for repair";
    LongSpacing "long_spacing" "%", "sai khoảng cách dài", "error of long distances",
        "lau mặt kính và tấm chuẩn, chụp lại; nếu vẫn sai thì gửi máy đi sửa", "clean platen and target and retake; if it stays, send the reader for repair";
    GreyLinearity "grey_linearity" "levels", "tuyến tính mức xám", "grey linearity",
        "tránh ánh sáng chiếu vào mặt kính, chụp lại bậc xám", "keep light off the platen and retake the grey steps";
    DynamicRange "dynamic_range" "levels", "dải xám", "dynamic range",
        "lau mặt kính; nếu vẫn hẹp thì thay màng silicon hoặc đèn", "clean the platen; if it stays, replace the membrane or the lamp";
    AdjacentLight "adjacent_light" "levels", "chênh hàng kề, nền sáng", "adjacent lines, light field",
        "lau mặt kính và đo lại", "clean the platen and measure again";
    AdjacentDark "adjacent_dark" "levels", "chênh hàng kề, nền tối", "adjacent lines, dark field",
        "che kín tấm tối và đo lại", "cover the dark target fully and measure again";
    PixelLight "pixel_light" "levels", "chênh điểm ảnh, nền sáng", "single pixels, light field",
        "lau mặt kính và đo lại", "clean the platen and measure again";
    PixelDark "pixel_dark" "levels", "chênh điểm ảnh, nền tối", "single pixels, dark field",
        "che kín tấm tối và đo lại", "cover the dark target fully and measure again";
    SquareLight "square_light" "levels", "chênh vùng, nền sáng", "areas, light field",
        "lau mặt kính, tính lại hiệu chỉnh nền phẳng", "clean the platen and compute the flat field anew";
    SquareDark "square_dark" "levels", "chênh vùng, nền tối", "areas, dark field",
        "che kín tấm tối, tính lại hiệu chỉnh nền phẳng", "cover the dark target and compute the flat field anew";
    SnrLight "snr_light" "", "tín hiệu trên nhiễu, nền sáng", "signal to noise, light field",
        "dùng cáp USB ngắn, tránh nguồn nhiễu, đo lại", "use a short USB cable away from noisy supplies and measure again";
    SnrDark "snr_dark" "", "tín hiệu trên nhiễu, nền tối", "signal to noise, dark field",
        "dùng cáp USB ngắn, tránh nguồn nhiễu, đo lại", "use a short USB cable away from noisy supplies and measure again";
    Mtf1 "mtf_1" "", "đáp ứng 1 chu kỳ/mm", "response at 1 cycle/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf2 "mtf_2" "", "đáp ứng 2 chu kỳ/mm", "response at 2 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf3 "mtf_3" "", "đáp ứng 3 chu kỳ/mm", "response at 3 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf4 "mtf_4" "", "đáp ứng 4 chu kỳ/mm", "response at 4 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf5 "mtf_5" "", "đáp ứng 5 chu kỳ/mm", "response at 5 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf6 "mtf_6" "", "đáp ứng 6 chu kỳ/mm", "response at 6 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf8 "mtf_8" "", "đáp ứng 8 chu kỳ/mm", "response at 8 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Mtf10 "mtf_10" "", "đáp ứng 10 chu kỳ/mm", "response at 10 cycles/mm", "lau mặt kính và đo lại", "clean the platen and measure again";
    Sfr50 "sfr50" "cycles/px", "độ nét (đáp ứng 50 %)", "sharpness (50 % response)",
        "lau ống kính, lấy nét lại vào mặt phẳng mắt", "clean the lens or platen and focus on the plane of the eyes";
    DeadPixels "dead_pixels" "ppm", "điểm ảnh chết", "dead pixels",
        "lau mặt kính; nếu vẫn còn thì tính lại hiệu chỉnh nền phẳng", "clean the platen; if they stay, compute the flat field anew";
    Dirt "dirt" "%", "vết bẩn bám lại", "dirt that stays",
        "lau mặt kính bằng khăn mềm và cồn 70 %", "wipe the platen with a soft cloth and 70 % alcohol";
    Ghost "ghost" "levels", "bóng vân tay còn lại", "ghost of a lifted finger",
        "lau mặt kính bằng khăn mềm và cồn 70 %, chờ một phút", "wipe the platen with a soft cloth and 70 % alcohol and wait a minute";
    PlatenDrift "platen_drift" "levels", "nền mặt kính thay đổi", "drift of the empty platen",
        "lau mặt kính, tránh nắng chiếu; nếu vẫn lệch thì hiệu chuẩn lại", "clean the platen and shade it; if it stays, calibrate again";
    ColourMean "colour_mean" "dE00", "sai màu trung bình", "mean colour error",
        "đặt cân bằng trắng theo thẻ xám rồi đo lại", "set the white balance on the grey card and measure again";
    ColourLargest "colour_largest" "dE00", "sai màu lớn nhất", "largest colour error",
        "kiểm tra bảng màu còn sạch, không bị bóng loá", "check that the chart is clean and without glare";
    WhiteBalance "white_balance" "dE(a*b*)", "cân bằng trắng", "white balance",
        "tắt nguồn sáng khác màu, đặt lại cân bằng trắng theo thẻ xám", "switch off lamps of another colour and set the white balance on the grey card";
    Exposure "exposure" "L*", "lệch phơi sáng", "exposure error",
        "chỉnh đèn hoặc thời gian phơi sáng rồi khoá lại", "set lamps or exposure time, then lock the exposure";
    Noise "noise" "L*", "nhiễu ảnh", "noise",
        "tăng ánh sáng và giảm độ khuếch đại của máy ảnh", "add light and lower the camera's gain";
    LightNonuniformity "light_nonuniformity" "%", "ánh sáng không đều trên mặt", "unevenness of light over the face",
        "đặt hai đèn đối xứng, cùng độ cao với mặt", "set the two lamps symmetrically at the height of the face";
    SideLight "side_light" "EV", "lệch sáng trái phải", "light from the side",
        "dời đèn bên sáng ra xa hoặc đèn bên tối lại gần", "move the lamp of the brighter side away or the other nearer";
    TopLight "top_light" "EV", "lệch sáng trên dưới", "light from above or below",
        "đặt hai đèn ngang mặt, che bớt đèn trần", "set both lamps at the height of the face and shade the ceiling light";
    BackgroundLightness "background_lightness" "L*", "độ sáng phông nền", "lightness of the background",
        "rọi thêm đèn vào phông hoặc thay phông trắng", "light the background more or replace it";
    BackgroundChroma "background_chroma" "C*", "phông nền ám màu", "colour of the background",
        "thay phông trắng và tắt nguồn sáng khác màu", "use a white background and switch off lamps of another colour";
    BackgroundUnevenness "background_unevenness" "dE00", "phông nền không đều", "unevenness of the background",
        "kéo phẳng phông, bỏ vật lạ, tránh bóng ghế", "stretch the background and remove things and shadows";
    LensDistortion "lens_distortion" "%", "méo ống kính", "lens distortion",
        "lùi máy ra và dùng tiêu cự dài hơn", "move the camera back and use a longer focal length";
    LensResidual "lens_residual" "px", "sai số hình học còn lại", "geometric residual",
        "dán bảng ChArUco phẳng trên tấm cứng rồi chụp lại", "mount the ChArUco sheet flat on a stiff board and retake";
    EyeDistance "eye_distance" "px", "khoảng cách hai mắt dự kiến", "expected distance of the eyes",
        "đưa máy lại gần hoặc chọn độ phân giải cao hơn", "bring the camera closer or choose a higher resolution";
    PrintOffsetX "print_offset_x" "mm", "lệch in ngang", "print offset across",
        "chỉnh thông số lệch ngang trong máy in rồi in lại thẻ thử", "set the printer's offset across and print the test card again";
    PrintOffsetY "print_offset_y" "mm", "lệch in dọc", "print offset along",
        "chỉnh thông số lệch dọc trong máy in rồi in lại thẻ thử", "set the printer's offset along and print the test card again";
    PrintRotation "print_rotation" "°", "lệch góc in", "print rotation",
        "vệ sinh con lăn, kiểm tra phôi không bị cong", "clean the rollers and check that the blanks are not bent";
    PrintScaleX "print_scale_x" "%", "sai tỉ lệ ngang", "print scale across",
        "vệ sinh con lăn và in lại thẻ thử", "clean the rollers and print the test card again";
    PrintScaleY "print_scale_y" "%", "sai tỉ lệ dọc", "print scale along",
        "kiểm tra đầu in lắp đúng và in lại thẻ thử", "check that the head is seated and print the test card again";
    PrintColourMean "print_colour_mean" "dE00", "sai màu in trung bình", "mean colour error of the print",
        "vệ sinh đầu in, tính lại đường cong cho lô ruy băng", "clean the head and make a new curve for the ribbon lot";
    PrintColourLargest "print_colour_largest" "dE00", "sai màu in lớn nhất", "largest colour error of the print",
        "vệ sinh đầu in, tính lại đường cong cho lô ruy băng", "clean the head and make a new curve for the ribbon lot";
    PrintDensity "print_density" "L*", "dải từ đen đến trắng của thẻ in", "range from black to white of the print",
        "vệ sinh đầu in, thay ruy băng, tăng độ đậm trong máy in", "clean the head, change the ribbon, raise the printer's density";
    SiteDrift "site_drift" "dE00", "khác với lúc hiệu chuẩn tại điểm này", "change since calibration at this site",
        "đặt đèn, ghế và phông như trong ảnh của điểm, hoặc hiệu chuẩn lại ở đây", "put lamps, chair and background as in the site's picture, or calibrate here";
    IrisLight "iris_light" "levels", "mức sáng hồng ngoại", "near-infrared level",
        "lau cửa kính của đèn hồng ngoại, tránh nắng; nếu vẫn sai thì gửi máy đi sửa", "clean the lamp's window and keep the sun off; if it stays, send the camera for repair";
    IrisContrast "iris_contrast" "levels", "tương phản hồng ngoại", "near-infrared contrast",
        "tránh ánh nắng chiếu vào mắt hoặc vào máy", "keep sunlight off the eyes and the camera";
    IrisEvenness "iris_evenness" "%", "hồng ngoại không đều", "unevenness of the near infrared",
        "kiểm tra cả hai bên đèn hồng ngoại còn sáng", "check that the lamps on both sides work";
    IrisDiameter "iris_diameter" "px", "số điểm ảnh trên một mống mắt", "pixels across an iris",
        "đưa mắt lại gần đúng khoảng cách hãng ghi", "bring the eyes to the distance the maker names";
    IrisSharpness "iris_sharpness" "cycles/px", "độ nét ở chỗ đặt mắt", "sharpness where eyes are",
        "lau ống kính, kiểm tra khoảng cách", "clean the lens and check the distance";
    IrisSharpnessNear "iris_sharpness_near" "cycles/px", "độ nét ở đầu gần", "sharpness at the near end",
        "lau ống kính, kiểm tra khoảng cách; thu hẹp khoảng cho người dân", "clean the lens and check the distance; allow citizens a narrower range";
    IrisSharpnessFar "iris_sharpness_far" "cycles/px", "độ nét ở đầu xa", "sharpness at the far end",
        "lau ống kính, kiểm tra khoảng cách; thu hẹp khoảng cho người dân", "clean the lens and check the distance; allow citizens a narrower range";
    IrisFocusRange "iris_focus_range" "%", "khoảng lấy nét", "range of focus",
        "kiểm tra hai đầu khoảng hãng ghi rồi đo lại", "check both ends of the range the maker names and measure again";
}

/// One measured figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// What was measured.
    pub quantity: Quantity,
    /// In the quantity's unit.
    pub value: f64,
}

impl Measurement {
    /// A figure.
    pub fn new(quantity: Quantity, value: f64) -> Self {
        Self { quantity, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_quantity_has_its_own_code_and_names() {
        for names in [
            Quantity::code as fn(Quantity) -> &'static str,
            |q| q.name(Language::Vietnamese),
            |q| q.name(Language::English),
        ] {
            let all: BTreeSet<_> = Quantity::ALL.iter().map(|quantity| names(*quantity)).collect();
            assert_eq!(all.len(), Quantity::ALL.len());
        }
    }
}
