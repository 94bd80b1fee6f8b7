//! Values as people read them.

use super::text;
use time::{Date, OffsetDateTime};
use tram_biometric::Language;
use tram_enrollment::validate::{parse_date, show_date};
use tram_enrollment::{Field, Procedure};
use tram_theme::Status;
use tram_workflow::lists::{DossierState, Link, OrderState, PacketState};
use tram_workflow::{Dossier, State};

/// Hours and minutes.
pub(super) fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// The hour today, the day before today.
pub(super) fn when(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let at = at.to_offset(now.offset());
    if at.date() == now.date() { clock(at) } else { show_date(at.date()) }
}

/// The day with its name: `Chủ nhật 22/11/2026`.
pub(super) fn day(day: Date, language: Language) -> String {
    format!("{} {}", text::weekday(day.weekday()).of(language), show_date(day))
}

/// Bytes in a unit people know.
pub(super) fn bytes(bytes: u64, language: Language) -> String {
    let (whole, unit) = match bytes {
        0..=9_999 => return format!("{bytes} B"),
        10_000..=999_999 => (bytes as f64 / 1e3, "kB"),
        _ => (bytes as f64 / 1e6, "MB"),
    };
    let number = format!("{whole:.1}");
    format!("{} {unit}", language.pick(number.replace('.', ","), number.clone()))
}

/// An amount of money: `50.000 đồng`.
pub(super) fn money(amount: u32, language: Language) -> String {
    if amount == 0 {
        return text::FREE.of(language).to_owned();
    }
    let digits = amount.to_string();
    let separator = language.pick('.', ',');
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", language.pick("đồng", "dong"))
}

/// Working days.
pub(super) fn days(count: u16, language: Language) -> String {
    language.pick(format!("{count} ngày làm việc"), format!("{count} working days"))
}

/// A field's stored value as it is read.
pub(super) fn field(state: &State, field: Field, value: &str) -> String {
    match field {
        Field::BirthDate => parse_date(value).map_or_else(|| value.to_owned(), show_date),
        Field::ResidenceUnit => state
            .reference
            .units()
            .get(value)
            .map_or_else(|| value.to_owned(), tram_enrollment::Unit::address),
        Field::Sex => match value {
            "male" => text::MALE.of(state.language).to_owned(),
            "female" => text::FEMALE.of(state.language).to_owned(),
            _ => value.to_owned(),
        },
        Field::Nationality if value == "VNM" => state.language.pick("Việt Nam", "Viet Nam").to_owned(),
        Field::PersonalNumber if value.len() == 12 && value.is_ascii() => {
            value.as_bytes().chunks(3).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
        }
        _ => value.to_owned(),
    }
}

/// The procedure of a dossier by the rules of its day.
pub(super) fn procedure<'a>(state: &'a State, dossier: &Dossier) -> Option<&'a Procedure> {
    let code = dossier.enrollment.procedure.as_deref()?;
    state.reference.procedure(code, dossier.enrollment.received_at.date())
}

pub(super) fn dossier_status(state: &DossierState) -> Status {
    match state {
        DossierState::Draft(_) => Status::Info,
        DossierState::Sealed | DossierState::Withdrawn => Status::Neutral,
        DossierState::Received | DossierState::HandedOver => Status::Good,
        DossierState::Quarantined => Status::Bad,
        DossierState::CardOrdered | DossierState::CardPrinted => Status::Attention,
    }
}

pub(super) fn packet_status(state: &PacketState) -> Status {
    match state {
        PacketState::Waiting { attempts: 0, .. } => Status::Neutral,
        PacketState::Waiting { .. } => Status::Attention,
        PacketState::Sending { .. } => Status::Live,
        PacketState::Receipted | PacketState::Purged => Status::Good,
        PacketState::Quarantined { .. } => Status::Bad,
    }
}

pub(super) fn order_status(state: &OrderState) -> Status {
    match state {
        OrderState::Ordered => Status::Info,
        OrderState::Doubtful => Status::Bad,
        OrderState::Printed => Status::Attention,
        OrderState::HandedOver => Status::Good,
    }
}

pub(super) fn link_status(link: &Link) -> Status {
    match link {
        Link::Unknown => Status::Neutral,
        Link::Up { .. } => Status::Good,
        Link::Down { .. } => Status::Attention,
        Link::Untrusted { .. } => Status::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(money(50_000, Language::Vietnamese), "50.000 đồng");
        assert_eq!(money(1_250_000, Language::English), "1,250,000 dong");
        assert_eq!(bytes(431_204, Language::Vietnamese), "431,2 kB");
        assert_eq!(bytes(1_431_204, Language::English), "1.4 MB");
    }
}
