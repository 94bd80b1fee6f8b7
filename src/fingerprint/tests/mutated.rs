//! Every reader of this crate before bytes that were valid and are no longer: it refuses or reads, in bounded time and
//! memory, and never panics. What a reader of records takes it writes again as it was. `TRAM_LONG=1` tries a thousand
//! times as many, which takes half a minute, `TRAM_LONG=20` twenty thousand times as many.

#![allow(clippy::print_stdout, clippy::expect_used, clippy::indexing_slicing)] // Helpers of tests.

use tram_biometric::GrayImage;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::Prepared;
use tram_fingerprint::records::image::{ImageRecord, Representation};
use tram_fingerprint::records::minutiae::MinutiaeRecord;
use tram_fingerprint::records::transaction::{Compression, FingerImage, Transaction};
use tram_fingerprint::template::{Template, extract};
use tram_fingerprint::wsq;

/// A sequence of numbers that is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % most.max(1)
    }
}

/// One to four changes: a byte, a bit, a telling number, a piece taken out, doubled or moved, an end cut off.
fn mutated(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let (at, length) = (random.below(out.len()), random.below(20));
        let piece = at..(at + length).min(out.len());
        match random.below(7) {
            0 if at < out.len() => out[at] = random.below(256) as u8,
            1 if at < out.len() => out[at] ^= 1 << random.below(8),
            2 => {
                let telling =
                    [[0, 0, 0, 0], [0xff; 4], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0xff, 0xff], [0, 0, 0, 1]];
                let from = random.below(3);
                for (byte, value) in out.iter_mut().skip(at).zip(&telling[random.below(5)][from..]) {
                    *byte = *value;
                }
            }
            3 => drop(out.drain(piece)),
            4 => {
                let copy = out[piece].to_vec();
                out.splice(at..at, copy);
            }
            5 => out.truncate(at),
            _ => out[piece].reverse(),
        }
    }
    out
}

/// Reads the bytes; a reader of records gives back what it would write.
type Reader = fn(&[u8]) -> Option<Vec<u8>>;

fn check(name: &str, seed: &[u8], rounds: usize, read: Reader) {
    let thousands = std::env::var("TRAM_LONG").map_or(0, |said| said.parse().unwrap_or(1));
    let rounds = if thousands > 0 { 1000 * thousands * rounds } else { rounds };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut taken = 0;
    for _ in 0..rounds {
        let bytes = mutated(seed, &mut random);
        if let Some(written) = read(&bytes) {
            taken += 1;
            assert!(written.is_empty() || written == bytes, "{name}: read as something else");
        }
    }
    println!("{name}: {taken} of {rounds} changed files still read");
    assert!(taken < rounds, "{name}: nothing was refused");
}

fn finger() -> GrayImage {
    GrayImage::from_fn(200, 240, 500, |x, y| {
        let (dx, dy) = (x as f32 - 100.0, y as f32 - 140.0);
        let phase = dx.hypot(1.2 * dy) * 0.7 + (dy - 30.0).atan2(dx + 20.0) - (dy + 40.0).atan2(dx - 30.0);
        if dx.hypot(dy) < 95.0 { (125.0 + 100.0 * phase.sin()) as u8 } else { 250 }
    })
}

#[test]
fn wsq() {
    let finger = finger();
    let small = GrayImage::from_fn(72, 64, 500, |x, y| finger.get(60 + x, 100 + y).unwrap_or(250));
    let bytes = wsq::encode(&small, wsq::DEFAULT_BITS_PER_PIXEL).expect("encodes");
    check("WSQ", &bytes, 600, |bytes| wsq::read(bytes).ok().map(|_| Vec::new()));
}

#[test]
fn templates_and_galleries() {
    let template = extract(&finger());
    check("template", &template.to_bytes(), 2000, |bytes| {
        let template = Template::from_bytes(bytes).ok()?;
        Some(template.to_bytes())
    });
    let mut gallery = Gallery::new();
    let prepared = Prepared::new(template);
    gallery.add(7, &prepared);
    gallery.add(8, &prepared);
    check("gallery", &gallery.to_bytes(), 1000, |bytes| {
        let gallery = Gallery::from_bytes(bytes).ok()?;
        Some(gallery.to_bytes())
    });
}

#[test]
fn records() {
    let template = extract(&finger());
    let minutiae = MinutiaeRecord::of(&template, 2, 71, (200, 240)).to_bytes();
    check("ISO/IEC 19794-2", &minutiae, 3000, |bytes| {
        Some(MinutiaeRecord::from_bytes(bytes).ok()?.to_bytes())
    });
    let one = Representation {
        captured: [7, 0xea, 11, 22, 8, 30, 0, 0, 0],
        technology: 1,
        device_vendor: 1,
        device_type: 1,
        qualities: vec![],
        certificates: vec![[0, 1, 2]],
        position: 2,
        number: 0,
        scale_units: 1,
        sampling_rates: [500; 4],
        bit_depth: 8,
        compression: 0,
        impression: 0,
        width: 10,
        height: 8,
        data: vec![9; 80],
        extended: vec![0, 3, 0, 6, b'o', b'k'],
    };
    let image = ImageRecord { certified: true, positions: 1, representations: vec![one.clone(), one] };
    check("ISO/IEC 19794-4", &image.to_bytes(), 3000, |bytes| {
        Some(ImageRecord::from_bytes(bytes).ok()?.to_bytes())
    });

    let mut whole = Transaction::new("CAR", "20261122", "TEST0CENTRE", "TEST0STATION", "TEST-1");
    let image = FingerImage {
        idc: 1,
        impression: 0,
        source: "TEST0STATION".into(),
        captured: "20261122".into(),
        position: 2,
        width: 10,
        height: 8,
        ppi: 500,
        compression: Compression::None,
        quality: Some(71),
        data: vec![0x1d; 80],
    };
    whole.push(image.to_tagged());
    whole.push(FingerImage { idc: 2, ..image }.to_fixed());
    check("ANSI/NIST-ITL", &whole.to_bytes(), 3000, |bytes| {
        let read = Transaction::from_bytes(bytes).ok()?;
        for record in read.records() {
            let _ = FingerImage::of(record);
        }
        Some(read.to_bytes())
    });
}
