//! The same device measured again and again: charts laid on anew, new noise, the same figures.

use crate::devices::{Reader, camera_setup};
use crate::draw::Random;
use crate::iris::{Eyepiece, reach};
use crate::printer::Scan;
use std::collections::BTreeMap;
use tram_biometric::Language;
use tram_calibration::camera::patches::REFERENCE;
use tram_calibration::{DeviceClass, Limits, Measurement, Quantity, Verdict, procedure};

const TIMES: usize = 10;

/// How far a figure may scatter, as a share of what is allowed.
const SHARE: f64 = 0.1;

fn repeated(class: DeviceClass, mut measure: impl FnMut() -> Vec<Measurement>) {
    let limits = Limits::shipped().unwrap();
    let mut figures: BTreeMap<Quantity, Vec<f64>> = BTreeMap::new();
    for _ in 0..TIMES {
        let measured = measure();
        let verdict = Verdict::of(class, &measured, &limits);
        assert!(verdict.passes(), "{:?}", verdict.complaints(Language::English));
        for figure in measured {
            figures.entry(figure.quantity).or_default().push(figure.value);
        }
    }
    println!("| {} | mean | deviation | allowed |", class.name(Language::English));
    for (quantity, values) in figures {
        let Some(limit) = limits.find(class, quantity) else { continue };
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let deviation = (square / (values.len() - 1) as f64).sqrt();
        let allowed = match (limit.at_least, limit.at_most) {
            (Some(least), Some(most)) => most - least,
            (least, most) => least.or(most).unwrap().abs(),
        };
        let range = format!("{:?} to {:?}", limit.at_least, limit.at_most);
        println!("| {} | {mean:.4} | {deviation:.4} | {range} {} |", quantity.code(), quantity.unit());
        assert!(deviation <= SHARE * allowed.max(1e-9), "{}: {deviation} of {allowed}", quantity.code());
    }
}

#[test]
fn the_same_device_has_the_same_figures_again() {
    let mut random = Random(71);
    let reader = Reader::new(None, &mut random);
    repeated(DeviceClass::FingerReader, || procedure::finger(&reader.pictures(&mut random)).unwrap());
    let mut random = Random(72);
    let setup = camera_setup(None, &mut random);
    repeated(DeviceClass::Camera, || procedure::camera(&setup.pictures(&mut random), &REFERENCE).unwrap());
    let mut random = Random(73);
    let scan = Scan::good(&mut random);
    repeated(DeviceClass::CardPrinter, || {
        let laid = Scan { degrees: random.from(-1.5, 1.5), ..scan.clone() };
        procedure::printer(&laid.picture(&mut random), None).unwrap()
    });
    let mut random = Random(74);
    let eyes = Eyepiece::good(&mut random);
    repeated(DeviceClass::IrisCamera, || reach(eyes, 0.06, 1.3 * eyes.sigma, &mut random));
}
