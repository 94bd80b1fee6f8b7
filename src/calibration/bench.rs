//! A procedure at the bench, step by step: what to do, what is taken, and what each step measures.
//!
//! Pure: pictures come in with [`Work::take`], figures come out. What a citizen may have left on a platen is never kept
//! as evidence.

use crate::camera::patches;
use crate::finger::flat_field::FlatField;
use crate::procedure;
use crate::{CalibrationError, DeviceClass, Finding, Limits, Measurement, Plane, Verdict};
use std::collections::BTreeMap;
use tram_biometric::{GrayImage, Language, Rect, RgbImage};

/// What a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// So many frames of the fingerprint reader.
    Frames(usize),
    /// One picture of the camera.
    Picture,
    /// Nothing: the printer prints its test card.
    TestCard,
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
    /// The dots before a camera.
    CameraDots,
    /// Edge and patches before a camera.
    CameraFace,
    /// The empty chair.
    EmptyChair,
    /// Nothing: a card is printed.
    Nothing,
    /// The printed test card on a black ground.
    PrintedCard,
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
            Self::CameraDots => "camera-grid",
            Self::CameraFace => "camera-face",
            Self::EmptyChair => "background",
            Self::Nothing => "print",
            Self::PrintedCard => "printer-card",
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
        shown: Shown::CameraDots,
        take: Take::Picture,
        name: ["Lưới chấm", "Dot target"],
        act: ["Giữ camera-grid thẳng ở cùng chỗ.", "Hold camera-grid upright at the same place."],
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

const PRINTER: [Step; 2] = [
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
        measured: ["lệch ngang, dọc, góc, tỉ lệ, màu in", "offsets, rotation, scale, colours of the print"],
    },
];

/// The steps of a class of devices.
pub fn steps(class: DeviceClass) -> &'static [Step] {
    match class {
        DeviceClass::FingerReader | DeviceClass::SlapReader => &FINGER,
        DeviceClass::Camera => &CAMERA,
        DeviceClass::CardPrinter => &PRINTER,
    }
}

/// What was taken in a step.
#[derive(Clone, Debug)]
pub enum Shots {
    /// Frames of a fingerprint reader.
    Frames(Vec<GrayImage>),
    /// A picture of a camera.
    Picture(RgbImage),
    /// A test card came out.
    Printed,
}

/// A procedure under way.
#[derive(Clone, Debug)]
pub struct Work {
    class: DeviceClass,
    limits: Limits,
    shots: BTreeMap<Shown, Shots>,
    figures: BTreeMap<Shown, Vec<Measurement>>,
}

impl Work {
    /// A procedure that has not begun.
    pub fn new(class: DeviceClass, limits: Limits) -> Self {
        Self { class, limits, shots: BTreeMap::new(), figures: BTreeMap::new() }
    }

    /// What kind of device it is about.
    pub fn class(&self) -> DeviceClass {
        self.class
    }

    /// The limits it is held against.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes what a step gave, in place of what it gave before, and says what that measures.
    ///
    /// # Errors
    /// What the pictures lack; the step is as if it had not been taken.
    pub fn take(&mut self, shown: Shown, shots: Shots) -> Result<Vec<Finding>, CalibrationError> {
        self.figures.remove(&shown);
        self.shots.insert(shown, shots);
        let measured = self.measure(shown);
        if measured.is_err() || shown == Shown::Lifted {
            // A finger may have left its print there.
            self.shots.remove(&shown);
        }
        let figures = measured?;
        let findings = Verdict::of(self.class, &figures, &self.limits).findings;
        self.figures.insert(shown, figures);
        Ok(findings)
    }

