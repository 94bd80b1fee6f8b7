//! What takes more than a fixed text to say: counts, times, states with numbers in them.

use super::text::{step, text};
use time::OffsetDateTime;
use tram_biometric::Language;
use tram_theme::Status;
use tram_workflow::dossier::Saving;
use tram_workflow::lists::{DossierState, Link, Mirror, PacketState};

/// How far a dossier is.
pub(super) fn dossier_state(state: &DossierState, language: Language) -> String {
    let said = match state {
        DossierState::Draft(at) => {
            return language.pick(
                format!("Dở dang · {}", step(*at).of(language).to_lowercase()),
                format!("Draft · {}", step(*at).of(language).to_lowercase()),
            );
        }
        DossierState::Sealed => text("Đã niêm phong, chờ gửi", "Sealed, waiting to send"),
        DossierState::Received => text("Trung tâm đã nhận", "Received by the centre"),
        DossierState::Quarantined => text("Trung tâm chưa nhận, cần xem", "Refused, must be looked at"),
        DossierState::CardOrdered => text("Có lệnh in thẻ", "Card can be printed"),
        DossierState::CardPrinted => text("Thẻ chờ trả", "Card waits for the citizen"),
        DossierState::HandedOver => text("Đã trả thẻ", "Card handed over"),
        DossierState::Withdrawn => text("Đã rút", "Withdrawn"),
    };
    said.of(language).to_owned()
}

/// Where a packet is.
pub(super) fn packet_state(state: &PacketState, bytes: u64, language: Language) -> String {
    let said = match state {
        PacketState::Waiting { attempts: 0, .. } => {
            text("Chờ gửi, an toàn trên trạm", "Waiting, safe on the station")
        }
        PacketState::Waiting { attempts, .. } => {
            return language.pick(
                format!("Chưa gửi được, đã thử {attempts} lần"),
                format!("Not sent yet, {attempts} tries"),
            );
        }
        PacketState::Sending { sent } => {
            let percent = sent.saturating_mul(100) / bytes.max(1);
            return language.pick(format!("Đang gửi {percent} %"), format!("Sending {percent} %"));
        }
        PacketState::Receipted => text("Trung tâm đã ký nhận", "Receipt signed by the centre"),
        PacketState::Purged => text("Đã nhận, đã xóa khỏi trạm", "Received, deleted here"),
        PacketState::Quarantined { .. } => {
            text("Trung tâm từ chối, được giữ lại", "Refused by the centre, kept")
        }
    };
    said.of(language).to_owned()
}

/// The outbox in two or three words, for the bar.
pub(super) fn outbox_pill(link: &Link, waiting: usize, language: Language) -> String {
    let link = match link {
        Link::Untrusted { .. } => Some(text("Sai trung tâm", "Wrong centre")),
        Link::Down { .. } => Some(text("Mất mạng", "Offline")),
        Link::Up { .. } | Link::Unknown => None,
    };
    let count = match waiting {
        0 => language.pick("đã gửi hết".to_owned(), "all sent".to_owned()),
        count => language.pick(format!("chờ gửi {count}"), format!("{count} to send")),
    };
    match link {
        Some(link) => format!("{} · {count}", link.of(language)),
        None => capitalised(&count),
    }
}

/// The way to the centre as a sentence.
pub(super) fn link(link: &Link, now: OffsetDateTime, language: Language) -> String {
    match link {
        Link::Unknown => {
            language.pick("Chưa liên lạc với trung tâm", "The centre has not been called yet").to_owned()
        }
        Link::Up { since } => language.pick(
            format!("Trung tâm trả lời, lần cuối {}", ago(now - *since, language)),
            format!("The centre answers, last {}", ago(now - *since, language)),
        ),
        Link::Down { since, .. } => language.pick(
            format!(
                "Chưa liên lạc được với trung tâm từ {}: cứ làm việc, dữ liệu an toàn trên trạm",
                ago(now - *since, language)
            ),
            format!(
                "The centre cannot be reached since {}: go on working, the data is safe here",
                ago(now - *since, language)
            ),
        ),
        Link::Untrusted { .. } => language
            .pick(
                "Máy đang trả lời không phải trung tâm của mình: không gửi gì, báo kỹ thuật viên",
                "What answers is not our centre: nothing is sent, tell the technician",
            )
            .to_owned(),
    }
}

