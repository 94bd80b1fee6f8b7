//! Messages of both sides against the published schemas of MDS 0.9.5, where those are present.

use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;
use time::macros::datetime;
use tram_biometric::FingerPosition;
use tram_sbi::{Environment, Kind, Seen, Target};
use tram_sbi_emulator::{Device, Modality, Request, Spec};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sbi/schema");
const SERIAL: &str = "TEST-SLAP-0001";
/// Where the schemas are at odds with the specification's text, the text is followed: a request names the one version
/// it expects, where the schema reuses the list of the versions a device knows.
const AT_ODDS: [(&str, &str); 1] = [("reg-capture-request.yaml", "/specVersion")];

#[test]
fn messages_are_as_the_schemas_say() {
    if !Path::new(FOLDER).exists() {
        println!("skipped: no schemas in {FOLDER}");
        return;
    }
    let schemas = Schemas::read();
    let world = World::with([Device::new(SERIAL, Spec::Mds095, Modality::SlapReader)]);
    let driver = world.driver(Environment::Developer);
    let mut session = driver.open_device(Kind::Finger, SERIAL).expect("opens");
    session.begin(Target::Fingers(FingerPosition::PlainLeftFour), &[]).expect("begins");
    while !matches!(session.poll(Duration::from_secs(1)).expect("captures"), Some(Seen::Captured(_))) {}

    let mut checked = 0;
    for request in world.requests() {
        let schema = match request.verb.as_str() {
            "MOSIPDISC" => "discovery-request.yaml",
            "MOSIPDINFO" => "info-request.yaml",
            "STREAM" => "stream-request.yaml",
            "RCAPTURE" => "reg-capture-request.yaml",
            other => panic!("{other}"),
        };
        checked += schemas.check(schema, &request.body);
        let Some(answer) = answer(&world, &request) else { continue };
        checked += match request.verb.as_str() {
            "MOSIPDISC" => {
                schemas.check("digital-id.yaml", &unsigned(&answer[0]["digitalId"]))
                    + schemas.check("discovery-response.yaml", &answer)
            }
            "MOSIPDINFO" => {
                schemas.check("device-info.yaml", &signed(&answer[0]["deviceInfo"]))
                    + schemas.check("info-response.yaml", &answer)
            }
            _ => {
                // The schema describes what is signed, not the signed text.
                let mut opened = answer.clone();
                for entry in opened["biometrics"].as_array_mut().expect("images") {
                    entry["data"] = signed(&entry["data"]);
                }
                schemas.check("reg-capture-response.yaml", &opened)
            }
        };
    }
    println!("{checked} values checked");
    assert!(checked > 150, "only {checked} values were checked");
    // The check can fail.
    let wrong = json!({ "deviceId": 7, "deviceSubId": "1", "timeout": 2.5 });
    assert_eq!(schemas.errors("stream-request.yaml", &wrong).len(), 3);
    assert_eq!(schemas.errors("info-response.yaml", &json!([{ "deviceInfo": "" }])).len(), 1);
    assert_eq!(schemas.errors("discovery-request.yaml", &json!({ "type": "Toe" })).len(), 1);
}

/// The emulator's answer to a request, unless it is a stream.
fn answer(world: &World, request: &Request) -> Option<Value> {
    let later = Duration::from_hours(1);
    let answer = world.service(0, |service| service.answer(later, datetime!(2026-11-22 09:00 UTC), request));
    let bytes = answer.take(1).next().expect("an answer").bytes;
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    (!head.contains("multipart")).then(|| serde_json::from_str(body).expect("JSON"))
}

