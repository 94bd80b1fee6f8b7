//! Whether a device may be used today: a certificate that holds, or a supervisor's dated exception.

use crate::CalibrationError;
use crate::certificate::{CalibratedDevice, Certificate};
use crate::signature::{Role, Statement};
use serde::{Deserialize, Serialize};
use time::Date;
use tram_biometric::Language;

/// The longest exception, in days.
pub const LONGEST_EXCEPTION: i64 = 7;

/// A supervisor's word that a device may be used although it is refused. Fields stand in the order of deterministic CBOR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    device: CalibratedDevice,
    reason: String,
    last_day: Date,
    first_day: Date,
    supervisor: String,
}

impl Exception {
    /// An exception from one day to another, both included.
    ///
    /// # Errors
    /// [`CalibrationError::Exception`] when it ends before it begins, lasts more than seven days, or gives no reason.
    pub fn new(
        device: CalibratedDevice,
        reason: String,
        (first_day, last_day): (Date, Date),
        supervisor: String,
    ) -> Result<Self, CalibrationError> {
        let days = (last_day - first_day).whole_days() + 1;
        if !(1..=LONGEST_EXCEPTION).contains(&days) || reason.trim().is_empty() {
            return Err(CalibrationError::Exception(LONGEST_EXCEPTION));
        }
        Ok(Self { device, reason, last_day, first_day, supervisor })
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// By whom.
    pub fn supervisor(&self) -> &str {
        &self.supervisor
    }

    /// Whether it lets this device be used on this day. An exception longer than allowed lets nothing.
    fn covers(&self, device: &CalibratedDevice, today: Date) -> bool {
        let days = (self.last_day - self.first_day).whole_days() + 1;
        days <= LONGEST_EXCEPTION
            && self.device.is(device)
            && (self.first_day..=self.last_day).contains(&today)
    }
}

impl Statement for Exception {
    const CONTENT_TYPE: &'static str = "application/vnd.tram.calibration-exception+cbor";
    const SIGNERS: [Role; 2] = [Role::Supervisor, Role::Station];
}

/// Why a device is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no certificate.
    NoCertificate,
    /// The certificate is about another device.
    OtherDevice,
    /// The firmware has changed since.
    FirmwareChanged,
    /// The certificate is from a day to come: the clock is wrong.
    FromTheFuture(Date),
    /// It was out of its limits.
    Failed,
    /// The last day has passed.
    Expired(Date),
    /// More captures or cards than the certificate holds for.
    UsedUp(u32),
}

/// Whether a device may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its certificate holds.
    Good {
        /// Days left, today not counted.
        days_left: i64,
        /// Captures or cards left.
        uses_left: u32,
    },
    /// Refused by itself, but a supervisor allows it.
    Excepted {
        /// Why it would be refused.
        refusal: Refusal,
        /// Last day of the exception.
        last_day: Date,
    },
    /// Refused.
    Refused(Refusal),
}

/// Where a device stands on a day, after `uses` captures or cards since its certificate was issued. Certificate and
/// exception have been opened, that is verified, before.
pub fn standing(
    certificate: Option<&Certificate>,
    device: &CalibratedDevice,
    (today, uses): (Date, u32),
    exception: Option<&Exception>,
) -> Standing {
    match judge(certificate, device, today, uses) {
        Ok(good) => good,
        Err(refusal) => match exception.filter(|exception| exception.covers(device, today)) {
            Some(exception) => Standing::Excepted { refusal, last_day: exception.last_day },
            None => Standing::Refused(refusal),
        },
    }
}

fn judge(
    certificate: Option<&Certificate>,
    device: &CalibratedDevice,
    today: Date,
    uses: u32,
) -> Result<Standing, Refusal> {
    let certificate = certificate.ok_or(Refusal::NoCertificate)?;
    if !certificate.device.is(device) {
        return Err(Refusal::OtherDevice);
    }
    if certificate.device.firmware != device.firmware {
        return Err(Refusal::FirmwareChanged);
    }
    let issued = certificate.issued.date();
    // A station's day may be one ahead of the day of issue in UTC.
    if issued > today.next_day().unwrap_or(today) {
        return Err(Refusal::FromTheFuture(issued));
    }
    if !certificate.passes() {
        return Err(Refusal::Failed);
    }
    if today > certificate.last_day {
        return Err(Refusal::Expired(certificate.last_day));
    }
    let uses_left = certificate.uses_allowed.checked_sub(uses).filter(|left| *left > 0);
    let uses_left = uses_left.ok_or(Refusal::UsedUp(certificate.uses_allowed))?;
    Ok(Standing::Good { days_left: (certificate.last_day - today).whole_days(), uses_left })
}

impl Standing {
    /// Whether the device may be used.
    pub fn may_be_used(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    /// What the officer reads.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::Good { days_left, uses_left } => language.pick(
                format!("Chứng nhận hiệu chuẩn còn {days_left} ngày, {uses_left} lần dùng."),
                format!("The calibration certificate holds for {days_left} more days and {uses_left} uses."),
            ),
            Self::Excepted { refusal, last_day } => {
                let why = refusal.sentence(language);
                let day = crate::sheet::day(*last_day, language);
                language.pick(
                    format!("{why} Giám sát viên cho dùng tạm đến hết ngày {day}."),
                    format!("{why} A supervisor allows its use up to and including {day}."),
                )
            }
            Self::Refused(refusal) => refusal.sentence(language),
        }
    }
}

impl Refusal {
    /// What the officer reads: why, and what to do.
    pub fn sentence(&self, language: Language) -> String {
        let day = |day: &Date| crate::sheet::day(*day, language);
        let (vi, en) = match self {
            Self::NoCertificate => (
                "Thiết bị chưa có chứng nhận hiệu chuẩn: gọi kỹ thuật viên hiệu chuẩn.".to_owned(),
                "The device has no calibration certificate: call the technician to calibrate it.".to_owned(),
            ),
            Self::OtherDevice => (
                "Chứng nhận thuộc thiết bị khác: cắm lại thiết bị cũ hoặc hiệu chuẩn thiết bị này."
                    .to_owned(),
                "The certificate is about another device: connect that one or calibrate this one.".to_owned(),
            ),
            Self::FirmwareChanged => (
                "Phần mềm trong thiết bị đã thay đổi: hiệu chuẩn lại.".to_owned(),
                "The device's firmware has changed: calibrate it again.".to_owned(),
            ),
            Self::FromTheFuture(issued) => (
                format!("Chứng nhận ghi ngày {}, sau hôm nay: kiểm tra đồng hồ của trạm.", day(issued)),
                format!("The certificate is dated {}, after today: check the station's clock.", day(issued)),
            ),
            Self::Failed => (
                "Lần đo gần nhất không đạt: sửa thiết bị rồi hiệu chuẩn lại.".to_owned(),
                "The device failed its last calibration: repair it and calibrate again.".to_owned(),
            ),
            Self::Expired(last) => (
                format!("Chứng nhận đã hết hạn ngày {}: hiệu chuẩn lại.", day(last)),
                format!("The certificate expired on {}: calibrate again.", day(last)),
            ),
            Self::UsedUp(allowed) => (
                format!("Đã dùng hết {allowed} lần của chứng nhận: hiệu chuẩn lại."),
                format!("All {allowed} uses of the certificate are used up: calibrate again."),
            ),
        };
        language.pick(vi, en)
    }
}
