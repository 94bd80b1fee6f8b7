//! The OSIA interfaces: what another system can do by them, and that they are what their own documents say. The second
//! needs those documents and `schemathesis`; where they are not at hand the test says so.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::browser::{Answer, Browser};
use common::{Process, Station, TEST, eventually, free_port, printed};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;
use tram_packet::{PacketKind, StationKey};

const SCOPES: [&str; 9] = [
    "enroll.write",
    "enroll.read",
    "enroll.buf.write",
    "enroll.buf.read",
    "cms.request.write",
    "cms.request.read",
    "cms.credential.write",
    "cms.credential.read",
    "cms.profile.read",
];

struct Centre {
    _own: TempDir,
    folder: PathBuf,
    process: Process,
    osia: u16,
}

impl Centre {
    fn start() -> Self {
        let own = TempDir::new().unwrap();
        let folder = own.path().join("centre");
        printed(&folder, &["init", "--name", "TEST centre", "--profile", "test"]);
        let osia = free_port();
        let process = Process::start_with(&folder, &["--osia", &format!("127.0.0.1:{osia}")]);
        Self { _own: own, folder, process, osia }
    }

    fn token(&self, name: &str, scopes: &[&str]) -> String {
        let scopes: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
        let printed = printed(&self.folder, &[&["client", "add", name], scopes.as_slice()].concat());
        printed.lines().next().unwrap().to_owned()
    }

