//! The one sentence in the middle of the screen: what is so, and what to do next.

use crate::dossier::{Dossier, Sealing};
use crate::state::{Refusal, State};
use tram_biometric::Language;
use tram_capture::advice;
use tram_enrollment::{Field, Missing, Step};

/// How a sentence is meant; the screen shows it by colour, sign and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// What to do.
    Info,
    /// All is well.
    Good,
    /// Something to mend.
    Attention,
    /// Something is wrong.
    Bad,
}

/// The sentence for the open dossier's step.
pub fn headline(state: &State) -> Option<(Tone, String)> {
    let language = state.language;
    let dossier = state.dossier.as_ref()?;
    match dossier.enrollment.step {
        Step::Portrait => Some(portrait(dossier, language)),
        Step::Fingers => Some(fingers(dossier, language)),
        Step::Irises => Some(irises(dossier, language)),
        Step::Review | Step::Slip => review(state, dossier),
        Step::Signature => Some(signature(dossier, language)),
        Step::Procedure | Step::Applicant => None,
    }
}

fn say(tone: Tone, language: Language, vi: &str, en: &str) -> (Tone, String) {
    (tone, language.pick(vi, en).to_owned())
}

fn portrait(dossier: &Dossier, language: Language) -> (Tone, String) {
    if let Some(trouble) = &dossier.portrait.trouble {
        return (Tone::Bad, trouble.text(language).to_owned());
    }
    if dossier.portrait.running {
        return match dossier.portrait.view.guidance {
            Some(guidance) => (Tone::Attention, language.pick(guidance.vi(), guidance.en()).to_owned()),
            None if dossier.portrait.view.held > 0.0 => {
                say(Tone::Good, language, "Giữ nguyên, đang chụp…", "Hold still, taking the picture…")
            }
            None => say(Tone::Info, language, "Đang mở máy ảnh…", "Opening the camera…"),
        };
    }
    match dossier.enrollment.portrait() {
        Some(portrait) if portrait.is_kept() => {
            say(Tone::Good, language, "Ảnh đã lưu", "The portrait is saved")
        }
        Some(portrait) if portrait.is_accepted() => say(
            Tone::Attention,
            language,
            "Ảnh đã lưu: xem ảnh rồi xác nhận những điều máy không đo được (F4)",
            "The portrait is saved: look at it and confirm what no measure can tell (F4)",
        ),
        Some(_) => say(
            Tone::Attention,
            language,
            "Ảnh chưa đạt: chụp lại (F3), hoặc giữ và ghi lý do (F7)",
            "The picture fails a check: retake (F3), or keep it with a reason (F7)",
        ),
        None => say(Tone::Info, language, "Chưa có ảnh chân dung", "No portrait yet"),
    }
}

fn fingers(dossier: &Dossier, language: Language) -> (Tone, String) {
    let fingers = &dossier.fingers;
    if let Some(photo) = &fingers.photo {
        return match &photo.trouble {
            Some(trouble) => (Tone::Bad, trouble.text(language).to_owned()),
            None => say(
                Tone::Info,
                language,
                "Mời giơ cả hai bàn tay trước máy ảnh, bấm F2 để chụp",
                "Both hands before the camera, press F2",
            ),
        };
    }
    if let Some(trouble) = &fingers.live.trouble {
        return (Tone::Bad, trouble.text(language).to_owned());
    }
    // Whoever has a finger on the glass is told of that finger.
    if let Some(finding) = fingers.findings.first().filter(|_| fingers.live.view.fingers.is_empty()) {
        return (Tone::Bad, advice::finding(finding, language));
    }
    let Some(step) = dossier.finger_step() else {
        let unproven =
            !dossier.enrollment.exceptions.is_empty() && dossier.enrollment.exception_photo.is_none();
        return if unproven {
            say(
                Tone::Attention,
                language,
                "Cần ảnh chụp những ngón không lấy được: bấm F8",
                "A photo of the fingers that could not be captured is needed: press F8",
            )
        } else if fingers.sequence.is_empty() {
            say(
                Tone::Info,
                language,
                "Hồ sơ này không lấy vân tay",
                "No fingerprints are taken for this dossier",
            )
        } else {
            say(Tone::Good, language, "Đã lấy đủ vân tay", "All fingerprints are taken")
        };
    };
    if let Some(sentence) = advice::sentence(&fingers.live.view, language) {
        let tone = if fingers.live.view.refused { Tone::Bad } else { Tone::Attention };
        return (tone, sentence);
    }
    let name = step.position.name(language).to_lowercase();
    let again = dossier.enrollment.attempts_at(step.position, step.impression) > 0;
    let text = match (again, step.impression) {
        (true, _) => language.pick(format!("Mời đặt lại: {name}"), format!("Please place again: {name}")),
        (false, tram_biometric::Impression::Rolled) => language
            .pick(format!("Mời lăn {name} trên mặt kính"), format!("Please roll on the glass: {name}")),
        (false, tram_biometric::Impression::Plain) => language
            .pick(format!("Mời đặt {name} lên mặt kính"), format!("Please place on the glass: {name}")),
    };
    (if again { Tone::Attention } else { Tone::Info }, text)
}

