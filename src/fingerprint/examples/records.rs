//! Reads interchange records and says whether writing them gives the same bytes: `records FILE…`

#![allow(clippy::print_stdout)] // A command line example: printing is its work.

use tram_fingerprint::records::image::ImageRecord;
use tram_fingerprint::records::minutiae::MinutiaeRecord;
use tram_fingerprint::records::transaction::Transaction;

fn main() -> std::io::Result<()> {
    let (mut same, mut refused) = (0, 0);
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let written = if bytes.starts_with(b"FMR\0") {
            MinutiaeRecord::from_bytes(&bytes).map(|record| record.to_bytes())
        } else if bytes.starts_with(b"1.") {
            Transaction::from_bytes(&bytes).map(|record| record.to_bytes())
        } else {
            ImageRecord::from_bytes(&bytes).map(|record| record.to_bytes())
        };
        match written {
            Ok(written) if written == bytes => same += 1,
            Ok(_) => println!("{path}: written differently"),
            Err(error) => {
                refused += 1;
                println!("{path}: {error}");
            }
        }
    }
    println!("{same} come back byte for byte, {refused} refused");
    Ok(())
}