    fn ask(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let mut browser = Browser::at(&self.folder, self.osia);
        browser.more = format!("Authorization: Bearer {token}\r\n");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mark = if path.contains('?') { '&' } else { '?' };
        browser.send_as(
            "application/json",
            method,
            &format!("{path}{mark}transactionId=TEST"),
            body.as_bytes(),
        )
    }
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

#[test]
fn another_system_enrolls_and_what_is_finalized_stands() {
    let centre = Centre::start();
    let token = centre.token("civil-registry", &SCOPES);
    let ask = |method: &str, path: &str, body: Value| centre.ask(&token, method, path, &body);
    let lan = json!({
        "enrollmentType": "citizen", "biographicData": { "firstName": "Lan", "gender": "F" },
        "biometricData": [{ "biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX" }],
    });
    assert_eq!(ask("POST", "/v1/enrollments/one", lan.clone()).status, 204);
    assert_eq!(ask("POST", "/v1/enrollments/one", lan).status, 409);
    let patch = json!({ "biographicData": { "gender": null, "nationality": "VNM" } });
    assert_eq!(ask("PATCH", "/v1/enrollments/one", patch).status, 204);
    let read = parsed(&ask("GET", "/v1/enrollments/one", Value::Null));
    assert_eq!(read["biographicData"], json!({ "firstName": "Lan", "nationality": "VNM" }));
    assert_eq!((&read["enrollmentId"], &read["status"]), (&json!("one"), &json!("IN_PROGRESS")));

    let made = centre.ask(&token, "POST", "/v1/enrollments/one/buffer", &json!({"TEST": 1}));
    assert_eq!(made.status, 201, "{}", made.text());
    let buffer = format!("/v1/enrollments/one/buffer/{}", parsed(&made)["bufferId"].as_str().unwrap());
    let answer = ask("GET", &buffer, Value::Null);
    assert_eq!(answer.body, br#"{"TEST":1}"#);
    assert!(answer.header("digest").unwrap().starts_with("SHA-256="));

    assert_eq!(ask("PUT", "/v1/enrollments/one/finalize", Value::Null).status, 204);
    for (method, path) in [
        ("PUT", "/v1/enrollments/one"),
        ("DELETE", "/v1/enrollments/one"),
        ("POST", "/v1/enrollments/one/buffer"),
    ] {
        assert_eq!(ask(method, path, json!({})).status, 403, "{method} {path}");
    }
    let by_name = json!([{ "attributeName": "firstName", "operator": "=", "value": "Lan" }]);
    let found = parsed(&ask("POST", "/v1/enrollments", by_name));
    assert_eq!((found.as_array().unwrap().len(), &found[0]["status"]), (1, &json!("FINALIZED")));
    assert_eq!(printed(&centre.folder, &["log", "verify"]), "1 entries, 0 packets: nothing is wrong\n");

    // A token may do what it names and nothing else, and nothing once it is barred.
    let reader = centre.token("reader", &["enroll.read"]);
    assert_eq!(centre.ask(&reader, "GET", "/v1/enrollments/one", &Value::Null).status, 200);
    assert_eq!(centre.ask(&reader, "POST", "/v1/enrollments/two", &json!({})).status, 403);
    printed(&centre.folder, &["client", "revoke", "reader"]);
    assert_eq!(centre.ask(&reader, "GET", "/v1/enrollments/one", &Value::Null).status, 403);
    assert_eq!(centre.ask("nobody", "GET", "/v1/enrollments/one", &Value::Null).status, 403);
}

#[test]
fn a_station_s_enrollment_is_read_and_its_card_requested() {
    let centre = Centre::start();
    let token = centre.token("card-office", &SCOPES);
    let ask = |method: &str, path: &str, body: Value| centre.ask(&token, method, path, &body);
    let added = printed(&centre.folder, &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let address = format!("https://localhost:{}", centre.process.port);
    let code = printed(&centre.folder, &["station", "code", "--address", &address]);
    let key = Arc::new(StationKey::generate().unwrap());
    let membership = common::joined(&code, &*key);
    let mut station = Station::signed_in(key, membership, "thu.nt", &passphrase);
    let packet = station.seal(PacketKind::Enrollment, 1, TEST);
    station.sync();
    eventually("clear", || {
        let list = printed(&centre.folder, &["packet", "list"]);
        list.lines().any(|line| line.starts_with(&packet.to_string()) && line.contains("clear")).then_some(())
    });
    let enrollment = station.sealed[&packet].enrollment;
    let read = parsed(&ask("GET", &format!("/v1/enrollments/{enrollment}"), Value::Null));
    assert_eq!(read["biographicData"]["personalNumber"], "022194900001");
    assert_eq!(ask("DELETE", &format!("/v1/enrollments/{enrollment}"), Value::Null).status, 403);

    let request = json!({
        "personId": "022194900001", "biographicData": {},
        "requestData": { "priority": 1, "credentialProfileId": "identity-2024", "requestType": "FIRST_ISSUANCE" },
    });
    assert_eq!(ask("POST", "/v1/credentialRequests/r1", request).status, 201);
    let read = parsed(&ask("GET", "/v1/credentialRequests/r1", Value::Null));
    assert_eq!(read["status"], "ISSUED", "{read}");
    let card = format!("/v1/credentials/{}", read["credentialIds"][0].as_str().unwrap());
    assert_eq!(parsed(&ask("GET", &card, Value::Null))["status"], "NEW");
    for (path, body, status) in [
        ("suspend", json!({ "reason": "TEST lost" }), "SUSPENDED"),
        ("unsuspend", Value::Null, "ACTIVE"),
        ("status", json!({ "status": "IN_POST" }), "OTHER"),
        ("revoke", Value::Null, "REVOKED"),
    ] {
        assert_eq!(ask("POST", &format!("{card}/{path}"), body).status, 204, "{path}");
        assert_eq!(parsed(&ask("GET", &card, Value::Null))["status"], status);
    }
    assert_eq!(ask("POST", &format!("{card}/unsuspend"), Value::Null).status, 403, "revoked for good");
    let unknown = json!({
        "personId": "nobody", "biographicData": {},
        "requestData": { "priority": 1, "credentialProfileId": "identity-2024", "requestType": "RENEWAL" },
    });
    assert_eq!(ask("POST", "/v1/credentialRequests/r2", unknown).status, 201);
    assert_eq!(parsed(&ask("GET", "/v1/credentialRequests/r2", Value::Null))["status"], "PENDING");
    assert_eq!(ask("POST", "/v1/credentialRequests/r2/cancel", Value::Null).status, 204);
}

/// The unmodified documents, held against the running centre.
#[test]
fn schemathesis_finds_nothing() {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/osia");
    let python = std::env::var_os("TRAM_INDEPENDENT_PYTHON").map(PathBuf::from);
    let program = python.map(|python| python.with_file_name("schemathesis")).filter(|it| it.exists());
    let (Some(program), true) = (program, documents.exists()) else {
        println!(
            "skipped: OSIA's documents or schemathesis are not at hand; packaging/test installs the second"
        );
        return;
    };
    let centre = Centre::start();
    let token = centre.token("schemathesis", &SCOPES);
    let is_long = std::env::var_os("TRAM_LONG").is_some();
    let (phases, examples) = if is_long {
        ("examples,coverage,fuzzing,stateful", "200")
    } else {
        ("examples,coverage,fuzzing", "10")
    };
    let authority = centre.folder.join("authority.pem");
    std::fs::write(&authority, pem(&std::fs::read(centre.folder.join("keys/ca.der")).unwrap())).unwrap();
    for document in ["enrollment.yaml", "cms.yaml"] {
        let output = Command::new(&program)
            .arg("run")
            .arg(documents.join(document))
            .args(["--url", &format!("https://localhost:{}", centre.osia)])
            .arg(format!("--tls-verify={}", authority.display()))
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args([
                "--phases",
                phases,
                "--max-examples",
                examples,
                "--seed",
                "1",
                "--no-color",
                "--suppress-health-check",
                "all",
                // Ten seconds by itself, which a machine that does other work at the same time may take.
                "--request-timeout",
                "60",
                // It asks for the status 401 where a token is missing, which the same tool then finds undocumented:
                // OSIA knows 403 alone.
                "--exclude-checks",
                "missing_required_header",
            ])
            .current_dir(&centre.folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        println!("{document}:\n{said}");
        assert!(output.status.success(), "{document}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
