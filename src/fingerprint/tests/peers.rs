//! What this crate writes, read by programs of others: the Python packages `wsq` (NIST's own code), `nistitl` and
//! `iso19794`. `TRAM_PEERS_PYTHON` names a Python that has them; without it nothing is proven, which is said.

#![allow(clippy::print_stdout, clippy::expect_used)] // A test says what it skipped.

use std::io::Write;
use std::process::{Command, Stdio};
use tram_biometric::GrayImage;
use tram_fingerprint::records::image::{ImageRecord, QualityBlock, Representation};
use tram_fingerprint::records::transaction::{Compression, FingerImage, Transaction};
use tram_fingerprint::wsq;

/// What the script prints when it is given these bytes; `None` without the peers.
fn answer(script: &str, bytes: &[u8]) -> Option<String> {
    let Some(python) = std::env::var_os("TRAM_PEERS_PYTHON") else {
        println!("skipped: TRAM_PEERS_PYTHON names no Python with wsq, nistitl and iso19794");
        return None;
    };
    let mut command = Command::new(python);
    let mut child =
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
    child.stdin.take().expect("piped").write_all(bytes).expect("takes the bytes");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "the peer refuses");
    Some(String::from_utf8(output.stdout).expect("text"))
}

fn drawn() -> GrayImage {
    GrayImage::from_fn(120, 160, 500, |x, y| {
        let (dx, dy) = (x as f32 - 60.0, y as f32 - 90.0);
        (125.0 + 100.0 * (dx.hypot(1.2 * dy) * 0.7).sin()) as u8
    })
}

#[test]
fn nistitl_reads_a_transaction_of_ours() {
    let mut whole = Transaction::new("CAR", "20261122", "TEST0CENTRE", "TEST0STATION", "TEST-1");
    let image = FingerImage {
        idc: 1,
        impression: 0,
        source: "TEST0STATION".into(),
        captured: "20261122".into(),
        position: 2,
        width: 120,
        height: 160,
        ppi: 500,
        compression: Compression::Wsq,
        quality: Some(71),
        data: wsq::encode(&drawn(), wsq::DEFAULT_BITS_PER_PIXEL).expect("encodes"),
    };
    whole.push(image.to_tagged());
    whole.push(FingerImage { idc: 2, ..image.clone() }.to_fixed());
    let script = r"
import nistitl, sys, _wsq
m = nistitl.Message(); m.parse(sys.stdin.buffer.read())
first, tagged, fixed = list(m)
print(len(m), first[4].NIST, first[9].NIST)
print(tagged.type, tagged.IDC, *[tagged[i].NIST for i in (3, 6, 7, 11, 13, 24)])
print(*_wsq.decompress(tagged[999].NIST[len(b'14.999:'):])[1:])
print(fixed.type, fixed.IDC, *_wsq.decompress(fixed.value[fixed.value.index(b'\xff\xa0'):])[1:])
";
    if let Some(said) = answer(script, &whole.to_bytes()) {
        let expected = r"3 b'1.004:CAR' b'1.009:TEST-1'
14 1 b'14.003:0' b'14.006:120' b'14.007:160' b'14.011:WSQ20' b'14.013:2' b'14.024:2\x1f71\x1f000F\x1f18'
120 160 500
4 2 120 160 500
";
        assert_eq!(said, expected);
    }
}

#[test]
fn iso19794_reads_an_image_record_of_ours() {
    let image = drawn();
    let one = Representation {
        captured: [7, 0xea, 11, 22, 8, 30, 0, 0, 0],
        technology: 1,
        device_vendor: 0x1234,
        device_type: 1,
        qualities: vec![QualityBlock { score: 71, vendor: 15, algorithm: 24 }],
        certificates: vec![],
        position: 2,
        number: 0,
        scale_units: 1,
        sampling_rates: [500; 4],
        bit_depth: 8,
        compression: 0,
        impression: 0,
        width: 120,
        height: 160,
        data: image.pixels().to_vec(),
        extended: vec![],
    };
    let record = ImageRecord { certified: false, positions: 1, representations: vec![one] };
    let script = r"
import io, sys, iso19794.FIR
from PIL import Image
# Written for a Pillow whose pictures let their mode be set.
iso19794.FIR.FIRImageFile.mode = property(lambda p: p._mode, lambda p, mode: setattr(p, '_mode', mode))
i = Image.open(io.BytesIO(sys.stdin.buffer.read()))
print(i.size, i.header['position'], i.header['quality_records'][0].score, sum(i.tobytes()))
";
    if let Some(said) = answer(script, &record.to_bytes()) {
        let sum: u32 = image.pixels().iter().map(|&level| u32::from(level)).sum();
        assert_eq!(said.trim(), format!("(120, 160) RIGHT_INDEX_FINGER 71 {sum}"));
    }
}

#[test]
fn nbis_decodes_what_we_encode_to_the_same_levels() {
    let bytes = wsq::encode(&drawn(), wsq::DEFAULT_BITS_PER_PIXEL).expect("encodes");
    let ours = wsq::decode(&bytes).expect("decodes");
    let script = "import sys, _wsq\nprint(*_wsq.decompress(sys.stdin.buffer.read())[0])";
    if let Some(said) = answer(script, &bytes) {
        let theirs: Vec<u8> = said.split_whitespace().filter_map(|level| level.parse().ok()).collect();
        assert_eq!(theirs.len(), ours.pixels().len());
        let apart = theirs.iter().zip(ours.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(apart <= Some(1), "{apart:?}");
    }
}
