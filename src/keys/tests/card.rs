//! An officer's key sealed to a card: to an emulated PIV card in a virtual reader, through pcscd and `OpenSC`, and to a token
//! of `SoftHSM2`. It opens with that card and its PIN; a card that is pulled is noticed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)] // Tests may.

#[path = "../../../drivers/smartcard/tests/smartcard/line.rs"]
mod line;
mod piv;

use line::{Inserted, Service};
use piv::{ATR, PIN, PivCard};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tram_keys::{Cards, KeysError};

const OPENSC: &str = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PORT: &str = "TRAM_TEST_CARD_PORT";
const SECRET: &[u8] = &[7; 32];

fn until(cards: &Cards, count: usize) -> Option<Vec<String>> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(15) {
        let present = cards.present().unwrap_or_default();
        if present.len() == count {
            return Some(present);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

/// Runs a test in a process of its own, told where cards are put in: `OpenSC` may wait for ever on a card that leaves while it is read, which is no
/// fault of ours and must not stop everything else.
fn alone(name: &str, port: u16) {
    let itself = std::env::current_exe().unwrap();
    let mut child = Command::new(itself)
        .args(["--exact", name, "--nocapture"])
        .env(PORT, port.to_string())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(90) {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    println!("skipped: OpenSC stands still");
}

fn insert(port: u16, serial: u8) -> Inserted {
    let mut card = PivCard::new(serial);
    Inserted::new(port, ATR, move |apdu| card.answer(apdu))
}

#[test]
fn a_piv_card_opens_what_is_sealed_to_it_while_it_is_in_the_reader() {
    if !Path::new(OPENSC).exists() {
        println!("skipped: opensc-pkcs11 is not installed");
        return;
    }
    let Ok(port) = std::env::var(PORT) else {
        let Some(mut service) = Service::start() else { return };
        println!("pcscd is ours: {}", service.is_running());
        return alone("a_piv_card_opens_what_is_sealed_to_it_while_it_is_in_the_reader", service.port());
    };
    let port = port.parse().unwrap();
    let cards = Cards::load(Path::new(OPENSC)).unwrap();
    assert_eq!(cards.present().unwrap(), Vec::<String>::new());
    let card = insert(port, 0x11);
    let Some(present) = until(&cards, 1) else { panic!("OpenSC sees no card") };
    let began = Instant::now();
    let sealed = cards.seal(&present[0], PIN, SECRET).unwrap();
    assert_eq!(*cards.open(&present[0], PIN, &sealed).unwrap(), *SECRET);
    println!("sealed, tried and opened in {:.0?}", began.elapsed());
    assert!(matches!(cards.open(&present[0], "654321", &sealed), Err(KeysError::Pin)));
    assert_eq!(
        *cards.open(&present[0], PIN, &sealed).unwrap(),
        *SECRET,
        "a wrong PIN is forgiven once it is right"
    );

    drop(card);
    let began = Instant::now();
    assert!(until(&cards, 0).is_some(), "a pulled card is gone");
    println!("a pulled card was noticed after {:.0?}", began.elapsed());
    assert!(matches!(cards.open(&present[0], PIN, &sealed), Err(KeysError::Card(_))));

    // The same number, another key: a copy of a card's number opens nothing.
    std::thread::sleep(Duration::from_secs(1));
    let _other = insert(port, 0x11);
    assert_eq!(until(&cards, 1).as_ref(), Some(&present));
    let refused = cards.open(&present[0], PIN, &sealed);
    assert!(matches!(refused, Err(KeysError::Card(_))), "{refused:?}");
}

#[test]
fn a_token_of_softhsm_serves_as_a_card() {
    if !Path::new(SOFTHSM).exists() || !Path::new("/usr/bin/pkcs11-tool").exists() {
        println!("skipped: SoftHSM2 or opensc is not installed");
        return;
    }
    if std::env::var_os("SOFTHSM2_CONF").is_none() {
        // It reads its settings from the environment of the process: the test is its own process.
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tokens")).unwrap();
        let conf = folder.path().join("softhsm2.conf");
        let tokens = folder.path().join("tokens");
        std::fs::write(&conf, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).env("SOFTHSM2_CONF", &conf).stdout(Stdio::null());
            assert!(command.status().unwrap().success(), "{program}");
        };
        let pins = ["--so-pin", "87654321", "--pin", PIN];
        run("softhsm2-util", &[&["--init-token", "--free", "--label", "TEST officer"][..], &pins].concat());
        let key = ["--keypairgen", "--key-type", "EC:prime256v1", "--id", "03", "--usage-derive"];
        run("pkcs11-tool", &[&["--module", SOFTHSM, "--login", "--pin", PIN][..], &key].concat());
        let name = "a_token_of_softhsm_serves_as_a_card";
        let itself = std::env::current_exe().unwrap();
        run(itself.to_str().unwrap(), &["--exact", name, "--nocapture"]);
        return;
    }
    let cards = Cards::load(Path::new(SOFTHSM)).unwrap();
    let present = cards.present().unwrap();
    assert_eq!(present.len(), 1, "{present:?}");
    let sealed = cards.seal(&present[0], PIN, SECRET).unwrap();
    assert_eq!(*cards.open(&present[0], PIN, &sealed).unwrap(), *SECRET);
    assert!(matches!(cards.open(&present[0], "000000", &sealed), Err(KeysError::Pin)));
    assert!(matches!(cards.open("another", PIN, &sealed), Err(KeysError::Card(_))));
}