fn unsigned(token: &Value) -> Value {
    let text = token.as_str().expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

fn signed(token: &Value) -> Value {
    let parts: Vec<&str> = token.as_str().expect("a token").split('.').collect();
    assert_eq!(parts.len(), 3);
    unsigned(&json!(parts[1]))
}

/// The schemas by file. Of JSON Schema, what these files use is understood: `$ref`, `type`, `properties`, `required`,
/// `items`, `enum`.
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    fn read() -> Self {
        let files = fs::read_dir(FOLDER).expect("the folder").map(|entry| entry.expect("an entry").path());
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        Self(files.map(|path| (name(&path), yaml(&fs::read_to_string(&path).expect("reads")))).collect())
    }

    fn check(&self, file: &str, value: &Value) -> usize {
        let mut walk = Walk { schemas: self, checked: 0, errors: Vec::new() };
        walk.check(file, &self.0[file], value, "");
        walk.errors.retain(|error| !AT_ODDS.iter().any(|(of, at)| *of == file && error.starts_with(at)));
        assert!(walk.errors.is_empty(), "{file}: {:?}", walk.errors);
        walk.checked
    }

    fn errors(&self, file: &str, value: &Value) -> Vec<String> {
        let mut walk = Walk { schemas: self, checked: 0, errors: Vec::new() };
        walk.check(file, &self.0[file], value, "");
        walk.errors
    }
}

struct Walk<'a> {
    schemas: &'a Schemas,
    checked: usize,
    errors: Vec<String>,
}

impl Walk<'_> {
    fn check(&mut self, file: &str, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let (target, pointer) = reference.split_once('#').unwrap_or((reference, ""));
            let target = if target.is_empty() { file } else { target.trim_start_matches("./") };
            let schema = self.schemas.0[target].pointer(pointer).unwrap_or_else(|| panic!("{reference}"));
            return self.check(target, schema, value, at);
        }
        self.checked += 1;
        let is_right = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some(other) => panic!("type {other}"),
            None => true,
        };
        if !is_right {
            self.errors.push(format!("{at}: {value} is no {}", schema["type"]));
        }
        if let Some(allowed) = schema["enum"].as_array() {
            // Error codes stand in the schema with their meaning after a dash.
            let code = |allowed: &Value| {
                allowed.as_str().and_then(|text| text.split(" -").next()).map(str::to_owned)
            };
            if !allowed.iter().any(|allowed| allowed == value || code(allowed).as_deref() == value.as_str()) {
                self.errors.push(format!("{at}: {value} is not allowed"));
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(name).is_none() {
                self.errors.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(file, schema, value, &format!("{at}/{name}"));
            }
        }
        if let (Some(items), true) = (schema.get("items"), value.is_array()) {
            for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                self.check(file, items, value, &format!("{at}/{index}"));
            }
        }
    }
}

/// As much YAML as the schemas use: nested maps, lists of plain words, lists in brackets.
fn yaml(text: &str) -> Value {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .map(|line| (line.len() - line.trim_start().len(), line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    block(&lines, &mut 0, 0)
}

fn block(lines: &[(usize, &str)], at: &mut usize, indent: usize) -> Value {
    if lines.get(*at).is_some_and(|(_, line)| line.starts_with("- ")) {
        let mut list = Vec::new();
        while let Some((here, line)) = lines.get(*at).filter(|(here, _)| *here >= indent)
            && let Some(item) = line.strip_prefix("- ").filter(|_| *here == lines[*at].0)
        {
            list.push(scalar(item));
            *at += 1;
        }
        return Value::Array(list);
    }
    let mut map = Map::new();
    while let Some((here, line)) = lines.get(*at).copied().filter(|(here, _)| *here >= indent) {
        let (key, rest) = line.split_once(':').unwrap_or_else(|| panic!("no key in {line:?}"));
        *at += 1;
        let value = match (rest.trim(), lines.get(*at)) {
            ("", Some((next, line))) if *next > here || (*next == here && line.starts_with("- ")) => {
                block(lines, at, *next)
            }
            ("", _) => Value::Null,
            (rest, _) => scalar(rest),
        };
        map.insert(key.trim_matches('"').to_owned(), value);
    }
    Value::Object(map)
}

fn scalar(text: &str) -> Value {
    if let Some(list) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return list.split(',').map(|item| scalar(item.trim())).collect();
    }
    json!(text.trim_matches(['"', '\'']))
}
