//! `tram finger extract`, `match` and `identify`.

use super::draw::Canvas;
use super::picture;
use anyhow::Context as _;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::records::minutiae::MinutiaeRecord;
use tram_fingerprint::{nfiq2, template};

/// Where what was extracted goes.
pub(super) struct Into {
    pub(super) template: Option<PathBuf>,
    pub(super) iso: Option<PathBuf>,
    pub(super) draw: Option<PathBuf>,
}

/// Extracts one finger.
pub(super) fn extract(path: &Path, into: &Into, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let image = picture::read(path)?;
    let found = template::extract(&image);
    let bytes = found.to_bytes();
    if let Some(path) = &into.template {
        std::fs::write(path, &bytes).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &into.iso {
        let quality = nfiq2::assess(&image, found.minutiae()).map_or(0, |nfiq2| nfiq2.score.score());
        let size = (u16::try_from(image.width())?, u16::try_from(image.height())?);
        let record = MinutiaeRecord::of(&found, 0, quality, size).to_bytes();
        std::fs::write(path, record).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &into.draw {
        Canvas::of(&image).minutiae(found.minutiae()).save(path)?;
    }
    if json {
        let minutiae: Vec<_> = found
            .minutiae()
            .iter()
            .map(|m| {
                json!({
                    "x": m.x,
                    "y": m.y,
                    "degrees": f32::from(m.angle) * 360.0 / 256.0,
                    "kind": format!("{:?}", m.kind).to_lowercase(),
                    "quality": m.quality,
                })
            })
            .collect();
        writeln!(out, "{}", json!({ "bytes": bytes.len(), "minutiae": minutiae }))?;
    } else {
        writeln!(out, "{} minutiae, a template of {} bytes", found.minutiae().len(), bytes.len())?;
    }
    Ok(())
}

/// Compares two fingers.
pub(super) fn one_to_one(first: &Path, second: &Path, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let prints = [picture::finger(first)?, picture::finger(second)?].map(Prepared::new);
    let [a, b] = &prints;
    let evidence = a.evidence(b);
    let score = evidence.score();
    if json {
        let line = json!({
            "score": score.0,
            "match": score.is_match(),
            "threshold": Score::MATCH.0,
            "matched_minutiae": evidence.matched,
        });
        writeln!(out, "{line}")?;
    } else {
        let verdict = if score.is_match() { "the same finger" } else { "no match" };
        let threshold = Score::MATCH.0;
        writeln!(
            out,
            "{verdict}: score {:.1}, the threshold for one false match in 1000 is {threshold}",
            score.0
        )?;
    }
    Ok(())
}

/// Files below the folders among these, sorted.
fn files(among: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in among {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
            let mut inside = entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<std::io::Result<Vec<_>>>()
                .with_context(|| path.display().to_string())?;
            inside.retain(|path| path.is_file());
            inside.sort();
            found.append(&mut inside);
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

/// A gallery with the name of every finger: the names, one a line, an empty line, the gallery's bytes.
struct Named {
    names: Vec<String>,
    gallery: Gallery,
}

impl Named {
    const MAGIC: &'static [u8] = b"TRAM GALLERY 1\n";

    fn of(among: &[PathBuf]) -> anyhow::Result<Self> {
        if let [only] = among
            && only.is_file()
        {
            let bytes = std::fs::read(only).with_context(|| only.display().to_string())?;
            if let Some(rest) = bytes.strip_prefix(Self::MAGIC) {
                return Self::from_bytes(rest).with_context(|| only.display().to_string());
            }
        }
        let mut named = Self { names: Vec::new(), gallery: Gallery::new() };
        let mut left_out = Vec::new();
        for path in files(among)? {
            match picture::finger(&path) {
                Ok(finger) => {
                    named.gallery.add(named.names.len() as u64, &Prepared::new(finger));
                    named.names.push(path.display().to_string().replace('\n', " "));
                }
                Err(error) => left_out.push(format!("{error:#}")),
            }
        }
        if let Some(first) = left_out.first() {
            let count = left_out.len();
            writeln!(std::io::stderr(), "tram: {count} of the files left out, the first: {first}").ok();
        }
        Ok(named)
    }

    fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").context("not a whole gallery")?;
        let (names, rest) = bytes.split_at(end);
        let names = std::str::from_utf8(names).context("names that are no text")?;
        let gallery = Gallery::from_bytes(rest.get(2..).unwrap_or_default())?;
        Ok(Self { names: names.lines().map(str::to_owned).collect(), gallery })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [Self::MAGIC, self.names.join("\n").as_bytes(), b"\n\n", &self.gallery.to_bytes()].concat()
    }
}

/// Searches one finger among many.
pub(super) fn identify(
    probe: &Path,
    among: &[PathBuf],
    save: Option<&Path>,
    most: usize,
    json: bool,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let named = Named::of(among)?;
    if let Some(path) = save {
        std::fs::write(path, named.to_bytes()).with_context(|| path.display().to_string())?;
    }
    let probe = Prepared::new(picture::finger(probe)?);
    let begun = Instant::now();
    let found = named.gallery.search(&probe, most);
    let millis = begun.elapsed().as_secs_f64() * 1e3;
    let name = |id: u64| named.names.get(id as usize).map_or("", String::as_str);
    if json {
        let candidates: Vec<_> =
            found.iter().map(|one| json!({ "file": name(one.id), "score": one.score.0 })).collect();
        let line =
            json!({ "fingers": named.gallery.len(), "milliseconds": millis, "candidates": candidates });
        writeln!(out, "{line}")?;
        return Ok(());
    }
    for one in &found {
        writeln!(out, "{:6.1}  {}", one.score.0, name(one.id))?;
    }
    writeln!(out, "{} of {} fingers match, searched in {millis:.1} ms", found.len(), named.gallery.len())?;
    Ok(())
}
