//! Names as they are given in Viet Nam, people by people: which lists, and in which order they are put together.
//!
//! Common names are facts; no list was copied, and no combination is meant to be anybody.

use crate::person::Sex;
use crate::random::Random;

/// How the people of one culture are named. Lists are never empty; an empty middle name is left out.
struct Style {
    /// Family or clan names with their weights.
    families: &'static [(&'static str, u32)],
    /// Middle names, men and women.
    middles: [&'static [&'static str]; 2],
    /// Given names, men and women.
    given: [&'static [&'static str]; 2],
    /// Whether the clan's name stands last, as the Ê-đê write it.
    family_last: bool,
}

/// A full name in Unicode NFC for a person of this people, sex and year of birth.
///
/// `family` is the father's family name where it is already known; returned is the family name and the full name.
pub(crate) fn full_name(
    random: &mut Random,
    ethnicity: &str,
    sex: Sex,
    birth_year: u16,
) -> (&'static str, String) {
    let style = style(ethnicity);
    let family = style.families.get(random.weighted(style.families.iter().map(|(_, weight)| *weight)));
    let family = family.map_or("", |(name, _)| name);
    (family, with_family(random, ethnicity, sex, birth_year, family))
}

/// A full name in the family that is named.
pub(crate) fn with_family(
    random: &mut Random,
    ethnicity: &str,
    sex: Sex,
    birth_year: u16,
    family: &str,
) -> String {
    let style = style(ethnicity);
    let [men, women] = style.middles;
    let [boys, girls] = style.given;
    let (middles, given) = if sex == Sex::Male { (men, boys) } else { (women, girls) };
    // Văn and Thị head the lists of those who use them, and were the rule among the old.
    let middle = match middles.first() {
        Some(first) if birth_year < 1985 && random.chance(60) => first,
        _ => random.pick(middles),
    };
    let given = random.pick(given);
    let parts = if style.family_last { [middle, given, family] } else { [family, middle, given] };
    let mut name = String::with_capacity(40);
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        // The particles K' and H' are written together with the name.
        if !name.is_empty() && !name.ends_with('\'') {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}

/// The style of a people by its code; the Kinh's where it has none of its own here.
fn style(ethnicity: &str) -> &'static Style {
    match ethnicity {
        "02" | "07" | "25" => &TAY,
        "03" => &THAI,
        "04" => &HOA,
        "05" => &KHMER,
        "06" => &MUONG,
        "08" => &HMONG,
        "09" => &DAO,
        "10" => &GIA_RAI,
        "12" => &E_DE,
        "13" | "14" => &BA_NA,
        "16" | "28" => &CO_HO,
        "17" => &CHAM,
        "19" => &HRE,
        "20" | "22" => &MNONG,
        "21" => &RA_GLAI,
        "23" | "31" => &BRU,
        "26" => &CO_TU,
        _ => &KINH,
    }
}

