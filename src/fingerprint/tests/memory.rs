//! What a hostile header claims costs no memory: every reader refuses it before it takes what the header asks for.

#![allow(unsafe_code, clippy::expect_used)] // An allocator is unsafe by its nature; a helper of tests.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use tram_biometric::GrayImage;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::records::image::ImageRecord;
use tram_fingerprint::records::minutiae::MinutiaeRecord;
use tram_fingerprint::records::transaction::Transaction;
use tram_fingerprint::{tiff, wsq};

/// The system's allocator, remembering the largest piece asked for.
struct Watched;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the layout is the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: what is given back came from the system's allocator with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static WATCHED: Watched = Watched;

/// The largest piece of memory a reader asked for, bytes.
fn largest(read: impl FnOnce()) -> usize {
    LARGEST.store(0, Ordering::Relaxed);
    read();
    LARGEST.load(Ordering::Relaxed)
}

/// `bytes` with others at a place.
fn with(mut bytes: Vec<u8>, at: usize, put: &[u8]) -> Vec<u8> {
    bytes.splice(at..at + put.len(), put.iter().copied());
    bytes
}

// One test: the counter belongs to the whole process.
#[test]
fn no_header_takes_memory_that_its_file_does_not_fill() {
    let picture = GrayImage::from_fn(64, 64, 500, |x, y| ((x * y) % 251) as u8);
    let encoded = wsq::encode(&picture, 0.75).expect("encodes");
    let frame = encoded.windows(2).position(|pair| pair == [0xff, 0xa2]).expect("has a frame header");
    // Marker 2, length 2, black and white 1 each, then height and width of 2 bytes.
    let hostile = with(encoded, frame + 6, &[0xea, 0x60, 0xea, 0x60]);
    let took = largest(|| assert!(wsq::decode(&hostile).is_err(), "60,000 by 60,000"));
    assert!(took < 1 << 20, "WSQ takes {took} bytes");

    let claims = [0xff; 64];
    let short_tiff = |kind: u16, value: u32| {
        let mut entry = kind.to_le_bytes().to_vec();
        entry.extend([4, 0, 1, 0, 0, 0]);
        entry.extend(value.to_le_bytes());
        entry
    };
    let mut tiff = b"II*\0\x08\0\0\0\x04\0".to_vec();
    for (kind, value) in [(256, 60_000), (257, 60_000), (273, 8), (279, 3_600_000_000)] {
        tiff.extend(short_tiff(kind, value));
    }
    tiff.extend([0; 4]);
    let fir = [b"FIR\x00020\0".as_slice(), &claims].concat();
    let fmr = [b"FMR\0 20\0".as_slice(), &claims].concat();
    let fixed = [b"1.001:4294967295\x1d1.002:0502\x1d".as_slice(), &claims].concat();
    let gallery = [&[0; 8], claims.as_slice()].concat();
    let took = largest(|| {
        assert!(tiff::read(&tiff).is_err());
        assert!(ImageRecord::from_bytes(&fir).is_err());
        assert!(MinutiaeRecord::from_bytes(&fmr).is_err());
        assert!(Transaction::from_bytes(&fixed).is_err());
        assert!(Gallery::from_bytes(&gallery).is_err());
    });
    assert!(took < 1 << 20, "records take {took} bytes");
}
