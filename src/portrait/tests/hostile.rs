//! Mutated bytes before every parser of the crate: each answers with an error or a value, and never with a panic or an hour.
//! `TRAM_LONG=1` tries a hundred times as many.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use std::time::Instant;
use tram_biometric::{Encoding, RgbImage};
use tram_portrait::iris::{self, EyeLabel};
use tram_portrait::{Point, Pose, decode, encode, record};

/// What happens to good bytes on their way.
#[derive(Clone, Debug)]
enum Mishap {
    Set(Index, u8),
    Flip(Index, u8),
    Cut(Index),
    Repeat(Index, Index),
    Insert(Index, Vec<u8>),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let telling = prop_oneof![Just(0_u8), Just(0xFF), Just(0x7F), Just(0x80), any::<u8>()];
    prop_oneof![
        4 => (any::<Index>(), telling).prop_map(|(at, value)| Mishap::Set(at, value)),
        4 => (any::<Index>(), 0_u8..8).prop_map(|(at, bit)| Mishap::Flip(at, 1 << bit)),
        1 => any::<Index>().prop_map(Mishap::Cut),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Mishap::Repeat(a, b)),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, new)| Mishap::Insert(at, new)),
    ]
}

fn happen(bytes: &mut Vec<u8>, mishap: &Mishap) {
    if bytes.is_empty() {
        return;
    }
    match mishap {
        Mishap::Set(at, value) => *at.get_mut(bytes) = *value,
        Mishap::Flip(at, bit) => *at.get_mut(bytes) ^= bit,
        Mishap::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Mishap::Repeat(a, b) => {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            let piece = bytes.get(a.min(b)..a.max(b)).unwrap_or_default().to_vec();
            bytes.splice(a..a, piece);
        }
        Mishap::Insert(at, new) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, new.iter().copied());
        }
    }
}

/// Runs `parse` on mutations of good bytes, `cases` of them. Cases and seeds are proptest's; a failure is printed shrunk.
fn survives(good: &[Vec<u8>], cases: u32, parse: impl Fn(&[u8])) {
    let many = if std::env::var_os("TRAM_LONG").is_some() { 100 } else { 1 };
    let config = Config { cases: cases * many, failure_persistence: None, ..Config::default() };
    let seeds = prop::sample::select(good.to_vec());
    TestRunner::new(config)
        .run(&(seeds, prop::collection::vec(mishap(), 1..6)), |(mut bytes, mishaps)| {
            for mishap in &mishaps {
                happen(&mut bytes, mishap);
            }
            let start = Instant::now();
            parse(&bytes);
            // Not a figure of speed: what is read in a moment must not take a minute when it is broken.
            prop_assert!(start.elapsed().as_secs() < 60);
            Ok(())
        })
        .unwrap();
}

fn drawn() -> RgbImage {
    let pixels =
        (0..48 * 40_u32).flat_map(|index| [(index % 48 * 5) as u8, (index / 48 * 6) as u8, 90]).collect();
    RgbImage::new(48, 40, pixels).unwrap()
}

#[test]
fn pictures() {
    let image = drawn();
    let good = [encode::jpeg(&image, 4000).unwrap(), encode::png(&image).unwrap()];
    assert!(good.iter().all(|bytes| decode::picture(bytes).is_ok()));
    survives(&good, 400, |bytes| {
        if let Ok(picture) = decode::picture(bytes) {
            assert!(picture.width() <= decode::LONGEST_SIDE && picture.height() <= decode::LONGEST_SIDE);
        }
    });
}

#[test]
fn face_records() {
    let image = record::FaceImage {
        image_type: record::ImageType::Token,
        encoding: Encoding::Jpeg,
        width: 48,
        height: 40,
        source: record::Source::VideoFrame,
        pose: Some(Pose { yaw: 2.0, pitch: -4.0, roll: 0.0 }),
        pupils: Some([Point::new(18.0, 20.0), Point::new(30.0, 20.0)]),
        bytes: b"TEST picture".to_vec(),
    };
    let good = [
        record::write(std::slice::from_ref(&image)).unwrap(),
        record::write(&[image.clone(), image]).unwrap(),
    ];
    survives(&good, 1500, |bytes| {
        // What is read can be written, and is then read as the same.
        if let Ok(images) = record::read(bytes)
            && let Ok(again) = record::write(&images)
        {
            assert_eq!(record::read(&again).unwrap().len(), images.len());
        }
    });
}

#[test]
fn iris_records() {
    let image = |eye| iris::record::IrisImage {
        eye,
        image_type: iris::record::ImageType::Uncropped,
        encoding: iris::record::IrisEncoding::Png,
        width: 640,
        height: 480,
        taken: None,
        limbus: None,
        bytes: b"TEST picture".to_vec(),
    };
    let good = [
        iris::record::write(&[image(EyeLabel::Left)]).unwrap(),
        iris::record::write(&[image(EyeLabel::Right), image(EyeLabel::Left)]).unwrap(),
    ];
    survives(&good, 1500, |bytes| {
        if let Ok(images) = iris::record::read(bytes) {
            let again = iris::record::write(&images).unwrap();
            assert_eq!(iris::record::read(&again).unwrap().len(), images.len());
        }
    });
}
