//! Values of the protocol's messages. Services write numbers as text and text as numbers; both are taken.

use crate::SbiError;
use serde_json::Value;

/// What is kept of a service's own words.
const MAX_INFO_CHARS: usize = 120;

/// A text, or a number as one.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, or a text that is one.
pub(crate) fn number(value: &Value, key: &str) -> Option<f64> {
    let value = value.get(key)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
}

/// A list of small numbers.
pub(crate) fn numbers(value: &Value, key: &str) -> Vec<u8> {
    let entries = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let read = |entry: &Value| match entry {
        Value::Number(number) => u8::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    entries.iter().filter_map(read).collect()
}

/// The error a message carries, unless it is 0. Some services leave the code empty where there is none.
pub(crate) fn error_of(value: &Value) -> Option<SbiError> {
    let error = value.get("error").filter(|error| error.is_object())?;
    let code = text(error, "errorCode").unwrap_or_default();
    let digits: String = code.trim().chars().take_while(char::is_ascii_digit).collect();
    let info = text(error, "errorInfo").unwrap_or_default();
    let info = info.chars().filter(|c| !c.is_control()).take(MAX_INFO_CHARS).collect();
    match digits.parse().unwrap_or(if code.is_empty() { 0 } else { u16::MAX }) {
        0 => None,
        100 => Some(SbiError::Unregistered),
        110 => Some(SbiError::NotReady),
        111 => Some(SbiError::Busy),
        code => Some(SbiError::Reported { code, info }),
    }
}
