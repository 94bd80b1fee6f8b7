//! Every text of the screens, Vietnamese and English side by side. Sentences of the workflow itself are in
//! `tram_workflow::sentence`; labels of domain values stand with the values.

use tram_biometric::{FingerPosition, Language};
use tram_capture::{DeviceKind, PrintStage};
use tram_enrollment::Step;
use tram_packet::{AuditAction, KeyProtection};
use tram_workflow::lists::OrderState;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    vi: &'static str,
    en: &'static str,
}

impl Text {
    pub(super) const fn of(self, language: Language) -> &'static str {
        match language {
            Language::Vietnamese => self.vi,
            Language::English => self.en,
        }
    }
}

pub(super) const fn text(vi: &'static str, en: &'static str) -> Text {
    Text { vi, en }
}

// The frame.
pub(super) const DEMONSTRATION: Text = text("TRÌNH DIỄN · TEST", "DEMONSTRATION · TEST");
pub(super) const VIRTUAL: Text = text("ảo", "(virtual)");
pub(super) const NONE: Text = text("không có", "none");
pub(super) const BACK: Text = text("Quay lại", "Back");
pub(super) const CLOSE: Text = text("Đóng", "Close");
pub(super) const CONTINUE: Text = text("Tiếp tục", "Continue");
pub(super) const CANCEL: Text = text("Thôi", "Cancel");
pub(super) const KEYS_SHORT: Text = text("F1 phím tắt · F12 khóa", "F1 keys · F12 lock");
pub(super) const KEYS_LONG: Text = text(
    "F1 phím tắt · F5 hàng chờ gửi · F9 thiết bị · F10 thẻ · F12 khóa · Ctrl L English",
    "F1 keys · F5 outbox · F9 devices · F10 cards · F12 lock · Ctrl L Tiếng Việt",
);
pub(super) const KEYS_OUT: Text = text("F1 phím tắt · Ctrl L English", "F1 keys · Ctrl L Tiếng Việt");
pub(super) const NEW_CITIZEN: Text = text("Công dân mới", "New citizen");
pub(super) const LOADING: Text = text("Đang mở…", "Loading…");

// Sign-in and lock.
pub(super) const SIGN_IN: Text = text("Đăng nhập", "Sign in");
pub(super) const SIGN_IN_HINT: Text = text(
    "Khóa ký của cán bộ chỉ mở bằng mật khẩu của chính mình",
    "An officer's signing key opens with their own passphrase only",
);
pub(super) const CHECKING: Text = text("Đang kiểm tra…", "Checking…");
pub(super) const OFFICER: Text = text("Mã cán bộ", "Officer id");
pub(super) const PASSPHRASE: Text = text("Mật khẩu", "Passphrase");
pub(super) const OWN_CARD: Text = text("Thẻ của tôi…", "My card…");
pub(super) const OWN_CARD_TITLE: Text = text("Giữ thẻ của bạn", "Keep your card");
pub(super) const OWN_CARD_HINT: Text = text(
    "Cắm thẻ vào đầu đọc và nhập mã PIN. Từ đó thẻ và mã PIN mở khóa của bạn tại trạm này; rút thẻ là trạm khóa.",
    "Put your card into a reader and type its PIN. From then on card and PIN open your key at this station; pulling the card locks it.",
);
pub(super) const OWN_CARD_DO: Text = text("Giữ thẻ", "Keep it");
pub(super) const CARD_PIN: Text = text("Mã PIN của thẻ", "The card's PIN");
pub(super) const PIN_NEEDED: Text = text("Nhập mã PIN trước", "Type the PIN first");
pub(super) const BY_CARD: Text = text("Dùng thẻ", "Use the card");
pub(super) const BY_PASSPHRASE: Text = text("Dùng mật khẩu", "Use the passphrase");
pub(super) const OWN_FINGER: Text = text("Vân tay của tôi…", "My finger…");
pub(super) const OWN_FINGER_TITLE: Text = text("Giữ vân tay của cán bộ", "Keep the officer's finger");
pub(super) const OWN_FINGER_HINT: Text = text(
    "Trạm tự khóa thì trong 10 phút mở lại được bằng ngón này; sau đó, và khi tự tay khóa, vẫn cần mật khẩu. Trạm cũng dùng \
     ngón này để nhận ra cán bộ tự thu nhận cho mình.",
    "For 10 minutes it opens a station that locked by itself; after that, or when you lock it, the passphrase is needed. It \
     also tells when an officer enrolls themselves.",
);
pub(super) const OWN_FINGER_LIVE: Text = text("Mời đặt một ngón của mình", "Place one of your own fingers");
pub(super) const TRY_AGAIN: Text = text("Đặt lại", "Try again");
pub(super) const OPEN_BY_FINGER: Text = text("Mở bằng vân tay", "Open by finger");
pub(super) const FORGOTTEN: Text = text("Quên mật khẩu…", "Forgotten passphrase…");
pub(super) const LOCKED: Text = text("Màn hình đã khóa", "The screen is locked");
pub(super) const LOCKED_DRAFT: Text = text(
    "Hồ sơ đang làm dở được giữ nguyên và sẽ mở lại đúng chỗ",
    "The open draft is kept and opens again at the same place",
);
pub(super) const LOCKED_HINT: Text =
    text("Khóa ký đã được xóa khỏi bộ nhớ", "The signing key is gone from memory");
pub(super) const UNLOCK: Text = text("Mở khóa", "Unlock");
pub(super) const OTHER_OFFICER: Text = text("Người khác đăng nhập", "Someone else signs in");
pub(super) const RESET_TITLE: Text = text("Đặt lại mật khẩu", "A new passphrase");
pub(super) const RESET_HINT: Text = text(
    "Đội trưởng xác nhận tại trạm, cũng được khi mất mạng. Mật khẩu cũ hết hiệu lực.",
    "A supervisor vouches at the station, also without network. The old passphrase ends.",
);
pub(super) const RESET_OFFICER: Text = text("Cán bộ quên mật khẩu", "Officer who forgot theirs");
pub(super) const RESET_NEW: Text = text("Mật khẩu mới", "New passphrase");
pub(super) const RESET_AGAIN: Text = text("Nhập lại", "Once more");
pub(super) const RESET_SUPERVISOR: Text = text("Đội trưởng", "Supervisor");
pub(super) const RESET_SUPERVISOR_PASSPHRASE: Text = text("Mật khẩu đội trưởng", "Supervisor's passphrase");
pub(super) const RESET_DO: Text = text("Đặt mật khẩu", "Set passphrase");
pub(super) const RESET_INCOMPLETE: Text = text("Điền đủ các mục trước", "Fill in every field first");
pub(super) const RESET_DIFFERS: Text = text("Hai lần nhập khác nhau", "The two differ");
pub(super) const RESET_SHORT: Text = text("Ít nhất 8 ký tự", "At least 8 characters");

