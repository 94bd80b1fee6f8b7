//! What to say about fingers: one plain sentence, in both languages.

use crate::check::Finding;
use crate::finger::FingerView;
use tram_biometric::{FingerPosition, Language};
use tram_fingerprint::quality::Problem;
use tram_fingerprint::roll::RollProblem;
use tram_fingerprint::segment::SlapProblem;

/// The one sentence for the officer, or `None` when all is well.
pub fn sentence(view: &FingerView, language: Language) -> Option<String> {
    if let Some(problem) = view.roll {
        return Some(roll(problem, language).to_owned());
    }
    if let Some(problem) = view.platen {
        return Some(platen(problem, language).to_owned());
    }
    if let Some(problem) = view.problem {
        return Some(slap(problem, language));
    }
    view.fingers
        .iter()
        .filter_map(|finger| Some((finger.position, finger.problem?, finger.quality.score)))
        .min_by_key(|(_, _, score)| *score)
        .map(|(position, problem, _)| finger(position, problem, language))
}

/// Why a roll is refused, and what to do.
pub fn roll(problem: RollProblem, language: Language) -> &'static str {
    let (vi, en) = match problem {
        RollProblem::NotRolled => (
            "Ngón chưa lăn: mời lăn từ mép móng này sang mép móng kia",
            "Not rolled: roll it from nail to nail",
        ),
        RollProblem::WentBack => (
            "Ngón lăn ngược lại giữa chừng: mời lăn lại một chiều",
            "It rolled back on the way: roll it one way only",
        ),
        RollProblem::Slipped => (
            "Ngón bị trượt: mời lăn lại, chậm và không kéo",
            "It slipped: roll again, slowly, without pulling",
        ),
        RollProblem::Smeared => (
            "Vân bị nhòe: mời lau khô và lăn lại nhẹ tay hơn",
            "It is smeared: wipe the finger dry and roll it more lightly",
        ),
        _ => ("Chưa thấy ngón tay: mời lăn lại", "No finger seen: please roll again"),
    };
    language.pick(vi, en)
}

/// What is wrong with the empty platen, and what to do.
pub fn platen(problem: Problem, language: Language) -> &'static str {
    match problem {
        Problem::Ghost => language.pick(
            "Mặt kính còn vết tay trước: mời lau kính",
            "The glass still shows the last hand: please wipe it",
        ),
        _ => language.pick("Mặt kính bẩn: mời lau kính", "The glass is dirty: please wipe it"),
    }
}

/// What all prints together say, and what to do.
pub fn finding(finding: &Finding, language: Language) -> String {
    let name = |finger: FingerPosition| finger.name(language).to_lowercase();
    match finding {
        Finding::OneHandTwice => language
            .pick(
                "Một bàn tay đã lấy hai lần: chọn bàn tay kia và lấy lại (F3)",
                "One hand was taken twice: choose the other hand and take it again (F3)",
            )
            .to_owned(),
        Finding::HandsSwapped => language
            .pick(
                "Tay phải và tay trái bị đổi cho nhau: lấy lại cả hai bàn tay (F3)",
                "The right and the left hand were exchanged: take both again (F3)",
            )
            .to_owned(),
        Finding::Repeated { finger, other } => {
            let (a, b) = (finger.name(language), name(*other));
            language.pick(
                format!("{a} và {b} là cùng một ngón: chọn ngón sai và lấy lại (F3)"),
                format!("{a} and {b} are the same finger: choose the wrong one and take it again (F3)"),
            )
        }
        Finding::Swapped { finger, matches } => {
            let (a, b) = (name(*finger), name(*matches));
            language.pick(
                format!("Ngón lấy làm {a} thật ra là {b}: lấy lại lượt đó (F3)"),
                format!("What was taken as {a} is the {b}: take that step again (F3)"),
            )
        }
        Finding::Unlike { finger } => {
            let a = name(*finger);
            language.pick(
                format!("Hai lần lấy {a} không giống nhau: lấy lại ngón đó (F3)"),
                format!("The two captures of the {a} are not alike: take it again (F3)"),
            )
        }
        Finding::Enrolled { dossier } => language.pick(
            format!("Những vân tay này đã có ở hồ sơ {dossier}: xem lại giấy tờ, báo đội trưởng"),
            format!("These fingers are in dossier {dossier} already: look at the papers again, tell the supervisor"),
        ),
        Finding::Officer { name } => language.pick(
            format!("Đây là vân tay của cán bộ {name}: chỉ cán bộ khác được thu nhận, báo đội trưởng"),
            format!("This is a finger of officer {name}: nobody enrolls themselves, tell the supervisor"),
        ),
    }
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
    format!("{}: {}", position.name(language), self::problem(problem, language))
}

/// What to do about a problem of any finger.
pub fn problem(problem: Problem, language: Language) -> &'static str {
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
        Problem::Moved => ("đang nhúc nhích: mời giữ yên", "is moving: please hold it still"),
        Problem::Rotated => ("đặt xoay: mời đặt thẳng", "lies turned: please place it straight"),
        Problem::DirtyPlaten => {
            ("mặt kính bẩn: mời lau kính rồi đặt lại", "the glass is dirty: wipe it, then place it again")
        }
        Problem::Ghost => (
            "mặt kính còn vết ngón trước: mời lau kính rồi đặt lại",
            "the glass still shows the last finger: wipe it, then place it again",
        ),
        _ => ("chưa rõ, mời đặt lại", "not clear, please place it again"),
    };
    language.pick(vi, en)
}
