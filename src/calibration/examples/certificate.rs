//! Writes the example certificate, TEST through and through, to `calibration/certificates`.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use std::path::Path;
use time::macros::datetime;
use tram_biometric::{Language, Origin};
use tram_calibration::sheet::Sheet;
use tram_calibration::signature::{Signer, sign};
use tram_calibration::{
    CalibratedDevice, Certificate, CertificateId, DeviceClass, Issue, Limits, Measurement, Quantity, Verdict,
};

type Sign = Box<dyn Fn(&[u8]) -> Option<Vec<u8>>>;

struct Test(&'static str, Sign);

impl Signer for Test {
    fn kid(&self) -> Vec<u8> {
        self.0.as_bytes().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        (self.1)(message)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let random = SystemRandom::new();
    let unspecified = |error: ring::error::Unspecified| error.to_string();
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(unspecified)?;
    let station = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
        .map_err(|error| error.to_string())?;
    let technician = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).map_err(|error| error.to_string())?;
    let keys = format!(
        "TEST-technician {}\nTEST-station {}\n",
        hex::encode(technician.public_key().as_ref()),
        hex::encode(station.public_key().as_ref())
    );

    let limits = Limits::shipped()?;
    let class = DeviceClass::CardPrinter;
    let figures = [
        (Quantity::PrintOffsetX, 0.12),
        (Quantity::PrintOffsetY, -0.08),
        (Quantity::PrintRotation, 0.05),
        (Quantity::PrintScaleX, 0.1),
        (Quantity::PrintScaleY, -0.2),
        (Quantity::PrintColourMean, 3.1),
        (Quantity::PrintColourLargest, 7.4),
        (Quantity::PrintDensity, 82.0),
    ]
    .map(|(quantity, value)| Measurement::new(quantity, value));
    let origin = Origin {
        driver: "virtual".to_owned(),
        model: "TEST card printer".to_owned(),
        serial: "TEST-0001".to_owned(),
        is_virtual: true,
    };
    let issue = Issue {
        id: CertificateId(uuid::Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001)),
        issued: datetime!(2026-11-22 08:15 UTC),
        station: "TEST-STATION".to_owned(),
        technician: "TEST-KTV".to_owned(),
        under: "TEST-LOT".to_owned(),
        pictures: Vec::new(),
    };
    let verdict = Verdict::of(class, &figures, &limits);
    let certificate =
        Certificate::issue(issue, class, CalibratedDevice::new(&origin, "1.0"), verdict, &limits)?;
    let people =
        Test("TEST-technician", Box::new(move |message| Some(technician.sign(message).as_ref().to_vec())));
    let desk = Test(
        "TEST-station",
        Box::new(move |message| Some(station.sign(&random, message).ok()?.as_ref().to_vec())),
    );
    let signed = sign(&certificate, [&people, &desk])?;

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../calibration/certificates");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("TEST-card-printer.cose"), signed)?;
    std::fs::write(folder.join("TEST-keys.txt"), keys)?;
    let sheets = [Language::Vietnamese, Language::English]
        .map(|language| Sheet::of(&certificate, language).lines().join("\n"));
    std::fs::write(folder.join("TEST-card-printer.txt"), sheets.join("\n\n") + "\n")?;
    Ok(())
}