// The worklist.
pub(super) const NEW_DOSSIER: Text = text("Hồ sơ mới", "New dossier");
pub(super) const OPENING: Text = text("Đang mở hồ sơ…", "Opening the dossier…");
pub(super) const FIND_DOSSIER: Text = text("Tìm hồ sơ", "Find a dossier");
pub(super) const FIND_DOSSIER_HINT: Text = text(
    "Họ tên không dấu, số hồ sơ · Enter mở hồ sơ, hoặc mở hồ sơ mới để tìm công dân",
    "Name without accents, dossier number · Enter opens it, or a new dossier to find the citizen",
);
pub(super) const TODAY: Text = text("Hôm nay", "Today");
pub(super) const TODAY_NOTE: Text = text("hồ sơ có việc trong ngày", "dossiers worked on");
pub(super) const DRAFTS: Text = text("Đang làm dở", "Drafts");
pub(super) const DRAFTS_NOTE: Text = text("mở lại đúng chỗ đã dừng", "open again where they stopped");
pub(super) const DRAFTS_NONE: Text = text("không có hồ sơ bỏ dở", "nothing left unfinished");
pub(super) const WAITING: Text = text("Chờ gửi", "Waiting to send");
pub(super) const DEVICES_READY: Text = text("Thiết bị sẵn sàng", "Devices ready");
pub(super) const DEVICES_VIRTUAL: Text =
    text("có thiết bị ảo, chỉ để trình diễn", "some are virtual: demonstration only");
pub(super) const DEVICES_ALL: Text = text("sẵn sàng làm việc", "ready to work");
pub(super) const DEVICES_SOME: Text = text("xem F9 để biết việc cần làm", "F9 says what to do");
pub(super) const DOSSIERS: Text = text("Hồ sơ trong ngày và đang làm dở", "Today's dossiers and drafts");
pub(super) const NO_DOSSIERS: Text = text("Chưa có hồ sơ nào", "No dossiers yet");
pub(super) const NO_DOSSIERS_HINT: Text =
    text("Bấm Ctrl N để nhận công dân đầu tiên", "Press Ctrl N to receive the first citizen");
pub(super) const NO_MATCH: Text = text(
    "Không có hồ sơ nào như vậy: Enter mở hồ sơ mới và tìm trong CSDL dân cư",
    "No such dossier: Enter opens a new one and searches the register",
);
pub(super) const LOADING_WORKLIST: Text =
    text("Đang đọc hồ sơ trên trạm…", "Reading the station's dossiers…");
pub(super) const STATION: Text = text("Trạm", "Station");
pub(super) const STATION_ID: Text = text("Mã trạm", "Station id");
pub(super) const STATION_UNIT: Text = text("Mã đơn vị", "Unit code");
pub(super) const STATION_KEY: Text = text("Khóa của trạm", "The station's key");
pub(super) const RULES_EDITION: Text = text("Quy định", "Rules");
pub(super) const NO_NAME: Text = text("Chưa có tên", "No name yet");

// Procedure.
pub(super) const PROCEDURE_TITLE: Text = text("Thủ tục", "Procedure");
pub(super) const PROCEDURE_HINT: Text =
    text("Theo quy định có hiệu lực hôm nay", "By the rules in force today");
pub(super) const NO_PROCEDURES: Text = text("Chưa có thủ tục nào có hiệu lực", "No procedure is in force");
pub(super) const NO_PROCEDURES_HINT: Text = text(
    "Trạm chưa nhận được quy định từ trung tâm: xem hàng chờ gửi (F5)",
    "The station has no rules from the centre yet: see the outbox (F5)",
);
pub(super) const CHOOSE_PROCEDURE: Text = text("Chọn một thủ tục trước", "Choose a procedure first");
pub(super) const APPOINTMENT: Text = text("Hẹn trả", "Appointment");
pub(super) const FEE: Text = text("Lệ phí", "Fee");
pub(super) const FREE: Text = text("miễn phí", "free");
pub(super) const PROMISED: Text = text("Thời hạn", "Promised in");
pub(super) const STATUTORY: Text = text("Theo luật", "By law");
pub(super) const BASIS: Text = text("Căn cứ", "Basis");
pub(super) const CHOSEN: Text = text("Đã chọn", "Chosen");
pub(super) const DOSSIER_NUMBER: Text = text("Số hồ sơ", "Dossier number");

// The applicant: search.
pub(super) const SEARCH_TITLE: Text = text("Tìm công dân", "Find the citizen");
pub(super) const SEARCH_SUBTITLE: Text = text(
    "Trong bản trích CSDL dân cư trên trạm, không cần mạng",
    "In the station's extract of the register, without network",
);
pub(super) const SEARCH_HINT: Text = text(
    "Số định danh, CMND cũ, hoặc họ tên không dấu và ngày sinh",
    "Number, old number, or name without accents and birth date",
);
pub(super) const TAKE: Text = text("Lấy người này", "Take this person");
pub(super) const SCAN: Text = text("Quét mã QR", "Scan the code");
pub(super) const SCAN_TITLE: Text = text("Quét mã QR trên thẻ", "Scan the code on the card");
pub(super) const SCAN_SUBTITLE: Text =
    text("Thông tin trên thẻ điền thẳng vào tờ khai", "What the card says fills the form");
pub(super) const SCAN_HINT: Text =
    text("Đưa mã QR trên thẻ vào giữa khung", "Hold the card's code to the middle of the picture");
pub(super) const TYPE_IN: Text = text("Nhập tay", "Type in");
pub(super) const TYPE_SOMETHING: Text =
    text("Tìm và chọn một người trước", "Search and choose a person first");
pub(super) const FOUND_NONE: Text = text("Không tìm thấy ai", "Nobody found");
pub(super) const FOUND_NONE_HINT: Text = text(
    "Kiểm tra lại số và ngày sinh, hoặc bấm F11 để nhập tay",
    "Check the number and birth date, or press F11 to type in",
);
pub(super) const SEARCH_EMPTY: Text = text("Bắt đầu gõ để tìm", "Start typing to search");
pub(super) const SEARCH_EMPTY_HINT: Text =
    text("Phím mũi tên chọn, Enter lấy người đang chọn", "Arrow keys choose, Enter takes the chosen one");
pub(super) const SEARCHING: Text = text("Đang tìm…", "Searching…");
pub(super) const WAYS: Text = text("Các cách tìm", "Ways to search");
pub(super) const WAY_NUMBER: Text = text("Số định danh", "Personal number");
pub(super) const WAY_NUMBER_FORM: Text = text("12 chữ số", "12 digits");
pub(super) const WAY_OLD: Text = text("Số CMND cũ", "Old number");
pub(super) const WAY_OLD_FORM: Text = text("9 chữ số", "9 digits");
pub(super) const WAY_NAME: Text = text("Họ tên", "Name");
pub(super) const WAY_NAME_FORM: Text = text("hoang thi ngan 12/03/1994", "hoang thi ngan 12/03/1994");
pub(super) const WAY_QR: Text = text("Mã QR trên thẻ", "QR on the card");
pub(super) const WAY_QR_FORM: Text = text("máy ảnh (F8) hoặc đầu quét", "camera (F8) or scanner");
pub(super) const WAY_QR_HINT: Text = text(
    "Đầu đọc QR kiểu bàn phím: đặt con trỏ trong ô tìm rồi quét. Thông tin trên thẻ điền thẳng vào tờ khai.",
    "A keyboard-type QR reader: keep the cursor in the field and scan. What the card says fills the form.",
);

