//! `tram finger`: the fingerprint engine on files, for people who only want the tools.

mod compare;
mod convert;
mod curves;
mod draw;
mod evaluate;
mod picture;
mod quality;
mod slap;

use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;

/// Pictures are PNG, JPEG, JPEG 2000, uncompressed grey TIFF, binary PGM or WSQ at 500 ppi, or records of ISO/IEC
/// 19794-4.
#[derive(Debug, Subcommand)]
pub(super) enum FingerCommand {
    /// Measure pictures of single fingers: NFIQ 2, the live measure and what is wrong.
    Quality {
        /// The pictures.
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
        /// As JSON, one line a picture, with every feature of NFIQ 2.
        #[arg(long)]
        json: bool,
    },
    /// Find the minutiae of a finger.
    Extract {
        /// The picture.
        picture: PathBuf,
        /// Write the template here.
        #[arg(long, short)]
        output: Option<PathBuf>,
        /// Write a minutiae record of ISO/IEC 19794-2:2005 here.
        #[arg(long)]
        iso: Option<PathBuf>,
        /// Draw the minutiae into the picture and write it here as PNG.
        #[arg(long)]
        draw: Option<PathBuf>,
        /// The minutiae as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compare two fingers, each a picture or a template. The exit code is 0 whether they match or not.
    Match {
        /// The first.
        first: PathBuf,
        /// The second.
        second: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Search a finger among many: pictures, templates and folders of them, or a gallery written before.
    Identify {
        /// The finger, a picture or a template.
        probe: PathBuf,
        /// Among these.
        #[arg(required = true)]
        among: Vec<PathBuf>,
        /// Write the gallery here, to search it again without extracting.
        #[arg(long)]
        save: Option<PathBuf>,
        /// The most that are named.
        #[arg(long, default_value_t = 10)]
        most: usize,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Find the fingers of a slap.
    Segment {
        /// The picture of the whole platen.
        picture: PathBuf,
        /// What should lie there.
        #[arg(long, value_enum)]
        expect: slap::Expected,
        /// Fingers that the hand does not have, by their code of ISO/IEC 19794-4, 1 right thumb to 10 left little finger.
        #[arg(long, value_delimiter = ',')]
        absent: Vec<u8>,
        /// Write each finger upright as PNG to this folder.
        #[arg(long)]
        cut: Option<PathBuf>,
        /// Draw the boxes into the picture and write it here as PNG.
        #[arg(long)]
        draw: Option<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compress a picture to WSQ, or give a WSQ file back as PNG.
    Wsq {
        /// A picture, or a WSQ file.
        input: PathBuf,
        /// Where it goes; a name that ends in .wsq is compressed, any other is PNG.
        output: PathBuf,
        /// Bits a pixel: 0.75 is about 15:1, 2.25 about 5:1.
        #[arg(long, default_value_t = tram_fingerprint::wsq::DEFAULT_BITS_PER_PIXEL)]
        bits_per_pixel: f32,
        /// What was done, as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what records hold: ISO/IEC 19794-4:2011, 19794-2:2005 and ANSI/NIST-ITL; refused ones with the offset.
    Records {
        /// The records.
        #[arg(required = true)]
        records: Vec<PathBuf>,
        /// As JSON, one line a file.
        #[arg(long)]
        json: bool,
        /// Write every finger image as PNG to this folder.
        #[arg(long)]
        images: Option<PathBuf>,
    },
    /// Error rates over databases of pictures named `FINGER_IMPRESSION`: all pairs within each folder.
    Evaluate(evaluate::Evaluate),
}

/// Runs a command of `tram finger`.
pub(super) fn run(command: FingerCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        FingerCommand::Quality { pictures, json } => quality::run(&pictures, json, out),
        FingerCommand::Extract { picture, output, iso, draw, json } => {
            let into = compare::Into { template: output, iso, draw };
            compare::extract(&picture, &into, json, out)
        }
        FingerCommand::Match { first, second, json } => compare::one_to_one(&first, &second, json, out),
        FingerCommand::Identify { probe, among, save, most, json } => {
            compare::identify(&probe, &among, save.as_deref(), most, json, out)
        }
        FingerCommand::Segment { picture, expect, absent, cut, draw, json } => {
            let into = slap::Into { cut, draw };
            slap::run(&picture, expect, &absent, &into, json, out)
        }
        FingerCommand::Wsq { input, output, bits_per_pixel, json } => {
            convert::wsq(&input, &output, bits_per_pixel, json, out)
        }
        FingerCommand::Records { records, json, images } => {
            convert::records(&records, json, images.as_deref(), out)
        }
        FingerCommand::Evaluate(evaluate) => evaluate::run(&evaluate, out),
    }
}