/// The copy on a second medium, in words; nothing where the site keeps none.
pub(super) fn mirror(mirror: &Mirror, now: OffsetDateTime, language: Language) -> Option<(Status, String)> {
    match mirror {
        Mirror::Unset => None,
        Mirror::Whole => {
            let (vi, en) = ("Bản sao trên thẻ nhớ: đủ", "The copy on the second medium is complete");
            Some((Status::Good, language.pick(vi, en).to_owned()))
        }
        Mirror::Failing { since, reason } => {
            let (why, ago) = (reason.text(language), ago(now - *since, language));
            let said = language.pick(
                format!("Bản sao trên thẻ nhớ dừng từ {ago}: {why}. Dữ liệu vẫn an toàn trên trạm"),
                format!("The copy stopped {ago}: {why}. The data is safe at the station"),
            );
            Some((Status::Attention, said))
        }
    }
}

/// Whether the draft is safe, in words.
pub(super) fn saved(saving: &Saving, now: OffsetDateTime, is_open: bool, language: Language) -> String {
    if !is_open {
        return language.pick("Hồ sơ đã niêm phong", "The dossier is sealed").to_owned();
    }
    match (saving.pending, saving.saved_at) {
        (0, Some(at)) => language.pick(
            format!("Bản nháp đã lưu {}", ago(now - at, language)),
            format!("Draft saved {}", ago(now - at, language)),
        ),
        (0, None) => {
            language.pick("Bản nháp an toàn trên trạm", "The draft is safe on the station").to_owned()
        }
        _ => language.pick("Đang lưu bản nháp…", "Saving the draft…").to_owned(),
    }
}

/// How long ago, in words.
fn ago(passed: time::Duration, language: Language) -> String {
    match passed.whole_seconds() {
        ..=1 => language.pick("vừa xong".to_owned(), "just now".to_owned()),
        seconds @ 2..=59 => language.pick(format!("{seconds} giây trước"), format!("{seconds} s ago")),
        seconds @ 60..=3599 => {
            language.pick(format!("{} phút trước", seconds / 60), format!("{} min ago", seconds / 60))
        }
        seconds => {
            language.pick(format!("{} giờ trước", seconds / 3600), format!("{} h ago", seconds / 3600))
        }
    }
}

/// How many blank cards are left by the book.
pub(super) fn blanks(count: i64, language: Language) -> (Status, String) {
    match count {
        ..0 => {
            let missing = count.unsigned_abs();
            let said = language.pick(
                format!("0, và {missing} phôi đã dùng chưa ghi nhập: nhập phôi vào sổ"),
                format!("0, and {missing} used that were never booked in: book them"),
            );
            (Status::Attention, said)
        }
        0..10 => {
            (Status::Attention, language.pick(format!("{count}, sắp hết"), format!("{count}, almost gone")))
        }
        _ => (Status::Good, count.to_string()),
    }
}

/// The first letter as a capital.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// That the machine's clock is off, where it is by more than two minutes.
pub(super) fn clock(ahead: Option<time::Duration>, language: Language) -> Option<String> {
    let ahead = ahead.filter(|ahead| ahead.abs() >= time::Duration::minutes(2))?;
    let (days, hours, minutes) = (ahead.whole_days(), ahead.whole_hours(), ahead.whole_minutes());
    let clock = super::text::CLOCK.of(language);
    Some(match (days, hours) {
        (0, 0) => format!("{clock} {minutes:+} {}", language.pick("phút", "min")),
        (0, _) => format!("{clock} {hours:+} {}", language.pick("giờ", "h")),
        _ => format!("{clock} {days:+} {}", language.pick("ngày", "days")),
    })
}