// The applicant: form.
pub(super) const FORM_TITLE: Text = text("Người đề nghị", "Applicant");
pub(super) const FORM_SUBTITLE: Text = text(
    "Chỉ sửa điều công dân nói khác; mỗi lần sửa dữ liệu dân cư cần lý do",
    "Change only what the citizen says is different; a change of the register needs a reason",
);
pub(super) const FORM_SUBTITLE_TYPED: Text =
    text("Nhập theo giấy tờ công dân xuất trình", "Type what the citizen's papers say");
pub(super) const MALE: Text = text("Nam", "Male");
pub(super) const FEMALE: Text = text("Nữ", "Female");
pub(super) const DATE_HINT: Text = text("ngày/tháng/năm", "day/month/year");
pub(super) const UNIT_HINT: Text = text("gõ vài chữ, không cần dấu", "type a few letters");
pub(super) const OPTIONAL: Text = text("không bắt buộc", "optional");
pub(super) const NEEDED: Text = text("cần có", "needed");
pub(super) const REASON_TITLE: Text = text("Vì sao sửa?", "Why is it changed?");
pub(super) const TAKE_BACK: Text = text("Giữ như cũ", "Leave as it was");

// Portrait.
pub(super) const PORTRAIT_TITLE: Text = text("Ảnh chân dung", "Portrait");
pub(super) const PORTRAIT_SUBTITLE: Text = text(
    "Tự chụp khi mọi yêu cầu đạt trong nửa giây, hoặc bấm F2",
    "Taken by itself when all is good for half a second, or press F2",
);
pub(super) const CAMERA_PICTURE: Text = text("Hình từ máy ảnh", "The camera's picture");
pub(super) const CAMERA_WAITING: Text = text("Đang chờ máy ảnh…", "Waiting for the camera…");
pub(super) const CAMERA_OFF: Text =
    text("Máy ảnh chưa chạy, bấm F3 để chụp", "The camera is off, press F3 to take a picture");
pub(super) const CAPTURE: Text = text("Chụp", "Capture");
pub(super) const RETAKE: Text = text("Chụp lại", "Retake");
pub(super) const KEEP: Text = text("Giữ ảnh này…", "Keep this one…");
pub(super) const KEEP_TITLE: Text = text("Vì sao giữ ảnh này?", "Why is this picture kept?");
pub(super) const KEEP_HINT: Text = text(
    "Ảnh chưa đạt một yêu cầu. Lý do được ghi vào hồ sơ cùng tên đồng chí.",
    "The picture fails a check. The reason goes into the dossier with your name.",
);
pub(super) const KEEP_DO: Text = text("Giữ ảnh", "Keep it");
pub(super) const REASON: Text = text("Lý do", "Reason");
pub(super) const REASON_NEEDED: Text = text("Ghi lý do trước", "Write the reason first");
pub(super) const REQUIREMENTS: Text = text("Yêu cầu của ảnh", "What the picture must be");
pub(super) const PASSES: Text = text("đạt", "good");
pub(super) const FAILS: Text = text("chưa đạt", "fails");
pub(super) const NOT_MEASURED: Text = text("chờ", "waiting");
pub(super) const ON_CARD: Text = text("Trên thẻ", "On the card");
pub(super) const ATTEMPTS: Text = text("Các lần chụp", "Attempts");
pub(super) const NO_ATTEMPTS: Text = text("Chưa chụp lần nào", "None yet");
pub(super) const LAST_COUNTS: Text = text(
    "Ảnh chụp sau cùng được dùng. Dùng ảnh chưa đạt cần lý do (F7).",
    "The last picture counts. One that fails needs a reason (F7).",
);
pub(super) const NEEDS_PORTRAIT: Text = text("Chưa có ảnh đạt", "No picture is good yet");

pub(super) const NEEDS_CONFIRMATION: Text =
    text("Xem ảnh và xác nhận trước (F4)", "Look at the picture and confirm first (F4)");
pub(super) const EVERY_MEASURE: Text = text("Mọi số đo", "Every measure");
pub(super) const FEWER_MEASURES: Text = text("Chỉ các yêu cầu", "Only the requirements");
pub(super) const CONFIRM_TITLE: Text = text("Cán bộ xem ảnh", "The officer looks");
pub(super) const CONFIRM: Text = text("Đã xem, đúng là", "Seen, and so it is");
pub(super) const WAIVE: Text = text("Có điều được miễn…", "Something is waived…");
pub(super) const WAIVE_TITLE: Text = text("Điều gì được miễn?", "What is waived?");
pub(super) const WAIVE_WHY: Text = text("Vì sao", "On what grounds");
pub(super) const WAIVE_FIRST: Text = text(
    "Chọn điều được miễn, căn cứ phù hợp và ghi lý do",
    "Choose what, fitting grounds, and write the reason",
);
pub(super) const WAIVE_DO: Text = text("Miễn, còn lại đúng", "Waive, the rest is so");
pub(super) const HINT: Text =
    text("Gợi ý cho người duyệt, không phải kết luận", "A hint for the reviewer, not a verdict");

// Irises.
pub(super) const IRISES_TITLE: Text = text("Mống mắt", "Irises");
pub(super) const IRISES_SUBTITLE: Text = text(
    "Máy tự chụp khi thấy rõ hai mắt; ảnh tốt nhất của mỗi mắt được giữ",
    "The camera takes both eyes by itself; the best picture of each is kept",
);
pub(super) const IRISES_PICTURE: Text = text("Ảnh từ máy chụp mống mắt", "The iris camera's picture");
pub(super) const IRISES_LIVE: Text = text("đang chụp", "capturing");
pub(super) const IRISES_WAITING: Text = text("chờ máy chụp", "waiting for the camera");
pub(super) const IRISES_MISSING: Text =
    text("Còn mắt chưa lấy hoặc chưa ghi lý do", "An eye is neither captured nor excepted");
pub(super) const IRISES_NOTE: Text = text(
    "Mắt phải, mắt trái do máy chụp xác định; trạm kiểm tra để hai ảnh không phải của cùng một mắt.",
    "Right and left are said by the camera; the station checks that the two are not the same eye.",
);
pub(super) const KEPT_WITH_REASON: Text = text("giữ kèm lý do", "kept with a reason");
pub(super) const EXCEPT_EYE: Text = text("Mắt không lấy được…", "An eye cannot be taken…");
pub(super) const EXCEPT_EYE_TITLE: Text = text("Mắt nào không lấy được?", "Which eye cannot be taken?");
pub(super) const EXCEPT_EYE_FIRST: Text =
    text("Chọn mắt, lý do và ghi rõ", "Choose the eye and why, and write it down");

