//! What went wrong with a device, and what a person can do about it.

use tram_biometric::Language;

/// Why a device did not do what it was asked. Few kinds, each with its own remedy; `detail` is for the technician.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Unplugged, switched off, or never there.
    #[error("the device is not connected: {detail}")]
    Gone {
        /// For the technician.
        detail: String,
    },
    /// Another program holds it.
    #[error("the device is used by another program: {detail}")]
    Busy {
        /// For the technician.
        detail: String,
    },
    /// The operating system does not let us open it.
    #[error("no permission to open the device: {detail}")]
    PermissionDenied {
        /// For the technician: the rule that mends it.
        detail: String,
    },
    /// It did not answer in time.
    #[error("the device did not answer in time: {detail}")]
    Timeout {
        /// For the technician.
        detail: String,
    },
    /// It answered what its protocol does not know. Nothing of it was used.
    #[error("the device sent data that cannot be right: {detail}")]
    Garbage {
        /// For the technician.
        detail: String,
    },
    /// It could not prove that it, or what it sent, is what it claims. Nothing of it was used.
    #[error("the device is not trusted: {detail}")]
    Untrusted {
        /// For the technician: what did not hold.
        detail: String,
    },
    /// Its calibration certificate does not hold: it is not used until it is calibrated or a supervisor allows it.
    #[error("the device's calibration does not hold: {detail}")]
    Uncalibrated {
        /// For the technician: which figure, which day.
        detail: String,
    },
    /// It cannot do what was asked.
    #[error("the device cannot do this: {detail}")]
    Unsupported {
        /// For the technician.
        detail: String,
    },
    /// No smart card is in the reader, or it was taken out in the middle.
    #[error("no card in the reader: {detail}")]
    NoCard {
        /// For the technician.
        detail: String,
    },
    /// The printer cannot print.
    #[error("the card printer cannot print: {0:?}")]
    Printer(PrinterFault),
}

/// What keeps a card printer from printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrinterFault {
    /// The ribbon is used up or missing.
    NoRibbon,
    /// No blank card in the feeder.
    NoBlanks,
    /// A card is stuck.
    Jam,
    /// The cover is open.
    CoverOpen,
    /// The output hopper is full.
    HopperFull,
    /// The head wants cleaning before the next card.
    CleaningNeeded,
    /// Anything else the printer reports.
    Mechanical,
}

impl DeviceError {
    /// What the officer reads: what is wrong and what to do.
    pub fn advice(&self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Gone { .. } => (
                "Thiết bị chưa được kết nối: kiểm tra dây cắm và nguồn, trạm sẽ tự nhận lại",
                "The device is not connected: check cable and power, the station finds it again by itself",
            ),
            Self::Busy { .. } => (
                "Thiết bị đang bị chương trình khác giữ: đóng chương trình đó",
                "Another program is using the device: close that program",
            ),
            Self::PermissionDenied { .. } => (
                "Trạm chưa được phép mở thiết bị: báo kỹ thuật viên cài quy tắc udev của trạm",
                "The station may not open the device: ask the technician to install the station's udev rules",
            ),
            Self::Timeout { .. } => (
                "Thiết bị không trả lời: rút ra cắm lại, nếu vẫn vậy thì đổi thiết bị",
                "The device does not answer: unplug it and plug it in again, then try another device",
            ),
            Self::Garbage { .. } => (
                "Thiết bị gửi dữ liệu sai, ảnh không được dùng: rút ra cắm lại rồi lấy lại",
                "The device sent wrong data and nothing of it was used: plug it in again and retake",
            ),
            Self::Untrusted { .. } => (
                "Thiết bị không chứng minh được nguồn gốc, ảnh không được dùng: ngừng dùng và báo kỹ thuật viên",
                "The device could not prove its identity and nothing of it was used: stop using it, call the technician",
            ),
            Self::Uncalibrated { .. } => (
                "Chứng nhận hiệu chuẩn không còn hiệu lực, trạm không dùng thiết bị này: gọi kỹ thuật viên, hoặc đội trưởng cho dùng tạm (F9)",
                "The calibration certificate does not hold and the station does not use the device: call the technician, or a supervisor allows it for some days (F9)",
            ),
            Self::Unsupported { .. } => (
                "Thiết bị này không làm được việc đó: chọn thiết bị khác hoặc cách lấy khác",
                "This device cannot do that: choose another device or another way to capture",
            ),
            Self::NoCard { .. } => (
                "Không có thẻ trong đầu đọc: đặt thẻ vào và giữ yên",
                "No card is in the reader: put it in and leave it there",
            ),
            Self::Printer(fault) => return fault.advice(language),
        };
        language.pick(vi, en)
    }
}

impl PrinterFault {
    /// What the officer reads: what is wrong and what to do.
    pub fn advice(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::NoRibbon => ("Hết ruy băng: thay ruy băng mới", "The ribbon is used up: put in a new one"),
            Self::NoBlanks => ("Hết phôi thẻ: nạp thêm phôi", "No blank cards: fill the feeder"),
            Self::Jam => ("Kẹt thẻ: mở nắp và lấy thẻ ra", "A card is stuck: open the cover and take it out"),
            Self::CoverOpen => ("Nắp máy in đang mở: đóng nắp lại", "The printer's cover is open: close it"),
            Self::HopperFull => ("Khay thẻ ra đã đầy: lấy thẻ ra", "The output tray is full: empty it"),
            Self::CleaningNeeded => {
                ("Đầu in cần vệ sinh: chạy thẻ vệ sinh", "The print head needs cleaning: run a cleaning card")
            }
            Self::Mechanical => (
                "Máy in báo lỗi cơ khí: tắt, bật lại, nếu vẫn lỗi thì báo kỹ thuật viên",
                "The printer reports a mechanical fault: switch it off and on, then call the technician",
            ),
        };
        language.pick(vi, en)
    }
}
