//! What a JSON value must look like, as OSIA's documents say it: a description and a check that walks it.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A value's shape.
pub(super) enum Shape {
    /// A string.
    Text,
    /// A URI (RFC 3986).
    Uri,
    /// A moment (RFC 3339).
    Moment,
    /// A whole number, of any size.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// `true` or `false`.
    Boolean,
    /// A string, a truth value, or a number that is not whole: a whole one fits two of OSIA's alternatives (integer and
    /// number), of which exactly one may fit.
    Scalar,
    /// Whatever it is.
    Anything,
    /// An object with whatever is in it.
    Free,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Several of a shape, at least so many.
    List(&'static Shape, usize),
    /// An object of these properties and no others.
    Object(&'static [Property]),
    /// An object of these properties, and others.
    Open(&'static [Property]),
}

/// A property of an object.
pub(super) struct Property {
    /// Its name.
    pub(super) name: &'static str,
    /// What it must look like.
    pub(super) shape: &'static Shape,
    /// It may not be left out.
    pub(super) is_needed: bool,
}

/// A property that may be left out.
pub(super) const fn may(name: &'static str, shape: &'static Shape) -> Property {
    Property { name, shape, is_needed: false }
}

/// A property that may not.
pub(super) const fn must(name: &'static str, shape: &'static Shape) -> Property {
    Property { name, shape, is_needed: true }
}

impl Shape {
    /// Says where a value is not of this shape, without repeating what it says.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        self.walk(value, "body")
    }

    fn walk(&self, value: &Value, place: &str) -> Result<(), String> {
        let text = |is: &dyn Fn(&str) -> bool| value.as_str().is_some_and(is);
        let fits = match self {
            Self::Anything => true,
            Self::Free => value.is_object(),
            Self::Text => value.is_string(),
            Self::Uri => text(&is_uri),
            Self::Moment => text(&|it| OffsetDateTime::parse(it, &Rfc3339).is_ok()),
            Self::Integer => is_whole(value),
            Self::Long => value.is_i64() || !value.is_u64() && is_small_whole(value),
            Self::Boolean => value.is_boolean(),
            Self::Scalar => value.is_string() || value.is_boolean() || value.is_number() && !is_whole(value),
            Self::Word(words) => text(&|it| words.contains(&it)),
            Self::List(shape, least) => {
                let Value::Array(items) = value else { return Err(format!("{place}: a list is needed")) };
                for (number, item) in items.iter().enumerate() {
                    shape.walk(item, &format!("{place}[{number}]"))?;
                }
                items.len() >= *least
            }
            Self::Object(properties) => return walk_object(properties, false, value, place),
            Self::Open(properties) => return walk_object(properties, true, value, place),
        };
        if fits { Ok(()) } else { Err(format!("{place}: not as the interface says")) }
    }
}

fn walk_object(properties: &[Property], open: bool, value: &Value, place: &str) -> Result<(), String> {
    let Value::Object(held) = value else { return Err(format!("{place}: an object is needed")) };
    for property in properties {
        match held.get(property.name) {
            Some(value) => property.shape.walk(value, &format!("{place}.{}", property.name))?,
            None if property.is_needed => return Err(format!("{place}.{}: is missing", property.name)),
            None => {}
        }
    }
    if open || only_known(properties, held) {
        Ok(())
    } else {
        Err(format!("{place}: has a property that the interface does not know"))
    }
}

fn only_known(properties: &[Property], held: &Map<String, Value>) -> bool {
    held.keys().all(|name| properties.iter().any(|property| property.name == name))
}

/// 1.0 is whole too (JSON Schema, validation, 6.1.1).
fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// Whole though written with a point, and small enough to be exact.
fn is_small_whole(value: &Value) -> bool {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    is_whole(value) && value.as_f64().is_some_and(|number| number.abs() < EXACT)
}

/// A scheme, a colon, and only the characters that a URI may have.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let begins = scheme.bytes().next().is_some_and(|c| c.is_ascii_alphabetic());
    let is_scheme = scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c));
    let rest = rest.as_bytes();
    let is_escape =
        |at: usize| rest.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let allowed = rest.iter().enumerate().all(|(at, c)| {
        c.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(c) || *c == b'%' && is_escape(at)
    });
    begins && is_scheme && allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_what_their_shape_says_and_nothing_else() {
        const ITEM: Shape =
            Shape::Object(&[must("kind", &Shape::Word(&["A", "B"])), may("at", &Shape::Moment)]);
        let check = |shape: &Shape, value: Value, fits: bool| {
            assert_eq!(shape.check(&value).is_ok(), fits, "{value}");
        };
        check(&ITEM, json!({"kind": "A"}), true);
        check(&ITEM, json!({"kind": "C"}), false);
        check(&ITEM, json!({"at": "2019-05-21T12:00:00+01:00"}), false);
        check(&ITEM, json!({"kind": "B", "at": "2019-05-21T12:00:00+01:00"}), true);
        check(&ITEM, json!({"kind": "B", "at": "yesterday"}), false);
        check(&ITEM, json!({"kind": "B", "more": 1}), false);
        check(&Shape::List(&ITEM, 1), json!([]), false);
        check(&Shape::List(&ITEM, 1), json!([{"kind": "A"}]), true);
        check(&Shape::Integer, json!(3.0), true);
        check(&Shape::Integer, json!(3.5), false);
        check(&Shape::Integer, json!(u64::MAX), true);
        check(&Shape::Long, json!(i64::MIN), true);
        check(&Shape::Long, json!(3.0), true);
        check(&Shape::Long, json!(u64::MAX), false);
        check(&Shape::Long, json!(-9.3e18), false);
        check(&Shape::Scalar, json!(null), false);
        check(&Shape::Scalar, json!(1), false);
        for (uri, fits) in
            [("http://a/b?id=3", true), ("urn:x", true), ("no", false), ("a b:c", false), ("a:%zz", false)]
        {
            check(&Shape::Uri, json!(uri), fits);
        }
    }
}