// Fingers.
pub(super) const FINGERS_TITLE: Text = text("Vân tay", "Fingerprints");
pub(super) const FINGERS_DONE: Text = text("Đã lấy đủ vân tay", "All fingerprints are taken");
pub(super) const READER_PICTURE: Text = text("Ảnh từ máy quét", "The reader's picture");
pub(super) const SCANNING: Text = text("đang quét", "scanning");
pub(super) const WAITS_FOR_READER: Text = text("chờ máy quét", "waiting for the reader");
pub(super) const CAPTURED: Text = text("đã lấy", "taken");
pub(super) const HANDS: Text = text("Hai bàn tay", "Both hands");
pub(super) const LEFT: Text = text("Trái", "Left");
pub(super) const RIGHT: Text = text("Phải", "Right");
pub(super) const RIGHT_HAND: Text = text("Tay phải", "Right hand");
pub(super) const LEFT_HAND: Text = text("Tay trái", "Left hand");
pub(super) const ROLLED: Text = text("lăn", "rolled");
pub(super) const FINGER_PASSED: Text = text("đạt", "good");
pub(super) const FINGER_BELOW: Text = text("dưới ngưỡng", "below threshold");
pub(super) const FINGER_LIVE: Text = text("đang quét", "scanning");
pub(super) const FINGER_EXCEPTION: Text = text("không lấy được", "excepted");
pub(super) const FINGER_OPEN: Text = text("chưa lấy", "not taken");
pub(super) const SEQUENCE: Text = text("Trình tự", "Sequence");
pub(super) const EXCEPTIONS: Text = text("Ngón không lấy được", "Excepted fingers");
pub(super) const EXCEPTION_PHOTO: Text = text("Ảnh hai bàn tay", "Photo of both hands");
pub(super) const PHOTO_NEEDED: Text = text("chưa có · F8", "needed · F8");
pub(super) const PHOTO_TAKEN: Text = text("đã có", "taken");
pub(super) const EXCEPT: Text = text("Không lấy được…", "Cannot be taken…");
pub(super) const TAKE_PHOTO: Text = text("Ảnh bàn tay", "Photo of hands");
pub(super) const RETAKE_FINGERS: Text = text("Lấy lại", "Retake");
pub(super) const FINGERS_MISSING: Text = text(
    "Còn ngón chưa lấy: lấy tiếp, hoặc F6 để ghi lý do",
    "Fingers are missing: go on, or F6 to give the reason",
);
pub(super) const ATTEMPT: Text = text("Lần", "Attempt");
pub(super) const BEST_KEPT: Text = text("Giữ ảnh tốt nhất của từng ngón", "The best of each finger is kept");
pub(super) const NO_FINGERS: Text =
    text("Hồ sơ này không lấy vân tay", "No fingerprints are taken for this dossier");
pub(super) const NO_FINGERS_HINT: Text =
    text("Theo quy định của thủ tục và độ tuổi", "By the rules of the procedure and the age");
pub(super) const EXCEPT_TITLE: Text = text("Ngón nào không lấy được?", "Which finger cannot be taken?");
pub(super) const EXCEPT_WHY: Text = text("Vì sao", "Why");
pub(super) const EXCEPT_NOTE: Text = text("Ghi rõ", "In words");
pub(super) const EXCEPT_NOTE_HINT: Text = text("ví dụ: mất đốt trên", "for example: upper joint missing");
pub(super) const EXCEPT_DO: Text = text("Ghi nhận", "Record");
pub(super) const EXCEPT_FIRST: Text =
    text("Chọn ngón và lý do trước", "Choose the finger and the reason first");
pub(super) const LIFT_TITLE: Text = text("Lấy lại ngón này?", "Take this finger after all?");
pub(super) const LIFT_HINT: Text = text(
    "Ghi nhận trước đó vẫn nằm trong nhật ký của hồ sơ.",
    "What was recorded stays in the dossier's journal.",
);
pub(super) const LIFT_DO: Text = text("Lấy ngón này", "Take it");

// Signature.
pub(super) const SIGNATURE_TITLE: Text = text("Chữ ký", "Signature");
pub(super) const SIGNATURE_SUBTITLE: Text =
    text("Công dân ký bằng bút hoặc chuột trong khung", "The citizen signs with pen or mouse in the frame");
pub(super) const SIGNATURE_PAD: Text = text("Khung ký", "Signature pad");
pub(super) const SIGNATURE_HINT: Text = text("Mời công dân ký trên dòng này", "Please sign on this line");
pub(super) const SIGNATURE_SAVE: Text = text("Lưu chữ ký", "Save signature");
pub(super) const SIGNATURE_AGAIN: Text = text("Ký lại", "Sign again");
pub(super) const SIGNATURE_CLEAR: Text = text("Xóa nét", "Clear");
pub(super) const SIGNATURE_TEST: Text = text("Chữ ký mẫu TEST", "TEST signature");
pub(super) const SIGNATURE_FIRST: Text = text("Công dân chưa ký", "The citizen has not signed");
pub(super) const UNSIGNED: Text = text("Không ký được…", "Cannot sign…");
pub(super) const UNSIGNED_TITLE: Text = text("Vì sao công dân không ký?", "Why does the citizen not sign?");
pub(super) const SIGNED: Text = text("Chữ ký đã lưu", "The saved signature");
pub(super) const SIGNATURE_NOTE: Text = text(
    "Sửa thông tin sau khi ký thì phải ký lại: chữ ký gắn với đúng nội dung công dân đã xem.",
    "A change after signing asks for a new signature: it stands for exactly what the citizen saw.",
);

// A second person.
pub(super) const APPROVAL_TITLE: Text = text("Đội trưởng ký duyệt", "A supervisor signs too");
pub(super) const APPROVAL_HINT: Text = text(
    "Quy định đòi hai người cho việc này: đội trưởng xem hồ sơ rồi ký bằng khóa của mình.",
    "The rules ask for two people here: the supervisor looks at the dossier and signs with a key of their own.",
);
pub(super) const APPROVAL_DO: Text = text("Ký duyệt và niêm phong", "Sign and seal");
pub(super) const APPROVAL_INCOMPLETE: Text =
    text("Nhập tên và mật khẩu của đội trưởng", "The supervisor's name and passphrase are needed");

// A sealed dossier.
pub(super) const MISTAKE: Text = text("Có sai sót?", "Something wrong?");
pub(super) const CORRECT: Text = text("Đính chính…", "Correct…");
pub(super) const CORRECT_TITLE: Text =
    text("Mở lại hồ sơ để đính chính", "Open the dossier again to correct it");
