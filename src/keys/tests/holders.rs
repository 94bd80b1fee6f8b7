//! The same keys, held four ways: by a TPM (`swtpm`), a token (`SoftHSM2`), a passphrase, the machine. Where the holder is
//! gone or another one answers, the keys are gone, and nothing weaker takes their place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // Tests may.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tram_keys::{Asked, Keys, KeysError, TokenPlace, make, open, protection, rest};
use tram_packet::{Argon2Cost, KeyProtection, random};

const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// Signs with what was opened and verifies it with the public key alone.
fn check(keys: &Keys, held_by: KeyProtection) {
    assert_eq!(keys.protection, held_by);
    for message in [b"TEST".as_slice(), &vec![0; 100_000]] {
        let signature = keys.station.sign(message).unwrap();
        assert!(keys.station.public_key().verifies(message, &signature));
        assert!(!keys.station.public_key().verifies(b"another", &signature));
    }
}

/// Made, opened again, the same, and never made over.
fn round_trip(path: &Path, asked: &Asked<'_>, secret: Option<&str>, held_by: KeyProtection) -> Keys {
    let made = make(path, asked, &mut random::system()).unwrap();
    check(&made, held_by);
    let (public, database) = (made.station.public_key().clone(), made.database.clone());
    drop(made);
    let opened = open(path, secret).unwrap();
    check(&opened, held_by);
    assert_eq!(*opened.station.public_key(), public);
    assert_eq!(opened.database, database);
    assert_eq!(protection(path).unwrap(), Some(held_by));
    let again = make(path, &Asked::Machine, &mut random::system());
    assert!(matches!(again, Err(KeysError::Exists(_))), "keys are never overwritten, least by weaker ones");
    let text = fs::read_to_string(path).unwrap();
    let readable = text.contains(&hex(database.as_ref()));
    assert_eq!(readable, held_by == KeyProtection::Machine, "the database key in the file");
    opened
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A TPM in software, ended when it is dropped. Its state outlives it in the folder.
struct Swtpm {
    process: Child,
    place: String,
}

impl Swtpm {
    fn start(state: &Path) -> Option<Self> {
        fs::create_dir_all(state).unwrap();
        // The control channel is the port after the data's.
        let port = (0..100).find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
            TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok().map(|_| port)
        })?;
        let process = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", state.display()))
            .args(["--server", &format!("type=tcp,port={port}")])
            .args(["--ctrl", &format!("type=tcp,port={}", port + 1)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port + 1)).is_err() {
            assert!(started.elapsed() < Duration::from_mins(1), "swtpm does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { process, place: format!("swtpm:host=127.0.0.1,port={port}") })
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Puts another place into a key file, as when the same TPM answers elsewhere.
fn move_to(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_tpm_holds_the_keys_and_no_other_tpm_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let Some(tpm) = Swtpm::start(&folder.path().join("tpm")) else {
        println!("skipped: swtpm is not there");
        return;
    };
    let start = Instant::now();
    let keys = round_trip(&path, &Asked::Tpm(&tpm.place), None, KeyProtection::Tpm);
    println!("swtpm: made, opened and four signatures in {:.1?}", start.elapsed());
    let start = Instant::now();
    keys.station.sign(b"TEST").unwrap();
    println!("swtpm: one signature in {:.1?}", start.elapsed());
    let public = keys.station.public_key().clone();
    drop(keys);
    let rested = rest(&path, &[7; 32]).unwrap().expect("a TPM keeps it");
    assert_eq!(*rested.wake().unwrap(), [7; 32]);

    // The machine starts again: the same TPM gives the same keys.
    let place = tpm.place.clone();
    drop(tpm);
    let gone = open(&path, None);
    assert!(matches!(gone, Err(KeysError::Holder { holder: KeyProtection::Tpm, .. })), "{gone:?}");
    let tpm = Swtpm::start(&folder.path().join("tpm")).unwrap();
    move_to(&path, &place, &tpm.place);
    assert_eq!(*open(&path, None).unwrap().station.public_key(), public);

    // Another machine's TPM, or this one's after a reset, cannot load them.
    let other = Swtpm::start(&folder.path().join("other")).unwrap();
    move_to(&path, &tpm.place, &other.place);
    let refused = open(&path, None);
    assert!(matches!(refused, Err(KeysError::Holder { holder: KeyProtection::Tpm, .. })), "{refused:?}");
}

#[test]
fn a_token_holds_the_keys_and_wants_its_pin() {
    let folder = tempfile::tempdir().unwrap();
    let Some(place) = softhsm(folder.path()) else {
        println!("skipped: SoftHSM2 is not there");
        return;
    };
    // SoftHSM2 reads its settings from the environment of the process: the test is its own process.
    if std::env::var_os("SOFTHSM2_CONF").is_none() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_token_holds_the_keys_and_wants_its_pin", "--nocapture"])
            .env("SOFTHSM2_CONF", folder.path().join("softhsm2.conf"))
            .env("TRAM_TEST_TOKEN", folder.path())
            .status()
            .unwrap();
        assert!(child.success());
        return;
    }
    let path = folder.path().join("keys.json");
    let start = Instant::now();
    let keys =
        round_trip(&path, &Asked::Token(place.clone(), "123456"), Some("123456"), KeyProtection::Token);
    println!("SoftHSM2: made, opened and four signatures in {:.1?}", start.elapsed());
    drop(keys);
    assert!(matches!(open(&path, None), Err(KeysError::Locked(KeyProtection::Token))));
    move_to(&path, "TEST token", "TEST other");
    let refused = open(&path, Some("123456"));
    assert!(matches!(refused, Err(KeysError::Holder { holder: KeyProtection::Token, .. })), "{refused:?}");
}

/// Makes a token in a folder; in the child, the one the parent made.
fn softhsm(folder: &Path) -> Option<TokenPlace> {
    let place = TokenPlace { module: PathBuf::from(MODULE), label: "TEST token".into() };
    if std::env::var_os("SOFTHSM2_CONF").is_some() {
        return Some(place);
    }
    fs::create_dir(folder.join("tokens")).unwrap();
    let conf = folder.join("softhsm2.conf");
    fs::write(&conf, format!("directories.tokendir = {}\n", folder.join("tokens").display())).unwrap();
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "TEST token", "--so-pin", "87654321", "--pin", "123456"])
        .env("SOFTHSM2_CONF", conf)
        .stdout(Stdio::null())
        .status();
    (Path::new(MODULE).exists() && made.is_ok_and(|made| made.success())).then_some(place)
}

#[test]
fn a_passphrase_holds_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let asked = Asked::Passphrase("TEST passphrase", CHEAP);
    round_trip(&path, &asked, Some("TEST passphrase"), KeyProtection::Passphrase);
    assert!(matches!(open(&path, None), Err(KeysError::Locked(KeyProtection::Passphrase))));
    assert!(matches!(open(&path, Some("no")), Err(KeysError::Wrong(KeyProtection::Passphrase))));
}

#[test]
fn a_file_holds_the_keys_of_a_demonstration() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    assert!(matches!(open(&path, None), Err(KeysError::Missing(_))));
    assert_eq!(protection(&path).unwrap(), None);
    round_trip(&path, &Asked::Machine, None, KeyProtection::Machine);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(open(&path, None), Err(KeysError::File { .. })), "others could read it");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, b"{\"held_by\":\"nobody\"}").unwrap();
    assert!(matches!(open(&path, None), Err(KeysError::File { .. })), "damaged");
}
