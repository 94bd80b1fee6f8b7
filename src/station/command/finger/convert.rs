//! `tram finger wsq` and `records`.

use super::draw::save_gray;
use super::picture;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_biometric::GrayImage;
use tram_capture::finished;
use tram_fingerprint::records::image::ImageRecord;
use tram_fingerprint::records::minutiae::MinutiaeRecord;
use tram_fingerprint::records::transaction::{Compression, FingerImage, Record, Transaction};
use tram_fingerprint::{FingerprintError, wsq as codec};

/// Compresses or decompresses one picture.
pub(super) fn wsq(
    input: &Path,
    output: &Path,
    bits_per_pixel: f32,
    json: bool,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let image = picture::read(input)?;
    let is_wsq = output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wsq"));
    if is_wsq {
        let bytes = codec::encode(&image, bits_per_pixel)?;
        std::fs::write(output, bytes).with_context(|| output.display().to_string())?;
    } else {
        save_gray(&image, output)?;
    }
    let bytes = std::fs::metadata(output)?.len();
    let (width, height) = (image.width(), image.height());
    let ratio = f64::from(width) * f64::from(height) / bytes.max(1) as f64;
    if json {
        let line =
            json!({ "width": width, "height": height, "ppi": image.ppi(), "bytes": bytes, "ratio": ratio });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "{}: {width}x{height}, {bytes} bytes, {ratio:.1}:1", output.display())?;
    }
    Ok(())
}

/// What one file holds.
struct Held {
    standard: &'static str,
    /// Whether writing it again gives the same bytes.
    same: bool,
    says: Value,
    images: Vec<anyhow::Result<GrayImage>>,
}

/// Says what each file holds. Refused ones are said with the reason and make the command fail in the end.
pub(super) fn records(
    files: &[PathBuf],
    json: bool,
    images: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut refused = 0;
    for path in files {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let name = path.display().to_string();
        let held = match held(&bytes) {
            Ok(held) => held,
            Err(error) => {
                refused += 1;
                if json {
                    writeln!(out, "{}", json!({ "file": name, "refused": error.to_string() }))?;
                } else {
                    writeln!(out, "{name}: refused: {error}")?;
                }
                continue;
            }
        };
        let Held { standard, same, says, images: found } = held;
        if json {
            let line = json!({ "file": name, "standard": standard, "byte_identical": same, "holds": says });
            writeln!(out, "{line}")?;
        } else {
            let again = if same { "comes back byte for byte" } else { "is written differently" };
            writeln!(out, "{name}: {standard}, {again}: {says}")?;
        }
        if let Some(folder) = images {
            save_images(folder, path, found)?;
        }
    }
    anyhow::ensure!(refused == 0, "{refused} of {} files were refused", files.len());
    Ok(())
}

fn save_images(folder: &Path, path: &Path, images: Vec<anyhow::Result<GrayImage>>) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    for (number, image) in (1..).zip(images) {
        match image {
            Ok(image) => save_gray(&image, &folder.join(format!("{stem}-{number}.png")))?,
            Err(error) => {
                writeln!(std::io::stderr(), "tram: {}: image {number}: {error:#}", path.display()).ok();
            }
        }
    }
    Ok(())
}

fn held(bytes: &[u8]) -> Result<Held, FingerprintError> {
    if bytes.starts_with(b"FMR\0") {
        let record = MinutiaeRecord::from_bytes(bytes)?;
        let views: Vec<_> = record
            .views
            .iter()
            .map(|view| json!({ "position": view.position, "quality": view.quality, "minutiae": view.minutiae.len() }))
            .collect();
        let (same, says) = (record.to_bytes() == bytes, json!({ "views": views }));
        return Ok(Held { standard: "ISO/IEC 19794-2:2005", same, says, images: Vec::new() });
    }
    if bytes.starts_with(b"1.") {
        return Transaction::from_bytes(bytes).and_then(|whole| transaction(&whole, bytes));
    }
    let record = ImageRecord::from_bytes(bytes)?;
    let fingers: Vec<_> = record
        .representations
        .iter()
        .map(|one| {
            json!({
                "position": one.position,
                "impression": one.impression,
                "width": one.width,
                "height": one.height,
                "compression": one.compression,
                "bytes": one.data.len(),
            })
        })
        .collect();
    let images = record.representations.iter().map(|one| Ok(finished::image(one)?)).collect();
    let (same, says) = (record.to_bytes() == bytes, json!({ "representations": fingers }));
    Ok(Held { standard: "ISO/IEC 19794-4:2011", same, says, images })
}

fn transaction(whole: &Transaction, bytes: &[u8]) -> Result<Held, FingerprintError> {
    let (mut records, mut images) = (Vec::new(), Vec::new());
    for record in whole.records() {
        let image = FingerImage::of(record)?;
        let about = image.as_ref().map(|image| {
            json!({
                "position": image.position,
                "width": image.width,
                "height": image.height,
                "ppi": image.ppi,
                "compression": format!("{:?}", image.compression),
                "nfiq2": image.quality,
            })
        });
        records.push(json!({ "type": record.kind(), "idc": Record::idc(record), "image": about }));
        images.extend(image.map(|image| pixels(&image)));
    }
    let text = |field| whole.header().text(field);
    let says = json!({ "kind": text(4), "version": text(2), "records": records });
    Ok(Held { standard: "ANSI/NIST-ITL", same: whole.to_bytes() == bytes, says, images })
}

/// The picture of a finger record; JPEG 2000 and lossless JPEG are left to others.
fn pixels(image: &FingerImage) -> anyhow::Result<GrayImage> {
    match image.compression {
        Compression::None => {
            let (width, height) = (image.width.into(), image.height.into());
            Ok(GrayImage::new(width, height, image.ppi, image.data.clone())?)
        }
        Compression::Wsq | Compression::Jpeg | Compression::Png => picture::of(&image.data),
        other => anyhow::bail!("{other:?} is not read here"),
    }
}
