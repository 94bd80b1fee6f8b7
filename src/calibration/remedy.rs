//! What to do about a figure that is out of its limits: which way and how far, where the figure tells.
//!
//! Light falls with the square of the distance: a lamp that is brighter by `e` exposure values stands right when it is
//! moved to `2^(e/2)` times its distance. What the camera sees of the face falls with the distance itself.

use crate::finding::Finding;
use crate::quantity::Quantity;
use tram_biometric::Language;

/// The instruction for the technician.
pub(crate) fn remedy(finding: &Finding, language: Language) -> String {
    let value = finding.value;
    let directed = match finding.quantity {
        Quantity::SideLight => Some(lamp(value, ("trái", "left"), ("phải", "right"))),
        Quantity::TopLight => Some(lamp(value, ("trên", "upper"), ("dưới", "lower"))),
        Quantity::EyeDistance => finding.at_least.map(|least| camera(value, least)),
        Quantity::Exposure => Some(exposure(value)),
        Quantity::PrintOffsetX => {
            Some(offset(value, ("sang trái", "to the left"), ("sang phải", "to the right")))
        }
        Quantity::PrintOffsetY => Some(offset(value, ("lên", "up"), ("xuống", "down"))),
        _ => None,
    };
    let by_itself = || finding.quantity.advice(language).to_owned();
    directed.filter(|_| value.is_finite()).map_or_else(by_itself, |(vi, en)| language.pick(vi, en))
}

type Both = (String, String);

fn lamp(ev: f64, first: (&str, &str), second: (&str, &str)) -> Both {
    let percent = 100.0 * (2.0_f64.powf(ev.abs() / 2.0) - 1.0);
    let (vi, en) = if ev > 0.0 { first } else { second };
    (
        format!("dời đèn bên {vi} ra xa thêm khoảng {percent:.0} %, hoặc đèn kia lại gần chừng ấy"),
        format!("move the {en} lamp about {percent:.0} % farther away, or the other one as much nearer"),
    )
}

fn camera(pixels: f64, least: f64) -> Both {
    let percent = 100.0 * (1.0 - pixels / least.max(1.0)).max(0.0);
    (
        format!("đưa máy hoặc ghế lại gần khoảng {percent:.0} % khoảng cách, hoặc chọn độ phân giải cao hơn"),
        format!(
            "bring camera or chair closer by about {percent:.0} % of the distance, or choose a higher resolution"
        ),
    )
}

/// Around the middle greys a difference of 18 in L* is about one exposure value.
fn exposure(lightness: f64) -> Both {
    let ev = lightness.abs() / 18.0;
    let (vi, en) = if lightness > 0.0 { ("giảm", "lower") } else { ("tăng", "raise") };
    (
        format!("{vi} phơi sáng hoặc đèn khoảng {ev:.1} EV rồi khoá lại").replace('.', ","),
        format!("{en} exposure or lamps by about {ev:.1} EV, then lock the exposure"),
    )
}

fn offset(millimetres: f64, back: (&str, &str), forth: (&str, &str)) -> Both {
    let (vi, en) = if millimetres > 0.0 { back } else { forth };
    let by = millimetres.abs();
    (
        format!("dời bản in {vi} {by:.2} mm trong thông số của máy in rồi in lại thẻ thử").replace('.', ","),
        format!("move the print {en} by {by:.2} mm in the printer's settings and print the test card again"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceClass, Limits};

    #[test]
    fn it_says_which_way_and_how_far() {
        let limits = Limits::shipped().unwrap();
        let said = |class, quantity, value| {
            remedy(&Finding::new(value, limits.find(class, quantity).unwrap()), Language::English)
        };
        let camera = DeviceClass::Camera;
        // Twice the light at the left: the lamp goes to 1.41 times its distance.
        assert!(said(camera, Quantity::SideLight, 1.0).contains("left lamp about 41 % farther"));
        assert!(said(camera, Quantity::SideLight, -1.0).contains("right lamp"));
        assert!(said(camera, Quantity::EyeDistance, 72.0).contains("20 %"));
        assert!(said(camera, Quantity::Exposure, -18.0).starts_with("raise"));
        let printer = DeviceClass::CardPrinter;
        assert!(said(printer, Quantity::PrintOffsetX, 1.2).contains("to the left by 1.20 mm"));
        assert_eq!(
            said(camera, Quantity::Exposure, f64::NAN),
            Quantity::Exposure.advice(Language::English),
            "what is no number has no direction"
        );
    }
}
