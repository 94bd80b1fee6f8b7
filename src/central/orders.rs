//! Card orders: what stands on the card a registered enrollment is answered with.

use crate::centre::Centre;
use crate::database::{Row, Transaction, values};
use crate::error::CentralError;
use crate::officers::text;
use time::{Date, OffsetDateTime, UtcOffset};
use tram_enrollment::{Field, ReferenceData, validate};
use tram_packet::order::PortraitName;
use tram_packet::{CardFields, CardOrder, CardSex, Digest, Opened, OrderId, PacketId, Profile, SampleRole};
use tram_sync::protocol::{Base64, NumberedOrder, Orders};
use uuid::Uuid;

/// The card product, the name of its template.
pub(crate) const PRODUCT: &str = "identity-2024";
/// A card made within so many years before an age of exchange is good until the next one.
const GRACE_YEARS: i32 = 2;
/// The ages at which a card must be exchanged (Law 26/2023, article 21).
const EXCHANGE_AGES: [i32; 4] = [14, 25, 40, 60];
/// The most orders in one answer.
const MOST: u32 = 200;

impl Centre {
    /// Card orders for a station after a cursor.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn orders(&self, station: &str, after: u64) -> Result<Orders, CentralError> {
        let rows = self.database.query(
            "SELECT number, signed FROM card_order WHERE station = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
            values![station, after, MOST],
        )?;
        let order = |row: &Row| Ok(NumberedOrder { number: row.get(0)?, order: Base64(row.get(1)?) });
        Ok(Orders { orders: rows.iter().map(order).collect::<Result<_, CentralError>>()? })
    }
}

/// Orders the card of a packet that is clear, for the station that sealed it; once, however often it is asked for.
pub(crate) fn make(
    tx: &Transaction<'_>,
    centre: &Centre,
    packet: PacketId,
    opened: &Opened,
    rules: &ReferenceData,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    let contents = &opened.contents;
    let Some(fields) = fields(opened, rules, hanoi(now)) else {
        log::warn!("packet {packet}: no card can be ordered, fields are missing");
        return Ok(());
    };
    let portrait = contents.samples.iter().find(|sample| sample.role == SampleRole::PortraitCard);
    let order = CardOrder {
        id: OrderId(Uuid::now_v7()),
        enrollment: contents.enrollment,
        packet,
        product: PRODUCT.into(),
        fields,
        portrait: portrait.map(|portrait| PortraitName {
            sample: portrait.sample.id,
            sha256: Digest::of(&portrait.sample.bytes),
        }),
        specimen: centre.profile == Profile::Test,
        ordered_at: now,
    };
    tx.execute(
        "INSERT INTO card_order (id, packet, station, signed, ordered_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (packet) DO NOTHING",
        values![
            order.id.to_string(),
            packet.to_string(),
            &contents.station,
            order.sign(&centre.keys.receipts)?,
            text(now),
        ],
    )?;
    Ok(())
}

/// `None` when a required field is not there.
fn fields(opened: &Opened, reference: &ReferenceData, today: Date) -> Option<CardFields> {
    let applicant = &opened.contents.applicant;
    let known = |field| Some(applicant.value(field)).filter(|value| !value.is_empty());
    let birth = validate::parse_date(known(Field::BirthDate)?)?;
    let (surname, given) = known(Field::FullName)?.split_once(' ').unwrap_or((known(Field::FullName)?, ""));
    let unit = reference.units().get(known(Field::ResidenceUnit)?)?.address();
    Some(CardFields {
        personal_number: known(Field::PersonalNumber)?.to_owned(),
        surname: surname.to_owned(),
        given: given.to_owned(),
        birth,
        sex: if known(Field::Sex)? == "female" { CardSex::Female } else { CardSex::Male },
        nationality: nationality(known(Field::Nationality)?).to_owned(),
        residence: known(Field::ResidenceDetail)
            .map_or_else(|| unit.clone(), |detail| format!("{detail}, {unit}")),
        birth_registration: known(Field::BirthPlace)?.to_owned(),
        issued: today,
        expiry: expiry(birth, today),
        old_number: known(Field::OldNumber).map(str::to_owned),
        cancelled_number: None,
        parents: Vec::new(),
    })
}

fn nationality(alpha3: &str) -> &str {
    if alpha3 == "VNM" { "Việt Nam" } else { alpha3 }
}

/// The birthday until which a card is good; none when no exchange lies ahead.
fn expiry(birth: Date, issued: Date) -> Option<Date> {
    let age = validate::age_on(birth, issued);
    let next = EXCHANGE_AGES.into_iter().find(|milestone| age + GRACE_YEARS < *milestone)?;
    let year = birth.year() + next;
    // 29 February in a common year: the day after.
    Date::from_calendar_date(year, birth.month(), birth.day())
        .or_else(|_leap_day| Date::from_calendar_date(year, time::Month::March, 1))
        .ok()
}

fn hanoi(now: OffsetDateTime) -> Date {
    UtcOffset::from_hms(7, 0, 0).map_or(now, |offset| now.to_offset(offset)).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_card_is_good_until_the_next_age_of_exchange() {
        let today = date!(2026 - 11 - 22);
        for (birth, good_until) in [
            (date!(2018 - 05 - 01), Some(date!(2032 - 05 - 01))),
            (date!(2004 - 02 - 29), Some(date!(2029 - 03 - 01))),
            (date!(1994 - 03 - 12), Some(date!(2034 - 03 - 12))),
            (date!(2002 - 12 - 01), Some(date!(2042 - 12 - 01))),
            (date!(1987 - 02 - 28), Some(date!(2047 - 02 - 28))),
            (date!(1968 - 11 - 22), None),
            (date!(1940 - 01 - 01), None),
        ] {
            assert_eq!(expiry(birth, today), good_until, "{birth}");
        }
    }
}