pub(super) const CORRECT_HINT: Text = text(
    "Hồ sơ trở lại thành bản nháp, giữ nguyên mọi thứ đã lấy. Sửa xong, công dân đồng ý lại rồi niêm phong: bản mới thay bản cũ.",
    "The dossier becomes a draft again with everything that was captured. Once it is right the citizen consents anew, and what is sealed then takes the old one's place.",
);
pub(super) const CORRECT_DO: Text = text("Mở lại", "Open again");
pub(super) const WITHDRAW: Text = text("Rút hồ sơ…", "Withdraw…");
pub(super) const WITHDRAW_TITLE: Text = text("Rút hồ sơ đã niêm phong", "Withdraw a sealed dossier");
pub(super) const WITHDRAW_HINT: Text = text(
    "Trung tâm hủy hồ sơ này khi nhận được lệnh rút. Công dân muốn làm thẻ phải lập hồ sơ mới.",
    "The centre voids this dossier when the withdrawal arrives. A citizen who wants a card then needs a new one.",
);
pub(super) const WITHDRAW_DO: Text = text("Rút hồ sơ", "Withdraw it");
pub(super) const WITHDRAWING: Text = text("Đang rút hồ sơ", "It is being withdrawn");
pub(super) const WITHDRAWN: Text = text("Hồ sơ này đã được rút", "This dossier is withdrawn");
pub(super) const SPOIL_TITLE: Text =
    text("Đội trưởng xác nhận phôi hỏng", "A supervisor signs for the spoiled blank");
pub(super) const SPOIL_HINT: Text = text(
    "Quy định đòi hai người cho việc này: đội trưởng xem phôi hỏng rồi xác nhận.",
    "The rules ask for two people here: the supervisor looks at the spoiled blank and signs for it.",
);
pub(super) const SPOIL_DO: Text = text("Xác nhận phôi hỏng", "Sign for it");

// Review.
pub(super) const REVIEW_TITLE: Text = text("Kiểm tra và niêm phong", "Check and seal");
pub(super) const REVIEW_SUBTITLE: Text = text(
    "Công dân và cán bộ cùng đọc, rồi công dân xác nhận",
    "Citizen and officer read it together, then the citizen agrees",
);
pub(super) const CONSENT: Text = text("Công dân đồng ý", "The citizen agrees");
pub(super) const SEAL: Text = text("Niêm phong", "Seal");
pub(super) const SEALING: Text = text("Đang niêm phong…", "Sealing…");
pub(super) const MISSING: Text = text("Còn thiếu", "Missing");
pub(super) const CAPTURES: Text = text("Đã thu nhận", "Captured");
pub(super) const EDITED: Text = text("đã sửa", "changed");

// Slip.
pub(super) const SLIP_TITLE: Text = text("Giấy hẹn", "Appointment slip");
pub(super) const SLIP_PAGE: Text = text("Trang giấy hẹn", "The slip's page");
pub(super) const SLIP_PRINT: Text = text("In giấy hẹn", "Print slip");
pub(super) const SLIP_DONE: Text = text("Xong, về danh sách", "Done, to the list");
pub(super) const PACKET: Text = text("Gói dữ liệu", "Packet");
pub(super) const SIZE: Text = text("Kích thước", "Size");
pub(super) const SLIP_FILE: Text = text("Tệp để in", "File to print");
pub(super) const SLIP_SAFE: Text = text(
    "Đã ký, mã hóa và nằm trong hàng chờ gửi. Trạm chỉ xóa khi có biên nhận của trung tâm.",
    "Signed, encrypted and in the outbox. The station deletes it only against the centre's receipt.",
);

// Outbox.
pub(super) const AUDIT_TITLE: Text = text("Nhật ký trạm", "Audit");
pub(super) const AUDIT_SUBTITLE: Text = text(
    "Mọi việc đã làm tại trạm; chỉ đọc, không ai sửa được",
    "Everything that was done at this station; to be read, never changed",
);
pub(super) const AUDIT_LOADING: Text =
    text("Đang đọc và đối chiếu nhật ký…", "Reading and examining the record…");
pub(super) const AUDIT_EMPTY: Text = text("Nhật ký còn trống", "Nothing is recorded yet");
pub(super) const AUDIT_ENTRIES: Text = text("Các mục mới nhất", "Newest entries");
pub(super) const CLOCK: Text = text("Đồng hồ máy", "Machine's clock");

/// What was done.
pub(super) fn audit_action(action: AuditAction) -> Text {
    use AuditAction as Done;
    match action {
        Done::SignedIn => text("đăng nhập", "signed in"),
        Done::SignedInByCard => text("đăng nhập bằng thẻ", "signed in by card"),
        Done::SignInRefused => text("đăng nhập bị từ chối", "sign-in refused"),
        Done::OpenedByFinger => text("mở khóa bằng vân tay", "opened by own finger"),
        Done::FingerRefused => text("vân tay bị từ chối", "finger refused"),
        Done::OwnFingerKept => text("đăng ký vân tay cán bộ", "own finger kept"),
        Done::OwnCardKept => text("đăng ký thẻ cán bộ", "own card kept"),
        Done::PassphraseReset => text("đặt lại mật khẩu", "passphrase reset"),
        Done::Approved => text("người thứ hai ký", "second person signed"),
        Done::Sealed => text("niêm phong", "sealed"),
        Done::Corrected => text("niêm phong bản sửa", "correction sealed"),
        Done::Withdrawn => text("rút hồ sơ", "withdrawn"),
        Done::Reopened => text("mở lại để sửa", "opened again to correct"),
        Done::Recovered => text("khôi phục từ bản sao", "recovered from the copy"),
        Done::Received => text("trung tâm đã nhận", "received by the centre"),
        Done::Quarantined => text("để riêng", "set aside"),
        Done::Released => text("gửi lại", "offered again by a person"),
        Done::OfferedAgain => text("gửi lại tất cả", "all offered again"),
        Done::Purged => text("xóa gói đã nhận", "received packet purged"),
        Done::Forgotten => text("xóa dữ liệu cá nhân", "person forgotten"),
        Done::Distrusted => text("ngừng tin trung tâm", "centre distrusted"),
        Done::TrustedAgain => text("tin lại trung tâm", "centre trusted again"),
        Done::Exported => text("xuất gói", "packet exported"),
        Done::CourierOut => text("giao người chuyển", "given to a courier"),
        Done::ReceiptsCarried => text("biên nhận được mang về", "receipts carried home"),
        Done::BackedUp => text("sao lưu cơ sở dữ liệu", "database copied"),
        Done::DeedSigned => text("ký văn bản gửi trung tâm", "statement for the centre signed"),
        Done::CardOrdered => text("có lệnh in thẻ", "card ordered"),
        Done::PrintStarted => text("bắt đầu in", "print started"),
        Done::CardPrinted => text("in xong thẻ", "card printed"),
        Done::PrintNotBegun => text("không in được, phôi còn nguyên", "not printed, no blank used"),
        Done::BlankSpoiled => text("hỏng phôi", "blank spoiled"),
        Done::HandedOver => text("trả thẻ", "card handed over"),
        Done::BlanksReceived => text("nhập phôi", "blanks came"),
        Done::Calibrated => text("hiệu chuẩn", "calibrated"),
        Done::CalibrationExcepted => text("cho dùng tạm thiết bị", "refused device allowed"),
        Done::DeviceFault => text("ghi lỗi thiết bị", "fault of a device"),
        Done::Safekeeping => text("cách giữ khóa", "keeping of the keys"),
        Done::CertificateRenewed => text("chứng thư của trạm được gia hạn", "station's certificate renewed"),
        Done::ClockAhead => text("đồng hồ máy lệch", "machine's clock is off"),
        Done::ClockImplausible => text("đồng hồ máy sai hẳn", "machine's clock cannot be right"),
        Done::SetTaken => text("nhận bộ dữ liệu ký số", "signed set taken"),
        Done::SetRefused => text("từ chối bộ dữ liệu", "signed set refused"),
        Done::PaceSet => text("đặt tốc độ và giờ gửi", "pace of sending set"),
    }
}