fn irises(dossier: &Dossier, language: Language) -> (Tone, String) {
    let live = &dossier.irises.live;
    if let Some(trouble) = &live.trouble {
        return (Tone::Bad, trouble.text(language).to_owned());
    }
    if live.running {
        return match live.view.guidance {
            Some((eye, guidance)) => {
                let (name, what) = (eye.name(language), language.pick(guidance.vi(), guidance.en()));
                (Tone::Attention, format!("{name}: {what}"))
            }
            None => say(
                Tone::Info,
                language,
                "Mời nhìn vào máy chụp mống mắt, mở to hai mắt",
                "Please look into the iris camera with both eyes wide open",
            ),
        };
    }
    let taken = &dossier.enrollment.irises;
    match dossier.open_eyes().first() {
        None => say(Tone::Good, language, "Đã lấy đủ mống mắt", "Both irises are settled"),
        Some(eye) if taken.contains_key(eye) => say(
            Tone::Attention,
            language,
            "Ảnh mống mắt chưa đạt: chụp lại (F3), hoặc giữ và ghi lý do (F7)",
            "An iris breaks a rule: retake (F3), or keep it with a reason (F7)",
        ),
        Some(eye) => {
            let name = eye.name(language);
            let what = language.pick(
                "chưa lấy: chụp lại (F3), hoặc ghi lý do không lấy được (F6)",
                "not captured: retake (F3), or say why it cannot be (F6)",
            );
            (Tone::Attention, format!("{name} {what}"))
        }
    }
}

fn signature(dossier: &Dossier, language: Language) -> (Tone, String) {
    if let Some(reason) = &dossier.enrollment.unsigned {
        let (vi, en) = (format!("Không ký: {reason}"), format!("Not signed: {reason}"));
        (Tone::Attention, language.pick(vi, en))
    } else if dossier.enrollment.signature.is_some() {
        say(Tone::Good, language, "Chữ ký đã lưu", "The signature is saved")
    } else {
        say(Tone::Info, language, "Mời công dân ký vào khung", "Please have the citizen sign in the frame")
    }
}

fn review(state: &State, dossier: &Dossier) -> Option<(Tone, String)> {
    let language = state.language;
    match &dossier.sealing {
        Sealing::Running => Some(say(Tone::Info, language, "Đang niêm phong hồ sơ…", "Sealing the dossier…")),
        Sealing::Failed(trouble) => Some((Tone::Bad, trouble.text(language).to_owned())),
        Sealing::Sealed(_) => Some(say(
            Tone::Good,
            language,
            "Hồ sơ đã niêm phong, dữ liệu an toàn trên trạm cho đến khi trung tâm ký nhận",
            "Sealed: the data is safe on the station until the centre has signed for it",
        )),
        Sealing::Open => dossier
            .show_missing
            .then(|| dossier.missing(&state.reference))
            .and_then(|missing| missing.first().map(|first| (Tone::Bad, missing_sentence(first, language))))
            .or_else(|| {
                let finding = dossier.fingers.findings.first()?;
                Some((Tone::Attention, advice::finding(finding, language)))
            }),
    }
}

/// What is missing, and where it is mended.
pub fn missing_sentence(missing: &Missing, language: Language) -> String {
    match missing {
        Missing::Procedure => language.pick("Chưa chọn thủ tục", "No procedure is chosen").to_owned(),
        Missing::Field(field, problem) => {
            format!("{}: {}", Field::label(*field, language), problem.sentence(language))
        }
        Missing::Portrait => {
            language.pick("Chưa có ảnh chân dung đạt", "No portrait that is kept").to_owned()
        }
        Missing::PortraitConfirmation => language
            .pick("Cán bộ chưa xác nhận ảnh chân dung", "The portrait is not confirmed by the officer")
            .to_owned(),
        Missing::Iris(eye) => language.pick(
            format!("{}: chưa lấy mống mắt, hoặc chưa ghi lý do", eye.name(language)),
            format!("{}: no iris is kept, and no reason said", eye.name(language)),
        ),
        Missing::Finger(finger, _) => language.pick(
            format!("{}: chưa lấy, hoặc chưa ghi lý do", finger.name(language)),
            format!("{}: neither captured nor excepted", finger.name(language)),
        ),
        Missing::ExceptionPhoto => language
            .pick("Chưa có ảnh chụp những ngón không lấy được", "No photo of the excepted fingers")
            .to_owned(),
        Missing::Signature => language.pick("Công dân chưa ký", "The citizen has not signed").to_owned(),
        Missing::Consent => {
            language.pick("Công dân chưa xác nhận đồng ý", "The citizen has not consented").to_owned()
        }
    }
}

/// Why a sign-in was refused.
pub fn refusal(refusal: &Refusal, language: Language) -> String {
    match refusal {
        Refusal::Wrong => {
            language.pick("Tên hoặc mật khẩu không đúng", "The name or the passphrase is wrong").to_owned()
        }
        Refusal::Wait(wait) => {
            let seconds = wait.as_secs().max(1);
            language.pick(
                format!("Sai nhiều lần: đợi {seconds} giây, hoặc nhờ đội trưởng đặt lại mật khẩu"),
                format!("Too many failures: wait {seconds} s, or ask a supervisor for a new passphrase"),
            )
        }
        Refusal::Expired => language
            .pick(
                "Quyền làm việc tại trạm đã hết hạn: báo đội trưởng",
                "Your right to work here has ended: tell your supervisor",
            )
            .to_owned(),
        Refusal::Failed(trouble) => trouble.text(language).to_owned(),
    }
}
