//! Why a packet or the lane waits, in words the officer understands.

use std::fmt;

/// Why something is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No network, or no centre at its other end.
    Unreachable,
    /// Another centre, or somebody in between.
    Untrusted,
    /// The centre does not admit this station.
    NotAdmitted,
    /// The centre is busy or under maintenance.
    Busy,
    /// The centre has no room.
    Full,
    /// It is not the time to send; see [`Hours`](crate::Hours).
    OutOfHours,
    /// The centre failed at this packet.
    CentreFailed {
        /// HTTP status.
        status: u16,
    },
    /// The centre answered what it should not.
    Misbehaving {
        /// For the log.
        what: String,
    },
    /// What arrived is not what was sent.
    DamagedOnTheWay,
    /// The receipt does not verify.
    BadReceipt,
    /// The centre's log is not the one it was: see [`Fork`](crate::Fork).
    Forked,
    /// The packet's bytes in this station are not those that were sealed.
    DamagedHere,
    /// The centre holds another packet of the same name.
    Conflict,
    /// Larger than the centre takes.
    TooLarge,
    /// The centre examined it and refused it.
    Refused {
        /// The problem's word, such as `virtual-in-service`.
        kind: String,
        /// The centre's sentence.
        detail: String,
    },
}

impl Reason {
    /// The officer's sentence, Vietnamese and English.
    pub fn texts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Unreachable => (
                "Chưa kết nối được trung tâm; hồ sơ vẫn an toàn tại trạm",
                "No connection to the centre; the packet is safe at the station",
            ),
            Self::Untrusted => (
                "Máy chủ không phải trung tâm đã đăng ký; không gửi gì",
                "The server is not the centre this station joined; nothing is sent",
            ),
            Self::NotAdmitted => (
                "Trung tâm chưa chấp nhận trạm này; liên hệ quản trị",
                "The centre does not admit this station; call its operator",
            ),
            Self::Busy => ("Trung tâm đang bận", "The centre is busy"),
            Self::OutOfHours => (
                "Ngoài giờ gửi; hồ sơ vẫn an toàn tại trạm",
                "Outside the hours for sending; the packet is safe at the station",
            ),
            Self::Full => ("Trung tâm hết chỗ lưu trữ", "The centre has no room left"),
            Self::CentreFailed { .. } => {
                ("Trung tâm gặp lỗi với gói này", "The centre failed at this packet")
            }
            Self::Misbehaving { .. } => {
                ("Trung tâm trả lời sai giao thức", "The centre answers against the protocol")
            }
            Self::DamagedOnTheWay => {
                ("Gói hỏng trên đường truyền, sẽ gửi lại", "Damaged on the way; it is sent again")
            }
            Self::BadReceipt => ("Biên nhận không hợp lệ", "The receipt does not verify"),
            Self::Forked => (
                "Sổ nhật ký của trung tâm trái với điều trung tâm đã ký; trạm giữ lại mọi hồ sơ, hãy báo người phụ trách",
                "The centre's log contradicts what the centre signed before; the station keeps everything: call the supervisor",
            ),
            Self::DamagedHere => (
                "Gói trong kho của trạm bị hỏng; khôi phục từ bản sao",
                "The packet is damaged in this station; restore it from the mirror",
            ),
            Self::Conflict => {
                ("Trung tâm đã có gói khác cùng mã", "The centre holds another packet of the same name")
            }
            Self::TooLarge => ("Gói lớn hơn mức cho phép", "The packet is larger than the centre takes"),
            Self::Refused { .. } => ("Trung tâm từ chối gói này", "The centre refused this packet"),
        }
    }
}

impl fmt::Display for Reason {
    /// For logs: the English sentence and what is known beyond it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.texts().1)?;
        match self {
            Self::CentreFailed { status } => write!(f, " ({status})"),
            Self::Misbehaving { what } => write!(f, " ({what})"),
            Self::Refused { kind, detail } => write!(f, " ({kind}: {detail})"),
            _ => Ok(()),
        }
    }
}