pub(super) const OUTBOX_TITLE: Text = text("Hàng chờ gửi", "Outbox");
pub(super) const OUTBOX_SUBTITLE: Text = text(
    "Sự thật về từng gói: chỉ biên nhận của trung tâm mới là đã nhận",
    "The truth of each packet: only the centre's receipt means received",
);
pub(super) const OUTBOX_CONTRADICTION: Text = text(
    "Nhật ký của trung tâm mâu thuẫn với điều trung tâm đã ký. Không gói nào bị xóa khỏi trạm cho đến khi đội trưởng làm rõ",
    "The centre's log contradicts what it has signed. No packet is deleted here until a supervisor has settled it",
);
pub(super) const PACKETS: Text = text("Gói dữ liệu", "Packets");
pub(super) const OUTBOX_EMPTY: Text = text("Không có gói nào đang chờ", "Nothing is waiting");
pub(super) const OUTBOX_EMPTY_HINT: Text = text(
    "Hồ sơ đã niêm phong sẽ hiện ở đây cho đến khi trung tâm ký nhận",
    "Sealed dossiers stand here until the centre has signed for them",
);

// Devices.
pub(super) const DEVICES_TITLE: Text = text("Thiết bị", "Devices");
pub(super) const DEVICES_SUBTITLE: Text = text(
    "Cắm vào là trạm tự nhận; hỏng thì nói vì sao và làm gì",
    "Plugged in, they are found; what fails says why and what to do",
);
pub(super) const DEVICES_LOADING: Text = text("Đang tìm thiết bị…", "Looking for devices…");
pub(super) const DEVICES_EMPTY: Text = text("Chưa thấy thiết bị nào", "No devices found");
pub(super) const DEVICES_EMPTY_HINT: Text = text(
    "Kiểm tra cáp USB và nguồn, trạm tự tìm lại mỗi giây",
    "Check USB cables and power; the station looks again by itself",
);
pub(super) const IN_USE: Text = text("đang dùng", "in use");
pub(super) const SPARE: Text = text("dự phòng", "spare");
pub(super) const READY: Text = text("sẵn sàng", "ready");
pub(super) const FAILED: Text = text("không dùng được", "not usable");
pub(super) const IS_VIRTUAL: Text = text("THIẾT BỊ ẢO", "VIRTUAL DEVICE");
pub(super) const VIRTUAL_NOTE: Text = text(
    "Dữ liệu là bịa, chỉ để trình diễn. Gói dữ liệu ghi rõ điều này và trung tâm thật sẽ từ chối.",
    "What it gives is invented, for demonstration. The packet says so and a real centre refuses it.",
);
pub(super) const DRIVER: Text = text("Trình điều khiển", "Driver");
pub(super) const SERIAL: Text = text("Số máy", "Serial number");
pub(super) const PORT: Text = text("Cổng", "Port");
pub(super) const TRY_DEVICE: Text = text("Thử thiết bị", "Try it");
pub(super) const RECORD_DEVICE: Text = text("Ghi phiên thử", "Record a session");
pub(super) const TRYING: Text =
    text("Đang thử, mời đặt ngón tay nếu là máy vân tay", "Trying; a fingerprint reader wants a finger");
pub(super) const TRIED: Text = text("Kết quả thử", "Trial");
pub(super) const TRIED_WELL: Text = text("thiết bị làm việc", "the device does its work");
pub(super) const TRIED_BADLY: Text = text("thiết bị không làm việc", "the device does not do its work");
pub(super) const RECORDED_AT: Text =
    text("Đã ghi, không có dữ liệu của người", "Recorded, without any person");
pub(super) const FAILURES: Text = text("Số lần lỗi từ lúc mở trạm", "Failures since the station started");
pub(super) const LAST_FAILURE: Text = text("Lỗi gần nhất", "Last failure");
pub(super) const STATE: Text = text("Trạng thái", "State");
pub(super) const TAKES: Text = text("Lấy được", "Takes");
pub(super) const MORNING: Text = text("Kiểm tra buổi sáng", "Morning test");
pub(super) const EXCEPT_DEVICE: Text = text("Đội trưởng cho dùng tạm…", "A supervisor allows it…");
pub(super) const SUPPLIES: Text = text("Vật tư", "Supplies");

// Cards.
pub(super) const CARDS_TITLE: Text = text("Thẻ căn cước", "Identity cards");
pub(super) const CARDS_SUBTITLE: Text = text(
    "Lệnh in từ trung tâm: in, rồi trả thẻ cho đúng người",
    "Orders from the centre: print, then hand over to the right person",
);
pub(super) const ORDERS: Text = text("Lệnh in", "Card orders");
pub(super) const ORDERS_LOADING: Text = text("Đang đọc lệnh in…", "Reading card orders…");
pub(super) const ORDERS_EMPTY: Text = text("Chưa có lệnh in nào", "No card orders yet");
pub(super) const ORDERS_EMPTY_HINT: Text = text(
    "Trung tâm gửi lệnh sau khi nhận và kiểm tra hồ sơ",
    "The centre sends one after it has received and checked a dossier",
);
pub(super) const BLANKS: Text = text("Phôi thẻ còn theo sổ", "Blank cards by the book");
pub(super) const BLANKS_RECEIVE: Text = text("Nhập phôi…", "Blanks came…");
pub(super) const BLANKS_RECEIVE_DO: Text = text("Ghi sổ", "Write it down");
pub(super) const BLANKS_TITLE: Text = text("Nhập phôi thẻ", "Blank cards came");
pub(super) const BLANKS_HINT: Text = text(
    "Đếm phôi trước khi ghi: mỗi thẻ in ra, mỗi phôi hỏng đều trừ vào sổ này.",
    "Count them first: every card printed and every blank spoiled is taken from this book.",
);
pub(super) const BLANKS_COUNT: Text = text("Số phôi", "How many");
pub(super) const BLANKS_PAPER: Text = text("Theo phiếu giao số", "Number of the delivery note");
pub(super) const BLANKS_COUNT_NEEDED: Text = text("Ghi số phôi, từ 1 đến 65535", "Say how many, 1 to 65535");
pub(super) const BLANKS_PAPER_NEEDED: Text = text("Ghi số phiếu giao", "Say which delivery note");
pub(super) const OPEN_FIRST: Text = text("Mở lệnh đầu", "Open the first");
pub(super) const CARD_TITLE: Text = text("In và trả thẻ", "Print and hand over");
pub(super) const CARD_FRONT: Text = text("Mặt trước", "Front");
pub(super) const CARD_BACK: Text = text("Mặt sau", "Back");
pub(super) const CARD_RENDERING: Text = text("Đang vẽ mặt thẻ…", "Rendering the card…");
pub(super) const PRINTING: Text = text("In thẻ", "Printing");
pub(super) const PRINT: Text = text("In thẻ", "Print card");
pub(super) const PRINT_CANCEL: Text = text("Dừng in", "Stop printing");
pub(super) const PRINT_IDLE: Text =
    text("Chưa in. Xem kỹ hai mặt thẻ rồi bấm Enter.", "Not printed. Look at both faces, then press Enter.");
