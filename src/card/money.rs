//! Amounts of đồng in figures and in words, as receipts and slips write them.

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// 25000 → "25.000 đồng".
pub(crate) fn figures(vnd: u64) -> String {
    format!("{} đồng", grouped(vnd, '.'))
}

/// 25000 → "25,000".
pub(crate) fn grouped(amount: u64, separator: char) -> String {
    let digits = amount.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// 25000 → "Hai mươi lăm nghìn đồng".
pub(crate) fn words(vnd: u64) -> String {
    let text = if vnd == 0 { "không".to_owned() } else { number(vnd) };
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{} đồng", letters.as_str())
}

/// A positive number; billions are counted again, so that no amount runs out of words.
fn number(n: u64) -> String {
    let mut parts = Vec::new();
    if n >= 1_000_000_000 {
        parts.push(format!("{} tỷ", number(n / 1_000_000_000)));
    }
    for (group, unit) in [(n / 1_000_000 % 1000, " triệu"), (n / 1000 % 1000, " nghìn"), (n % 1000, "")] {
        if group > 0 {
            parts.push(format!("{}{unit}", hundreds(group, !parts.is_empty())));
        }
    }
    parts.join(" ")
}

/// One group of three digits; after a higher group its zeros are spoken ("không trăm linh năm").
fn hundreds(group: u64, after_higher: bool) -> String {
    let digit = |value: u64| DIGITS.get(value as usize).copied().unwrap_or_default();
    let (hundred, ten, one) = (group / 100, group / 10 % 10, group % 10);
    let mut parts = Vec::new();
    let spoken = hundred > 0 || after_higher;
    if spoken {
        parts.push(format!("{} trăm", digit(hundred)));
    }
    match ten {
        0 if one > 0 && spoken => parts.push("linh".to_owned()),
        0 => {}
        1 => parts.push("mười".to_owned()),
        _ => parts.push(format!("{} mươi", digit(ten))),
    }
    match (ten, one) {
        (_, 0) => {}
        (2.., 1) => parts.push("mốt".to_owned()),
        (2.., 4) => parts.push("tư".to_owned()),
        (1.., 5) => parts.push("lăm".to_owned()),
        (_, _) => parts.push(digit(one).to_owned()),
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn amounts() {
        for (vnd, figures, words) in [
            (0, "0 đồng", "Không đồng"),
            (15_000, "15.000 đồng", "Mười lăm nghìn đồng"),
            (25_000, "25.000 đồng", "Hai mươi lăm nghìn đồng"),
            (35_000, "35.000 đồng", "Ba mươi lăm nghìn đồng"),
            (70_000, "70.000 đồng", "Bảy mươi nghìn đồng"),
            (105_021, "105.021 đồng", "Một trăm linh năm nghìn không trăm hai mươi mốt đồng"),
            (1_000_004, "1.000.004 đồng", "Một triệu không trăm linh bốn đồng"),
            (2_310_024, "2.310.024 đồng", "Hai triệu ba trăm mười nghìn không trăm hai mươi tư đồng"),
            (5_000_000_000, "5.000.000.000 đồng", "Năm tỷ đồng"),
        ] {
            assert_eq!(super::figures(vnd), figures);
            assert_eq!(super::words(vnd), words);
        }
    }
}
