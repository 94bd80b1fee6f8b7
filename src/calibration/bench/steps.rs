//! The steps of each class's procedure: what to do, what is taken, what it measures.

use crate::DeviceClass;
use tram_biometric::Language;

/// What a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// So many frames of the fingerprint reader, or previews of the iris camera.
    Frames(usize),
    /// One picture of the camera.
    Picture,
    /// Nothing: the printer prints its test card as it was sent.
    TestCard,
    /// Nothing: the printer prints it through the ribbon's curve.
    Proof,
}

/// What lies on a platen or stands before a camera in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shown {
    /// The clean empty platen.
    EmptyPlaten,
    /// The dark target.
    DarkTarget,
    /// The dots on a platen.
    FingerDots,
    /// Steps, edges and strips on a platen.
    FingerTone,
    /// A platen from which a finger was lifted.
    Lifted,
    /// The grey sheet at the place of the face.
    GreySheet,
    /// The `ChArUco` board before a camera.
    CameraBoard,
    /// Edge and patches before a camera.
    CameraFace,
    /// The empty chair.
    EmptyChair,
    /// Nothing: a card is printed as it was sent.
    Nothing,
    /// The printed test card on a black ground.
    PrintedCard,
    /// Nothing: a card is printed through the ribbon's new curve.
    Proof,
    /// That card on a black ground.
    ProofCard,
    /// The iris target at the near end of the iris camera's range.
    IrisNear,
    /// The iris target where eyes will be.
    IrisWorking,
    /// The iris target at the far end of the range.
    IrisFar,
}

impl Shown {
    /// As it stands in certificates.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmptyPlaten => "empty",
            Self::DarkTarget => "dark",
            Self::FingerDots => "grid",
            Self::FingerTone => "tone",
            Self::Lifted => "lifted",
            Self::GreySheet => "sheet",
            Self::CameraBoard => "camera-charuco",
            Self::CameraFace => "camera-face",
            Self::EmptyChair => "background",
            Self::Nothing => "print",
            Self::PrintedCard => "printer-card",
            Self::Proof => "proof",
            Self::ProofCard => "proof-card",
            Self::IrisNear => "iris-near",
            Self::IrisWorking => "iris-working",
            Self::IrisFar => "iris-far",
        }
    }
}

/// One step of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is shown to the device.
    pub shown: Shown,
    /// What is taken.
    pub take: Take,
    name: [&'static str; 2],
    act: [&'static str; 2],
    measured: [&'static str; 2],
}

impl Step {
    /// Its short name.
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.name[0], self.name[1])
    }

    /// What the technician does.
    pub fn act(&self, language: Language) -> &'static str {
        language.pick(self.act[0], self.act[1])
    }

    /// What it measures.
    pub fn measured(&self, language: Language) -> &'static str {
        language.pick(self.measured[0], self.measured[1])
    }
}

const FINGER: [Step; 5] = [
    Step {
        shown: Shown::EmptyPlaten,
        take: Take::Frames(4),
        name: ["Mặt kính trống", "Empty platen"],
        act: [
            "Lau mặt kính bằng khăn mềm, để khô một phút, không đặt gì lên.",
            "Wipe the platen with a soft cloth, let it dry for a minute, and put nothing on it.",
        ],
        measured: ["độ đều nền sáng, vết bẩn", "evenness of the light field, dirt"],
    },
    Step {
        shown: Shown::DarkTarget,
        take: Take::Frames(2),
        name: ["Tấm tối", "Dark target"],
        act: ["Phủ tấm tối kín mặt kính.", "Cover the whole platen with the dark target."],
        measured: [
            "độ đều nền tối, tín hiệu trên nhiễu, điểm ảnh chết, hiệu chỉnh nền phẳng",
            "evenness of the dark field, signal to noise, dead pixels, flat field",
        ],
    },
    Step {
        shown: Shown::FingerDots,
        take: Take::Frames(1),
        name: ["Lưới chấm", "Dot target"],
        act: ["Đặt tấm lưới chấm, lệch không quá 4°.", "Lay on the dot target, at most 4° askew."],
        measured: ["độ phân giải ngang và dọc, méo hình", "resolution across and along, distortion"],
    },
    Step {
        shown: Shown::FingerTone,
        take: Take::Frames(1),
        name: ["Bậc xám", "Tone chart"],
        act: ["Đặt tấm bậc xám ngay ngắn.", "Lay on the tone chart, straight."],
        measured: [
            "tuyến tính, dải xám, độ nét, đáp ứng hình sin",
            "linearity, range, sharpness, response to sines",
        ],
    },
    Step {
        shown: Shown::Lifted,
        take: Take::Frames(2),
        name: ["Bóng ngón tay", "Ghost"],
        act: [
            "Ấn một ngón tay khô hai giây, nhấc ra rồi chụp ngay. Hai ảnh này không được giữ lại.",
            "Press a dry finger for two seconds, lift it and take at once. These two frames are not kept.",
        ],
        measured: ["bóng vân tay còn lại", "what a lifted finger leaves behind"],
    },
];