pub(super) const PRINT_RUNNING: Text = text("đang in", "printing");
pub(super) const PRINT_DONE: Text = text("Thẻ đã in xong", "The card is printed");
pub(super) const PRINT_DOUBTFUL: Text = text(
    "Máy in ngừng trả lời khi phôi đã vào máy: lấy thẻ ra xem",
    "The printer stopped answering with a blank inside: take the card out and look",
);
pub(super) const VERDICT_TITLE: Text = text("Thẻ trong máy thế nào?", "What is the card like?");
pub(super) const VERDICT_HINT: Text = text(
    "Trạm không tự in lại: một lệnh chỉ được có một thẻ. Phôi hỏng được ghi sổ.",
    "The station never prints again by itself: one order, one card. A spoiled blank is recorded.",
);
pub(super) const VERDICT_LATER: Text = text("Để sau", "Later");
pub(super) const VERDICT_GOOD: Text = text("Thẻ đạt", "The card is good");
pub(super) const VERDICT_SPOILED: Text = text("Phôi hỏng", "The blank is spoiled");
pub(super) const HANDOVER: Text = text("Trả thẻ", "Handover");
pub(super) const HANDOVER_IDLE: Text = text(
    "So vân tay công dân với vân tay lúc thu nhận trước khi trả",
    "Compare the citizen's finger with the enrolled one before handing over",
);
pub(super) const HANDOVER_AFTER_PRINT: Text = text("In thẻ trước rồi mới trả", "Print the card first");
pub(super) const HANDOVER_START: Text = text("So vân tay", "Compare finger");
pub(super) const HANDOVER_LIVE: Text =
    text("Mời công dân đặt ngón tay lên mặt kính", "Please have the citizen place a finger on the glass");
pub(super) const HANDOVER_MATCH: Text =
    text("Đúng người: vân tay khớp", "The same person: the finger matches");
pub(super) const HANDOVER_DIFFERS: Text = text(
    "Vân tay không khớp: thử ngón khác, chưa trả thẻ",
    "The finger does not match: try another, do not hand over",
);
pub(super) const HANDOVER_DO: Text = text("Trả thẻ", "Hand over");
pub(super) const HANDOVER_DONE: Text = text("Đã trả thẻ cho công dân", "The citizen has the card");
pub(super) const SCORE: Text = text("Điểm so khớp", "Match score");

// Help and halted.
pub(super) const HELP_TITLE: Text = text("Phím tắt", "Keys");
pub(super) const HALTED_TITLE: Text = text("Trạm đã dừng", "The station has stopped");
pub(super) const HALTED_SUBTITLE: Text =
    text("Không thu nhận tiếp để không mất gì", "Nothing more is taken, so that nothing is lost");
pub(super) const HALTED_SAFE: Text = text(
    "Mọi thứ đã lưu trước đó vẫn an toàn trên đĩa. Xử lý việc trên, đóng cửa sổ rồi mở lại trạm: hồ sơ mở lại đúng chỗ.",
    "Everything saved before is safe on the disk. Mend what is said above, close the window and start the station again: the dossier opens at the same place.",
);

/// The keys, each with what it does everywhere.
pub(super) const KEYS: [(&str, Text); 26] = [
    ("Enter", text("Tiếp tục, nút chính của trang", "Go on, the page's main button")),
    ("Esc", text("Quay lại, đóng hộp thoại", "Back, close a dialog")),
    ("F1", text("Bảng phím tắt này", "These keys")),
    ("F2", text("Chụp, lấy mẫu, so vân tay", "Capture, compare a finger")),
    ("F3", text("Chụp lại, lấy lại, ký lại", "Take again, sign again")),
    ("F4", text("Xác nhận: đồng ý, kết luận", "Confirm: consent, verdict")),
    ("F5", text("Hàng chờ gửi", "Outbox")),
    ("F6", text("Ngoại lệ: ngón, mắt, điều được miễn", "Exceptions: finger, eye, waiver")),
    ("F7", text("Giữ ảnh kèm lý do", "Keep a picture with a reason")),
    ("F8", text("Ảnh hai bàn tay, mọi số đo của ảnh", "Photo of both hands, every measure")),
    ("F9", text("Thiết bị", "Devices")),
    ("F10", text("Thẻ: in và trả", "Cards: print, hand over")),
    ("F11", text("Nhập tay, không tìm thấy ai", "Type in, nobody was found")),
    ("F12", text("Khóa màn hình", "Lock the screen")),
    ("Alt 1…9", text("Chọn dòng thứ 1 đến 9", "Choose line 1 to 9")),
    ("Ctrl N", text("Hồ sơ mới", "New dossier")),
    ("Ctrl K", text("Vào ô tìm", "To the search field")),
    ("Ctrl L", text("Đổi ngôn ngữ", "The other language")),
    ("Ctrl M", text("Bật, tắt tiếng nhắc công dân", "Speak to the citizen, or not")),
    ("Ctrl D", text("Màn hình của người dân", "The citizen's screen")),
    ("Ctrl G", text("Vân tay của cán bộ", "The officer's own finger")),
    ("Ctrl J", text("Kiểm tra buổi sáng", "Morning test")),
    ("Ctrl T", text("Tự kiểm tra trạm", "Test the station")),
    ("Ctrl E", text("Cho dùng tạm thiết bị, sửa hồ sơ", "Allow a refused device, correct a dossier")),
    ("Ctrl B", text("Nhập phôi thẻ", "Blank cards came")),
    ("Ctrl Del", text("Dừng in, báo phôi hỏng, rút hồ sơ", "Stop printing, spoiled blank, withdraw")),
];