const KINH: Style = Style {
    families: &[
        ("Nguyễn", 340),
        ("Trần", 110),
        ("Lê", 95),
        ("Phạm", 65),
        ("Huỳnh", 28),
        ("Hoàng", 30),
        ("Phan", 42),
        ("Vũ", 32),
        ("Võ", 28),
        ("Đặng", 24),
        ("Bùi", 22),
        ("Đỗ", 18),
        ("Hồ", 14),
        ("Ngô", 14),
        ("Dương", 12),
        ("Lý", 6),
        ("Đinh", 9),
        ("Trịnh", 8),
        ("Lương", 7),
        ("Mai", 6),
        ("Đào", 6),
        ("Cao", 5),
        ("Tạ", 4),
        ("Hà", 5),
        ("Tô", 3),
        ("Châu", 3),
        ("Thái", 3),
        ("Kiều", 2),
        ("Quách", 2),
        ("Nghiêm", 1),
        ("Tôn Thất", 1),
        ("Âu Dương", 1),
    ],
    middles: [MEN, WOMEN],
    given: [BOYS, GIRLS],
    family_last: false,
};
const MEN: &[&str] = &[
    "Văn", "Hữu", "Đức", "Công", "Quang", "Minh", "Quốc", "Xuân", "Đình", "Ngọc", "Thanh", "Hoàng", "Anh",
    "Duy", "Tuấn", "Gia", "Bảo", "Trọng", "Thế", "Nhật", "Khắc", "Bá", "Phúc", "Tiến", "Hải", "Thành",
    "Mạnh", "Việt", "Chí", "Đăng", "",
];
const WOMEN: &[&str] = &[
    "Thị",
    "Thị Thanh",
    "Thị Ngọc",
    "Thị Thu",
    "Thị Kim",
    "Thị Hồng",
    "Thị Bích",
    "Thị Mỹ",
    "Thị Phương",
    "Thị Minh",
    "Ngọc",
    "Thu",
    "Thanh",
    "Kim",
    "Phương",
    "Minh",
    "Thùy",
    "Hồng",
    "Bích",
    "Diệu",
    "Khánh",
    "Bảo",
    "Gia",
    "Mai",
    "Như",
    "Quỳnh",
    "Hoài",
    "Hà",
    "Tường",
    "Ánh",
    "",
];
const BOYS: &[&str] = &[
    "An",
    "Anh",
    "Bách",
    "Bảo",
    "Bình",
    "Chiến",
    "Cường",
    "Danh",
    "Dũng",
    "Duy",
    "Dương",
    "Đạt",
    "Đức",
    "Giang",
    "Hải",
    "Hậu",
    "Hiếu",
    "Hiệp",
    "Hòa",
    "Hoàng",
    "Hùng",
    "Huy",
    "Hưng",
    "Khang",
    "Khánh",
    "Khoa",
    "Khôi",
    "Kiên",
    "Lâm",
    "Long",
    "Lộc",
    "Lợi",
    "Luân",
    "Mạnh",
    "Minh",
    "Nam",
    "Nghĩa",
    "Nguyên",
    "Nhân",
    "Nhật",
    "Phát",
    "Phong",
    "Phú",
    "Phúc",
    "Phước",
    "Quân",
    "Quang",
    "Quý",
    "Sang",
    "Sơn",
    "Tài",
    "Tâm",
    "Tân",
    "Thái",
    "Thành",
    "Thắng",
    "Thiện",
    "Thịnh",
    "Thọ",
    "Thuận",
    "Tiến",
    "Toàn",
    "Trí",
    "Trọng",
    "Trung",
    "Trường",
    "Tú",
    "Tuấn",
    "Tùng",
    "Tuyên",
    "Việt",
    "Vinh",
    "Vũ",
    "Vượng",
];
const GIRLS: &[&str] = &[
    "An",
    "Anh",
    "Ánh",
    "Bích",
    "Châu",
    "Chi",
    "Cúc",
    "Diễm",
    "Diệp",
    "Diệu",
    "Dung",
    "Duyên",
    "Đào",
    "Giang",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hân",
    "Hiền",
    "Hoa",
    "Hòa",
    "Hồng",
    "Huệ",
    "Huyền",
    "Hương",
    "Khuê",
    "Lan",
    "Lê",
    "Liên",
    "Linh",
    "Loan",
    "Ly",
    "Mai",
    "Mỹ",
    "My",
    "Nga",
    "Ngân",
    "Ngọc",
    "Nguyệt",
    "Nhàn",
    "Nhi",
    "Nhung",
    "Như",
    "Oanh",
    "Phương",
    "Phượng",
    "Quyên",
    "Quỳnh",
    "Sương",
    "Tâm",
    "Thanh",
    "Thảo",
    "Thắm",
    "Thoa",
    "Thơ",
    "Thu",
    "Thủy",
    "Thúy",
    "Thư",
    "Thương",
    "Trang",
    "Trâm",
    "Trinh",
    "Trúc",
    "Tuyền",
    "Tuyết",
    "Uyên",
    "Vân",
    "Vy",
    "Xuân",
    "Yến",
];