const CAMERA: [Step; 4] = [
    Step {
        shown: Shown::GreySheet,
        take: Take::Picture,
        name: ["Tờ giấy xám", "Grey sheet"],
        act: [
            "Giữ tờ giấy xám A3 ở chỗ khuôn mặt, ngang tầm mặt.",
            "Hold the grey A3 sheet where the face will be, at its height.",
        ],
        measured: ["ánh sáng đều, lệch trái phải", "evenness of light, light from the side"],
    },
    Step {
        shown: Shown::CameraBoard,
        take: Take::Picture,
        name: ["Bảng ChArUco", "ChArUco board"],
        act: [
            "Giữ camera-charuco thẳng ở cùng chỗ, càng đầy khung hình càng tốt, ngón tay ngoài các ô vuông.",
            "Hold camera-charuco upright at the same place, filling the picture, fingers off the squares.",
        ],
        measured: ["méo ống kính, khoảng cách hai mắt", "lens distortion, distance of the eyes"],
    },
    Step {
        shown: Shown::CameraFace,
        take: Take::Picture,
        name: ["Bảng màu", "Colour chart"],
        act: [
            "Giữ camera-face ở cùng chỗ, đủ bốn dấu góc, không bóng loá.",
            "Hold camera-face at the same place with all four marks and no glare.",
        ],
        measured: [
            "độ nét, màu, cân bằng trắng, phơi sáng, nhiễu",
            "sharpness, colour, white balance, exposure, noise",
        ],
    },
    Step {
        shown: Shown::EmptyChair,
        take: Take::Picture,
        name: ["Phông nền", "Background"],
        act: ["Để trống ghế trước máy ảnh.", "Leave the chair before the camera empty."],
        measured: ["độ sáng, ám màu, độ đều của phông", "lightness, colour and evenness of the background"],
    },
];

const PRINTER: [Step; 4] = [
    Step {
        shown: Shown::Nothing,
        take: Take::TestCard,
        name: ["In thẻ thử", "Print the test card"],
        act: [
            "Nạp một phôi trắng. Trạm in thẻ thử: chữ TEST phải đọc được cả dấu, không sọc trắng.",
            "Put in a white blank. The station prints the test card: TEST must read with its accents, no white streaks.",
        ],
        measured: ["máy in nhận lệnh và đưa thẻ ra", "the printer takes the job and puts the card out"],
    },
    Step {
        shown: Shown::PrintedCard,
        take: Take::Picture,
        name: ["Đọc thẻ thử", "Read the test card"],
        act: [
            "Đặt thẻ thử thẳng trên nền đen trước máy ảnh của trạm, máy ảnh nhìn vuông góc.",
            "Lay the test card straight on a black ground before the station's camera, which looks straight at it.",
        ],
        measured: [
            "lệch ngang, dọc, góc, tỉ lệ; đường cong của lô ruy băng",
            "offsets, rotation, scale; the curve of the ribbon's lot",
        ],
    },
    Step {
        shown: Shown::Proof,
        take: Take::Proof,
        name: ["In thẻ kiểm", "Print the proof"],
        act: [
            "Nạp thêm một phôi trắng. Trạm in lại thẻ thử qua đường cong vừa tính.",
            "Put in another white blank. The station prints the test card again, through the new curve.",
        ],
        measured: ["máy in nhận lệnh và đưa thẻ ra", "the printer takes the job and puts the card out"],
    },
    Step {
        shown: Shown::ProofCard,
        take: Take::Picture,
        name: ["Đọc thẻ kiểm", "Read the proof"],
        act: ["Đặt thẻ kiểm vào đúng chỗ thẻ thử vừa nằm.", "Lay the proof where the test card lay."],
        measured: ["màu in sau khi hiệu chỉnh", "colours of the print with its curve"],
    },
];

const IRIS: [Step; 3] = [
    Step {
        shown: Shown::IrisWorking,
        take: Take::Frames(2),
        name: ["Chỗ đặt mắt", "Where eyes are"],
        act: [
            "Giữ iris-target (in laser) đúng khoảng cách hãng ghi cho mắt, thẳng trước máy.",
            "Hold iris-target (laser print) at the distance the maker names for eyes, straight before the camera.",
        ],
        measured: [
            "mức hồng ngoại, độ tương phản, số điểm ảnh trên mống mắt, độ nét",
            "near-infrared level, contrast, pixels across an iris, sharpness",
        ],
    },
    Step {
        shown: Shown::IrisNear,
        take: Take::Frames(2),
        name: ["Đầu gần", "Near end"],
        act: [
            "Đưa tấm lại gần đến đầu khoảng lấy nét mà hãng ghi.",
            "Bring the target to the near end of the range the maker names.",
        ],
        measured: ["độ nét ở đầu gần", "sharpness at the near end"],
    },
    Step {
        shown: Shown::IrisFar,
        take: Take::Frames(2),
        name: ["Đầu xa", "Far end"],
        act: [
            "Đưa tấm ra đến cuối khoảng lấy nét mà hãng ghi.",
            "Take the target to the far end of the range the maker names.",
        ],
        measured: ["độ nét ở đầu xa, khoảng lấy nét", "sharpness at the far end, range of focus"],
    },
];

/// The steps of a class of devices.
pub fn steps(class: DeviceClass) -> &'static [Step] {
    match class {
        DeviceClass::FingerReader | DeviceClass::SlapReader => &FINGER,
        DeviceClass::Camera => &CAMERA,
        DeviceClass::CardPrinter => &PRINTER,
        DeviceClass::IrisCamera => &IRIS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_steps_that_say_what_to_do_in_both_languages() {
        for class in DeviceClass::ALL {
            for step in steps(class) {
                for text in [step.name, step.act, step.measured] {
                    assert!(text[0] != text[1] && text.iter().all(|text| text.len() > 3), "{text:?}");
                }
            }
        }
    }
}
