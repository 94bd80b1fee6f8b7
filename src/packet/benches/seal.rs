//! Measures sealing and opening on this machine, and encryption beside `age`.
//!
//! `cargo bench -p tram-packet --bench seal`

#![allow(clippy::print_stdout)] // That is what it is for.

mod common;

use common::{Everyone, contents};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};
use tram_biometric::{Encoding, Origin, Quality, Sample, SampleId};
use tram_packet::{
    Argon2Cost, Contents, PacketError, PacketSample, RecipientKey, SampleRole, SealedKey, SealedPacket,
    hybrid, open, random, seal,
};

fn main() -> Result<(), PacketError> {
    let random = &mut random::system();
    let everyone = Everyone::make(random)?;
    for (samples, size) in [(0, 0), (20, 50_000), (20, 175_000), (40, 1_250_000)] {
        let contents = with_samples(samples, size);
        let (mut sealing, mut opening, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..20 {
            let start = Instant::now();
            let packet = seal(&contents, &everyone.envelope(), random)?;
            sealing.push(start.elapsed());
            bytes = packet.bytes().len();
            let start = Instant::now();
            open(&SealedPacket::parse(packet.into_bytes())?, &everyone.recipient, &everyone)?;
            opening.push(start.elapsed());
        }
        println!(
            "{samples} samples of {size} bytes: packet {bytes} bytes ({} over), sealed in {:.1?}, opened in {:.1?}",
            bytes - samples * size,
            middle(sealing),
            middle(opening)
        );
    }
    beside_age(random)?;
    let start = Instant::now();
    SealedKey::seal(&everyone.officer, "TEST", Argon2Cost::PRODUCT, random)?.open("TEST")?;
    println!("sign-in: {:.0?}", start.elapsed() / 2);
    Ok(())
}

/// Encryption alone, of 50 MB from one file into another, beside `age` in the same run; five times each, the middle one.
fn beside_age(random: &mut dyn random::CryptoRng) -> Result<(), PacketError> {
    const BYTES: usize = 50_000_000;
    let folder = std::env::temp_dir().join(format!("tram-seal-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (plain, sealed) = (folder.join("plain"), folder.join("sealed"));
    fs::write(&plain, (0..BYTES).map(|at| (at * 31) as u8).collect::<Vec<_>>())?;
    let say = |name: &str, times: Vec<Duration>| {
        let time = middle(times);
        println!("{name}: {BYTES} bytes in {time:.0?}, {:.0} MB/s", BYTES as f64 / 1e6 / time.as_secs_f64());
    };
    let (p256, xwing) = (RecipientKey::generate(random), RecipientKey::generate_xwing(random));
    for (name, key) in [("HPKE with P-256", p256), ("HPKE with X-Wing", xwing)] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            let mut source = BufReader::with_capacity(65_536, File::open(&plain)?);
            let mut sealer = hybrid::Sealer::new(File::create(&sealed)?, key.public_key(), b"TEST", random)?;
            loop {
                let read = source.fill_buf()?.len();
                if read == 0 {
                    break;
                }
                sealer.push(source.buffer())?;
                source.consume(read);
            }
            sealer.finish()?;
            times.push(start.elapsed());
        }
        say(name, times);
    }
    match age_recipient() {
        None => println!("age is not there: nothing to hold it against"),
        Some(recipient) => {
            let mut times = Vec::new();
            for _ in 0..5 {
                let start = Instant::now();
                let ran =
                    Command::new("age").args(["-r", &recipient, "-o"]).arg(&sealed).arg(&plain).status()?;
                times.push(start.elapsed());
                if !ran.success() {
                    println!("age failed");
                }
            }
            say("age", times);
        }
    }
    Ok(fs::remove_dir_all(folder)?)
}

/// A new recipient of age's own.
fn age_recipient() -> Option<String> {
    let made = Command::new("age-keygen").output().ok()?;
    let text = String::from_utf8(made.stdout).ok()?;
    Some(text.lines().find_map(|line| line.strip_prefix("# public key: "))?.to_owned())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn with_samples(samples: usize, size: usize) -> Contents {
    let origin =
        Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true };
    let sample = |number: usize| Sample {
        id: SampleId(number as u128),
        encoding: Encoding::Wsq,
        bytes: vec![number as u8; size],
        width: 800,
        height: 750,
        ppi: 500,
        quality: Quality::new(60),
        origin: origin.clone(),
    };
    Contents {
        samples: (0..samples)
            .map(|number| PacketSample {
                role: SampleRole::Signature,
                sample: sample(number),
                certificate: None,
            })
            .collect(),
        ..contents()
    }
}
