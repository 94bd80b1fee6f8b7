//! What keeps a measurement or a certificate from being made or believed, said so that a person can act on it.

use tram_biometric::Language;

/// Why nothing was measured, or a certificate is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// The ruled target is not in the picture.
    #[error("only {found} dots of the ruled target were found")]
    NoGrid {
        /// Dots that stood in rows and columns.
        found: usize,
    },
    /// The `ChArUco` board is not in the picture, or too little of it.
    #[error("only {found} corners of the ChArUco board were found")]
    NoBoard {
        /// Corners between four squares of the board.
        found: usize,
    },
    /// There is a board with other markers or another order of them.
    #[error("the board in the picture is another one")]
    OtherBoard,
    /// The board is seen in a mirror.
    #[error("the picture shows the board mirrored")]
    Mirrored,
    /// The board stands on its head, or the camera hangs.
    #[error("the board is upside down in the picture")]
    UpsideDown,
    /// The library for pictures refused.
    #[error("the picture could not be searched: {0}")]
    Library(String),
    /// The chart's four corner marks are not in the picture.
    #[error("the four corner marks of the chart were not found")]
    NoMarks,
    /// There is no usable slanted edge where one was expected.
    #[error("there is no slanted edge to measure: {0}")]
    NoEdge(&'static str),
    /// The card's edges do not stand out from the scanner's lid.
    #[error("the edges of the card were not found in the scan")]
    NoCard,
    /// A part of the chart has nothing to measure.
    #[error("the chart shows too little to measure: {0}")]
    TooLittle(&'static str),
    /// No frames, or frames of different sizes.
    #[error("the frames do not belong together: there are none, or their sizes differ")]
    Frames,
    /// The limits file is damaged.
    #[error("the limits file cannot be read ({0}); reinstall the station")]
    Limits(String),
    /// The certificate is not of the format, or damaged.
    #[error("the certificate is damaged or of an unknown format")]
    Format,
    /// A signature is missing, forged, or by a key nobody vouches for.
    #[error("the {0}'s signature on the certificate is not valid")]
    Signature(&'static str),
    /// A key's holder would not sign.
    #[error("the {0}'s key could not sign")]
    Sign(&'static str),
    /// An exception that is longer than an exception may be, or ends before it begins.
    #[error("an exception must begin before it ends and may last at most {0} days")]
    Exception(i64),
}

impl CalibrationError {
    /// What the technician reads: what is wrong and what to do.
    pub fn advice(&self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::NoGrid { .. } => (
                "Không thấy lưới chấm: lau tấm chuẩn, đặt phẳng và thẳng, rồi chụp lại",
                "The dot target is not seen: wipe it, lay it flat and straight, and take the picture again",
            ),
            Self::NoBoard { .. } => (
                "Không thấy bảng ChArUco hoặc thấy quá ít: đưa cả bảng vào khung hình, bỏ tay và vật che, tránh bóng loá",
                "The ChArUco board is not seen, or too little of it: bring it all into the picture, uncovered, without glare",
            ),
            Self::OtherBoard => (
                "Đây là tấm chuẩn khác: dùng camera-charuco in từ trạm này, bằng “tram calibrate charts”",
                "This is another board: use camera-charuco as this station prints it, “tram calibrate charts”",
            ),
            Self::Mirrored => (
                "Ảnh bị lật gương: tắt chế độ gương của máy ảnh, ảnh thẻ không được lật",
                "The picture is mirrored: switch off the camera's mirror mode, a portrait must not be mirrored",
            ),
            Self::UpsideDown => (
                "Tấm chuẩn bị ngược: quay cho chữ ở cạnh dưới; nếu đã đúng thì máy ảnh đang treo ngược",
                "The board is upside down: turn its words to the bottom; if they are there, the camera hangs upside down",
            ),
            Self::Library(_) => (
                "Chưa tìm được trong ảnh này: chụp lại; nếu vẫn vậy thì cài lại trạm",
                "This picture could not be searched: take it again; if it stays, reinstall the station",
            ),
            Self::NoMarks => (
                "Không thấy bốn dấu góc: đưa toàn bộ tấm chuẩn vào khung hình, tránh bóng loá, rồi chụp lại",
                "The four corner marks are not seen: bring the whole chart into the picture without glare",
            ),
            Self::NoEdge(_) => (
                "Không thấy cạnh nghiêng: kiểm tra tấm chuẩn còn nguyên, đặt thẳng, rồi chụp lại",
                "The slanted edge is not seen: check the chart for damage, put it upright, and retake",
            ),
            Self::NoCard => (
                "Không thấy mép thẻ: đặt thẻ giữa mặt kính, che nắp đen, quét lại ở 600 dpi",
                "The card's edges are not seen: lay it in the middle under a black lid and scan again at 600 dpi",
            ),
            Self::TooLittle(_) => (
                "Tấm chuẩn quá nhỏ trong ảnh: đưa lại gần hoặc chọn độ phân giải cao hơn",
                "The chart is too small in the picture: bring it closer or choose a higher resolution",
            ),
            Self::Frames => (
                "Các ảnh không cùng cỡ hoặc thiếu: không đổi thiết bị giữa chừng, làm lại bước này",
                "Frames are missing or differ in size: do not change the device midway, repeat this step",
            ),
            Self::Limits(_) => {
                ("Tệp giới hạn bị hỏng: cài lại trạm", "The limits file is damaged: reinstall the station")
            }
            Self::Format | Self::Signature(_) => (
                "Chứng nhận không tin được: hiệu chuẩn lại thiết bị và báo giám sát viên",
                "The certificate cannot be believed: calibrate the device again and tell the supervisor",
            ),
            Self::Sign(_) => (
                "Chưa ký được: đăng nhập lại và ký lần nữa",
                "It could not be signed: sign in again and sign once more",
            ),
            Self::Exception(_) => (
                "Ngoại lệ không hợp lệ: chọn ngày bắt đầu, ngày kết thúc trong thời hạn cho phép",
                "The exception is not valid: choose its first and last day within the time allowed",
            ),
        };
        language.pick(vi, en)
    }
}
