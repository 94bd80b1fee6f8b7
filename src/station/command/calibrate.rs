//! `tram calibrate`: charts, what a picture of one says about a device, and certificates.

use crate::home::Home;
use crate::known::Known;
use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_biometric::{GrayImage, Language, RgbImage};
use tram_calibration::camera::patches;
use tram_calibration::chart::{self, svg};
use tram_calibration::iris;
use tram_calibration::sheet::Sheet;
use tram_calibration::signature;
use tram_calibration::{CalibrationError, Certificate, DeviceClass, Limits, Measurement, Verdict, procedure};

/// What can be done without the window.
#[derive(Debug, Subcommand)]
pub(super) enum CalibrateCommand {
    /// Write the printable charts, as SVG, to a folder.
    Charts {
        /// Made if it is not there.
        folder: PathBuf,
    },
    /// Measure a device from a picture of one chart, and hold the figures against the limits. Signs nothing.
    Measure {
        /// The chart in the picture.
        chart: Shown,
        /// A PNG or JPEG.
        picture: PathBuf,
        /// The resolution a fingerprint reader says it has.
        #[arg(long, default_value_t = 500)]
        ppi: u16,
    },
    /// Verify a certificate offline: whole, signed by a technician of the reference data and by this station.
    Verify {
        /// The certificate.
        file: PathBuf,
    },
}

/// A chart of `calibration/charts`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Shown {
    /// Dots 1.5 mm apart on a reader of single fingers.
    FingerGrid,
    /// Dots 1.5 mm apart on a reader of slaps.
    SlapGrid,
    /// Grey steps, slanted edges and sine strips on a fingerprint reader.
    FingerTone,
    /// The `ChArUco` board before a camera.
    CameraCharuco,
    /// Slanted edge and 24 patches before a camera.
    CameraFace,
    /// The scan of a printer's test card.
    PrinterCard,
    /// The target before an iris camera, where eyes will be.
    IrisTarget,
}

/// Carries it out.
pub(super) fn run(
    home: Option<PathBuf>,
    command: CalibrateCommand,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match command {
        CalibrateCommand::Charts { folder } => charts(&folder, out),
        CalibrateCommand::Measure { chart, picture, ppi } => measure(chart, &picture, ppi, out),
        CalibrateCommand::Verify { file } => verify(&Home::open(home)?, &file, out),
    }
}

fn charts(folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let about = || folder.display().to_string();
    std::fs::create_dir_all(folder).with_context(about)?;
    for chart in chart::all() {
        let path = folder.join(format!("{}.svg", chart.name));
        std::fs::write(&path, svg::write(&chart)).with_context(about)?;
        writeln!(out, "{}: {}", path.display(), chart.title)?;
    }
    Ok(())
}

fn measure(chart: Shown, path: &Path, ppi: u16, out: &mut dyn Write) -> anyhow::Result<()> {
    let about = || path.display().to_string();
    let picture =
        tram_portrait::decode::picture(&std::fs::read(path).with_context(about)?).with_context(about)?;
    let (class, figures) = figures(chart, &picture, ppi);
    let figures = figures.map_err(|error| {
        let (vi, en) = (error.advice(Language::Vietnamese), error.advice(Language::English));
        anyhow::anyhow!("{}: {error}. {vi} / {en}", path.display())
    })?;
    let verdict = Verdict::of(class, &figures, &Limits::shipped()?);
    for finding in &verdict.findings {
        let (vi, en) = (finding.sentence(Language::Vietnamese), finding.sentence(Language::English));
        let (read, basis) = (finding.basis.name(Language::Vietnamese), finding.basis.name(Language::English));
        writeln!(out, "{vi}\n  {en}\n  [{}: {read} / {basis}]", finding.source)?;
    }
    // One picture never holds every figure: what is missing is no failure here.
    let failed = verdict.findings.iter().filter(|finding| !finding.passes()).count();
    if failed > 0 {
        bail!("{failed} of {} figures are out of their limits", verdict.findings.len());
    }
    Ok(())
}

fn figures(
    chart: Shown,
    picture: &RgbImage,
    ppi: u16,
) -> (DeviceClass, Result<Vec<Measurement>, CalibrationError>) {
    let grey = || {
        let level = |x, y| {
            picture
                .get(x, y)
                .map_or(0, |[r, g, b]| ((u16::from(r) + 2 * u16::from(g) + u16::from(b)) / 4) as u8)
        };
        GrayImage::from_fn(picture.width(), picture.height(), ppi, level)
    };
    match chart {
        Shown::FingerGrid => (DeviceClass::FingerReader, procedure::ruled(&grey())),
        Shown::SlapGrid => (DeviceClass::SlapReader, procedure::ruled(&grey())),
        Shown::FingerTone => (DeviceClass::FingerReader, procedure::toned(&grey())),
        Shown::CameraCharuco => (DeviceClass::Camera, procedure::lens(picture)),
        Shown::CameraFace => (DeviceClass::Camera, procedure::faced(picture, &patches::REFERENCE)),
        Shown::IrisTarget => (DeviceClass::IrisCamera, iris::working(&grey())),
        Shown::PrinterCard => (DeviceClass::CardPrinter, procedure::printer(picture, None)),
    }
}

fn verify(home: &Home, file: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let certificate: Certificate = signature::open(&bytes, &Known::of(home)?)?;
    for line in Sheet::of(&certificate, Language::Vietnamese).lines() {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    for line in Sheet::of(&certificate, Language::English).lines() {
        writeln!(out, "{line}")?;
    }
    if !certificate.passes() {
        bail!("the certificate is whole and signed, and says that the device failed");
    }
    let today = crate::clock::now().date();
    if today > certificate.last_day {
        bail!("the certificate is whole and signed, and expired on {}", certificate.last_day);
    }
    Ok(())
}
