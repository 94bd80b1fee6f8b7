//! Texts of the bench and the morning test.

use super::super::text::{Text, text};

pub(super) const TITLE: Text = text("Bàn kỹ thuật", "The technician's bench");
pub(super) const SUBTITLE: Text = text(
    "Đo, ký chứng nhận, theo dõi; ở đây không mở hồ sơ của người dân nào",
    "Measure, sign, follow; no citizen's dossier is open here",
);
pub(super) const CALIBRATE: Text = text("Hiệu chuẩn", "Calibrate");
pub(super) const WRITE_FAULT: Text = text("Ghi lỗi thiết bị…", "Write down a fault…");
pub(super) const FAULT_HINT: Text = text(
    "Thấy gì, lúc nào, đã thử gì; ảnh mới nhất được giữ kèm",
    "What was seen, when, what was tried; the newest picture is kept with it",
);
pub(super) const KEEP: Text = text("Ghi lại", "Keep");
pub(super) const SELF_TEST: Text = text("Tự kiểm tra trạm", "Test the station");
pub(super) const MORNING: Text = text("Kiểm tra buổi sáng", "Morning test");
pub(super) const VALID: Text = text("còn hiệu lực", "valid");
pub(super) const SOON: Text = text("sắp hết hạn", "ends soon");
pub(super) const EXCEPTED: Text = text("tạm cho dùng", "allowed for now");
pub(super) const NO_CERTIFICATE: Text = text("chưa có", "none yet");
pub(super) const REFUSED: Text = text("không được dùng", "refused");
pub(super) const FIRMWARE: Text = text("Phần mềm", "Firmware");
pub(super) const CERTIFICATES: Text = text("Chứng nhận", "Certificates");
pub(super) const PASSED: Text = text("đạt", "passed");
pub(super) const FAILED: Text = text("không đạt", "failed");
pub(super) const TREND: Text = text("Xu hướng", "Trend");
pub(super) const FAULTS: Text = text("Lỗi đã ghi", "Faults written down");
pub(super) const WITH_PICTURE: Text = text(" · có ảnh", " · with a picture");
pub(super) const STATION: Text = text("Trạm", "The station");
pub(super) const GOOD: Text = text("tốt", "good");
pub(super) const TO_MEND: Text = text("cần xử lý", "to mend");
pub(super) const NOT_HERE: Text = text("không có", "not here");

pub(super) const STEPS: Text = text("Các bước", "Steps");
pub(super) const FIGURES: Text = text("Số đo của bước này", "Figures of this step");
pub(super) const MEASURES: Text = text("Đo", "Measures");
pub(super) const TAKE: Text = text("Chụp và đo", "Take and measure");
pub(super) const PRINT: Text = text("In thẻ thử", "Print the test card");
pub(super) const NEXT: Text = text("Bước sau", "Next step");
pub(super) const SIGN: Text = text("Ký chứng nhận…", "Sign the certificate…");
pub(super) const MEASURING: Text = text("Đang đo…", "Measuring…");
pub(super) const OPEN: Text = text("chưa đo", "open");
pub(super) const WAITING: Text = text("Chờ thiết bị…", "Waiting for the device…");
pub(super) const LIVE: Text = text("Ảnh trực tiếp", "Live picture");
pub(super) const SIGN_TITLE: Text = text("Ký chứng nhận hiệu chuẩn", "Sign the calibration certificate");
pub(super) const SIGN_GOOD: Text = text(
    "Thiết bị đạt. Chữ ký của kỹ thuật viên và của trạm xác nhận các số đo này.",
    "The device passes. The technician's and the station's signatures stand for these figures.",
);
pub(super) const SIGN_BAD: Text = text(
    "Thiết bị không đạt. Ký xong, trạm sẽ tự không dùng thiết bị này.",
    "The device fails. Once signed, the station does not use it.",
);
pub(super) const SITE: Text = text("Điểm đặt máy (tên nơi này)", "Site (the name of this place)");
pub(super) const LOT: Text = text("Lô ruy băng (in trên hộp)", "Ribbon lot (printed on its box)");
pub(super) const SIGN_DO: Text = text("Ký", "Sign");
pub(super) const SIGNED: Text = text("Đã ký và lưu chứng nhận", "The certificate is signed and kept");
pub(super) const PAPERS: Text = text("Tệp PDF", "PDF");
pub(super) const EXCEPT_TITLE: Text =
    text("Đội trưởng cho dùng tạm", "A supervisor allows the device for some days");
pub(super) const EXCEPT_DO: Text = text("Cho dùng tạm", "Allow");
pub(super) const REASON: Text = text("Lý do", "Reason");
pub(super) const DAYS: Text = text("Số ngày, từ hôm nay (1–7)", "Days, from today (1–7)");
pub(super) const INCOMPLETE: Text =
    text("Cần lý do, số ngày, mã và mật khẩu", "Reason, days, id and passphrase are needed");
