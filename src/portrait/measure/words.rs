//! What a measure is called on a screen, and its unit.

use super::MeasureKind;

impl MeasureKind {
    /// Every measure, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        super::METHODS.into_iter().map(|(kind, ..)| kind)
    }

    /// Its name in Vietnamese.
    pub fn vi(self) -> &'static str {
        match self {
            Self::SingleFacePresent => "Khuôn mặt thứ hai",
            Self::InterEyeDistance => "Khoảng cách hai mắt",
            Self::HeadSize => "Cỡ đầu trong ảnh",
            Self::CardFrame => "Khung ảnh thẻ",
            Self::Centring => "Lệch khỏi giữa",
            Self::LeftwardCrop => "Khoảng trống bên trái",
            Self::RightwardCrop => "Khoảng trống bên phải",
            Self::MarginAbove => "Khoảng trống phía trên",
            Self::MarginBelow => "Khoảng trống phía dưới",
            Self::HeadPoseYaw => "Mặt quay ngang",
            Self::HeadPosePitch => "Mặt ngẩng, cúi",
            Self::HeadPoseRoll => "Đầu nghiêng",
            Self::LuminanceMean => "Độ sáng khuôn mặt",
            Self::LuminanceVariance => "Độ tương phản",
            Self::UnderExposurePrevention => "Vùng tối mất chi tiết",
            Self::OverExposurePrevention => "Vùng cháy sáng",
            Self::DynamicRange => "Dải sáng",
            Self::IlluminationUniformity => "Sáng đều hai bên",
            Self::NaturalColour => "Màu da tự nhiên",
            Self::BackgroundUniformity => "Nền đồng màu",
            Self::Sharpness => "Độ nét",
            Self::CompressionArtifacts => "Vết nén ảnh",
            Self::EyesOpen => "Mắt mở",
            Self::MouthClosed => "Miệng khép",
            Self::ExpressionNeutrality => "Nét mặt",
            Self::EyesVisible => "Che quanh mắt",
            Self::MouthOcclusionPrevention => "Che miệng",
            Self::FaceOcclusionPrevention => "Che mặt",
            Self::NoHeadCoverings => "Mũ, khăn",
            Self::NoGlasses => "Kính",
        }
    }

    /// Its name in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::SingleFacePresent => "Second face",
            Self::InterEyeDistance => "Distance of the eyes",
            Self::HeadSize => "Size of the head",
            Self::CardFrame => "Card's frame",
            Self::Centring => "Off the middle",
            Self::LeftwardCrop => "Room at the left",
            Self::RightwardCrop => "Room at the right",
            Self::MarginAbove => "Room above",
            Self::MarginBelow => "Room below",
            Self::HeadPoseYaw => "Turned sideways",
            Self::HeadPosePitch => "Turned up or down",
            Self::HeadPoseRoll => "Leaning",
            Self::LuminanceMean => "Brightness of the face",
            Self::LuminanceVariance => "Contrast",
            Self::UnderExposurePrevention => "Lost in the dark",
            Self::OverExposurePrevention => "Burnt out",
            Self::DynamicRange => "Range of levels",
            Self::IlluminationUniformity => "Even light",
            Self::NaturalColour => "Natural colour",
            Self::BackgroundUniformity => "Plain background",
            Self::Sharpness => "Sharpness",
            Self::CompressionArtifacts => "Marks of compression",
            Self::EyesOpen => "Eyes open",
            Self::MouthClosed => "Mouth closed",
            Self::ExpressionNeutrality => "Expression",
            Self::EyesVisible => "Covered about the eyes",
            Self::MouthOcclusionPrevention => "Mouth covered",
            Self::FaceOcclusionPrevention => "Face covered",
            Self::NoHeadCoverings => "Hat or scarf",
            Self::NoGlasses => "Glasses",
        }
    }

    /// The unit of its native value; empty where it is a share or a figure of its own.
    pub fn unit(self) -> &'static str {
        match self {
            Self::InterEyeDistance => "px",
            Self::HeadPoseYaw | Self::HeadPosePitch | Self::HeadPoseRoll => "°",
            Self::DynamicRange => "bit",
            _ => "",
        }
    }
}