pub(super) fn step(step: Step) -> Text {
    match step {
        Step::Procedure => text("Thủ tục", "Procedure"),
        Step::Applicant => text("Thông tin", "Applicant"),
        Step::Portrait => text("Ảnh chân dung", "Portrait"),
        Step::Fingers => text("Vân tay", "Fingerprints"),
        Step::Irises => text("Mống mắt", "Irises"),
        Step::Signature => text("Chữ ký", "Signature"),
        Step::Review => text("Kiểm tra", "Check"),
        Step::Slip => text("Giấy hẹn", "Slip"),
    }
}

/// A finger among those of its own hand.
pub(super) fn finger_short(finger: FingerPosition) -> Text {
    use FingerPosition as Finger;
    match finger {
        Finger::RightThumb | Finger::LeftThumb => text("Cái", "Thumb"),
        Finger::RightIndex | Finger::LeftIndex => text("Trỏ", "Index"),
        Finger::RightMiddle | Finger::LeftMiddle => text("Giữa", "Middle"),
        Finger::RightRing | Finger::LeftRing => text("Áp út", "Ring"),
        Finger::RightLittle | Finger::LeftLittle => text("Út", "Little"),
        _ => text("Ngón tay", "Finger"),
    }
}

pub(super) fn device(kind: DeviceKind) -> Text {
    match kind {
        DeviceKind::Camera => text("Máy ảnh", "Camera"),
        DeviceKind::IrisCamera => text("Máy chụp mống mắt", "Iris camera"),
        DeviceKind::FingerReader => text("Máy quét vân tay", "Fingerprint reader"),
        DeviceKind::CardPrinter => text("Máy in thẻ", "Card printer"),
        DeviceKind::CardReader => text("Đầu đọc thẻ", "Card reader"),
        DeviceKind::SignaturePad => text("Bảng ký", "Signature pad"),
        DeviceKind::CodeReader => text("Đầu đọc mã", "Code reader"),
    }
}

pub(super) fn device_short(kind: DeviceKind) -> Text {
    match kind {
        DeviceKind::Camera => text("Máy ảnh", "Camera"),
        DeviceKind::IrisCamera => text("Mống mắt", "Irises"),
        DeviceKind::FingerReader => text("Vân tay", "Fingers"),
        DeviceKind::CardPrinter => text("Máy in", "Printer"),
        DeviceKind::CardReader => text("Đọc thẻ", "Reader"),
        DeviceKind::SignaturePad => text("Chữ ký", "Pad"),
        DeviceKind::CodeReader => text("Đọc mã", "Codes"),
    }
}

pub(super) fn key_protection(protection: KeyProtection) -> Text {
    match protection {
        KeyProtection::Machine => text("tệp trên máy này", "a file on this machine"),
        KeyProtection::Passphrase => text("tệp có mật khẩu", "a file under a passphrase"),
        KeyProtection::Token => text("thẻ hoặc USB mật mã", "a cryptographic token"),
        KeyProtection::Tpm => text("chip TPM của máy này", "this machine's TPM"),
    }
}

pub(super) fn print_stage(stage: Option<PrintStage>) -> Text {
    match stage {
        None => text("Đang gọi máy in…", "Calling the printer…"),
        Some(PrintStage::Sending) => text("Đang gửi mặt thẻ…", "Sending the card…"),
        Some(PrintStage::Feeding) => text("Đang nạp phôi…", "Feeding a blank…"),
        Some(PrintStage::Printing) => text("Đang in, phôi đã dùng…", "Printing, the blank is used…"),
        Some(PrintStage::Ejecting) => text("Đang đẩy thẻ ra…", "Putting the card out…"),
    }
}

pub(super) fn order_state(state: &OrderState) -> Text {
    match state {
        OrderState::Ordered => text("Chờ in", "To be printed"),
        OrderState::Doubtful => text("In dở, cần xem thẻ", "In doubt, look at the card"),
        OrderState::Printed => text("Chờ trả", "Waits for the citizen"),
        OrderState::HandedOver => text("Đã trả", "Handed over"),
    }
}

pub(super) fn greeting(hour: u8) -> Text {
    match hour {
        0..=10 => text("Chào buổi sáng", "Good morning"),
        11..=12 => text("Chào buổi trưa", "Good day"),
        13..=17 => text("Chào buổi chiều", "Good afternoon"),
        _ => text("Chào buổi tối", "Good evening"),
    }
}

pub(super) fn weekday(day: time::Weekday) -> Text {
    match day {
        time::Weekday::Monday => text("Thứ hai", "Monday"),
        time::Weekday::Tuesday => text("Thứ ba", "Tuesday"),
        time::Weekday::Wednesday => text("Thứ tư", "Wednesday"),
        time::Weekday::Thursday => text("Thứ năm", "Thursday"),
        time::Weekday::Friday => text("Thứ sáu", "Friday"),
        time::Weekday::Saturday => text("Thứ bảy", "Saturday"),
        time::Weekday::Sunday => text("Chủ nhật", "Sunday"),
    }
}

/// A requirement on the portrait, and the measures (by name) it is made of.
pub(super) const PORTRAIT_GROUPS: [(Text, &[&str]); 8] = [
    (text("Một khuôn mặt trước máy ảnh", "One face before the camera"), &["SingleFacePresent", "Face"]),
    (
        text("Đúng khoảng cách, giữa khung", "Distance and position"),
        &[
            "InterEyeDistance",
            "HeadSize",
            "CardFrame",
            "Centring",
            "LeftwardCrop",
            "RightwardCrop",
            "MarginAbove",
            "MarginBelow",
        ],
    ),
    (text("Nhìn thẳng, đầu thẳng", "Head straight"), &["HeadPoseYaw", "HeadPosePitch", "HeadPoseRoll"]),
    (
        text("Đủ sáng, sáng đều, màu thật", "Light and colour"),
        &[
            "LuminanceMean",
            "LuminanceVariance",
            "UnderExposurePrevention",
            "OverExposurePrevention",
            "DynamicRange",
            "IlluminationUniformity",
            "NaturalColour",
        ],
    ),
    (text("Nền trơn", "Plain background"), &["BackgroundUniformity"]),
    (text("Độ nét", "Sharpness"), &["Sharpness", "CompressionArtifacts"]),
    (text("Mắt mở, không bị che", "Eyes open and visible"), &["EyesOpen", "EyesVisible"]),
    (
        text("Miệng khép, mặt không bị che", "Mouth closed, face uncovered"),
        &["MouthClosed", "ExpressionNeutrality", "MouthOcclusionPrevention", "FaceOcclusionPrevention"],
    ),
];

/// What a device says of itself, by the name its driver gives it; `None` for a name that is the technician's own affair.
pub(super) fn about_device(name: &str) -> Option<Text> {
    Some(match name {
        "firmware" => text("Phần mềm máy", "Firmware"),
        "cards printed" => text("Số thẻ đã in", "Cards printed"),
        "cleanings" => text("Số lần vệ sinh", "Cleanings"),
        _ => return None,
    })
}
