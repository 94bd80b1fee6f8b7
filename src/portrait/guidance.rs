//! What to say to the applicant: one thing at a time, the most important first.

use crate::Assessment;
use crate::crop;
use crate::measure::{Measure, MeasureKind};

/// One short instruction. Left and right are the subject's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // The sentences below say it.
pub enum Guidance {
    NoFace,
    SeveralFaces,
    ComeCloser,
    MoveBack,
    MoveLeft,
    MoveRight,
    MoveUp,
    MoveDown,
    HeadUpright,
    LookStraight,
    ShowEyes,
    ShowFace,
    TooDark,
    TooBright,
    UnevenLight,
    HoldStill,
    OpenEyes,
    CloseMouth,
    UnnaturalColour,
    PlainBackground,
}

impl Guidance {
    /// The instruction in Vietnamese.
    pub fn vi(self) -> &'static str {
        match self {
            Self::NoFace => "Mời ngồi trước máy ảnh và nhìn vào ống kính",
            Self::SeveralFaces => "Chỉ một người trước máy ảnh, che ảnh có mặt người ở phía sau",
            Self::ComeCloser => "Mời tiến lại gần hơn",
            Self::MoveBack => "Mời lùi ra xa một chút",
            Self::MoveLeft => "Mời dịch sang bên trái của mình",
            Self::MoveRight => "Mời dịch sang bên phải của mình",
            Self::MoveUp => "Mời ngồi cao lên một chút",
            Self::MoveDown => "Mời ngồi thấp xuống một chút",
            Self::HeadUpright => "Giữ đầu thẳng, không nghiêng",
            Self::LookStraight => "Nhìn thẳng vào ống kính",
            Self::ShowEyes => "Bỏ kính tối màu, vén tóc khỏi mắt",
            Self::ShowFace => "Bỏ khẩu trang, không để tóc hoặc tay che mặt",
            Self::TooDark => "Khuôn mặt quá tối, cần thêm ánh sáng",
            Self::TooBright => "Khuôn mặt quá sáng, cần bớt ánh sáng",
            Self::UnevenLight => "Ánh sáng lệch một bên, hãy quay về phía đèn",
            Self::HoldStill => "Giữ yên",
            Self::OpenEyes => "Mở mắt",
            Self::CloseMouth => "Khép miệng, không cười",
            Self::UnnaturalColour => "Màu da không tự nhiên, kiểm tra cân bằng trắng",
            Self::PlainBackground => "Phông nền phải trơn, đồng màu",
        }
    }

    /// The instruction in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::NoFace => "Please sit before the camera and look into the lens",
            Self::SeveralFaces => "One person only before the camera; cover a picture of a face behind",
            Self::ComeCloser => "Please come closer",
            Self::MoveBack => "Please move back a little",
            Self::MoveLeft => "Please move to your left",
            Self::MoveRight => "Please move to your right",
            Self::MoveUp => "Please sit up a little",
            Self::MoveDown => "Please sit a little lower",
            Self::HeadUpright => "Keep your head upright",
            Self::LookStraight => "Look straight into the lens",
            Self::ShowEyes => "Nothing before the eyes: no dark glasses, no hair",
            Self::ShowFace => "Nothing before the face: no mask, no hair, no hands",
            Self::TooDark => "The face is too dark: more light",
            Self::TooBright => "The face is too bright: less light",
            Self::UnevenLight => "The light comes from one side: turn towards it",
            Self::HoldStill => "Hold still",
            Self::OpenEyes => "Open your eyes",
            Self::CloseMouth => "Close your mouth, do not smile",
            Self::UnnaturalColour => "The skin colour is not natural: check the white balance",
            Self::PlainBackground => "The background must be plain",
        }
    }
}

/// Which measures are looked at, the most important first: whatever moves the face makes the later ones moot.
const PRIORITY: [MeasureKind; 19] = [
    MeasureKind::InterEyeDistance,
    MeasureKind::CardFrame,
    MeasureKind::Centring,
    MeasureKind::HeadPoseRoll,
    MeasureKind::HeadPoseYaw,
    MeasureKind::HeadPosePitch,
    MeasureKind::EyesVisible,
    MeasureKind::MouthOcclusionPrevention,
    MeasureKind::FaceOcclusionPrevention,
    MeasureKind::LuminanceMean,
    MeasureKind::UnderExposurePrevention,
    MeasureKind::OverExposurePrevention,
    MeasureKind::IlluminationUniformity,
    MeasureKind::Sharpness,
    MeasureKind::EyesOpen,
    MeasureKind::MouthClosed,
    MeasureKind::ExpressionNeutrality,
    MeasureKind::NaturalColour,
    MeasureKind::BackgroundUniformity,
];

/// The first thing to change, by priority.
pub(crate) fn most_important(assessment: &Assessment) -> Option<Guidance> {
    match assessment.faces {
        0 => return Some(Guidance::NoFace),
        1 => {}
        _ => return Some(Guidance::SeveralFaces),
    }
    PRIORITY
        .into_iter()
        .filter_map(|kind| assessment.measure(kind))
        .find(|measure| !measure.passes)
        .and_then(|failing| instruction(failing, assessment))
}

fn instruction(failing: &Measure, assessment: &Assessment) -> Option<Guidance> {
    Some(match failing.kind {
        MeasureKind::InterEyeDistance => Guidance::ComeCloser,
        MeasureKind::CardFrame => towards_the_middle(assessment)?,
        MeasureKind::Centring if failing.is_too_high() => Guidance::MoveRight,
        MeasureKind::Centring => Guidance::MoveLeft,
        MeasureKind::HeadPoseRoll => Guidance::HeadUpright,
        MeasureKind::HeadPoseYaw | MeasureKind::HeadPosePitch => Guidance::LookStraight,
        MeasureKind::EyesVisible => Guidance::ShowEyes,
        MeasureKind::MouthOcclusionPrevention | MeasureKind::FaceOcclusionPrevention => Guidance::ShowFace,
        MeasureKind::LuminanceMean if failing.is_too_high() => Guidance::TooBright,
        MeasureKind::LuminanceMean | MeasureKind::UnderExposurePrevention => Guidance::TooDark,
        MeasureKind::OverExposurePrevention => Guidance::TooBright,
        MeasureKind::IlluminationUniformity => Guidance::UnevenLight,
        MeasureKind::Sharpness => Guidance::HoldStill,
        MeasureKind::EyesOpen => Guidance::OpenEyes,
        MeasureKind::MouthClosed | MeasureKind::ExpressionNeutrality => Guidance::CloseMouth,
        MeasureKind::NaturalColour => Guidance::UnnaturalColour,
        MeasureKind::BackgroundUniformity => Guidance::PlainBackground,
        _ => return None,
    })
}

/// Where to go so that the card's frame fits into the picture.
fn towards_the_middle(assessment: &Assessment) -> Option<Guidance> {
    let frame = crop::CARD.frame(assessment.face.as_ref()?);
    let over = frame.overhang(assessment.width as f32, assessment.height as f32);
    let opposite_sides = (over.left > 0.0 && over.right > 0.0) || (over.top > 0.0 && over.bottom > 0.0);
    if opposite_sides || frame.height() > assessment.height as f32 {
        return Some(Guidance::MoveBack);
    }
    // The subject's left lies on the right of an unmirrored picture.
    let choices = [
        (over.left, Guidance::MoveLeft),
        (over.right, Guidance::MoveRight),
        (over.top, Guidance::MoveDown),
        (over.bottom, Guidance::MoveUp),
    ];
    choices.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, guidance)| guidance)
}
