//! WSQ beside NBIS, in one run: rounds of ours and of `PyPI`'s `wsq` (NBIS's own code) take turns, CPU time of one
//! thread each, medians of the rounds and of their ratios.
//!
//! `WSQ_PYTHON=python3 cargo bench -p tram-fingerprint --bench wsq -- FVC_FOLDER`, where that Python has the
//! package `wsq`; without it only ours is timed, without a folder a drawn finger.

#![allow(clippy::print_stdout, clippy::indexing_slicing)] // A bench prints its table; its indices are taken modulo.

mod pictures;

use pictures::{cpu_nanos, drawn, slap, tiffs};
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tram_biometric::GrayImage;
use tram_fingerprint::wsq;

const ROUNDS: usize = 15;
/// Seconds of encoding and of decoding.
type Spent = [f64; 2];
/// Ours and theirs.
type Round = (Spent, Option<Spent>);

/// Reads the pictures, then times a round of encoding and of decoding for every line it is given.
const PEER: &str = r"
import _wsq, sys, time
take = sys.stdin.buffer
pictures, files = [], []
for _ in range(int(take.readline())):
    width, height, size = map(int, take.readline().split())
    pictures.append((take.read(width * height), height, width))
    files.append(take.read(size))
def spent(work, items):
    start = time.thread_time()
    for item in items: work(item)
    return time.thread_time() - start
print(sum(len(_wsq.compress(*p, 0)) for p in pictures), flush=True)
while take.readline():
    print(spent(lambda p: _wsq.compress(*p, 0), pictures), spent(_wsq.decompress, files), flush=True)
";

struct Peer {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    fn start(images: &[GrayImage], files: &[Vec<u8>]) -> Option<(Self, usize)> {
        let python = std::env::var_os("WSQ_PYTHON")?;
        let mut command = Command::new(python);
        let mut child =
            command.args(["-c", PEER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut asks = child.stdin.take()?;
        writeln!(asks, "{}", images.len()).ok()?;
        for (image, file) in images.iter().zip(files) {
            writeln!(asks, "{} {} {}", image.width(), image.height(), file.len()).ok()?;
            asks.write_all(image.pixels()).ok()?;
            asks.write_all(file).ok()?;
        }
        let answers = BufReader::new(child.stdout.take()?);
        let mut peer = Self { child, asks, answers };
        let bytes = peer.line()?.trim().parse().ok()?;
        Some((peer, bytes))
    }

    fn line(&mut self) -> Option<String> {
        self.asks.flush().ok()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        Some(line)
    }

    fn round(&mut self) -> Option<Spent> {
        writeln!(self.asks, "again").ok()?;
        let line = self.line()?;
        let mut numbers = line.split_whitespace().filter_map(|number| number.parse().ok());
        Some([numbers.next()?, numbers.next()?])
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself too, when its input does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn round(images: &[GrayImage], files: &[Vec<u8>]) -> Spent {
    let start = cpu_nanos();
    for image in images {
        let _ = black_box(wsq::encode(image, wsq::DEFAULT_BITS_PER_PIXEL));
    }
    let middle = cpu_nanos();
    for file in files {
        let _ = black_box(wsq::decode(file));
    }
    [(middle - start) as f64 / 1e9, (cpu_nanos() - middle) as f64 / 1e9]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn compare(name: &str, images: &[GrayImage]) {
    let files: Vec<Vec<u8>> =
        images.iter().filter_map(|image| wsq::encode(image, wsq::DEFAULT_BITS_PER_PIXEL).ok()).collect();
    let megapixels = images.iter().map(|i| i.pixels().len()).sum::<usize>() as f64 / 1e6;
    let mut peer = Peer::start(images, &files);
    let repeats = (8.0 / megapixels).ceil() as usize;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let ours = (0..repeats).map(|_| round(images, &files)).reduce(|a, b| [a[0] + b[0], a[1] + b[1]]);
        let ours = ours.unwrap_or_default().map(|seconds| seconds / repeats as f64);
        rounds.push((ours, peer.as_mut().and_then(|(peer, _)| peer.round())));
    }
    let of = |take: &dyn Fn(&Round) -> Option<f64>| median(rounds.iter().filter_map(take).collect());
    for (i, work) in ["encode", "decode"].iter().enumerate() {
        println!(
            "| {name} | {work} | {:.0} MB/s | {:.1} MB/s | {:.2} |",
            of(&|(ours, _)| Some(megapixels / ours[i])),
            of(&|(_, theirs)| theirs.map(|t| megapixels / t[i])),
            of(&|(ours, theirs)| theirs.map(|t| t[i] / ours[i])),
        );
    }
    let bytes: usize = files.iter().map(Vec::len).sum();
    if let Some((_, theirs)) = peer {
        println!("| {name} | bytes | {bytes} | {theirs} | {:.4} |", bytes as f64 / theirs as f64);
    }
}

fn main() {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    let found = folder.map(|root| tiffs(&root)).unwrap_or_default();
    let images = if found.is_empty() { vec![drawn(388, 374)] } else { found };
    let pixels = images.iter().map(|i| i.pixels().len()).sum::<usize>() / images.len();
    println!("| WSQ, one thread, CPU time | work | Trạm | NBIS (PyPI wsq) | times as fast |");
    println!("| --- | --- | --- | --- | --- |");
    compare(&format!("{} fingers of {pixels} pixels", images.len()), &images);
    compare("a slap of 1600 x 1500", &[slap(&images)]);
}