const TAY: Style = Style {
    families: &[
        ("Nông", 30),
        ("Hoàng", 28),
        ("Lương", 10),
        ("Bế", 7),
        ("Ma", 9),
        ("Triệu", 9),
        ("Đàm", 8),
        ("Lục", 5),
        ("Vi", 6),
        ("Hứa", 6),
        ("La", 4),
        ("Mông", 4),
    ],
    middles: [MEN, WOMEN],
    given: [BOYS, GIRLS],
    family_last: false,
};
const MUONG: Style = Style {
    families: &[("Bùi", 40), ("Đinh", 20), ("Quách", 15), ("Bạch", 8), ("Hà", 12), ("Xa", 4)],
    middles: [MEN, WOMEN],
    given: [BOYS, GIRLS],
    family_last: false,
};
const HRE: Style = Style {
    families: &[("Đinh", 5), ("Phạm", 5)],
    middles: [&["Văn", "", "Thanh"], &["Thị", ""]],
    given: [&["Rơ", "Grói", "Nghía", "Tem", "Vinh", "Lía"], &["Rút", "Bé", "Lúa", "Nghĩ", "Hời"]],
    family_last: false,
};
const THAI: Style = Style {
    families: &[
        ("Lò", 35),
        ("Quàng", 15),
        ("Cà", 12),
        ("Lường", 12),
        ("Tòng", 10),
        ("Cầm", 6),
        ("Vì", 8),
        ("Điêu", 3),
        ("Hà", 6),
        ("Lèo", 4),
    ],
    middles: [&["Văn", "Văn", "Tiến", "Xuân", "Đức"], &["Thị", "Thị", "Thị", "Thu"]],
    given: [
        &[
            "Pánh", "Ín", "Ọi", "Thoan", "Phương", "Inh", "Hặc", "Bun", "Pọm", "Chiến", "Dũng", "Thành",
            "Tuấn",
        ],
        &["Ọi", "Pản", "Hặc", "Inh", "Lả", "Xuân", "Phượng", "Bóng", "Ánh", "Thiết", "Hương", "Thủy"],
    ],
    family_last: false,
};
const HMONG: Style = Style {
    families: &[
        ("Giàng", 15),
        ("Vàng", 14),
        ("Sùng", 12),
        ("Thào", 12),
        ("Mùa", 8),
        ("Vừ", 8),
        ("Lầu", 8),
        ("Hạng", 6),
        ("Cứ", 5),
        ("Lý", 6),
        ("Lò", 4),
        ("Ly", 4),
        ("Tráng", 2),
        ("Sình", 2),
    ],
    middles: [&["A", "A", "A", "Seo", "Mí", "Chứ", "Bá"], &["Thị", "Thị", "Thị", "Y", ""]],
    given: [
        &[
            "Páo", "Dính", "Chu", "Sử", "Phềnh", "Lử", "Tủa", "Vảng", "Chỉnh", "Dơ", "Súa", "Pó", "Nhìa",
            "Sình", "Lầu", "Thào",
        ],
        &[
            "Mỷ", "Say", "Mo", "Chía", "Dợ", "Sung", "Mai", "Pà", "Xay", "Dế", "Vá", "Sáo", "Chừ", "Mảy",
            "Pla",
        ],
    ],
    family_last: false,
};
const DAO: Style = Style {
    families: &[
        ("Bàn", 20),
        ("Triệu", 20),
        ("Đặng", 15),
        ("Phàn", 12),
        ("Chảo", 12),
        ("Lý", 10),
        ("Tẩn", 8),
        ("Phùng", 5),
        ("Chíu", 3),
    ],
    middles: [&["Văn", "Láo", "Tài", "Kiềm", "Phụ", "Sành"], &["Thị", "Tả", "Mùi", "San", "Lở"]],
    given: [
        &["Sử", "Lở", "Tả", "Ton", "Quyên", "Phin", "Hiện", "Thanh", "Quang", "Kinh", "Chiêu"],
        &["Mẩy", "Mùi", "Pham", "Khé", "Nảy", "Sếnh", "Liều", "Chiêu", "Ghến"],
    ],
    family_last: false,
};
const HOA: Style = Style {
    families: &[
        ("Trần", 15),
        ("Lâm", 14),
        ("Lý", 12),
        ("Huỳnh", 10),
        ("Vương", 8),
        ("Quách", 7),
        ("Trương", 7),
        ("Lưu", 6),
        ("Châu", 6),
        ("Tăng", 4),
        ("Giang", 3),
        ("Phùng", 3),
    ],
    middles: [
        &["Chí", "Vĩ", "Gia", "Tuấn", "Kiến", "Quốc", "Chấn"],
        &["Mỹ", "Tú", "Bội", "Huệ", "Thục", "Gia", "Lệ"],
    ],
    given: [
        &["Hào", "Cường", "Minh", "Kiệt", "Khang", "Hưng", "Vỹ", "Quyền", "Hòa", "Phát", "Thành"],
        &["Linh", "Anh", "Bình", "Nghi", "Phân", "Châu", "Quân", "Dung", "Hoa", "Phụng", "Trân"],
    ],
    family_last: false,
};
const KHMER: Style = Style {
    families: &[
        ("Thạch", 25),
        ("Sơn", 18),
        ("Kim", 15),
        ("Danh", 15),
        ("Lâm", 10),
        ("Kiên", 6),
        ("Châu", 6),
        ("Tăng", 3),
    ],
    middles: [&["", "", "Sa", "Sóc", "Thanh"], &["Thị", "Thị", "", "Sa", "Ma"]],
    given: [
        &[
            "Ry",
            "Phel",
            "Sô Khây",
            "Sươl",
            "Đa Ra",
            "Vanh Nai",
            "Sa Rây",
            "Hoàng",
            "Thươne",
            "Sene",
            "Minh Tâm",
        ],
        &["Ni", "Sa Mol", "Rây", "Phal La", "Sô Phia", "Linh Đa", "Hiên", "Sa Vy", "Bô Pha", "Nhanh"],
    ],
    family_last: false,
};
const CHAM: Style = Style {
    families: &[
        ("Bá", 14),
        ("Đàng", 14),
        ("Quảng", 12),
        ("Thành", 8),
        ("Lưu", 8),
        ("Hán", 8),
        ("Kiều", 6),
        ("Châu", 6),
        ("Chế", 3),
        ("Từ", 4),
    ],
    middles: [&["Văn", "Đại", "Năng", "Minh", "Xuân", ""], &["Thị", "Thị Mỹ", "Nữ", "Kim"]],
    given: [
        &["Cẩn", "Hồi", "Thọ", "Trí", "Ngọc", "Lộ", "Quyến", "Sanh", "Tỷ", "Xem"],
        &["Chảy", "Hoan", "Thuận", "Nga", "Xa", "Trầm", "Thập", "Lý", "Hoài", "Dung"],
    ],
    family_last: false,
};
const E_DE: Style = Style {
    families: &[
        ("Niê", 30),
        ("Mlô", 14),
        ("Êban", 12),
        ("Ayŭn", 10),
        ("Kbuôr", 8),
        ("Krông", 8),
        ("Byă", 8),
        ("Êñuôl", 6),
        ("Knul", 5),
        ("Niê Kdăm", 5),
        ("Buôn Yă", 3),
        ("Hđơk", 3),
    ],
    middles: [&["Y"], &[""]],
    given: [
        &[
            "Bhô", "Moan", "Thông", "Wang", "Djuang", "Khoa", "Ngông", "Sam", "Nguyên", "Phút", "Tlam",
            "Ben", "Jut", "Blô",
        ],
        &[
            "H'Blơi", "H'Hen", "H'Linh", "H'Bia", "H'Nhung", "H'Wê", "H'Zer", "H'Duên", "H'Lan", "H'Yam",
            "H'Kim", "H'Nguôm",
        ],
    ],
    family_last: true,
};
const GIA_RAI: Style = Style {
    families: &[
        ("Rơ Châm", 18),
        ("Siu", 18),
        ("Ksor", 18),
        ("Kpă", 14),
        ("Rơ Mah", 12),
        ("Rah Lan", 10),
        ("Nay", 8),
        ("Krông", 4),
        ("Puih", 4),
        ("Rơ Ô", 3),
    ],
    middles: [&["", "", "Y"], &[""]],
    given: [
        &[
            "Bhô", "Klơng", "Del", "Hnhan", "Thới", "Blin", "Tuyên", "Phước", "Alê", "Djang", "Bơn", "Lơk",
            "Kem",
        ],
        &["H'Blơi", "H'Yéo", "H'Bơm", "H'Nga", "H'Lý", "H'Uyên", "H'Dim", "H'Mrai", "H'Phyer", "H'Ngân"],
    ],
    family_last: false,
};
const BA_NA: Style = Style {
    families: &[("Đinh", 6), ("", 10)],
    middles: [&["A", ""], &["Y", "Y", "Y"]],
    given: [
        &["Thút", "Núp", "Brôl", "Hlơi", "Biu", "Nhup", "Thái", "Khiêm", "Dung", "Lăng", "Kưi", "Hmơi"],
        &["Vân", "Thơ", "Hlim", "Brơng", "Ngân", "Đen", "Blưi", "Hiền", "Nhuih", "Xuân"],
    ],
    family_last: false,
};
const MNONG: Style = Style {
    families: &[("", 1)],
    middles: [&["Điểu", "Y"], &["Thị", "H'"]],
    given: [
        &["Ong", "Krứ", "Hớt", "Sơn", "Nơi", "Mưu", "Bâng", "Gôn", "Đức", "Lên", "Thiêm"],
        &["Brơn", "Bé", "Hương", "Mai", "Pơt", "Lam", "Nhơ", "Sương", "Giêng"],
    ],
    family_last: false,
};
const CO_HO: Style = Style {
    families: &[("", 8), ("Kơ Să", 4), ("Cil", 4), ("Lơ Mu", 3), ("Cil Pam", 1), ("Ndu", 1)],
    middles: [&["K'"], &["Ka", "K'"]],
    given: [
        &["Brêu", "Brẹo", "Tém", "Thế", "Sar", "Phương", "Brol", "Chung", "Bôi", "Nhiều"],
        &["Thoa", "Rin", "Mỹ", "Thủy", "Nhim", "Bích", "Duyên", "Hằng", "Srài"],
    ],
    family_last: false,
};
const RA_GLAI: Style = Style {
    families: &[
        ("Cao", 8),
        ("Mấu", 8),
        ("Bo Bo", 6),
        ("Chamaléa", 6),
        ("Pi Năng", 6),
        ("Katơr", 6),
        ("Pinăng", 2),
    ],
    middles: [&["", "Văn", "Xuân"], &["Thị", "Thị", ""]],
    given: [
        &["Tới", "Thiêng", "Hương", "Nhiễu", "Bình", "Đối", "Siêng", "Hùng", "Thược"],
        &["Đẹp", "Vững", "Bảy", "Xanh", "Lệ", "Giàu", "Thẳm", "Hoàng"],
    ],
    family_last: false,
};
const BRU: Style = Style {
    families: &[("Hồ", 1)],
    middles: [&["Văn", "Văn", "", "Xuân", "A"], &["Thị", "Thị", "", "Kăn"]],
    given: [
        &["Pả Hôm", "Thơi", "Rang", "Ta Xai", "Viên", "Ngờn", "Xa", "Thới", "Quân"],
        &["Thiên", "Mơ", "Lai", "Nhơn", "Đi", "Hằng", "Rưng", "Lý"],
    ],
    family_last: false,
};
const CO_TU: Style = Style {
    families: &[
        ("Alăng", 10),
        ("Bhling", 6),
        ("Zơrâm", 6),
        ("Arất", 6),
        ("Bh'nướch", 3),
        ("Pơloong", 4),
        ("A Ting", 3),
    ],
    middles: [&["", "Văn"], &["Thị", ""]],
    given: [
        &["Bhuốch", "Mia", "Nhul", "Đàn", "Phước", "Blao", "Tâm", "Brứ"],
        &["Crói", "Bhơ", "Nhớ", "Liên", "Mười", "Chơn", "Hạ"],
    ],
    family_last: false,
};
