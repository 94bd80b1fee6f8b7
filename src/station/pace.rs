//! How fast this station sends, and in which hours: what a technician set for the office's link.

use anyhow::{Context as _, bail};
use std::num::NonZeroU32;
use time::Time;
use time::macros::format_description;
use tram_enrollment::reference::Phrase;
use tram_store::{Reader, Store, StoreError};
use tram_sync::{Hours, Pace};

/// The setting's name.
const SETTING: &str = "pace";
/// What stands for no cap, or for all hours.
const FREE: &str = "-";

/// What was set; as fast as the link is, and always, where nothing was.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn kept(reader: &Reader) -> Result<Pace, StoreError> {
    let text = reader.setting(SETTING)?.and_then(|value| String::from_utf8(value).ok());
    Ok(text.and_then(|text| parse(&text)).unwrap_or_default())
}

/// Keeps it from now on.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn keep(store: &mut Store, pace: &Pace) -> Result<(), StoreError> {
    store.set_setting(SETTING, text(pace).as_bytes())
}

/// As it is kept: kbit/s, a space, the hours.
fn text(pace: &Pace) -> String {
    let rate = pace.bytes_per_second.map_or_else(|| FREE.to_owned(), |rate| kbit(rate).to_string());
    let hours = pace.hours.map_or_else(|| FREE.to_owned(), hours_text);
    format!("{rate} {hours}")
}

fn parse(text: &str) -> Option<Pace> {
    let (rate, hours) = text.split_once(' ')?;
    let bytes_per_second = if rate == FREE { None } else { Some(bytes(rate.parse().ok()?)?) };
    let hours = if hours == FREE { None } else { Some(parse_hours(hours).ok()?) };
    Some(Pace { bytes_per_second, hours })
}

/// Bytes in a second for kilobits in a second; nothing for none.
pub(crate) fn bytes(kbit: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(kbit.saturating_mul(125))
}

fn kbit(bytes: NonZeroU32) -> u32 {
    bytes.get() / 125
}

fn hours_text(hours: Hours) -> String {
    let clock = |at: Time| format!("{:02}:{:02}", at.hour(), at.minute());
    format!("{}-{}", clock(hours.from), clock(hours.to))
}

/// Hours as `17:30-06:00`.
///
/// # Errors
/// When they are not written like that.
pub(crate) fn parse_hours(text: &str) -> anyhow::Result<Hours> {
    let clock = |text: &str| Time::parse(text, format_description!("[hour]:[minute]"));
    let (from, to) = text.split_once('-').context("hours are written as 17:30-06:00")?;
    let hours = Hours {
        from: clock(from).context("hours are written as 17:30-06:00")?,
        to: clock(to).context("hours are written as 17:30-06:00")?,
    };
    if hours.from == hours.to {
        bail!("the hours begin and end at the same time");
    }
    Ok(hours)
}

/// What the outbox says of it; nothing where nothing was set.
pub(crate) fn said(pace: &Pace) -> Option<Phrase> {
    let rate = pace.bytes_per_second.map(kbit);
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    if let Some(rate) = rate {
        vi.push(format!("nhiều nhất {rate} kbit/giây"));
        en.push(format!("at most {rate} kbit/s"));
    }
    if let Some(hours) = pace.hours.map(hours_text) {
        vi.push(format!("chỉ trong giờ {hours}"));
        en.push(format!("only in the hours {hours}"));
    }
    let phrase = |words: Vec<String>, before: &str| format!("{before} {}", words.join(", "));
    (!vi.is_empty()).then(|| Phrase { vi: phrase(vi, "Gửi"), en: phrase(en, "Sending") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_as_it_was() {
        for text_kept in ["- -", "256 -", "- 17:30-06:00", "64 22:00-05:15"] {
            assert_eq!(parse(text_kept).map(|pace| text(&pace)).as_deref(), Some(text_kept));
        }
        for broken in ["", "256", "0 -", "x -", "256 17:30", "256 17:30-17:30", "256 25:00-06:00"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
        let said = said(&parse("64 22:00-05:15").unwrap()).unwrap();
        assert_eq!(said.en, "Sending at most 64 kbit/s, only in the hours 22:00-05:15");
    }
}
