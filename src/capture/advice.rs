//! What to say about fingers: one plain sentence, in both languages.

use crate::finger::FingerView;
use tram_biometric::{FingerPosition, Language};
use tram_fingerprint::quality::Problem;
use tram_fingerprint::segment::SlapProblem;

/// The one sentence for the officer, or `None` when all is well.
pub fn sentence(view: &FingerView, language: Language) -> Option<String> {
    if let Some(problem) = view.problem {
        return Some(slap(problem, language));
    }
    view.fingers
        .iter()
        .filter_map(|finger| Some((finger.position, finger.quality.problem()?, finger.quality.score)))
        .min_by_key(|(_, _, score)| *score)
        .map(|(position, problem, _)| finger(position, problem, language))
}

/// What is wrong with the picture as a whole, and what to do.
pub fn slap(problem: SlapProblem, language: Language) -> String {
    match problem {
        SlapProblem::NoFinger => {
            language.pick("Mời đặt tay lên mặt kính", "Please put the hand on the glass").to_owned()
        }
        SlapProblem::TooFewFingers { found, expected } => language.pick(
            format!("Chỉ thấy {found} trong {expected} ngón: đặt lại cho đủ, hoặc bấm F6 nếu không có ngón"),
            format!(
                "Only {found} of {expected} fingers seen: place all of them, or press F6 for a missing one"
            ),
        ),
        SlapProblem::TooManyFingers { found, expected } => language.pick(
            format!("Thấy {found} ngón, cần {expected}: nhấc ngón thừa ra khỏi mặt kính"),
            format!("{found} fingers seen, {expected} wanted: lift the others off the glass"),
        ),
        SlapProblem::WrongHand => language
            .pick("Đây là bàn tay kia: mời đổi tay", "This is the other hand: please change hands")
            .to_owned(),
        _ => language.pick("Mời đặt lại tay", "Please place the hand again").to_owned(),
    }
}

/// What is the matter with one finger, and what to do.
pub fn finger(position: FingerPosition, problem: Problem, language: Language) -> String {
    let (vi, en) = match problem {
        Problem::NoFinger => ("chưa thấy vân, mời đặt lại", "no ridges seen, please place it again"),
        Problem::Partial => {
            ("mới chạm một phần, mời đặt cả đốt ngón", "only partly placed, please lay it flat")
        }
        Problem::OffCentre => {
            ("lệch khỏi giữa, mời đặt lại vào giữa", "off centre, please place it in the middle")
        }
        Problem::TooDry => {
            ("hơi khô: mời chạm khăn ẩm rồi đặt lại", "rather dry: touch a damp cloth, then place it again")
        }
        Problem::TooWet => {
            ("hơi ướt: mời lau khô rồi đặt lại", "rather wet: wipe it dry, then place it again")
        }
        Problem::TooLittlePressure => {
            ("ấn nhẹ quá: mời ấn thêm một chút", "pressed too lightly: press a little more")
        }
        _ => ("chưa rõ, mời đặt lại", "not clear, please place it again"),
    };
    format!("{}: {}", position.name(language), language.pick(vi, en))
}