    fn measure(&self, shown: Shown) -> Result<Vec<Measurement>, CalibrationError> {
        match shown {
            Shown::EmptyPlaten => procedure::light(self.frames(shown)?),
            Shown::DarkTarget => procedure::dark(self.frames(Shown::EmptyPlaten)?, self.frames(shown)?),
            Shown::FingerDots => procedure::ruled(self.frame(shown)?),
            Shown::FingerTone => procedure::toned(self.frame(shown)?),
            Shown::Lifted => procedure::lifted(self.frames(Shown::EmptyPlaten)?, self.frames(shown)?),
            Shown::GreySheet => {
                let picture = self.picture(shown)?;
                procedure::lit(picture, face_zone(picture))
            }
            Shown::CameraDots => procedure::lens(self.picture(shown)?),
            Shown::CameraFace => procedure::faced(self.picture(shown)?, &patches::REFERENCE),
            Shown::EmptyChair => procedure::background(self.picture(shown)?),
            Shown::Nothing => Ok(Vec::new()),
            Shown::PrintedCard => procedure::printer(self.picture(shown)?, None),
        }
    }

    fn frames(&self, shown: Shown) -> Result<&[GrayImage], CalibrationError> {
        match self.shots.get(&shown) {
            Some(Shots::Frames(frames)) => Ok(frames),
            _ => Err(CalibrationError::Frames),
        }
    }

    fn frame(&self, shown: Shown) -> Result<&GrayImage, CalibrationError> {
        self.frames(shown)?.first().ok_or(CalibrationError::Frames)
    }

    fn picture(&self, shown: Shown) -> Result<&RgbImage, CalibrationError> {
        match self.shots.get(&shown) {
            Some(Shots::Picture(picture)) => Ok(picture),
            _ => Err(CalibrationError::Frames),
        }
    }

    /// What all steps so far say of the device.
    pub fn verdict(&self) -> Verdict {
        let figures: Vec<Measurement> = self.figures.values().flatten().copied().collect();
        Verdict::of(self.class, &figures, &self.limits)
    }

    /// The correction of the reader, once its two fields were taken.
    pub fn flat_field(&self) -> Option<FlatField> {
        let light = Plane::mean(self.frames(Shown::EmptyPlaten).ok()?).ok()?;
        let dark = Plane::mean(self.frames(Shown::DarkTarget).ok()?).ok()?;
        FlatField::of(&light, &dark).ok()
    }

    /// The pictures that are kept as evidence, by the step they show.
    pub fn evidence(&self) -> impl Iterator<Item = (Shown, &Shots)> {
        self.shots.iter().map(|(shown, shots)| (*shown, shots))
    }
}

/// Where the face will be: the middle of the picture, as portraits are guided to it.
fn face_zone(picture: &RgbImage) -> Rect {
    let height = picture.height() / 2;
    let width = (height * 3 / 4).min(picture.width());
    Rect { x: (picture.width() - width) / 2, y: picture.height() / 4, width, height }
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

    #[test]
    fn a_step_that_cannot_be_measured_is_as_if_it_had_not_been_taken() {
        let mut work = Work::new(DeviceClass::SlapReader, Limits::shipped().unwrap());
        let grey = GrayImage::from_fn(300, 300, 500, |_, _| 200);
        let taken = work.take(Shown::FingerDots, Shots::Frames(vec![grey.clone()]));
        assert!(matches!(taken, Err(CalibrationError::NoGrid { .. })));
        assert_eq!(work.evidence().count(), 0);
        assert!(work.take(Shown::DarkTarget, Shots::Frames(vec![grey])).is_err(), "light comes first");
    }

    #[test]
    fn what_a_finger_may_have_left_is_not_kept() {
        let mut work = Work::new(DeviceClass::FingerReader, Limits::shipped().unwrap());
        let frame = || GrayImage::from_fn(300, 300, 500, |x, y| 200 + (x * 7 % 3 + y * 5 % 2) as u8);
        work.take(Shown::EmptyPlaten, Shots::Frames(vec![frame(), frame()])).unwrap();
        work.take(Shown::Lifted, Shots::Frames(vec![frame(), frame()])).unwrap();
        assert!(work.evidence().all(|(shown, _)| shown != Shown::Lifted));
        assert!(!work.verdict().passes(), "most is not measured yet");
    }
}
