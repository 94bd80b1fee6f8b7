//! Expressions over attributes: what is searched for, and whether something is it.

use serde_json::Value;
use std::cmp::Ordering;

/// Whether all expressions hold. An attribute is one of the object's own, or one of its biographic data.
pub(super) fn holds(expressions: &Value, object: &Value) -> bool {
    let all = expressions.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().all(|expression| {
        let text = |name: &str| expression.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = text("attributeName");
        let value = object.get(name).or_else(|| object.get("biographicData")?.get(name));
        let (Some(value), Some(wanted)) = (value, expression.get("value")) else { return false };
        compares(text("operator"), value, wanted)
    })
}

fn compares(operator: &str, value: &Value, wanted: &Value) -> bool {
    let order = match (value, wanted) {
        (Value::String(value), Value::String(wanted)) => Some(value.cmp(wanted)),
        (Value::Number(value), Value::Number(wanted)) => {
            value.as_f64().zip(wanted.as_f64()).and_then(|(value, wanted)| value.partial_cmp(&wanted))
        }
        (Value::Bool(value), Value::Bool(wanted)) => Some(value.cmp(wanted)),
        _ => None,
    };
    let is = |wanted: fn(Ordering) -> bool| order.is_some_and(wanted);
    match operator {
        "!=" => !is(Ordering::is_eq),
        "=" => is(Ordering::is_eq),
        "<" => is(Ordering::is_lt),
        ">" => is(Ordering::is_gt),
        "<=" => is(Ordering::is_le),
        ">=" => is(Ordering::is_ge),
        _ => false,
    }
}

/// What of an object was asked for: these attributes, its own or biographic ones, and always the ones it must have.
/// All of it where nothing was asked for.
pub(super) fn only(mut object: Value, attributes: &[String], always: &[&str]) -> Value {
    let asked = |name: &String| attributes.contains(name);
    if attributes.is_empty() {
        return object;
    }
    if let Value::Object(held) = &mut object {
        if let Some(Value::Object(biographic)) = held.get_mut("biographicData")
            && !attributes.iter().any(|name| name == "biographicData")
        {
            biographic.retain(|name, _| asked(name));
        }
        held.retain(|name, value| {
            asked(name)
                || always.contains(&name.as_str())
                || name == "biographicData" && value.as_object().is_some_and(|inner| !inner.is_empty())
        });
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_find_and_attributes_choose() {
        let lan =
            json!({"id": "1", "status": "NEW", "biographicData": {"name": "Lan", "born": "1990-01-02"}});
        let expression = |name: &str, operator: &str, value: &str| json!([{"attributeName": name, "operator": operator, "value": value}]);
        assert!(holds(&json!([]), &lan));
        assert!(holds(&expression("name", "=", "Lan"), &lan));
        assert!(holds(&expression("born", "<", "1990-12-31"), &lan));
        assert!(holds(&expression("status", "!=", "OLD"), &lan));
        assert!(!holds(&expression("name", "=", "Mai"), &lan));
        assert!(!holds(&expression("nothing", "!=", "Mai"), &lan));
        assert_eq!(
            only(lan.clone(), &["name".into()], &["id"]),
            json!({"id": "1", "biographicData": {"name": "Lan"}})
        );
        assert_eq!(only(lan.clone(), &["status".into()], &["id"]), json!({"id": "1", "status": "NEW"}));
        assert_eq!(only(lan.clone(), &[], &["id"]), lan);
    }
}
